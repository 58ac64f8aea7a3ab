//! What the farm's accounts may do with the container, and beyond it.

use super::accounts::{self, shown};
use super::delegation::{self, Held, Lack, Right, View as Delegation};
use super::view::{self, View};
use super::{CENTRAL, CONTAINER, GROUPS, TIMER};
use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, AccountFacts};
use crate::farm::values::{Account, AccountForm, FromText};
use crate::remedy::{Action, AdminRole, Grant};
use crate::rules::{Case, Finding, Outcome, RuleResult};
use windows_security::directory::Class;

/// An account that is in the directory, and what the farm file calls it.
struct Named<'a> {
    facts: &'a AccountFacts,
    entry: &'a AccountEntry,
}

/// Judges Central Administration's account, of which the rights are wanted. Where it lacks this
/// one, another rule may already say why.
fn of_central(
    case: &Case<'_>,
    wanted: &[(Right, Class)],
    judge: impl Fn(&Delegation<'_>, &Named<'_>) -> Outcome,
) -> Vec<RuleResult> {
    of_account(case, CENTRAL, |delegation, named| {
        match judge(delegation, named) {
            Outcome::Fail(finding) => {
                instead(case, wanted, delegation, named).unwrap_or(Outcome::Fail(finding))
            }
            outcome => outcome,
        }
    })
}

fn of_account(
    case: &Case<'_>,
    key: &'static str,
    judge: impl Fn(&Delegation<'_>, &Named<'_>) -> Outcome,
) -> Vec<RuleResult> {
    let about =
        |subject: String, outcome: Outcome| RuleResult::new(subject, outcome).about(CONTAINER);
    let (facts, container) = match view::container(case) {
        Ok(seen) => seen,
        Err(instead) => return vec![about(view::subject(case), instead)],
    };
    let account = match key {
        CENTRAL => &case.farm.central_administration_account,
        _ => &case.farm.timer_account,
    };
    let Some(account) = account else {
        let why = format!("`{key}` is not recorded (farm-account-unknown)");
        return vec![about(view::subject(case), Outcome::not_applicable(why))];
    };
    let found = accounts::found(facts, account);
    if found.is_empty() {
        return vec![about(
            account.as_str().to_owned(),
            accounts::not_looked_for(account),
        )];
    }
    let of_one = |found: &AccountFacts| {
        let outcome = entry(found).and_then(|entry| {
            let delegation = Delegation::new(facts, container, entry)?;
            Ok(judge(
                &delegation,
                &Named {
                    facts: found,
                    entry,
                },
            ))
        });
        about(shown(found), outcome.unwrap_or_else(|instead| instead))
    };
    let mut judged: Vec<RuleResult> = found.into_iter().map(of_one).collect();
    if key == CENTRAL {
        accounts::unless_one_server(&mut judged);
    }
    judged
}

fn entry(found: &AccountFacts) -> View<&AccountEntry> {
    view::known(
        &found.answer,
        "the account",
        "there is no such account (directory-account-missing)",
    )
}

/// The other rule that already says why Central Administration's account lacks a right, where one
/// does.
fn instead(
    case: &Case<'_>,
    wanted: &[(Right, Class)],
    delegation: &Delegation<'_>,
    named: &Named<'_>,
) -> Option<Outcome> {
    if let Some(outcome) = with_rights(case, wanted, named).instead() {
        return Some(outcome);
    }
    let is_said = !matches!(with_rights(case, &[], named), Elsewhere::Yes(_))
        && delegation.is_of_the_wizard();
    is_said.then(|| {
        Outcome::not_applicable("nothing but the wizard's task is there (directory-wizard-only)")
    })
}

/// Whether the timer's account, where it is another one, has every right that is needed, and these;
/// and which it is.
fn with_rights<'a>(
    case: &Case<'a>,
    wanted: &[(Right, Class)],
    central: &Named<'_>,
) -> Elsewhere<'a> {
    let Ok((facts, container)) = view::container(case) else {
        return Elsewhere::No;
    };
    let Some(timer) = &case.farm.timer_account else {
        return Elsewhere::No;
    };
    let mut elsewhere = Elsewhere::No;
    for found in accounts::found(facts, timer) {
        let Answer::Known(entry) = &found.answer else {
            continue;
        };
        if entry.sid == central.entry.sid {
            continue;
        }
        let Ok(delegation) = Delegation::new(facts, container, entry) else {
            continue;
        };
        let wanted = needed(case).into_iter().chain(wanted.iter().copied());
        let held: Vec<Held> = wanted
            .map(|(right, class)| delegation.held(right, class))
            .collect();
        if held.iter().all(Held::is_yes) {
            return Elsewhere::Yes(found);
        }
        if !held.iter().any(|held| matches!(held, Held::No(..))) {
            elsewhere = held
                .into_iter()
                .find_map(Held::unknown)
                .map_or(elsewhere, Elsewhere::Unknown);
        }
    }
    elsewhere
}

