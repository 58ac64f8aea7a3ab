//! JUDGE: what can be wrong, one row each, and the pure judgement over them.

mod access;
mod case;
pub(crate) mod command_notes;
mod descriptor;
mod directory;
mod dns;
mod dns_view;
mod farm;
mod folder;
mod iis;
mod judgement;
mod outcome;
mod page;
pub(crate) mod route;
mod rule;
mod seen;
mod select;
mod smtp;
mod stale;
mod subject;
mod ternary;
mod verdict;
mod wanted;
mod yielding;

pub use crate::facts::Area;
pub use case::Case;
pub(crate) use descriptor::{DescribedObject, DescriptorQuestion, DescriptorVerdict};
pub(crate) use folder::{KnownFarm, MessageVerdict, Receiver, judge_head};
pub use judgement::judge;
pub(crate) use outcome::{Evidence, EvidenceSource, Finding, Judged, Outcome, Remedy, RuleResult};
pub use outcome::{OutcomeKind, Severity};

pub(crate) use route::{OutlinedExchanger, OutlinedHost, RecordedHosts, RouteOutline};
pub use rule::Rule;
pub(crate) use rule::{Hop, Judge};
pub use select::Selection;
pub(crate) use select::{AreaPart, area_from_word};
pub use verdict::Verdict;

use rule::rule;
use ternary::Ternary;

/// Every area's rules, in the order of the report.
pub(crate) static RULES: &[&[Rule]] = &[
    page::RULES,
    farm::RULES,
    dns::RULES,
    smtp::RULES,
    iis::RULES,
    folder::RULES,
    folder::rights::RULES,
    directory::RULES,
];

/// Returns every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    RULES.iter().copied().flatten()
}

/// Returns the rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
