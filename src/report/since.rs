//! How a report stands to an earlier one.

use crate::rules::Verdict;
use std::collections::BTreeSet;

/// Rule and subject.
pub(super) type Identity = (String, String);

/// How a report stands to an earlier one.
#[derive(Debug, Default)]
pub struct Since {
    /// What the earlier report is called.
    pub report: String,
    /// Whether it says anything of this farm.
    pub is_known: bool,
    /// Which farm of the earlier report it is, counted from 0.
    pub index: Option<usize>,
    pub new: BTreeSet<Identity>,
    pub stayed: Vec<BaselineItem>,
    /// Said then, and not now although the rule was judged.
    pub gone: Vec<BaselineItem>,
    /// Said then; now the rule did not run, or could not tell.
    pub not_judged: Vec<BaselineItem>,
}

/// Something that an earlier report said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineItem {
    pub rule: String,
    pub subject: String,
    /// Its severity then, or `undecided`.
    pub was: String,
    /// The same now, or what has become of it; nothing where it was not judged.
    pub now: Option<&'static str>,
    /// What was said then; of what stayed, what is said now.
    pub message: String,
    /// Why the rule does not apply any more, which may hide the finding rather than end it.
    pub because: Option<String>,
}

impl BaselineItem {
    /// What was said, and what has changed.
    pub fn said(&self) -> String {
        match (self.now.filter(|now| *now != self.was), &self.because) {
            (Some(now), Some(because)) => format!("{} (now {now}: {because})", self.message),
            (Some(now), None) => format!("{} (now {now})", self.message),
            (None, _) => self.message.clone(),
        }
    }

    /// The same with its subject, where the message does not name it.
    pub fn sentence(&self) -> String {
        if self.message.contains(&self.subject) {
            self.said()
        } else {
            format!("{}: {}", self.subject, self.said())
        }
    }
}

impl Since {
    /// Whether the earlier report does not say it of this rule and subject, or said less.
    pub fn is_new(&self, verdict: &Verdict) -> bool {
        self.new
            .contains(&(verdict.rule.id.to_owned(), verdict.subject.clone()))
    }
}

/// A farm of the earlier report that no report was about.
#[derive(Debug, PartialEq, Eq)]
pub struct NotInRun<'a> {
    pub name: &'a str,
    /// How much of it was open.
    pub open: usize,
}
