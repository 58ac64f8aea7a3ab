//! The judgement of one case: the selected rules, and the causes to which they defer.

use super::rule::{JudgedResult, OtherResults};
use super::yielding::{YIELDING, Yielded};
use super::{Case, Judge, OutcomeKind, Rule, RuleResult, Selection, Verdict, all, find, stale};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every rule, in the order of the report.
static EVERY_RULE: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| all().collect());

/// The place of each rule in the order of the report.
static PLACES: LazyLock<BTreeMap<&'static str, usize>> = LazyLock::new(|| {
    all()
        .enumerate()
        .map(|(place, rule)| (rule.id, place))
        .collect()
});

/// Judges a case by the selected rules. The same case always has the same verdicts in the same
/// order.
///
/// A rule to which a selected one defers is judged too. What it finds, or cannot decide, is among
/// the verdicts, whatever was selected.
pub fn judge(case: &Case<'_>, selection: &Selection) -> Vec<Verdict> {
    Judgement::new(case, selection).run()
}

/// Why a rule is judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RuleRole {
    Selected,
    /// A judged rule defers to it.
    Cause,
}

/// A rule that was judged.
struct JudgedRule {
    rule: &'static Rule,
    verdicts: Vec<Verdict>,
    role: RuleRole,
}

impl JudgedRule {
    fn is_selected(&self) -> bool {
        self.role == RuleRole::Selected
    }
}

/// The rules that were judged so far, by their place in the report.
struct Judgement<'a> {
    case: &'a Case<'a>,
    selection: &'a Selection,
    judged: BTreeMap<usize, JudgedRule>,
}

impl<'a> Judgement<'a> {
    fn new(case: &'a Case<'a>, selection: &'a Selection) -> Self {
        Self {
            case,
            selection,
            judged: BTreeMap::new(),
        }
    }

    /// Judges the selected rules, and every rule to which one of them defers.
    fn run(mut self) -> Vec<Verdict> {
        self.judge_selected(is_judged_by_case);
        self.judge_causes();
        self.yield_to_causes();
        self.settle();
        // The rules about acceptances are judged from what all others found.
        self.judge_selected(|rule| !is_judged_by_case(rule));
        self.judge_causes();
        self.settle();
        self.into_verdicts()
    }

    /// Judges the selected rules of a kind.
    fn judge_selected(&mut self, is_of_kind: fn(&Rule) -> bool) {
        for rule in all().filter(|rule| is_of_kind(rule) && self.selection.includes(rule)) {
            self.judge(rule, RuleRole::Selected);
        }
    }

    fn judge(&mut self, rule: &'static Rule, role: RuleRole) {
        let Some(place) = PLACES.get(rule.id) else {
            return;
        };
        let mut results = match rule.judge {
            Judge::Case(_) if rule.area.is_offline() && !self.case.farm.is_enabled() => {
                vec![not_enabled(rule)]
            }
            Judge::Case(judge) => judge(self.case),
            Judge::Verdicts(judge) => self.judge_acceptances(rule, judge),
        };
        stale::explain(self.case, rule, &mut results);
        let verdicts = results
            .into_iter()
            .map(|result| Verdict::new(rule, result, self.case))
            .collect();
        let judged = JudgedRule {
            rule,
            verdicts,
            role,
        };
        self.judged.insert(*place, judged);
    }

    fn judge_acceptances(
        &self,
        rule: &Rule,
        judge: fn(&Case<'_>, &OtherResults<'_>) -> Vec<RuleResult>,
    ) -> Vec<RuleResult> {
        let judged: Vec<JudgedResult<'_>> = self
            .judged
            .values()
            .filter(|other| other.is_selected() && is_judged_by_case(other.rule))
            .filter(|other| self.is_accepted(other.rule))
            .flat_map(|other| other.verdicts.iter().map(judged_result))
            .collect();
        let others = OtherResults {
            rules: &EVERY_RULE,
            results: &judged,
        };
        let mut results = judge(self.case, &others);
        if !self.selection.names_area(rule.area) {
            results.retain(|result| is_about_selected(result, self.selection));
        }
        results
    }

    /// Returns whether an acceptance is about a rule.
    fn is_accepted(&self, rule: &Rule) -> bool {
        let mut acceptances = self.case.farm.acceptances.iter();
        acceptances.any(|acceptance| acceptance.rule() == rule.id)
    }

