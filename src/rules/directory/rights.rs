//! What the farm's accounts may do with the container, and beyond it.

use super::accounts::{self, shown};
use super::delegation::{self, Held, Right, View as Delegation};
use super::view::{self, View};
use super::{CENTRAL, CONTAINER, GROUPS, TIMER};
use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, AccountFacts};
use crate::formats::security::directory::Class;
use crate::rules::{Action, Case, Finding, Grant, Hand, Judged, Outcome};

/// An account that is in the directory, and what the farm file calls it.
struct Named<'a> {
    facts: &'a AccountFacts,
    entry: &'a AccountEntry,
}

/// Judges Central Administration's account, of which the rights are wanted; on several servers, each.
fn of_central(case: &Case<'_>, judge: impl Fn(&Delegation<'_>, &Named<'_>) -> Outcome) -> Vec<Judged> {
    of_account(case, CENTRAL, |delegation, named| match judge(delegation, named) {
        Outcome::Fail(finding) => instead(case, delegation, named).unwrap_or(Outcome::Fail(finding)),
        outcome => outcome,
    })
}

fn of_account(
    case: &Case<'_>,
    key: &'static str,
    judge: impl Fn(&Delegation<'_>, &Named<'_>) -> Outcome,
) -> Vec<Judged> {
    let about = |subject: String, outcome: Outcome| Judged::new(subject, outcome).about(CONTAINER);
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
        return vec![about(account.as_str().to_owned(), accounts::not_looked_for(account))];
    }
    let of_one = |found: &AccountFacts| {
        let outcome = entry(found).and_then(|entry| {
            let delegation = Delegation::new(facts, container, entry)?;
            Ok(judge(&delegation, &Named { facts: found, entry }))
        });
        about(shown(found), outcome.unwrap_or_else(|instead| instead))
    };
    found.into_iter().map(of_one).collect()
}

fn entry(found: &AccountFacts) -> View<&AccountEntry> {
    view::known(&found.answer, "the account", "there is no such account (directory-account-missing)")
}

/// The other rule that already says why Central Administration's account lacks a right, where one does.
fn instead(case: &Case<'_>, delegation: &Delegation<'_>, named: &Named<'_>) -> Option<Outcome> {
    if delegation.is_of_the_wizard() {
        return Some(Outcome::not_applicable("nothing but the wizard's task is there (directory-wizard-only)"));
    }
    let elsewhere = with_rights(case, named)?;
    let why = format!("the timer's account `{}` has the rights instead (directory-rights-elsewhere)", shown(elsewhere));
    Some(Outcome::not_applicable(why))
}

/// The timer's account, where it is another one and has every right that is needed.
fn with_rights<'a>(case: &Case<'a>, central: &Named<'_>) -> Option<&'a AccountFacts> {
    let (facts, container) = view::container(case).ok()?;
    let timer = case.farm.timer_account.as_ref()?;
    let found = accounts::found(facts, timer);
    let has_all = |found: &&&AccountFacts| {
        let Answer::Known(entry) = &found.answer else { return false };
        entry.sid != central.entry.sid
            && Delegation::new(facts, container, entry).is_ok_and(|delegation| {
                needed(case).into_iter().all(|(right, class)| delegation.held(right, class).is_yes())
            })
    };
    found.iter().find(has_all).copied()
}

/// What SharePoint cannot do without.
fn needed(case: &Case<'_>) -> Vec<(Right, Class)> {
    let mut needed =
        vec![(Right::Create, Class::Contact), (Right::Delete, Class::Contact), (Right::DeleteTree, Class::Contact)];
    if case.farm.directory.distribution_groups == Some(true) {
        needed.extend([(Right::Create, Class::Group), (Right::Delete, Class::Group)]);
    }
    needed
}

/// Why a rule about groups says nothing, unless sites may make groups.
fn unless_groups(case: &Case<'_>) -> Option<Outcome> {
    match case.farm.directory.distribution_groups {
        Some(true) => None,
        Some(false) => Some(Outcome::not_applicable("sites may not create distribution groups")),
        None => Some(Outcome::not_applicable(format!("`{GROUPS}` is not recorded"))),
    }
}

