//! Reads the contents of a folder that this machine can list. Several threads read the messages,
//! since opening them takes most of the time.

use super::collector::{Collector, ScannedFile};
use super::message::MessageReader;
use super::os::{self, FileFacts, FileKind, FolderList, ListEntry};
use crate::facts::{Answer, Contents, Failure, FailureKind, Space};
use crate::probe::Progress;
use crate::probe::elevation::explained_at;
use crate::probe::failure::{failed, from_io};
use crate::text::shown;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The fewest threads that read messages: on a share, most of the time is waiting.
const MIN_READERS: usize = 4;
/// The number of bytes of all bodies together that are read in search of wrapped attachments,
/// besides the first chunk of each message.
const BODY_BUDGET: u64 = 1 << 30;

/// How often progress is reported.
const TICK: Duration = Duration::from_millis(100);

/// Reads a folder. Gives up if there is no progress for `stall_limit`: a mount whose server is down
/// never answers.
pub(super) fn read(
    folder: &Path,
    stall_limit: Duration,
    progress: &dyn Progress,
) -> Answer<Contents> {
    progress.begin(
        &format!("looking through {}", shown(&folder.to_string_lossy())),
        0,
    );
    let path = folder.to_owned();
    let answer = run_watched(move |done| scan(&path, done), stall_limit, progress);
    progress.end();
    answer.unwrap_or_else(Answer::Failed)
}

/// Runs `work` on a thread of its own. The thread is abandoned if its count does not change for
/// `stall_limit`.
fn run_watched<T: Send + 'static>(
    work: impl FnOnce(&AtomicU64) -> T + Send + 'static,
    stall_limit: Duration,
    progress: &dyn Progress,
) -> Result<T, Failure> {
    let done = Arc::new(AtomicU64::new(0));
    let (end, ended) = channel();
    let counted = Arc::clone(&done);
    thread::spawn(move || {
        // After giving up, the receiver is gone.
        let _ = end.send(work(&counted));
    });
    let (mut last, mut before) = (Instant::now(), 0);
    loop {
        match ended.recv_timeout(TICK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new(FailureKind::Other, BROKEN));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = done.load(Ordering::Relaxed);
        if now > before {
            progress.count(usize::try_from(now - before).unwrap_or(usize::MAX));
            (last, before) = (Instant::now(), now);
        } else if last.elapsed() > stall_limit {
            return Err(Failure::new(FailureKind::TimedOut, "it does not answer"));
        }
    }
}

/// The message about a thread that panicked.
const BROKEN: &str = "reading the folder failed unexpectedly";

/// Reads the whole folder, and counts the processed names.
fn scan(folder: &Path, done: &AtomicU64) -> Answer<Contents> {
    let now = SystemTime::now();
    let list = match FolderList::open(folder) {
        Ok(list) => list,
        // Systems report differently that a file is not a folder.
        Err(_) if folder.is_file() => return Answer::Absent(NOT_A_FOLDER.to_owned()),
        Err(error) => return not_listed(folder, &error),
    };
    let scan = Scan {
        list,
        budget: AtomicU64::new(BODY_BUDGET),
        now,
        done,
    };
    let readers = thread::available_parallelism()
        .map_or(1, usize::from)
        .max(MIN_READERS);
    let parts: Vec<io::Result<Collector>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..readers).map(|_| scope.spawn(|| scan.run())).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other(BROKEN)))
            })
            .collect()
    });
    let mut all = Collector::default();
    for part in parts {
        match part {
            Ok(part) => all.merge(part),
            // An incomplete list proves nothing about the rest.
            Err(error) => {
                let detail = format!("listing its files failed: {error}");
                return Answer::Failed(from_io(&error).with_detail(detail));
            }
        }
    }
    Answer::Known(all.contents(
        humantime::format_rfc3339_seconds(now).to_string(),
        space(folder),
    ))
}

/// The message about a file in place of the folder.
pub(super) const NOT_A_FOLDER: &str = "it is not a folder";

/// Returns the failure for a folder that cannot be listed.
fn not_listed(folder: &Path, error: &io::Error) -> Answer<Contents> {
    if os::is_not_found(error) {
        Answer::Absent("there is no such folder".to_owned())
    } else if error.kind() == io::ErrorKind::NotADirectory {
        Answer::Absent(NOT_A_FOLDER.to_owned())
    } else {
        Answer::Failed(explained_at(folder, from_io(error)))
    }
}

