//! `validate`: the farm file alone, or a whole fleet of them.

use crate::cli::args::{FarmFileArgs, ReportArgs, RulesArgs, with_hint};
use crate::cli::clock;
use crate::cli::console::Console;
use crate::cli::coverage::{Origin, Scope};
use crate::cli::in_order::for_each_in_order;
use crate::cli::output::Output;
use crate::cli::paths::{Target, expand, load_farm, means_several};
use crate::cli::report_writer::{ReportContext, ReportWriter};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::values::Date;
use crate::report::{Body, Exit, Report};
use crate::rules::{self, Area, Case, Selection};
use clap::ValueHint;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Check farm files by themselves, without asking anything outside",
    after_help = "Examples:\n  spinmail validate\n  spinmail validate farms/ --fail-on warning\n  \
                  spinmail validate --only page-container --format json farm.toml\n  spinmail \
                  validate farms/ --format junit --out report.xml"
)]
pub(crate) struct ValidateArgs {
    /// Farm files, and folders, which mean their *.toml [default: the farm file]
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &ValidateArgs, console: &Console) -> Result<Exit, Error> {
    let run = args.rules.run_options(&[]);
    let validation = Validation {
        selection: args
            .rules
            .filter(&[])
            .selection(&[Area::Page, Area::Farm])?,
        required: args.rules.required(),
        today: clock::today(),
        context: ReportContext {
            options: if args.has_several() {
                args.report.fleet_options(console, run)
            } else {
                args.report.options(console, run)
            },
            baseline: args.report.baseline()?,
        },
        is_default: args.files.is_empty(),
    };
    let targets = match args.files.as_slice() {
        [] => vec![(args.farm_file.input(), None)],
        named => expand(named, "toml"),
    };
    let output = Output::begin(args.report.out.path(), console)?;
    let mut writer = ReportWriter::begin(output, &validation.context)?;
    for_each_in_order(
        &targets,
        |target| validation.judge(target),
        |report| writer.write(&report),
    )?;
    writer.finish(Exit::Clean)
}

impl ValidateArgs {
    fn has_several(&self) -> bool {
        self.files.len() > 1 || self.files.iter().any(|path| means_several(path))
    }
}

/// How to check files, and how to write the reports.
struct Validation {
    selection: Selection,
    required: Vec<Area>,
    today: Date,
    context: ReportContext,
    /// Whether no file was named, so that the default one is checked.
    is_default: bool,
}

impl Validation {
    fn judge(&self, target: &Target) -> Report {
        self.context.complete(self.report(target), Exit::Clean)
    }

    fn report(&self, target: &Target) -> Report {
        let path = target.0.path();
        let file = path.to_string_lossy().into_owned();
        match load_farm(target) {
            Ok(loaded) => {
                let facts = Facts::default();
                let case = Case::new(&loaded.document, &facts, self.today);
                let verdicts = rules::judge(&case, &self.selection);
                let scope = Scope {
                    farm: &loaded.document.farm,
                    facts: &facts,
                    selection: &self.selection,
                    named: &[],
                    required: &self.required,
                    origin: Origin::FarmFile,
                };
                let coverage = scope.coverage();
                Report {
                    coverage,
                    ..Report::judged(file, loaded.document.farm, verdicts)
                }
            }
            Err(Body::Unreadable(error)) if self.is_default => {
                Report::unreadable(file, Body::Unreadable(with_hint(error, path)))
            }
            Err(body) => Report::unreadable(file, body),
        }
    }
}
