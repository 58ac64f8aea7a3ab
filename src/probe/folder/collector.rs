//! Collects the contents of a folder, file by file, in bounded memory. Several collectors may share
//! one folder; their merged result does not depend on which of them got which file.

use crate::facts::{
    Ages, Answer, Contents, Count, MAX_COUNTED, MAX_NAMED, Message, NamedFile, Sample, Space, Tally,
};
use crate::formats::mail::{Address, End, Head, MailError, Wrapped};
use std::collections::BTreeMap;

/// The maximum number of recipients of a message that are kept.
const MAX_RECEIVERS: usize = 3;

/// A file in the folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScannedFile<'a> {
    pub name: &'a str,
    /// In bytes.
    pub size: u64,
    /// In seconds.
    pub age: i64,
}

impl ScannedFile<'_> {
    /// Returns whether another program may still be writing the file.
    fn is_new(&self) -> bool {
        self.age < Ages::A_MINUTE && !self.is_ahead()
    }

    /// Returns whether it is dated in the future, so that its age is not known.
    fn is_ahead(&self) -> bool {
        self.age < -Ages::A_MINUTE
    }

    /// Returns the file as a message for these recipients.
    fn message(&self, receivers: &[Address<'_>]) -> Message {
        Message {
            name: self.name.to_owned(),
            size: self.size,
            age: self.age,
            receivers: receivers
                .iter()
                .take(MAX_RECEIVERS)
                .map(|receiver| receiver.text().into_owned())
                .collect(),
            ..Message::default()
        }
    }
}

/// The [`MAX_NAMED`] items with the smallest rank; for equal ranks, the first by name.
#[derive(Debug, Default)]
struct TopN<T> {
    kept: BTreeMap<(i64, String), T>,
}

impl<T> TopN<T> {
    fn offer(&mut self, rank: i64, name: &str, make: impl FnOnce() -> T) {
        if self.kept.len() >= MAX_NAMED
            && let Some(last) = self.kept.last_entry()
        {
            if (rank, name) >= (last.key().0, last.key().1.as_str()) {
                return;
            }
            last.remove();
        }
        self.kept.insert((rank, name.to_owned()), make());
    }

    fn merge(&mut self, other: Self) {
        other
            .kept
            .into_iter()
            .for_each(|((rank, name), value)| self.offer(rank, &name, || value));
    }

    fn values(self) -> Vec<T> {
        self.kept.into_values().collect()
    }
}

/// Counts files with something in common, and keeps the first by name.
#[derive(Debug, Default)]
struct Sampler {
    count: u64,
    first: TopN<NamedFile>,
}

impl Sampler {
    fn add(&mut self, name: &str, why: impl FnOnce() -> Option<String>) {
        self.count += 1;
        self.first.offer(0, name, || NamedFile {
            name: name.to_owned(),
            why: why(),
            ..NamedFile::default()
        });
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first.merge(other.first);
    }

    fn sample(self) -> Sample {
        Sample {
            count: self.count,
            first: self.first.values(),
            ..Sample::default()
        }
    }
}

/// Why a message that is incomplete and dated in the future is doubtful.
const AHEAD: &str = "it is incomplete and dated in the future, so it may still be being written";

/// Counts names. If there are too many, those that come last by name are counted together. A
/// dropped name never comes back, so each count is complete.
#[derive(Debug, Default)]
struct Counter {
    counted: BTreeMap<String, (u64, i64)>,
    others: u64,
}

impl Counter {
    fn add(&mut self, name: &str, messages: u64, oldest: i64) {
        if let Some(count) = self.counted.get_mut(name) {
            *count = (count.0 + messages, count.1.max(oldest));
            return;
        }
        if self.counted.len() >= MAX_COUNTED
            && let Some(last) = self.counted.last_entry()
        {
            if name > last.key().as_str() {
                self.others += messages;
                return;
            }
            self.others += last.remove().0;
        }
        self.counted.insert(name.to_owned(), (messages, oldest));
    }

