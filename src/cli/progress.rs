//! Progress on a terminal, for looking that lasts.

use super::console::Console;
use crate::probe::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::cell::RefCell;
use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What is over sooner needs no progress.
const SOON: Duration = Duration::from_millis(500);
/// How often the time that has passed is shown anew.
const TICK: Duration = Duration::from_millis(200);

/// A line on standard error that says what is done and how far it is; gone when it is done.
#[derive(Debug)]
pub struct Bar<'a> {
    console: &'a Console,
    shown: RefCell<Option<Shown>>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Dropped when the work is done: then nothing is shown any more.
    working: Option<Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl<'a> Bar<'a> {
    pub fn new(console: &'a Console) -> Self {
        Self {
            console,
            shown: RefCell::new(None),
        }
    }

    /// Begins where an earlier line was taken away.
    pub fn go_on(&self, what: &str, done: usize, steps: usize) {
        self.begin(what, steps);
        self.with(|bar| bar.set_position(done as u64));
    }

    /// Counts a step from any thread.
    pub fn counter(&self) -> impl Fn() + Sync + use<> {
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
            .has_watcher()
            .then(|| Shown::new(what, steps, self.console.watched()));
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

/// Of how many, where that is known.
fn of(state: &ProgressState, out: &mut dyn fmt::Write) {
    if let Some(all) = state.len().filter(|all| *all > 0) {
        // A line that cannot be written is not worth a fault.
        let _ = write!(out, " of {all}");
    }
}

impl Shown {
    /// Hidden at first, and shown from another thread if it lasts: the one that works may be
    /// waiting for the network.
    fn new(what: &str, steps: usize, target: ProgressDrawTarget) -> Self {
        let style = ProgressStyle::with_template("{msg}: {pos}{of} ({elapsed})")
            .map(|style| style.with_key("of", of));
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        let bar = bar
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what.to_owned());
        let (working, done) = channel::<()>();
        let late = bar.clone();
        let waiting = thread::spawn(move || {
            if done.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
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
            // A thread that broke down showed nothing that would have to be taken away.
            let _ = waiting.join();
        }
    }
}
