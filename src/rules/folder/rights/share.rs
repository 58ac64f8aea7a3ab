//! Drop folders on a share.

use super::access::{AccessDecision, Denial, Rights, access_through_share};
use super::describe;
use super::each::{Accounts, Scope, judge_each_account, judge_each_folder};
use super::needs::Need;
use super::service_account::ResolvedAccount;
use super::view::{FolderView, trustee};
use crate::facts::Answer;
use crate::farm::AccountRole;
use crate::farm::values::{AccountForm, SharePath};
use crate::remedy::{Action, AdminRole, ShareRight};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};
use std::collections::BTreeSet;
use windows_security::Sid;
use windows_security::rights::{DELETE, FILE_READ_DATA};

const ALL_ACCOUNTS: Accounts = Accounts {
    has_role: |_| true,
    none_recorded: "no account is recorded",
};

pub(super) fn limits(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_account(case, Scope::SharesOnly, ALL_ACCOUNTS, |view, account| {
        judge_share(view, account).into()
    })
}

/// What an account must be able to do through the share.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShareNeed {
    Read,
    ReadAndDelete,
}

impl ShareNeed {
    fn of_role(role: AccountRole<'_>) -> Self {
        match role {
            AccountRole::Timer => Self::ReadAndDelete,
            AccountRole::CentralAdministration | AccountRole::WebApplication(_) => Self::Read,
        }
    }

    /// Returns the rule that judges what the folder's ACL denies, or `None` if it denies nothing.
    fn rule_about_denial(self, rights: &Rights<'_>) -> Option<&'static str> {
        let needs: &[(Need, &str)] = match self {
            Self::Read => &[(Need::Read, "folder-pool-cannot-read")],
            Self::ReadAndDelete => &[
                (Need::ListAndRead, "folder-timer-cannot-read"),
                (Need::Delete, "folder-timer-cannot-delete"),
            ],
        };
        needs
            .iter()
            .find(|(need, _)| need.decide(rights).is_denied())
            .map(|(_, rule)| *rule)
    }

    fn mask(self) -> u32 {
        match self {
            Self::Read => FILE_READ_DATA,
            Self::ReadAndDelete => FILE_READ_DATA | DELETE,
        }
    }

    fn right(self) -> ShareRight {
        match self {
            Self::Read => ShareRight::Read,
            Self::ReadAndDelete => ShareRight::Change,
        }
    }

    /// Returns the right in the words of the share's dialog.
    fn right_in_words(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::ReadAndDelete => "Change",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Read => "read messages",
            Self::ReadAndDelete => "delete messages",
        }
    }
}

fn judge_share(view: &FolderView<'_>, account: &ResolvedAccount<'_>) -> Judged<Outcome> {
    let share = view.share_descriptor()?;
    let need = ShareNeed::of_role(account.service_account.role);
    let rights = Rights::new(view, &account.token);
    if let Some(rule) = need.rule_about_denial(&rights) {
        return Err(Outcome::because(
            rule,
            "the folder's NTFS permissions already deny it",
        ));
    }
    match access_through_share(view, &share, &account.token, need.mask()) {
        AccessDecision::Granted(_) => Ok(Outcome::pass()),
        AccessDecision::Unknown(unknowns) => Err(Outcome::undecided(format!(
            "the share permissions of {} are not known: {unknowns}{}",
            account.in_sentence(),
            account.what_decides(&unknowns)
        ))),
        AccessDecision::Denied(denial) => {
            Ok(Outcome::Fail(limits_finding(view, account, need, denial)))
        }
    }
}

