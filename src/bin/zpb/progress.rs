//! Files done to a bar on the terminal, once the work takes long enough to want one.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// Times a second that the bar is drawn.
const FREQUENCY: u8 = 5;

/// How far a run has come.
pub struct Progress {
    bar: ProgressBar,
    /// Since when it is to be shown; `None` if it never is, or is already.
    waiting: Option<Instant>,
}

impl Progress {
    /// A bar over `total` files, or only a count where that is not known.
    pub fn new(total: Option<u64>, hidden: bool) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let style = match total {
            Some(_) => "{bar:30} {pos}/{len}  {per_sec}  还需 {eta_precise}",
            None => "{spinner} {pos}  {per_sec}  已用 {elapsed_precise}",
        };
        let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: bar.with_style(style), waiting: (!hidden).then(Instant::now) }
    }

    /// One more is done.
    pub fn advance(&mut self) {
        if self.waiting.is_some_and(|since| since.elapsed() > PATIENCE) {
            self.waiting = None;
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(FREQUENCY));
        }
        self.bar.inc(1);
    }

    /// So many more are to come than was known.
    pub fn expect_more(&self, files: usize) {
        if self.bar.length().is_some() {
            self.bar.inc_length(u64::try_from(files).unwrap_or(u64::MAX));
        }
    }

    /// Does what may print, with the bar out of the way.
    pub fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
