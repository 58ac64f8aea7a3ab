//! `--only`, `--skip` and `--fail-on`: which rules are judged, and which findings count.

use super::area::{AreaWord, parts};
use crate::error::Error;
use crate::report::FailOn;
use crate::rules::{Area, AreaPart, Selection, Severity, all};

/// Which rules are judged, and which findings decide the exit status.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// Judge only these rules: ids, or what ids begin with (dns, dns-mx)
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these rules out: ids, or what ids begin with
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    skip: Vec<String>,
    /// The least severity that makes the exit status 1; never makes it 0 whatever is found
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: LeastSeverity,
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

/// Rules of some areas: those that are chosen by id, and that belong to the chosen parts of the
/// areas.
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

    pub(crate) fn fail_on(&self) -> FailOn {
        match self.fail_on {
            LeastSeverity::Error => FailOn::At(Severity::Error),
            LeastSeverity::Warning => FailOn::At(Severity::Warning),
            LeastSeverity::Note => FailOn::At(Severity::Note),
            LeastSeverity::Never => FailOn::Never,
        }
    }
}

impl RuleFilter {
    /// Returns whether rules are asked for by id: those are judged, whatever this machine can
    /// probe.
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
        Err(Error::usage("no rule is left to judge").hint(format!(
            "of the areas {}, the options leave none",
            names.join(", ")
        )))
    }
}
