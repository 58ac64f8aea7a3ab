//! The files in the folders of the SMTP service.

use super::domains::DomainStatus;
use super::view::{VirtualServerView, judge_virtual_servers};
use crate::facts::{Answer, FolderFiles, FolderRole, ServiceState};
use crate::farm::values::checked;
use crate::remedy::{Action, AdminRole};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};
use std::time::Duration;

/// The age of a message that is stuck in the queue: others leave it within seconds.
const STUCK_AGE: Duration = Duration::from_secs(10 * 60);
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
            "the {name} was not counted; run `spinmail gather iis` on `{}` itself",
            view.server.name()
        ))),
    }
}

/// Returns how long before the look a file was written, or `None` if either time is not known.
fn age(view: &VirtualServerView<'_>, written: Option<&String>) -> Option<Duration> {
    let looked = humantime::parse_rfc3339_weak(view.facts.looked.as_deref()?).ok()?;
    let written = humantime::parse_rfc3339_weak(written?).ok()?;
    // If the server's clock is ahead, the file is new.
    Some(looked.duration_since(written).unwrap_or_default())
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
            "how long the files in `{}` wait is not known",
            queue.path
        )));
    };
    if age < STUCK_AGE {
        return Ok(Outcome::pass());
    }
    if let Some(outcome) = known_cause(case, view) {
        return Err(outcome);
    }
    let drop = files(view, FolderRole::Drop, "drop directory")?;
    if drop.files.count > 0 {
        return Err(Outcome::undecided(format!(
            "mail waits in the queue and mail is dropped too: what waits may be for other \
             domains; look into `{}`",
            queue.path
        )));
    }
    Ok(Outcome::Fail(queue_finding(view, &queue, &drop)))
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
    let domain = checked(&case.farm.incoming.display_address).valid()?;
    match DomainStatus::new(view, domain) {
        Ok(DomainStatus::Remote(_)) => Some(Outcome::because(
            "iis-domain-not-alias",
            "the display address's mail is sent on",
        )),
        Ok(DomainStatus::NotThere) => Some(Outcome::because(
            "iis-alias-domain-missing",
            "the display address is no domain of it",
        )),
        Ok(DomainStatus::Local(_)) | Err(_) => None,
    }
}

fn queue_finding(
    view: &VirtualServerView<'_>,
    queue: &ListedFolder<'_>,
    drop: &ListedFolder<'_>,
) -> Finding {
    let server = view.server.name().to_owned();
    let oldest = queue.files.oldest.as_deref().unwrap_or("unknown");
    let message = format!(
        "mail waits in the queue of `{}`, and none is dropped",
        view.subject()
    );
    let remedy = format!(
        "See to the alias domain first; then restart the SMTP service on {server}, which takes \
         the queue up anew"
    );
    Finding::for_role(AdminRole::Server, message, remedy)
        .observed(
            format!("files in `{}`", queue.path),
            "none that waits for 10 minutes",
            format!("{}, the oldest of {oldest}", queue.files.count),
        )
        .observed(
            format!("files in `{}`", drop.path),
            "mail, or an empty queue",
            "none",
        )
        .with_action(Action::RestartSmtp { server })
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
            "when the files in `{}` were written is not known",
            bad_mail.path
        ))),
        Some(age) if age > DAY => Ok(Outcome::pass()),
        Some(_) => Ok(Outcome::Fail(bad_mail_finding(view, &bad_mail))),
    }
}

fn bad_mail_finding(view: &VirtualServerView<'_>, bad_mail: &ListedFolder<'_>) -> Finding {
    let newest = bad_mail.files.newest.as_deref().unwrap_or("unknown");
    let message = format!(
        "`{}` put mail away as undeliverable within the last day",
        view.subject()
    );
    let remedy =
        "Read the newest files there: beside each message lies why it could not be delivered";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("files in `{}`", bad_mail.path),
        "none of the last 24 hours",
        format!("{}, the newest of {newest}", bad_mail.files.count),
    )
}
