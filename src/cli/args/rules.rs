//! `--only`, `--skip` and `--fail-on`: which rules are judged, and which findings count.

use super::area::{AreaWord, parts};
use crate::error::Error;
use crate::remedy;
use crate::report::{FailOn, RunOptions};
use crate::rules::{Area, AreaPart, Selection, Severity, all, area_from_word};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Which rules are judged, and which findings decide the exit status.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// Check only these rules: ids, or how ids begin (dns, dns-mx)
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out these rules: ids, or how ids begin
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    skip: Vec<String>,
    /// Lowest severity that makes the exit status 1; with `never`, neither findings nor undecided
    /// rules change it
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: LeastSeverity,
    /// Make the exit status 3 if one of these areas is not checked; `all` means every area
    #[arg(long, value_name = "AREA,…", value_delimiter = ',', value_parser = required_parser())]
    require: Vec<RequiredArea>,
}

/// A word of `--require`.
#[derive(Debug, Clone, Copy)]
enum RequiredArea {
    All,
    One(Area),
}

/// Returns the parser of `--require`.
fn required_parser() -> impl TypedValueParser<Value = RequiredArea> {
    let areas = Area::ALL
        .iter()
        .map(|area| PossibleValue::new(area.name()).aliases(area.aliases()));
    let words = areas.chain([PossibleValue::new("all")]);
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| area_from_word(&word).map_or(RequiredArea::All, RequiredArea::One))
}

// Without doc comments: the help would list what each word means.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum LeastSeverity {
    #[default]
    Error,
    Warning,
    Note,
    Never,
}

/// The selected rules: those that are chosen by id and belong to the chosen parts of the areas.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleFilter {
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    pub(crate) parts: Vec<&'static AreaPart>,
}

impl RulesArgs {
    pub(crate) fn filter(&self, words: &[AreaWord]) -> RuleFilter {
        RuleFilter {
            only: self.only.clone(),
            skip: self.skip.clone(),
            parts: parts(words),
        }
    }

    /// Returns the options of a run that judges these areas.
    pub(crate) fn run_options(&self, areas: &[Area]) -> RunOptions {
        RunOptions {
            areas: areas.iter().map(|area| area.name()).collect(),
            only: self.only.clone(),
            skip: self.skip.clone(),
            fail_on: self.fail_on(),
            require: self.required().iter().map(|area| area.name()).collect(),
            ..RunOptions::default()
        }
    }

    /// Returns the areas that must be judged.
    pub(crate) fn required(&self) -> Vec<Area> {
        let mut areas: Vec<Area> = self
            .require
            .iter()
            .flat_map(|word| match word {
                RequiredArea::All => Area::ALL.to_vec(),
                RequiredArea::One(area) => vec![*area],
            })
            .collect();
        areas.sort();
        areas.dedup();
        areas
    }

    fn fail_on(&self) -> FailOn {
        match self.fail_on {
            LeastSeverity::Error => FailOn::At(Severity::Error),
            LeastSeverity::Warning => FailOn::At(Severity::Warning),
            LeastSeverity::Note => FailOn::At(Severity::Note),
            LeastSeverity::Never => FailOn::Never,
        }
    }
}

impl RuleFilter {
    /// Returns whether rules are selected by id: these are checked even if this machine cannot
    /// probe their area.
    pub(crate) fn names_rules(&self) -> bool {
        !self.only.is_empty()
    }

    /// Returns the rules of these areas that pass the filter.
    ///
    /// # Errors
    /// An id is unknown, or no rule is left.
    pub(crate) fn selection(&self, areas: &[Area]) -> Result<Selection, Error> {
        let selection =
            Selection::new(areas, &self.only, &self.skip)?.restricted_to(self.parts.clone());
        if all().any(|rule| selection.includes(rule)) {
            return Ok(selection);
        }
        let names: Vec<&str> = areas.iter().map(|area| area.name()).collect();
        let error = Error::usage(format!(
            "`--only` and `--skip` leave no rule to check in {}",
            names.join(", ")
        ));
        let elsewhere = self.areas()?;
        Err(match elsewhere.as_slice() {
            [] => error,
            _ => error.hint(format!(
                "`{command}` checks the rules that `--only` names",
                command = remedy::spinmail_list("verify {AREA}", &elsewhere)
            )),
        })
    }

    /// Returns the names of the areas that the rules of `--only` belong to.
    fn areas(&self) -> Result<Vec<&'static str>, Error> {
        let chosen = Selection::new(&[], &self.only, &self.skip)?;
        let has_rule = |area: &Area| all().any(|rule| rule.area == *area && chosen.includes(rule));
        let areas = Area::ALL.into_iter().filter(has_rule);
        Ok(match self.names_rules() {
            true => areas.map(|area| area.name()).collect(),
            false => Vec::new(),
        })
    }
}