/// The verdict about one right: a finding where it is missing.
fn needs(held: Held, finding: impl FnOnce() -> Finding) -> Outcome {
    match held {
        Held::Yes(evidence) => Outcome::Pass(evidence),
        Held::No(evidence, false) => Outcome::Fail(finding().with_evidence(evidence)),
        // Another grant would change nothing.
        Held::No(evidence, true) => {
            let remedy = "Take back the entry that denies it: it counts before those that grant it further down";
            let message = finding().message;
            Outcome::Fail(Finding::by(Hand::Directory, message, remedy).with_evidence(evidence))
        }
        Held::Unknown(why) => Outcome::undecided(why),
    }
}

/// What would grant a right; nothing where the account's name is not one that an entry can be made for.
fn grants(delegation: &Delegation<'_>, named: &Named<'_>, wanted: &[(Grant, Option<Class>)]) -> Vec<Action> {
    let is_named = named.facts.server.is_none() && named.facts.name.contains(['\\', '@']);
    let action = |(grant, class): &(Grant, Option<Class>)| Action::GrantDirectory {
        container: delegation.container.name.clone(),
        account: named.facts.name.clone(),
        grant: *grant,
        class: class.map(|class| class.name().to_owned()),
    };
    if is_named { wanted.iter().map(action).collect() } else { Vec::new() }
}

fn create(case: &Case<'_>, class: Class) -> Vec<Judged> {
    of_central(case, |delegation, named| {
        if let Some(outcome) = unless_groups(case).filter(|_| class == Class::Group) {
            return outcome;
        }
        let things = delegation::plural(class);
        needs(delegation.held(Right::Create, class), || {
            let message = format!(
                "`{}` may not create {things} in `{}`: {}",
                shown(named.facts),
                delegation.container.name,
                if class == Class::Contact {
                    "a list's contact cannot be made"
                } else {
                    "a site's group cannot be made"
                }
            );
            let remedy = format!("Delegate Create all Child Objects of the container to it, or that of {things} alone");
            let actions = grants(delegation, named, &[(Grant::Create, Some(class))]);
            Finding::by(Hand::Directory, message, remedy).with_actions(actions)
        })
    })
}

pub fn cannot_create_contacts(case: &Case<'_>) -> Vec<Judged> {
    create(case, Class::Contact)
}

pub fn cannot_create_groups(case: &Case<'_>) -> Vec<Judged> {
    create(case, Class::Group)
}

fn delete(case: &Case<'_>, class: Class) -> Vec<Judged> {
    of_central(case, |delegation, named| {
        if let Some(outcome) = unless_groups(case).filter(|_| class == Class::Group) {
            return outcome;
        }
        let things = delegation::plural(class);
        needs(delegation.held(Right::Delete, class), || {
            let message =
                format!("`{}` may not delete {things} in `{}`", shown(named.facts), delegation.container.name);
            let remedy = format!("Delegate Delete all Child Objects of the container to it, or that of {things} alone");
            let actions = grants(delegation, named, &[(Grant::Delete, Some(class))]);
            Finding::by(Hand::Directory, message, remedy).with_actions(actions)
        })
    })
}

pub fn cannot_delete_contacts(case: &Case<'_>) -> Vec<Judged> {
    delete(case, Class::Contact)
}

pub fn cannot_delete_groups(case: &Case<'_>) -> Vec<Judged> {
    delete(case, Class::Group)
}

pub fn cannot_delete_subtree(case: &Case<'_>) -> Vec<Judged> {
    of_central(case, |delegation, named| {
        needs(delegation.held(Right::DeleteTree, Class::Contact), || {
            let landed = delegation.where_delete_tree_landed();
            let message = format!(
                "`{}` has no Delete Subtree on the contacts in `{}`, so lists cannot be disabled: {landed}",
                shown(named.facts),
                delegation.container.name
            );
            let remedy = "Grant it Delete Subtree on the container, for this object and all descendant objects, in an entry \
                          that is for no class of objects or for contacts";
            let actions = grants(delegation, named, &[(Grant::DeleteSubtree, None)]);
            Finding::by(Hand::Directory, message, remedy).with_actions(actions)
        })
    })
}

