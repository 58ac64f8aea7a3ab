//! `--since`: an earlier report, and its comparison with a report. Two findings are the same if
//! their rule and subject are; the message may differ.

use super::since::{BaselineItem, Identity, NotInRun, Since};
use super::{RenderOptions, Report, Status};
use crate::error::Error;
use crate::rules::{OutcomeKind, Severity, Verdict};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::{BTreeMap, BTreeSet};

/// The newest version of the JSON report that this program reads. Version 2 only adds keys.
const VERSION: u32 = 2;

/// An earlier report, of one farm or of a fleet.
#[derive(Debug)]
pub struct Baseline {
    /// Its name on the command line.
    name: String,
    farms: Vec<EarlierFarm>,
    is_fleet: bool,
}

#[derive(Debug, Deserialize)]
struct EarlierFarm {
    farm: Option<String>,
    file: String,
    /// Missing if the file could not be read.
    #[serde(default)]
    verdicts: Vec<EarlierVerdict>,
}

#[derive(Debug, Deserialize)]
struct EarlierVerdict {
    rule: String,
    severity: String,
    outcome: String,
    subject: String,
    message: String,
    accepted: Option<IgnoredAny>,
}

/// The urgency of a verdict that needs attention, the least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Undecided,
    Finding(Severity),
}

impl EarlierFarm {
    /// Returns the open verdicts: for each rule and subject the most urgent one.
    fn open(&self) -> BTreeMap<Identity, &EarlierVerdict> {
        let mut open: BTreeMap<Identity, &EarlierVerdict> = BTreeMap::new();
        for verdict in self
            .verdicts
            .iter()
            .filter(|verdict| verdict.open().is_some())
        {
            let known = open
                .entry((verdict.rule.clone(), verdict.subject.clone()))
                .or_insert(verdict);
            if verdict.open() > known.open() {
                *known = verdict;
            }
        }
        open
    }
}

impl EarlierVerdict {
    /// Returns its urgency, or `None` if it needed no attention.
    fn open(&self) -> Option<Urgency> {
        match self.outcome.as_str() {
            "fail" if self.accepted.is_none() => {
                Some(Urgency::Finding(severity_from_name(&self.severity)))
            }
            "undecided" => Some(Urgency::Undecided),
            _ => None,
        }
    }

    /// Returns the verdict in its earlier form.
    fn item(&self) -> BaselineItem {
        let word = if self.outcome == "fail" {
            &self.severity
        } else {
            &self.outcome
        };
        BaselineItem {
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            was: word.clone(),
            now: None,
            message: self.message.clone(),
            because: None,
        }
    }
}

/// Returns the severity with this name. An unknown name counts as the least severe, so that it
/// hides no present finding.
fn severity_from_name(word: &str) -> Severity {
    let known = [Severity::Error, Severity::Warning, Severity::Note];
    known
        .into_iter()
        .find(|severity| severity.name() == word)
        .unwrap_or(Severity::Note)
}

/// Parses a part of a JSON report.
fn parse<T: DeserializeOwned>(text: &str, name: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::usage(format!("`{name}` is not a report: {error}"))
            .hint("`spinmail validate --format json` and `spinmail verify --format json` write one")
    })
}

