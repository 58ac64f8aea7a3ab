//! What the farm's accounts may do with the container, and beyond it.

use super::accounts::{self, display_name};
use super::delegation::{AccessDecision, AccountView, Denial, DenialCause, GrantedRight, plural};
use super::farm_account::{FarmAccount, KnownAccount, judge_account};
use super::right::DirectoryRight;
use super::settings::GROUPS;
use super::view;
use crate::facts::Answer;
use crate::facts::directory::AccountFacts;
use crate::farm::Farm;
use crate::farm::values::Account;
use crate::remedy::{Action, AdminRole, Grant};
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult};
use windows_security::directory::Class;

/// What keeps an account from using a right that it was just granted.
const RESTART: &str = "Then recycle the application pool of Central Administration";

/// Judges whether Central Administration's account has a right. If it does not, another rule may
/// already say why; `also_wanted` are rights that are not among those SharePoint always needs.
fn judge_central(
    case: &Case<'_>,
    also_wanted: &[(DirectoryRight, Class)],
    judge: impl Fn(&KnownAccount<'_>) -> Outcome,
) -> Vec<RuleResult> {
    judge_account(
        case,
        FarmAccount::CentralAdministration,
        |account| match judge(account) {
            Outcome::Fail(finding) => {
                reported_by_other_rule(case, also_wanted, account).unwrap_or(Outcome::Fail(finding))
            }
            outcome => outcome,
        },
    )
}

/// Returns the outcome if another rule says why Central Administration's account lacks a right.
fn reported_by_other_rule(
    case: &Case<'_>,
    also_wanted: &[(DirectoryRight, Class)],
    central: &KnownAccount<'_>,
) -> Option<Outcome> {
    let lacks_needed = decisions(&central.view, &needed_rights(case))
        .iter()
        .any(AccessDecision::is_denied);
    if lacks_needed && let Ok(Some(timer)) = timer_with_rights(case, also_wanted, central) {
        return Some(timer_has_rights(timer));
    }
    // Otherwise directory-wizard-only itself defers to directory-rights-elsewhere.
    let timer_has_needed = matches!(timer_with_rights(case, &[], central), Ok(Some(_)));
    if timer_has_needed || !central.view.has_wizard_task_only() {
        return None;
    }
    Some(Outcome::because(
        "directory-wizard-only",
        "only the wizard's task is delegated",
    ))
}

fn timer_has_rights(timer: &AccountFacts) -> Outcome {
    Outcome::because(
        "directory-rights-elsewhere",
        format!(
            "the Timer service's account `{}` has the rights instead",
            display_name(timer)
        ),
    )
}

/// Returns the Timer service's account if it is another one and has every right that is needed, or
/// `None` if there is none.
fn timer_with_rights<'a>(
    case: &Case<'a>,
    also_wanted: &[(DirectoryRight, Class)],
    central: &KnownAccount<'_>,
) -> Judged<Option<&'a AccountFacts>> {
    let Ok((facts, container)) = view::container(case) else {
        return Ok(None);
    };
    let Some(timer) = &case.farm.timer_account else {
        return Ok(None);
    };
    let mut wanted = needed_rights(case);
    wanted.extend(also_wanted);
    let mut unknown = None;
    let found = accounts::facts_about(facts, timer);
    if found.is_empty() {
        return Err(Outcome::undecided(format!(
            "the Timer service's account was not searched for; {}",
            view::ASKS
        )));
    }
    for account in found {
        let entry = match &account.answer {
            Answer::Known(entry) if entry.sid == central.entry.sid => continue,
            Answer::Known(entry) => entry,
            Answer::Absent(_) => continue,
            Answer::Failed(_) | Answer::NotAsked => {
                unknown = Some(timer_unknown(account, &account.answer));
                continue;
            }
        };
        let Ok(view) = AccountView::new(facts, container, entry) else {
            unknown = Some(timer_unknown(account, &entry.token));
            continue;
        };
        let decisions = decisions(&view, &wanted);
        if decisions.iter().all(AccessDecision::is_granted) {
            return Ok(Some(account));
        }
        if !decisions.iter().any(AccessDecision::is_denied) {
            unknown = first_unknown(decisions).or(unknown);
        }
    }
    match unknown {
        Some(why) => Err(Outcome::undecided(why)),
        None => Ok(None),
    }
}

/// Says why nothing is known of the rights of the Timer service's account.
fn timer_unknown<T>(timer: &AccountFacts, answer: &Answer<T>) -> String {
    format!(
        "the rights of the Timer service's account `{}` are not known: {}",
        display_name(timer),
        answer.why_not()
    )
}

