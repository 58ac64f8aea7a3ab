//! Verdicts: what the rules said, ready to be reported.

use super::subject::Scope;
use super::{Case, Evidence, Outcome, OutcomeKind, Remedy, Rule, RuleResult, Severity};
use crate::farm::edit::literal;
use crate::farm::key::{entry_names, entry_setting};
use crate::farm::values::Date;
use crate::farm::{Acceptance, Key, SettingValue, Table};
use std::borrow::Cow;

/// What a verdict points at in the farm file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The setting's dotted name.
    pub setting: Cow<'static, str>,
    /// Its line, from 1, or `None` if the setting is not in the file.
    pub line: Option<usize>,
    /// The setting as a line of the file, for findings and undecided verdicts.
    pub text: Option<String>,
}

/// The acceptance of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Why the finding is accepted.
    pub reason: String,
    /// The last day of the acceptance, UTC, or `None` if it does not expire.
    pub until: Option<Date>,
}

/// The result of a rule for one subject, ready to be reported.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The rule.
    pub rule: &'static Rule,
    /// The finding's severity, else the rule's.
    pub severity: Severity,
    /// What the rule decided.
    pub outcome: OutcomeKind,
    /// What was judged: a setting, a server, a name.
    pub subject: Cow<'static, str>,
    /// What the subject names, for all that decides.
    pub(crate) scope: Scope,
    /// The sentence for people: the finding, why it is undecided or does not apply, or the rule's
    /// passing sentence.
    pub message: Cow<'static, str>,
    /// What was asked, expected and observed.
    pub evidence: Vec<Evidence>,
    /// What to do about a finding, else `None`.
    pub remedy: Option<Remedy>,
    /// The setting that it points at, or `None` if the rule is about none.
    pub about: Option<About>,
    /// The acceptance of the finding, or `None` if it is not accepted.
    pub accepted: Option<Accepted>,
    /// The rule that judges the precondition which failed, or `None` if the rule applies or has
    /// nothing to judge.
    pub because: Option<&'static str>,
    /// Whether the rule was not selected, and its verdict is shown because a selected rule does not
    /// apply because of it.
    pub is_cause: bool,
    /// Whether a rule that looks where this one can only guess found nothing wrong.
    pub(super) is_decided_elsewhere: bool,
}

impl Verdict {
    pub(super) fn new(rule: &'static Rule, result: RuleResult, case: &Case<'_>) -> Self {
        let mut scope = result.subject.scope;
        if result.about.is_none()
            && scope.server.is_none()
            && let Some(server) = only_server(case)
            && is_about_server(rule)
        {
            scope.server = Some(server.to_owned());
        }
        let key = result.about.or_else(|| own_key(rule, case));
        let mut verdict = Self {
            rule,
            severity: rule.severity,
            outcome: result.outcome.kind(),
            subject: result.subject.text,
            scope,
            message: rule.pass_message.into(),
            evidence: Vec::new(),
            remedy: None,
            about: key.map(|key| About::new(key, case, result.outcome.kind())),
            accepted: None,
            because: None,
            is_cause: false,
            is_decided_elsewhere: false,
        };
        match result.outcome {
            Outcome::Pass(evidence) => verdict.evidence = evidence,
            Outcome::Undecided(message) => verdict.message = message.into(),
            Outcome::NotApplicable { why, because } => {
                verdict.message = match because {
                    Some(id) => [&*why, " (", id, ")"].concat().into(),
                    None => why,
                };
                verdict.because = because;
            }
            Outcome::Fail(finding) => {
                verdict.severity = finding.severity.unwrap_or(rule.severity);
                verdict.message = finding.message.into();
                verdict.evidence = finding.evidence;
                verdict.remedy = Some(finding.remedy);
                verdict.accepted = acceptance(case, rule.id, &verdict.subject);
            }
        }
        verdict
    }

    /// Makes the verdict undecided. The message says what would decide it.
    pub(super) fn become_undecided(&mut self, message: String, case: &Case<'_>) {
        self.outcome = OutcomeKind::Undecided;
        self.because = None;
        self.message = message.into();
        self.severity = self.rule.severity;
        self.evidence.clear();
        self.remedy = None;
        self.accepted = None;
        if let Some(about) = self.about.take() {
            self.about = Some(About::new(about.setting, case, self.outcome));
        }
    }

