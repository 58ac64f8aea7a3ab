//! What the farm's accounts may do in the drop folders.

use super::access::{AccessDecision, Denial, Rights};
use super::each::{Accounts, Scope, judge_each_account, judge_every_account};
use super::needs::Need;
use super::service_account::ResolvedAccount;
use super::view::FolderView;
use crate::facts::FailureKind;
use crate::farm::AccountRole;
use crate::farm::values::{AccountForm, FolderPath, FromText};
use crate::remedy::{self, Action, AdminRole};
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Severity};

const TIMER: Accounts = Accounts {
    has_role: |role| role == AccountRole::Timer,
    none_recorded: "`farm.timer-account` is not recorded",
};
const APPLICATION_POOLS: Accounts = Accounts {
    has_role: |role| role != AccountRole::Timer,
    none_recorded: "no account of a web application is recorded",
};

pub(super) fn timer_cannot_read(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_account(case, Scope::AllFolders, TIMER, |view, account| {
        judge_need(view, account, Need::ListAndRead)
    })
}

pub(super) fn timer_cannot_delete(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_account(case, Scope::AllFolders, TIMER, |view, account| {
        judge_need(view, account, Need::Delete)
    })
}

pub(super) fn pool_cannot_read(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_account(
        case,
        Scope::AllFolders,
        APPLICATION_POOLS,
        |view, account| match judge_need(view, account, Need::Read) {
            Outcome::Fail(finding) => {
                Outcome::Fail(finding.with_severity(severity_for(account.service_account.role)))
            }
            outcome => outcome,
        },
    )
}

/// Returns how bad it is if an account with this role cannot read. Lists in Central Administration
/// itself rarely receive mail.
pub(super) fn severity_for(role: AccountRole<'_>) -> Severity {
    match role {
        AccountRole::CentralAdministration => Severity::Warning,
        AccountRole::Timer | AccountRole::WebApplication(_) => Severity::Error,
    }
}

fn judge_need(view: &FolderView<'_>, account: &ResolvedAccount<'_>, need: Need) -> Outcome {
    let rights = Rights::new(view, &account.token);
    match need.decide(&rights) {
        AccessDecision::Granted(why) => Outcome::Pass(evidence(view, account, need, &why).into()),
        AccessDecision::Unknown(unknowns) => Outcome::undecided(format!(
            "it is not known whether {} can {}: {unknowns}{}",
            account.in_sentence(),
            need.verb(),
            account.what_decides(&unknowns)
        )),
        AccessDecision::Denied(_) if would_be_granted(view, account, need) => Outcome::because(
            "folder-not-inherited",
            "new messages do not inherit the ACE that would grant it",
        ),
        AccessDecision::Denied(denial) => {
            let finding = denied_finding(view, account, need, &denial);
            Outcome::Fail(finding.with_evidence(evidence(view, account, need, &denial.why)))
        }
    }
}

/// Returns whether the need would be met if every ACE were inherited by new messages.
fn would_be_granted(view: &FolderView<'_>, account: &ResolvedAccount<'_>, need: Need) -> bool {
    let next = view.next_if_inherited();
    let rights = Rights::with_next(view, &next, &account.token);
    need.decide(&rights).is_granted()
}

fn evidence(
    view: &FolderView<'_>,
    account: &ResolvedAccount<'_>,
    need: Need,
    why: &str,
) -> [Evidence; 3] {
    let rights = Rights::new(view, &account.token);
    let right = need.documented_right().words();
    let name = account.in_sentence();
    [
        Evidence::new(
            format!("whether {name} can {} in {}", need.verb(), view.folder),
            need.expected(),
            why,
        ),
        Evidence::new(
            format!("the rights of {name} on {}", view.folder),
            right,
            rights.on_folder(),
        ),
        Evidence::new(
            format!("the rights of {name} on a new message there"),
            right,
            rights.on_message(),
        ),
    ]
}