/// Asks for the space on the folder's disk.
fn space(folder: &Path) -> Answer<Space> {
    match os::disk_space(folder) {
        Ok(space) => Answer::Known(Space {
            free: space.free,
            total: space.total,
            ..Space::default()
        }),
        Err(error) => failed(&error),
    }
}

/// A folder that several threads read together.
struct Scan<'a> {
    list: FolderList,
    budget: AtomicU64,
    now: SystemTime,
    /// The number of processed names.
    done: &'a AtomicU64,
}

impl Scan<'_> {
    /// Takes names from the list until there are no more.
    fn run(&self) -> io::Result<Collector> {
        let mut collector = Collector::default();
        let mut reader = MessageReader::default();
        let mut batch = Vec::new();
        loop {
            self.list.take_batch(&mut batch)?;
            if batch.is_empty() {
                return Ok(collector);
            }
            for entry in batch.drain(..) {
                self.read_entry(&entry, &mut collector, &mut reader);
                self.done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn read_entry(&self, entry: &ListEntry, collector: &mut Collector, reader: &mut MessageReader) {
        let name = &String::from_utf8_lossy(entry.name());
        match self.list.kind(entry) {
            Ok(FileKind::Folder) => collector.add_subfolder(),
            Ok(FileKind::Link) => collector.add_other(name, Some("a link")),
            Ok(FileKind::Special) => collector.add_other(name, Some(SPECIAL)),
            Ok(FileKind::File) if !is_message(entry.name()) => collector.add_other(name, None),
            Ok(FileKind::File) => self.read_message(entry, name, collector, reader),
            Err(error) if error.kind() == io::ErrorKind::NotFound => collector.add_taken(),
            Err(error) => collector.add_unread(name, None, &error.to_string()),
        }
    }

    fn read_message(
        &self,
        entry: &ListEntry,
        name: &str,
        collector: &mut Collector,
        reader: &mut MessageReader,
    ) {
        let (mut file, facts) = match self.list.open_file(entry) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return collector.add_taken(),
            Err(error) => {
                let facts = self.list.facts(entry).ok();
                let file = facts.map(|facts| self.scanned(name, &facts));
                return add_failed(collector, (name, file), &error);
            }
        };
        // The name may belong to another file by now.
        if !facts.is_file {
            return collector.add_other(name, Some(SPECIAL));
        }
        let scanned = self.scanned(name, &facts);
        let read = reader.read(&mut file, scanned.size, &self.budget, |head| {
            collector.add_head(scanned, head)
        });
        match read {
            Ok(((), wrapped)) => collector.add_search_result(name, wrapped),
            Err(error) => add_failed(collector, (name, Some(scanned)), &error),
        }
    }

    fn scanned<'a>(&self, name: &'a str, facts: &FileFacts) -> ScannedFile<'a> {
        let age = match self.now.duration_since(facts.written) {
            Ok(age) => whole_seconds(age),
            Err(ahead) => -whole_seconds(ahead.duration()),
        };
        ScannedFile {
            name,
            size: facts.size,
            age,
        }
    }
}

/// Adds a message that could not be read.
fn add_failed(
    collector: &mut Collector,
    (name, file): (&str, Option<ScannedFile<'_>>),
    error: &io::Error,
) {
    if os::is_in_use(error) {
        collector.add_in_use(name, file, &error.to_string());
    } else {
        collector.add_unread(name, file, &error.to_string());
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Why a name is not read.
const SPECIAL: &str = "not an ordinary file";

/// Returns whether a file is a message by its name.
fn is_message(name: &[u8]) -> bool {
    name.len()
        .checked_sub(4)
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(b".eml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::NoProgress;

    #[test]
    fn work_that_stalls_is_abandoned() {
        let stall_limit = TICK * 3;
        let works = |done: &AtomicU64| {
            for _ in 0..8 {
                thread::sleep(TICK);
                done.fetch_add(1, Ordering::Relaxed);
            }
            done.load(Ordering::Relaxed)
        };
        assert_eq!(run_watched(works, stall_limit, &NoProgress), Ok(8));
        let (_held, never) = channel::<()>();
        assert_eq!(
            run_watched(move |_| never.recv().is_ok(), stall_limit, &NoProgress),
            Err(Failure::new(FailureKind::TimedOut, "it does not answer"))
        );
        let breaks = |_: &AtomicU64| -> u64 { std::panic::resume_unwind(Box::new(())) };
        assert_eq!(
            run_watched(breaks, stall_limit, &NoProgress),
            Err(Failure::new(FailureKind::Other, BROKEN))
        );
    }
}
