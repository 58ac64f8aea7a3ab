//! `inspect mail`: explains messages of a drop folder.

use crate::cli::args::{AliasesArgs, FarmFileArgs, FormatArgs};
use crate::cli::console::Console;
use crate::error::Error;
use crate::farm::values::{DomainName, FromText, checked};
use crate::fs;
use crate::probe::folder::MessageReader;
use crate::report::{self, Exit};
use crate::rules::{KnownFarm, MessageVerdict, Receiver, judge_head};
use crate::term::PlainTable;
use crate::text::shown;
use clap::ValueHint;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

/// The most bytes of a message that are searched for wrapped attachments.
const MAX_READ: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain messages of a drop folder: who each is for, whether SharePoint can route it, \
             and why not",
    after_help = "Examples:\n  spinmail inspect mail 0a1b2c3d.eml\n  spinmail inspect mail one.eml \
        other.eml --aliases aliases.txt --format json\n\nExit status: 0 if every message can be \
        routed, 1 if one cannot, 2 if a file cannot be read, 3 if it is not known for a message."
)]
pub(crate) struct InspectMailArgs {
    /// The messages, or copies of them
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    messages: Vec<PathBuf>,
    /// The farm's display address [default: the farm file's]
    #[arg(long, value_name = "DOMAIN")]
    display_address: Option<String>,
    #[command(flatten)]
    aliases: AliasesArgs,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

fn known_farm(args: &InspectMailArgs, console: &Console) -> Result<KnownFarm, Error> {
    let loaded = args.farm_file.load_if_present(console)?;
    let farm = loaded
        .map(|loaded| loaded.document.farm)
        .unwrap_or_default();
    let display = match &args.display_address {
        Some(text) => Some(domain(text)?),
        None => checked(&farm.incoming.display_address).valid().cloned(),
    };
    Ok(KnownFarm {
        farm,
        display,
        aliases: args.aliases.load()?,
    })
}

fn domain(text: &str) -> Result<DomainName, Error> {
    DomainName::from_text(text).map_err(|fault| {
        Error::usage(format!("`{}` is not a domain: {fault}", shown(text)))
            .hint("for example: sharepoint.fabrikam.com")
    })
}

pub(crate) fn run(args: &InspectMailArgs, console: &Console) -> Result<Exit, Error> {
    let known = known_farm(args, console)?;
    let mut reader = MessageReader::default();
    let mut exit = Exit::Clean;
    let mut messages = Vec::new();
    for path in &args.messages {
        let verdict = judge(path, &known, &mut reader);
        exit = exit.worse(exit_of_message(verdict.as_ref()));
        match (args.format.is_json(), verdict) {
            (true, verdict) => messages.push(to_json(path, verdict)),
            (false, Ok(verdict)) => console.write_stdout(&to_text(path, &verdict, console.width())),
            (false, Err(error)) => console.error(&error),
        }
    }
    if args.format.is_json() {
        let document = format!("{:#}\n", json!({"messages": messages}));
        console.write_stdout(&report::harmless(&document));
    }
    Ok(exit)
}

fn exit_of_message(verdict: Result<&MessageVerdict, &Error>) -> Exit {
    match verdict.map(|verdict| verdict.routable) {
        Ok(Some(true)) => Exit::Clean,
        Ok(Some(false)) => Exit::Findings,
        Ok(None) => Exit::Undecided,
        Err(_) => Exit::Usage,
    }
}

fn judge(
    path: &Path,
    known: &KnownFarm,
    reader: &mut MessageReader,
) -> Result<MessageVerdict, Error> {
    let opened = fs::open_ordinary(path, fs::Mode::Read);
    let mut file = opened.map_err(|error| cannot_read(path, &error))?;
    let metadata = file.metadata().map_err(|error| cannot_read(path, &error))?;
    let size = metadata.len();
    let (mut verdict, wrapped) = reader
        .read(&mut file, size, &AtomicU64::new(MAX_READ), |head| {
            judge_head(head, size, known)
        })
        .map_err(|error| cannot_read(path, &error))?;
    verdict.add_attachments(wrapped);
    Ok(verdict)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    let name = path.to_string_lossy();
    let name = shown(&name);
    match fs::is_not_ordinary(error) {
        true => Error::usage(format!("`{name}` is not an ordinary file")),
        false => Error::usage(format!("cannot read `{name}`: {error}")),
    }
}

fn to_json(path: &Path, verdict: Result<MessageVerdict, Error>) -> Value {
    let file = path.to_string_lossy();
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(error) => return json!({"file": file, "error": error.message}),
    };
    let receivers = verdict.receivers.iter().map(|receiver| {
        json!({
            "address": receiver.address,
            "alias": receiver.alias,
            "domain": receiver.domain,
            "has-list": receiver.has_list,
            "is-ours": receiver.is_ours,
        })
    });
    let findings = verdict.findings.iter().map(
        |finding| json!({"rule": finding.rule, "stops": finding.stops, "message": finding.message}),
    );
    json!({
        "file": file,
        "size": verdict.size,
        "routable": verdict.routable,
        "sender": verdict.sender,
        "receivers": receivers.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "not-checked": verdict.not_checked,
        "head": verdict.head.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    })
}

/// The most receivers that the text shows; JSON has all of them.
const MAX_SHOWN: usize = 10;

fn to_text(path: &Path, verdict: &MessageVerdict, width: usize) -> String {
    let is_alias_open = verdict.receivers.iter().any(|each| each.has_list.is_none());
    let routing = match verdict.routable {
        Some(true) if is_alias_open => {
            "nothing that was looked at stops it; whether a list has the alias was not asked \
             (`--aliases` names them)"
        }
        Some(true) => "SharePoint can route it",
        Some(false) => "SharePoint cannot route it",
        None => "whether SharePoint can route it is not known",
    };
    let mut rows: Vec<(&str, String)> = Vec::new();
    rows.extend(verdict.sender.clone().map(|sender| ("sender", sender)));
    rows.extend(
        verdict
            .receivers
            .iter()
            .take(MAX_SHOWN)
            .map(|receiver| ("for", receiver_text(receiver))),
    );
    if let Some(more @ 1..) = verdict.receivers.len().checked_sub(MAX_SHOWN) {
        rows.push(("for", format!("{more} more")));
    }
    rows.extend(
        verdict
            .head
            .iter()
            .filter_map(|(name, value)| Some((*name, value.clone()?))),
    );
    rows.push(("size", format!("{} bytes", verdict.size)));
    for finding in &verdict.findings {
        let label = if finding.stops { "stops it" } else { "beware" };
        rows.push((label, format!("{} [{}]", finding.message, finding.rule)));
    }
    rows.extend(
        verdict
            .not_checked
            .iter()
            .map(|what| ("not looked at", (*what).to_owned())),
    );
    let mut table = PlainTable::new(width, ["what", "value"]);
    table.keep_whole([0]);
    rows.iter()
        .for_each(|(label, value)| table.add([(*label).to_owned(), shown(value).into_owned()]));
    format!(
        "{}: {routing}\n{}\n",
        shown(&path.to_string_lossy()),
        table.text()
    )
}

fn receiver_text(receiver: &Receiver) -> String {
    let list = match receiver.has_list {
        Some(true) => ", a list's alias",
        Some(false) => ", not a list's alias",
        None => "",
    };
    let domain = if receiver.is_ours == Some(false) {
        ", another domain"
    } else {
        ""
    };
    format!("{}{list}{domain}", receiver.address)
}
