//! `gather`: probes the real world and records the facts, or merges recorded facts into one file.

use crate::cli::areas::reachable;
use crate::cli::args::{
    AreaWord, CredentialArgs, FarmFileArgs, ProbeArgs, area_parser, areas, facts_long_help,
    load_facts, parts,
};
use crate::cli::console::Console;
use crate::cli::exit::exit_of;
use crate::cli::output::{Existing, Output};
use crate::cli::probing::Probing;
use crate::cli::progress::Bar;
use crate::error::{Error, ErrorClass};
use crate::facts::redact::Redactor;
use crate::facts::{Facts, NetworkView};
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::probe::{self, ProbeRequest};
use crate::report::Exit;
use crate::rules::{Area, Selection};
use clap::ValueHint;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Record what DNS, mail servers, folders and directory answer, for `verify --facts`",
    after_help = "Examples:\n  spinmail gather --out facts.json\n  spinmail gather dns\n  spinmail \
                  gather --facts sp1.json --facts sp2.json --out all.json\n  spinmail gather \
                  --facts facts.json --redact --out posted.json\n\n`spinmail gather iis --metabase \
                  FILE --server NAME` reads a copy of a server's MetaBase.xml.\nBetween Linux \
                  machines, `spinmail gather | ssh HOST spinmail verify --file FARM.toml --facts \
                  /dev/stdin` checks\nthe facts on another one."
)]
pub(crate) struct GatherArgs {
    /// Areas to look at [default: all]
    #[arg(value_name = "AREA", num_args = 0.., value_parser = area_parser(&probed_areas()))]
    areas: Vec<AreaWord>,
    /// Look at nothing; merge these facts into one file
    #[arg(
        long,
        value_name = "PATH",
        value_hint = ValueHint::FilePath,
        conflicts_with = "server",
        long_help = facts_long_help("Ask nothing; merge these facts into one file")
    )]
    facts: Vec<PathBuf>,
    /// Replace every name and address, so that the facts can be posted and still judged
    #[arg(
        long,
        long_help = "Replace every name and address, so that the facts can be posted and still \
                     judged. In one run, the same name always becomes the same word. With --out \
                     FILE.json, the farm file is written too, as FILE.farm.toml with the same \
                     replacements. Neither file may exist yet. A pipe or a device gets only the \
                     facts"
    )]
    redact: bool,
    /// Write the facts to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Where this machine asks from: inside or outside the organization's network. DNS may answer
    /// differently outside
    #[arg(
        long,
        value_name = "INSIDE|OUTSIDE",
        default_value = "inside",
        hide_default_value = true,
        hide_possible_values = true,
        conflicts_with = "facts"
    )]
    view: ViewWord,
    #[command(flatten)]
    credentials: CredentialArgs,
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

/// From where a machine sees the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ViewWord {
    /// As hosts inside the organization
    Inside,
    /// As senders outside the organization
    Outside,
}

impl ViewWord {
    fn view(self) -> NetworkView {
        match self {
            Self::Inside => NetworkView::Inside,
            Self::Outside => NetworkView::Outside,
        }
    }
}

fn probed_areas() -> Vec<Area> {
    let areas = Area::ALL.into_iter();
    areas.filter(|area| !area.is_offline()).collect()
}

pub(crate) fn run(args: &GatherArgs, console: &Console) -> Result<Exit, Error> {
    if !args.facts.is_empty() && !args.areas.is_empty() {
        return Err(
            Error::usage("an area is asked now; `--facts` reads what was recorded")
                .hint("give areas or `--facts`, not both"),
        );
    }
    let out = args.out.as_deref();
    // The farm's name is only compared when facts are merged, so this works without a farm file
    // too.
    if !args.redact
        && !args.farm_file.is_present()
        && let Some(facts) = load_facts(&args.facts, None, None)?
    {
        write(out, &facts, console)?;
        return Ok(Exit::Clean);
    }
    let loaded = args.farm_file.load(console)?;
    let farm = &loaded.document.farm;
    let (facts, exit) = match load_facts(&args.facts, Some(farm), None)? {
        Some(facts) => (facts, Exit::Clean),
        None => match gather(args, farm, console)? {
            (Some(facts), exit) => (facts, exit),
            (None, exit) => return Ok(exit),
        },
    };
    if args.redact {
        write_redacted(&loaded, &facts, out, console)?;
    } else {
        write(out, &facts, console)?;
    }
    Ok(exit)
}

