//! The judgement of one case: the selected rules, and the causes to which they defer.

use super::rule::{JudgedResult, OtherResults};
use super::subject::Likeness;
use super::yielding::{YIELDING, Yielded, Yielding};
use super::{
    Area, Case, Judge, Outcome, OutcomeKind, Rule, RuleResult, Selection, Verdict, all, find, stale,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// The rule that says that the farm takes no mail.
const DISABLED: &str = "page-disabled";

/// Every rule, in the order of the report.
static EVERY_RULE: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| all().collect());

/// The place of each rule in the order of the report.
static PLACES: LazyLock<BTreeMap<&'static str, usize>> = LazyLock::new(|| {
    all()
        .enumerate()
        .map(|(place, rule)| (rule.id, place))
        .collect()
});

/// A pair of rules of which one yields to the other, with their places in the report.
struct YieldingPlaces {
    yielding: &'static Yielding,
    cause: usize,
    symptom: usize,
}

/// Every such pair, in its order.
static YIELDING_PLACES: LazyLock<Vec<YieldingPlaces>> = LazyLock::new(|| {
    let with_places = |yielding: &'static Yielding| {
        Some(YieldingPlaces {
            yielding,
            cause: PLACES.get(yielding.cause).copied()?,
            symptom: PLACES.get(yielding.symptom).copied()?,
        })
    };
    YIELDING.iter().filter_map(with_places).collect()
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
    /// Where its verdicts are among all.
    verdicts: Range<usize>,
    role: RuleRole,
}

impl JudgedRule {
    fn is_selected(&self) -> bool {
        self.role == RuleRole::Selected
    }
}

/// The rules that were judged so far.
struct Judgement<'a, 'c> {
    case: &'a Case<'c>,
    selection: &'a Selection,
    /// In the order in which they were judged.
    judged: Vec<JudgedRule>,
    /// The verdicts of all, in that order.
    verdicts: Vec<Verdict>,
    /// Where each rule is among the judged, by its place in the report.
    by_place: Vec<Option<usize>>,
}

impl<'a, 'c> Judgement<'a, 'c> {
    fn new(case: &'a Case<'c>, selection: &'a Selection) -> Self {
        Self {
            case,
            selection,
            judged: Vec::with_capacity(selection.rules().len()),
            // Some rules have several verdicts.
            verdicts: Vec::with_capacity(2 * selection.rules().len()),
            by_place: vec![None; EVERY_RULE.len()],
        }
    }

    /// Returns the verdicts of a judged rule.
    fn verdicts_of(&self, judged: &JudgedRule) -> &[Verdict] {
        self.verdicts
            .get(judged.verdicts.clone())
            .unwrap_or_default()
    }

    /// Judges the selected rules, and every rule to which one of them defers.
    fn run(mut self) -> Vec<Verdict> {
        self.judge_selected(is_judged_by_case);
        self.judge_causes();
        self.judge_deciding_causes();
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
        let selection = self.selection;
        for (place, rule) in selection.rules() {
            if is_of_kind(rule) {
                self.judge(*place, rule, RuleRole::Selected);
            }
        }
    }

    fn judge(&mut self, place: usize, rule: &'static Rule, role: RuleRole) {
        let mut results = match rule.judge {
            Judge::Case(_) if self.is_switched_off(rule) => vec![switched_off(rule)],
            Judge::Case(judge) => judge(self.case),
            Judge::Facts(judge) => self.judge_facts(rule, judge),
            Judge::Verdicts(judge) => self.judge_acceptances(rule, judge),
        };
        stale::explain(self.case, rule, &mut results);
        let start = self.verdicts.len();
        let verdicts = results.into_iter();
        self.verdicts
            .extend(verdicts.map(|result| Verdict::new(rule, result, self.case)));
        if let Some(of_rule) = self.by_place.get_mut(place) {
            *of_rule = Some(self.judged.len());
        }
        self.judged.push(JudgedRule {
            rule,
            verdicts: start..self.verdicts.len(),
            role,
        });
    }

