//! The drop folders: each folder that the farm polls on its own.

mod contents;
mod messages;
pub mod rights;

use super::{Case, Finding, Outcome, Rule, RuleResult, rule};
use crate::facts::{Answer, Contents, DropFolder};
use crate::farm::values::{FolderPath, FromText, checked};
use crate::farm::{Delivery, Farm};
use crate::remedy::AdminRole;
use std::fmt;

/// The rules about the drop folders.
pub static RULES: &[Rule] = &[
    rule! {
        id: "folder-missing",
        area: Folder,
        severity: Error,
        summary: "There is no such drop folder.",
        pass_message: "The drop folder is there.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: contents::missing,
    },
    rule! {
        id: "folder-disk-low",
        area: Folder,
        severity: Warning,
        summary: "Little space is left on the drop folder's disk.",
        pass_message: "There is space on the drop folder's disk.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: contents::disk_low,
    },
    rule! {
        id: "folder-backlog",
        area: Folder,
        severity: Warning,
        summary: "So many files lie in the drop folder that the delivery job slows down.",
        pass_message: "Few files lie in the drop folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: contents::backlog,
    },
    rule! {
        id: "folder-mail-stuck",
        area: Folder,
        severity: Warning,
        summary: "Messages lie in the drop folder for longer than ten minutes.",
        pass_message: "Its messages are taken within ten minutes.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: contents::stuck,
    },
    rule! {
        id: "folder-mail-expiring",
        area: Folder,
        severity: Error,
        summary: "Messages in the drop folder will soon be deleted unread.",
        pass_message: "None of its messages is about to be deleted unread.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: contents::expiring,
    },
    rule! {
        id: "folder-mail-unroutable",
        area: Folder,
        severity: Error,
        summary: "A message in the drop folder names no receiver.",
        pass_message: "Every message in the drop folder names a receiver.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: List,
        judge: messages::unroutable,
    },
    rule! {
        id: "folder-alias-unknown",
        area: Folder,
        severity: Warning,
        summary: "A message in the drop folder is for an alias that no list has.",
        pass_message: "A list has the alias.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: List,
        judge: messages::alias_unknown,
    },
    rule! {
        id: "folder-domain-foreign",
        area: Folder,
        severity: Warning,
        summary: "A message in the drop folder is for another domain than the display address.",
        pass_message: "Every message in the drop folder is for the display address.",
        about: ["incoming-email.display-address"],
        judge: messages::domain_foreign,
    },
    rule! {
        id: "folder-loop-guard",
        area: Folder,
        severity: Warning,
        summary: "A message in the drop folder is one that SharePoint sent, and will drop.",
        pass_message: "No message in the drop folder is one that SharePoint sent.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::loop_guard,
    },
    rule! {
        id: "folder-attachments-wrapped",
        area: Folder,
        severity: Warning,
        summary: "A message's attachments are wrapped in a winmail.dat, and will be lost.",
        pass_message: "No message's attachments are wrapped in a winmail.dat.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::attachments_wrapped,
    },
    rule! {
        id: "folder-mail-too-large",
        area: Folder,
        severity: Warning,
        summary: "A message is larger than the web applications take.",
        pass_message: "No message is larger than the web applications take.",
        about: ["web-application.NAME.maximum-message-size"],
        judge: messages::too_large,
    },
    rule! {
        id: "folder-other-files",
        area: Folder,
        severity: Note,
        summary: "Files that are no messages lie in the drop folder.",
        pass_message: "Only messages lie in the drop folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::other_files,
    },
];

const FOLDER: &str = "incoming-email.drop-folder";

/// A folder, as it is named in sentences.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    pub server: Option<&'a str>,
    pub path: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.server {
            Some(server) => write!(out, "`{}` of {server}", self.path),
            None => write!(out, "`{}`", self.path),
        }
    }
}

impl Place<'_> {
    /// The subject of a verdict.
    fn subject(&self) -> String {
        self.server.map_or_else(
            || self.path.to_owned(),
            |server| format!("{server} {}", self.path),
        )
    }

    /// What looks at it.
    fn how(&self) -> String {
        match self.server {
            Some(server) => format!(
                "`spinmail gather folder` on {server} looks at it, or, where it is mounted, \
                 `--folder PATH --server {server}`"
            ),
            None => {
                "`spinmail gather folder --folder PATH` looks at it where it is mounted".to_owned()
            }
        }
    }
}