    /// Makes the verdict not applicable, because another rule says it better, or decided it.
    pub(super) fn yield_to(&mut self, cause: Option<&'static str>, case: &Case<'_>) {
        self.outcome = OutcomeKind::NotApplicable;
        self.because = cause;
        self.is_decided_elsewhere = cause.is_none();
        self.message = match cause {
            Some(id) => format!("another finding explains it{}", in_parentheses(id)).into(),
            None => "the server's own settings decide it".into(),
        };
        self.severity = self.rule.severity;
        self.evidence.clear();
        self.remedy = None;
        self.accepted = None;
        if let Some(about) = self.about.take() {
            self.about = Some(About::new(about.setting, case, self.outcome));
        }
    }

    /// Returns why it does not apply, without the rule that judges that.
    pub(super) fn reason(&self) -> &str {
        self.because
            .and_then(|id| self.message.strip_suffix(&in_parentheses(id)))
            .unwrap_or(&self.message)
    }

    /// Returns whether it is a finding that is not accepted.
    pub fn is_open(&self) -> bool {
        self.outcome == OutcomeKind::Fail && self.accepted.is_none()
    }
}

/// Returns a rule's id as the end of a sentence.
fn in_parentheses(id: &str) -> String {
    format!(" ({id})")
}

impl About {
    /// Finds the setting in the farm file. Its text is read only for findings and undecided
    /// verdicts: most verdicts pass, and a farm may have many servers.
    fn new(key: Cow<'static, str>, case: &Case<'_>, outcome: OutcomeKind) -> Self {
        let line = case.lines.get(key.as_ref());
        let has_text =
            line.is_some() && matches!(outcome, OutcomeKind::Fail | OutcomeKind::Undecided);
        let text = if has_text {
            setting_text(&key, case)
        } else {
            None
        };
        Self {
            setting: key,
            line,
            text,
        }
    }
}

/// Returns the setting that a rule is about, or `None` if it is one of entries of which the farm
/// has none or several.
fn own_key(rule: &Rule, case: &Case<'_>) -> Option<Cow<'static, str>> {
    let key = *rule.about.first()?;
    let of_entry =
        |(table, rest): (Table, &'static str)| Some((table, rest.strip_prefix("NAME.")?));
    let Some((table, setting)) = Table::of_key(key).and_then(of_entry) else {
        return Some(key.into());
    };
    let count = match table {
        Table::Server => case.farm.servers.len(),
        Table::WebApplication => case.farm.web_applications.len(),
        Table::MailHost => case.farm.mail_hosts.len(),
        Table::Accept => case.farm.acceptances.len(),
        _ => 0,
    };
    // A farm may have many entries, and each may have a verdict.
    let names = (count == 1).then(|| entry_names(case.farm, table))?;
    Some(entry_setting(table, names.first()?, setting).into())
}

/// Returns whether a rule is about a setting of servers in the first place.
fn is_about_server(rule: &Rule) -> bool {
    let key = rule.about.first();
    let rest = key.and_then(|key| key.strip_prefix(Table::Server.name()));
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the name of the farm's server, or `None` if it has none or several.
fn only_server<'a>(case: &Case<'a>) -> Option<&'a str> {
    match case.farm.servers.as_slice() {
        [only] => Some(only.name()),
        _ => None,
    }
}

/// Returns a setting as a line of the farm file, or `None` if it has no value.
fn setting_text(key: &str, case: &Case<'_>) -> Option<String> {
    let key = Key::from_text(key).ok()?;
    let value = key.read(case.farm).ok().flatten()?;
    Some(format!("{} = {}", key.setting.name, brief_literal(value)))
}

/// Returns a value as the file holds it, of a long list the first entries: each of them may have a
/// finding of its own.
fn brief_literal(value: SettingValue) -> String {
    const MAX_ENTRIES: usize = 8;
    match value {
        SettingValue::List(list) if list.len() > MAX_ENTRIES => {
            let first = list.into_iter().take(MAX_ENTRIES).collect();
            let first = literal(&SettingValue::List(first));
            format!("{}, …]", first.trim_end_matches(']'))
        }
        value => literal(&value),
    }
}

/// Returns whether an acceptance is about the findings of a rule on a subject, expired or not.
pub(super) fn is_about(acceptance: &Acceptance, rule: &str, subject: &str) -> bool {
    let same_subject = match &acceptance.subject {
        Some(wanted) => wanted.eq_ignore_ascii_case(subject),
        None => true,
    };
    same_subject && acceptance.rule() == rule
}

/// Returns the first acceptance of a finding that has not expired.
fn acceptance(case: &Case<'_>, rule: &str, subject: &str) -> Option<Accepted> {
    for acceptance in &case.farm.acceptances {
        let has_expired = acceptance.until.is_some_and(|until| until < case.today);
        if !has_expired && is_about(acceptance, rule, subject) {
            return Some(Accepted {
                reason: acceptance.reason().to_owned(),
                until: acceptance.until,
            });
        }
    }
    None
}
