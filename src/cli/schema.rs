//! `schema`: the contracts of the files, for programs.

use super::console::Console;
use crate::error::Error;
use crate::report::Exit;
use crate::{facts, farm, report};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

/// A file's name on the command line, what it is, and its schema.
type Row = (&'static str, &'static str, fn() -> Value);

const SCHEMAS: [Row; 3] = [
    (
        "facts",
        "The facts file: what `gather` writes and `--facts` reads",
        facts::schema::schema,
    ),
    (
        "farm",
        "The farm file, as JSON has it",
        farm::schema::schema,
    ),
    (
        "report",
        "The report: what `validate` and `verify` print with `--format json`",
        report::schema::schema,
    ),
];

pub fn command() -> Command {
    let names = SCHEMAS.map(|(name, about, _)| PossibleValue::new(name).help(about));
    Command::new("schema")
        .about("Print the JSON Schema (draft 2020-12) of a file: facts, farm or report")
        .after_help(
            "Examples:\n  spinmail schema facts\n  spinmail schema report > report.schema.json",
        )
        .arg(
            Arg::new("schema")
                .value_name("SCHEMA")
                .required(true)
                .value_parser(PossibleValuesParser::new(names))
                .help("Which file"),
        )
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let name = matches
        .get_one::<String>("schema")
        .map_or("", String::as_str);
    match SCHEMAS.iter().find(|(row, ..)| *row == name) {
        Some((.., schema)) => {
            console.data(&format!("{:#}\n", schema()));
            Ok(Exit::Clean)
        }
        None => Err(Error::usage(format!("there is no schema of `{name}`"))),
    }
}
