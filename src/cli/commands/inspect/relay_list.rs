//! `inspect relay-list`.

use crate::cli::args::FormatArgs;
use crate::cli::console::Console;
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;
use iis_metabase::RelayListError;
use iis_metabase::relay_list::{RelayKind, RelayList, Stored};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain a relay list as the metabase holds it (RelayIpList)",
    after_help = "Examples:\n  spinmail inspect relay-list \"$(cat relay-list.txt)\"\n  spinmail \
                  inspect relay-list --absent"
)]
pub(crate) struct InspectRelayListArgs {
    /// The value's hexadecimal digits
    #[arg(value_name = "HEX", required_unless_present = "absent")]
    hex: Option<String>,
    /// The metabase holds no such value
    #[arg(long, conflicts_with = "hex")]
    absent: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &InspectRelayListArgs, console: &Console) -> Result<Exit, Error> {
    let stored = match &args.hex {
        Some(hex) => Stored::Hex(hex),
        None => Stored::Absent,
    };
    match stored.read() {
        Ok(list) if args.format.is_json() => {
            console.write_stdout(&format!("{:#}\n", list_json(Ok(list))));
            Ok(Exit::Clean)
        }
        Ok(list) => {
            console.write_stdout(&relay_text(&list));
            Ok(Exit::Clean)
        }
        Err(fault) if args.format.is_json() => {
            console.write_stdout(&format!("{:#}\n", list_json(Err(fault))));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!(
            "not a relay list: {} (byte {})",
            fault.message, fault.offset
        ))),
    }
}

fn relay_sentence(list: &RelayList) -> String {
    let entries: Vec<String> = list
        .entries
        .iter()
        .map(ToString::to_string)
        .chain(list.names.clone())
        .collect();
    let sentence = match (list.kind, entries.is_empty()) {
        (RelayKind::Only, true) if !list.bare_masks.is_empty() => {
            "only the list below, and it has no address".to_owned()
        }
        (RelayKind::AllExcept, true) if !list.bare_masks.is_empty() => {
            "all except the list below, and it has no address".to_owned()
        }
        (RelayKind::Only, true) => "only the list below, and it is empty: no host".to_owned(),
        (RelayKind::Only, false) => format!("only the list below: {}", entries.join(", ")),
        (RelayKind::AllExcept, true) => {
            "all except the list below, and it is empty: everyone".to_owned()
        }
        (RelayKind::AllExcept, false) => {
            format!("all except the list below: {}", entries.join(", "))
        }
    };
    match list.bare_masks.as_slice() {
        [] => sentence,
        _ => format!("{sentence}; what a mask without an address means is not known"),
    }
}

fn relay_text(list: &RelayList) -> String {
    let odd = list.odd.iter().map(|odd| format!("odd: {}\n", shown(odd)));
    format!(
        "{}\n{}",
        shown(&relay_sentence(list)),
        odd.collect::<String>()
    )
}

/// Returns a list of the metabase in words, or why it cannot be read.
pub(super) fn list_json(list: Result<RelayList, RelayListError>) -> Value {
    match list {
        Ok(list) => {
            let kind = match list.kind {
                RelayKind::Only => "only",
                RelayKind::AllExcept => "all-except",
            };
            let entries: Vec<String> = list.entries.iter().map(ToString::to_string).collect();
            json!({"kind": kind, "entries": entries, "names": list.names, "odd": list.odd})
        }
        Err(RelayListError { message, offset }) => {
            json!({"error": {"message": message, "offset": offset}})
        }
    }
}

/// Returns the same in one line.
pub(super) fn list_text(list: Result<RelayList, RelayListError>) -> String {
    match list {
        Ok(list) if list.odd.is_empty() => relay_sentence(&list),
        Ok(list) => format!("{} (odd: {})", relay_sentence(&list), list.odd.join("; ")),
        Err(fault) => format!("cannot be read: {} (byte {})", fault.message, fault.offset),
    }
}
