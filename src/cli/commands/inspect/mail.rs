//! `inspect mail`: explains messages of a drop folder.

use crate::cli::args::{AliasesArgs, FarmFileArgs, FormatArgs};
use crate::cli::console::Console;
use crate::error::Error;
use crate::facts::ListAliases;
use crate::farm::Farm;
use crate::farm::values::{DomainName, FromText, checked};
use crate::formats::mail::{self, Address, Head, LOOP_GUARD, MailError, Wrapped};
use crate::probe::folder::MessageReader;
use crate::report::{self, Exit};
use crate::term::PlainTable;
use crate::text::shown;
use clap::ValueHint;
use serde_json::{Value, json};
use std::fs::File;
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
                  other.eml --aliases aliases.txt --format json\n\nExit status: 0 every message \
                  can be routed, 1 one cannot, 2 one cannot be read, 3 of one it cannot be told."
)]
pub(crate) struct InspectMailArgs {
    /// The messages, or copies of them
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    messages: Vec<PathBuf>,
    /// The farm's display address; else the farm file's
    #[arg(long, value_name = "DOMAIN")]
    display_address: Option<String>,
    #[command(flatten)]
    aliases: AliasesArgs,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

/// What is known of the farm that the messages are for.
struct KnownFarm {
    farm: Farm,
    display: Option<DomainName>,
    aliases: Option<ListAliases>,
}

impl KnownFarm {
    fn new(args: &InspectMailArgs, console: &Console) -> Result<Self, Error> {
        let loaded = args.farm_file.load_if_present(console)?;
        let farm = loaded
            .map(|loaded| loaded.document.farm)
            .unwrap_or_default();
        let display = match &args.display_address {
            Some(text) => Some(domain(text)?),
            None => checked(&farm.incoming.display_address).valid().cloned(),
        };
        Ok(Self {
            farm,
            display,
            aliases: args.aliases.load()?,
        })
    }
}

fn domain(text: &str) -> Result<DomainName, Error> {
    DomainName::from_text(text).map_err(|fault| {
        Error::usage(format!("`{}` is no domain: {fault}", shown(text)))
            .hint("for example: sharepoint.fabrikam.com")
    })
}

pub(crate) fn run(args: &InspectMailArgs, console: &Console) -> Result<Exit, Error> {
    let known = KnownFarm::new(args, console)?;
    let mut reader = MessageReader::default();
    let mut exit = Exit::Clean;
    let mut messages = Vec::new();
    for path in &args.messages {
        let explained = explain(path, &known, &mut reader);
        exit = exit.worse(exit_of_message(explained.as_ref()));
        match (args.format.is_json(), explained) {
            (true, explained) => messages.push(to_json(path, explained)),
            (false, Ok(explained)) => {
                console.write_stdout(&to_text(path, &explained, console.width()))
            }
            (false, Err(error)) => console.error(&error),
        }
    }
    if args.format.is_json() {
        let document = format!("{:#}\n", json!({"messages": messages}));
        console.write_stdout(&report::harmless(&document));
    }
    Ok(exit)
}

fn exit_of_message(explained: Result<&Explained, &Error>) -> Exit {
    match explained.map(|explained| explained.routable) {
        Ok(Some(true)) => Exit::Clean,
        Ok(Some(false)) => Exit::Findings,
        Ok(None) => Exit::Undecided,
        Err(_) => Exit::Usage,
    }
}

/// What is reported about a message.
#[derive(Default)]
struct Explained {
    size: u64,
    /// Whether SharePoint can route it, or `None` if that is not known.
    routable: Option<bool>,
    sender: Option<String>,
    receivers: Vec<Receiver>,
    findings: Vec<Finding>,
    not_checked: Vec<&'static str>,
    head: Vec<(&'static str, Option<String>)>,
}

struct Receiver {
    address: String,
    alias: String,
    domain: Option<String>,
    /// Whether a list has the alias, or `None` if the lists are not known.
    has_list: Option<bool>,
    /// Whether the domain is the farm's.
    is_ours: Option<bool>,
    /// Whether it is one plain address.
    is_plain: bool,
}

impl Receiver {
    /// Returns whether the receiver alone stops the message. Only an unknown alias does: whether
    /// SharePoint compares the domain is not documented.
    fn is_stopped(&self) -> bool {
        self.has_list == Some(false)
    }