    /// Judges the facts' age. If its area was not selected, only findings are kept.
    fn judge_facts(&self, rule: &Rule, judge: fn(&Case<'_>) -> Vec<RuleResult>) -> Vec<RuleResult> {
        let mut results = judge(self.case);
        if !self.selection.names_area(rule.area) {
            results.retain(|result| result.outcome.kind() == OutcomeKind::Fail);
        }
        results
    }

    fn judge_acceptances(
        &self,
        rule: &Rule,
        judge: fn(&Case<'_>, &OtherResults<'_>) -> Vec<RuleResult>,
    ) -> Vec<RuleResult> {
        let judged: Vec<JudgedResult<'_>> = self
            .judged
            .iter()
            .filter(|other| other.is_selected() && is_judged_by_case(other.rule))
            .filter(|other| self.is_accepted(other.rule))
            .flat_map(|other| self.verdicts_of(other).iter().map(judged_result))
            .collect();
        let others = OtherResults {
            rules: &EVERY_RULE,
            results: &judged,
        };
        let mut results = judge(self.case, &others);
        if !self.selection.names_area(rule.area) {
            results.retain(|result| is_about_selected(result, self.case, self.selection));
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
            let missing: BTreeSet<usize> = self
                .verdicts
                .iter()
                .filter_map(|verdict| PLACES.get(verdict.because?).copied())
                .filter(|place| self.verdicts_at(*place).is_none())
                .collect();
            if missing.is_empty() {
                return;
            }
            for place in missing {
                if let Some(rule) = EVERY_RULE.get(place) {
                    self.judge(place, rule, RuleRole::Cause);
                }
            }
        }
    }

    /// Judges the causes that decide whether a judged symptom is real: the same facts have the same
    /// verdict, whatever was selected.
    fn judge_deciding_causes(&mut self) {
        let pairs = YIELDING_PLACES.iter();
        for pair in pairs.filter(|pair| pair.yielding.decides()) {
            let is_guessed = self.verdicts_at(pair.symptom).is_some();
            if is_guessed
                && self.verdicts_at(pair.cause).is_none()
                && let Some(rule) = EVERY_RULE.get(pair.cause)
            {
                self.judge(pair.cause, rule, RuleRole::Cause);
            }
        }
    }

    /// Returns the verdicts of a rule, or `None` if it was not judged.
    fn verdicts_by(&self, id: &str) -> Option<&[Verdict]> {
        self.verdicts_at(*PLACES.get(id)?)
    }

    fn verdicts_at(&self, place: usize) -> Option<&[Verdict]> {
        Some(self.verdicts_of(self.judged_at(place)?))
    }

    /// Returns the judged rule at a place in the report, or `None` if it was not judged.
    fn judged_at(&self, place: usize) -> Option<&JudgedRule> {
        self.judged.get((*self.by_place.get(place)?)?)
    }

    /// Makes symptoms yield to the rule that reports their cause.
    fn yield_to_causes(&mut self) {
        for pair in YIELDING_PLACES.iter() {
            let Some(symptoms) = self.verdicts_at(pair.symptom) else {
                continue;
            };
            let causes = self.verdicts_at(pair.cause).unwrap_or_default();
            let yielded: Vec<Option<Yielded>> = symptoms
                .iter()
                .map(|symptom| pair.yielding.apply(symptom, causes))
                .collect();
            let range = self.judged_at(pair.symptom);
            let range = range.map_or(0..0, |judged| judged.verdicts.clone());
            let verdicts = self.verdicts.get_mut(range).unwrap_or_default();
            for (verdict, change) in verdicts.iter_mut().zip(yielded) {
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
        let mut unfounded: Vec<(usize, String)> = Vec::new();
        for (at, verdict) in self.verdicts.iter().enumerate() {
            if let Some(id) = verdict.because
                && !self.has_cause(verdict, id, &mut Vec::new())
            {
                unfounded.push((at, self.without_cause(verdict, id)));
            }
        }
        for (at, message) in unfounded {
            if let Some(verdict) = self.verdicts.get_mut(at) {
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
                None => cause.is_decided_elsewhere,
            },
        });
        path.pop();
        is_cause
    }

    /// Returns whether a rule has nothing to judge because the farm takes no mail. The directory is
    /// judged all the same: contacts outlast the setting.
    fn is_switched_off(&self, rule: &Rule) -> bool {
        let is_disabled = self.case.farm.incoming.enabled == Some(false);
        is_disabled && rule.area != Area::Directory && rule.id != DISABLED
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
        let mut causes: Vec<usize> = Vec::new();
        for judged in self.judged.iter().filter(|judged| judged.is_selected()) {
            for verdict in self.verdicts_of(judged) {
                self.add_causes(verdict, &mut causes);
            }
        }
        for cause in causes {
            if let Some(verdict) = self.verdicts.get_mut(cause) {
                verdict.is_cause = true;
            }
        }
        let order: Vec<usize> = self.by_place.into_iter().flatten().collect();
        let is_in_order = order.iter().copied().eq(0..self.judged.len());
        if is_in_order && self.judged.iter().all(JudgedRule::is_selected) {
            return self.verdicts;
        }
        let mut all = Vec::with_capacity(self.verdicts.len());
        let mut verdicts: Vec<Option<Verdict>> = self.verdicts.into_iter().map(Some).collect();
        for judged in order.into_iter().filter_map(|at| self.judged.get(at)) {
            let of_rule = verdicts.get_mut(judged.verdicts.clone());
            let of_rule = of_rule.unwrap_or_default().iter_mut();
            all.extend(
                of_rule
                    .filter_map(Option::take)
                    .filter(|verdict| judged.is_selected() || verdict.is_cause),
            );
        }
        all
    }

    /// Adds the indexes of the verdicts that say why a verdict does not apply, if their rules were
    /// not selected.
    fn add_causes(&self, deferring: &Verdict, causes: &mut Vec<usize>) {
        let Some(place) = deferring.because.and_then(|id| PLACES.get(id).copied()) else {
            return;
        };
        let judged = self.judged_at(place);
        let Some(judged) = judged.filter(|judged| !judged.is_selected()) else {
            return;
        };
        let verdicts = self.verdicts_of(judged);
        for cause in about_same(verdicts, deferring) {
            let at = verdicts
                .iter()
                .position(|verdict| std::ptr::eq(verdict, cause));
            let at = at.map(|at| judged.verdicts.start + at);
            let Some(at) = at.filter(|at| !causes.contains(at)) else {
                continue;
            };
            match cause.outcome {
                OutcomeKind::Fail | OutcomeKind::Undecided => causes.push(at),
                OutcomeKind::NotApplicable => self.add_causes(cause, causes),
                OutcomeKind::Pass => {}
            }
        }
    }
}

/// How a verdict relates to a verdict that defers to its rule, the closest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    None,
    SameSetting,
    /// The one is about part of what the other is about.
    Overlap,
    SameSubject,
}

impl Relation {
    fn between(verdict: &Verdict, deferring: &Verdict) -> Self {
        match verdict.scope.likeness(&deferring.scope) {
            Likeness::Same => return Self::SameSubject,
            Likeness::Overlap => return Self::Overlap,
            Likeness::None => {}
        }
        match (&verdict.about, &deferring.about) {
            (Some(one), Some(two)) if one.setting == two.setting => Self::SameSetting,
            _ => Self::None,
        }
    }
}

/// Returns the verdicts of a rule that are about what a deferring one is about: those on its
/// subject, else those on a part of it, else those about its setting if one of them says more than
/// that nothing is wrong, else all.
fn about_same<'v>(
    verdicts: &'v [Verdict],
    deferring: &Verdict,
) -> impl Iterator<Item = &'v Verdict> {
    let relations: Vec<Relation> = verdicts
        .iter()
        .map(|verdict| Relation::between(verdict, deferring))
        .collect();
    let closest = relations.iter().zip(verdicts).map(|(relation, verdict)| {
        let says_nothing = verdict.outcome == OutcomeKind::Pass;
        match relation {
            Relation::SameSetting if says_nothing => Relation::None,
            relation => *relation,
        }
    });
    let closest = closest.max().unwrap_or(Relation::None);
    let same = verdicts.iter().zip(relations);
    same.filter(move |(_, relation)| *relation >= closest)
        .map(|(verdict, _)| verdict)
}

fn is_judged_by_case(rule: &Rule) -> bool {
    !matches!(rule.judge, Judge::Verdicts(_))
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
fn is_about_selected(result: &RuleResult, case: &Case<'_>, selection: &Selection) -> bool {
    let name = result.subject.scope.other.as_deref();
    let mut acceptances = case.farm.acceptances.iter();
    let accepted = acceptances.find(|acceptance| name == Some(&*acceptance.name()));
    let rule = accepted.and_then(|acceptance| find(acceptance.rule()));
    rule.is_some_and(|rule| selection.includes(rule))
}

/// Returns the result of a rule about a farm that takes no mail.
fn switched_off(rule: &Rule) -> RuleResult {
    let subject = rule.about.first().copied().unwrap_or("farm");
    RuleResult::new(
        subject,
        Outcome::because(DISABLED, "incoming e-mail is disabled"),
    )
}
