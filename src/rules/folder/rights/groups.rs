//! SharePoint's own groups in the ACL.

use super::access::{AccessDecision, Rights, Unknowns};
use super::each::{Scope, judge_each_folder};
use super::needs::Need;
use super::service_account::ResolvedAccount;
use super::view::{ADMIN_GROUP, FolderView, WEB_GROUP, has_null_dacl};
use crate::farm::values::{FolderPath, FromText};
use crate::farm::{AccountRole, Farm};
use crate::remedy::{Action, AdminRole, FolderRight};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};
use windows_security::rights::{FULL_CONTROL, READ_EXECUTE};
use windows_security::{AclPart, Sid, Token};

const NOT_IN_ACL: &str = "the DACL does not name it";

pub(super) fn admin_group_missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        judge_admin_group(case, view).into()
    })
}

fn judge_admin_group(case: &Case<'_>, view: &FolderView<'_>) -> Judged<Outcome> {
    let decision = match group_in_acl(view, ADMIN_GROUP)? {
        Some(sid) => group_rights(view, &sid).access_folder(FULL_CONTROL),
        None => return Ok(judge_admin_members(case, view, NOT_IN_ACL)),
    };
    Ok(match decision {
        AccessDecision::Granted(_) => Outcome::pass(),
        AccessDecision::Unknown(unknowns) => group_unknown(ADMIN_GROUP, &unknowns),
        AccessDecision::Denied(denial) => judge_admin_members(case, view, &denial.why),
    })
}

/// Judges whether the group's members have access without it; `why` says what the group lacks.
fn judge_admin_members(case: &Case<'_>, view: &FolderView<'_>, why: &str) -> Outcome {
    match members_have_access(case, view, ADMIN_GROUP) {
        None => members_not_recorded(case.farm, ADMIN_GROUP),
        Some(AccessDecision::Granted(_)) => Outcome::pass(),
        Some(AccessDecision::Unknown(unknowns)) => Outcome::undecided(format!(
            "{ADMIN_GROUP} lacks Full control, and it is not known whether its accounts have what \
             they need without it: {unknowns}"
        )),
        Some(AccessDecision::Denied(_)) => Outcome::Fail(admin_finding(view, why)),
    }
}

fn admin_finding(view: &FolderView<'_>, why: &str) -> Finding {
    let remedy = format!(
        "Grant {ADMIN_GROUP} Full control on the folder, for this folder, subfolders and files; \
         or grant Modify to the accounts of the Timer service and of Central Administration"
    );
    Finding::for_role(
        AdminRole::Server,
        format!("{ADMIN_GROUP} lacks Full control on {}", view.folder),
        remedy,
    )
    .observed(
        format!("{ADMIN_GROUP} in the DACL of {}", view.folder),
        "Full control",
        why,
    )
    .with_actions(grant(view, ADMIN_GROUP, FolderRight::FullControl))
}

pub(super) fn web_group_missing(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::AllFolders, |view| {
        judge_web_group(case, view).into()
    })
}

fn judge_web_group(case: &Case<'_>, view: &FolderView<'_>) -> Judged<Outcome> {
    let decision = match group_in_acl(view, WEB_GROUP)? {
        Some(sid) => {
            let rights = group_rights(view, &sid);
            rights
                .access_folder(READ_EXECUTE)
                .and(rights.read_message())
        }
        None => return Ok(judge_web_members(case, view, NOT_IN_ACL)),
    };
    Ok(match decision {
        AccessDecision::Granted(_) => Outcome::pass(),
        AccessDecision::Unknown(unknowns) => group_unknown(WEB_GROUP, &unknowns),
        AccessDecision::Denied(denial) => judge_web_members(case, view, &denial.why),
    })
}

/// Judges whether the group's members have access without it; `why` says what the group lacks.
fn judge_web_members(case: &Case<'_>, view: &FolderView<'_>, why: &str) -> Outcome {
    match members_have_access(case, view, WEB_GROUP) {
        None => members_not_recorded(case.farm, WEB_GROUP),
        Some(AccessDecision::Granted(_)) => Outcome::pass(),
        Some(AccessDecision::Unknown(unknowns)) => Outcome::undecided(format!(
            "{WEB_GROUP} cannot read there, and it is not known whether the accounts can: \
             {unknowns}"
        )),
        Some(AccessDecision::Denied(_)) => Outcome::Fail(web_finding(view, why)),
    }
}

