//! Verdicts: what the rules said, ready to be reported.

use super::{Case, Evidence, Judged, Outcome, Remedy, Rule, Severity};
use crate::farm::edit::literal;
use crate::farm::values::Date;
use crate::farm::{Acceptance, Key};

/// What became of a rule for one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    Pass,
    Fail,
    Undecided,
    NotApplicable,
}

impl OutcomeKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Undecided => "undecided",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// What a verdict points at in the farm file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub setting: String,
    /// Counted from 1; nothing where the setting is not in the file.
    pub line: Option<usize>,
    /// The setting as a line of the file, of what needs a look.
    pub text: Option<String>,
}

/// A finding that is known and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub reason: String,
    pub until: Option<Date>,
}

/// What a rule says of one subject.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub outcome: OutcomeKind,
    pub subject: String,
    pub message: String,
    pub evidence: Vec<Evidence>,
    pub remedy: Option<Remedy>,
    pub about: Option<About>,
    pub accepted: Option<Accepted>,
}

impl Verdict {
    pub(super) fn new(rule: &'static Rule, judged: Judged, case: &Case<'_>) -> Self {
        let key = judged.about.or_else(|| rule.about.first().map(|key| (*key).to_owned()));
        let mut verdict = Self {
            rule,
            severity: rule.severity,
            outcome: OutcomeKind::Pass,
            subject: judged.subject,
            message: rule.sound.to_owned(),
            evidence: Vec::new(),
            remedy: None,
            about: None,
            accepted: None,
        };
        match judged.outcome {
            Outcome::Pass(evidence) => verdict.evidence = evidence,
            Outcome::Undecided(message) => {
                verdict.outcome = OutcomeKind::Undecided;
                verdict.message = message;
            }
            Outcome::NotApplicable(message) => {
                verdict.outcome = OutcomeKind::NotApplicable;
                verdict.message = message;
            }
            Outcome::Fail(finding) => {
                verdict.outcome = OutcomeKind::Fail;
                verdict.severity = finding.severity.unwrap_or(rule.severity);
                verdict.message = finding.message;
                verdict.evidence = finding.evidence;
                verdict.remedy = Some(finding.remedy);
                verdict.accepted = acceptance(case, rule.id, &verdict.subject);
            }
        }
        let needs_a_look = matches!(verdict.outcome, OutcomeKind::Fail | OutcomeKind::Undecided);
        verdict.about = key.map(|setting| About {
            line: case.lines.get(&setting).copied(),
            text: needs_a_look.then(|| line_of(&setting, case)).flatten(),
            setting,
        });
        verdict
    }

    /// A finding that nobody accepted.
    pub fn is_open(&self) -> bool {
        self.outcome == OutcomeKind::Fail && self.accepted.is_none()
    }
}

/// A setting as a line of the farm file.
fn line_of(key: &str, case: &Case<'_>) -> Option<String> {
    let key = Key::from_text(key).ok()?;
    let value = key.read(case.farm).ok().flatten()?;
    Some(format!("{} = {}", key.setting.name, literal(&value)))
}

/// Whether an acceptance is about this finding, its end aside.
pub(super) fn concerns(acceptance: &Acceptance, rule: &str, subject: &str) -> bool {
    let same = |wanted: &String| wanted.eq_ignore_ascii_case(subject);
    acceptance.rule() == rule && acceptance.subject.as_ref().is_none_or(same)
}

fn acceptance(case: &Case<'_>, rule: &str, subject: &str) -> Option<Accepted> {
    let holds = |acceptance: &&Acceptance| acceptance.until.is_none_or(|until| case.today <= until);
    let mut matching = case.farm.acceptances.iter().filter(|each| concerns(each, rule, subject)).filter(holds);
    matching.next().map(|each| Accepted { reason: each.reason().to_owned(), until: each.until })
}
