//! `schema`: the contracts of the files, for programs.

use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;
use crate::{facts, farm, report};

#[derive(Debug, clap::Args)]
#[command(
    about = "Print the JSON Schema (draft 2020-12) of a file: facts, farm or report",
    after_help = "Examples:\n  spinmail schema facts\n  spinmail schema report > report.schema.json"
)]
pub(crate) struct SchemaArgs {
    /// Which file
    #[arg(value_name = "SCHEMA")]
    schema: Schema,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Schema {
    /// The facts file: what `gather` writes and `--facts` reads
    Facts,
    /// The farm file, as JSON has it
    Farm,
    /// The report: what `validate` and `verify` print with `--format json`
    Report,
}

pub(crate) fn run(args: &SchemaArgs, console: &Console) -> Result<Exit, Error> {
    let schema = match args.schema {
        Schema::Facts => facts::schema::schema(),
        Schema::Farm => farm::schema::schema(),
        Schema::Report => report::schema::schema(),
    };
    console.write_stdout(&format!("{schema:#}\n"));
    Ok(Exit::Clean)
}
