//! The drop folders: each folder that the farm polls on its own.

pub mod rights;

use super::{Case, Judged, Outcome};
use crate::facts::DropFolder;
use crate::farm::values::{FolderPath, FromText, given};
use crate::farm::{Delivery, Farm};
use std::fmt;

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
        self.server.map_or_else(|| self.path.to_owned(), |server| format!("{server} {}", self.path))
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
fn polled<'a>(case: &Case<'a>) -> Result<Vec<Polled<'a>>, Judged> {
    let farm = case.farm;
    let Some(facts) = &case.facts.folder else {
        let what = "the drop folder was not asked about; `spinmail verify folder` or `spinmail gather folder` asks";
        return Err(Judged::new(FOLDER, Outcome::undecided(what)));
    };
    let polled = farm.polled_folders();
    if polled.is_empty() {
        let seen = facts.folders.iter().map(|seen| {
            let place = Place { server: seen.server.as_deref(), path: &seen.path };
            Polled { place, key: FOLDER.to_owned(), seen: Some(seen) }
        });
        let seen: Vec<Polled<'_>> = seen.collect();
        return if seen.is_empty() { Err(Judged::new(FOLDER, none_polled(farm))) } else { Ok(seen) };
    }
    let of_farm = polled.iter().map(|folder| {
        let server = folder.server.map(|server| server.name());
        let key = match folder.server {
            Some(server) if given(&server.drop_folder).valid().is_some() => {
                format!("server.{}.drop-folder", server.name())
            }
            _ => FOLDER.to_owned(),
        };
        let seen = facts.folders.iter().find(|seen| is_of(seen, server, folder.path));
        Polled { place: Place { server, path: folder.text }, key, seen }
    });
    Ok(of_farm.collect())
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
        Delivery::AutomaticRemoved => {
            Outcome::not_applicable("automatic mode is gone in this version (page-automatic-removed)")
        }
        Delivery::Automatic => Outcome::undecided(
            "in automatic mode the folder is the SMTP service's own; `spinmail gather folder --folder PATH` looks at it",
        ),
        Delivery::Advanced { .. } => Outcome::not_applicable(
            "no drop folder with a valid path is recorded (page-drop-folder-missing, page-drop-folder-not-absolute)",
        ),
    }
}