    fn is_sound(&self) -> bool {
        self.is_plain && !self.is_stopped() && self.is_ours != Some(false)
    }
}

/// What is wrong with a message, by the rule that explains it.
struct Finding {
    rule: &'static str,
    /// Whether it keeps the message from every list.
    stops: bool,
    message: String,
}

fn explain(path: &Path, known: &KnownFarm, reader: &mut MessageReader) -> Result<Explained, Error> {
    // Asked before it is opened: a pipe would be waited for.
    if !std::fs::metadata(path)
        .map_err(|error| cannot_read(path, &error))?
        .is_file()
    {
        return Err(Error::usage(format!(
            "`{}` is no ordinary file",
            shown(&path.to_string_lossy())
        )));
    }
    let mut file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    let metadata = file.metadata().map_err(|error| cannot_read(path, &error))?;
    let size = metadata.len();
    let (mut explained, wrapped) = reader
        .read(&mut file, size, &AtomicU64::new(MAX_READ), |head| {
            explain_head(head, size, known)
        })
        .map_err(|error| cannot_read(path, &error))?;
    match wrapped {
        Wrapped::No => {}
        Wrapped::Yes => explained.findings.push(Finding {
            rule: "folder-attachments-wrapped",
            stops: false,
            message: "its attachments are wrapped in a winmail.dat, and will be lost".to_owned(),
        }),
        Wrapped::NotSeen => explained
            .not_checked
            .push("whether attachments are wrapped: not all of it can be read"),
    }
    Ok(explained)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    let name = path.to_string_lossy();
    Error::usage(format!("cannot read `{}`: {error}", shown(&name)))
}

/// Explains a message by its head, or by why it has none.
fn explain_head(head: Result<&Head<'_>, &MailError>, size: u64, known: &KnownFarm) -> Explained {
    match head {
        Ok(head) => explain_message(head, size, known),
        Err(fault) => Explained {
            size,
            routable: Some(false),
            findings: vec![Finding {
                rule: "folder-mail-unroutable",
                stops: true,
                message: format!("it is no message: {fault} (byte {})", fault.offset),
            }],
            ..Explained::default()
        },
    }
}

fn explain_message(head: &Head<'_>, size: u64, known: &KnownFarm) -> Explained {
    let is_cut = head.end == mail::End::Cut;
    let has_others =
        !head.receivers_below.is_empty() || !head.unclear_receivers.is_empty() || is_cut;
    let search = if head.receivers.is_empty() && has_others {
        ReceiverSearch::Doubtful
    } else {
        ReceiverSearch::Certain
    };
    let receivers = receivers(head, known);
    let mut findings = receiver_findings(head, &receivers, search);
    let mut open_checks = Vec::new();
    let is_guard_open = is_cut && head.x_mailer.is_none();
    if is_guard_open {
        open_checks.push("the X-Mailer: the head is longer than what is read of one");
    }
    if head.has_loop_guard() {
        let message =
            format!("SharePoint drops what has the X-Mailer `{LOOP_GUARD}`: it sent that itself");
        findings.push(Finding {
            rule: "folder-loop-guard",
            stops: true,
            message,
        });
    }
    findings.extend(size_finding(size, &known.farm));
    open_checks.extend(not_checked(known));
    let is_stopped = findings.iter().any(|finding| finding.stops);
    let is_open = search == ReceiverSearch::Doubtful
        || is_guard_open
        || !receivers.iter().any(Receiver::is_sound);
    Explained {
        size,
        routable: if is_stopped {
            Some(false)
        } else {
            (!is_open).then_some(true)
        },
        sender: head.sender.map(|sender| sender.text().into_owned()),
        receivers,
        findings,
        not_checked: open_checks,
        head: vec![
            ("subject", head.subject.map(mail::text)),
            ("from", head.from.map(mail::text)),
            ("date", head.date.map(mail::text)),
            ("message-id", head.message_id.map(mail::text)),
            ("x-mailer", head.x_mailer.map(mail::text)),
        ],
    }
}

/// Whether SharePoint surely looks where the receivers of a message were searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReceiverSearch {
    Certain,
    /// There may be receivers that SharePoint finds, or does not find, in other places.
    Doubtful,
}

/// Returns the receivers of a message: those that SharePoint surely finds, else those further down,
/// then those that are not one plain address.
fn receivers(head: &Head<'_>, known: &KnownFarm) -> Vec<Receiver> {
    let addresses = if head.receivers.is_empty() {
        &head.receivers_below
    } else {
        &head.receivers
    };
    let plain = addresses.iter().map(|address| receiver(address, known));
    plain
        .chain(head.unclear_receivers.iter().map(unclear_receiver))
        .collect()
}

fn receiver(address: &Address<'_>, known: &KnownFarm) -> Receiver {
    let (alias, domain) = (
        address.local().into_owned(),
        address.domain().map(|domain| domain.into_owned()),
    );
    let own = known
        .farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref());
    let is_ours = known
        .display
        .as_ref()
        .zip(domain.as_ref())
        .map(|(display, domain)| {
            let name = DomainName::from_text(domain).ok();
            let ascii = name.as_ref().map(DomainName::ascii);
            let mut ours = [display].into_iter().chain(own);
            ours.any(|our| Some(our.ascii()) == ascii)
        });
    let has_list = known.aliases.as_ref().map(|aliases| aliases.knows(&alias));
    Receiver {
        address: address.text().into_owned(),
        alias,
        domain,
        has_list,
        is_ours,
        is_plain: true,
    }
}

