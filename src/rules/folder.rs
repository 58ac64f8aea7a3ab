//! The drop folders: each folder that the farm polls on its own.

mod contents;
mod messages;
pub mod rights;

use super::{Case, Finding, Hand, Judge, Judged, Outcome, Rule, rule};
use crate::facts::{Answer, Contents, DropFolder};
use crate::farm::values::{FolderPath, FromText, checked};
use crate::farm::{Delivery, Farm};
use std::fmt;

/// The rules about the drop folders.
pub static RULES: &[Rule] = &[
    rule!(
        "folder-missing",
        Folder,
        Error,
        "There is no such drop folder.",
        "The drop folder is there.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(contents::missing),
        DropDirectory
    ),
    rule!(
        "folder-disk-low",
        Folder,
        Warning,
        "Little space is left on the drop folder's disk.",
        "There is space on the drop folder's disk.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(contents::disk_low),
        DropDirectory
    ),
    rule!(
        "folder-backlog",
        Folder,
        Warning,
        "So many files lie in the drop folder that the delivery job slows down.",
        "Few files lie in the drop folder.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(contents::backlog),
        Job
    ),
    rule!(
        "folder-mail-stuck",
        Folder,
        Warning,
        "Messages lie in the drop folder for longer than ten minutes.",
        "Its messages are taken within ten minutes.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(contents::stuck),
        Job
    ),
    rule!(
        "folder-mail-expiring",
        Folder,
        Error,
        "Messages in the drop folder will soon be deleted unread.",
        "None of its messages is about to be deleted unread.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(contents::expiring),
        Job
    ),
    rule!(
        "folder-mail-unroutable",
        Folder,
        Error,
        "A message in the drop folder names no receiver.",
        "Every message in the drop folder names a receiver.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(messages::unroutable),
        List
    ),
    rule!(
        "folder-alias-unknown",
        Folder,
        Warning,
        "A message in the drop folder is for an alias that no list has.",
        "A list has the alias.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(messages::alias_unknown),
        List
    ),
    rule!(
        "folder-domain-foreign",
        Folder,
        Warning,
        "A message in the drop folder is for another domain than the display address.",
        "Every message in the drop folder is for the display address.",
        ["incoming-email.display-address"],
        Judge::Case(messages::domain_foreign)
    ),
    rule!(
        "folder-loop-guard",
        Folder,
        Warning,
        "A message in the drop folder is one that SharePoint sent, and will drop.",
        "No message in the drop folder is one that SharePoint sent.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(messages::loop_guard)
    ),
    rule!(
        "folder-attachments-wrapped",
        Folder,
        Warning,
        "A message's attachments are wrapped in a winmail.dat, and will be lost.",
        "No message's attachments are wrapped in a winmail.dat.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(messages::attachments_wrapped)
    ),
    rule!(
        "folder-mail-too-large",
        Folder,
        Warning,
        "A message is larger than the web applications take.",
        "No message is larger than the web applications take.",
        ["web-application.NAME.maximum-message-size"],
        Judge::Case(messages::too_large)
    ),
    rule!(
        "folder-other-files",
        Folder,
        Note,
        "Files that are no messages lie in the drop folder.",
        "Only messages lie in the drop folder.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(messages::other_files)
    ),
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
fn of_folders(case: &Case<'_>, judge: impl Fn(Place<'_>, &DropFolder) -> Outcome) -> Vec<Judged> {
    let of_one = |Polled { place, key, seen }: Polled<'_>| {
        let outcome = seen.map_or_else(|| not_asked(place), |seen| judge(place, seen));
        Judged::new(place.subject(), outcome).about(key)
    };
    polled(case).map_or_else(
        |instead| vec![Judged::new(FOLDER, instead)],
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
fn of_contents(case: &Case<'_>, judge: impl Fn(Place<'_>, &Contents) -> Outcome) -> Vec<Judged> {
    of_folders(case, |place, seen| match &seen.contents {
        Answer::Known(contents) => judge(place, contents),
        Answer::Absent(_) => Outcome::not_applicable("there is no such folder (folder-missing)"),
        Answer::Failed(why) => Outcome::undecided(format!("what lies there is not known: {why}")),
        Answer::NotAsked => not_asked(place),
    })
}
