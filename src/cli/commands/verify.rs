//! `verify`: checks the farm file, or a whole fleet, against the real world or recorded facts.

use crate::cli::args::{
    AreaWord, CredentialArgs, FactsArgs, FarmFileArgs, ProbeArgs, ReportArgs, RulesArgs,
    area_parser, areas,
};
use crate::cli::check::Check;
use crate::cli::console::Console;
use crate::cli::fleet::{FleetCheck, FleetScope};
use crate::error::Error;
use crate::report::{Exit, RunOptions};
use crate::rules::Area;
use clap::ValueHint;
use std::path::PathBuf;

/// The options that `--farms` excludes: those about the servers of one farm.
const ONE_FARM_OPTIONS: [&str; 11] = [
    "file", "server", "metabase", "folder", "aliases", "sddl", "icacls", "path", "smb_user", "sid",
    "token",
];

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Check the farm file against DNS, mail servers, folders and directory, or recorded facts",
    after_help = "Examples:\n  spinmail verify\n  spinmail verify dns --format table\n  spinmail \
        verify --facts facts.json\n  spinmail verify --facts sp1.json --facts sp2.json\n  spinmail \
        verify --farms farms/ --facts facts/\n  spinmail verify --format html --out report.html\n  \
        spinmail verify --since last-week.json\n\nWithout an AREA, the farm file is checked, and \
        everything that can be asked from here. Nothing is changed, and no mail is sent."
)]
pub(crate) struct VerifyArgs {
    /// Areas to check [default: all]
    #[arg(value_name = "AREA", num_args = 0.., value_parser = area_parser(&Area::ALL))]
    areas: Vec<AreaWord>,
    #[command(flatten)]
    facts: FactsArgs,
    /// Check many farms: their files, and folders, which mean their *.toml; --facts are matched by
    /// the farms' names
    #[arg(
        long,
        value_name = "PATH",
        value_hint = ValueHint::AnyPath,
        conflicts_with_all = ONE_FARM_OPTIONS
    )]
    farms: Vec<PathBuf>,
    #[command(flatten)]
    credentials: CredentialArgs,
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &VerifyArgs, console: &Console) -> Result<Exit, Error> {
    let filter = args.rules.filter(&args.areas);
    let areas = areas(&args.areas);
    let run = RunOptions {
        max_age: args.facts.max_age.map(|limit| limit.to_string()),
        ..args.rules.run_options(&areas)
    };
    let required = args.rules.required();
    if !args.farms.is_empty() {
        let check = FleetCheck {
            farms: &args.farms,
            facts: &args.facts.facts,
            scope: FleetScope {
                areas: &areas,
                filter: &filter,
                required: &required,
                max_age: args.facts.max_age(),
                has_recorded_facts: !args.facts.facts.is_empty(),
                credentials: &args.credentials,
            },
            console,
        };
        return check.run(&args.report, run);
    }
    let check = Check {
        facts: &args.facts.facts,
        max_age: args.facts.max_age(),
        areas: &areas,
        filter: &filter,
        required: &required,
        probe: &args.probe,
        credentials: &args.credentials,
        address: None,
        console,
    };
    check.run(args.farm_file.load(console)?, &args.report, run)
}
