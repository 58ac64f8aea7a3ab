//! `schema`: the JSON Schemas of the files, for programs.

use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;
use crate::{facts, farm, report};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the JSON Schema (draft 2020-12) of a file: facts, farm, report or trace",
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
    /// The farm file, in its JSON form
    Farm,
    /// The report: what `validate` and `verify` print with `--format json`
    Report,
    /// What `trace` prints with `--format json`
    Trace,
}

pub(crate) fn run(args: &SchemaArgs, console: &Console) -> Result<Exit, Error> {
    match args.schema {
        Schema::Facts => console.write_stdout(facts::schema::SCHEMA),
        Schema::Farm => console.write_stdout(&format!("{:#}\n", farm::schema::schema())),
        Schema::Report => console.write_stdout(report::schema::SCHEMA),
        Schema::Trace => console.write_stdout(report::schema::TRACE_SCHEMA),
    }
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::path::Path;

    /// Compares a committed schema with the types, or writes it if `SPINMAIL_UPDATE` is set.
    #[track_caller]
    fn assert_current(name: &str, committed: &str, generated: &Value) {
        let text = format!("{generated:#}\n");
        if std::env::var_os("SPINMAIL_UPDATE").is_some() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
            std::fs::write(path.join(name), text).expect("a schema is written");
            return;
        }
        assert!(
            committed == text,
            "schemas/{name} is not current; write it with \
             SPINMAIL_UPDATE=1 cargo test --lib schemas"
        );
    }

    #[test]
    fn committed_schemas_are_current() {
        assert_current(
            "facts.json",
            facts::schema::SCHEMA,
            &facts::schema::schema(),
        );
        assert_current(
            "report.json",
            report::schema::SCHEMA,
            &report::schema::schema(),
        );
        assert_current(
            "trace.json",
            report::schema::TRACE_SCHEMA,
            &report::schema::trace_schema(),
        );
    }
}
