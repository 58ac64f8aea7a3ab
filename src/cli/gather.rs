//! `gather`: look, and record what is seen; or make one file of what was recorded.

use super::console::Console;
use super::progress::Bar;
use super::{areas, files, folder, logon, looking, output, recorded};
use crate::error::Error;
use crate::facts::Facts;
use crate::facts::redact::Redactor;
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::fs;
use crate::probe::{self, ProbeRequest};
use crate::report::{self, Exit};
use crate::rules::{Area, Selection};
use crate::text::shown;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

pub fn command() -> Command {
    let looked_at: Vec<Area> = Area::ALL
        .into_iter()
        .filter(|area| !area.is_offline())
        .collect();
    let command = Command::new("gather")
        .about("Look at the real world and record what is seen, to be judged here or elsewhere")
        .after_help(
            "Examples:\n  spinmail gather --out facts.json\n  spinmail gather dns\n  spinmail \
             gather --facts sp1.json sp2.json --out all.json\n  spinmail gather --facts \
             facts.json --redact --out posted.json\n\n`spinmail gather iis --metabase FILE \
             --server NAME` reads a copy of a server's MetaBase.xml.\n`spinmail gather | ssh HOST \
             spinmail verify --facts /dev/stdin` judges elsewhere.",
        )
        .arg(areas::argument(&looked_at))
        .arg(recorded::argument(
            "Look at nothing, and make one file of these facts",
        ))
        .arg(
            Arg::new("redact")
                .long("redact")
                .action(ArgAction::SetTrue)
                .help(
                    "Replace every name and address, so that the facts can be posted and still \
                     judged",
                )
                .long_help(
                    "Replace every name and address, so that the facts can be posted and still \
                     judged. The same name becomes the same word everywhere in one run. With \
                     --out the farm file goes with them, its names replaced alike: of FILE.json \
                     it is FILE.farm.toml",
                ),
        )
        .arg(output::argument().help("Write the facts there instead of to standard output"));
    looking::with_options(logon::with_options(command))
        .mut_arg("server", |arg| arg.conflicts_with("facts"))
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let (named, recorded) = areas::named_and_facts(matches);
    let out = matches.get_one::<PathBuf>("out").map(PathBuf::as_path);
    let redact = matches.get_flag("redact");
    if !recorded.is_empty() && !named.is_empty() {
        return Err(
            Error::usage("areas are looked at, and recorded facts are not")
                .hint("leave one of them out"),
        );
    }
    // What is merged is only compared with the farm file's name, so without a farm file it is
    // merged all the same.
    if !redact
        && !files::is_there(matches)
        && let Some(facts) = recorded::load(&recorded, None)?
    {
        write(out, &facts.to_json(), console)?;
        return Ok(Exit::Clean);
    }
    let loaded = files::load(matches, console)?;
    let farm = &loaded.document.farm;
    let (facts, exit) = match recorded::load(&recorded, farm.name.as_deref())? {
        Some(facts) => (facts, Exit::Clean),
        None => match look(matches, farm, &named, console)? {
            (Some(facts), exit) => (facts, exit),
            (None, exit) => return Ok(exit),
        },
    };
    if redact {
        redacted(&loaded, &facts, out, console)?;
    } else {
        write(out, &facts.to_json(), console)?;
    }
    Ok(exit)
}

/// What can be seen now; nothing where not even the first question could be asked.
fn look(
    matches: &ArgMatches,
    farm: &Farm,
    named: &[Area],
    console: &Console,
) -> Result<(Option<Facts>, Exit), Error> {
    let mut looks = looking::looks(matches, farm, named)?;
    folder::note_strangers(&looks.folder, farm, console);
    let server = looks.iis.server.clone();
    let progress = Bar::new(console);
    let request = ProbeRequest {
        farm,
        areas: named,
        options: &looks,
        server: server.as_deref(),
        progress: &progress,
    };
    let wanted = if named.is_empty() {
        areas::within_reach(&request, console)
    } else {
        named.to_vec()
    };
    for (area, why) in named
        .iter()
        .filter_map(|area| Some((area, probe::obstacle(*area, &request)?)))
    {
        console.say(&format!(
            "{} cannot be looked at from here: {why}",
            area.name()
        ));
    }
    let wanted: Vec<Area> = wanted
        .into_iter()
        .filter(|area| !area.is_offline())
        .collect();
    let selection = Selection::new(&wanted, &[], &[])?.narrowed(areas::parts(matches));
    looking::log_on(&mut looks, matches, farm, &selection, console)?;
    let request = ProbeRequest {
        farm,
        areas: &wanted,
        options: &looks,
        server: server.as_deref(),
        progress: &progress,
    };
    let (facts, errors) = probe::gather(&request);
    errors.iter().for_each(|error| console.error(error));
    let exit = super::exit_of(&errors);
    let any = Area::ALL
        .iter()
        .any(|area| !area.is_offline() && areas::holds(&facts, area));
    Ok((any.then_some(facts), exit))
}

fn write(out: Option<&Path>, text: &str, console: &Console) -> Result<(), Error> {
    match out {
        None => console.raw(report::harmless(text).as_bytes()),
        Some(path) => {
            fs::write_whole(path, text.as_bytes())?;
            console.say(&format!("{}: written", shown(&path.to_string_lossy())));
        }
    }
    Ok(())
}

/// Writes the facts without their names and, where they go to a file, the farm file beside it.
fn redacted(
    loaded: &Loaded,
    facts: &Facts,
    out: Option<&Path>,
    console: &Console,
) -> Result<(), Error> {
    let key = RandomState::new();
    let (facts, farm) =
        Redactor::redact(&loaded.document.farm, facts, &|bytes| key.hash_one(bytes))?;
    let beside = out.map(|path| path.with_extension("farm.toml"));
    if let Some(beside) = beside
        .as_ref()
        .filter(|beside| same_file::is_same_file(beside, &loaded.path).unwrap_or(false))
    {
        let message = format!(
            "`{}` is the farm file itself, which is not replaced",
            beside.display()
        );
        return Err(Error::usage(message).hint("write the facts under another name"));
    }
    write(out, &facts.to_json(), console)?;
    match beside {
        Some(beside) => write(Some(&beside), &farm, console),
        None => {
            console.say(
                "the farm file whose names are replaced alike is written only beside a file: \
                 `--out FILE`",
            );
            Ok(())
        }
    }
}
