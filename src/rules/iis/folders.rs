//! The files in the folders of the SMTP service.

use super::domains::why_not_dropped;
use super::view::{VirtualServerView, judge_virtual_servers};
use crate::facts::{Answer, FolderFiles, FolderRole, ServiceState};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, Severity};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder and the files in it.
struct ListedFolder<'a> {
    path: &'a str,
    files: &'a FolderFiles,
}

/// Returns the files of a folder, or the outcome if they were not counted. `name` is the folder's
/// name in sentences.
fn files<'a>(
    view: &VirtualServerView<'a>,
    role: FolderRole,
    name: &str,
) -> Judged<ListedFolder<'a>> {
    match view.files(role) {
        Some((path, Answer::Known(files))) => Ok(ListedFolder { path, files }),
        Some((path, answer @ (Answer::Absent(_) | Answer::Failed(_)))) => Err(Outcome::undecided(
            format!("the {name} `{path}`: {}", answer.why_not()),
        )),
        Some((_, Answer::NotAsked)) | None => Err(Outcome::undecided(format!(
            "the files of its folders were not counted; run `spinmail gather iis` on `{}` itself",
            view.server.name()
        ))),
    }
}

/// Returns how long before the look a file was written, or `None` if either time is not known or
/// the file's lies ahead.
fn age(view: &VirtualServerView<'_>, written: Option<&String>) -> Option<Duration> {
    let looked = humantime::parse_rfc3339_weak(view.facts.looked.as_deref()?).ok()?;
    let written = humantime::parse_rfc3339_weak(written?).ok()?;
    // A time ahead of the look says nothing.
    looked.duration_since(written).ok()
}

pub(super) fn queue_stuck(case: &Case<'_>) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| judge_queue(case, view).into())
}

fn judge_queue(case: &Case<'_>, view: &VirtualServerView<'_>) -> Judged<Outcome> {
    let queue = files(view, FolderRole::Queue, "queue directory")?;
    if queue.files.count == 0 {
        return Ok(Outcome::pass());
    }
    let Some(age) = age(view, queue.files.oldest.as_ref()) else {
        return Err(Outcome::undecided(format!(
            "it is not known how long the files in `{}` have been waiting",
            queue.path
        )));
    };
    let longest = match view.virtual_server.longest_retry() {
        Ok(minutes) => Duration::from_secs(60 * u64::from(minutes)),
        Err(error) => return Err(Outcome::undecided(error.message)),
    };
    // Outgoing mail waits there too, until its recipient is asked again.
    if age <= longest {
        return Ok(Outcome::pass());
    }
    match known_cause(case, view) {
        Some(outcome) => Err(outcome),
        None => Ok(Outcome::Fail(queue_finding(view, &queue, longest))),
    }
}

/// Returns the outcome if another rule says why mail is not dropped, or `None` if none does.
fn known_cause(case: &Case<'_>, view: &VirtualServerView<'_>) -> Option<Outcome> {
    if let Answer::Known(service) = &view.facts.service
        && service.state == ServiceState::Stopped
    {
        return Some(Outcome::because(
            "iis-service-stopped",
            "the SMTP service is stopped",
        ));
    }
    why_not_dropped(case, view)
}

/// Creates the note about messages that wait for long. The files do not say in a documented way for
/// whom they are, so they may be outgoing mail, whose recipients are at fault.
fn queue_finding(
    view: &VirtualServerView<'_>,
    queue: &ListedFolder<'_>,
    longest: Duration,
) -> Finding {
    let oldest = queue.files.oldest.as_deref().unwrap_or("unknown");
    let count = queue.files.count;
    let message = format!(
        "{count} {} in the queue of `{}`, possibly for the farm",
        if count == 1 {
            "message waits"
        } else {
            "messages wait"
        },
        view.name()
    );
    let remedy = "Read the oldest files there. If they are for other domains, the recipients' \
                  servers are the cause, not the farm. If they are for the farm, the alias domain \
                  is missing, or the SMTP service was not restarted after the domain was added";
    let longest = humantime::format_duration(longest);
    Finding::for_role(AdminRole::Server, message, remedy)
        .with_severity(Severity::Note)
        .observed(
            format!("files in `{}`", queue.path),
            format!("none that has been waiting longer than the longest retry interval, {longest}"),
            format!("{count}, the oldest from {oldest}"),
        )
}

pub(super) fn bad_mail(case: &Case<'_>) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| judge_bad_mail(view).into())
}

fn judge_bad_mail(view: &VirtualServerView<'_>) -> Judged<Outcome> {
    let bad_mail = files(view, FolderRole::BadMail, "badmail directory")?;
    if bad_mail.files.count == 0 {
        return Ok(Outcome::pass());
    }
    match age(view, bad_mail.files.newest.as_ref()) {
        None => Err(Outcome::undecided(format!(
            "it is not known when the files in `{}` were written",
            bad_mail.path
        ))),
        Some(age) if age > DAY => Ok(Outcome::pass()),
        Some(_) => Ok(Outcome::Fail(bad_mail_finding(view, &bad_mail))),
    }
}

fn bad_mail_finding(view: &VirtualServerView<'_>, bad_mail: &ListedFolder<'_>) -> Finding {
    let newest = bad_mail.files.newest.as_deref().unwrap_or("unknown");
    let message = format!(
        "there are messages from the last day in Badmail: `{}` could not deliver them",
        view.name()
    );
    let remedy = "Read the newest .BDR files there: each says why the .BAD file of the same name \
                  could not be delivered";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("files in `{}`", bad_mail.path),
        "none from the last 24 hours",
        format!("{}, the newest from {newest}", bad_mail.files.count),
    )
}
