//! Time limits, and answers that a wait or a detour has spoilt.

use crate::facts::{Answer, Failure, FailureKind};
use std::io;
use std::time::Duration;

/// How many times longer than one question a read of files may stall before it is given up: a
/// message may be large and the network slow.
pub(super) const READ_STALL_FACTOR: u32 = 6;

/// Runs `step` under a time limit. The error after the limit says how long was waited.
///
/// # Errors
/// Those of the step, and [`io::ErrorKind::TimedOut`].
pub(super) async fn within<T>(
    limit: Duration,
    step: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done,
        Err(_) => Err(time_out_error(limit)),
    }
}

/// Returns the failure of a question whose limit has passed.
pub(super) fn timed_out(limit: Duration) -> Failure {
    let waited = Duration::from_millis(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
    let detail = format!("timed out after {}", humantime::format_duration(waited));
    Failure::new(FailureKind::TimedOut, detail)
}

/// Returns the same as an error.
pub(super) fn time_out_error(limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, timed_out(limit).to_string())
}

/// Turns "there is none" into a failure when the folder was looked at under another path than its
/// own (`--folder`): a wrong path says nothing about the folder.
pub(super) fn at_other_path<T>(path: &str, answer: Answer<T>) -> Answer<T> {
    match answer {
        Answer::Absent(how) => {
            let detail = format!("at `{path}`, where it was looked at, {how}");
            Answer::failed(FailureKind::NotFound, detail)
        }
        answer => answer,
    }
}
