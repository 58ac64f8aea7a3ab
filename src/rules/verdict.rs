//! Verdicts: what the rules said, ready to be reported.

use super::{Case, Evidence, Outcome, OutcomeKind, Remedy, Rule, RuleResult, Severity};
use crate::farm::edit::literal;
use crate::farm::values::Date;
use crate::farm::{Acceptance, Key, SettingValue};

/// What a verdict points at in the farm file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub setting: String,
    /// Counted from 1; nothing where the setting is not in the file.
    pub line: Option<usize>,
    /// The setting as a line of the file, where something was found or is open.
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
    pub(super) fn new(rule: &'static Rule, judged: RuleResult, case: &Case<'_>) -> Self {
        let key = judged
            .about
            .or_else(|| rule.about.first().map(|key| (*key).to_owned()));
        let is_quoted = matches!(judged.outcome, Outcome::Fail(_) | Outcome::Undecided(_));
        let mut verdict = Self {
            rule,
            severity: rule.severity,
            outcome: OutcomeKind::Pass,
            subject: judged.subject,
            message: rule.pass_message.to_owned(),
            evidence: Vec::new(),
            remedy: None,
            about: key.map(|key| about(key, case, is_quoted)),
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
        verdict
    }

    /// A finding that nobody accepted.
    pub fn is_open(&self) -> bool {
        self.outcome == OutcomeKind::Fail && self.accepted.is_none()
    }
}

/// The place of a setting. Its text is wanted only where something is found: most verdicts pass,
/// and a farm may have many servers.
fn about(key: String, case: &Case<'_>, is_quoted: bool) -> About {
    let line = case.lines.get(&key).copied();
    let named = line
        .filter(|_| is_quoted)
        .and_then(|_| Key::from_text(&key).ok());
    let text = named.and_then(|named| {
        let value = named.read(case.farm).ok().flatten()?;
        Some(format!("{} = {}", named.setting.name, in_brief(value)))
    });
    About {
        setting: key,
        line,
        text,
    }
}

/// A value as the file holds it; of a long list the first entries, since each of them may have a
/// finding.
fn in_brief(value: SettingValue) -> String {
    const MOST: usize = 8;
    match value {
        SettingValue::List(list) if list.len() > MOST => {
            let first = list.into_iter().take(MOST).collect();
            literal(&SettingValue::List(first))
                .trim_end_matches(']')
                .to_owned()
                + ", …]"
        }
        value => literal(&value),
    }
}

/// Whether an acceptance is about this finding, its end aside.
pub(super) fn concerns(acceptance: &Acceptance, rule: &str, subject: &str) -> bool {
    let same = |wanted: &String| wanted.eq_ignore_ascii_case(subject);
    acceptance.rule() == rule && acceptance.subject.as_ref().is_none_or(same)
}

fn acceptance(case: &Case<'_>, rule: &str, subject: &str) -> Option<Accepted> {
    let holds = |acceptance: &&Acceptance| acceptance.until.is_none_or(|until| case.today <= until);
    let mut matching = case
        .farm
        .acceptances
        .iter()
        .filter(|each| concerns(each, rule, subject))
        .filter(holds);
    matching.next().map(|each| Accepted {
        reason: each.reason().to_owned(),
        until: each.until,
    })
}
