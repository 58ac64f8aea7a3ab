//! Timeouts, and answers that are uncertain because the folder was read under another path.

use crate::facts::{Answer, Failure, FailureKind};
use std::io;
use std::time::Duration;
use tokio::time::Instant;

/// How many times longer than one question a read of files may stall before it is given up: a
/// message may be large and the network slow.
pub(super) const READ_STALL_FACTOR: u32 = 6;

/// The deadline for all questions of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    end: Instant,
    total: Duration,
}

impl Deadline {
    /// Starts the deadline now.
    pub(super) fn after(total: Duration) -> Self {
        Self {
            end: Instant::now() + total,
            total,
        }
    }

    /// Returns the timeout of the next question: `limit`, or the remaining time if that is shorter.
    pub(super) fn shorten(&self, limit: Duration) -> Duration {
        limit.min(self.end.saturating_duration_since(Instant::now()))
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Returns the failure of a question that was not answered within its limit.
    pub(super) fn timed_out(&self, limit: Duration) -> Failure {
        if !self.is_over() {
            return timed_out(limit);
        }
        let total = humantime::format_duration(whole_milliseconds(self.total));
        let detail =
            format!("all questions to it together timed out after {total}; raise `probe.timeout`");
        Failure::new(FailureKind::TimedOut, detail)
    }
}

/// Runs `step` with a timeout. The error after the timeout states how long it waited.
///
/// # Errors
/// Returns the errors of the step, and [`io::ErrorKind::TimedOut`].
pub(super) async fn within<T>(
    limit: Duration,
    step: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done,
        Err(_) => Err(time_out_error(limit)),
    }
}

/// Asks a question that waits for the system on a thread of its own, with a timeout. A thread that
/// never gets its answer ends with the program.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`], and a question that panicked.
pub(super) async fn on_a_thread<T: Send + 'static>(
    limit: Duration,
    question: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let thread = tokio::task::spawn_blocking(question);
    within(limit, async { thread.await.map_err(io::Error::other) }).await
}

/// Returns the failure of a question that has timed out.
pub(super) fn timed_out(limit: Duration) -> Failure {
    let waited = humantime::format_duration(whole_milliseconds(limit));
    Failure::new(FailureKind::TimedOut, format!("timed out after {waited}"))
}

fn whole_milliseconds(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the failure of a question that has timed out, as an I/O error.
pub(super) fn time_out_error(limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, timed_out(limit).to_string())
}

/// Turns "it does not exist" into a failure if the folder was read under another path than its own
/// (`--folder`): a wrong path says nothing about the folder.
pub(super) fn at_other_path<T>(path: &str, answer: Answer<T>) -> Answer<T> {
    match answer {
        Answer::Absent(how) => {
            let detail = format!("at `{path}`, {how}");
            Answer::failed(FailureKind::NotFound, detail)
        }
        answer => answer,
    }
}