/// Returns the receiver of a line that is not one plain address. Which one SharePoint reads from it
/// is not known.
fn unclear_receiver(address: &Address<'_>) -> Receiver {
    let text = address.text().into_owned();
    Receiver {
        address: text.clone(),
        alias: text,
        domain: None,
        has_list: None,
        is_ours: None,
        is_plain: false,
    }
}

/// Returns what is wrong with the receivers of a message.
fn receiver_findings(
    head: &Head<'_>,
    receivers: &[Receiver],
    search: ReceiverSearch,
) -> Vec<Finding> {
    if receivers.is_empty() {
        return vec![no_receiver_finding(head, search)];
    }
    let unclear = unclear_reason(head, search).map(|message| Finding {
        rule: "folder-mail-unroutable",
        stops: false,
        message,
    });
    unclear
        .into_iter()
        .chain(foreign_domain_finding(receivers))
        .chain(unknown_alias_finding(receivers))
        .collect()
}

fn no_receiver_finding(head: &Head<'_>, search: ReceiverSearch) -> Finding {
    let (stops, message) = match (search, head.empty_receivers) {
        (ReceiverSearch::Doubtful, _) => (
            false,
            "no `x-receiver` line stands in the part of its head that was read",
        ),
        (ReceiverSearch::Certain, 0) => (true, "no `x-receiver` line stands before its head"),
        (ReceiverSearch::Certain, _) => (true, "its `x-receiver` line is empty"),
    };
    Finding {
        rule: "folder-mail-unroutable",
        stops,
        message: message.to_owned(),
    }
}

/// Returns why SharePoint may read other receivers than those found, or `None` if it surely reads
/// the same.
fn unclear_reason(head: &Head<'_>, search: ReceiverSearch) -> Option<String> {
    if let Some(fault) = head.before {
        return Some(format!(
            "{fault}, and its `x-receiver` line comes after that: how SharePoint reads it is not \
             known"
        ));
    }
    let reason = if !head.unclear_receivers.is_empty() {
        "an `x-receiver` line is not one plain address, or has no end: how SharePoint reads it is \
         not known"
    } else if search == ReceiverSearch::Doubtful {
        "its `x-receiver` line stands below its own head, and whether SharePoint looks there is \
         not known"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

fn foreign_domain_finding(receivers: &[Receiver]) -> Option<Finding> {
    let foreign: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.is_ours == Some(false))
        .collect();
    let domain = foreign.first()?.domain.as_deref().unwrap_or_default();
    let more = and_more(foreign.len());
    Some(Finding {
        rule: "folder-domain-foreign",
        stops: false,
        message: format!(
            "`{domain}` is not the display address{more}; whether SharePoint minds is not \
             documented"
        ),
    })
}

fn unknown_alias_finding(receivers: &[Receiver]) -> Option<Finding> {
    let unknown: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.has_list == Some(false))
        .collect();
    let first = unknown.first()?;
    Some(Finding {
        rule: "folder-alias-unknown",
        stops: receivers.iter().all(Receiver::is_stopped),
        message: format!(
            "no list has the alias `{}`{}",
            first.alias,
            and_more(unknown.len())
        ),
    })
}

fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => ", and so it is with another receiver".to_owned(),
        _ => format!(", and so it is with {} other receivers", count - 1),
    }
}

