//! The folders of a virtual server: where it drops mail, what waits, and what could not be delivered.

use super::super::{Action, Case, Finding, Hand, Judged, Outcome};
use super::domain::{Standing, standing};
use super::view::{Place, brief, is_stopped, of_takers, quoted};
use crate::facts::{Answer, FolderCount, FolderPurpose};
use crate::farm::values::{FolderPath, FromText, Given, ServerName, given};
use crate::farm::{Delivery, Server};
use crate::formats::metabase::{BAD_MAIL_DIRECTORY, DROP_DIRECTORY, Key, QUEUE_DIRECTORY};
use std::net::IpAddr;
use std::time::Duration;

/// How long a message may be in the Queue folder on its way.
const PASSING: Duration = Duration::from_secs(10 * 60);
/// More bytes than a path of Windows has.
const LONGEST: usize = 100_000;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder that SharePoint takes mail from: the server that does, the text, and what it means.
type Looked<'a> = (&'a Server, &'a str, &'a FolderPath);

/// Whether two paths name one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Same {
    Yes,
    No,
    /// A share may be another name of a folder on a disk.
    Unknown,
}

pub fn drop_directory_differs(case: &Case<'_>) -> Vec<Judged> {
    let judged = of_takers(case, |place| match looked_in(case, place.machine.server) {
        Ok(looked) => compare(place, &looked),
        Err(outcome) => outcome,
    });
    // Two servers may look in different folders, each its own.
    let key = |subject: &str| {
        let has_own = |server: &&Server| !matches!(given(&server.drop_folder), Given::Missing);
        let is_it = |server: &&Server| {
            subject.strip_prefix(server.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        match case.farm.mail_servers().filter(has_own).find(is_it) {
            Some(server) => format!("server.{}.drop-folder", server.name()),
            None => "incoming-email.drop-folder".to_owned(),
        }
    };
    judged
        .into_iter()
        .map(|judged| {
            let key = key(&judged.subject);
            judged.about(key)
        })
        .collect()
}

/// Where SharePoint looks for the mail that a server drops.
fn looked_in<'a>(case: &Case<'a>, server: &'a Server) -> Result<Vec<Looked<'a>>, Outcome> {
    let farm = case.farm;
    match farm.delivery() {
        Delivery::Advanced { .. } => {}
        Delivery::Automatic => {
            let why = "in automatic mode SharePoint takes the folder over from the SMTP virtual server";
            return Err(Outcome::not_applicable(why));
        }
        Delivery::AutomaticRemoved => {
            let why = "this SharePoint has no automatic mode (page-automatic-removed)";
            return Err(Outcome::not_applicable(why));
        }
        Delivery::ModeMissing => return Err(Outcome::not_applicable("no mode is recorded (page-mode-missing)")),
    }
    // A mail server without SharePoint's service: others must look where it drops.
    let others: Vec<&Server> = farm.receivers().collect();
    let lookers =
        if server.incoming_email_service == Some(false) && !others.is_empty() { others } else { vec![server] };
    let looked = |looker: &'a Server| match farm.polled_folder(looker) {
        Given::Valid(text, path) => Ok((looker, text, path)),
        Given::Missing => Err(Outcome::not_applicable("no drop folder is recorded (page-drop-folder-missing)")),
        Given::Invalid(..) => {
            Err(Outcome::not_applicable(format!("the drop folder of `{}` is no valid folder", looker.name())))
        }
    };
    lookers.into_iter().map(looked).collect()
}

fn compare(place: &Place<'_>, looked: &[Looked<'_>]) -> Outcome {
    let Some(text) = place.virtual_server.drop_directory() else {
        return Outcome::undecided(
            "its metabase names no drop directory, and which one it takes then is not known; look at Domains, the default \
             domain's properties, in IIS 6.0 Manager",
        );
    };
    if text.len() > LONGEST {
        return Outcome::undecided(format!("its drop directory {} is longer than any path", quoted(text)));
    }
    let path = match FolderPath::from_text(text) {
        Ok(path) => path,
        Err(fault) => {
            let what = format!("its drop directory {} cannot be compared: {fault}", quoted(text));
            return Outcome::undecided(what);
        }
    };
    let wanted = looked.iter().map(|(_, text, _)| format!("`{text}`")).collect::<Vec<_>>();
    let evidence = place.evidence(DROP_DIRECTORY, wanted.join(" or "));
    let found: Vec<Same> = looked.iter().map(|looked| same(place.machine.server, &path, looked)).collect();
    if found.contains(&Same::Yes) {
        return Outcome::Pass(vec![evidence]);
    }
    if found.contains(&Same::Unknown) {
        return Outcome::undecided(format!(
            "it drops into {}, and SharePoint looks in {}: whether the share is that folder is to be seen on the server, with \
             `net share`",
            quoted(text),
            wanted.join(" or ")
        ));
    }
    let finding = Finding::by(
        Hand::Server,
        format!("`{}` drops mail into {}, where SharePoint does not look", place.subject(), quoted(text)),
        format!(
            "Let both name one folder: on `{}`, the drop directory of SMTP virtual server {} (Domains, the default domain's \
             properties), or `spinmail drop-folder FOLDER` and the page of Central Administration",
            place.machine.name(),
            place.number()
        ),
    );
    Outcome::Fail(finding.with_evidence([evidence]))
}

