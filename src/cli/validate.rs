//! `validate`: the farm file alone, or a whole fleet of them.

use super::console::Console;
use super::output::Output;
use super::targets::{self, Target};
use super::{files, judging};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::values::Date;
use crate::report::{Body, Exit, Report};
use crate::rules::{self, Area, Case, Selection};
use clap::{Arg, ArgMatches, Command, ValueHint};
use rayon::prelude::*;
use std::path::PathBuf;

/// Files judged before their reports are printed: keeps memory flat and all processors busy.
const BATCH: usize = 256;

pub fn command() -> Command {
    let command = Command::new("validate")
        .about("Check farm files alone, without looking at anything outside")
        .after_help(
            "Examples:\n  spinmail validate\n  spinmail validate farms/ --fail-on warning\n  \
             spinmail validate --only page-container --format json farm.toml\n  \
             spinmail validate farms/ --format junit --out report.xml",
        )
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .num_args(0..)
                .value_hint(ValueHint::AnyPath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("Farm files, and folders, which mean their *.toml; else the farm file"),
        );
    judging::with_options(command)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let named: Vec<PathBuf> = matches
        .get_many::<PathBuf>("files")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let meant = files::chosen(matches).0;
    let named_by_nobody = named.is_empty();
    let named = if named_by_nobody {
        vec![meant.clone()]
    } else {
        named
    };
    let selection = judging::selection(matches, &[Area::Page, Area::Farm])?;
    let (fail_on, today) = (judging::fail_on(matches), files::today());
    let several = named.len() > 1 || named.iter().any(|path| path.is_dir());
    let look = judging::look(matches, console, several);
    let targets = targets::expand(&named, "toml");
    let besides = judging::read_besides(matches);
    let read = targets.iter().map(|(path, _)| path).chain(&besides);
    let baseline = judging::baseline(matches)?;
    let output = Output::begin(matches, console, read.map(PathBuf::as_path))?;
    let mut printer = judging::Printer::new(output, look.clone(), baseline.as_ref())?;
    for (number, batch) in targets.chunks(BATCH).enumerate() {
        let written: Vec<_> = batch
            .par_iter()
            .enumerate()
            .map(|(at, target)| {
                let mut report = judge(target, &selection, today);
                if let (Body::Unreadable(error), true) = (&mut report.body, named_by_nobody) {
                    *error = files::hinted(error.clone(), &meant);
                }
                judging::write(
                    report,
                    baseline.as_ref(),
                    &look,
                    fail_on,
                    number * BATCH + at,
                    Exit::Clean,
                )
            })
            .collect();
        written
            .into_iter()
            .try_for_each(|report| printer.print(report))?;
    }
    printer.close()
}

fn judge(target: &Target, selection: &Selection, today: Date) -> Report {
    let file = target.0.to_string_lossy().into_owned();
    match targets::load(target) {
        Ok(loaded) => {
            let verdicts = rules::judge(
                &Case::new(&loaded.document, &Facts::default(), today),
                selection,
            );
            Report::judged(file, loaded.document.farm, verdicts)
        }
        Err(body) => Report::unreadable(file, body),
    }
}