fn decisions(view: &AccountView<'_>, wanted: &[(DirectoryRight, Class)]) -> Vec<AccessDecision> {
    wanted
        .iter()
        .map(|(right, class)| view.access(*right, *class))
        .collect()
}

fn first_unknown(decisions: impl IntoIterator<Item = AccessDecision>) -> Option<String> {
    decisions.into_iter().find_map(AccessDecision::into_unknown)
}

/// Returns the rights that SharePoint needs.
fn needed_rights(case: &Case<'_>) -> Vec<(DirectoryRight, Class)> {
    let mut needed = vec![
        (DirectoryRight::Create, Class::Contact),
        (DirectoryRight::Delete, Class::Contact),
        (DirectoryRight::DeleteTree, Class::Contact),
    ];
    if case.farm.directory.distribution_groups == Some(true) {
        needed.push((DirectoryRight::Create, Class::Group));
        needed.push((DirectoryRight::Delete, Class::Group));
    }
    needed
}

/// Returns the outcome of a rule about groups if sites may not create groups.
fn no_groups(case: &Case<'_>) -> Option<Outcome> {
    match case.farm.directory.distribution_groups {
        Some(true) => None,
        Some(false) => Some(Outcome::not_applicable(
            "sites may not create distribution groups",
        )),
        None => Some(Outcome::not_applicable(format!(
            "`{GROUPS}` is not recorded"
        ))),
    }
}

/// The finding about a right that is missing.
struct MissingRight {
    message: String,
    /// The remedy if nothing grants the right, as a sentence without its period.
    how_to_grant: String,
    actions: Vec<Action>,
}

impl MissingRight {
    /// Fails with the remedy that fits the cause if the right is denied.
    fn judge(self, decision: AccessDecision) -> Outcome {
        let (evidence, cause) = match decision {
            AccessDecision::Granted(evidence) => return Outcome::Pass(evidence),
            AccessDecision::Unknown(why) => return Outcome::undecided(why),
            AccessDecision::Denied(Denial { evidence, cause }) => (evidence, cause),
        };
        let how_to_grant = self.how_to_grant;
        let (remedy, actions) = match cause {
            DenialCause::NotGranted => (format!("{how_to_grant}. {RESTART}"), self.actions),
            DenialCause::Denied => (
                format!(
                    "Remove the ACE that denies it: it is evaluated before the ACEs that grant \
                     it. {RESTART}"
                ),
                Vec::new(),
            ),
            DenialCause::DeniedAndNotGranted => (
                format!("Remove the ACE that denies it. {how_to_grant}. {RESTART}"),
                self.actions,
            ),
            DenialCause::NotInherited(name) => (
                format!(
                    "Enable inheritance of permissions on `{name}` and on the other objects named \
                     above: the container's permissions grant it"
                ),
                Vec::new(),
            ),
        };
        Outcome::Fail(
            Finding::for_role(AdminRole::Directory, self.message, remedy)
                .with_evidence(evidence)
                .with_actions(actions),
        )
    }
}

pub(super) fn cannot_create_contacts(case: &Case<'_>) -> Vec<RuleResult> {
    judge_central(case, &[], |account| judge_creation(account, Class::Contact))
}

pub(super) fn cannot_create_groups(case: &Case<'_>) -> Vec<RuleResult> {
    judge_central(case, &[], |account| {
        no_groups(case).unwrap_or_else(|| judge_creation(account, Class::Group))
    })
}

fn judge_creation(account: &KnownAccount<'_>, class: Class) -> Outcome {
    let objects = plural(class);
    let effect = match class {
        Class::Contact => "SharePoint cannot create a list's contact",
        _ => "SharePoint cannot create a site's group",
    };
    let missing = MissingRight {
        message: format!(
            "`{}` cannot create {objects} in `{}`: {effect}",
            account.name(),
            account.container()
        ),
        how_to_grant: format!(
            "Delegate Create all Child Objects on the container to `{}`, or the right to create \
             {objects} only",
            account.name()
        ),
        actions: account.grant(&[(Grant::Create, Some(class))]),
    };
    missing.judge(account.view.access(DirectoryRight::Create, class))
}

pub(super) fn cannot_delete_contacts(case: &Case<'_>) -> Vec<RuleResult> {
    judge_central(case, &[], |account| judge_deletion(account, Class::Contact))
}

