//! `inspect relay-list`.

use super::super::console::Console;
use super::super::list::{json_argument, wants_json};
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;
use clap::{Arg, ArgAction, ArgMatches, Command};
use iis_metabase::relay_list::Fault;
use iis_metabase::relay_list::{Kind, RelayList, Stored};
use serde_json::{Value, json};

pub fn command() -> Command {
    Command::new("relay-list")
        .about("Read a relay list as the metabase holds it (RelayIpList)")
        .after_help(
            "Examples:\n  spinmail inspect relay-list \"$(cat relay-list.txt)\"\n  spinmail \
             inspect relay-list --absent",
        )
        .arg(
            Arg::new("hex")
                .value_name("HEX")
                .required_unless_present("absent")
                .help("The value's hexadecimal digits"),
        )
        .arg(
            Arg::new("absent")
                .long("absent")
                .action(ArgAction::SetTrue)
                .conflicts_with("hex")
                .help("The metabase holds no such value"),
        )
        .arg(json_argument())
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let stored = match matches.get_one::<String>("hex") {
        Some(hex) => Stored::Hex(hex),
        None => Stored::Absent,
    };
    match stored.read() {
        Ok(list) => {
            let text = if wants_json(matches) {
                format!("{:#}\n", json!(list))
            } else {
                relay_text(&list)
            };
            console.data(&text);
            Ok(Exit::Clean)
        }
        Err(fault) if wants_json(matches) => {
            console.data(&format!("{:#}\n", json!({"error": fault})));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!(
            "no relay list: {} (byte {})",
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
    match (list.kind, entries.is_empty()) {
        (Kind::Only, true) => "only the list below, and it is empty: nobody".to_owned(),
        (Kind::Only, false) => format!("only the list below: {}", entries.join(", ")),
        (Kind::AllExcept, true) => {
            "all except the list below, and it is empty: everyone".to_owned()
        }
        (Kind::AllExcept, false) => format!("all except the list below: {}", entries.join(", ")),
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

/// A list of the metabase, or why it cannot be read.
pub fn list_json(list: Result<RelayList, Fault>) -> Value {
    list.map_or_else(|fault| json!({"error": fault}), |list| json!(list))
}

/// The same in a line.
pub fn list_text(list: Result<RelayList, Fault>) -> String {
    match list {
        Ok(list) if list.odd.is_empty() => relay_sentence(&list),
        Ok(list) => format!("{} (odd: {})", relay_sentence(&list), list.odd.join("; ")),
        Err(fault) => format!("cannot be read: {} (byte {})", fault.message, fault.offset),
    }
}
