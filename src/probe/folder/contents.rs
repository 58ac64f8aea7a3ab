//! Looks at what lies in a folder that this machine can list. Several at once read the messages,
//! since most of the time goes into opening them.

use super::collector::{Collector, Seen};
use super::list::{Entry, Facts, Kind, List};
use super::message::Reader;
use crate::facts::{Answer, Contents, Space};
use crate::probe::Progress;
use crate::text::shown;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How many read at once at least: on a share, most of the time is waiting.
const LEAST_READERS: usize = 4;
/// How much of all bodies is read in search of wrapped attachments beyond the first piece of each
/// message, in bytes.
const BUDGET: u64 = 1 << 30;

/// How often who waits is told how far it is.
const TICK: Duration = Duration::from_millis(100);

/// What lies in a folder: absent is that there is none. Gives up when nothing new comes for so
/// long: a mount whose server is gone answers never.
pub fn look(folder: &Path, still: Duration, progress: &dyn Progress) -> Answer<Contents> {
    progress.begin(
        &format!("looking through {}", shown(&folder.to_string_lossy())),
        0,
    );
    let place = folder.to_owned();
    let answer = attended(move |done| scan(&place, done), still, progress);
    progress.end();
    answer.unwrap_or_else(|why| Answer::Failed(why.to_owned()))
}

/// Works on a thread of its own, which is left behind when it counts nothing new for so long.
fn attended<T: Send + 'static>(
    work: impl FnOnce(&AtomicU64) -> T + Send + 'static,
    still: Duration,
    progress: &dyn Progress,
) -> Result<T, &'static str> {
    let done = Arc::new(AtomicU64::new(0));
    let (end, ended) = channel();
    let counted = Arc::clone(&done);
    thread::spawn(move || {
        // Who has given up takes nothing any more.
        let _ = end.send(work(&counted));
    });
    let (mut last, mut before) = (Instant::now(), 0);
    loop {
        match ended.recv_timeout(TICK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => return Err("looking at the folder broke down"),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = done.load(Ordering::Relaxed);
        if now > before {
            progress.count(usize::try_from(now - before).unwrap_or(usize::MAX));
            (last, before) = (Instant::now(), now);
        } else if last.elapsed() > still {
            return Err("it does not answer");
        }
    }
}

fn scan(folder: &Path, done: &AtomicU64) -> Answer<Contents> {
    let now = SystemTime::now();
    let list = match List::open(folder) {
        Ok(list) => list,
        Err(error) => return not_listed(&error),
    };
    let scan = Scan {
        list,
        budget: AtomicU64::new(BUDGET),
        now,
        done,
    };
    let readers = thread::available_parallelism()
        .map_or(1, usize::from)
        .max(LEAST_READERS);
    let parts: Vec<io::Result<Collector>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..readers).map(|_| scope.spawn(|| scan.run())).collect();
        let broken = || Err(io::Error::other("looking at the folder broke down"));
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| broken()))
            .collect()
    });
    let mut all = Collector::default();
    for part in parts {
        match part {
            Ok(part) => all.merge(part),
            // Half a list says nothing of the other half.
            Err(error) => {
                return Answer::Failed(format!("the list of its files broke off: {error}"));
            }
        }
    }
    Answer::Known(all.contents(
        humantime::format_rfc3339_seconds(now).to_string(),
        space(folder),
    ))
}

fn not_listed(error: &io::Error) -> Answer<Contents> {
    match error.kind() {
        io::ErrorKind::NotFound if cfg!(windows) && !says_absent(error.raw_os_error()) => {
            Answer::Failed(error.to_string())
        }
        io::ErrorKind::NotFound => Answer::Absent("there is no such folder".to_owned()),
        io::ErrorKind::NotADirectory => Answer::Absent("it is no folder".to_owned()),
        _ => Answer::Failed(error.to_string()),
    }
}

/// Whether a failure of Windows says that there is no such folder: the library takes a server that
/// cannot be reached, and a share that is not there, for the same.
fn says_absent(code: Option<i32>) -> bool {
    const FILE_NOT_FOUND: i32 = 2;
    const PATH_NOT_FOUND: i32 = 3;
    matches!(code, Some(FILE_NOT_FOUND | PATH_NOT_FOUND))
}