/// Probes the real world. The facts are `None` if no area could be probed.
fn gather(
    args: &GatherArgs,
    farm: &Farm,
    console: &Console,
) -> Result<(Option<Facts>, Exit), Error> {
    let named = areas(&args.areas);
    let probing = Probing {
        farm,
        probe: &args.probe,
        credentials: &args.credentials,
        console,
    };
    let mut options = probing.options(&named)?;
    options.dns.view = args.view.view();
    let server = options.iis.server.clone();
    let progress = Bar::new(console);
    let request = ProbeRequest {
        farm,
        areas: &named,
        options: &options,
        server: server.as_deref(),
        progress: &progress,
    };
    let mut wanted = if named.is_empty() {
        warn_of_left_out(&request, console);
        reachable(&request)
    } else {
        warn_of_unreachable(&request, console);
        named.clone()
    };
    wanted.retain(|area| !area.is_offline());
    let selection = Selection::new(&wanted, &[], &[])?.restricted_to(parts(&args.areas));
    probing.log_on(&mut options, &selection)?;
    let (facts, errors) = probe::gather(&ProbeRequest {
        farm,
        areas: &wanted,
        options: &options,
        server: server.as_deref(),
        progress: &progress,
    });
    for error in &errors {
        console.error(error);
    }
    let has_any_facts = probed_areas().into_iter().any(|area| facts.holds(area));
    Ok((has_any_facts.then_some(facts), exit_of(&errors)))
}

/// Prints which areas are skipped.
fn warn_of_left_out(request: &ProbeRequest<'_>, console: &Console) {
    for area in Area::ALL {
        if let Some(why) = probe::obstacle(area, request) {
            console.status(&format!("{} is skipped: {why}", area.name()));
        }
    }
}

fn warn_of_unreachable(request: &ProbeRequest<'_>, console: &Console) {
    for area in request.areas {
        if let Some(why) = probe::obstacle(*area, request) {
            console.status(&format!(
                "{} cannot be probed from here: {why}",
                area.name()
            ));
        }
    }
}

/// Writes facts.
fn write(out: Option<&Path>, facts: &Facts, console: &Console) -> Result<(), Error> {
    let mut output = Output::begin(out, console)?;
    output.write_data(&facts.to_json())?;
    output.finish()
}

/// Writes the redacted facts and, if they go to a file, the redacted farm file next to it. Neither
/// replaces a file, which may be the only one with the names, or unrelated.
fn write_redacted(
    loaded: &Loaded,
    facts: &Facts,
    out: Option<&Path>,
    console: &Console,
) -> Result<(), Error> {
    let mut output = Output::begin_at(out, Existing::Keep, console).map_err(for_redacted)?;
    let sibling = out.filter(|_| output.is_file());
    let mut farm_output = sibling
        .map(|facts_path| {
            let path = facts_path.with_extension("farm.toml");
            Output::begin_at(Some(&path), Existing::Keep, console).map_err(for_redacted)
        })
        .transpose()?;
    let key = RandomState::new();
    let (facts, farm) =
        Redactor::redact(&loaded.document.farm, facts, &|bytes| key.hash_one(bytes))?;
    output.write_data(&facts.to_json())?;
    if let Some(farm_output) = &mut farm_output {
        farm_output.write_data(&farm)?;
    }
    match farm_output {
        Some(farm_output) => farm_output.finish_both(output).map_err(for_redacted),
        None => {
            output.finish()?;
            console.status(
                "the farm file with the replaced names was not written: it needs `--out FILE`",
            );
            Ok(())
        }
    }
}

/// Adds a hint on what to do if a file has the name of the redacted output.
fn for_redacted(error: Error) -> Error {
    match error.class {
        ErrorClass::Usage => Error {
            hints: vec![
                "redacted facts and their farm file never replace a file: remove it, or name \
                 another with `--out`"
                    .to_owned(),
            ],
            ..error
        },
        ErrorClass::Unfinished => error,
    }
}