fn denied_finding(
    view: &FolderView<'_>,
    account: &ResolvedAccount<'_>,
    need: Need,
    denial: &Denial,
) -> Finding {
    let name = account.in_sentence();
    let verb = need.denied_verb(&Rights::new(view, &account.token));
    let message = format!("{name} cannot {verb} in {}", view.folder);
    let right = need.documented_right().words();
    if denial.by_ace {
        let remedy = format!(
            "Remove the ACE that denies it, or remove the account from the group that the ACE \
             names. Then check that {name} has {right} on the folder, subfolders and files"
        );
        return Finding::for_role(AdminRole::Server, message, remedy);
    }
    if account.is_anonymous_on(view) {
        let remedy = "Run the service as a domain account, and grant it the rights. LOCAL SERVICE \
                      connects to a share as ANONYMOUS LOGON, so an ACE for LOCAL SERVICE does \
                      not help";
        return Finding::for_role(AdminRole::Farm, message, remedy);
    }
    let grantee = account.grantee(view);
    let remedy =
        format!("Grant {grantee} {right} on the folder, for this folder, subfolders and files");
    Finding::for_role(AdminRole::Server, message, remedy).with_actions(grant(view, account, need))
}

fn grant(view: &FolderView<'_>, account: &ResolvedAccount<'_>, need: Need) -> Option<Action> {
    Some(Action::GrantFolder {
        server: view.folder.server.map(str::to_owned),
        folder: view.folder.path.to_owned(),
        account: grantable_name(view, account)?,
        right: need.documented_right(),
    })
}

/// Returns the name or SID by which a command can grant the account something on the folder.
pub(super) fn grantable_name(
    view: &FolderView<'_>,
    account: &ResolvedAccount<'_>,
) -> Option<String> {
    // A path that Windows cannot have is not one on the server.
    FolderPath::from_text(view.folder.path).ok()?;
    match account.service_account.account.form() {
        AccountForm::Name { .. } | AccountForm::Bare(_) | AccountForm::Principal { .. } => {
            Some(account.service_account.account.as_str().to_owned())
        }
        AccountForm::Anonymous if view.is_share() => None,
        _ => Some(format!("*{}", account.sid.as_ref()?)),
    }
}

const ALL_ACCOUNTS: Accounts = Accounts {
    has_role: |_| true,
    none_recorded: "no account is recorded",
};

pub(super) fn account_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results =
        judge_every_account(case, Scope::AllFolders, ALL_ACCOUNTS, |view, account| {
            if account.is_unknown_to_windows {
                return Outcome::Fail(unknown_finding(view, account));
            }
            match (&account.sid, &account.failure) {
                (Some(_), _) => Outcome::pass(),
                // A machine that has no way to ask says nothing of the account.
                (None, Some(failure)) if failure.kind != FailureKind::Unsupported => {
                    Outcome::undecided(format!("its name could not be looked up: {failure}"))
                }
                (None, _) => Outcome::not_applicable(NOT_LOOKED_UP),
            }
        });
    // Where the folder's rights are not known, the other rules say so.
    for result in &mut results {
        let is_about_folder = result.about.as_deref().is_none_or(is_folder_key);
        if case.facts.folder.is_some()
            && is_about_folder
            && matches!(result.outcome, Outcome::Undecided(_))
        {
            result.outcome = Outcome::not_applicable(NOT_LOOKED_UP);
        }
    }
    results
}

/// Returns whether a setting is that of a folder, not of an account.
fn is_folder_key(key: &str) -> bool {
    key.ends_with("drop-folder")
}

const NOT_LOOKED_UP: &str = "its name was not looked up on the folder's server";

fn unknown_finding(view: &FolderView<'_>, account: &ResolvedAccount<'_>) -> Finding {
    let message = format!(
        "Windows knows no account `{}`",
        account.service_account.account.as_str()
    );
    let remedy = format!(
        "Correct the name with `{command}`. If it is right, the machine that looked it up could \
         not reach its domain",
        command = remedy::spinmail("set {SETTING} \"DOMAIN\\account\"", &[&account.key()]),
    );
    Finding::new(message, remedy).observed(
        format!("the account's SID, for {}", view.folder),
        "a SID",
        account.unknown_reason.clone(),
    )
}
