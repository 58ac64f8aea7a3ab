//! The farm's accounts whose rights in the directory are judged.

use super::accounts::{self, display_name};
use super::delegation::AccountView;
use super::settings::{CENTRAL, CONTAINER, TIMER};
use super::view;
use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, AccountFacts};
use crate::farm::Farm;
use crate::farm::values::{Account, AccountForm, FromText};
use crate::remedy::{Action, Grant};
use crate::rules::{Case, Judged, Outcome, RuleResult};
use windows_security::directory::Class;

/// An account of the farm whose rights are judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FarmAccount {
    CentralAdministration,
    Timer,
}

impl FarmAccount {
    fn key(self) -> &'static str {
        match self {
            Self::CentralAdministration => CENTRAL,
            Self::Timer => TIMER,
        }
    }

    fn recorded(self, farm: &Farm) -> Option<&Account> {
        match self {
            Self::CentralAdministration => farm.central_administration_account.as_ref(),
            Self::Timer => farm.timer_account.as_ref(),
        }
    }
}

/// An account that is in the directory.
pub(super) struct KnownAccount<'a> {
    facts: &'a AccountFacts,
    pub entry: &'a AccountEntry,
    pub view: AccountView<'a>,
}

impl KnownAccount<'_> {
    pub(super) fn name(&self) -> String {
        display_name(self.facts)
    }

    pub(super) fn container(&self) -> &str {
        &self.view.container.name
    }

    /// Returns the actions that grant rights, or none if an ACE cannot be made for the account's
    /// name.
    pub(super) fn grant(&self, wanted: &[(Grant, Option<Class>)]) -> Vec<Action> {
        let Ok(account) = Account::from_text(&self.facts.name) else {
            return Vec::new();
        };
        match account.form() {
            AccountForm::Name { .. } | AccountForm::Principal { .. } => {}
            _ => return Vec::new(),
        }
        wanted
            .iter()
            .map(|(grant, class)| Action::GrantDirectory {
                container: self.container().to_owned(),
                account: self.facts.name.clone(),
                grant: *grant,
                class: class.map(|class| class.name().to_owned()),
            })
            .collect()
    }
}

/// Judges one of the farm's accounts, for every server whose computer account it is.
pub(super) fn judge_account(
    case: &Case<'_>,
    account: FarmAccount,
    judge: impl Fn(&KnownAccount<'_>) -> Outcome,
) -> Vec<RuleResult> {
    let mut results = match results_by_server(case, account, judge) {
        Ok(results) => results,
        Err(instead) => RuleResult::only(view::subject(case), instead),
    };
    for result in &mut results {
        result.about = Some(CONTAINER.into());
    }
    results
}

fn results_by_server(
    case: &Case<'_>,
    account: FarmAccount,
    judge: impl Fn(&KnownAccount<'_>) -> Outcome,
) -> Judged<Vec<RuleResult>> {
    let (facts, container) = view::container(case)?;
    let recorded = account.recorded(case.farm).ok_or_else(|| {
        Outcome::because(
            "farm-account-unknown",
            format!("`{}` is not recorded", account.key()),
        )
    })?;
    let found = accounts::facts_about(facts, recorded);
    if found.is_empty() {
        let outcome = accounts::without_entry(&Answer::NotAsked);
        return Ok(RuleResult::only(recorded.as_str().to_owned(), outcome));
    }
    let mut results = Vec::new();
    for facts_of_account in found {
        let known = entry(facts_of_account).and_then(|entry| {
            Ok(KnownAccount {
                facts: facts_of_account,
                entry,
                view: AccountView::new(facts, container, entry)?,
            })
        });
        let outcome = known.map_or_else(|instead| instead, |known| judge(&known));
        results.push(RuleResult::new(display_name(facts_of_account), outcome));
    }
    if account == FarmAccount::CentralAdministration {
        accounts::undecided_unless_everywhere(&mut results);
    }
    Ok(results)
}

fn entry(facts: &AccountFacts) -> Judged<&AccountEntry> {
    facts
        .answer
        .known()
        .ok_or_else(|| accounts::without_entry(&facts.answer))
}
