//! Whether a drop folder exists, and how much is in it.

use super::observed::{FolderRef, could_not_look, judge_contents, judge_folders, not_asked};
use super::wording::{message_count, size_in_units};
use crate::facts::{Answer, Contents, Count, DropFolder, Space};
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};
use std::cmp::Reverse;

/// The number of files that slows the delivery job down noticeably.
const MANY_FILES: u64 = 400;
/// A disk is nearly full with less free space than this, in bytes, or than a twentieth of it.
const MIN_FREE_BYTES: u64 = 1 << 30;
/// How many addresses the finding about a backlog names.
const MAX_BUSIEST: usize = 5;

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_folders(case, |folder, facts| match existence(facts) {
        Answer::Known(()) => Outcome::pass(),
        Answer::Failed(why) => could_not_look(&why),
        Answer::NotAsked => not_asked(folder),
        Answer::Absent(how) => Outcome::Fail(missing_finding(folder, facts, how)),
    })
}

/// Returns whether the folder exists, from the look into it, or from the question for its
/// permissions if that found no folder.
fn existence(facts: &DropFolder) -> Answer<()> {
    match (&facts.contents, &facts.descriptor) {
        (Answer::NotAsked, Answer::Absent(how)) | (Answer::Absent(how), _) => {
            Answer::Absent(how.clone())
        }
        (Answer::Known(_), _) => Answer::Known(()),
        (Answer::Failed(why), _) => Answer::Failed(why.clone()),
        (Answer::NotAsked, _) => Answer::NotAsked,
    }
}

fn missing_finding(folder: FolderRef<'_>, facts: &DropFolder, how: String) -> Finding {
    let remedy = "Record the folder into which the SMTP service drops mail with `spinmail \
                  drop-folder PATH`, or create the recorded folder";
    let asked = match &facts.mounted_at {
        Some(path) => format!("{folder}, seen at `{path}`"),
        None => folder.to_string(),
    };
    let message = format!("the drop folder {folder} does not exist");
    Finding::for_role(AdminRole::Server, message, remedy).observed(asked, "a folder", how)
}

pub(super) fn disk_low(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| match &contents.space {
        Answer::Known(Space { total: 0, .. }) => {
            Outcome::undecided("the size of its volume is not known")
        }
        Answer::Known(space) if space.free < MIN_FREE_BYTES || space.free < space.total / 20 => {
            Outcome::Fail(disk_low_finding(folder, space))
        }
        Answer::Known(_) => Outcome::pass(),
        Answer::Absent(_) | Answer::Failed(_) => Outcome::undecided(format!(
            "the free space of its volume is not known: {}",
            contents.space.why_not()
        )),
        Answer::NotAsked => Outcome::undecided(
            "the free space of its volume was not asked; `spinmail gather \
                                folder` asks it",
        ),
    })
}

fn disk_low_finding(folder: FolderRef<'_>, space: &Space) -> Finding {
    let (free, total) = (size_in_units(space.free), size_in_units(space.total));
    Finding::for_role(
        AdminRole::Server,
        format!("{free} are free on the volume of {folder}"),
        "Free space on this volume; when it is full, the SMTP service accepts no more mail",
    )
    .observed(
        format!("the volume of {folder}"),
        "1 GiB and 5 % free",
        format!("{free} of {total}"),
    )
}

pub(super) fn backlog(case: &Case<'_>) -> Vec<RuleResult> {
    judge_contents(case, |folder, contents| {
        let files = contents.messages + contents.other_files.count;
        if files < MANY_FILES {
            return Outcome::pass();
        }
        let remedy = "Fix why the messages stay there (folder-mail-stuck, folder-alias-unknown), \
                      then move the messages for which there is no list to another folder";
        let finding = Finding::new(format!("{folder} holds {files} files"), remedy)
            .observed(
                format!("the files in {folder}"),
                format!("fewer than {MANY_FILES}"),
                summary(contents),
            )
            .with_evidence(busiest_addresses(folder, contents));
        Outcome::Fail(finding)
    })
}

fn summary(contents: &Contents) -> String {
    let other = match contents.other_files.count {
        0 => String::new(),
        1 => ", 1 other file".to_owned(),
        count => format!(", {count} other files"),
    };
    format!(
        "{} ({}){other}",
        message_count(contents.messages),
        size_in_units(contents.bytes)
    )
}

/// Returns the addresses that most messages are for, or `None` if no recipient was read.
fn busiest_addresses(folder: FolderRef<'_>, contents: &Contents) -> Option<Evidence> {
    let mut counts: Vec<&Count> = contents.addresses.counted.iter().collect();
    if counts.is_empty() {
        return None;
    }
    counts.sort_by_key(|count| (Reverse(count.messages), &count.name));
    let named: Vec<String> = counts
        .iter()
        .take(MAX_BUSIEST)
        .map(|count| format!("{} ({})", count.name, count.messages))
        .collect();
    let scope = match contents.addresses.others {
        0 => "",
        _ => ", among those that were counted",
    };
    Some(Evidence::new(
        format!("the addresses with the most messages in {folder}"),
        "lists of the farm",
        named.join(", ") + scope,
    ))
}