impl Baseline {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// It is not a JSON report, or of a newer version than this program knows.
    pub fn from_json(text: &str, name: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            report: u32,
            files: Option<IgnoredAny>,
        }
        #[derive(Deserialize)]
        struct Fleet {
            files: Vec<EarlierFarm>,
        }
        let head: Head = parse(text, name)?;
        if head.report > VERSION {
            let message = format!(
                "`{name}` has report version {}; this spinmail reads {VERSION}",
                head.report
            );
            return Err(Error::usage(message).hint("compare it with a newer spinmail"));
        }
        let is_fleet = head.files.is_some();
        let farms = if is_fleet {
            parse::<Fleet>(text, name)?.files
        } else {
            vec![parse(text, name)?]
        };
        Ok(Self {
            name: name.to_owned(),
            farms,
            is_fleet,
        })
    }

    /// Compares a report with this earlier one.
    pub fn compare(&self, report: &Report, options: &RenderOptions) -> Since {
        let index = self.index_of(report, options);
        let mut since = Since {
            report: self.name.clone(),
            is_known: index.is_some(),
            index,
            ..Since::default()
        };
        let then = index
            .and_then(|index| self.farms.get(index))
            .map(EarlierFarm::open)
            .unwrap_or_default();
        let now = worst(report);
        for (identity, verdict) in &now {
            let Some(open) = open_now(verdict) else {
                continue;
            };
            match then.get(identity).filter(|was| was.open() >= Some(open)) {
                None => {
                    since.new.insert(identity.clone());
                }
                Some(was) => since.stayed.push(BaselineItem {
                    now: Some(Status::of(verdict).name()),
                    message: verdict.message.to_string(),
                    ..was.item()
                }),
            }
        }
        for (identity, was) in then {
            match now.get(&identity) {
                Some(verdict) if open_now(verdict).is_some() => {}
                Some(verdict) => {
                    let status = Status::of(verdict);
                    let because =
                        (status == Status::NotApplicable).then(|| verdict.message.to_string());
                    since.gone.push(BaselineItem {
                        now: Some(status.name()),
                        because,
                        ..was.item()
                    });
                }
                None if is_judged(report, &was.rule) => {
                    since.gone.push(BaselineItem {
                        now: Some("no longer there"),
                        ..was.item()
                    });
                }
                None => since.not_judged.push(was.item()),
            }
        }
        since
    }

    /// Returns the index of the farm that a report is about: in a fleet the one with its file, or
    /// else the only one with its name.
    fn index_of(&self, report: &Report, options: &RenderOptions) -> Option<usize> {
        if !options.several && !self.is_fleet {
            let theirs = self.farms.first()?.farm.as_deref();
            let are_others = theirs
                .zip(report.farm.as_deref())
                .is_some_and(|(theirs, ours)| theirs != ours);
            return (!are_others).then_some(0);
        }
        let by_file = self.farms.iter().position(|farm| farm.file == report.file);
        by_file.or_else(|| {
            let name = report.farm.as_deref()?;
            let mut same = self
                .farms
                .iter()
                .enumerate()
                .filter(|(_, farm)| farm.farm.as_deref() == Some(name));
            let (index, _) = same.next()?;
            same.next().is_none().then_some(index)
        })
    }

    /// Returns the farms with open verdicts, except those with these indices.
    pub fn not_in_run(&self, in_run: &BTreeSet<usize>) -> Vec<NotInRun<'_>> {
        self.farms
            .iter()
            .enumerate()
            .filter(|(index, _)| !in_run.contains(index))
            .map(|(_, farm)| NotInRun {
                name: &farm.file,
                open: farm.open().len(),
            })
            .filter(|farm| farm.open > 0)
            .collect()
    }
}

/// Returns the most urgent verdict of each rule and subject.
fn worst(report: &Report) -> BTreeMap<Identity, &Verdict> {
    let mut worst: BTreeMap<Identity, &Verdict> = BTreeMap::new();
    for verdict in report.verdicts() {
        let known = worst
            .entry((verdict.rule.id.to_owned(), verdict.subject.to_string()))
            .or_insert(verdict);
        if open_now(verdict) > open_now(known) {
            *known = verdict;
        }
    }
    worst
}

/// Returns the urgency of a verdict, or `None` if it needs no attention.
fn open_now(verdict: &Verdict) -> Option<Urgency> {
    match Status::of(verdict) {
        Status::Open(severity) => Some(Urgency::Finding(severity)),
        Status::Undecided => Some(Urgency::Undecided),
        _ => None,
    }
}

/// Returns whether a rule has no finding about a subject any more: the rule ran, and left nothing
/// undecided.
fn is_judged(report: &Report, rule: &str) -> bool {
    let mut outcomes = report
        .verdicts()
        .iter()
        .filter(|verdict| verdict.rule.id == rule)
        .map(|each| each.outcome)
        .peekable();
    outcomes.peek().is_some() && outcomes.all(|outcome| outcome != OutcomeKind::Undecided)
}
