//! Converts reports to the types that are written as JSON.

use super::form::{
    JsonAbout, JsonAccepted, JsonBaselineItem, JsonBody, JsonCoverage, JsonError, JsonEvidence,
    JsonExit, JsonFarm, JsonLeftOut, JsonNotInRun, JsonOptions, JsonRemedy, JsonReport, JsonRun,
    JsonSince, JsonSource, JsonState, JsonVerdict, VERSION,
};
use crate::error::Error;
use crate::facts::{FactsSource, missing_in_version};
use crate::farm::FarmFileError;
use crate::report::since::BaselineItem;
use crate::report::{Body, Coverage, LeftOut, Report, RunEnd, RunInfo, Status, Summary};
use crate::rules::{Area, OutcomeKind, Verdict};

pub(crate) fn report<'a>(report: &'a Report, run: Option<JsonRun<'a>>) -> JsonReport<'a> {
    let body = match error(report) {
        Some(error) => JsonBody::WithoutVerdicts { error },
        None => JsonBody::Judged {
            verdicts: report.verdicts().iter().map(verdict).collect(),
        },
    };
    JsonReport {
        report: VERSION,
        farm: farm(report),
        body,
        counts: report.counts(),
        coverage: coverage(&report.coverage),
        since: since(report),
        run,
    }
}

pub(crate) fn farm(report: &Report) -> JsonFarm<'_> {
    JsonFarm {
        farm: report.farm.as_deref(),
        file: &report.file,
        state: match report.body {
            Body::Verdicts(_) => JsonState::Judged,
            Body::NotJudged(_) => JsonState::NotJudged,
            Body::Unreadable(_) | Body::Malformed { .. } => JsonState::Unreadable,
        },
    }
}

pub(crate) fn run<'a>(run: &'a RunInfo, end: &'a RunEnd, facts_age: Option<u64>) -> JsonRun<'a> {
    let options = &run.options;
    JsonRun {
        version: run.version,
        target: run.target,
        time: &run.now.text,
        facts_age,
        options: JsonOptions {
            areas: &options.areas,
            only: &options.only,
            skip: &options.skip,
            fail_on: options.fail_on.name(),
            max_age: options.max_age.as_deref(),
            require: &options.require,
            since: options.since.as_deref(),
        },
        exit: JsonExit {
            status: end.exit.code(),
            reason: &end.reason,
        },
    }
}

pub(crate) fn coverage(coverage: &Coverage) -> JsonCoverage<'_> {
    JsonCoverage {
        judged: names(&coverage.judged),
        in_part: names(&coverage.in_part),
        left_out: coverage.left_out.iter().map(left_out).collect(),
        unused: names(&coverage.unused),
        facts: coverage.sources.iter().map(source).collect(),
        servers_without_facts: &coverage.servers_without_facts,
        unmatched_names: coverage.unmatched_names(),
    }
}

fn names(areas: &[Area]) -> Vec<&'static str> {
    areas.iter().map(|area| area.name()).collect()
}

fn left_out(left_out: &LeftOut) -> JsonLeftOut<'_> {
    JsonLeftOut {
        area: left_out.area.name(),
        reason: left_out.reason.name(),
        why: &left_out.why,
        how: left_out.how(),
        required: left_out.is_required,
    }
}

fn source(source: &FactsSource) -> JsonSource<'_> {
    JsonSource {
        file: source.file.as_deref(),
        server: source.server.as_deref(),
        gathered: source.gathered.as_deref(),
        version: source.version,
        areas: &source.areas,
        missing: missing_in_version(source.version),
    }
}

pub(crate) fn not_in_run<'a>(all: &Summary<'a>) -> Vec<JsonNotInRun<'a>> {
    let farms = all.not_in_run.iter();
    farms
        .map(|farm| JsonNotInRun {
            file: farm.name,
            open: farm.open,
        })
        .collect()
}

/// Returns the comparison with the earlier report, or `None` if none was named.
pub(crate) fn since(report: &Report) -> Option<JsonSince<'_>> {
    let since = report.since.as_ref()?;
    Some(JsonSince {
        file: &since.report,
        known: since.is_known,
        new: report.needing_attention().map(new_item).collect(),
        stayed: baseline_items(&since.stayed),
        gone: baseline_items(&since.gone),
        not_judged: baseline_items(&since.not_judged),
    })
}

fn new_item(verdict: &Verdict) -> JsonBaselineItem<'_> {
    JsonBaselineItem {
        rule: verdict.rule.id,
        subject: &verdict.subject,
        was: None,
        now: Some(Status::of(verdict).name().to_owned()),
        message: &verdict.message,
    }
}

fn baseline_items(items: &[BaselineItem]) -> Vec<JsonBaselineItem<'_>> {
    items.iter().map(baseline_item).collect()
}

fn baseline_item(item: &BaselineItem) -> JsonBaselineItem<'_> {
    let now = item.now.map(|words| words.replace(' ', "-"));
    JsonBaselineItem {
        rule: &item.rule,
        subject: &item.subject,
        was: Some(&item.was),
        now,
        message: &item.message,
    }
}

/// Returns why a report has no verdicts, or `None` if it has some.
pub(crate) fn error(report: &Report) -> Option<JsonError<'_>> {
    match &report.body {
        Body::Verdicts(_) => None,
        Body::NotJudged(why) => Some(file_error(&why.error)),
        Body::Unreadable(error) => Some(file_error(error)),
        Body::Malformed { mistakes, .. } => {
            let mut errors = mistakes.iter().map(mistake);
            let first = errors.next();
            first.map(|first| JsonError {
                more: errors.collect(),
                ..first
            })
        }
    }
}

fn file_error(error: &Error) -> JsonError<'_> {
    JsonError {
        message: &error.message,
        line: None,
        column: None,
        expected: None,
        hints: &error.hints,
        more: Vec::new(),
    }
}

fn mistake(mistake: &FarmFileError) -> JsonError<'_> {
    JsonError {
        message: &mistake.message,
        line: Some(mistake.line),
        column: Some(mistake.column),
        expected: mistake.expected.as_deref(),
        hints: &mistake.hints,
        more: Vec::new(),
    }
}

pub(crate) fn verdict(verdict: &Verdict) -> JsonVerdict<'_> {
    debug_assert_eq!(
        verdict.remedy.is_some(),
        verdict.outcome == OutcomeKind::Fail
    );
    let evidence = verdict.evidence.iter().map(|evidence| JsonEvidence {
        asked: &evidence.asked,
        expected: &evidence.expected,
        observed: &evidence.observed,
    });
    JsonVerdict {
        rule: verdict.rule.id,
        area: verdict.rule.area.name(),
        severity: verdict.severity.name(),
        outcome: verdict.outcome.name(),
        subject: &verdict.subject,
        message: &verdict.message,
        evidence: evidence.collect(),
        remedy: verdict.remedy.as_ref().map(|remedy| JsonRemedy {
            text: &remedy.text,
            hand: remedy.role.to_string(),
            actions: &remedy.actions,
        }),
        about: verdict.about.as_ref().map(|about| JsonAbout {
            setting: &about.setting,
            line: about.line,
        }),
        because: verdict.because,
        cause: verdict.is_cause,
        accepted: verdict.accepted.as_ref().map(|accepted| JsonAccepted {
            reason: &accepted.reason,
            until: accepted.until.map(|until| until.to_string()),
        }),
    }
}