    fn merge(&mut self, other: Self) {
        self.others += other.others;
        other
            .counted
            .into_iter()
            .for_each(|(name, (messages, oldest))| self.add(&name, messages, oldest));
    }

    fn tally(self) -> Tally {
        let counted = self.counted.into_iter();
        Tally {
            counted: counted
                .map(|(name, (messages, oldest))| Count {
                    name,
                    messages,
                    oldest,
                    ..Count::default()
                })
                .collect(),
            others: self.others,
            ..Tally::default()
        }
    }
}

/// The results so far.
#[derive(Debug, Default)]
pub(super) struct Collector {
    messages: u64,
    bytes: u64,
    taken: u64,
    arriving: u64,
    subfolders: u64,
    cut: u64,
    other_files: Sampler,
    ages: Ages,
    oldest: TopN<Message>,
    newest: TopN<Message>,
    largest: TopN<Message>,
    addresses: Counter,
    domains: Counter,
    unroutable: Sampler,
    doubtful: Sampler,
    loop_guard: Sampler,
    wrapped: Sampler,
    not_searched: Sampler,
    unread: Sampler,
}

impl Collector {
    /// Counts a subfolder.
    pub(super) fn add_subfolder(&mut self) {
        self.subfolders += 1;
    }

    /// Adds something that is not a message, because of its name or because it is not an ordinary
    /// file.
    pub(super) fn add_other(&mut self, name: &str, why: Option<&str>) {
        self.other_files.add(name, || why.map(str::to_owned));
    }

    /// Adds a file that was removed before it could be opened.
    pub(super) fn add_taken(&mut self) {
        self.taken += 1;
    }

    /// Adds a message that could not be read; `file` is `None` if not even its size and age are
    /// known.
    pub(super) fn add_unread(&mut self, name: &str, file: Option<ScannedFile<'_>>, why: &str) {
        self.unread.add(name, || Some(why.to_owned()));
        match file {
            Some(file) => self.add_message(file, &[]),
            None => self.messages += 1,
        }
    }

    /// Adds a message that another program keeps open. A new one is still being written; for an
    /// older one the reason is not known.
    pub(super) fn add_in_use(&mut self, name: &str, file: Option<ScannedFile<'_>>, why: &str) {
        match file {
            Some(file) if file.is_new() => {
                self.add_message(file, &[]);
                self.arriving += 1;
            }
            file => self.add_unread(name, file, why),
        }
    }

    /// Adds a message with its header, or with the reason why it has none. A file younger than a
    /// minute may be incomplete.
    pub(super) fn add_head(&mut self, file: ScannedFile<'_>, head: Result<&Head<'_>, &MailError>) {
        let receivers = head.map_or(&[][..], |head| &head.receivers);
        self.add_message(file, receivers);
        let is_whole = matches!(
            head,
            Ok(Head {
                end: End::Body(_) | End::Cut,
                ..
            })
        );
        if !is_whole && file.is_ahead() {
            return self.doubtful.add(file.name, || Some(AHEAD.to_owned()));
        }
        if !is_whole && file.is_new() {
            self.arriving += 1;
            return;
        }
        let head = match head {
            Ok(head) => head,
            Err(fault) => return self.unroutable.add(file.name, || Some(fault.to_string())),
        };
        let has_unclear = !head.unclear_receivers.is_empty();
        self.cut += u64::from(head.end == End::Cut || (has_unclear && !receivers.is_empty()));
        if receivers.is_empty() {
            match no_receiver(head) {
                NoReceiver::Doubtful(why) => self.doubtful.add(file.name, || Some(why)),
                NoReceiver::Unroutable(why) => self.unroutable.add(file.name, || Some(why)),
            }
        }
        for receiver in receivers {
            self.add_receiver(receiver, file.age);
        }
        if head.has_loop_guard() {
            self.loop_guard.add(file.name, || None);
        }
    }

