//! Loops over the drop folders that are polled, and over the accounts that need rights on them.

use super::super::{FOLDER, Polled, polled};
use super::service_account::Subject;
use super::view::{View, is_share};
use crate::farm::AccountRole;
use crate::rules::{Case, Outcome, RuleResult};

/// Which folders a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    OnShares,
}

/// Judges every folder that is polled.
pub fn of_folders(
    case: &Case<'_>,
    which: Which,
    judge: impl Fn(&View<'_>) -> Outcome,
) -> Vec<RuleResult> {
    of_views(case, which, |view| {
        vec![RuleResult::new(view.place.subject(), judge(view)).about(view.key.clone())]
    })
}

/// Judges the accounts with one of these roles, for every folder on its own.
pub fn of_parties(
    case: &Case<'_>,
    which: Which,
    is_wanted: impl Fn(AccountRole<'_>) -> bool,
    none: &str,
    judge: impl Fn(&View<'_>, &Subject<'_>) -> Outcome,
) -> Vec<RuleResult> {
    of_views(case, which, |view| {
        let parties = case.farm.service_accounts(view.location());
        let wanted = parties.into_iter().filter(|party| is_wanted(party.role));
        let judged = wanted.map(|party| {
            let subject = Subject::new(case, view, party);
            RuleResult::new(
                format!("{} {subject}", view.place.subject()),
                judge(view, &subject),
            )
            .about(subject.key())
        });
        let judged: Vec<RuleResult> = judged.collect();
        if !judged.is_empty() {
            return judged;
        }
        vec![
            RuleResult::new(view.place.subject(), Outcome::not_applicable(none))
                .about(view.key.clone()),
        ]
    })
}

fn of_views(
    case: &Case<'_>,
    which: Which,
    judge: impl Fn(&View<'_>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let polled = match polled(case) {
        Ok(polled) => polled,
        Err(instead) => return vec![RuleResult::new(FOLDER, instead)],
    };
    let of_one = |polled: Polled<'_>| {
        let (subject, key) = (polled.place.subject(), polled.key.clone());
        if which == Which::OnShares && !is_share(polled.place) {
            let why = "the folder is on the server's own disk";
            return vec![RuleResult::new(subject, Outcome::not_applicable(why)).about(polled.key)];
        }
        match View::new(polled) {
            Ok(view) => judge(&view),
            Err(instead) => vec![RuleResult::new(subject, instead).about(key)],
        }
    };
    polled.into_iter().flat_map(of_one).collect()
}
