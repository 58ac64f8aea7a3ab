//! Counting a folder's files.

use super::timestamp;
use crate::facts::{Answer, FolderCount};
use crate::farm::values::{FolderPath, FromText};
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

/// Counts the files of a folder that a metabase names. A folder that does not answer in time, such as a share of a
/// machine that is off, costs one time-out.
pub fn count(path: &str, limit: Duration) -> Answer<FolderCount> {
    if let Err(fault) = FolderPath::from_text(path) {
        return Answer::Failed(format!("`{path}` is no folder that can be looked at: {fault}"));
    }
    let (sender, receiver) = channel();
    let folder = path.to_owned();
    // Nobody waits for a thread that is late; it ends with the program.
    std::thread::spawn(move || sender.send(files(Path::new(&folder))));
    match receiver.recv_timeout(limit) {
        Ok(Ok(count)) => Answer::Known(count),
        Ok(Err(error)) if error.kind() == ErrorKind::NotFound => Answer::Absent("there is no such folder".to_owned()),
        Ok(Err(error)) => Answer::Failed(error.to_string()),
        Err(RecvTimeoutError::Timeout) => {
            Answer::Failed(format!("timed out after {}", humantime::format_duration(limit)))
        }
        Err(RecvTimeoutError::Disconnected) => Answer::Failed("counting broke down".to_owned()),
    }
}

/// The files of a folder. One that goes while it is counted does not count.
pub(super) fn files(folder: &Path) -> io::Result<FolderCount> {
    let (mut files, mut oldest, mut newest) = (0, None, None);
    for entry in fs::read_dir(folder)? {
        let Some((written, came)) = file_times(&entry?)? else { continue };
        files += 1;
        oldest = earlier(oldest, written);
        newest = newest.max(written.max(came));
    }
    Ok(FolderCount { files, oldest: oldest.and_then(timestamp), newest: newest.and_then(timestamp) })
}

/// When a file was written, and when it came to be, as far as the disk tells; none for what is no file.
fn file_times(entry: &DirEntry) -> io::Result<Option<(Option<SystemTime>, Option<SystemTime>)>> {
    match entry.metadata() {
        Ok(data) if data.is_file() => Ok(Some((data.modified().ok(), data.created().ok()))),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn earlier(one: Option<SystemTime>, two: Option<SystemTime>) -> Option<SystemTime> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}
