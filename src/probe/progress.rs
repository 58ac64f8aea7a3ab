//! Reports the progress of the probes to the person who waits.

use std::fmt::Debug;

/// Receives the progress of every probe.
pub(crate) trait Progress: Debug {
    /// Begins a step with a text and, if known, the number of its parts.
    fn begin(&self, what: &str, steps: usize);
    /// Announces further parts of the latest step.
    fn more(&self, steps: usize);
    /// Counts one part as done.
    fn advance(&self) {
        self.count(1);
    }
    /// Sets the number of finished parts.
    fn count(&self, steps: usize);
    /// Ends the latest step.
    fn end(&self);
}

/// Ignores all progress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: &str, _: usize) {}
    fn more(&self, _: usize) {}
    fn count(&self, _: usize) {}
    fn end(&self) {}
}