/// Whether a folder that one server drops into is the one that a server looks in.
fn same(dropper: &Server, dropped: &FolderPath, (looker, _, looked): &Looked<'_>) -> Same {
    let is_address = |path: &FolderPath| path.host().is_some_and(|host| host.parse::<IpAddr>().is_ok());
    match (dropped.host(), looked.host()) {
        (None, None) if ServerName::same(dropper.name(), looker.name()) && dropped.is(looked) => Same::Yes,
        (None, None) => Same::No,
        (Some(_), Some(_)) if dropped.is(looked) => Same::Yes,
        (Some(_), Some(_)) if is_address(dropped) != is_address(looked) => Same::Unknown,
        (Some(_), Some(_)) => Same::No,
        (None, Some(host)) => may_lead_to(host, dropper),
        (Some(host), None) => may_lead_to(host, looker),
    }
}

/// Whether a share of a host may be a folder on a server: its own share, by address, or one of a domain's name space.
fn may_lead_to(host: &str, server: &Server) -> Same {
    let server = ServerName::canonical(server.name());
    let is_own = host.split('.').next() == server.split('.').next();
    let is_domain = server.strip_suffix(host).is_some_and(|rest| rest.ends_with('.'))
        || server.split('.').any(|label| label == host);
    if is_own || is_domain || host.parse::<IpAddr>().is_ok() || !server.contains('.') {
        Same::Unknown
    } else {
        Same::No
    }
}

/// What lies in a folder of the virtual server, or why that is not known.
fn count<'a>(place: &Place<'a>, purpose: FolderPurpose, key: Key) -> Result<&'a FolderCount, Outcome> {
    let what = key.name.trim_end_matches("Directory");
    let counted = place.machine.seen.and_then(|seen| seen.folder(place.number(), purpose));
    match counted.map(|folder| (&folder.count, &folder.path)) {
        None | Some((Answer::NotAsked, _)) => Err(Outcome::undecided(format!(
            "the files in its {what} folder were not counted: run `spinmail gather iis` on `{}`",
            place.machine.name()
        ))),
        Some((Answer::Failed(why), path)) => Err(Outcome::undecided(format!(
            "the files in its {what} folder {} could not be counted: {}",
            quoted(path),
            brief(why)
        ))),
        Some((Answer::Absent(_), path)) => {
            Err(Outcome::undecided(format!("its {what} folder {} is not there", quoted(path))))
        }
        Some((Answer::Known(count), _)) => Ok(count),
    }
}

/// How long before the look a time was; none where one of them is not known.
fn age(case: &Case<'_>, place: &Place<'_>, time: Option<&String>) -> Option<Duration> {
    let looked = place.machine.seen.and_then(|seen| seen.gathered.as_ref()).or(case.facts.gathered.as_ref())?;
    let (looked, time) = (humantime::parse_rfc3339(looked).ok()?, humantime::parse_rfc3339(time?).ok()?);
    // Clocks differ a little: what is later than the look is new.
    Some(looked.duration_since(time).unwrap_or_default())
}

