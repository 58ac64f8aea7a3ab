//! Loops over the drop folders that are polled, and over the accounts that need rights on them.

use super::super::observed::{FOLDER, observed_folders};
use super::service_account::ResolvedAccount;
use super::view::{FolderView, NOT_ON_SHARE};
use crate::farm::AccountRole;
use crate::farm::values::FolderLocation;
use crate::rules::subject::Part;
use crate::rules::{Case, Outcome, RuleResult};

/// Which folders a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    AllFolders,
    SharesOnly,
}

/// Judges every folder that is polled.
pub(super) fn judge_each_folder(
    case: &Case<'_>,
    scope: Scope,
    judge: impl Fn(&FolderView<'_>) -> Outcome,
) -> Vec<RuleResult> {
    judge_each_view(case, scope, |view| {
        vec![RuleResult::new(view.folder.subject(), judge(view)).about(view.key.clone())]
    })
}

/// The accounts that a rule is about.
#[derive(Clone, Copy)]
pub(super) struct Accounts {
    pub has_role: fn(AccountRole<'_>) -> bool,
    /// Why nothing is judged if none of them is recorded.
    pub none_recorded: &'static str,
}

/// Judges each of the accounts that Windows knows, for every folder that is polled. Of others
/// nothing can be said.
pub(super) fn judge_each_account(
    case: &Case<'_>,
    scope: Scope,
    accounts: Accounts,
    judge: impl Fn(&FolderView<'_>, &ResolvedAccount<'_>) -> Outcome,
) -> Vec<RuleResult> {
    judge_every_account(case, scope, accounts, |view, account| {
        if account.is_unknown_to_windows {
            return Outcome::undecided(format!(
                "Windows knows no account `{}`, see `folder-account-unknown`",
                account.service_account.account.as_str()
            ));
        }
        judge(view, account)
    })
}

/// Judges each of the accounts, for every folder that is polled.
pub(super) fn judge_every_account(
    case: &Case<'_>,
    scope: Scope,
    accounts: Accounts,
    judge: impl Fn(&FolderView<'_>, &ResolvedAccount<'_>) -> Outcome,
) -> Vec<RuleResult> {
    judge_each_view(case, scope, |view| {
        let mut results = Vec::new();
        for service_account in case.farm.service_accounts(view.location) {
            if (accounts.has_role)(service_account.role) {
                let account = ResolvedAccount::new(case, view, service_account);
                let part = Part::Account(account.to_string());
                let subject = view.folder.subject().and(&account).of_part(part);
                results.push(RuleResult::new(subject, judge(view, &account)).about(account.key()));
            }
        }
        if results.is_empty() {
            let outcome = Outcome::because("farm-account-unknown", accounts.none_recorded);
            results.push(RuleResult::new(view.folder.subject(), outcome).about(view.key.clone()));
        }
        results
    })
}

pub(super) fn judge_each_view(
    case: &Case<'_>,
    scope: Scope,
    judge: impl Fn(&FolderView<'_>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let folders = match observed_folders(case) {
        Ok(folders) => folders,
        Err(instead) => return RuleResult::only(FOLDER, instead),
    };
    let mut results = Vec::new();
    for observed in folders {
        let (subject, key) = (observed.folder.subject(), observed.key.clone());
        let view =
            if scope == Scope::SharesOnly && observed.folder.location() != FolderLocation::Share {
                Err(Outcome::not_applicable(NOT_ON_SHARE))
            } else {
                FolderView::new(observed)
            };
        match view {
            Ok(view) => results.extend(judge(&view)),
            Err(instead) => results.push(RuleResult::new(subject, instead).about(key)),
        }
    }
    results
}