    fn add_receiver(&mut self, receiver: &Address<'_>, age: i64) {
        let domain = receiver.domain().map(|domain| domain.to_lowercase());
        let mut address = receiver.local().to_lowercase();
        if let Some(domain) = domain {
            self.domains.add(&domain, 1, age);
            address.push('@');
            address.push_str(&domain);
        }
        self.addresses.add(&address, 1, age);
    }

    fn add_message(&mut self, file: ScannedFile<'_>, receivers: &[Address<'_>]) {
        self.messages += 1;
        self.bytes += file.size;
        self.ages.over_ten_minutes += u64::from(file.age > Ages::TEN_MINUTES);
        self.ages.over_twenty_hours += u64::from(file.age > Ages::TWENTY_HOURS);
        self.ages.over_a_day += u64::from(file.age > Ages::A_DAY);
        self.ages.ahead += u64::from(file.is_ahead());
        // The smallest rank is kept, so the oldest and the largest are ranked by negative numbers.
        let size = i64::try_from(file.size).unwrap_or(i64::MAX);
        self.oldest
            .offer(-file.age, file.name, || file.message(receivers));
        self.newest
            .offer(file.age, file.name, || file.message(receivers));
        self.largest
            .offer(-size, file.name, || file.message(receivers));
    }

    /// Adds whether the search through a message's body found wrapped attachments.
    pub(super) fn add_search_result(&mut self, name: &str, wrapped: Wrapped) {
        match wrapped {
            Wrapped::Yes => self.wrapped.add(name, || None),
            Wrapped::NotSeen => self.not_searched.add(name, || None),
            Wrapped::No => {}
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.taken += other.taken;
        self.arriving += other.arriving;
        self.subfolders += other.subfolders;
        self.cut += other.cut;
        self.ages.over_ten_minutes += other.ages.over_ten_minutes;
        self.ages.over_twenty_hours += other.ages.over_twenty_hours;
        self.ages.over_a_day += other.ages.over_a_day;
        self.ages.ahead += other.ages.ahead;
        self.other_files.merge(other.other_files);
        self.oldest.merge(other.oldest);
        self.newest.merge(other.newest);
        self.largest.merge(other.largest);
        self.addresses.merge(other.addresses);
        self.domains.merge(other.domains);
        self.unroutable.merge(other.unroutable);
        self.doubtful.merge(other.doubtful);
        self.loop_guard.merge(other.loop_guard);
        self.wrapped.merge(other.wrapped);
        self.not_searched.merge(other.not_searched);
        self.unread.merge(other.unread);
    }

    /// Returns the results, with the time and the disk's space.
    pub(super) fn contents(self, scanned: String, space: Answer<Space>) -> Contents {
        Contents {
            scanned,
            messages: self.messages,
            bytes: self.bytes,
            taken: self.taken,
            arriving: self.arriving,
            subfolders: self.subfolders,
            cut: self.cut,
            other_files: self.other_files.sample(),
            ages: self.ages,
            oldest: self.oldest.values(),
            newest: self.newest.values(),
            largest: self.largest.values(),
            addresses: self.addresses.tally(),
            domains: self.domains.tally(),
            unroutable: self.unroutable.sample(),
            doubtful: self.doubtful.sample(),
            loop_guard: self.loop_guard.sample(),
            wrapped: self.wrapped.sample(),
            not_searched: self.not_searched.sample(),
            unread: self.unread.sample(),
            space,
            ..Contents::default()
        }
    }
}

/// Why a message has no usable recipient.
enum NoReceiver {
    /// It may have one nevertheless.
    Doubtful(String),
    Unroutable(String),
}

