//! The folders that the farm polls, with what was observed of each.

use crate::facts::{Answer, Contents, DropFolder, Failure};
use crate::farm::values::{FolderLocation, FolderPath, FromText, ServerName, checked};
use crate::farm::{Delivery, Farm, PolledFolder};
use crate::rules::subject::Subject;
use crate::rules::{Case, Judged, Outcome, RuleResult, wanted};
use std::fmt;

/// The setting of the farm's drop folder.
pub(super) const FOLDER: &str = "incoming-email.drop-folder";

/// Returns the outcome of rules about a folder that does not exist.
pub(super) fn no_such_folder() -> Outcome {
    Outcome::because("folder-missing", "the folder does not exist")
}

/// A folder, as sentences name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct FolderRef<'a> {
    pub server: Option<&'a str>,
    pub path: &'a str,
}

impl fmt::Display for FolderRef<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.server {
            Some(server) => write!(out, "`{}` on {server}", self.path),
            None => write!(out, "`{}`", self.path),
        }
    }
}

impl FolderRef<'_> {
    /// Returns the subject of a verdict about the folder.
    pub(super) fn subject(&self) -> Subject {
        let mut subject: Subject = match self.server {
            Some(server) => Subject::server(server).and(self.path),
            None => self.path.to_owned().into(),
        };
        subject.scope.folder = Some(self.path.to_owned());
        subject
    }

    /// Returns where the path is.
    pub(super) fn location(&self) -> FolderLocation {
        FolderLocation::from_text(self.path)
    }

    /// Says which command looks at the folder.
    fn how_to_look(&self) -> String {
        match self.server {
            Some(server) => format!(
                "run `spinmail gather folder` on {server}, or with `--folder PATH --server \
                 {server}` where it is mounted"
            ),
            None => "run `spinmail gather folder --folder PATH` where it is mounted".to_owned(),
        }
    }
}

/// A folder that the farm polls, and the facts about it.
pub(super) struct ObservedFolder<'a> {
    pub folder: FolderRef<'a>,
    /// The setting that names it.
    pub key: String,
    /// `None` if the folder was not looked at.
    pub facts: Option<&'a DropFolder>,
}

impl<'a> ObservedFolder<'a> {
    fn from_farm(polled: &PolledFolder<'a>, folders: &'a [DropFolder]) -> Self {
        let server = polled.server.map(|server| server.name());
        let key = match polled.server {
            Some(polling) if checked(&polling.drop_folder).valid().is_some() => {
                format!("server.{}.drop-folder", polling.name())
            }
            _ => FOLDER.to_owned(),
        };
        Self {
            folder: FolderRef {
                server,
                path: polled.text,
            },
            key,
            facts: folders
                .iter()
                .find(|facts| are_about(facts, server, polled.path)),
        }
    }

    fn from_facts(facts: &'a DropFolder) -> Self {
        Self {
            folder: FolderRef {
                server: facts.server.as_deref(),
                path: &facts.path,
            },
            key: FOLDER.to_owned(),
            facts: Some(facts),
        }
    }
}

/// Returns every folder that the farm polls, or the outcome if none is known.
///
/// If the farm file does not say which folders are polled, those that were looked at count.
pub(super) fn observed_folders<'a>(case: &Case<'a>) -> Judged<Vec<ObservedFolder<'a>>> {
    let Some(facts) = &case.facts.folder else {
        let what = "the drop folder was not looked at; `spinmail verify folder` or `spinmail \
                    gather folder` looks at it";
        return Err(Outcome::undecided(what));
    };
    let polled = case.farm.polled_folders();
    if !polled.is_empty() {
        return Ok(polled
            .iter()
            .map(|folder| ObservedFolder::from_farm(folder, &facts.folders))
            .collect());
    }
    if facts.folders.is_empty() {
        return Err(none_polled(case.farm));
    }
    Ok(facts
        .folders
        .iter()
        .map(ObservedFolder::from_facts)
        .collect())
}

/// Returns whether facts are about this folder.
fn are_about(facts: &DropFolder, server: Option<&str>, path: &FolderPath) -> bool {
    let same_path = FolderPath::from_text(&facts.path).is_ok_and(|other| other.is(path));
    let same_server = match (server, &facts.server) {
        (Some(one), Some(two)) => ServerName::same(one, two),
        // A share is the same from everywhere.
        (None, _) => true,
        (Some(_), None) => false,
    };
    same_path && same_server
}

/// Returns the outcome if the farm polls no folder with a valid path.
fn none_polled(farm: &Farm) -> Outcome {
    if let Delivery::Automatic = farm.delivery() {
        return Outcome::undecided(
            "in automatic mode the folder is the SMTP service's own; `spinmail gather folder \
             --folder PATH` looks at it",
        );
    }
    let folder = match farm.receivers().next() {
        Some(server) => wanted::polled_folder(farm, server),
        None => wanted::page_folder(farm),
    };
    folder
        .err()
        .unwrap_or_else(|| Outcome::undecided("which folders are polled is not known"))
}

/// Returns the outcome for a folder that was not looked at.
pub(super) fn not_asked(folder: FolderRef<'_>) -> Outcome {
    Outcome::undecided(format!("it was not looked at; {}", folder.how_to_look()))
}

/// Judges every folder that the farm polls by the facts about it.
pub(super) fn judge_folders(
    case: &Case<'_>,
    judge: impl Fn(FolderRef<'_>, &DropFolder) -> Outcome,
) -> Vec<RuleResult> {
    let folders = match observed_folders(case) {
        Ok(folders) => folders,
        Err(instead) => return RuleResult::only(FOLDER, instead),
    };
    folders
        .into_iter()
        .map(|observed| {
            let outcome = match observed.facts {
                Some(facts) => judge(observed.folder, facts),
                None => not_asked(observed.folder),
            };
            RuleResult::new(observed.folder.subject(), outcome).about(observed.key)
        })
        .collect()
}

/// Returns the outcome for a folder that could not be looked at: one cause for all that is asked of
/// it.
pub(super) fn could_not_look(why: &Failure) -> Outcome {
    Outcome::undecided(format!("it could not be looked at: {why}"))
}

/// Judges the files in each folder.
pub(super) fn judge_contents(
    case: &Case<'_>,
    judge: impl Fn(FolderRef<'_>, &Contents) -> Outcome,
) -> Vec<RuleResult> {
    judge_folders(case, |folder, facts| match &facts.contents {
        Answer::Known(contents) => judge(folder, contents),
        Answer::Absent(_) => no_such_folder(),
        Answer::Failed(why) => could_not_look(why),
        Answer::NotAsked => not_asked(folder),
    })
}