/// A folder that is polled, and what was seen of it.
struct Polled<'a> {
    place: Place<'a>,
    /// The setting that it comes from.
    key: String,
    seen: Option<&'a DropFolder>,
}

/// Every folder that the farm polls; where none is known, the verdict that follows from that.
fn polled<'a>(case: &Case<'a>) -> Result<Vec<Polled<'a>>, Outcome> {
    let farm = case.farm;
    let Some(facts) = &case.facts.folder else {
        let what = "the drop folder was not asked about; `spinmail verify folder` or `spinmail \
                    gather folder` asks";
        return Err(Outcome::undecided(what));
    };
    let polled = farm.polled_folders();
    if polled.is_empty() {
        let seen = facts.folders.iter().map(|seen| {
            let place = Place {
                server: seen.server.as_deref(),
                path: &seen.path,
            };
            Polled {
                place,
                key: FOLDER.to_owned(),
                seen: Some(seen),
            }
        });
        let seen: Vec<Polled<'_>> = seen.collect();
        return if seen.is_empty() {
            Err(none_polled(farm))
        } else {
            Ok(seen)
        };
    }
    let of_farm = polled.iter().map(|folder| {
        let server = folder.server.map(|server| server.name());
        let key = match folder.server {
            Some(server) if checked(&server.drop_folder).valid().is_some() => {
                format!("server.{}.drop-folder", server.name())
            }
            _ => FOLDER.to_owned(),
        };
        let seen = facts
            .folders
            .iter()
            .find(|seen| is_of(seen, server, folder.path));
        Polled {
            place: Place {
                server,
                path: folder.text,
            },
            key,
            seen,
        }
    });
    Ok(of_farm.collect())
}

/// Judges every folder that the farm polls by what was seen of it.
fn of_folders(
    case: &Case<'_>,
    judge: impl Fn(Place<'_>, &DropFolder) -> Outcome,
) -> Vec<RuleResult> {
    let of_one = |Polled { place, key, seen }: Polled<'_>| {
        let outcome = seen.map_or_else(|| not_asked(place), |seen| judge(place, seen));
        RuleResult::new(place.subject(), outcome).about(key)
    };
    polled(case).map_or_else(
        |instead| vec![RuleResult::new(FOLDER, instead)],
        |polled| polled.into_iter().map(of_one).collect(),
    )
}

/// Whether what was seen is that folder.
fn is_of(seen: &DropFolder, server: Option<&str>, path: &FolderPath) -> bool {
    let same_path = FolderPath::from_text(&seen.path).is_ok_and(|other| other.is(path));
    let same_server = match (server, &seen.server) {
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        // A share is the same from everywhere.
        (None, _) => true,
        (Some(_), None) => false,
    };
    same_path && same_server
}

fn none_polled(farm: &Farm) -> Outcome {
    match farm.delivery() {
        Delivery::ModeMissing => Outcome::not_applicable("no mode is recorded (page-mode-missing)"),
        Delivery::AutomaticRemoved => Outcome::not_applicable(
            "automatic mode is gone in this version (page-automatic-removed)",
        ),
        Delivery::Automatic => Outcome::undecided(
            "in automatic mode the folder is the SMTP service's own; `spinmail gather folder \
             --folder PATH` looks at it",
        ),
        Delivery::Advanced { .. } => Outcome::not_applicable(
            "no drop folder with a valid path is recorded (page-drop-folder-missing, \
             page-drop-folder-not-absolute)",
        ),
    }
}

fn not_asked(place: Place<'_>) -> Outcome {
    Outcome::undecided(format!("it was not looked at; {}", place.how()))
}

/// Judges what lies in each folder.
fn of_contents(
    case: &Case<'_>,
    judge: impl Fn(Place<'_>, &Contents) -> Outcome,
) -> Vec<RuleResult> {
    of_folders(case, |place, seen| match &seen.contents {
        Answer::Known(contents) => judge(place, contents),
        Answer::Absent(_) => Outcome::not_applicable("there is no such folder (folder-missing)"),
        Answer::Failed(why) => Outcome::undecided(format!("what lies there is not known: {why}")),
        Answer::NotAsked => not_asked(place),
    })
}