pub fn cannot_change(case: &Case<'_>) -> Vec<Judged> {
    of_central(case, |delegation, named| {
        let groups = unless_groups(case).is_none().then_some(Class::Group);
        let held = [Class::Contact].into_iter().chain(groups).map(|class| delegation.held(Right::Change, class));
        needs(held.reduce(Held::and).unwrap_or(Held::Yes(Vec::new())), || {
            let message = format!(
                "`{}` may not change contacts and groups in `{}`, so titles, addresses and members stay as they are",
                shown(named.facts),
                delegation.container.name
            );
            let remedy =
                "Grant it Write all properties on contacts and groups in the container, or full control of them";
            let wanted = [(Grant::Change, Some(Class::Contact)), (Grant::Change, Some(Class::Group))];
            Finding::by(Hand::Directory, message, remedy).with_actions(grants(delegation, named, &wanted))
        })
    })
}

pub fn wizard_only(case: &Case<'_>) -> Vec<Judged> {
    of_account(case, CENTRAL, |delegation, named| {
        let created = [Class::User, Class::Contact, Class::Group].map(|class| delegation.held(Right::Create, class));
        let evidence = match created {
            [Held::Yes(evidence), Held::No(..), Held::No(..)] => evidence,
            [Held::No(..), ..] | [_, Held::Yes(_), _] | [.., Held::Yes(_)] => return Outcome::pass(),
            open => return Outcome::undecided(open.into_iter().find_map(Held::unknown).unwrap_or_default()),
        };
        let message = format!(
            "`{}` may create users in `{}`, but neither contacts nor groups, and it is those that SharePoint makes: the \
             wizard's task \"Create, delete, and manage user accounts\" covers users alone",
            shown(named.facts),
            delegation.container.name
        );
        let remedy = "Delegate Create all Child Objects, Delete all Child Objects and Delete Subtree as well, with a custom \
                      task, for this object and all descendant objects";
        let actions = [Grant::Create, Grant::Delete, Grant::DeleteSubtree].map(|grant| (grant, None));
        let actions = grants(delegation, named, &actions);
        Outcome::Fail(Finding::by(Hand::Directory, message, remedy).with_evidence(evidence).with_actions(actions))
    })
}

pub fn rights_elsewhere(case: &Case<'_>) -> Vec<Judged> {
    of_account(case, CENTRAL, |delegation, named| {
        let held: Vec<Held> = needed(case).into_iter().map(|(right, class)| delegation.held(right, class)).collect();
        if held.iter().all(Held::is_yes) {
            return Outcome::pass();
        }
        let Some(timer) = with_rights(case, named) else {
            return match held.into_iter().find_map(Held::unknown) {
                Some(why) => Outcome::undecided(why),
                None => Outcome::not_applicable("the timer's account has not all the rights either"),
            };
        };
        let Some(Held::No(evidence, _)) = held.into_iter().find(|held| matches!(held, Held::No(..))) else {
            return Outcome::undecided("whether Central Administration's account has the rights itself is not decided");
        };
        let message = format!(
            "the timer's account `{}` has the rights on `{}`, the account of Central Administration `{}` has not",
            shown(timer),
            delegation.container.name,
            shown(named.facts)
        );
        let remedy = "Delegate the same to the account of Central Administration's application pool, which is the one that \
                      the documentation names";
        Outcome::Fail(Finding::by(Hand::Directory, message, remedy).with_evidence(evidence))
    })
}

pub fn rights_too_wide(case: &Case<'_>) -> Vec<Judged> {
    let mut judged = of_account(case, CENTRAL, too_wide);
    let is_other = match (&case.farm.central_administration_account, &case.farm.timer_account) {
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
            let remedy = "Take the wider grant back, or the account out of the group that has it: the container is all that \
                          SharePoint needs";
            let message = format!("`{account}` {what}");
            Outcome::Fail(Finding::by(Hand::Directory, message, remedy).with_evidence(evidence))
        }
    }
}