    /// Judges the rules to which judged ones defer, and those to which these defer.
    fn judge_causes(&mut self) {
        loop {
            let missing: Vec<&'static Rule> = self
                .judged
                .values()
                .flat_map(|judged| &judged.verdicts)
                .filter_map(|verdict| verdict.because)
                .filter(|id| self.verdicts_by(id).is_none())
                .filter_map(find)
                .collect();
            if missing.is_empty() {
                return;
            }
            for rule in missing {
                self.judge(rule, RuleRole::Cause);
            }
        }
    }

    /// Returns the verdicts of a rule, or `None` if it was not judged.
    fn verdicts_by(&self, id: &str) -> Option<&[Verdict]> {
        let judged = self.judged.get(PLACES.get(id)?)?;
        Some(&judged.verdicts)
    }

    /// Leaves it to judged rules to say what they explain better.
    fn yield_to_causes(&mut self) {
        for yielding in YIELDING {
            let causes = self.verdicts_by(yielding.cause).unwrap_or_default();
            let symptoms = self.verdicts_by(yielding.symptom).unwrap_or_default();
            let yielded: Vec<Option<Yielded>> = symptoms
                .iter()
                .map(|symptom| yielding.apply(symptom, causes))
                .collect();
            let place = PLACES.get(yielding.symptom);
            let Some(judged) = place.and_then(|place| self.judged.get_mut(place)) else {
                continue;
            };
            for (verdict, change) in judged.verdicts.iter_mut().zip(yielded) {
                match change {
                    Some(Yielded::Because(cause)) => verdict.yield_to(Some(cause), self.case),
                    Some(Yielded::Decided) => verdict.yield_to(None, self.case),
                    Some(Yielded::Contradiction(why)) => verdict.become_undecided(why, self.case),
                    None => {}
                }
            }
        }
    }

    /// Makes verdicts undecided that defer to a rule which found no cause.
    fn settle(&mut self) {
        let mut unfounded: Vec<(usize, usize, String)> = Vec::new();
        for (place, judged) in &self.judged {
            for (at, verdict) in judged.verdicts.iter().enumerate() {
                if let Some(id) = verdict.because
                    && !self.has_cause(verdict, id, &mut Vec::new())
                {
                    unfounded.push((*place, at, self.without_cause(verdict, id)));
                }
            }
        }
        for (place, at, message) in unfounded {
            let judged = self.judged.get_mut(&place);
            if let Some(verdict) = judged.and_then(|judged| judged.verdicts.get_mut(at)) {
                verdict.become_undecided(message, self.case);
            }
        }
    }

    /// Returns whether the rule to which a verdict defers found something or could not decide, or
    /// itself defers to one that did. `path` holds the rules that were passed on the way.
    fn has_cause(
        &self,
        deferring: &Verdict,
        id: &'static str,
        path: &mut Vec<&'static str>,
    ) -> bool {
        if path.contains(&id) {
            return false;
        }
        path.push(id);
        let verdicts = self.verdicts_by(id).unwrap_or_default();
        let is_cause = about_same(verdicts, deferring).any(|cause| match cause.outcome {
            OutcomeKind::Fail | OutcomeKind::Undecided => true,
            OutcomeKind::Pass => false,
            OutcomeKind::NotApplicable => match cause.because {
                Some(next) => self.has_cause(cause, next, path),
                // The page of a farm that takes no mail is not judged: nothing applies.
                None => self.is_switched_off(cause.rule),
            },
        });
        path.pop();
        is_cause
    }

    fn is_switched_off(&self, rule: &Rule) -> bool {
        let is_disabled = self.case.farm.incoming.enabled == Some(false);
        is_disabled && rule.area.is_offline() && is_judged_by_case(rule)
    }

    /// Says what would decide a rule that defers to one which found no cause.
    fn without_cause(&self, deferring: &Verdict, id: &str) -> String {
        let verdicts = self.verdicts_by(id).unwrap_or_default();
        let found = match about_same(verdicts, deferring).next() {
            None => "was not judged".to_owned(),
            Some(cause) if cause.outcome == OutcomeKind::Pass => {
                "finds nothing wrong; gather the facts again".to_owned()
            }
            Some(cause) => format!("does not apply: {}", cause.message),
        };
        format!("{}, but `{id}` {found}", deferring.reason())
    }