/// Whether the timer's account has the rights.
enum Elsewhere<'a> {
    Yes(&'a AccountFacts),
    /// Why that is not known.
    Unknown(String),
    No,
}

impl Elsewhere<'_> {
    /// What a rule about Central Administration's account says then.
    fn instead(&self) -> Option<Outcome> {
        let Self::Yes(timer) = self else { return None };
        let timer = shown(timer);
        let why = format!(
            "the timer's account `{timer}` has the rights instead (directory-rights-elsewhere)"
        );
        Some(Outcome::not_applicable(why))
    }
}

/// What SharePoint cannot do without.
fn needed(case: &Case<'_>) -> Vec<(Right, Class)> {
    let mut needed = vec![
        (Right::Create, Class::Contact),
        (Right::Delete, Class::Contact),
        (Right::DeleteTree, Class::Contact),
    ];
    if case.farm.directory.distribution_groups == Some(true) {
        needed.extend([(Right::Create, Class::Group), (Right::Delete, Class::Group)]);
    }
    needed
}

/// Why a rule about groups says nothing, unless sites may make groups.
fn unless_groups(case: &Case<'_>) -> Option<Outcome> {
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

/// What keeps an account from using a right that it has just been given.
const RESTART: &str = "Then restart IIS on the farm's servers (`iisreset /noforce`)";

/// The verdict about one right: a finding where it is missing, with the remedy that fits.
fn needs(
    held: Held,
    message: impl FnOnce() -> String,
    grant: &str,
    actions: Vec<Action>,
) -> Outcome {
    let (evidence, lack) = match held {
        Held::Yes(evidence) => return Outcome::Pass(evidence),
        Held::Unknown(why) => return Outcome::undecided(why),
        Held::No(evidence, lack) => (evidence, lack),
    };
    let (remedy, actions) = match lack {
        Lack::NotGranted => (format!("{grant}. {RESTART}"), actions),
        Lack::Denied => {
            let remedy = "Take back the entry that denies it: it counts before those that grant \
                          it further down";
            (format!("{remedy}. {RESTART}"), Vec::new())
        }
        Lack::DeniedAndNotGranted => (
            format!("Take back the entry that denies it. {grant}. {RESTART}"),
            actions,
        ),
        Lack::NotInherited(name) => {
            let remedy = format!(
                "Let `{name}`, and whatever else is named above, inherit the container's \
                 permissions again: those grant it"
            );
            (remedy, Vec::new())
        }
    };
    Outcome::Fail(
        Finding::for_role(AdminRole::Directory, message(), remedy)
            .with_evidence(evidence)
            .with_actions(actions),
    )
}

/// What would grant a right; nothing where the account's name is not one that an entry can be made
/// for.
fn grants(
    delegation: &Delegation<'_>,
    named: &Named<'_>,
    wanted: &[(Grant, Option<Class>)],
) -> Vec<Action> {
    let account = Account::from_text(&named.facts.name).ok();
    let form = account.as_ref().map(Account::form);
    let is_named = matches!(
        form,
        Some(AccountForm::Name { .. } | AccountForm::Principal { .. })
    );
    let action = |(grant, class): &(Grant, Option<Class>)| Action::GrantDirectory {
        container: delegation.container.name.clone(),
        account: named.facts.name.clone(),
        grant: *grant,
        class: class.map(|class| class.name().to_owned()),
    };
    if is_named {
        wanted.iter().map(action).collect()
    } else {
        Vec::new()
    }
}

fn create(case: &Case<'_>, class: Class) -> Vec<RuleResult> {
    of_central(case, &[], |delegation, named| {
        if let Some(outcome) = unless_groups(case).filter(|_| class == Class::Group) {
            return outcome;
        }
        let things = delegation::plural(class);
        let message = || {
            let so = match class {
                Class::Contact => "a list's contact cannot be made",
                _ => "a site's group cannot be made",
            };
            let (account, container) = (shown(named.facts), &delegation.container.name);
            format!("`{account}` may not create {things} in `{container}`: {so}")
        };
        let grant = format!(
            "Delegate Create all Child Objects of the container to it, or that of {things} alone"
        );
        let actions = grants(delegation, named, &[(Grant::Create, Some(class))]);
        needs(
            delegation.held(Right::Create, class),
            message,
            &grant,
            actions,
        )
    })
}

pub fn cannot_create_contacts(case: &Case<'_>) -> Vec<RuleResult> {
    create(case, Class::Contact)
}

pub fn cannot_create_groups(case: &Case<'_>) -> Vec<RuleResult> {
    create(case, Class::Group)
}

fn delete(case: &Case<'_>, class: Class) -> Vec<RuleResult> {
    of_central(case, &[], |delegation, named| {
        if let Some(outcome) = unless_groups(case).filter(|_| class == Class::Group) {
            return outcome;
        }
        let things = delegation::plural(class);
        let message = || {
            format!(
                "`{}` may not delete {things} in `{}`",
                shown(named.facts),
                delegation.container.name
            )
        };
        let grant = format!(
            "Delegate Delete all Child Objects of the container to it, or that of {things} alone"
        );
        let actions = grants(delegation, named, &[(Grant::Delete, Some(class))]);
        needs(
            delegation.held(Right::Delete, class),
            message,
            &grant,
            actions,
        )
    })
}

pub fn cannot_delete_contacts(case: &Case<'_>) -> Vec<RuleResult> {
    delete(case, Class::Contact)
}

pub fn cannot_delete_groups(case: &Case<'_>) -> Vec<RuleResult> {
    delete(case, Class::Group)
}

pub fn cannot_delete_subtree(case: &Case<'_>) -> Vec<RuleResult> {
    of_central(case, &[], |delegation, named| {
        let held = delegation.held(Right::DeleteTree, Class::Contact);
        let landed = match &held {
            Held::No(_, Lack::NotGranted | Lack::DeniedAndNotGranted) => {
                format!(": {}", delegation.where_delete_tree_landed())
            }
            Held::No(_, Lack::Denied) => ": it is denied".to_owned(),
            _ => ": some do not inherit it".to_owned(),
        };
        let message = || {
            format!(
                "`{}` has no Delete Subtree on the contacts in `{}`, so lists cannot be \
                 disabled{landed}",
                shown(named.facts),
                delegation.container.name
            )
        };
        let grant = "Grant it Delete Subtree on the container, for this object and all descendant \
                     objects, in an entry that is for no class of objects or for contacts";
        let actions = grants(delegation, named, &[(Grant::DeleteSubtree, None)]);
        needs(held, message, grant, actions)
    })
}

pub fn cannot_change(case: &Case<'_>) -> Vec<RuleResult> {
    let groups = unless_groups(case).is_none().then_some(Class::Group);
    let classes: Vec<Class> = [Class::Contact].into_iter().chain(groups).collect();
    let wanted: Vec<(Right, Class)> = classes
        .iter()
        .map(|class| (Right::Change, *class))
        .collect();
    of_central(case, &wanted, |delegation, named| {
        let mut held: Vec<(Class, Held)> = classes
            .iter()
            .map(|class| (*class, delegation.held(Right::Change, *class)))
            .collect();
        let lacking: Vec<Class> = held
            .iter()
            .filter(|(_, held)| matches!(held, Held::No(..)))
            .map(|(class, _)| *class)
            .collect();
        let things = lacking
            .iter()
            .map(|class| delegation::plural(*class))
            .collect::<Vec<_>>()
            .join(" and ");
        let message = || {
            let (account, container) = (shown(named.facts), &delegation.container.name);
            let what = if lacking.contains(&Class::Group) {
                "titles, addresses and members"
            } else {
                "titles and addresses"
            };
            format!(
                "`{account}` may not change {things} in `{container}`, so {what} stay as they are"
            )
        };
        let grant = format!(
            "Grant it Write all properties on {things} in the container, or full control of them"
        );
        let actions: Vec<(Grant, Option<Class>)> = lacking
            .iter()
            .map(|class| (Grant::Change, Some(*class)))
            .collect();
        // One that is missing says more than one that is not known, and that more than one that is
        // there.
        held.sort_by_key(|(_, held)| match held {
            Held::No(..) => 0,
            Held::Unknown(_) => 1,
            Held::Yes(_) => 2,
        });
        let first = held
            .into_iter()
            .next()
            .map_or(Held::Yes(Vec::new()), |(_, held)| held);
        needs(first, message, &grant, grants(delegation, named, &actions))
    })
}

pub fn wizard_only(case: &Case<'_>) -> Vec<RuleResult> {
    of_account(case, CENTRAL, |delegation, named| {
        let created = [Class::User, Class::Contact, Class::Group]
            .map(|class| delegation.held(Right::Create, class));
        let evidence = match created {
            [
                Held::Yes(evidence),
                Held::No(_, Lack::NotGranted),
                Held::No(_, Lack::NotGranted),
            ] => evidence,
            // What is denied is no fault of the wizard's.
            [Held::No(..), ..] | [_, Held::Yes(_), _] | [.., Held::Yes(_)] => {
                return Outcome::pass();
            }
            [_, Held::No(_, Lack::Denied | Lack::DeniedAndNotGranted), _]
            | [.., Held::No(_, Lack::Denied | Lack::DeniedAndNotGranted)] => {
                return Outcome::pass();
            }
            open => {
                return Outcome::undecided(
                    open.into_iter().find_map(Held::unknown).unwrap_or_default(),
                );
            }
        };
        if let Some(outcome) = with_rights(case, &[], named).instead() {
            return outcome;
        }
        let message = format!(
            "`{}` may create users in `{}`, but neither contacts nor groups, and it is those that \
             SharePoint makes: the wizard's task \"Create, delete, and manage user accounts\" \
             covers users alone",
            shown(named.facts),
            delegation.container.name
        );
        let remedy = format!(
            "Delegate Create all Child Objects, Delete all Child Objects and Delete Subtree as \
             well, with a custom task, for this object and all descendant objects. {RESTART}"
        );
        let actions =
            [Grant::Create, Grant::Delete, Grant::DeleteSubtree].map(|grant| (grant, None));
        let actions = grants(delegation, named, &actions);
        Outcome::Fail(
            Finding::for_role(AdminRole::Directory, message, remedy)
                .with_evidence(evidence)
                .with_actions(actions),
        )
    })
}

pub fn rights_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    of_account(case, CENTRAL, |delegation, named| {
        let held: Vec<Held> = needed(case)
            .into_iter()
            .map(|(right, class)| delegation.held(right, class))
            .collect();
        if held.iter().all(Held::is_yes) {
            return Outcome::pass();
        }
        let timer = match with_rights(case, &[], named) {
            Elsewhere::Yes(timer) => timer,
            Elsewhere::Unknown(why) => return Outcome::undecided(why),
            Elsewhere::No => {
                return match held.into_iter().find_map(Held::unknown) {
                    Some(why) => Outcome::undecided(why),
                    None => {
                        Outcome::not_applicable("the timer's account has not all the rights either")
                    }
                };
            }
        };
        let Some(Held::No(evidence, _)) =
            held.into_iter().find(|held| matches!(held, Held::No(..)))
        else {
            return Outcome::undecided(
                "whether Central Administration's account has the rights itself is not decided",
            );
        };
        let message = format!(
            "the timer's account `{}` has the rights on `{}`, the account of Central \
             Administration `{}` has not",
            shown(timer),
            delegation.container.name,
            shown(named.facts)
        );
        let remedy = format!(
            "Delegate the same to the account of Central Administration's application pool, which \
             is the one that the documentation names. {RESTART}"
        );
        Outcome::Fail(
            Finding::for_role(AdminRole::Directory, message, remedy).with_evidence(evidence),
        )
    })
}

pub fn rights_too_wide(case: &Case<'_>) -> Vec<RuleResult> {
    let mut judged = of_account(case, CENTRAL, too_wide);
    let is_other = match (
        &case.farm.central_administration_account,
        &case.farm.timer_account,
    ) {
        (Some(central), Some(timer)) => !central.as_str().eq_ignore_ascii_case(timer.as_str()),
        (None, Some(_)) => true,
        _ => false,
    };
    if is_other && view::container(case).is_ok() {
        judged.extend(of_account(case, TIMER, too_wide));
    }
    judged
}

fn too_wide(delegation: &Delegation<'_>, named: &Named<'_>) -> Outcome {
    let account = shown(named.facts);
    match delegation.beyond() {
        Ok(None) => Outcome::pass(),
        Err(why) => Outcome::undecided(why),
        Ok(Some((what, evidence))) => {
            let remedy = "Take the wider grant back, or the account out of the group that has it: \
                          the container is all that SharePoint needs";
            let message = format!("`{account}` may {what}");
            Outcome::Fail(
                Finding::for_role(AdminRole::Directory, message, remedy).with_evidence(evidence),
            )
        }
    }
}
