//! What the judging commands share: selecting rules, the form of the report, its exit status.

use super::console::Console;
use super::gather;
use crate::error::Error;
use crate::report::{self, Body, Counts, Exit, FailOn, Format, Look, Report};
use crate::rules::{Area, Selection, Severity, all};
use clap::builder::EnumValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// Adds the options about rules and reports.
pub fn with_options(command: Command) -> Command {
    let rules = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("RULE,…").value_delimiter(',').action(ArgAction::Append).help(help)
    };
    command
        .arg(rules("only", "Judge only these rules: ids, or what ids begin with (dns, dns-mx)"))
        .arg(rules("skip", "Leave these rules out: ids, or what ids begin with"))
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("SEVERITY")
                .value_parser(["error", "warning", "note", "never"])
                .default_value("error")
                .help("The least severity that makes the exit status 1; never makes it 0 whatever is found"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(EnumValueParser::<Format>::new())
                .default_value("text")
                .help("The form of the report"),
        )
}

/// The rules that the options choose among those of some areas; an area named here must not come to nothing.
pub fn selection(matches: &ArgMatches, areas: &[Area]) -> Result<Selection, Error> {
    let words = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned().collect::<Vec<_>>();
    let selection = Selection::new(areas, &words("only"), &words("skip"))?.narrowed(gather::parts(matches));
    if all().any(|rule| selection.takes(rule)) {
        return Ok(selection);
    }
    let names = areas.iter().map(|area| area.name()).collect::<Vec<_>>().join(", ");
    Err(Error::usage("no rule is left to judge").hint(format!("of the areas {names}, the options leave none")))
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
        format: matches.get_one::<Format>("format").copied().unwrap_or(Format::Text),
        width: console.width(),
        verbose: console.is_verbose(),
        colour: console.has_colour(),
        several,
    }
}

/// A report as it is written, with what the end needs to know of it.
pub struct Written {
    text: String,
    counts: Counts,
    unreadable: bool,
    exit: Exit,
}

pub fn write(report: &Report, look: &Look, fail_on: FailOn, first: bool) -> Written {
    Written {
        text: report::one(report, look, first),
        counts: report.counts(),
        unreadable: !matches!(report.body, Body::Verdicts(_)),
        exit: report.exit(fail_on),
    }
}

/// Prints reports as they come, one after the other.
pub struct Printer<'a> {
    console: &'a Console,
    look: Look,
    files: usize,
    unreadable: usize,
    counts: Counts,
    exit: Exit,
}

impl<'a> Printer<'a> {
    pub fn new(console: &'a Console, look: Look) -> Self {
        console.data(report::opening(&look));
        Self { console, look, files: 0, unreadable: 0, counts: Counts::default(), exit: Exit::Clean }
    }

    pub fn print(&mut self, written: &Written) {
        self.console.data(&written.text);
        self.files += 1;
        self.unreadable += usize::from(written.unreadable);
        self.counts = self.counts.plus(written.counts);
        self.exit = self.exit.worse(written.exit);
    }

    /// Ends the output and gives the exit status of all.
    pub fn close(self) -> Exit {
        self.console.data(&report::closing(self.files, self.unreadable, &self.counts, &self.look));
        self.exit
    }
}
