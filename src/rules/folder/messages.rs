//! What SharePoint does with the messages in the drop folders, and files that are not messages.

use super::observed::{FolderRef, judge_contents};
use super::receivers::{UNREAD, pass_unless_open};
use super::wording::{MAX_SHOWN, file_names, listed, message_count, size_in_units};
use crate::facts::{Contents, Message, Sample};
use crate::farm::values::Size;
use crate::formats::mail::LOOP_GUARD;
use crate::remedy::AdminRole;
use crate::rules::smtp::default_limit;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};

pub(super) fn loop_guard(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| {
        let sample = &contents.loop_guard;
        if sample.count > 0 {
            return Outcome::Fail(loop_guard_finding(folder, sample));
        }
        if contents.cut > 0 {
            return Outcome::undecided(format!(
                "not all headers of {} were read",
                message_count(contents.cut)
            ));
        }
        pass_unless_open(&[(&contents.unread, UNREAD)])
    })
}

fn loop_guard_finding(folder: FolderRef<'_>, sample: &Sample) -> Finding {
    let remedy = "SharePoint discards mail that it sent itself, such as alerts to a list: send \
                  such mail from another system";
    Finding::new(
        format!(
            "{} in {folder} will be discarded: SharePoint itself sent it",
            message_count(sample.count)
        ),
        remedy,
    )
    .observed(
        format!("the `X-Mailer` of each message in {folder}"),
        format!("not `{LOOP_GUARD}`"),
        file_names(sample),
    )
}

const NOT_SEARCHED: [&str; 2] = ["was not read to the end", "were not read to the end"];

pub(super) fn attachments_wrapped(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| {
        if contents.wrapped.count > 0 {
            return Outcome::Fail(wrapped_finding(folder, &contents.wrapped));
        }
        pass_unless_open(&[
            (&contents.unread, UNREAD),
            (&contents.not_searched, NOT_SEARCHED),
        ])
    })
}

fn wrapped_finding(folder: FolderRef<'_>, sample: &Sample) -> Finding {
    let remedy = "Make Exchange send no rich text to these recipients: set the contacts' \
                  `internetEncoding` to 1310720 and `mAPIRecipient` to FALSE, or disable TNEF for \
                  the remote domain";
    Finding::new(
        format!(
            "the attachments of {} in {folder} will be lost",
            message_count(sample.count)
        ),
        remedy,
    )
    .observed(
        format!("the parts of each message in {folder}"),
        "no `application/ms-tnef` (winmail.dat)",
        file_names(sample),
    )
}

/// The smallest limit that any version gives a web application, in bytes: that of SharePoint 2010.
const SMALLEST_DEFAULT: u64 = 50 << 20;

/// The web applications' limits of a message's size.
struct SizeLimits<'a> {
    largest: &'a Size,
    smallest: &'a Size,
    /// The limit of a web application whose limit was never set, in bytes.
    default: u64,
    /// Whether every web application's limit is recorded.
    all_recorded: bool,
}

impl<'a> SizeLimits<'a> {
    fn new(case: &Case<'a>) -> Judged<Self> {
        let largest = wanted::largest_message(case.farm)?;
        let web_applications = &case.farm.web_applications;
        let limits: Vec<&Size> = web_applications
            .iter()
            .filter_map(|web| web.maximum_message_size.as_ref())
            .collect();
        let smallest = limits.iter().copied().min_by_key(|size| size.bytes());
        let default = case.farm.version.and_then(default_limit);
        Ok(Self {
            largest,
            smallest: smallest.unwrap_or(largest),
            default: default.unwrap_or(SMALLEST_DEFAULT),
            all_recorded: limits.len() == web_applications.len(),
        })
    }

    /// Returns the smallest limit in bytes: a limit that is not recorded may be the default.
    fn smallest_bytes(&self) -> u64 {
        if self.all_recorded {
            self.smallest.bytes()
        } else {
            self.smallest.bytes().min(self.default)
        }
    }

    fn smallest_in_words(&self) -> String {
        match self.smallest_bytes() {
            bytes if bytes == self.smallest.bytes() => self.smallest.as_str().to_owned(),
            bytes => Size::in_words(bytes),
        }
    }
}

pub(super) fn too_large(case: &Case<'_>) -> Vec<RuleResult> {
    let limits = match SizeLimits::new(case) {
        Ok(limits) => limits,
        Err(instead) => return RuleResult::only("web-application", instead),
    };
    let mut results = judge_contents(case, |folder, contents| {
        let over_smallest = messages_over(limits.smallest_bytes(), contents);
        let over_largest = messages_over(limits.largest.bytes(), contents);
        match (over_largest.len(), over_smallest.len()) {
            (_, 0) => Outcome::pass(),
            (0, count) => maybe_too_large(count, &limits),
            (..) if !limits.all_recorded => Outcome::undecided(
                "a message is larger than every recorded limit, but not every web application's \
                 limit is recorded",
            ),
            (..) => Outcome::Fail(too_large_finding(
                folder,
                contents,
                &over_largest,
                limits.largest,
            )),
        }
    });
    for result in &mut results {
        // Not about the folder, but about what the rule is.
        result.about = None;
    }
    results
}

fn messages_over(limit: u64, contents: &Contents) -> Vec<&Message> {
    contents
        .largest
        .iter()
        .filter(|message| message.size > limit)
        .collect()
}

/// Returns the outcome for messages that some web applications take and others do not.
fn maybe_too_large(count: usize, limits: &SizeLimits<'_>) -> Outcome {
    let what = match count {
        1 => "1 message is".to_owned(),
        _ => format!("{count} messages are"),
    };
    let why = if limits.all_recorded {
        "not every web application accepts; it is not known for which one it is"
    } else {
        "a web application without a recorded limit may not accept; record `maximum-message-size`"
    };
    Outcome::undecided(format!(
        "{what} larger than {}, which {why}",
        limits.smallest_in_words()
    ))
}

fn too_large_finding(
    folder: FolderRef<'_>,
    contents: &Contents,
    too_large: &[&Message],
    limit: &Size,
) -> Finding {
    let count = too_large.len() as u64;
    // Of many messages, only the largest are recorded one by one.
    let may_be_more = too_large.len() == contents.largest.len() && contents.messages > count;
    let at_least = if may_be_more { "at least " } else { "" };
    let is = if count == 1 { "is" } else { "are" };
    let shown: Vec<String> = too_large
        .iter()
        .take(MAX_SHOWN)
        .map(|message| format!("`{}` ({})", message.name, size_in_units(message.size)))
        .collect();
    Finding::new(
        format!(
            "{at_least}{} in {folder} {is} larger than {}",
            message_count(count),
            limit.as_str()
        ),
        "Raise the maximum message size of the web application that it is for, or tell the \
         senders",
    )
    .observed(
        format!("the sizes in {folder}"),
        format!("{} at most", limit.as_str()),
        listed(&shown, count),
    )
}

pub(super) fn other_files(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| {
        if contents.other_files.count == 0 {
            Outcome::pass()
        } else {
            Outcome::Fail(other_files_finding(folder, &contents.other_files))
        }
    })
}

fn other_files_finding(folder: FolderRef<'_>, sample: &Sample) -> Finding {
    let message = match sample.count {
        1 => format!("1 file in {folder} is not a message"),
        count => format!("{count} files in {folder} are not messages"),
    };
    let remedy = "Remove the files if nothing needs them; the delivery job has to skip them each \
                  time";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("the files in {folder}"),
        "messages (`.eml`)",
        file_names(sample),
    )
}
