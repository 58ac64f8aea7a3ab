//! What lies in the drop folders: how much, and for how long.

use super::*;
use crate::facts::{Ages, Count, Message, Space};
use crate::rules::Severity;

/// Files from which on the delivery job takes noticeably longer.
const MANY: u64 = 400;
/// Less free space than this, in bytes, or than a twentieth of the disk, is little.
const LITTLE: u64 = 1 << 30;

/// What tells whether there is such a folder: whoever looked into it, else whoever asked for its
/// permissions and was told that there is none.
fn absence(seen: &DropFolder) -> Answer<()> {
    match (&seen.contents, &seen.descriptor) {
        (Answer::NotAsked, Answer::Absent(how)) | (Answer::Absent(how), _) => {
            Answer::Absent(how.clone())
        }
        (Answer::Known(_), _) => Answer::Known(()),
        (Answer::Failed(why), _) => Answer::Failed(why.clone()),
        (Answer::NotAsked, _) => Answer::NotAsked,
    }
}

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, |place, seen| match absence(seen) {
        Answer::Known(_) => Outcome::pass(),
        Answer::Failed(why) => {
            Outcome::undecided(format!("whether it is there is not known: {why}"))
        }
        Answer::NotAsked => not_asked(place),
        Answer::Absent(how) => {
            let remedy = "Name the folder that the SMTP service drops mail in with `spinmail \
                          drop-folder PATH`, or make the folder that is recorded";
            let at = seen.seen_at.as_ref().map_or_else(
                || place.to_string(),
                |at| format!("{place}, seen at `{at}`"),
            );
            Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("there is no drop folder {place}"),
                    remedy,
                )
                .observed(at, "a folder", how),
            )
        }
    })
}

pub(super) fn disk_low(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| match &contents.space {
        Answer::Known(Space { total: 0, .. }) => {
            Outcome::undecided("its disk does not tell its size")
        }
        Answer::Known(Space { free, total, .. }) if *free < LITTLE || *free < total / 20 => {
            Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("{} are left on the disk of {place}", size(*free)),
                    "Make room on this disk; when it is full, the SMTP service takes no more mail",
                )
                .observed(
                    format!("the disk of {place}"),
                    "1 GiB and 5 % free",
                    format!("{} of {}", size(*free), size(*total)),
                ),
            )
        }
        Answer::Known(_) => Outcome::pass(),
        Answer::Absent(why) | Answer::Failed(why) => {
            Outcome::undecided(format!("its disk's space is not known: {why}"))
        }
        Answer::NotAsked => {
            Outcome::undecided("its disk's space was not asked; `spinmail gather folder` asks it")
        }
    })
}

pub(super) fn backlog(case: &Case<'_>) -> Vec<RuleResult> {
    of_contents(case, |place, contents| {
        let files = contents.messages + contents.other_files.count;
        let finding = || {
            let remedy = "Mend what keeps the messages there (folder-mail-stuck, \
                          folder-alias-unknown), then move away those that no list takes";
            Finding::new(format!("{files} files lie in {place}"), remedy)
                .observed(
                    format!("the files in {place}"),
                    format!("fewer than {MANY}"),
                    summary(contents),
                )
                .with_evidence(shown(
                    "the addresses with most messages",
                    place,
                    busiest(contents),
                ))
        };
        Outcome::pass_unless((files >= MANY).then(finding))
    })
}

/// The five addresses that most messages are for.
fn busiest(contents: &Contents) -> Option<String> {
    let mut counts: Vec<&Count> = contents.addresses.counted.iter().collect();
    counts.sort_by_key(|count| (std::cmp::Reverse(count.messages), &count.name));
    let of_all = if contents.addresses.others == 0 {
        ""
    } else {
        ", among those that were counted"
    };
    let named = counts
        .iter()
        .take(5)
        .map(|count| format!("{} ({})", count.name, count.messages));
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", ") + of_all)
}

/// Evidence that may not be there.
fn shown(
    asked: &str,
    place: Place<'_>,
    observed: Option<String>,
) -> Option<crate::rules::Evidence> {
    let asked = format!("{asked} in {place}");
    observed.map(|observed| crate::rules::Evidence {
        asked,
        expected: "lists of the farm".to_owned(),
        observed,
    })
}

pub(super) fn stuck(case: &Case<'_>) -> Vec<RuleResult> {
    of_ages(case, Ages::TEN_MINUTES, |place, old| {
        let remedy = "See that the timer service runs and that its account may read and delete \
                      what lies there; then that a list has the alias (folder-alias-unknown)";
        Finding::new(
            format!("{} longer than ten minutes in {place}", old.what),
            remedy,
        )
        .observed(
            format!("the messages in {place}"),
            "each is taken within a minute or two",
            &old.observed,
        )
    })
}

pub(super) fn expiring(case: &Case<'_>) -> Vec<RuleResult> {
    of_ages(case, Ages::TWENTY_HOURS, |place, old| {
        let remedy = "Copy these files to a safe place now; SharePoint deletes what lies there \
                      for 24 hours, and tells nobody";
        Finding::new(
            format!("{} longer than 20 hours in {place}", old.what),
            remedy,
        )
        .observed(
            format!("the messages in {place}"),
            "none near 24 hours, when they are deleted",
            &old.observed,
        )
    })
}

