//! How long messages have been in the drop folders.

use super::observed::{FolderRef, judge_contents};
use super::receivers::{are_for_unknown_aliases, has_list};
use super::wording::{MAX_SHOWN, age_left, listed, message_count};
use crate::facts::{Ages, Contents, Message};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, Severity};

/// Messages that are too old.
struct OldMail {
    /// The beginning of the sentence that says so.
    what: String,
    observed: String,
}

pub(super) fn stuck(case: &Case<'_>) -> Vec<RuleResult> {
    judge_ages(case, Ages::TEN_MINUTES, |folder, old| {
        let remedy = "Check that the Timer service runs, and that its account may read and delete \
                      the messages. Then check that a list has the alias (folder-alias-unknown)";
        Finding::new(
            format!("{} in {folder} for more than ten minutes", old.what),
            remedy,
        )
        .observed(
            format!("the messages in {folder}"),
            "each is processed within a minute or two",
            &old.observed,
        )
    })
}

pub(super) fn expiring(case: &Case<'_>) -> Vec<RuleResult> {
    judge_ages(case, Ages::TWENTY_HOURS, |folder, old| {
        let remedy = "Copy these files to a safe place now, as `spinmail explain \
                      folder-mail-expiring` shows. SharePoint deletes messages without a notice \
                      after about 24 hours";
        Finding::new(
            format!("{} in {folder} for more than 20 hours", old.what),
            remedy,
        )
        .observed(
            format!("the messages in {folder}"),
            "none near 24 hours, when they are deleted",
            &old.observed,
        )
    })
}

/// Judges whether messages are older than `limit` seconds: all messages, or those to the address
/// whose route is judged.
fn judge_ages(
    case: &Case<'_>,
    limit: i64,
    finding: impl Fn(FolderRef<'_>, &OldMail) -> Finding,
) -> Vec<RuleResult> {
    let Some(address) = case.address else {
        return judge_contents(case, |folder, contents| {
            match old_mail(case, contents, limit) {
                Ok(old) => Outcome::Fail(finding(folder, &old)),
                Err(instead) => instead,
            }
        });
    };
    let mut results = judge_contents(case, |folder, contents| {
        match old_mail_to(address, case, contents, limit) {
            // On its route it is this message that stops.
            Ok(old) => Outcome::Fail(finding(folder, &old).with_severity(Severity::Error)),
            Err(instead) => instead,
        }
    });
    for result in &mut results {
        result.subject.text = format!("{address} in {}", result.subject.text).into();
    }
    results
}

/// Returns all messages that are too old, or the outcome if none is.
fn old_mail(case: &Case<'_>, contents: &Contents, limit: i64) -> Judged<OldMail> {
    let count = match limit {
        Ages::TEN_MINUTES => contents.ages.over_ten_minutes,
        _ => contents.ages.over_twenty_hours,
    };
    let what = match (count, contents.ages.ahead) {
        (0, 0) => return Err(Outcome::pass()),
        (0, ahead) => {
            let is = if ahead == 1 { "is" } else { "are" };
            return Err(Outcome::undecided(format!(
                "{} {is} dated in the future by the clock of the machine that gathered the facts, \
                 so the age is not known; compare the clocks",
                message_count(ahead),
            )));
        }
        (1, _) => "1 message has been".to_owned(),
        (count, _) => format!("{count} messages have been"),
    };
    // SharePoint leaves those lying. That they will be deleted is a finding of its own.
    if limit == Ages::TEN_MINUTES && are_for_unknown_aliases(case, contents, count, limit) {
        return Err(Outcome::because(
            "folder-alias-unknown",
            "all of them are for aliases that no list has",
        ));
    }
    Ok(OldMail {
        what,
        observed: oldest_messages(contents, count, limit),
    })
}

/// Returns the messages to one address that are too old, or the outcome if none is known.
fn old_mail_to(address: &str, case: &Case<'_>, contents: &Contents, limit: i64) -> Judged<OldMail> {
    if has_list(case, address) == Some(false) {
        return Err(Outcome::because(
            "folder-alias-unknown",
            "no list has the alias",
        ));
    }
    let mut counted = contents.addresses.counted.iter();
    let Some(count) = counted.find(|count| count.name == address) else {
        let uncounted = contents.addresses.others + contents.cut + contents.unread.count;
        return Err(match uncounted {
            0 => Outcome::pass(),
            _ => Outcome::undecided(
                "not all messages were read or counted, so it is not known whether some are to \
                 this address",
            ),
        });
    };
    if count.oldest < -Ages::A_MINUTE {
        return Err(Outcome::undecided(
            "mail to this address is dated in the future by the clock of the machine that \
             gathered the facts, so its age is not known; compare the clocks",
        ));
    }
    if count.oldest <= limit {
        return Err(Outcome::pass());
    }
    Ok(OldMail {
        what: format!("mail to {address} has been"),
        observed: format!(
            "{} to {address}, the oldest {}",
            message_count(count.messages),
            age_left(count.oldest)
        ),
    })
}

/// Names the oldest messages, of `count` that are older than `limit`.
fn oldest_messages(contents: &Contents, count: u64, limit: i64) -> String {
    let oldest: Vec<String> = contents
        .oldest
        .iter()
        .filter(|message| message.age > limit)
        .take(MAX_SHOWN)
        .map(message_and_age)
        .collect();
    listed(&oldest, count)
}

fn message_and_age(message: &Message) -> String {
    let receivers = match message.receivers.as_slice() {
        [] => String::new(),
        receivers => format!(" to {}", receivers.join(", ")),
    };
    format!("`{}`{receivers}: {}", message.name, age_left(message.age))
}