fn limits_finding(
    view: &FolderView<'_>,
    account: &ResolvedAccount<'_>,
    need: ShareNeed,
    denial: Denial,
) -> Finding {
    const PLACE: &str = "in the share permissions (tab \"Sharing\", Advanced Sharing, \
                         Permissions)";
    let right = need.right_in_words();
    let remedy = if denial.by_ace {
        format!("Remove the ACE that denies it {PLACE}. Then check that it has {right}")
    } else {
        format!(
            "Grant {} {right} {PLACE}; the NTFS permissions alone are not enough",
            account.grantee(view)
        )
    };
    let message = format!(
        "the share permissions do not let {} {} in {}",
        account.in_sentence(),
        need.verb(),
        view.folder
    );
    let finding = Finding::for_role(AdminRole::Server, message, remedy);
    let finding = if denial.by_ace {
        finding
    } else {
        finding.with_actions(grant(view, account, need.right()))
    };
    finding.observed(
        format!("the share permissions of {}", account.in_sentence()),
        right,
        denial.why,
    )
}

fn grant(
    view: &FolderView<'_>,
    account: &ResolvedAccount<'_>,
    right: ShareRight,
) -> Option<Action> {
    match account.service_account.account.form() {
        AccountForm::Name { .. } | AccountForm::Principal { .. } => {}
        _ => return None,
    }
    let path = SharePath::from_text(view.folder.path)?;
    Some(Action::GrantShare {
        server: path.server,
        share: path.share,
        account: account.service_account.account.as_str().to_owned(),
        right,
    })
}

pub(super) fn local_group(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_folder(case, Scope::SharesOnly, |view| {
        let domains = farm_domains(case, view);
        let (mut foreign, mut unknown) = (Vec::new(), Vec::new());
        for sid in view.trustees() {
            let is_of_farm = sid.domain().is_none_or(|domain| domains.contains(&domain));
            if is_of_farm || view.name(&sid).is_some() {
                continue;
            }
            if view.is_of_other_machine(&sid) {
                foreign.push(sid);
            } else {
                unknown.push(sid);
            }
        }
        match (foreign.is_empty(), unknown.first()) {
            (false, _) => Outcome::Fail(foreign_finding(view, &foreign)),
            (true, Some(sid)) => unknown_trustee(view, sid),
            (true, None) => Outcome::pass(),
        }
    })
}

/// Returns the domains of the farm's accounts: an unknown SID of these was deleted.
fn farm_domains(case: &Case<'_>, view: &FolderView<'_>) -> BTreeSet<Sid> {
    let groups: BTreeSet<&Sid> = view.given_group_sids().collect();
    let observed = view.facts.accounts.iter();
    let observed = observed
        .filter_map(|account| account.sid.known())
        .filter(|sid| !groups.contains(sid))
        .filter_map(Sid::domain);
    let directory = case.facts.directory.iter();
    let listed = directory
        .flat_map(|directory| &directory.accounts)
        .filter_map(|account| account.answer.known()?.sid.domain());
    observed.chain(listed).collect()
}

fn unknown_trustee(view: &FolderView<'_>, sid: &Sid) -> Outcome {
    Outcome::undecided(match view.facts.names.get(sid) {
        Some(Answer::Absent(_)) => format!(
            "the file server could not resolve `{sid}`: it may be a local group of another \
             machine, or of a domain that the server could not reach; `--sid 'WSS_ADMIN_WPG=SID'` \
             and `--sid 'WSS_WPG=SID'` say which SIDs are SharePoint's groups"
        ),
        _ => format!(
            "it is not known whether the file server knows `{sid}`; `spinmail gather folder` \
             asks it"
        ),
    })
}

fn foreign_finding(view: &FolderView<'_>, foreign: &[Sid]) -> Finding {
    let remedy = "Grant the rights to the accounts themselves or to a domain group, and then \
                  remove these ACEs: WSS_ADMIN_WPG and WSS_WPG are local groups of each \
                  SharePoint server, and have no effect on another machine";
    let message = format!(
        "the DACL of {} names accounts that the file server does not know",
        view.folder
    );
    let mut finding = Finding::for_role(AdminRole::Server, message, remedy);
    for ace in view.descriptor.dacl.aces() {
        if trustee(ace).is_some_and(|sid| foreign.contains(sid)) {
            finding = finding.observed(
                "an ACE in its DACL",
                "an account that the file server knows",
                describe::ace_of_folder(view, ace),
            );
        }
    }
    finding
}
