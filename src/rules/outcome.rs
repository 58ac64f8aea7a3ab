//! Outcomes: what a rule returns for one subject.

use super::subject::Subject;
use crate::remedy::{Action, AdminRole};
use std::borrow::Cow;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is broken; the administrator should know.
    Note,
    /// It works, or may work, with a fault or a risk.
    Warning,
    /// It does not work.
    Error,
}

impl Severity {
    /// Returns the word for it in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The kind of an outcome, without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The rule holds.
    Pass,
    /// There is a finding.
    Fail,
    /// What is known does not decide it.
    Undecided,
    /// The rule does not apply.
    NotApplicable,
}

impl OutcomeKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Undecided, Self::NotApplicable];

    /// Returns the word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Undecided => "undecided",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// The result of a rule for one subject.
#[derive(Debug)]
pub struct RuleResult {
    /// What was judged.
    pub subject: Subject,
    /// The KEY it points at, or `None` for the first of the rule's.
    pub about: Option<Cow<'static, str>>,
    /// What the rule decided.
    pub outcome: Outcome,
}

impl RuleResult {
    /// Creates the result for a subject, about the rule's first setting.
    pub fn new(subject: impl Into<Subject>, outcome: impl Into<Outcome>) -> Self {
        Self {
            subject: subject.into(),
            about: None,
            outcome: outcome.into(),
        }
    }

    /// Creates the only result of a rule.
    pub fn only(subject: impl Into<Subject>, outcome: impl Into<Outcome>) -> Vec<Self> {
        vec![Self::new(subject, outcome)]
    }

    /// Points the result at a setting of the farm file.
    #[must_use]
    pub fn about(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.about = Some(key.into());
        self
    }
}

/// What a rule relies on, or the outcome if it cannot.
pub(crate) type Judged<T> = Result<T, Outcome>;

/// The outcome of a rule for one subject.
#[derive(Debug)]
pub enum Outcome {
    /// The rule holds, with the evidence.
    Pass(Vec<Evidence>),
    /// There is a finding.
    Fail(Finding),
    /// It could not be decided. The text says what would decide it.
    Undecided(String),
    /// The rule does not apply here.
    NotApplicable {
        why: Cow<'static, str>,
        /// The rule that judges the precondition which failed, or `None` if nothing failed: by the
        /// farm file, or by what was observed, there is nothing to judge.
        because: Option<&'static str>,
    },
}

impl From<Judged<Self>> for Outcome {
    fn from(judged: Judged<Self>) -> Self {
        judged.unwrap_or_else(|instead| instead)
    }
}

impl Outcome {
    /// Creates a pass that the farm file alone proves.
    pub fn pass() -> Self {
        Self::Pass(Vec::new())
    }

    /// Creates the outcome of a rule that has nothing to judge, with the reason.
    pub fn not_applicable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::NotApplicable {
            why: why.into(),
            because: None,
        }
    }

    /// Creates the outcome of a rule whose precondition failed. The other rule judges that
    /// precondition, and is judged with this one.
    pub fn because(rule: &'static str, why: impl Into<Cow<'static, str>>) -> Self {
        Self::NotApplicable {
            why: why.into(),
            because: Some(rule),
        }
    }

    /// Creates an undecided outcome that says what would decide it.
    pub fn undecided(what: impl Into<String>) -> Self {
        Self::Undecided(what.into())
    }

    /// Returns the kind of the outcome.
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Pass(_) => OutcomeKind::Pass,
            Self::Fail(_) => OutcomeKind::Fail,
            Self::Undecided(_) => OutcomeKind::Undecided,
            Self::NotApplicable { .. } => OutcomeKind::NotApplicable,
        }
    }

    /// Fails with the finding, or passes if there is none.
    pub fn pass_unless(finding: Option<Finding>) -> Self {
        finding.map_or_else(Self::pass, Self::Fail)
    }
}

/// What is wrong, the evidence, and what to do.
#[derive(Debug)]
pub struct Finding {
    /// The sentence that names the fault.
    pub message: String,
    /// Its own severity, or `None` for the rule's.
    pub severity: Option<Severity>,
    /// What was asked, expected and observed.
    pub evidence: Vec<Evidence>,
    /// What to do.
    pub remedy: Remedy,
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceSource {
    /// The farm file: what was asked is the key of a setting.
    FarmFile,
    /// The facts.
    Facts,
}

/// What was asked, what was expected, and what was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where it comes from.
    pub source: EvidenceSource,
    /// The question: a setting, a DNS query, a command.
    pub asked: String,
    /// The answer that was expected.
    pub expected: String,
    /// The answer that came.
    pub observed: String,
}

impl Evidence {
    /// Creates a piece of evidence from the facts.
    pub fn new(
        asked: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        Self {
            source: EvidenceSource::Facts,
            asked: asked.into(),
            expected: expected.into(),
            observed: observed.into(),
        }
    }
}

/// What to do: a sentence for a person, and the actions that do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The sentence for a person.
    pub text: String,
    /// The administrator who can do it.
    pub role: AdminRole,
    /// The actions that do it, none if there is none to offer.
    pub actions: Vec<Action>,
}

impl Finding {
    /// Creates a finding that the farm administrator fixes.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::for_role(AdminRole::Farm, message, remedy)
    }

    /// Creates a finding that an administrator with this role fixes.
    pub fn for_role(
        role: AdminRole,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let remedy = Remedy {
            text: remedy.into(),
            role,
            actions: Vec::new(),
        };
        Self {
            message: message.into(),
            severity: None,
            evidence: Vec::new(),
            remedy,
        }
    }

    /// Adds a piece of evidence from the facts.
    #[must_use]
    pub fn observed(
        mut self,
        asked: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        self.evidence.push(Evidence::new(asked, expected, observed));
        self
    }

    /// Adds what the farm file says about a setting, or that it says nothing.
    #[must_use]
    pub fn recorded(
        mut self,
        key: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        self.evidence.push(Evidence {
            source: EvidenceSource::FarmFile,
            ..Evidence::new(key, expected, observed)
        });
        self
    }

    /// Adds pieces of evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds an action to the remedy.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.remedy.actions.push(action);
        self
    }

    /// Adds actions; none if too little is known to offer one.
    #[must_use]
    pub fn with_actions(mut self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.remedy.actions.extend(actions);
        self
    }

    /// Replaces the rule's severity with one for this finding.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}
