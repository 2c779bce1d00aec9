//! Items to results: worked on by all threads, handed on one by one in the order of the items.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

/// What the receiving end sees.
#[derive(Debug)]
pub enum Step<T> {
    /// The next result.
    Ready(T),
    /// The next result is still being worked on, or its item has not come yet: time to pass on what is held back.
    Waiting,
}

/// Works on `items` in the pool of rayon and hands the results to `done` in the order of the items. At most `ahead`
/// items are past the one whose result is due, so that neither a slow consumer nor a slow item lets them pile up.
///
/// Items are drawn by a thread of their own: one that is long in coming holds up no result before it.
pub fn ordered<I: Send, T: Send>(
    items: impl Iterator<Item = I> + Send,
    ahead: usize,
    work: impl Fn(I) -> T + Sync,
    mut done: impl FnMut(Step<T>),
) {
    if rayon::current_thread_index().is_some() {
        // A thread of the pool must not wait for the pool.
        return items.map(work).for_each(|result| done(Step::Ready(result)));
    }
    let (queue, due) = sync_channel(ahead);
    std::thread::scope(|scope| {
        scope.spawn(|| draw(items, queue, &work));
        while let Some(promise) = next(&due, &mut done) {
            if let Some(result) = next(&promise, &mut done) {
                done(Step::Ready(result));
            }
        }
    });
}

/// Gives every item to the pool, and the promise of its result to `queue`, which holds only so many.
fn draw<I: Send, T: Send>(
    items: impl Iterator<Item = I>,
    queue: SyncSender<Receiver<T>>,
    work: &(impl Fn(I) -> T + Sync),
) {
    rayon::in_place_scope(|pool| {
        for item in items {
            let (keep, promise) = sync_channel(1);
            pool.spawn(move |_| drop(keep.send(work(item))));
            if queue.send(promise).is_err() {
                return;
            }
        }
        drop(queue); // what is due has an end, though the pool may still work on it
    });
}

/// The next of a channel, `None` when it has ended; says so where it has to be waited for.
fn next<C, T>(channel: &Receiver<C>, done: &mut impl FnMut(Step<T>)) -> Option<C> {
    match channel.try_recv() {
        Ok(next) => Some(next),
        Err(TryRecvError::Disconnected) => None,
        Err(TryRecvError::Empty) => {
            done(Step::Waiting);
            channel.recv().ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn results(items: usize, work: impl Fn(usize) -> usize + Sync) -> Vec<usize> {
        let mut results = Vec::new();
        ordered(0..items, 4, work, |step| results.extend(ready(step)));
        results
    }

    fn ready<T>(step: Step<T>) -> Option<T> {
        match step {
            Step::Ready(result) => Some(result),
            Step::Waiting => None,
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let uneven = |n: usize| {
            std::thread::sleep(Duration::from_micros(if n.is_multiple_of(7) { 2000 } else { 10 }));
            n
        };
        assert_eq!(results(200, uneven), (0..200).collect::<Vec<_>>());
        assert!(results(0, uneven).is_empty());
    }

    #[test]
    fn items_do_not_pile_up() {
        let (drawn, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items = (0..100).inspect(|_| {
            drawn.fetch_add(1, Ordering::SeqCst);
        });
        ordered(
            items,
            4,
            |n| n,
            |step| {
                let Some(_) = ready(step) else { return };
                std::thread::sleep(Duration::from_millis(1));
                let ahead = drawn.load(Ordering::SeqCst) - taken.fetch_add(1, Ordering::SeqCst);
                assert!(ahead <= 4 + 3, "{ahead} items are drawn and not yet taken");
            },
        );
        assert_eq!(taken.into_inner(), 100);
    }

    #[test]
    fn a_result_does_not_wait_for_the_next_item() {
        let (send, items) = std::sync::mpsc::channel();
        let mut send = Some(send);
        send.as_ref().unwrap().send(1).unwrap();
        let mut seen = Vec::new();
        let each = |step| {
            let Some(result) = ready(step) else { return };
            seen.push(result);
            // Each item is only sent once the one before has come back.
            match send.take() {
                Some(more) if result < 3 => send.insert(more).send(result + 1).unwrap(),
                _ => {}
            }
        };
        ordered(items.into_iter(), 4, |n: i32| n, each);
        assert_eq!(seen, [1, 2, 3]);
    }

    #[test]
    fn the_pool_itself_may_ask() {
        let sum = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(sum.install(|| results(20, |n| n)), (0..20).collect::<Vec<_>>());
    }
}
