//! JUDGE: what can be wrong, one row each, and the pure judgement over them.

mod action;
mod directory;
mod dns;
mod farm;
mod folder;
mod iis;
mod page;
mod select;
mod smtp;
mod verdict;

pub use action::{Action, FolderRight, Grant, Hand, ShareRight};
pub use select::{Part, Selection, area_of_word, part_of_word};
pub use verdict::{About, Accepted, OutcomeKind, Verdict};

pub use crate::facts::Area;
use crate::facts::Facts;
use crate::farm::values::Date;
use crate::farm::{Document, Farm, Lines};
use std::fmt;

/// The stations of a message on its way into a list, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hop {
    Mx,
    Host,
    Port,
    Recipient,
    AliasDomain,
    DropDirectory,
    Rights,
    Job,
    List,
}

impl Hop {
    pub const ALL: [Self; 9] = [
        Self::Mx,
        Self::Host,
        Self::Port,
        Self::Recipient,
        Self::AliasDomain,
        Self::DropDirectory,
        Self::Rights,
        Self::Job,
        Self::List,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mx => "MX record",
            Self::Host => "mail host",
            Self::Port => "SMTP port",
            Self::Recipient => "recipient",
            Self::AliasDomain => "alias domain",
            Self::DropDirectory => "drop directory",
            Self::Rights => "folder rights",
            Self::Job => "delivery job",
            Self::List => "list",
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Rule {
    /// `<area>-<fault>`; never reused.
    pub id: &'static str,
    pub area: Area,
    pub severity: Severity,
    /// The fault, as a sentence.
    pub summary: &'static str,
    /// What holds when the rule passes, as a sentence.
    pub sound: &'static str,
    /// The settings it is about; the first is the one a verdict points at unless it says
    /// otherwise.
    pub about: &'static [&'static str],
    /// Where on a message's way it would stop, where the rule is about that.
    pub hop: Option<Hop>,
    /// The version of spinmail that brought it.
    pub since: &'static str,
    /// Its page, Markdown.
    pub explain: &'static str,
    pub judge: Judge,
}

/// How a rule is judged.
#[derive(Clone, Copy)]
pub enum Judge {
    /// From the farm and the facts.
    Case(fn(&Case<'_>) -> Vec<Judged>),
    /// From what all other rules said.
    Verdicts(fn(&Case<'_>, &[Verdict]) -> Vec<Judged>),
}

impl fmt::Debug for Judge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Case(_) => "Case",
            Self::Verdicts(_) => "Verdicts",
        })
    }
}

/// Everything a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub farm: &'a Farm,
    pub lines: &'a Lines,
    pub facts: &'a Facts,
    /// The day of the judgement, UTC.
    pub today: Date,
    /// The address whose mail is followed, small letters, where it is one message's way that is
    /// judged.
    pub address: Option<&'a str>,
}

impl<'a> Case<'a> {
    pub fn new(document: &'a Document, facts: &'a Facts, today: Date) -> Self {
        Self {
            farm: &document.farm,
            lines: &document.lines,
            facts,
            today,
            address: None,
        }
    }

    /// The same, of the way of one message.
    #[must_use]
    pub fn of_mail_to(self, address: Option<&'a str>) -> Self {
        Self { address, ..self }
    }
}

/// What a rule says of one subject.
#[derive(Debug)]
pub struct Judged {
    /// What was judged: a setting, a server, a name.
    pub subject: String,
    /// The KEY it points at, where it is not the rule's first.
    pub about: Option<String>,
    pub outcome: Outcome,
}

impl Judged {
    pub fn new(subject: impl Into<String>, outcome: Outcome) -> Self {
        Self {
            subject: subject.into(),
            about: None,
            outcome,
        }
    }

    #[must_use]
    pub fn about(mut self, key: impl Into<String>) -> Self {
        self.about = Some(key.into());
        self
    }
}

/// The outcome of a rule for one subject.
#[derive(Debug)]
pub enum Outcome {
    /// It holds, and what shows it.
    Pass(Vec<Evidence>),
    Fail(Finding),
    /// It could not be decided; what would decide it.
    Undecided(String),
    /// It says nothing here; why.
    NotApplicable(String),
}

impl Outcome {
    /// It holds by the farm file alone.
    pub fn pass() -> Self {
        Self::Pass(Vec::new())
    }

    pub fn not_applicable(why: impl Into<String>) -> Self {
        Self::NotApplicable(why.into())
    }

