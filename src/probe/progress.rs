//! Progress, for the person who waits.

use std::fmt::Debug;

/// Gets told by every probe what it does.
pub(crate) trait Progress: Debug {
    /// Something begins: what, and of how many steps, as far as is known.
    fn begin(&self, what: &str, steps: usize);
    /// More steps came up.
    fn more(&self, steps: usize);
    /// Counts a step as done.
    fn advance(&self) {
        self.count(1);
    }
    /// So many steps are done.
    fn count(&self, steps: usize);
    /// Ends what was begun last.
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
