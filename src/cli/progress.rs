//! Progress on a terminal, for work that takes a while.

use super::console::Console;
use crate::probe::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::cell::RefCell;
use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Work that ends sooner shows no progress.
const DELAY: Duration = Duration::from_millis(500);
/// How often the elapsed time is updated.
const TICK: Duration = Duration::from_millis(200);

/// A status line on standard error with the current step; removed at the end.
#[derive(Debug)]
pub(crate) struct Bar<'a> {
    console: &'a Console,
    shown: RefCell<Option<Shown>>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Dropped when the work is done, which ends the thread.
    working: Option<Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl<'a> Bar<'a> {
    pub(crate) fn new(console: &'a Console) -> Self {
        Self {
            console,
            shown: RefCell::new(None),
        }
    }

    /// Begins a line that continues a removed one.
    pub(crate) fn resume(&self, what: &str, done: usize, steps: usize) {
        self.begin(what, steps);
        self.with(|bar| bar.set_position(done as u64));
    }

    /// Returns a counter of steps for any thread.
    pub(crate) fn counter(&self) -> impl Fn() + Sync + use<> {
        let bar = self.shown.borrow().as_ref().map(|shown| shown.bar.clone());
        move || bar.iter().for_each(|bar| bar.inc(1))
    }

    fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if let Some(shown) = &*self.shown.borrow() {
            act(&shown.bar);
        }
    }
}

impl Progress for Bar<'_> {
    fn begin(&self, what: &str, steps: usize) {
        self.end();
        let shown = self
            .console
            .shows_progress()
            .then(|| Shown::new(what, steps, self.console.progress_target()));
        self.shown.replace(shown);
    }

    fn more(&self, steps: usize) {
        self.with(|bar| bar.inc_length(steps as u64));
    }

    fn count(&self, steps: usize) {
        self.with(|bar| bar.inc(steps as u64));
    }

    fn end(&self) {
        self.shown.replace(None);
    }
}

/// Writes the number of steps, if it is known.
fn write_total(state: &ProgressState, out: &mut dyn fmt::Write) {
    if let Some(all) = state.len().filter(|all| *all > 0) {
        // Progress that cannot be written is not worth an error.
        let _ = write!(out, " of {all}");
    }
}

impl Shown {
    /// Creates a hidden line that another thread shows if the work takes long: the working thread
    /// may be waiting for the network.
    fn new(what: &str, steps: usize, target: ProgressDrawTarget) -> Self {
        let style = ProgressStyle::with_template("{msg}: {pos}{of} ({elapsed})")
            .map(|style| style.with_key("of", write_total));
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        let bar = bar
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what.to_owned());
        let (working, done) = channel::<()>();
        let late = bar.clone();
        let waiting = thread::spawn(move || {
            if done.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
                late.set_draw_target(target);
                late.enable_steady_tick(TICK);
                // Until the work is done.
                let _ = done.recv();
            }
            late.finish_and_clear();
        });
        Self {
            bar,
            working: Some(working),
            waiting: Some(waiting),
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.working.take();
        if let Some(waiting) = self.waiting.take() {
            // If the thread panicked, it showed no line.
            let _ = waiting.join();
        }
    }
}
