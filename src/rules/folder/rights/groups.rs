//! SharePoint's own groups in the list.

use super::access::{Held, Rights};
use super::each::{Which, of_folders};
use super::needs::needs_of;
use super::service_account::Subject;
use super::view::{ADMIN, View, WEB, sid_of};
use crate::facts::Answer;
use crate::farm::AccountRole;
use crate::farm::values::{FolderPath, FromText};
use crate::remedy::{Action, AdminRole, FolderRight};
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::rights::{FULL_CONTROL, READ_EXECUTE};
use windows_security::{AclPart, Sid, Token};

/// A group in the list; none where everyone in the list is known and it is not among them.
fn group(view: &View<'_>, name: &str) -> Result<Option<Sid>, Outcome> {
    if view.descriptor.dacl == AclPart::Null {
        return Err(Outcome::not_applicable(
            "the folder has no list (folder-no-list)",
        ));
    }
    if let Some(sid) = sid_of(view, name) {
        return Ok(Some(sid));
    }
    if view.is_share {
        return Err(Outcome::not_applicable(format!(
            "on a share the servers' local group {name} counts for nothing"
        )));
    }
    let is_known = |sid: &Sid| {
        let of_account = view
            .seen
            .accounts
            .iter()
            .any(|seen| seen.sid == Answer::Known(sid.clone()));
        sid.domain().is_none() || of_account || view.name(sid).is_some()
    };
    match view.trustees().iter().find(|sid| !is_known(sid)) {
        None => Ok(None),
        Some(sid) => Err(Outcome::undecided(format!(
            "whether `{sid}` in the list is {name} is not known; `spinmail gather folder` on its \
             server looks it up, and `--sid '{name}=SID'` says it"
        ))),
    }
}

/// The group's rights.
fn rights_of<'a>(view: &'a View<'_>, sid: &Sid) -> Rights<'a> {
    Rights::new(view, &Token::exactly([sid.clone()]))
}

fn grant(view: &View<'_>, name: &str, right: FolderRight) -> Option<Action> {
    let action = Action::GrantFolder {
        server: view.place.server.map(str::to_owned),
        folder: view.place.path.to_owned(),
        account: name.to_owned(),
        right,
    };
    (!view.is_share && FolderPath::from_text(view.place.path).is_ok()).then_some(action)
}

pub fn admin_missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::All, |view| {
        let group = match group(view, ADMIN) {
            Ok(group) => group,
            Err(instead) => return instead,
        };
        let refusal = match group.map(|sid| rights_of(view, &sid).on_itself(FULL_CONTROL)) {
            None => "the list does not name it".to_owned(),
            Some(Held::Yes(_)) => return Outcome::pass(),
            Some(Held::Unknown(why)) => {
                return Outcome::undecided(format!("what {ADMIN} may do is not known: {why}"));
            }
            Some(Held::No(refusal)) => refusal.why,
        };
        match stand_in(case, view, ADMIN) {
            None => return unrecorded(ADMIN),
            Some(Held::Yes(_)) => return Outcome::pass(),
            Some(Held::Unknown(why)) => {
                let what = "lacks Full control, and whether its accounts have what they need by \
                            themselves is not known";
                return Outcome::undecided(format!("{ADMIN} {what}: {why}"));
            }
            Some(Held::No(_)) => {}
        }
        let remedy = format!(
            "Grant {ADMIN} Full control of the folder, for this folder, subfolders and files, or \
             the accounts of the Timer service and of Central Administration Modify"
        );
        Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!("{ADMIN} lacks Full control of {}", view.place),
                remedy,
            )
            .observed(
                format!("{ADMIN} in the list of {}", view.place),
                "Full control",
                refusal,
            )
            .with_actions(grant(view, ADMIN, FolderRight::FullControl)),
        )
    })
}

pub fn web_missing(case: &Case<'_>) -> Vec<RuleResult> {
    of_folders(case, Which::All, |view| {
        let group = match group(view, WEB) {
            Ok(group) => group,
            Err(instead) => return instead,
        };
        let held = group.map(|sid| {
            let rights = rights_of(view, &sid);
            rights.on_itself(READ_EXECUTE).and(rights.read())
        });
        let refusal = match held {
            None => "the list does not name it".to_owned(),
            Some(Held::Yes(_)) => return Outcome::pass(),
            Some(Held::Unknown(why)) => {
                return Outcome::undecided(format!("what {WEB} may do is not known: {why}"));
            }
            Some(Held::No(refusal)) => refusal.why,
        };
        match stand_in(case, view, WEB) {
            None => unrecorded(WEB),
            Some(Held::Yes(_)) => Outcome::pass(),
            Some(Held::Unknown(why)) => Outcome::undecided(format!(
                "{WEB} cannot read there, and whether the accounts can is not known: {why}"
            )),
            Some(Held::No(_)) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("{WEB} cannot read the mail in {}", view.place),
                    format!(
                        "Grant {WEB} Read & execute on the folder, for this folder, subfolders \
                         and files"
                    ),
                )
                .observed(
                    format!("{WEB} in the list of {}", view.place),
                    "Read & execute",
                    refusal,
                )
                .with_actions(grant(view, WEB, FolderRight::ReadAndExecute)),
            ),
        }
    })
}

/// Whether the accounts that a group is for have what they need all the same; nothing where those
/// that are recorded do, and some are not recorded.
pub fn stand_in(case: &Case<'_>, view: &View<'_>, group: &str) -> Option<Held> {
    let (farm, is_admin) = (case.farm, group == ADMIN);
    let webs = &farm.web_applications;
    let all_recorded = match is_admin {
        true => farm.timer_account.is_some() && farm.central_administration_account.is_some(),
        false => !webs.is_empty() && webs.iter().all(|web| web.account.is_some()),
    };
    let is_meant =
        |role: AccountRole<'_>| is_admin != matches!(role, AccountRole::WebApplication(_));
    let parties = farm
        .service_accounts(view.location())
        .into_iter()
        .filter(|party| is_meant(party.role));
    let held = parties.flat_map(|party| {
        let subject = Subject::new(case, view, party);
        let rights = Rights::new(view, &subject.token);
        needs_of(party.role)
            .iter()
            .map(|need| need.held(&rights))
            .collect::<Vec<_>>()
    });
    held.reduce(Held::and)
        .filter(|held| all_recorded || !matches!(held, Held::Yes(_)))
}

/// The verdict where some accounts that may stand in for a group are not recorded.
fn unrecorded(group: &str) -> Outcome {
    let why =
        "lacks its rights, and not all accounts that may have theirs all the same are recorded";
    Outcome::not_applicable(format!("{group} {why} (farm-account-unknown)"))
}