fn no_receiver(head: &Head<'_>) -> NoReceiver {
    if let Some(fault) = &head.before {
        return NoReceiver::Doubtful(format!("{fault}, and `x-receiver` comes later"));
    }
    let doubt = if !head.unclear_receivers.is_empty() {
        "its `x-receiver` line is not one plain address, or has no end"
    } else if !head.receivers_below.is_empty() {
        "its `x-receiver` line is after its own header, not before it"
    } else if head.end == End::Cut {
        "no `x-receiver` line in the part of its header that was read"
    } else if head.empty_receivers == 0 {
        return NoReceiver::Unroutable("no `x-receiver` line".to_owned());
    } else {
        return NoReceiver::Unroutable("its `x-receiver` line is empty".to_owned());
    };
    NoReceiver::Doubtful(doubt.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::mail;

    /// Returns a folder's messages: name, age and text.
    fn messages() -> impl Iterator<Item = (String, i64, String)> {
        (0..6000_usize).map(|at| {
            let mixed = at.wrapping_mul(2_654_435_761) % 6007;
            let head = match mixed % 7 {
                0 => "From: a\r\n\r\n".to_owned(),
                _ => format!(
                    "x-receiver: List{}@d{}.example\r\n\r\n",
                    mixed % 5003,
                    mixed % 3
                ),
            };
            (format!("{mixed:04}.eml"), (mixed % 311) as i64 * 300, head)
        })
    }

    /// Returns the merged result of this number of collectors, which get the messages in turn.
    fn gathered(collectors: usize) -> Contents {
        let mut all: Vec<Collector> = (0..collectors).map(|_| Collector::default()).collect();
        for (at, (name, age, text)) in messages().enumerate() {
            let head = mail::head(text.as_bytes(), true).unwrap().unwrap();
            let file = ScannedFile {
                name: &name,
                size: age as u64,
                age,
            };
            all[at % collectors].add_head(file, Ok(&head));
        }
        let mut whole = Collector::default();
        all.into_iter().rev().for_each(|part| whole.merge(part));
        whole.contents("now".to_owned(), Answer::NotAsked)
    }

    #[test]
    fn split_work_gives_the_same_contents() {
        let one = gathered(1);
        assert_eq!(
            (one.messages, one.addresses.counted.len(), one.oldest.len()),
            (6000, MAX_COUNTED, MAX_NAMED)
        );
        assert_eq!(
            one.unroutable.count
                + one
                    .domains
                    .counted
                    .iter()
                    .map(|count| count.messages)
                    .sum::<u64>(),
            6000
        );
        assert!(one.addresses.others > 0);
        for collectors in [2, 3, 7, 64] {
            assert_eq!(gathered(collectors), one, "{collectors}");
        }
    }

    #[test]
    fn samples_are_the_first_by_rank_and_name() {
        let one = gathered(1);
        let ages: Vec<i64> = one.oldest.iter().map(|message| message.age).collect();
        assert!(
            ages.is_sorted_by(|one, two| one >= two) && ages[0] == 310 * 300,
            "{ages:?}"
        );
        let mut names: Vec<String> = messages()
            .filter(|(_, _, text)| !text.starts_with('x'))
            .map(|all| all.0)
            .collect();
        names.sort();
        let first: Vec<String> = one
            .unroutable
            .first
            .into_iter()
            .map(|named| named.name)
            .collect();
        assert_eq!(first, names[..MAX_NAMED]);
    }

    #[test]
    fn messages_still_being_written_decide_nothing() {
        let file = |age| ScannedFile {
            name: "a.eml",
            size: 10,
            age,
        };
        // The text ends within the header.
        let text = b"x-receiver: docs@sharepoint";
        for (age, in_use, torn) in [
            (5, (1, 0, 0), (1, 0, 0)),
            (Ages::A_MINUTE + 1, (0, 1, 0), (0, 0, 1)),
            (-Ages::A_MINUTE - 1, (0, 1, 0), (0, 0, 1)),
        ] {
            let counts = |collector: Collector| {
                let seen = collector.contents(String::new(), Answer::NotAsked);
                (seen.arriving, seen.unread.count, seen.doubtful.count)
            };
            let mut collector = Collector::default();
            collector.add_in_use("a.eml", Some(file(age)), "in use");
            assert_eq!(counts(collector), in_use, "{age}");
            let mut collector = Collector::default();
            let head = mail::head(text, true).unwrap().unwrap();
            collector.add_head(file(age), Ok(&head));
            assert_eq!(counts(collector), torn, "{age}");
        }
    }
}
