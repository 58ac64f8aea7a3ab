//! What lies in the folders of the SMTP service.

use super::super::{Case, Finding, Outcome, RuleResult};
use super::delivery::{Standing, standing};
use super::view::{Place, of_virtual_servers};
use crate::facts::{Answer, FolderFiles, FolderRole, ServiceState};
use crate::farm::values::checked;
use crate::remedy::{Action, AdminRole};
use std::time::Duration;

/// A message under way stays in the queue for seconds; one that waits as long as this waits for
/// something.
const LONG: Duration = Duration::from_secs(10 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The files of a folder, or why nothing is known of them.
fn files<'a>(
    place: &Place<'a>,
    role: FolderRole,
    what: &str,
) -> Result<(&'a str, &'a FolderFiles), Outcome> {
    let not_counted = || {
        Outcome::undecided(format!(
            "the {what} was not counted; run `spinmail gather iis` on `{}` itself",
            place.server.name()
        ))
    };
    let (path, files) = place.files(role).ok_or_else(not_counted)?;
    match files {
        Answer::Known(seen) => Ok((path, seen)),
        Answer::Absent(why) | Answer::Failed(why) => {
            Err(Outcome::undecided(format!("the {what} `{path}`: {why}")))
        }
        Answer::NotAsked => Err(not_counted()),
    }
}

/// How long before the look a file was written; nothing where either time is not known.
fn age(place: &Place<'_>, written: Option<&String>) -> Option<Duration> {
    let looked = humantime::parse_rfc3339_weak(place.seen.looked.as_deref()?).ok()?;
    let written = humantime::parse_rfc3339_weak(written?).ok()?;
    // A clock that is ahead makes a file new, not old.
    Some(looked.duration_since(written).unwrap_or_default())
}

fn or_itself(outcome: Result<Outcome, Outcome>) -> Outcome {
    outcome.unwrap_or_else(|outcome| outcome)
}

/// What another rule says of mail that is not dropped.
fn known_cause(case: &Case<'_>, place: &Place<'_>) -> Option<&'static str> {
    if matches!(&place.seen.service, Answer::Known(service) if service.state == ServiceState::Stopped)
    {
        return Some("the SMTP service is stopped (iis-service-stopped)");
    }
    match standing(place, checked(&case.farm.incoming.display_address).valid()?) {
        Standing::Remote(_) => Some("the display address's mail is sent on (iis-domain-not-alias)"),
        Standing::Unknown => {
            Some("the display address is no domain of it (iis-alias-domain-missing)")
        }
        Standing::Local(_) | Standing::Unclear(_) => None,
    }
}

pub(super) fn queue_stuck(case: &Case<'_>) -> Vec<RuleResult> {
    let judge = |place: &Place<'_>| {
        let (path, queue) = files(place, FolderRole::Queue, "queue directory")?;
        if queue.count == 0 {
            return Ok(Outcome::pass());
        }
        match age(place, queue.oldest.as_ref()) {
            None => {
                return Ok(Outcome::undecided(format!(
                    "how long the files in `{path}` wait is not known"
                )));
            }
            Some(age) if age < LONG => return Ok(Outcome::pass()),
            Some(_) => {}
        }
        if let Some(why) = known_cause(case, place) {
            return Ok(Outcome::not_applicable(why));
        }
        let (drop, dropped) = files(place, FolderRole::Drop, "drop directory")?;
        if dropped.count > 0 {
            let why = "mail waits in the queue and mail is dropped too: what waits may be for \
                       other domains";
            return Ok(Outcome::undecided(format!("{why}; look into `{path}`")));
        }
        let server = place.server.name().to_owned();
        let oldest = queue.oldest.as_deref().unwrap_or("unknown");
        let finding = Finding::for_role(
            AdminRole::Server,
            format!(
                "mail waits in the queue of `{}`, and none is dropped",
                place.subject()
            ),
            format!(
                "See to the alias domain first; then restart the SMTP service on {server}, which \
                 takes the queue up anew"
            ),
        );
        Ok(Outcome::Fail(
            finding
                .observed(
                    format!("files in `{path}`"),
                    "none that waits for 10 minutes",
                    format!("{}, the oldest of {oldest}", queue.count),
                )
                .observed(
                    format!("files in `{drop}`"),
                    "mail, or an empty queue",
                    "none",
                )
                .with_action(Action::RestartSmtp { server }),
        ))
    };
    of_virtual_servers(case, |place| or_itself(judge(place)))
}

pub(super) fn bad_mail(case: &Case<'_>) -> Vec<RuleResult> {
    let judge = |place: &Place<'_>| {
        let (path, bad) = files(place, FolderRole::BadMail, "badmail directory")?;
        if bad.count == 0 {
            return Ok(Outcome::pass());
        }
        match age(place, bad.newest.as_ref()) {
            None => Ok(Outcome::undecided(format!(
                "when the files in `{path}` were written is not known"
            ))),
            Some(age) if age > DAY => Ok(Outcome::pass()),
            Some(_) => {
                let newest = bad.newest.as_deref().unwrap_or("unknown");
                let finding = Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "`{}` put mail away as undeliverable within the last day",
                        place.subject()
                    ),
                    "Read the newest files there: beside each message lies why it could not be \
                     delivered",
                );
                Ok(Outcome::Fail(finding.observed(
                    format!("files in `{path}`"),
                    "none of the last 24 hours",
                    format!("{}, the newest of {newest}", bad.count),
                )))
            }
        }
    };
    of_virtual_servers(case, |place| or_itself(judge(place)))
}