    pub fn undecided(what: impl Into<String>) -> Self {
        Self::Undecided(what.into())
    }

    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Pass(_) => OutcomeKind::Pass,
            Self::Fail(_) => OutcomeKind::Fail,
            Self::Undecided(_) => OutcomeKind::Undecided,
            Self::NotApplicable(_) => OutcomeKind::NotApplicable,
        }
    }

    /// The usual case: a finding or none.
    pub fn pass_unless(finding: Option<Finding>) -> Self {
        finding.map_or_else(Self::pass, Self::Fail)
    }
}

/// What is wrong, what shows it, and what to do.
#[derive(Debug)]
pub struct Finding {
    pub message: String,
    /// Where it is not the rule's own.
    pub severity: Option<Severity>,
    pub evidence: Vec<Evidence>,
    pub remedy: Remedy,
}

/// What was asked, what should have been there, and what was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub asked: String,
    pub expected: String,
    pub observed: String,
}

/// What to do: a sentence for a person, and the actions that do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    pub text: String,
    pub hand: Hand,
    pub actions: Vec<Action>,
}

impl Finding {
    /// A finding that the farm's administrator mends.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::by(Hand::Farm, message, remedy)
    }

    /// A finding that someone else mends.
    pub fn by(hand: Hand, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Remedy {
            text: remedy.into(),
            hand,
            actions: Vec::new(),
        };
        Self {
            message: message.into(),
            severity: None,
            evidence: Vec::new(),
            remedy,
        }
    }

    #[must_use]
    pub fn seen(
        mut self,
        asked: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        self.evidence.push(Evidence {
            asked: asked.into(),
            expected: expected.into(),
            observed: observed.into(),
        });
        self
    }

    #[must_use]
    pub fn with_evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.remedy.actions.push(action);
        self
    }

    /// An action that may not be known well enough to be offered.
    #[must_use]
    pub fn with_actions(mut self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.remedy.actions.extend(actions);
        self
    }

    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A row of `RULES`; its page lies in `explain/`.
macro_rules! rule {
    (@hop) => {
        None
    };
    (@hop $hop:ident) => {
        Some($crate::rules::Hop::$hop)
    };
    ($id:literal, $area:ident, $severity:ident, $summary:literal, $sound:literal, [$($about:literal),*], $judge:expr
     $(, $hop:ident)?) => {
        $crate::rules::Rule {
            id: $id,
            area: $crate::facts::Area::$area,
            severity: $crate::rules::Severity::$severity,
            summary: $summary,
            sound: $sound,
            about: &[$($about),*],
            hop: rule!(@hop $($hop)?),
            since: "0.1.0",
            explain: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/explain/", $id, ".md")),
            judge: $judge,
        }
    };
}
use rule;

/// Every area's rules, in the order of the report.
pub static RULES: &[&[Rule]] = &[
    page::RULES,
    farm::RULES,
    dns::RULES,
    smtp::RULES,
    iis::RULES,
    folder::RULES,
    folder::rights::RULES,
    directory::RULES,
];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    RULES.iter().copied().flatten()
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Judges a case by the selected rules. The same case always gives the same verdicts in the same
/// order.
pub fn judge(case: &Case<'_>, selection: &Selection) -> Vec<Verdict> {
    let rules: Vec<&'static Rule> = all().filter(|rule| selection.takes(rule)).collect();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for rule in &rules {
        if let Judge::Case(judge) = rule.judge {
            let judged = if rule.area.is_offline() && !case.farm.is_enabled() {
                disabled(rule)
            } else {
                judge(case)
            };
            verdicts.extend(
                judged
                    .into_iter()
                    .map(|judged| Verdict::new(rule, judged, case)),
            );
        }
    }
    for rule in &rules {
        if let Judge::Verdicts(judge) = rule.judge {
            // Asked for another area, they speak only of acceptances of that area's rules.
            let concerned = |judged: &Judged| {
                let accepted = judged.subject.split('/').next().and_then(find);
                selection.names(rule.area) || accepted.is_some_and(|rule| selection.takes(rule))
            };
            let judged = judge(case, &verdicts).into_iter().filter(concerned);
            let new: Vec<_> = judged
                .map(|judged| Verdict::new(rule, judged, case))
                .collect();
            verdicts.extend(new);
        }
    }
    let place = |verdict: &Verdict| rules.iter().position(|rule| rule.id == verdict.rule.id);
    verdicts.sort_by_cached_key(place);
    verdicts
}

fn disabled(rule: &Rule) -> Vec<Judged> {
    let subject = rule.about.first().copied().unwrap_or("farm");
    vec![Judged::new(
        subject,
        Outcome::not_applicable("incoming e-mail is not recorded as enabled"),
    )]
}
