//! The section E-Mail Drop Folder, and the folders of single servers.

use super::*;

pub(super) fn drop_folder_missing(case: &Case<'_>) -> Vec<RuleResult> {
    match case.farm.delivery() {
        Delivery::Advanced { drop_folder } => missing(FOLDER, &drop_folder, || {
            let remedy = r"Name it with `spinmail drop-folder PATH`; the SMTP service's own is `C:\inetpub\mailroot\drop`";
            Finding::new(
                "the mode is advanced, and no drop folder is recorded",
                remedy,
            )
        }),
        Delivery::Automatic | Delivery::AutomaticRemoved => {
            one(FOLDER, Outcome::not_applicable("the mode is automatic"))
        }
        Delivery::ModeMissing => one(
            FOLDER,
            Outcome::not_applicable("no mode is recorded (page-mode-missing)"),
        ),
    }
}

pub(super) fn drop_folder_inactive(case: &Case<'_>) -> Vec<RuleResult> {
    let folder = &case.farm.incoming.drop_folder;
    let recorded = folder
        .as_ref()
        .filter(|typed| !typed.text.trim().is_empty());
    let finding = |typed: &Lenient<FolderPath>| {
        let message = format!(
            "`{}` is kept, but automatic mode takes mail from the SMTP service's own folder",
            typed.text
        );
        Finding::new(
            message,
            "Nothing is wrong; take it out if you will not go back to advanced mode",
        )
        .observed(
            FOLDER,
            "nothing while the mode is automatic",
            format!("`{}`", typed.text),
        )
        .with_action(Action::unset(FOLDER))
    };
    let outcome =
        unless_automatic(case.farm).unwrap_or_else(|| Outcome::pass_unless(recorded.map(finding)));
    one(FOLDER, outcome)
}

/// Judges every folder that is polled: the page's in advanced mode, and each server's own. `judge`
/// gets the KEY too.
pub(super) fn of_folders(
    case: &Case<'_>,
    judge: impl Fn(&str, &str, Result<&FolderPath, &FolderError>) -> Outcome,
) -> Vec<RuleResult> {
    let judged = |key: &str, folder: Checked<'_, FolderPath>| {
        let outcome = match folder {
            Checked::Missing => return None,
            Checked::Valid(text, path) => judge(key, text, Ok(path)),
            Checked::Invalid(text, fault) => judge(key, text, Err(fault)),
        };
        Some(RuleResult::new(key, outcome).about(key))
    };
    let page = match case.farm.delivery() {
        Delivery::Advanced { drop_folder } => judged(FOLDER, drop_folder),
        _ => None,
    };
    let own = case.farm.servers.iter().filter_map(|server| {
        judged(
            &format!("server.{}.drop-folder", server.name()),
            checked(&server.drop_folder),
        )
    });
    let mut all: Vec<RuleResult> = page.into_iter().chain(own).collect();
    if all.is_empty() {
        all.push(RuleResult::new(
            FOLDER,
            Outcome::not_applicable("no drop folder is in use"),
        ));
    }
    all
}

pub(super) fn drop_folder_not_absolute(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, |key, text, folder| match folder {
        Ok(_) => Outcome::pass(),
        Err(FolderError::NoShare { .. }) => {
            Outcome::not_applicable("it names no share (page-drop-folder-no-share)")
        }
        Err(fault) => Outcome::Fail(invalid::<FolderPath>(key, text, fault, "absolute folder")),
    })
}

pub(super) fn drop_folder_no_share(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, |key, text, folder| match folder {
        Ok(_) => Outcome::pass(),
        Err(fault @ FolderError::NoShare { .. }) => Outcome::Fail(
            Finding::new(
                format!("`{text}` cannot be a folder: {fault}"),
                "Add the share's name",
            )
            .observed(
                key,
                r"`\\server\share`, and folders below it",
                format!("`{text}`"),
            ),
        ),
        Err(_) => Outcome::not_applicable("it is no absolute path (page-drop-folder-not-absolute)"),
    })
}

/// Judges the folders whose paths are sound.
pub(super) fn of_sound_folders(
    case: &Case<'_>,
    judge: fn(&str, &str, &FolderPath) -> Option<Finding>,
) -> Vec<RuleResult> {
    of_folders(case, |key, text, folder| match folder {
        Ok(path) => Outcome::pass_unless(judge(key, text, path)),
        Err(FolderError::NoShare { .. }) => {
            Outcome::not_applicable("it names no share (page-drop-folder-no-share)")
        }
        Err(_) => Outcome::not_applicable("it is no absolute path (page-drop-folder-not-absolute)"),
    })
}

pub(super) fn drop_folder_wrong_queue(case: &Case<'_>) -> Vec<RuleResult> {
    of_sound_folders(case, |key, text, path| {
        let use_of_it = match path.last()? {
            "pickup" => "the SMTP service sends what lies there out again",
            "queue" => "the SMTP service keeps mail there that it has yet to deliver",
            "badmail" => "the SMTP service puts mail there that it could not deliver",
            _ => return None,
        };
        let message = format!("`{text}` belongs to the SMTP service itself: {use_of_it}");
        let remedy = "Use the SMTP service's Drop folder, which lies beside it";
        Some(Finding::new(message, remedy).observed(
            key,
            "a folder that the SMTP service drops mail in",
            format!("`{text}`"),
        ))
    })
}

pub(super) fn drop_folder_remote(case: &Case<'_>) -> Vec<RuleResult> {
    of_sound_folders(case, |key, text, path| {
        path.is_share().then(|| {
            let message =
                format!("`{text}` lies on a share: its share and folder rights both count");
            let remedy = "Grant rights there to domain accounts or groups; WSS_ADMIN_WPG and \
                          WSS_WPG are local to each SharePoint server and mean nothing to the \
                          file server";
            Finding::new(message, remedy).observed(
                key,
                "rights for domain accounts on the share and the folder",
                format!("`{text}`"),
            )
        })
    })
}