/// Returns the finding about a message that is too large for every web application, or `None`.
/// Which of them it is for is not known.
fn size_finding(size: u64, farm: &Farm) -> Option<Finding> {
    let limits = farm
        .web_applications
        .iter()
        .map(|web| web.maximum_message_size.as_ref());
    let smaller: Vec<_> = limits
        .clone()
        .flatten()
        .filter(|limit| limit.bytes() < size)
        .collect();
    let most = smaller.iter().max_by_key(|limit| limit.bytes())?;
    let stops = smaller.len() == limits.count();
    let takes = if stops {
        "every web application takes"
    } else {
        "some web applications take"
    };
    let message = format!("it has {size} bytes, more than {takes} ({})", most.as_str());
    Some(Finding {
        rule: "folder-mail-too-large",
        stops,
        message,
    })
}

fn not_checked(known: &KnownFarm) -> impl Iterator<Item = &'static str> {
    let no_limit = known
        .farm
        .web_applications
        .iter()
        .all(|web| web.maximum_message_size.is_none());
    let has_unlimited = known
        .farm
        .web_applications
        .iter()
        .any(|web| web.maximum_message_size.is_none());
    let checks = [
        (
            known.display.is_none(),
            "the domain: `--display-address DOMAIN` or a farm file names the farm's",
        ),
        (
            known.aliases.is_none(),
            "the alias: `--aliases FILE` names those of the lists",
        ),
        (
            no_limit,
            "the size: no web application's limit is recorded in a farm file",
        ),
        (
            !no_limit && has_unlimited,
            "the size: a web application's limit is not recorded in the farm file",
        ),
    ];
    checks
        .into_iter()
        .filter_map(|(is_open, what)| is_open.then_some(what))
}

fn to_json(path: &Path, explained: Result<Explained, Error>) -> Value {
    let file = path.to_string_lossy();
    let explained = match explained {
        Ok(explained) => explained,
        Err(error) => return json!({"file": file, "error": error.message}),
    };
    let receivers = explained.receivers.iter().map(|receiver| {
        json!({
            "address": receiver.address,
            "alias": receiver.alias,
            "domain": receiver.domain,
            "has-list": receiver.has_list,
            "is-ours": receiver.is_ours,
        })
    });
    let findings = explained.findings.iter().map(
        |finding| json!({"rule": finding.rule, "stops": finding.stops, "message": finding.message}),
    );
    json!({
        "file": file,
        "size": explained.size,
        "routable": explained.routable,
        "sender": explained.sender,
        "receivers": receivers.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "not-checked": explained.not_checked,
        "head": explained.head.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    })
}

/// The most receivers that the text shows; JSON has all of them.
const MAX_SHOWN: usize = 10;

fn to_text(path: &Path, explained: &Explained, width: usize) -> String {
    let verdict = match explained.routable {
        Some(true) => "SharePoint can route it",
        Some(false) => "SharePoint cannot route it",
        None => "whether SharePoint can route it is not known",
    };
    let mut rows: Vec<(&str, String)> = Vec::new();
    rows.extend(explained.sender.clone().map(|sender| ("sender", sender)));
    rows.extend(
        explained
            .receivers
            .iter()
            .take(MAX_SHOWN)
            .map(|receiver| ("for", receiver_text(receiver))),
    );
    if let Some(more @ 1..) = explained.receivers.len().checked_sub(MAX_SHOWN) {
        rows.push(("for", format!("{more} more")));
    }
    rows.extend(
        explained
            .head
            .iter()
            .filter_map(|(name, value)| Some((*name, value.clone()?))),
    );
    rows.push(("size", format!("{} bytes", explained.size)));
    for finding in &explained.findings {
        let label = if finding.stops { "stops it" } else { "beware" };
        rows.push((label, format!("{} [{}]", finding.message, finding.rule)));
    }
    rows.extend(
        explained
            .not_checked
            .iter()
            .map(|what| ("not checked", (*what).to_owned())),
    );
    let mut table = PlainTable::new(width, ["what", "value"]);
    table.keep_whole([0]);
    rows.iter()
        .for_each(|(label, value)| table.add([(*label).to_owned(), shown(value).into_owned()]));
    format!(
        "{}: {verdict}\n{}\n",
        shown(&path.to_string_lossy()),
        table.text()
    )
}

fn receiver_text(receiver: &Receiver) -> String {
    let list = match receiver.has_list {
        Some(true) => ", a list's alias",
        Some(false) => ", no list's alias",
        None => "",
    };
    let domain = if receiver.is_ours == Some(false) {
        ", another domain"
    } else {
        ""
    };
    format!("{}{list}{domain}", receiver.address)
}
