//! The coverage of a report: the checked areas, the others, and the facts.

use super::{Exit, Now, RunEnd};
use crate::facts::FactsSource;
use crate::remedy;
use crate::rules::Area;
use std::borrow::Cow;

/// The checked areas, the others, and the facts.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// The areas that were checked, in their order.
    pub judged: Vec<Area>,
    /// The checked areas without some of their rules, because of options.
    pub in_part: Vec<Area>,
    /// The areas that were not checked although the farm uses them.
    pub left_out: Vec<LeftOut>,
    /// The areas that the farm does not use.
    pub unused: Vec<Area>,
    /// The files of recorded facts, or the one run of probes.
    pub sources: Vec<FactsSource>,
    /// The farm's servers that are missing in the facts.
    pub servers_without_facts: Vec<String>,
    /// The names in facts about servers that match none or several of the farm's servers.
    pub unmatched_names: Vec<String>,
}

/// An area that was not checked.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// The area.
    pub area: Area,
    /// The kind of the reason.
    pub reason: LeftOutReason,
    /// The reason, as words that follow "because" or a colon.
    pub why: Cow<'static, str>,
    /// What would check it, or `None` if that is part of the reason.
    pub checked_by: Option<CheckedBy>,
    /// Whether `--require` names it.
    pub is_required: bool,
}

/// What would check an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckedBy {
    /// `verify` checks it, if it is requested.
    Judge,
    /// `verify` asks more than the farm file.
    Verify,
    /// `gather` records facts about it.
    Gather,
}

/// The kind of reason why an area was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOutReason {
    /// It was not requested.
    NotSelected,
    /// The facts contain nothing about it.
    NoFacts,
    /// The facts about it are older than `--max-age` allows.
    TooOld,
    /// This machine cannot probe it.
    CannotProbe,
}

impl LeftOutReason {
    /// Returns the word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSelected => "not-selected",
            Self::NoFacts => "no-facts",
            Self::TooOld => "too-old",
            Self::CannotProbe => "cannot-probe",
        }
    }
}

/// Returns the age of facts in seconds, or `None` if it is not known.
pub(super) fn age_in_seconds(source: &FactsSource, now: &Now) -> Option<u64> {
    source.age(&now.text).map(|age| age.as_secs())
}

impl Coverage {
    /// Returns the names in facts that match none or several of the farm's servers, or `None` if
    /// each matches one.
    pub fn unmatched_names(&self) -> Option<&[String]> {
        Some(self.unmatched_names.as_slice()).filter(|names| !names.is_empty())
    }

    /// Returns whether recorded facts were used.
    pub fn is_recorded(&self) -> bool {
        self.sources.iter().any(|source| source.file.is_some())
    }

    /// Returns the age of the oldest facts in seconds, or `None` if no age is known.
    pub fn age(&self, now: &Now) -> Option<u64> {
        self.sources
            .iter()
            .filter_map(|source| age_in_seconds(source, now))
            .max()
    }

    /// Returns the areas that were not checked for lack of facts.
    pub fn lacking(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out
            .iter()
            .filter(|left_out| left_out.reason != LeftOutReason::NotSelected)
    }

    /// Returns the exit status for areas that were not checked: undecided if `--require` names one,
    /// or if nothing was checked for lack of facts.
    pub fn end(&self) -> RunEnd {
        let required: Vec<&str> = self
            .missing_required()
            .map(|each| each.area.name())
            .collect();
        if !required.is_empty() {
            let names = required.join(", ");
            return RunEnd::new(Exit::Undecided, format!("required and not judged: {names}"));
        }
        let lacking: Vec<&str> = self.lacking().map(|each| each.area.name()).collect();
        if self.judged.is_empty() && !lacking.is_empty() {
            let names = lacking.join(", ");
            let reason = format!("nothing was judged, for lack of facts about {names}");
            return RunEnd::new(Exit::Undecided, reason);
        }
        RunEnd::clean()
    }

    /// Returns whether an unchecked area affects the exit status.
    pub fn decides(&self, left_out: &LeftOut) -> bool {
        let is_lacking = left_out.reason != LeftOutReason::NotSelected;
        left_out.is_required || (self.judged.is_empty() && is_lacking)
    }

    /// Returns the required areas that were not checked.
    pub fn missing_required(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out.iter().filter(|left_out| left_out.is_required)
    }
}

impl LeftOut {
    /// Returns whether the reason is shown: an area that was not requested needs no explanation.
    pub fn is_told(&self) -> bool {
        self.is_required || self.reason != LeftOutReason::NotSelected
    }

    /// Returns why the area was not checked, and what would check it.
    pub fn sentence(&self) -> String {
        match self.how() {
            Some(how) => format!("{}; {how}", self.why),
            None => self.why.to_string(),
        }
    }

    /// Returns what would check the area, or `None` if that is part of the reason.
    pub fn how(&self) -> Option<String> {
        let (command, verb) = match self.checked_by? {
            CheckedBy::Judge => ("verify {NAME}", "judges"),
            CheckedBy::Verify => ("verify {NAME}", "looks at"),
            CheckedBy::Gather => ("gather {NAME}", "asks"),
        };
        let command = remedy::spinmail(command, &[&self.area.name()]);
        Some(format!("`{command}` {verb} it"))
    }
}
