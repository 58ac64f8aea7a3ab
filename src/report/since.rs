//! The comparison of a report with an earlier one.

use crate::rules::Verdict;
use crate::text::clipped;
use std::collections::BTreeSet;

/// The identity of a verdict: rule and subject.
pub(super) type Identity = (String, String);

/// The comparison of a report with an earlier one.
#[derive(Debug, Default)]
pub struct Since {
    /// The earlier report's name on the command line.
    pub report: String,
    /// Whether this farm is in it.
    pub is_known: bool,
    /// The index of the farm in the earlier report, from 0.
    pub index: Option<usize>,
    pub new: BTreeSet<Identity>,
    pub stayed: Vec<BaselineItem>,
    /// Findings of the earlier report that have disappeared although the rule was checked.
    pub gone: Vec<BaselineItem>,
    /// Findings of the earlier report whose rule did not run now, or was undecided.
    pub not_judged: Vec<BaselineItem>,
}

/// A finding or an undecided verdict of an earlier report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineItem {
    pub rule: String,
    pub subject: String,
    /// Its severity then, or `undecided`.
    pub was: String,
    /// The present severity, or `None` if it was not checked.
    pub now: Option<&'static str>,
    /// The present message of a remaining finding, else the earlier one.
    pub message: String,
    /// Why the rule no longer applies, which may hide the finding instead of resolving it.
    pub because: Option<String>,
}

impl BaselineItem {
    /// Returns the message with what has changed.
    pub fn message_now(&self) -> String {
        let message = clipped(&self.message);
        match (self.now.filter(|now| *now != self.was), &self.because) {
            (Some(now), Some(because)) => {
                format!("{message} (now {now}: {})", clipped(because))
            }
            (Some(now), None) => format!("{message} (now {now})"),
            (None, _) => message.into_owned(),
        }
    }

    /// Returns the same with its subject, unless the message names it.
    pub fn sentence(&self) -> String {
        if self.message.contains(&self.subject) {
            self.message_now()
        } else {
            format!("{}: {}", self.subject, self.message_now())
        }
    }
}

impl Since {
    /// Returns whether the earlier report does not have it, or has it as less severe.
    pub fn is_new(&self, verdict: &Verdict) -> bool {
        self.new
            .contains(&(verdict.rule.id.to_owned(), verdict.subject.to_string()))
    }
}

/// A farm of the earlier report that is not in this run.
#[derive(Debug, PartialEq, Eq)]
pub struct NotInRun<'a> {
    pub name: &'a str,
    /// The number of its open verdicts.
    pub open: usize,
}
