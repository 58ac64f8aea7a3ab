//! `trace`: follows one message to the place where it would stop.

use super::console::Console;
use super::list::{json_argument, wants_json};
use super::output::{self, Output};
use super::{files, looking, recorded, verify};
use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{DomainName, FromText, ParseError, checked};
use crate::report::{self, Exit, FailOn, trace::Trace};
use crate::rules::{Area, Selection, Severity};
use clap::{Arg, ArgMatches, Command};
use std::path::PathBuf;

pub fn command() -> Command {
    let command = Command::new("trace")
        .about("Follow a message to a list hop by hop, and say where it would stop and why")
        .after_help(
            "Examples:\n  spinmail trace docs@sharepoint.fabrikam.com\n  \
             spinmail trace docs@sharepoint.fabrikam.com --facts facts.json --format json",
        )
        .override_usage("spinmail trace [OPTIONS] <ADDRESS>")
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .required_unless_present("facts")
                .help("The list's address"),
        )
        .arg(verify::facts_argument())
        .arg(json_argument())
        .arg(output::argument());
    looking::with_options(command).mut_arg("folder", |arg| arg.conflicts_with("facts"))
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let (facts, words) = recorded::files_and_words(matches, "facts", is_address);
    let address = match (matches.get_one::<String>("address"), words.as_slice()) {
        (Some(address), []) | (None, [address]) => address.as_str(),
        (None, []) => {
            return Err(Error::usage(
                "the address is missing: whose mail is to be followed?",
            ));
        }
        _ => return Err(Error::usage("one address at a time can be followed")),
    };
    let domain = domain_of(address)?;
    let loaded = files::load(matches, console)?;
    is_the_farms(&domain, &loaded.document.farm)?;
    // As the folder's contents have it.
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let receiver = format!("{}@{}", local.to_lowercase(), domain.ascii());
    // No message goes through the directory.
    let select = |areas: &[Area]| Selection::new(areas, &[], &["directory".to_owned()]);
    let path = loaded.path.clone();
    let (report, exit) = verify::judge(
        loaded,
        matches,
        &facts,
        &[],
        select,
        Some(&receiver),
        console,
    )?;
    let trace = Trace::new(address, report.verdicts());
    let text = if wants_json(matches) {
        report::harmless(&format!("{:#}\n", trace.json()))
    } else {
        trace.text(&output::screen(matches, console), console.is_verbose())
    };
    let besides = recorded::paths(&facts);
    let read = besides.iter().chain([&path]);
    let mut output = Output::begin(matches, console, read.map(PathBuf::as_path))?;
    output.write(&text)?;
    output.finish()?;
    Ok(exit.worse(report.exit(FailOn::At(Severity::Error))))
}

/// Whether a word behind a list of files is no file, but the address.
fn is_address(word: &str) -> bool {
    word.contains('@') && !word.contains(['/', '\\'])
}

/// The domain of an address (RFC 5321 4.1.2): what stands behind the last `@`.
fn domain_of(address: &str) -> Result<DomainName, Error> {
    let odd = |why: String| {
        Error::usage(format!("`{address}` is no mail address: {why}"))
            .hint("for example: docs@sharepoint.fabrikam.com")
    };
    match address.rsplit_once('@') {
        None | Some(("", _)) => Err(odd("nothing stands before an `@`".to_owned())),
        Some((_, domain)) => DomainName::from_text(domain).map_err(|fault| {
            let error = odd(format!("behind the `@`, {fault}"));
            error.did_you_mean(fault.instead().as_deref())
        }),
    }
}

/// Mail for another domain takes another way, of which the farm file knows nothing.
fn is_the_farms(domain: &DomainName, farm: &Farm) -> Result<(), Error> {
    match checked(&farm.incoming.display_address).valid() {
        Some(display) if display.ascii() == domain.ascii() => Ok(()),
        Some(display) => Err(Error::usage(format!(
            "mail for `{}` is not this farm's: its display address is `{}`",
            domain.as_str(),
            display.as_str()
        ))),
        None => Err(Error::usage(
            "the farm file has no display address, so no mail is this farm's",
        )
        .hint("`spinmail display-address DOMAIN` sets it")),
    }
}
