//! What the judging commands share: selecting rules, the form of the report, its exit status.

use super::console::Console;
use super::output::{self, Output};
use super::{areas, files, recorded};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::Loaded;
use crate::fs::read_text_up_to;
use crate::report::{Baseline, Document, Exit, FailOn, Format, Look, Part, Report};
use crate::rules::{self, Area, Case, Selection, Severity, all};
use clap::builder::EnumValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

/// Larger than the report of ten thousand farms.
const LARGEST_BASELINE: u64 = 1 << 30;

/// Adds the options about rules and reports.
pub fn with_options(command: Command) -> Command {
    let rules = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("RULE,…")
            .value_delimiter(',')
            .action(ArgAction::Append)
            .help(help)
    };
    command
        .next_help_heading("Rules")
        .arg(rules(
            "only",
            "Judge only these rules: ids, or what ids begin with (dns, dns-mx)",
        ))
        .arg(rules(
            "skip",
            "Leave these rules out: ids, or what ids begin with",
        ))
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("SEVERITY")
                .value_parser(["error", "warning", "note", "never"])
                .default_value("error")
                .help(
                    "The least severity that makes the exit status 1; never makes it 0 whatever \
                     is found",
                ),
        )
        .next_help_heading("Report")
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(EnumValueParser::<Format>::new())
                .default_value("text")
                .help("The form of the report"),
        )
        .arg(output::argument())
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("REPORT")
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(PathBuf))
                .help(
                    "Compare with an earlier JSON report: only what is new is shown in full and \
                     counts for the exit status. New is what was not found then, or less severe, \
                     or undecided; the same is what has the same rule and subject",
                ),
        )
}

/// The earlier report that `--since` names.
///
/// # Errors
/// It cannot be read, is no report, or of a newer version.
pub fn baseline(matches: &ArgMatches) -> Result<Option<Baseline>, Error> {
    let Some(path) = matches.get_one::<PathBuf>("since") else {
        return Ok(None);
    };
    Baseline::from_json(
        &read_text_up_to(path, LARGEST_BASELINE)?,
        &path.to_string_lossy(),
    )
    .map(Some)
}

/// The files besides the farm's that are read for a report.
pub fn read_besides(matches: &ArgMatches) -> Vec<PathBuf> {
    let (facts, _) = recorded::files_and_words(matches, "facts", areas::is_area);
    matches
        .get_one::<PathBuf>("since")
        .cloned()
        .into_iter()
        .chain(recorded::paths(&facts))
        .collect()
}

/// The rules that the options choose among those of some areas; an area named here must not come to
/// nothing.
pub fn selection(matches: &ArgMatches, areas: &[Area]) -> Result<Selection, Error> {
    let words = |name: &str| {
        matches
            .get_many::<String>(name)
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
    };
    let selection =
        Selection::new(areas, &words("only"), &words("skip"))?.narrowed(areas::parts(matches));
    if all().any(|rule| selection.takes(rule)) {
        return Ok(selection);
    }
    let names = areas
        .iter()
        .map(|area| area.name())
        .collect::<Vec<_>>()
        .join(", ");
    Err(Error::usage("no rule is left to judge")
        .hint(format!("of the areas {names}, the options leave none")))
}

pub fn fail_on(matches: &ArgMatches) -> FailOn {
    match matches.get_one::<String>("fail-on").map(String::as_str) {
        Some("never") => FailOn::Never,
        Some("warning") => FailOn::At(Severity::Warning),
        Some("note") => FailOn::At(Severity::Note),
        _ => FailOn::At(Severity::Error),
    }
}

pub fn look(matches: &ArgMatches, console: &Console, several: bool) -> Look {
    Look {
        format: matches
            .get_one::<Format>("format")
            .copied()
            .unwrap_or(Format::Text),
        screen: output::screen(matches, console),
        verbose: console.is_verbose(),
        colour: console.has_colour(),
        several,
        now: files::now(),
    }
}

/// The verdicts on a farm by its facts; where it is the way of one message that is judged, with its
/// address.
pub fn report(
    loaded: Loaded,
    facts: Facts,
    selection: &Selection,
    address: Option<&str>,
) -> Report {
    let Loaded { path, document, .. } = loaded;
    let case = Case::new(&document, &facts, files::today()).for_mail_to(address);
    let verdicts = rules::judge(&case, selection);
    let mut report = Report::judged(path.to_string_lossy().into_owned(), document.farm, verdicts);
    report.seen = facts.gathered;
    report
}

/// A report as it is written, and the exit status by it.
pub struct Written {
    part: Part,
    exit: Exit,
}

/// Compares a report with the earlier one, where one was named, and writes it; its place among all
/// is counted from 0. `own` is how looking at the farm went.
pub fn write(
    mut report: Report,
    baseline: Option<&Baseline>,
    look: &Look,
    fail_on: FailOn,
    place: usize,
    own: Exit,
) -> Written {
    report.since = baseline.map(|baseline| baseline.compare(&report, !look.several));
    let exit = report.exit(fail_on).worse(own);
    Written {
        part: Part::new(&report, look, place, exit),
        exit,
    }
}

/// Prints reports as they come, one after the other.
pub struct Printer<'a> {
    output: Output<'a>,
    document: Document<'a>,
    exit: Exit,
}

impl<'a> Printer<'a> {
    /// # Errors
    /// The output cannot be written.
    pub fn new(
        mut output: Output<'a>,
        look: Look,
        baseline: Option<&'a Baseline>,
    ) -> Result<Self, Error> {
        let document = Document::new(look, baseline);
        output.write(&document.opening())?;
        Ok(Self {
            output,
            document,
            exit: Exit::Clean,
        })
    }

    /// # Errors
    /// The output cannot be written.
    pub fn print(&mut self, written: &Written) -> Result<(), Error> {
        self.exit = self.exit.worse(written.exit);
        self.output.write(&self.document.add(&written.part))
    }

    /// Ends the output and gives the exit status of all.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn close(self) -> Result<Exit, Error> {
        let Self {
            mut output,
            document,
            exit,
        } = self;
        output.write(&document.closing())?;
        output.finish()?;
        Ok(exit)
    }
}