    /// Returns the verdicts in the order of the report. Of rules that were not selected, these are
    /// the causes.
    fn into_verdicts(mut self) -> Vec<Verdict> {
        let mut causes: Vec<(usize, usize)> = Vec::new();
        for judged in self.judged.values().filter(|judged| judged.is_selected()) {
            for verdict in &judged.verdicts {
                self.add_causes(verdict, &mut causes);
            }
        }
        for (place, at) in causes {
            let judged = self.judged.get_mut(&place);
            if let Some(cause) = judged.and_then(|judged| judged.verdicts.get_mut(at)) {
                cause.is_cause = true;
            }
        }
        let count = self
            .judged
            .values()
            .map(|judged| judged.verdicts.len())
            .sum();
        let mut all = Vec::with_capacity(count);
        for mut judged in self.judged.into_values() {
            if !judged.is_selected() {
                judged.verdicts.retain(|verdict| verdict.is_cause);
            }
            all.append(&mut judged.verdicts);
        }
        all
    }

    /// Adds the places of the verdicts that say why a verdict does not apply, if their rules were
    /// not selected.
    fn add_causes(&self, deferring: &Verdict, causes: &mut Vec<(usize, usize)>) {
        let Some(place) = deferring.because.and_then(|id| PLACES.get(id).copied()) else {
            return;
        };
        let Some(judged) = self
            .judged
            .get(&place)
            .filter(|judged| !judged.is_selected())
        else {
            return;
        };
        for cause in about_same(&judged.verdicts, deferring) {
            let at = judged
                .verdicts
                .iter()
                .position(|verdict| std::ptr::eq(verdict, cause));
            let Some(at) = at.filter(|at| !causes.contains(&(place, *at))) else {
                continue;
            };
            match cause.outcome {
                OutcomeKind::Fail | OutcomeKind::Undecided => causes.push((place, at)),
                OutcomeKind::NotApplicable => self.add_causes(cause, causes),
                OutcomeKind::Pass => {}
            }
        }
    }
}

/// How the verdicts of a rule are about what a deferring verdict is about.
#[derive(Clone, Copy)]
enum Relation {
    SameSubject,
    SameSetting,
    Any,
}

impl Relation {
    fn holds(self, verdict: &Verdict, deferring: &Verdict) -> bool {
        match self {
            Self::SameSubject => verdict.subject.eq_ignore_ascii_case(&deferring.subject),
            Self::SameSetting => match (&verdict.about, &deferring.about) {
                (Some(one), Some(two)) => one.setting == two.setting,
                _ => false,
            },
            Self::Any => true,
        }
    }
}

/// Returns the verdicts of a rule that are about what a deferring one is about: those on its
/// subject, else those about its setting if one of them says more than that nothing is wrong, else
/// all.
fn about_same<'v>(
    verdicts: &'v [Verdict],
    deferring: &Verdict,
) -> impl Iterator<Item = &'v Verdict> {
    let mut relation = Relation::Any;
    for verdict in verdicts {
        if Relation::SameSubject.holds(verdict, deferring) {
            relation = Relation::SameSubject;
            break;
        }
        if verdict.outcome != OutcomeKind::Pass && Relation::SameSetting.holds(verdict, deferring) {
            relation = Relation::SameSetting;
        }
    }
    verdicts
        .iter()
        .filter(move |verdict| relation.holds(verdict, deferring))
}

fn is_judged_by_case(rule: &Rule) -> bool {
    matches!(rule.judge, Judge::Case(_))
}

/// Returns a verdict as the rules about acceptances see it.
fn judged_result(verdict: &Verdict) -> JudgedResult<'_> {
    JudgedResult {
        rule: verdict.rule.id,
        subject: &verdict.subject,
        outcome: verdict.outcome,
    }
}

/// Returns whether an acceptance is about a selected rule. If other areas are asked for, only these
/// acceptances are reported.
fn is_about_selected(result: &RuleResult, selection: &Selection) -> bool {
    let accepted = result.subject.split('/').next().and_then(find);
    accepted.is_some_and(|rule| selection.includes(rule))
}

fn not_enabled(rule: &Rule) -> RuleResult {
    let subject = rule.about.first().copied().unwrap_or("farm");
    let why = "incoming e-mail is not recorded as enabled";
    RuleResult::new(subject, super::Outcome::not_applicable(why))
}
