//! Time limits, and answers that are not certain because of where they were asked.

use crate::facts::Answer;
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
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, timed_out(limit))),
    }
}

/// Returns the message that a limit has passed.
pub(super) fn timed_out(limit: Duration) -> String {
    let waited = Duration::from_millis(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
    format!("timed out after {}", humantime::format_duration(waited))
}

/// Turns "there is none" into a failure when the folder was looked at under another path than its
/// own (`--folder`): a wrong path says nothing about the folder.
pub(super) fn at_other_path<T>(path: &str, answer: Answer<T>) -> Answer<T> {
    match answer {
        Answer::Absent(how) => {
            Answer::Failed(format!("at `{path}`, where it was looked at, {how}"))
        }
        answer => answer,
    }
}
