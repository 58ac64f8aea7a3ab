//! The section *E-Mail Drop Folder*, and the drop folders of single servers.

use super::shared::{invalid_value, judge_required, recorded_text};
use crate::farm::Delivery;
use crate::farm::values::{Checked, FolderError, FolderPath, checked};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity, wanted};
use std::borrow::Cow;

const FOLDER: &str = "incoming-email.drop-folder";

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::advanced_mode(case.farm).map(|drop_folder| {
        let finding = Finding::new(
            "the mode is advanced, but no drop folder is recorded",
            "Record it with `spinmail drop-folder PATH`; the SMTP service's own is \
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
        "Nothing is wrong; remove it if you will not go back to advanced mode",
    )
    .recorded(
        FOLDER,
        "nothing while the mode is automatic",
        format!("`{text}`"),
    )
    .with_action(Action::unset(FOLDER))
}

/// A folder that is recorded and in use.
struct RecordedFolder<'a> {
    key: Cow<'static, str>,
    text: &'a str,
    path: Result<&'a FolderPath, &'a FolderError>,
}

impl<'a> RecordedFolder<'a> {
    fn new(
        key: impl FnOnce() -> Cow<'static, str>,
        folder: Checked<'a, FolderPath>,
    ) -> Option<Self> {
        let (text, path) = match folder {
            Checked::Missing => return None,
            Checked::Valid(text, path) => (text, Ok(path)),
            Checked::Invalid(text, error) => (text, Err(error)),
        };
        Some(Self {
            key: key(),
            text,
            path,
        })
    }

    /// Returns the folders in use: the page's in advanced mode, and each server's own.
    fn all(case: &Case<'a>) -> Vec<Self> {
        let mut folders = Vec::new();
        if let Delivery::Advanced { drop_folder } = case.farm.delivery() {
            folders.extend(Self::new(|| FOLDER.into(), drop_folder));
        }
        for server in &case.farm.servers {
            let key = || format!("server.{}.drop-folder", server.name()).into();
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
        .map(|folder| RuleResult::new(folder.key.clone(), judge(folder)).about(folder.key.clone()))
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
            "an absolute folder",
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
            .recorded(
                &*folder.key,
                r"`\\server\share`, and folders below it",
                format!("`{}`", folder.text),
            ),
        ),
        Err(error) => wanted::invalid_folder(error),
    })
}

pub(super) fn wrong_queue(case: &Case<'_>) -> Vec<RuleResult> {
    judge_paths(case, |folder, path| match SmtpUse::new(path) {
        None => Outcome::pass(),
        Some(found) => Outcome::Fail(found.finding(folder)),
    })
}

/// A folder with the name of one that the SMTP service uses for itself.
struct SmtpUse {
    /// What the service does there, as a sentence.
    use_by_smtp: &'static str,
    /// Where its Drop folder is then.
    drop_folder: &'static str,
    certainty: Certainty,
}

/// Whether a folder is the SMTP service's own.
enum Certainty {
    /// It is in the folder of its mail.
    InMailroot,
    /// A share only bears the name.
    NameOnly,
}

impl SmtpUse {
    /// Returns what the SMTP service uses a folder for, or `None` if it is not one of its own.
    fn new(path: &FolderPath) -> Option<Self> {
        const MAILROOT: &str = "mailroot";
        let mut names = path.names().rev();
        let name = names.next()?;
        let use_by_smtp = match name {
            MAILROOT => "the SMTP service keeps its folders Queue, Badmail and Pickup there",
            "pickup" => "the SMTP service sends every file that it finds there",
            "queue" => "the SMTP service keeps mail there that it has not delivered yet",
            "badmail" => "the SMTP service puts mail there that it could not deliver",
            _ => return None,
        };
        let is_root_of_share = path.is_share() && path.names().nth(1).is_none();
        let is_in_mailroot = name == MAILROOT || names.any(|above| above == MAILROOT);
        let certainty = match (is_in_mailroot && !is_root_of_share, path.is_share()) {
            (true, _) => Certainty::InMailroot,
            (false, true) => Certainty::NameOnly,
            (false, false) => return None,
        };
        Some(Self {
            use_by_smtp,
            drop_folder: if name == MAILROOT {
                "in it"
            } else {
                "next to it"
            },
            certainty,
        })
    }

    fn finding(&self, folder: &RecordedFolder<'_>) -> Finding {
        let Self {
            use_by_smtp,
            drop_folder,
            ..
        } = self;
        let finding = match self.certainty {
            Certainty::InMailroot => Finding::new(
                format!(
                    "`{}` belongs to the SMTP service itself: {use_by_smtp}",
                    folder.text
                ),
                format!("Use the SMTP service's Drop folder, which is {drop_folder}"),
            ),
            Certainty::NameOnly => Finding::new(
                format!(
                    "`{}` has the name of one of the SMTP service's own folders, and may be that \
                     folder",
                    folder.text
                ),
                "Make sure that the SMTP service drops mail there",
            )
            .with_severity(Severity::Note),
        };
        finding.recorded(
            &*folder.key,
            "a folder into which the SMTP service drops mail",
            format!("`{}`", folder.text),
        )
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
        "`{}` is on a share: both the share and the NTFS permissions count",
        folder.text
    );
    let remedy = "Grant the rights to domain accounts or groups; WSS_ADMIN_WPG and WSS_WPG are \
                  local groups of each SharePoint server and have no effect on the file server";
    Finding::new(message, remedy).recorded(
        &*folder.key,
        "rights for domain accounts on the share and on the folder",
        format!("`{}`", folder.text),
    )
}
