//! A rule: one thing that can be wrong, as a row of a table and a function that judges it.

use super::{Case, OutcomeKind, RuleResult, Severity, command_notes};
use crate::facts::Area;
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
    /// The last hop.
    pub const LAST: Self = Self::List;

    /// All hops, in the order in which a message passes them.
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

    /// Returns the hop's name as a trace shows it.
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

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Rule {
    /// `<area>-<fault>`; never reused.
    pub id: &'static str,
    /// The area whose facts the rule needs.
    pub area: Area,
    /// The severity of its findings, unless a finding has its own.
    pub severity: Severity,
    /// The fault, as a sentence.
    pub summary: &'static str,
    /// What holds when the rule passes, as a sentence.
    pub pass_message: &'static str,
    /// The settings it is about. A verdict points at the first unless it names another.
    pub about: &'static [&'static str],
    /// The hop where a finding stops a message, or `None` if it stops none.
    pub hop: Option<Hop>,
    /// The version of spinmail that introduced it.
    pub since: &'static str,
    /// Its page, Markdown.
    pub explain: &'static str,
    /// The function that judges it.
    pub judge: Judge,
}

impl Rule {
    /// Returns the part of the page before its examples, which are long and for readers who want
    /// to know exactly.
    pub(crate) fn explain_before_examples(&self) -> &'static str {
        self.explain
            .split_once("\n## Fails\n")
            .map_or(self.explain, |(before, _)| before)
    }

    /// Returns the examples of the page, with their headings.
    pub(crate) fn examples(&self) -> &'static str {
        let before = self.explain_before_examples();
        self.explain.strip_prefix(before).unwrap_or_default()
    }

    /// Returns what the page says before its examples, without the title, which is the rule's id.
    pub(crate) fn explanation(&self) -> &'static str {
        let page = self.explain_before_examples();
        page.split_once('\n').map_or("", |(_, text)| text)
    }

    /// Returns the section about where the page's commands run, or `None` if it needs none.
    pub(crate) fn command_notes(&self) -> Option<String> {
        command_notes::section(self.explain_before_examples())
    }
}

/// How a rule is judged.
#[derive(Clone, Copy)]
pub enum Judge {
    /// From the farm and the facts.
    Case(fn(&Case<'_>) -> Vec<RuleResult>),
    /// From the facts' own dates; whatever areas are asked for.
    Facts(fn(&Case<'_>) -> Vec<RuleResult>),
    /// From what all other rules found.
    Verdicts(fn(&Case<'_>, &OtherResults<'_>) -> Vec<RuleResult>),
}

/// What the rules about acceptances are judged from.
pub struct OtherResults<'a> {
    /// Every rule, whether or not it was judged.
    pub rules: &'a [&'static Rule],
    /// The results of the other rules.
    pub results: &'a [JudgedResult<'a>],
}

/// A rule's result for one subject, as the rules about acceptances see it.
pub struct JudgedResult<'a> {
    pub rule: &'static str,
    pub subject: &'a str,
    pub outcome: OutcomeKind,
}

impl fmt::Debug for Judge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Case(_) => "Case",
            Self::Facts(_) => "Facts",
            Self::Verdicts(_) => "Verdicts",
        })
    }
}

/// A row of `RULES`. Its page is `explain/<id>.md`.
///
/// `hop` may be left out. `judge` names a function of the case, `judge_facts` one of the facts' own
/// dates, `judge_verdicts` one of the case and the verdicts of all other rules.
macro_rules! rule {
    (
        id: $id:literal,
        area: $area:ident,
        severity: $severity:ident,
        summary: $summary:literal,
        pass_message: $pass_message:literal,
        about: [$($about:literal),* $(,)?],
        $(hop: $hop:ident,)?
        $(judge: $case:expr,)?
        $(judge_facts: $facts:path,)?
        $(judge_verdicts: $verdicts:path,)?
    ) => {
        $crate::rules::Rule {
            id: $id,
            area: $crate::facts::Area::$area,
            severity: $crate::rules::Severity::$severity,
            summary: $summary,
            pass_message: $pass_message,
            about: &[$($about),*],
            hop: rule!(@hop $($hop)?),
            since: "0.1.0",
            explain: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/rules/explain/",
                $id,
                ".md"
            )),
            judge: rule!(@judge [$($case)?] [$($facts)?] [$($verdicts)?]),
        }
    };
    (@hop) => {
        None
    };
    (@hop $hop:ident) => {
        Some($crate::rules::Hop::$hop)
    };
    (@judge [$case:expr] [] []) => {
        $crate::rules::Judge::Case($case)
    };
    (@judge [] [$facts:path] []) => {
        $crate::rules::Judge::Facts($facts)
    };
    (@judge [] [] [$verdicts:path]) => {
        $crate::rules::Judge::Verdicts($verdicts)
    };
}
pub(super) use rule;
