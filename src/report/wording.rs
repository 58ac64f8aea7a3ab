//! Sentences that several formats share.

use super::coverage::age_in_seconds;
use super::since::Since;
use super::writer::Summary;
use super::{Counts, Coverage, LeftOut, LeftOutReason, Report, RunInfo, Status};
use crate::facts::{FactsSource, missing_in_version};
use crate::remedy;
use crate::rules::{Area, Verdict};
use crate::text::clipped;

/// Returns a verdict in one sentence. Only a finding's message names its subject.
pub(super) fn sentence(verdict: &Verdict) -> String {
    match Status::of(verdict) {
        Status::Open(_) | Status::Accepted => clipped(&verdict.message).into_owned(),
        _ => format!("{}: {}", verdict.subject, clipped(&verdict.message)),
    }
}

/// Returns "since `old.json`: 1 new, 2 stayed".
pub(super) fn since_summary(since: &Since) -> String {
    if !since.is_known {
        return format!(
            "since `{}`: it printed nothing of this farm, so everything is new",
            since.report
        );
    }
    let counts = [
        (since.new.len(), "new"),
        (since.stayed.len(), "stayed"),
        (since.gone.len(), "gone"),
        (since.not_judged.len(), "not judged now"),
    ];
    let said: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let said = if said.is_empty() {
        "nothing new, nothing gone".to_owned()
    } else {
        said.join(", ")
    };
    format!("since `{}`: {said}", since.report)
}

/// Returns "2 errors, 1 warning; 12 passed, 3 not applicable".
pub(super) fn summary(counts: &Counts) -> String {
    with_rest(found(counts, None), counts)
}

/// Returns "1 error in page, dns (checked in part); 12 passed; not looked at: iis, folder".
pub(super) fn report_summary(report: &Report) -> String {
    let counts = report.counts();
    let coverage = &report.coverage;
    let places = places(coverage, "checked in part");
    let said = with_rest(found(&counts, Some(&places)), &counts);
    let left_out = names(coverage.left_out.iter().map(|each| each.area));
    match left_out.is_empty() {
        true => said,
        false => format!("{said}; not looked at: {left_out}"),
    }
}

/// Returns "checked: page, farm, dns (in part); not checked: iis, folder".
pub(super) fn reach(coverage: &Coverage) -> String {
    let judged = judged_areas(coverage);
    let left_out = names(coverage.left_out.iter().map(|each| each.area));
    match left_out.is_empty() {
        true => format!("judged: {judged}"),
        false => format!("judged: {judged}; not looked at: {left_out}"),
    }
}

/// Returns the checked areas in words, even if there are none.
pub(super) fn judged_areas(coverage: &Coverage) -> String {
    match coverage.judged.is_empty() {
        true => "nothing".to_owned(),
        false => places(coverage, "in part"),
    }
}

/// Returns the checked areas, with the partly checked ones marked by some words.
fn places(coverage: &Coverage, mark: &str) -> String {
    let judged = coverage.judged.iter().map(|area| {
        let part = if coverage.in_part.contains(area) {
            format!(" ({mark})")
        } else {
            String::new()
        };
        format!("{}{part}", area.name())
    });
    judged.collect::<Vec<_>>().join(", ")
}

/// Returns the names of areas.
pub(super) fn names(areas: impl IntoIterator<Item = Area>) -> String {
    let names: Vec<&str> = areas.into_iter().map(Area::name).collect();
    names.join(", ")
}

/// Returns the findings in words, and their areas if known.
fn found(counts: &Counts, places: Option<&str>) -> String {
    let found = join(&[
        (counts.error, "error", "errors"),
        (counts.warning, "warning", "warnings"),
        (counts.note, "note", "notes"),
        (counts.undecided, "undecided", "undecided"),
    ]);
    let place = places
        .filter(|places| !places.is_empty())
        .map(|places| format!(" in {places}"))
        .unwrap_or_default();
    match (found.is_empty(), places) {
        (false, _) => format!("{found}{place}"),
        (true, Some("")) => "nothing was judged".to_owned(),
        (true, _) if counts.pass + counts.accepted == 0 && counts.not_applicable > 0 => {
            format!("nothing applies{place}")
        }
        (true, _) => format!("nothing found{place}"),
    }
}

/// Adds the number of verdicts that need no attention.
fn with_rest(found: String, counts: &Counts) -> String {
    let rest = join(&[
        (counts.pass, "passed", "passed"),
        (counts.not_applicable, "not applicable", "not applicable"),
        (counts.accepted, "accepted", "accepted"),
    ]);
    if rest.is_empty() {
        found
    } else {
        format!("{found}; {rest}")
    }
}

/// Returns the details of the coverage: why areas were not checked, the facts, and the servers
/// without facts. The sentences are not escaped yet.
pub(super) fn coverage_lines(report: &Report, run: &RunInfo) -> Vec<String> {
    let coverage = &report.coverage;
    let mut lines = left_out_lines(coverage);
    lines.extend(facts_lines(coverage, run));
    lines
}

