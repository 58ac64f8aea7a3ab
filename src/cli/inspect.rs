//! `inspect`: reads one foreign thing and says what it means.

use super::console::Console;
use super::list::{json_argument, wants_json};
use crate::error::{Error, shown};
use crate::farm::file::read_bytes;
use crate::formats::metabase::{self, Domain, DomainKind, Metabase, Unclear, VirtualServer};
use crate::formats::relay_list::{self, Kind, RelayList, Stored};
use crate::report::{Exit, PlainTable};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use serde_json::{Value, json};
use std::path::PathBuf;

pub fn command() -> Command {
    let metabase = Command::new("metabase")
        .about("Read the SMTP part of an IIS 6 metabase (MetaBase.xml): virtual servers, domains, folders, lists")
        .after_help("Example:\n  spinmail inspect metabase 'C:\\Windows\\System32\\inetsrv\\MetaBase.xml'")
        .arg(
            Arg::new("metabase")
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("The file, or a copy of it"),
        )
        .arg(json_argument());
    let relay_list = Command::new("relay-list")
        .about("Read a relay list as the metabase holds it (RelayIpList)")
        .after_help("Examples:\n  spinmail inspect relay-list 18000080200000803c00008044000080…\n  spinmail inspect relay-list --absent")
        .arg(Arg::new("hex").value_name("HEX").required_unless_present("absent").help("The value's hexadecimal digits"))
        .arg(
            Arg::new("absent")
                .long("absent")
                .action(ArgAction::SetTrue)
                .conflicts_with("hex")
                .help("The metabase holds no such value"),
        )
        .arg(json_argument());
    Command::new("inspect")
        .about("Read one foreign thing and say what it means")
        .after_help("Example:\n  spinmail inspect metabase MetaBase.xml")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(metabase)
        .subcommand(relay_list)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    match matches.subcommand() {
        Some(("metabase", arguments)) => run_metabase(arguments, console),
        Some(("relay-list", arguments)) => run_relay_list(arguments, console),
        _ => Err(Error::usage("say `metabase` or `relay-list`")),
    }
}

// --- Relay lists

fn run_relay_list(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let stored = match matches.get_one::<String>("hex") {
        Some(hex) => Stored::Hex(hex),
        None => Stored::Absent,
    };
    match stored.read() {
        Ok(list) => {
            let text = if wants_json(matches) { format!("{:#}\n", json!(list)) } else { relay_text(&list) };
            console.data(&text);
            Ok(Exit::Clean)
        }
        Err(fault) if wants_json(matches) => {
            console.data(&format!("{:#}\n", json!({"error": fault})));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!("no relay list: {} (byte {})", fault.message, fault.offset))),
    }
}

fn relay_sentence(list: &RelayList) -> String {
    let entries: Vec<String> = list.entries.iter().map(ToString::to_string).chain(list.names.clone()).collect();
    match (list.kind, entries.is_empty()) {
        (Kind::Only, true) => "only the list below, and it is empty: nobody".to_owned(),
        (Kind::Only, false) => format!("only the list below: {}", entries.join(", ")),
        (Kind::AllExcept, true) => "all except the list below, and it is empty: everyone".to_owned(),
        (Kind::AllExcept, false) => format!("all except the list below: {}", entries.join(", ")),
    }
}

fn relay_text(list: &RelayList) -> String {
    let odd = list.odd.iter().map(|odd| format!("odd: {}\n", shown(odd)));
    format!("{}\n{}", shown(&relay_sentence(list)), odd.collect::<String>())
}

// --- Metabase

fn run_metabase(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let path = matches.get_one::<PathBuf>("metabase").cloned().unwrap_or_default();
    match metabase::read(&read_bytes(&path)?) {
        Ok(metabase) => {
            let text = if wants_json(matches) {
                format!("{:#}\n", metabase_json(&metabase))
            } else {
                metabase_text(&metabase, console.width())
            };
            console.data(&text);
            Ok(Exit::Clean)
        }
        Err(fault) if wants_json(matches) => {
            let error = json!({"message": fault.message, "line": fault.line, "column": fault.column});
            console.data(&format!("{:#}\n", json!({"error": error})));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!(
            "`{}` is no metabase that can be read: {} (line {}, column {})",
            path.display(),
            fault.message,
            fault.line,
            fault.column
        ))),
    }
}

/// A list of the metabase, or why it cannot be read.
fn list_json(list: Result<RelayList, relay_list::Fault>) -> Value {
    list.map_or_else(|fault| json!({"error": fault}), |list| json!(list))
}

