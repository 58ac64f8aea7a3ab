//! `--since`: a report against an earlier one. A finding is the same one when rule and subject are;
//! what it says of them may change.

use super::since::{BaselineItem, Identity, NotInRun, Since};
use super::{Report, Status};
use crate::error::Error;
use crate::rules::{OutcomeKind, Severity, Verdict};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the JSON report that this program reads.
const VERSION: u32 = 1;

/// An earlier report, of one farm or of a fleet.
#[derive(Debug)]
pub struct Baseline {
    /// What it is called on the command line.
    name: String,
    farms: Vec<EarlierFarm>,
    is_fleet: bool,
}

#[derive(Debug, Deserialize)]
struct EarlierFarm {
    farm: Option<String>,
    file: String,
    /// A file that could not be read had none.
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

impl EarlierFarm {
    /// What was open, of each rule and subject the verdict that said most.
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
    /// Whether somebody had to look at it, and how bad it was: an undecided one least.
    fn open(&self) -> Option<Option<Severity>> {
        match self.outcome.as_str() {
            "fail" if self.accepted.is_none() => Some(Some(severity_of(&self.severity))),
            "undecided" => Some(None),
            _ => None,
        }
    }
}

/// A word that no version has written hides nothing as the least severity: what is then found
/// counts as new.
fn severity_of(word: &str) -> Severity {
    let known = [Severity::Error, Severity::Warning, Severity::Note];
    known
        .into_iter()
        .find(|severity| severity.name() == word)
        .unwrap_or(Severity::Note)
}

impl Baseline {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// It is no such report, or of a newer version than this program knows.
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
        let no_report = |error: serde_json::Error| {
            Error::usage(format!("`{name}` is no report: {error}")).hint(
                "`spinmail validate --format json` and `spinmail verify --format json` write one",
            )
        };
        let head: Head = serde_json::from_str(text).map_err(no_report)?;
        if head.report > VERSION {
            let message = format!(
                "`{name}` is of report version {}, this spinmail knows {VERSION}",
                head.report
            );
            return Err(Error::usage(message).hint("compare it with a newer spinmail"));
        }
        let is_fleet = head.files.is_some();
        let farms = match is_fleet {
            true => {
                serde_json::from_str::<Fleet>(text)
                    .map_err(no_report)?
                    .files
            }
            false => vec![serde_json::from_str(text).map_err(no_report)?],
        };
        Ok(Self {
            name: name.to_owned(),
            farms,
            is_fleet,
        })
    }

    /// How a report stands to this earlier one. `alone` says that no other report is made.
    pub fn compare(&self, report: &Report, alone: bool) -> Since {
        let index = self.index_of(report, alone);
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
                Some(was) => {
                    let (now, message) =
                        (Some(Status::of(verdict).name()), verdict.message.clone());
                    since.stayed.push(BaselineItem {
                        now,
                        message,
                        ..of_then(was)
                    });
                }
            }
        }
        for (identity, was) in then {
            match now.get(&identity) {
                Some(verdict) if open_now(verdict).is_some() => {}
                Some(verdict) => {
                    let now = Status::of(verdict);
                    let because = (now == Status::NotApplicable).then(|| verdict.message.clone());
                    since.gone.push(BaselineItem {
                        now: Some(now.name()),
                        because,
                        ..of_then(was)
                    });
                }
                None if is_judged(report, &was.rule) => {
                    since.gone.push(BaselineItem {
                        now: Some("no longer there"),
                        ..of_then(was)
                    });
                }
                None => since.not_judged.push(of_then(was)),
            }
        }
        since
    }

    /// The farm that a report is about: of a fleet the one with its file, else the only one with
    /// its name.
    fn index_of(&self, report: &Report, alone: bool) -> Option<usize> {
        if alone && !self.is_fleet {
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
            let (place, _) = same.next()?;
            same.next().is_none().then_some(place)
        })
    }

    /// The farms with something open that are none of those places.
    pub fn not_in_run(&self, places: &BTreeSet<usize>) -> Vec<NotInRun<'_>> {
        let rest = self
            .farms
            .iter()
            .enumerate()
            .filter(|(place, _)| !places.contains(place));
        let not_in_run = rest.map(|(_, farm)| NotInRun {
            name: &farm.file,
            open: farm.open().len(),
        });
        not_in_run.filter(|farm| farm.open > 0).collect()
    }
}

/// Of each rule and subject the verdict that says most.
fn worst(report: &Report) -> BTreeMap<Identity, &Verdict> {
    let mut worst: BTreeMap<Identity, &Verdict> = BTreeMap::new();
    for verdict in report.verdicts() {
        let known = worst
            .entry((verdict.rule.id.to_owned(), verdict.subject.clone()))
            .or_insert(verdict);
        if open_now(verdict) > open_now(known) {
            *known = verdict;
        }
    }
    worst
}

fn open_now(verdict: &Verdict) -> Option<Option<Severity>> {
    match Status::of(verdict) {
        Status::Open(severity) => Some(Some(severity)),
        Status::Undecided => Some(None),
        _ => None,
    }
}

/// Whether a rule can tell that a subject has nothing any more: it ran, and left nothing undecided.
fn is_judged(report: &Report, rule: &str) -> bool {
    let mut outcomes = report
        .verdicts()
        .iter()
        .filter(|verdict| verdict.rule.id == rule)
        .map(|each| each.outcome)
        .peekable();
    outcomes.peek().is_some() && outcomes.all(|outcome| outcome != OutcomeKind::Undecided)
}

fn of_then(was: &EarlierVerdict) -> BaselineItem {
    let word = if was.outcome == "fail" {
        &was.severity
    } else {
        &was.outcome
    };
    BaselineItem {
        rule: was.rule.clone(),
        subject: was.subject.clone(),
        was: word.clone(),
        now: None,
        message: was.message.clone(),
        because: None,
    }
}