/// Returns the same, with one sentence for all areas without facts.
pub(super) fn brief_coverage_lines(report: &Report, run: &RunInfo) -> Vec<String> {
    let coverage = &report.coverage;
    let is_lacking = |each: &&LeftOut| each.reason == LeftOutReason::NoFacts && !each.is_required;
    let lacking: Vec<&str> = coverage
        .left_out
        .iter()
        .filter(is_lacking)
        .map(|each| each.area.name())
        .collect();
    if lacking.len() < 2 {
        return coverage_lines(report, run);
    }
    let others = coverage.left_out.iter().filter(|each| !is_lacking(each));
    let mut lines: Vec<String> = others
        .filter(|each| each.is_told())
        .map(left_out_line)
        .collect();
    lines.push(format!(
        "{} were not looked at: the facts contain nothing about them; `{}` asks them",
        lacking.join(", "),
        remedy::spinmail_list("gather {AREA}", &lacking)
    ));
    lines.extend(facts_lines(coverage, run));
    lines
}

/// Returns a sentence for each area with a reason that is shown.
fn left_out_lines(coverage: &Coverage) -> Vec<String> {
    let told = coverage.left_out.iter().filter(|each| each.is_told());
    told.map(left_out_line).collect()
}

/// Returns why an area was not checked.
fn left_out_line(left_out: &LeftOut) -> String {
    let required = match left_out.is_required {
        true => " (required)",
        false => "",
    };
    let area = left_out.area.name();
    format!(
        "{area} was not looked at{required}: {}",
        left_out.sentence()
    )
}

/// Returns a sentence for each file of facts, and one for the missing servers.
pub(super) fn facts_lines(coverage: &Coverage, run: &RunInfo) -> Vec<String> {
    let sources = coverage.sources.iter();
    let mut lines: Vec<String> = sources.map(|source| facts_line(source, run)).collect();
    lines.extend(servers_line(coverage));
    lines
}

/// Returns the same for one farm of a fleet; nothing if it was just probed.
pub(super) fn recorded_facts_lines(coverage: &Coverage, run: &RunInfo) -> Vec<String> {
    match coverage.is_recorded() {
        true => facts_lines(coverage, run),
        false => Vec::new(),
    }
}

/// Returns which servers are missing in the facts, and which names in them match no server, or
/// `None`.
pub(super) fn servers_line(coverage: &Coverage) -> Option<String> {
    let lines = [
        (
            "the facts contain nothing about these servers",
            &coverage.servers_without_facts,
        ),
        (
            "these names in the facts match none or several of the recorded servers, and are \
             ignored",
            &coverage.unmatched_names,
        ),
    ];
    let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
    let lines: Vec<String> = lines
        .map(|(what, names)| format!("{what}: {}", names.join(", ")))
        .collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// Returns "facts: `facts.json` of sp1.fabrikam.com gathered 2026-11-20T08:00:00Z, 10 days ago".
pub(super) fn facts_line(source: &FactsSource, run: &RunInfo) -> String {
    let mut line = match &source.file {
        Some(file) => format!("facts: `{file}`"),
        None => "facts".to_owned(),
    };
    if let Some(server) = &source.server {
        line.push_str(&format!(" of {server}"));
    }
    let gathered = match (&source.gathered, age_in_seconds(source, &run.now)) {
        (Some(time), Some(age)) => format!(" gathered {time}, {} ago", ago(age)),
        (Some(time), None) => match source.lead(&run.now.text) {
            Some(lead) => format!(
                " gathered {time}, dated {} in the future: check the clock",
                ago(lead.as_secs())
            ),
            None => format!(" gathered {time}"),
        },
        (None, _) => " gathered at an unknown time".to_owned(),
    };
    line.push_str(&gathered);
    let missing = missing_in_version(source.version);
    if !missing.is_empty() {
        let version = source.version;
        let missing = missing.join(", ");
        line.push_str(&format!(
            "; a version {version} file cannot contain {missing}"
        ));
    }
    line
}

/// Returns an age in its largest unit.
pub(super) fn ago(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86400, "day"), (3600, "hour"), (60, "minute")];
    let largest = UNITS
        .iter()
        .map(|(length, unit)| (seconds / length, *unit))
        .find(|(count, _)| *count > 0);
    let (count, unit) = largest.unwrap_or((seconds, "second"));
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// Returns the counts that are not zero, in words.
fn join(counts: &[(usize, &str, &str)]) -> String {
    let said: Vec<String> = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    said.join(", ")
}

/// Returns "3 files (1 unreadable): 2 errors; 12 passed".
pub(super) fn fleet_summary(all: &Summary<'_>) -> String {
    let unjudged: Vec<String> = [
        (all.unreadable, "unreadable"),
        (all.not_judged, "not judged"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let unjudged = match unjudged.is_empty() {
        true => String::new(),
        false => format!(" ({})", unjudged.join(", ")),
    };
    let files = if all.files == 1 {
        "1 file".to_owned()
    } else {
        format!("{} files", all.files)
    };
    let judged = all.files - all.unreadable - all.not_judged;
    if judged == 0 {
        return format!("{files}{unjudged}");
    }
    let said = format!("{files}{unjudged}: {}", summary(&all.counts));
    let left_out = all.left_out.iter().map(|(area, count)| {
        let farms = if *count == judged {
            String::new()
        } else {
            format!(" ({count} of {judged})")
        };
        format!("{}{farms}", area.name())
    });
    let left_out: Vec<String> = left_out.collect();
    match left_out.is_empty() {
        true => said,
        false => format!("{said}; not looked at: {}", left_out.join(", ")),
    }
}