pub(super) fn cannot_delete_groups(case: &Case<'_>) -> Vec<RuleResult> {
    judge_central(case, &[], |account| {
        no_groups(case).unwrap_or_else(|| judge_deletion(account, Class::Group))
    })
}

fn judge_deletion(account: &KnownAccount<'_>, class: Class) -> Outcome {
    let objects = plural(class);
    let missing = MissingRight {
        message: format!(
            "`{}` cannot delete {objects} in `{}`",
            account.name(),
            account.container()
        ),
        how_to_grant: format!(
            "Delegate Delete all Child Objects on the container to `{}`, or the right to delete \
             {objects} only",
            account.name()
        ),
        actions: account.grant(&[(Grant::Delete, Some(class))]),
    };
    missing.judge(account.view.access(DirectoryRight::Delete, class))
}

pub(super) fn cannot_delete_subtree(case: &Case<'_>) -> Vec<RuleResult> {
    judge_central(case, &[], |account| {
        let decision = account
            .view
            .access(DirectoryRight::DeleteTree, Class::Contact);
        let cause = match &decision {
            AccessDecision::Denied(denial) => Some(&denial.cause),
            _ => None,
        };
        let where_it_is = match cause {
            Some(DenialCause::NotGranted | DenialCause::DeniedAndNotGranted) => {
                account.view.where_delete_tree_is()
            }
            Some(DenialCause::Denied) => "an ACE denies it".to_owned(),
            _ => "some contacts do not inherit it".to_owned(),
        };
        let missing = MissingRight {
            message: format!(
                "`{}` has no Delete Subtree on the contacts in `{}`, so lists cannot be disabled: \
                 {where_it_is}",
                account.name(),
                account.container()
            ),
            how_to_grant: format!(
                "Grant `{}` Delete Subtree on the container, for this object and all descendant \
                 objects, in an ACE for all objects or for contacts",
                account.name()
            ),
            actions: account.grant(&[(Grant::DeleteSubtree, None)]),
        };
        missing.judge(decision)
    })
}

pub(super) fn cannot_change(case: &Case<'_>) -> Vec<RuleResult> {
    let mut wanted = vec![(DirectoryRight::Change, Class::Contact)];
    if no_groups(case).is_none() {
        wanted.push((DirectoryRight::Change, Class::Group));
    }
    judge_central(case, &wanted, |account| judge_change(account, &wanted))
}

fn judge_change(account: &KnownAccount<'_>, wanted: &[(DirectoryRight, Class)]) -> Outcome {
    let mut decisions = decisions(&account.view, wanted);
    let mut denied: Vec<Class> = Vec::new();
    for ((_, class), decision) in wanted.iter().zip(&decisions) {
        if decision.is_denied() {
            denied.push(*class);
        }
    }
    let objects: Vec<String> = denied.iter().copied().map(plural).collect();
    let objects = objects.join(" and ");
    let what = if denied.contains(&Class::Group) {
        "titles, addresses and members"
    } else {
        "titles and addresses"
    };
    let grants: Vec<(Grant, Option<Class>)> = denied
        .iter()
        .map(|class| (Grant::Change, Some(*class)))
        .collect();
    let missing = MissingRight {
        message: format!(
            "`{}` cannot change {objects} in `{}`, so SharePoint cannot update {what}",
            account.name(),
            account.container()
        ),
        how_to_grant: format!(
            "Grant `{}` Write all properties on {objects} in the container, or Full control on \
             them",
            account.name()
        ),
        actions: account.grant(&grants),
    };
    // The worst decision counts.
    decisions.sort_by_key(|decision| match decision {
        AccessDecision::Denied(..) => 0,
        AccessDecision::Unknown(_) => 1,
        AccessDecision::Granted(_) => 2,
    });
    match decisions.into_iter().next() {
        Some(worst) => missing.judge(worst),
        None => Outcome::pass(),
    }
}

pub(super) fn wizard_only(case: &Case<'_>) -> Vec<RuleResult> {
    judge_account(case, FarmAccount::CentralAdministration, |account| {
        judge_wizard_task(case, account)
    })
}

