//! The comparison of a report with an earlier one.

use crate::rules::Verdict;
use crate::text::clipped;
use std::collections::BTreeSet;

/// What makes two verdicts the same one: rule and subject.
pub(super) type Identity = (String, String);

/// The comparison of a report with an earlier one.
#[derive(Debug, Default)]
pub struct Since {
    /// The earlier report's name on the command line.
    pub report: String,
    /// Whether this farm is in it.
    pub is_known: bool,
    /// Which farm of the earlier report it is, counted from 0.
    pub index: Option<usize>,
    pub new: BTreeSet<Identity>,
    pub stayed: Vec<BaselineItem>,
    /// In the earlier report, and not in this one although the rule was judged.
    pub gone: Vec<BaselineItem>,
    /// In the earlier report; now the rule did not run, or was undecided.
    pub not_judged: Vec<BaselineItem>,
}

/// A finding or an undecided verdict of an earlier report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineItem {
    pub rule: String,
    pub subject: String,
    /// Its severity then, or `undecided`.
    pub was: String,
    /// The same now, or what it has become, or `None` if it was not judged.
    pub now: Option<&'static str>,
    /// The earlier message, or for what stayed the present one.
    pub message: String,
    /// Why the rule does not apply any more, which may hide the finding instead of ending it.
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
    /// Whether the earlier report does not have it, or as less severe.
    pub fn is_new(&self, verdict: &Verdict) -> bool {
        self.new
            .contains(&(verdict.rule.id.to_owned(), verdict.subject.to_string()))
    }
}

/// A farm of the earlier report that is not in this run.
#[derive(Debug, PartialEq, Eq)]
pub struct NotInRun<'a> {
    pub name: &'a str,
    /// How many of its verdicts were open.
    pub open: usize,
}
