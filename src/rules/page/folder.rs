//! The section *E-Mail Drop Folder*, and the drop folders of single servers.

use super::shared::{invalid_value, judge_required, recorded_text};
use crate::farm::Delivery;
use crate::farm::values::{Checked, FolderError, FolderPath, checked};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Outcome, RuleResult, wanted};

const FOLDER: &str = "incoming-email.drop-folder";

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::advanced_mode(case.farm).map(|drop_folder| {
        let finding = Finding::new(
            "the mode is advanced, and no drop folder is recorded",
            "Name it with `spinmail drop-folder PATH`; the SMTP service's own is \
             `C:\\inetpub\\mailroot\\drop`",
        );
        judge_required(FOLDER, &drop_folder, finding)
    });
    RuleResult::only(FOLDER, outcome)
}

pub(super) fn inactive(case: &Case<'_>) -> Vec<RuleResult> {
    let recorded = recorded_text(case.farm.incoming.drop_folder.as_ref());
    let outcome = wanted::automatic_mode(case.farm)
        .map(|()| Outcome::pass_unless(recorded.map(inactive_finding)));
    RuleResult::only(FOLDER, outcome)
}

fn inactive_finding(text: &str) -> Finding {
    Finding::new(
        format!(
            "`{text}` is kept, but automatic mode takes mail from the SMTP service's own folder"
        ),
        "Nothing is wrong; take it out if you will not go back to advanced mode",
    )
    .observed(
        FOLDER,
        "nothing while the mode is automatic",
        format!("`{text}`"),
    )
    .with_action(Action::unset(FOLDER))
}

/// A folder that is recorded and in use.
struct RecordedFolder<'a> {
    key: String,
    text: &'a str,
    path: Result<&'a FolderPath, &'a FolderError>,
}

impl<'a> RecordedFolder<'a> {
    fn new(key: String, folder: Checked<'a, FolderPath>) -> Option<Self> {
        let (text, path) = match folder {
            Checked::Missing => return None,
            Checked::Valid(text, path) => (text, Ok(path)),
            Checked::Invalid(text, error) => (text, Err(error)),
        };
        Some(Self { key, text, path })
    }

    /// Returns the folders in use: the page's in advanced mode, and each server's own.
    fn all(case: &Case<'a>) -> Vec<Self> {
        let mut folders = Vec::new();
        if let Delivery::Advanced { drop_folder } = case.farm.delivery() {
            folders.extend(Self::new(FOLDER.to_owned(), drop_folder));
        }
        for server in &case.farm.servers {
            let key = format!("server.{}.drop-folder", server.name());
            folders.extend(Self::new(key, checked(&server.drop_folder)));
        }
        folders
    }
}

/// Judges every folder in use.
fn judge_folders(
    case: &Case<'_>,
    judge: impl Fn(&RecordedFolder<'_>) -> Outcome,
) -> Vec<RuleResult> {
    let folders = RecordedFolder::all(case);
    if folders.is_empty() {
        return RuleResult::only(FOLDER, Outcome::not_applicable("no drop folder is in use"));
    }
    folders
        .iter()
        .map(|folder| RuleResult::new(&folder.key, judge(folder)).about(folder.key.clone()))
        .collect()
}

/// Judges the folders with a valid path.
fn judge_paths(
    case: &Case<'_>,
    judge: impl Fn(&RecordedFolder<'_>, &FolderPath) -> Outcome,
) -> Vec<RuleResult> {
    judge_folders(case, |folder| match folder.path {
        Ok(path) => judge(folder, path),
        Err(error) => wanted::invalid_folder(error),
    })
}

pub(super) fn not_absolute(case: &Case<'_>) -> Vec<RuleResult> {
    judge_folders(case, |folder| match folder.path {
        Ok(_) => Outcome::pass(),
        Err(error @ FolderError::NoShare { .. }) => wanted::invalid_folder(error),
        Err(error) => Outcome::Fail(invalid_value::<FolderPath>(
            &folder.key,
            folder.text,
            error,
            "absolute folder",
        )),
    })
}

pub(super) fn no_share(case: &Case<'_>) -> Vec<RuleResult> {
    judge_folders(case, |folder| match folder.path {
        Ok(_) => Outcome::pass(),
        Err(error @ FolderError::NoShare { .. }) => Outcome::Fail(
            Finding::new(
                format!("`{}` cannot be a folder: {error}", folder.text),
                "Add the share's name",
            )
            .observed(
                &folder.key,
                r"`\\server\share`, and folders below it",
                format!("`{}`", folder.text),
            ),
        ),
        Err(error) => wanted::invalid_folder(error),
    })
}

pub(super) fn wrong_queue(case: &Case<'_>) -> Vec<RuleResult> {
    judge_paths(case, |folder, path| match use_by_smtp(path) {
        None => Outcome::pass(),
        Some(use_by_smtp) => Outcome::Fail(
            Finding::new(
                format!(
                    "`{}` belongs to the SMTP service itself: {use_by_smtp}",
                    folder.text
                ),
                "Use the SMTP service's Drop folder, which lies beside it",
            )
            .observed(
                &folder.key,
                "a folder that the SMTP service drops mail in",
                format!("`{}`", folder.text),
            ),
        ),
    })
}

/// Says what the SMTP service uses a folder for, or returns `None` if it is not one of its own.
fn use_by_smtp(path: &FolderPath) -> Option<&'static str> {
    match path.last()? {
        "pickup" => Some("the SMTP service sends what lies there out again"),
        "queue" => Some("the SMTP service keeps mail there that it has yet to deliver"),
        "badmail" => Some("the SMTP service puts mail there that it could not deliver"),
        _ => None,
    }
}

pub(super) fn remote(case: &Case<'_>) -> Vec<RuleResult> {
    judge_paths(case, |folder, path| {
        if path.is_share() {
            Outcome::Fail(remote_finding(folder))
        } else {
            Outcome::pass()
        }
    })
}

fn remote_finding(folder: &RecordedFolder<'_>) -> Finding {
    let message = format!(
        "`{}` lies on a share: its share and folder rights both count",
        folder.text
    );
    let remedy = "Grant rights there to domain accounts or groups; WSS_ADMIN_WPG and WSS_WPG are \
                  local to each SharePoint server and mean nothing to the file server";
    Finding::new(message, remedy).observed(
        &folder.key,
        "rights for domain accounts on the share and the folder",
        format!("`{}`", folder.text),
    )
}
