//! `inspect metabase`.

use super::relay_list::{list_json, list_text};
use crate::cli::args::FormatArgs;
use crate::cli::console::Console;
use crate::error::Error;
use crate::fs::{InputFile, read_bytes};
use crate::report::Exit;
use crate::term::PlainTable;
use crate::text::shown;
use clap::ValueHint;
use iis_metabase::{Domain, DomainKind, Metabase, ValueError, VirtualServer};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Explain the SMTP part of an IIS 6 metabase (MetaBase.xml): servers, domains, folders, lists",
    after_help = "Examples:\n  spinmail inspect metabase MetaBase.xml\n  spinmail inspect metabase \
                  MetaBase.xml --format json"
)]
pub(crate) struct InspectMetabaseArgs {
    /// The file, or a copy of it; on the server it is C:\Windows\System32\inetsrv\MetaBase.xml
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    metabase: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &InspectMetabaseArgs, console: &Console) -> Result<Exit, Error> {
    match iis_metabase::read(&read_bytes(&InputFile::named(&args.metabase))?) {
        Ok(metabase) if args.format.is_json() => {
            console.write_stdout(&format!("{:#}\n", metabase_json(&metabase)));
            Ok(Exit::Clean)
        }
        Ok(metabase) => {
            console.write_stdout(&metabase_text(&metabase, console.width()));
            Ok(Exit::Clean)
        }
        Err(fault) if args.format.is_json() => {
            let error =
                json!({"message": fault.message, "line": fault.line, "column": fault.column});
            console.write_stdout(&format!("{:#}\n", json!({"error": error})));
            Ok(Exit::Usage)
        }
        Err(fault) => Err(Error::usage(format!(
            "`{}` cannot be read as a metabase: {} (line {}, column {})",
            args.metabase.display(),
            fault.message,
            fault.line,
            fault.column
        ))),
    }
}

fn size_text(server: VirtualServer<'_>) -> String {
    match server.max_message_size() {
        Ok(Some(0)) => "no limit".to_owned(),
        Ok(Some(size)) => format!("{size} bytes"),
        Ok(None) => "not set".to_owned(),
        Err(error) => format!("unclear: {}", error.message),
    }
}

fn authentication_text(server: VirtualServer<'_>) -> String {
    match server.auth_flags() {
        Ok(flags) => {
            let names = flags.names().join(" | ");
            match (flags.anonymous(), names.as_str()) {
                (true, names) => names.to_owned(),
                (false, "") => "none; anonymous access is off".to_owned(),
                (false, names) => format!("{names}; anonymous access is off"),
            }
        }
        Err(error) => format!("unclear: {}", error.message),
    }
}

fn bindings_text(server: VirtualServer<'_>) -> String {
    match server.bindings() {
        Ok(bindings) => bindings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        Err(error) => format!("unclear: {}", error.message),
    }
}

fn kind_text(server: VirtualServer<'_>, domain: &Domain) -> String {
    let Ok(action) = server.route_action(domain) else {
        return "unclear".to_owned();
    };
    let kind = match action.kind() {
        DomainKind::Alias => "alias",
        DomainKind::Default => "default",
        DomainKind::SmartHost => "remote, by a smart host",
        DomainKind::Remote => "remote",
    };
    if action.relays() {
        format!("{kind}, anyone can send to it")
    } else {
        kind.to_owned()
    }
}

/// One row of the table of a virtual server.
type Row = (&'static str, String);

fn or_not_set(value: Option<&str>) -> String {
    value.unwrap_or("not set").to_owned()
}

fn rows(server: VirtualServer<'_>) -> Vec<Row> {
    vec![
        ("listens on", bindings_text(server)),
        ("default domain", or_not_set(server.default_domain())),
        ("drop directory", or_not_set(server.drop_directory())),
        ("queue directory", or_not_set(server.queue_directory())),
        ("badmail directory", or_not_set(server.bad_mail_directory())),
        ("largest message", size_text(server)),
        ("authentication", authentication_text(server)),
        ("relay", list_text(server.relay_list())),
        ("connections", list_text(server.access_list())),
    ]
}

fn metabase_text(metabase: &Metabase, width: usize) -> String {
    let mut text = String::new();
    for server in metabase.virtual_servers() {
        let name = server
            .comment()
            .map(|comment| format!(" ({})", shown(comment)))
            .unwrap_or_default();
        text.push_str(&format!(
            "SMTP virtual server {}{name}\n",
            server.server.number
        ));
        let mut table = PlainTable::new(width, ["what", "value"]);
        table.keep_whole([0]);
        let domains = server
            .server
            .domains
            .iter()
            .map(|domain| (format!("domain {}", domain.name), kind_text(server, domain)));
        let all = rows(server)
            .into_iter()
            .map(|(label, value)| (label.to_owned(), value))
            .chain(domains);
        all.for_each(|(label, value)| {
            table.add([shown(&label), shown(&value)].map(|cell| cell.into_owned()))
        });
        text.push_str(&format!("{}\n", table.text()));
    }
    if metabase.servers.is_empty() {
        text.push_str("there is no SMTP virtual server in it\n");
    }
    text.extend(
        metabase
            .odd
            .iter()
            .map(|odd| format!("odd: {}\n", shown(odd))),
    );
    text
}

fn metabase_json(metabase: &Metabase) -> Value {
    let servers = metabase.virtual_servers().map(|server| {
        json!({
            "number": server.server.number,
            "comment": server.comment(),
            "bindings": value_or_error(server.bindings(), |list| json!(list.iter().map(ToString::to_string).collect::<Vec<_>>())),
            "default-domain": server.default_domain(),
            "drop-directory": server.drop_directory(),
            "queue-directory": server.queue_directory(),
            "badmail-directory": server.bad_mail_directory(),
            "maximum-message-size": value_or_error(server.max_message_size(), |size| json!(size)),
            "authentication": value_or_error(server.auth_flags(), |flags| json!(flags.names())),
            "anonymous-access": value_or_error(server.auth_flags(), |flags| json!(flags.anonymous())),
            "relay-list": list_json(server.relay_list()),
            "access-list": list_json(server.access_list()),
            "domains": server.server.domains.iter().map(|domain| domain_json(server, domain)).collect::<Vec<_>>(),
        })
    });
    json!({"virtual-servers": servers.collect::<Vec<_>>(), "odd": metabase.odd})
}

fn kind_word(kind: DomainKind) -> &'static str {
    match kind {
        DomainKind::Alias => "alias",
        DomainKind::Default => "default",
        DomainKind::SmartHost => "smart-host",
        DomainKind::Remote => "remote",
    }
}

fn domain_json(server: VirtualServer<'_>, domain: &Domain) -> Value {
    let action = server.route_action(domain);
    json!({
        "name": domain.name,
        "kind": value_or_error(action.clone(), |action| json!(kind_word(action.kind()))),
        "relays": value_or_error(action, |action| json!(action.relays())),
    })
}

/// Returns a value as `show` writes it, or the error if it cannot be read.
fn value_or_error<T>(value: Result<T, ValueError>, show: impl Fn(T) -> Value) -> Value {
    match value {
        Ok(value) => show(value),
        Err(error) => json!({"error": {"message": error.message, "line": error.line}}),
    }
}
