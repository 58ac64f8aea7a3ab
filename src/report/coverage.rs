//! What a report is about: the areas that were judged, those that were not, and the facts.

use super::{Exit, Now, RunEnd};
use crate::facts::FactsSource;
use crate::remedy;
use crate::rules::Area;
use std::borrow::Cow;

/// What was judged, what was not, and from which facts.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// The areas that were judged, in their order.
    pub judged: Vec<Area>,
    /// The judged areas of which options left rules out.
    pub in_part: Vec<Area>,
    /// The areas that were not judged although the farm has something in them.
    pub left_out: Vec<LeftOut>,
    /// The areas in which the farm file asks for nothing.
    pub unused: Vec<Area>,
    /// The files of recorded facts, or the one look at the real world.
    pub sources: Vec<FactsSource>,
    /// The farm's servers that the facts hold nothing of.
    pub servers_without_facts: Vec<String>,
    /// The names in facts about servers that fit none of the farm's servers, or several.
    pub unmatched_names: Vec<String>,
}

/// An area that was not judged.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// The area.
    pub area: Area,
    /// What kind of reason there is.
    pub reason: LeftOutReason,
    /// Why, as words that follow "because" or a colon.
    pub why: Cow<'static, str>,
    /// What would look at it, or `None` if that is part of the reason.
    pub look: Option<Look>,
    /// Whether `--require` names it.
    pub is_required: bool,
}

/// What would look at an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// `verify` judges it, if it is asked for.
    Judge,
    /// `verify` looks beyond the farm file.
    Verify,
    /// `gather` records facts about it.
    Gather,
}

/// What kind of reason an area is left out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOutReason {
    /// It was not asked for.
    NotSelected,
    /// The facts hold nothing about it.
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

/// Returns how old facts are in seconds, or `None` if they do not say it.
pub(super) fn age_in_seconds(source: &FactsSource, now: &Now) -> Option<u64> {
    source.age(&now.text).map(|age| age.as_secs())
}

impl Coverage {
    /// Returns whether recorded facts were judged.
    pub fn is_recorded(&self) -> bool {
        self.sources.iter().any(|source| source.file.is_some())
    }

    /// Returns the age of the oldest facts in seconds, or `None` if none says it.
    pub fn age(&self, now: &Now) -> Option<u64> {
        self.sources
            .iter()
            .filter_map(|source| age_in_seconds(source, now))
            .max()
    }

    /// Returns the areas that should have been judged and were not for lack of facts.
    pub fn lacking(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out
            .iter()
            .filter(|left_out| left_out.reason != LeftOutReason::NotSelected)
    }

    /// Returns how the command ends for what was not judged: undecided if `--require` names it, or
    /// if nothing was judged for lack of facts.
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

    /// Returns whether it decides how the command ends that an area was not judged.
    pub fn decides(&self, left_out: &LeftOut) -> bool {
        let is_lacking = left_out.reason != LeftOutReason::NotSelected;
        left_out.is_required || (self.judged.is_empty() && is_lacking)
    }

    /// Returns the required areas that were not judged.
    pub fn missing_required(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out.iter().filter(|left_out| left_out.is_required)
    }
}

impl LeftOut {
    /// Returns whether the reason is told apart: that an area was not asked for needs no words.
    pub fn is_told(&self) -> bool {
        self.is_required || self.reason != LeftOutReason::NotSelected
    }

    /// Returns why the area was not judged, and what would look at it.
    pub fn sentence(&self) -> String {
        match self.how() {
            Some(how) => format!("{}; {how}", self.why),
            None => self.why.to_string(),
        }
    }

    /// Returns what would look at the area, or `None` if that is part of the reason.
    pub fn how(&self) -> Option<String> {
        let (command, looks) = match self.look? {
            Look::Judge => ("verify {NAME}", "judges"),
            Look::Verify => ("verify {NAME}", "looks at"),
            Look::Gather => ("gather {NAME}", "asks"),
        };
        let command = remedy::spinmail(command, &[&self.area.name()]);
        Some(format!("`{command}` {looks} it"))
    }
}