/// The space that is left to who looks, and all there is.
fn space(folder: &Path) -> Answer<Space> {
    match (fs4::available_space(folder), fs4::total_space(folder)) {
        (Ok(free), Ok(total)) => Answer::Known(Space {
            free,
            total,
            ..Space::default()
        }),
        (Err(error), _) | (_, Err(error)) => Answer::Failed(error.to_string()),
    }
}

struct Scan<'a> {
    list: List,
    budget: AtomicU64,
    now: SystemTime,
    /// How many names were looked at.
    done: &'a AtomicU64,
}

impl Scan<'_> {
    /// Takes names from the list until there are no more.
    fn run(&self) -> io::Result<Collector> {
        let mut collector = Collector::default();
        let mut reader = Reader::default();
        let mut batch = Vec::new();
        loop {
            self.list.take(&mut batch)?;
            if batch.is_empty() {
                return Ok(collector);
            }
            for entry in batch.drain(..) {
                self.entry(&entry, &mut collector, &mut reader);
                self.done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn entry(&self, entry: &Entry, collector: &mut Collector, reader: &mut Reader) {
        let name = &String::from_utf8_lossy(entry.name());
        match self.list.kind(entry) {
            Ok(Kind::Folder) => collector.subfolder(),
            Ok(Kind::Link) => collector.other(name, Some("a link")),
            Ok(Kind::Special) => collector.other(name, Some(SPECIAL)),
            Ok(Kind::File) if !is_message(entry.name()) => collector.other(name, None),
            Ok(Kind::File) => self.message(entry, name, collector, reader),
            Err(error) if error.kind() == io::ErrorKind::NotFound => collector.taken(),
            Err(error) => collector.unread(name, None, &error.to_string()),
        }
    }

    fn message(&self, entry: &Entry, name: &str, collector: &mut Collector, reader: &mut Reader) {
        let (mut file, facts) = match self.list.open_file(entry) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return collector.taken(),
            Err(error) => {
                let seen = self
                    .list
                    .facts(entry)
                    .ok()
                    .map(|facts| self.seen(name, &facts));
                return collector.unread(name, seen, &error.to_string());
            }
        };
        // The name may stand for something else by now.
        if !facts.is_file {
            return collector.other(name, Some(SPECIAL));
        }
        let seen = self.seen(name, &facts);
        match reader.read(&mut file, seen.size, &self.budget, |head| {
            collector.head(seen, head)
        }) {
            Ok(((), wrapped)) => collector.attachments(name, wrapped),
            Err(error) => collector.unread(name, Some(seen), &error.to_string()),
        }
    }

    fn seen<'a>(&self, name: &'a str, facts: &Facts) -> Seen<'a> {
        let seconds =
            |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let age = match self.now.duration_since(facts.written) {
            Ok(age) => seconds(age),
            Err(ahead) => -seconds(ahead.duration()),
        };
        Seen {
            name,
            size: facts.size,
            age,
        }
    }
}

const SPECIAL: &str = "no ordinary file";

/// Messages are told by their names, whatever the SMTP service makes of these otherwise.
fn is_message(name: &[u8]) -> bool {
    name.len()
        .checked_sub(4)
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(b".eml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Unseen;

    #[test]
    fn a_server_that_is_away_is_no_missing_folder() {
        for (code, is_absent) in [
            (2, true),
            (3, true),
            (15, false),
            (53, false),
            (67, false),
            (5, false),
        ] {
            assert_eq!(says_absent(Some(code)), is_absent, "{code}");
        }
        let gone = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(
            matches!(not_listed(&gone), Answer::Absent(_)),
            cfg!(not(windows))
        );
        let away = io::Error::from(io::ErrorKind::TimedOut);
        assert!(matches!(not_listed(&away), Answer::Failed(_)));
    }

    #[test]
    fn whoever_counts_is_waited_for_and_whoever_stands_still_is_not() {
        let still = TICK * 3;
        let works = |done: &AtomicU64| {
            for _ in 0..8 {
                thread::sleep(TICK);
                done.fetch_add(1, Ordering::Relaxed);
            }
            done.load(Ordering::Relaxed)
        };
        assert_eq!(attended(works, still, &Unseen), Ok(8));
        let (_held, never) = channel::<()>();
        assert_eq!(
            attended(move |_| never.recv().is_ok(), still, &Unseen),
            Err("it does not answer")
        );
        let breaks = |_: &AtomicU64| -> u64 { std::panic::resume_unwind(Box::new(())) };
        assert_eq!(
            attended(breaks, still, &Unseen),
            Err("looking at the folder broke down")
        );
    }
}