/// An age for reading, in its largest unit.
fn shown(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    let (number, unit) = match minutes {
        0..=119 => (minutes, "minute"),
        120..=2879 => (minutes / 60, "hour"),
        _ => (minutes / (24 * 60), "day"),
    };
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// Whether mail waits by a cause that another rule names.
fn cause(case: &Case<'_>, place: &Place<'_>) -> Option<Outcome> {
    if let Some(outcome) = place.machine.without_service() {
        return Some(outcome);
    }
    if is_stopped(place.virtual_server) == Ok(true) {
        return Some(Outcome::not_applicable("the virtual server is stopped (iis-server-stopped)"));
    }
    let domain = given(&case.farm.incoming.display_address).valid()?;
    match standing(place.virtual_server, domain, place.machine.server) {
        Standing::Missing => {
            Some(Outcome::not_applicable("the display address is no domain here (iis-alias-domain-missing)"))
        }
        Standing::Remote(_) => {
            Some(Outcome::not_applicable("the display address is remote here (iis-domain-not-alias)"))
        }
        Standing::Local | Standing::Unclear(_) => None,
    }
}

pub fn queue_stuck(case: &Case<'_>) -> Vec<Judged> {
    of_takers(case, |place| match cause(case, place) {
        Some(outcome) => outcome,
        None => waiting(case, place).unwrap_or_else(|outcome| outcome),
    })
}

fn waiting(case: &Case<'_>, place: &Place<'_>) -> Result<Outcome, Outcome> {
    let queue = count(place, FolderPurpose::Queue, QUEUE_DIRECTORY)?;
    if queue.files == 0 {
        return Ok(Outcome::pass());
    }
    let drop = count(place, FolderPurpose::Drop, DROP_DIRECTORY)?;
    if drop.files > 0 {
        return Ok(Outcome::pass());
    }
    let age = age(case, place, queue.oldest.as_ref()).ok_or_else(|| {
        Outcome::undecided("files are in its Queue folder, and how long they have been there is not known")
    })?;
    if age < PASSING {
        return Ok(Outcome::pass());
    }
    let server = place.machine.name();
    let finding = Finding::by(
        Hand::Server,
        format!(
            "{} in the Queue folder of `{}`, for {} at most, while its drop directory is empty",
            if queue.files == 1 { "1 file waits".to_owned() } else { format!("{} files wait", queue.files) },
            place.subject(),
            shown(age)
        ),
        format!(
            "On `{server}`, restart the SMTP service: mail that came before its domain was there is sorted anew. What is left \
             is mail to others; see in the files for whom"
        ),
    );
    let finding = finding.with_evidence([place.evidence(QUEUE_DIRECTORY, "no file that is older than 10 minutes")]);
    Ok(Outcome::Fail(finding.with_action(Action::RestartSmtp { server: server.to_owned() })))
}

pub fn bad_mail(case: &Case<'_>) -> Vec<Judged> {
    of_takers(case, |place| {
        let count = match count(place, FolderPurpose::BadMail, BAD_MAIL_DIRECTORY) {
            Ok(count) if count.files == 0 => return Outcome::pass(),
            Ok(count) => count,
            Err(outcome) => return outcome,
        };
        match age(case, place, count.newest.as_ref()) {
            None => Outcome::undecided("files are in its Badmail folder, and when the last one came is not known"),
            Some(age) if age >= DAY => Outcome::pass(),
            Some(age) => Outcome::Fail(
                Finding::by(
                    Hand::Server,
                    format!(
                        "the Badmail folder of `{}` received a file {} before it was looked at",
                        place.subject(),
                        shown(age)
                    ),
                    format!(
                        "On `{}`, read the newest .BDR file: it says which message could not be delivered and why; then empty \
                         the folder",
                        place.machine.name()
                    ),
                )
                .with_evidence([place.evidence(BAD_MAIL_DIRECTORY, "no new file within a day")])
                .seen("the files in it", "none, or none within a day", count.files.to_string()),
            ),
        }
    })
}