fn list_text(list: Result<RelayList, relay_list::Fault>) -> String {
    match list {
        Ok(list) if list.odd.is_empty() => relay_sentence(&list),
        Ok(list) => format!("{} (odd: {})", relay_sentence(&list), list.odd.join("; ")),
        Err(fault) => format!("cannot be read: {} (byte {})", fault.message, fault.offset),
    }
}

fn size_text(server: VirtualServer<'_>) -> String {
    match server.max_message_size() {
        Ok(Some(size)) => format!("{size} bytes"),
        Ok(None) => "no limit".to_owned(),
        Err(unclear) => format!("unclear: {}", unclear.message),
    }
}

fn bindings_text(server: VirtualServer<'_>) -> String {
    match server.bindings() {
        Ok(bindings) => bindings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Err(unclear) => format!("unclear: {}", unclear.message),
    }
}

fn kind_text(server: VirtualServer<'_>, domain: &Domain) -> String {
    let Ok(action) = server.route_action(domain) else { return "unclear".to_owned() };
    let kind = match action.kind() {
        DomainKind::Alias => "alias",
        DomainKind::Default => "default",
        DomainKind::SmartHost => "remote, by a smart host",
        DomainKind::Remote => "remote",
    };
    if action.relays() { format!("{kind}, anyone may send to it") } else { kind.to_owned() }
}

/// One row of the table of a virtual server.
type Row = (&'static str, String);

fn rows(server: VirtualServer<'_>) -> Vec<Row> {
    let text = |value: Option<&str>| value.unwrap_or("not set").to_owned();
    vec![
        ("listens on", bindings_text(server)),
        ("default domain", text(server.default_domain())),
        ("drop directory", text(server.drop_directory())),
        ("queue directory", text(server.queue_directory())),
        ("badmail directory", text(server.bad_mail_directory())),
        ("largest message", size_text(server)),
        ("relay", list_text(server.relay_list())),
        ("connections", list_text(server.access_list())),
    ]
}

fn metabase_text(metabase: &Metabase, width: usize) -> String {
    let mut text = String::new();
    for server in metabase.virtual_servers() {
        let name = server.comment().map(|comment| format!(" ({})", shown(comment))).unwrap_or_default();
        text.push_str(&format!("SMTP virtual server {}{name}\n", server.server.number));
        let mut table = PlainTable::new(width, ["what", "value"]);
        table.keep_whole([0]);
        let domains =
            server.server.domains.iter().map(|domain| (format!("domain {}", domain.name), kind_text(server, domain)));
        let all = rows(server).into_iter().map(|(label, value)| (label.to_owned(), value)).chain(domains);
        all.for_each(|(label, value)| table.add([shown(&label), shown(&value)].map(|text| text.into_owned())));
        text.push_str(&format!("{}\n", table.text()));
    }
    if metabase.servers.is_empty() {
        text.push_str("there is no SMTP virtual server in it\n");
    }
    text.extend(metabase.odd.iter().map(|odd| format!("odd: {}\n", shown(odd))));
    text
}

fn metabase_json(metabase: &Metabase) -> Value {
    let servers = metabase.virtual_servers().map(|server| {
        json!({
            "number": server.server.number,
            "comment": server.comment(),
            "bindings": clear(server.bindings(), |list| json!(list.iter().map(ToString::to_string).collect::<Vec<_>>())),
            "default-domain": server.default_domain(),
            "drop-directory": server.drop_directory(),
            "queue-directory": server.queue_directory(),
            "badmail-directory": server.bad_mail_directory(),
            "maximum-message-size": clear(server.max_message_size(), |size| json!(size)),
            "relay-list": list_json(server.relay_list()),
            "access-list": list_json(server.access_list()),
            "domains": server.server.domains.iter().map(|domain| domain_json(server, domain)).collect::<Vec<_>>(),
        })
    });
    json!({"virtual-servers": servers.collect::<Vec<_>>(), "odd": metabase.odd})
}

fn domain_json(server: VirtualServer<'_>, domain: &Domain) -> Value {
    let kind = |kind| match kind {
        DomainKind::Alias => "alias",
        DomainKind::Default => "default",
        DomainKind::SmartHost => "smart-host",
        DomainKind::Remote => "remote",
    };
    let action = server.route_action(domain);
    json!({
        "name": domain.name,
        "kind": clear(action.clone(), |action| json!(kind(action.kind()))),
        "relays": clear(action, |action| json!(action.relays())),
    })
}

/// A value, or what keeps it from being read.
fn clear<T>(value: Result<T, Unclear>, show: impl Fn(T) -> Value) -> Value {
    match value {
        Ok(value) => show(value),
        Err(unclear) => json!({"error": {"message": unclear.message, "line": unclear.line}}),
    }
}