/// Messages that are too old: the beginning of the sentence that says so, and what shows it.
struct Old {
    what: String,
    observed: String,
}

/// Judges whether messages are older than an age, in seconds: all, or on the way of one message
/// those to its address.
fn of_ages(
    case: &Case<'_>,
    limit: i64,
    finding: impl Fn(Place<'_>, &Old) -> Finding,
) -> Vec<RuleResult> {
    let judged = of_contents(case, |place, contents| {
        if let Some(address) = case.address {
            return match of_address(case, address, contents, limit) {
                // Here it is this message that stops.
                Ok(old) => Outcome::Fail(finding(place, &old).with_severity(Severity::Error)),
                Err(outcome) => outcome,
            };
        }
        let count = match limit {
            Ages::TEN_MINUTES => contents.ages.over_ten_minutes,
            _ => contents.ages.over_twenty_hours,
        };
        match (count, contents.ages.ahead) {
            (0, 0) => Outcome::pass(),
            (0, ahead) => Outcome::undecided(format!(
                "{} {} dated after the clock of the machine that looked, so how old is not known; \
                 compare the clocks",
                several(ahead),
                if ahead == 1 { "is" } else { "are" }
            )),
            _ => {
                let what = if count == 1 {
                    "1 message lies".to_owned()
                } else {
                    format!("{count} messages lie")
                };
                Outcome::Fail(finding(
                    place,
                    &Old {
                        what,
                        observed: oldest(contents, count, limit),
                    },
                ))
            }
        }
    });
    let of_subject = |judged: RuleResult| match case.address {
        Some(address) => RuleResult {
            subject: format!("{address} in {}", judged.subject),
            ..judged
        },
        None => judged,
    };
    judged.into_iter().map(of_subject).collect()
}

/// The old messages to one address; or what there is to say where none is known.
fn of_address(
    case: &Case<'_>,
    address: &str,
    contents: &Contents,
    limit: i64,
) -> Result<Old, Outcome> {
    if messages::knows(case, address) == Some(false) {
        return Err(Outcome::not_applicable(
            "no list has the alias (folder-alias-unknown)",
        ));
    }
    let Some(count) = contents
        .addresses
        .counted
        .iter()
        .find(|count| count.name == address)
    else {
        let all = contents.addresses.others + contents.cut + contents.unread.count == 0;
        let what = "not all messages were read or counted, so whether some to this address lie \
                    there is not known";
        return Err(if all {
            Outcome::pass()
        } else {
            Outcome::undecided(what)
        });
    };
    if count.oldest <= limit {
        return Err(Outcome::pass());
    }
    let observed = format!(
        "{} to {address}, the oldest {}",
        several(count.messages),
        age_left(count.oldest)
    );
    Ok(Old {
        what: format!("mail to {address} lies"),
        observed,
    })
}

/// The oldest messages, one after the other.
fn oldest(contents: &Contents, count: u64, limit: i64) -> String {
    let one = |message: &Message| {
        let receivers = match message.receivers.as_slice() {
            [] => String::new(),
            receivers => format!(" to {}", receivers.join(", ")),
        };
        format!("`{}`{receivers}: {}", message.name, age_left(message.age))
    };
    let old = contents
        .oldest
        .iter()
        .filter(|message| message.age > limit)
        .take(MOST_SHOWN);
    messages::listed(old.map(one).collect(), count)
}

/// How many files a finding names.
pub(super) const MOST_SHOWN: usize = 5;

fn summary(contents: &Contents) -> String {
    let other = match contents.other_files.count {
        0 => String::new(),
        1 => ", 1 other file".to_owned(),
        count => format!(", {count} other files"),
    };
    format!(
        "{} ({}){other}",
        several(contents.messages),
        size(contents.bytes)
    )
}

pub(super) fn several(messages: u64) -> String {
    if messages == 1 {
        "1 message".to_owned()
    } else {
        format!("{messages} messages")
    }
}

/// An age with the time that is left until SharePoint deletes the message.
pub(super) fn age_left(seconds: i64) -> String {
    match Ages::A_DAY - seconds {
        left @ 1.. => format!("{} old, deleted in {}", age(seconds), age(left)),
        _ => format!("{} old, and not deleted after 24h", age(seconds)),
    }
}

/// A time span in two units at most.
fn age(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (2.., ..) => format!("{days}d {}h", hours % 24),
        (_, 1.., _) => format!("{hours}h {}min", minutes % 60),
        (_, _, 1..) => format!("{minutes}min"),
        _ => format!("{}s", seconds.max(0)),
    }
}

/// A size in the largest unit that shows it.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["bytes", "KiB", "MiB", "GiB"];
    let mut unit = 0;
    let mut scaled = bytes as f64;
    while scaled >= 1024.0 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 {
        format!("{bytes} {name}")
    } else {
        format!("{scaled:.1} {name}")
    }
}
