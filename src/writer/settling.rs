//! Files whose bytes are written to files that stay: made durable and given their names while others are composed.
//!
//! A disk takes a moment to promise that it keeps a file. Nobody waits for it here but some threads of their own; what
//! they could not do is told at the end. No file has its name before its bytes are safe.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tempfile::NamedTempFile;

use crate::error::{Cause, Error};
use crate::writer::half;

/// Threads that wait for the disk: many, since a disk promises many files at once as fast as one. They begin as they are
/// needed: a thread costs as much as a tenth of a form.
const THREADS: usize = 16;
/// Files that wait for them: each keeps a file open.
const WAITING: usize = 64;

/// A file with all its bytes, and the path that it is to have.
struct Written {
    file: NamedTempFile,
    path: PathBuf,
}

/// The files of a run that are on their way to their names.
#[derive(Debug)]
pub(super) struct Settling {
    queue: SyncSender<Written>,
    written: Arc<Mutex<Receiver<Written>>>,
    /// Files that are on their way now.
    unsettled: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<Vec<Error>>>,
}

impl Settling {
    /// Nothing on its way yet.
    pub fn new() -> Self {
        let (queue, written) = sync_channel(WAITING);
        Self { queue, written: Arc::new(Mutex::new(written)), unsettled: Arc::default(), threads: Vec::new() }
    }

    /// Sends a file on its way; waits while too many are.
    ///
    /// # Errors
    /// The system gives no thread to take it.
    pub fn add(&mut self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        let busy = self.unsettled.fetch_add(1, Ordering::Relaxed);
        if busy >= self.threads.len() && self.threads.len() < THREADS {
            match self.thread() {
                Ok(thread) => self.threads.push(thread),
                Err(error) if self.threads.is_empty() => return Err(error),
                Err(_) => {} // those that are there go on alone
            }
        }
        self.queue.send(Written { file, path: path.to_path_buf() }).map_err(io::Error::other)
    }

    /// One more thread that waits for the disk.
    fn thread(&self) -> io::Result<JoinHandle<Vec<Error>>> {
        let (written, unsettled) = (Arc::clone(&self.written), Arc::clone(&self.unsettled));
        thread::Builder::new().spawn(move || settle_all(&written, &unsettled))
    }

    /// Waits until every file has its name; gives what went wrong.
    pub fn finish(self) -> Vec<Error> {
        drop(self.queue);
        let told = |thread: JoinHandle<Vec<Error>>| {
            thread.join().unwrap_or_else(|_| vec![Cause::Write("写入中断".to_owned()).of(Path::new(""))])
        };
        self.threads.into_iter().flat_map(told).collect()
    }
}

fn settle_all(written: &Mutex<Receiver<Written>>, unsettled: &AtomicUsize) -> Vec<Error> {
    let next = || written.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let failed = |Written { file, path }| {
        // A thread that died would leave its files waiting, and with the last of them the whole run.
        let settled = catch_unwind(AssertUnwindSafe(|| settle(file, &path)));
        let settled = settled.unwrap_or_else(|_| Err(io::Error::other("写入中断")));
        unsettled.fetch_sub(1, Ordering::Relaxed);
        settled.err().map(|e| Cause::io("写入", e).of(&path))
    };
    std::iter::from_fn(next).filter_map(failed).collect()
}

/// Makes a file durable and gives it its name.
pub(super) fn settle(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let begun = file.path().to_path_buf();
    let done = file.as_file().sync_all().and_then(|()| file.persist(path).map(drop).map_err(|e| e.error));
    half::ended(&begun);
    done
}