fn judge_wizard_task(case: &Case<'_>, account: &KnownAccount<'_>) -> Outcome {
    let [users, contacts, groups] = [Class::User, Class::Contact, Class::Group]
        .map(|class| account.view.access(DirectoryRight::Create, class));
    if users.is_denied() || contacts.is_granted() || groups.is_granted() {
        return Outcome::pass();
    }
    // If an ACE denies it, the wizard is not the cause.
    if is_denied_by_ace(&contacts) || is_denied_by_ace(&groups) {
        return Outcome::pass();
    }
    let evidence = match (users, contacts, groups) {
        (
            AccessDecision::Granted(users),
            AccessDecision::Denied(contacts),
            AccessDecision::Denied(groups),
        ) => {
            let unneeded = users.into_iter().map(|granted| Evidence {
                expected: "not needed by SharePoint".to_owned(),
                ..granted
            });
            let missing = contacts.evidence.into_iter().chain(groups.evidence);
            missing.chain(unneeded).collect::<Vec<_>>()
        }
        (users, contacts, groups) => {
            let unknown = first_unknown([users, contacts, groups]);
            return Outcome::undecided(unknown.unwrap_or_default());
        }
    };
    if let Ok(Some(timer)) = timer_with_rights(case, &[], account) {
        return timer_has_rights(timer);
    }
    let message = format!(
        "`{}` may create users in `{}`, but not contacts or groups, which SharePoint creates: the \
         wizard's task \"Create, delete, and manage user accounts\" covers users only",
        account.name(),
        account.container()
    );
    let remedy = format!(
        "With a custom task, also delegate Create all Child Objects, Delete all Child Objects and \
         Delete Subtree, for this object and all descendant objects. {RESTART}"
    );
    let grants = [Grant::Create, Grant::Delete, Grant::DeleteSubtree].map(|grant| (grant, None));
    Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, remedy)
            .with_evidence(evidence)
            .with_actions(account.grant(&grants)),
    )
}

/// Returns whether an ACE denies it, and not only that none grants it.
fn is_denied_by_ace(decision: &AccessDecision) -> bool {
    matches!(
        decision,
        AccessDecision::Denied(Denial {
            cause: DenialCause::Denied | DenialCause::DeniedAndNotGranted,
            ..
        })
    )
}

pub(super) fn rights_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    judge_account(case, FarmAccount::CentralAdministration, |account| {
        judge_timer_instead(case, account).into()
    })
}

/// Judges whether the Timer service's account has the rights that Central Administration's lacks.
fn judge_timer_instead(case: &Case<'_>, account: &KnownAccount<'_>) -> Judged<Outcome> {
    let decisions = decisions(&account.view, &needed_rights(case));
    if decisions.iter().all(AccessDecision::is_granted) {
        return Ok(Outcome::pass());
    }
    let Some(timer) = timer_with_rights(case, &[], account)? else {
        return Err(match first_unknown(decisions) {
            Some(why) => Outcome::undecided(why),
            None => Outcome::not_applicable(
                "the Timer service's account does not have all the \
                                             rights either",
            ),
        });
    };
    let evidence = decisions.into_iter().find_map(|decision| match decision {
        AccessDecision::Denied(denial) => Some(denial.evidence),
        _ => None,
    });
    let Some(evidence) = evidence else {
        return Err(Outcome::undecided(
            "it is not known whether Central Administration's account has the rights itself",
        ));
    };
    let message = format!(
        "the Timer service's account `{}` has the rights on `{}`, but Central \
         Administration's application pool account `{}` does not",
        display_name(timer),
        account.container(),
        account.name()
    );
    let remedy = format!(
        "Delegate the same rights to the account of Central Administration's application pool, \
         which the documentation names. {RESTART}"
    );
    Ok(Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message, remedy).with_evidence(evidence),
    ))
}

pub(super) fn rights_too_wide(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = judge_account(case, FarmAccount::CentralAdministration, judge_above);
    if has_separate_timer_account(case.farm) && view::container(case).is_ok() {
        results.extend(judge_account(case, FarmAccount::Timer, judge_above));
    }
    results
}

fn has_separate_timer_account(farm: &Farm) -> bool {
    match (&farm.central_administration_account, &farm.timer_account) {
        (Some(central), Some(timer)) => !Account::same(central.as_str(), timer.as_str()),
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

fn judge_above(account: &KnownAccount<'_>) -> Outcome {
    match account.view.right_above() {
        Ok(None) => Outcome::pass(),
        Err(why) => Outcome::undecided(why),
        Ok(Some(GrantedRight { what, evidence })) => {
            let remedy = "Remove the wider grant, or remove the account from the group that has \
                          it: SharePoint needs rights on the container only";
            let message = format!("`{}` may {what}", account.name());
            Outcome::Fail(
                Finding::for_role(AdminRole::Directory, message, remedy).with_evidence(evidence),
            )
        }
    }
}