fn web_finding(view: &FolderView<'_>, why: &str) -> Finding {
    let remedy = format!(
        "Grant {WEB_GROUP} Read & execute on the folder, for this folder, subfolders and files"
    );
    Finding::for_role(
        AdminRole::Server,
        format!("{WEB_GROUP} cannot read the mail in {}", view.folder),
        remedy,
    )
    .observed(
        format!("{WEB_GROUP} in the DACL of {}", view.folder),
        "Read & execute",
        why,
    )
    .with_actions(grant(view, WEB_GROUP, FolderRight::ReadAndExecute))
}

/// Returns the SID of a group, or `None` if everyone in the ACL is known and the group is not among
/// them.
fn group_in_acl(view: &FolderView<'_>, name: &str) -> Judged<Option<Sid>> {
    if view.descriptor.dacl == AclPart::Null {
        return Err(has_null_dacl());
    }
    if let Some(sid) = view.sid_of_group(name) {
        return Ok(Some(sid));
    }
    if view.is_share() {
        return Err(Outcome::not_applicable(format!(
            "on a share, the local group {name} of a SharePoint server has no effect"
        )));
    }
    match view.trustees().iter().find(|sid| !is_identified(view, sid)) {
        None => Ok(None),
        Some(sid) => Err(Outcome::undecided(format!(
            "it is not known whether `{sid}` in the DACL is {name}; run `spinmail gather folder` \
             on its server, or use `--sid '{name}=SID'`"
        ))),
    }
}

/// Returns whether it is known which account or group a SID is.
fn is_identified(view: &FolderView<'_>, sid: &Sid) -> bool {
    let mut accounts = view.facts.accounts.iter();
    sid.domain().is_none()
        || view.name(sid).is_some()
        || accounts.any(|account| account.sid.known() == Some(sid))
}

/// Returns the rights of a group's members by their membership alone.
fn group_rights<'a>(view: &'a FolderView<'_>, sid: &Sid) -> Rights<'a> {
    Rights::new(view, &Token::exactly([sid.clone()]))
}

pub(super) fn grant(view: &FolderView<'_>, group: &str, right: FolderRight) -> Option<Action> {
    // A path that Windows cannot have is not one on the server.
    if view.is_share() || FolderPath::from_text(view.folder.path).is_err() {
        return None;
    }
    Some(Action::GrantFolder {
        server: view.folder.server.map(str::to_owned),
        folder: view.folder.path.to_owned(),
        account: group.to_owned(),
        right,
    })
}

/// Decides whether the members of a SharePoint group have what they need without it, or returns
/// `None` if those that are recorded do and some are not recorded.
pub(super) fn members_have_access(
    case: &Case<'_>,
    view: &FolderView<'_>,
    group: &str,
) -> Option<AccessDecision> {
    let mut decisions = Vec::new();
    for service_account in case.farm.service_accounts(view.location) {
        if is_member(service_account.role, group) {
            let account = ResolvedAccount::new(case, view, service_account);
            let rights = Rights::new(view, &account.token);
            decisions.extend(
                Need::of_role(service_account.role)
                    .iter()
                    .map(|need| need.decide(&rights)),
            );
        }
    }
    let decision = decisions.into_iter().reduce(AccessDecision::and)?;
    if decision.is_granted() && !are_all_recorded(case.farm, group) {
        return None;
    }
    Some(decision)
}

/// Returns whether SharePoint puts accounts with this role into the group.
fn is_member(role: AccountRole<'_>, group: &str) -> bool {
    let is_web_application = matches!(role, AccountRole::WebApplication(_));
    is_web_application == (group == WEB_GROUP)
}

/// Returns whether the accounts of all members of a group are recorded.
fn are_all_recorded(farm: &Farm, group: &str) -> bool {
    if group == ADMIN_GROUP {
        return farm.timer_account.is_some() && farm.central_administration_account.is_some();
    }
    let web_applications = &farm.web_applications;
    !web_applications.is_empty() && web_applications.iter().all(|web| web.account.is_some())
}

fn group_unknown(group: &str, unknowns: &Unknowns) -> Outcome {
    Outcome::undecided(format!("the rights of {group} are not known: {unknowns}"))
}

/// Returns the outcome if some accounts that may have access without the group are not recorded.
fn members_not_recorded(farm: &Farm, group: &str) -> Outcome {
    if group == WEB_GROUP && farm.web_applications.is_empty() {
        return Outcome::not_applicable(format!(
            "{group} lacks its rights, but no recorded web application needs them"
        ));
    }
    let why = format!(
        "{group} lacks its rights, and not all accounts that may have their own rights are \
         recorded"
    );
    Outcome::because("farm-account-unknown", why)
}
