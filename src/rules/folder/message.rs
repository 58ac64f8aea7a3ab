//! What SharePoint does with one message, by its head and what is known of the farm.

use super::receivers::is_farm_domain;
use crate::facts::ListAliases;
use crate::farm::Farm;
use crate::farm::values::DomainName;
use crate::formats::mail::{self, Address, Head, LOOP_GUARD, MailError, Wrapped};

/// What is known of the farm that a message is for.
pub(crate) struct KnownFarm {
    pub farm: Farm,
    /// The domain of its lists' addresses, or `None` if it is not known.
    pub display: Option<DomainName>,
    pub aliases: Option<ListAliases>,
}

/// What is reported about a message.
#[derive(Default)]
pub(crate) struct MessageVerdict {
    pub size: u64,
    /// Whether SharePoint can route it, or `None` if that is not known.
    pub routable: Option<bool>,
    pub sender: Option<String>,
    pub receivers: Vec<Receiver>,
    pub findings: Vec<MessageFinding>,
    pub not_checked: Vec<&'static str>,
    pub head: Vec<(&'static str, Option<String>)>,
}

/// Whom a message is for.
pub(crate) struct Receiver {
    pub address: String,
    pub alias: String,
    pub domain: Option<String>,
    /// Whether a list has the alias, or `None` if the lists are not known.
    pub has_list: Option<bool>,
    /// Whether the domain is the farm's.
    pub is_ours: Option<bool>,
    /// Whether it is one plain address.
    is_plain: bool,
}

impl Receiver {
    /// Returns whether the recipient alone stops the message. Only an unknown alias does: whether
    /// SharePoint compares the domain is not documented.
    fn is_stopped(&self) -> bool {
        self.has_list == Some(false)
    }

    fn is_sound(&self) -> bool {
        self.is_plain && !self.is_stopped() && self.is_ours != Some(false)
    }
}

/// What is wrong with a message, by the rule that explains it.
pub(crate) struct MessageFinding {
    pub rule: &'static str,
    /// Whether it keeps the message from every list.
    pub stops: bool,
    pub message: String,
}

impl MessageVerdict {
    /// Adds whether its attachments are wrapped, which the head does not say.
    pub(crate) fn add_attachments(&mut self, wrapped: Wrapped) {
        match wrapped {
            Wrapped::No => {}
            Wrapped::Yes => self.findings.push(MessageFinding {
                rule: "folder-attachments-wrapped",
                stops: false,
                message: "its attachments are packed in a winmail.dat and will be lost".to_owned(),
            }),
            Wrapped::NotSeen => self
                .not_checked
                .push("whether attachments are packed in a winmail.dat: not all of it can be read"),
        }
    }
}

/// Judges a message by its head, or by why it has none.
pub(crate) fn judge_head(
    head: Result<&Head<'_>, &MailError>,
    size: u64,
    known: &KnownFarm,
) -> MessageVerdict {
    match head {
        Ok(head) => judge_message(head, size, known),
        Err(fault) => MessageVerdict {
            size,
            routable: Some(false),
            findings: vec![MessageFinding {
                rule: "folder-mail-unroutable",
                stops: true,
                message: format!("it is not a message: {fault} (byte {})", fault.offset),
            }],
            ..MessageVerdict::default()
        },
    }
}

fn judge_message(head: &Head<'_>, size: u64, known: &KnownFarm) -> MessageVerdict {
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
        open_checks.push("the X-Mailer: the headers are longer than what spinmail reads of them");
    }
    if head.has_loop_guard() {
        let message = format!(
            "SharePoint discards a message with the X-Mailer `{LOOP_GUARD}`: SharePoint \
                     itself sent it"
        );
        findings.push(MessageFinding {
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
    MessageVerdict {
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

/// Whether SharePoint surely looks where the recipients of a message were searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReceiverSearch {
    Certain,
    /// There may be recipients that SharePoint finds, or does not find, in other places.
    Doubtful,
}

/// Returns the recipients of a message: those that SharePoint surely finds, else those further
/// down, then those that are not one plain address.
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
    let is_ours = known
        .display
        .as_ref()
        .zip(domain.as_ref())
        .map(|(display, domain)| is_farm_domain(&known.farm, display, domain));
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

/// Returns the recipient of a line that is not one plain address. Which one SharePoint reads from
/// it is not known.
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

/// Returns what is wrong with the recipients of a message.
fn receiver_findings(
    head: &Head<'_>,
    receivers: &[Receiver],
    search: ReceiverSearch,
) -> Vec<MessageFinding> {
    if receivers.is_empty() {
        return vec![no_receiver_finding(head, search)];
    }
    let unclear = unclear_reason(head, search).map(|message| MessageFinding {
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

fn no_receiver_finding(head: &Head<'_>, search: ReceiverSearch) -> MessageFinding {
    let (stops, message) = match (search, head.empty_receivers) {
        (ReceiverSearch::Doubtful, _) => (
            false,
            "there is no `x-receiver` line in the part that was read",
        ),
        (ReceiverSearch::Certain, 0) => (true, "there is no `x-receiver` line before its headers"),
        (ReceiverSearch::Certain, _) => (true, "its `x-receiver` line is empty"),
    };
    MessageFinding {
        rule: "folder-mail-unroutable",
        stops,
        message: message.to_owned(),
    }
}

/// Returns why SharePoint may read other recipients than those found, or `None` if it surely reads
/// the same.
fn unclear_reason(head: &Head<'_>, search: ReceiverSearch) -> Option<String> {
    if let Some(fault) = head.before {
        return Some(format!(
            "{fault}, and its `x-receiver` line comes after that: it is not known how SharePoint \
             reads it"
        ));
    }
    let reason = if !head.unclear_receivers.is_empty() {
        "an `x-receiver` line is not one plain address, or has no end: it is not known how \
         SharePoint reads it"
    } else if search == ReceiverSearch::Doubtful {
        "its `x-receiver` line is below its own headers, and it is not known whether SharePoint \
         looks there"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

fn foreign_domain_finding(receivers: &[Receiver]) -> Option<MessageFinding> {
    let foreign: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.is_ours == Some(false))
        .collect();
    let domain = foreign.first()?.domain.as_deref().unwrap_or_default();
    let more = and_more(foreign.len());
    Some(MessageFinding {
        rule: "folder-domain-foreign",
        stops: false,
        message: format!(
            "`{domain}` is not the display address{more}; it is not documented whether SharePoint \
             accepts that"
        ),
    })
}

fn unknown_alias_finding(receivers: &[Receiver]) -> Option<MessageFinding> {
    let unknown: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.has_list == Some(false))
        .collect();
    let first = unknown.first()?;
    Some(MessageFinding {
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
        2 => ", and the same holds for another recipient".to_owned(),
        _ => format!(", and the same holds for {} other recipients", count - 1),
    }
}

/// Returns the finding about a message that is too large for every web application, or `None`.
/// Which of them it is for is not known.
fn size_finding(size: u64, farm: &Farm) -> Option<MessageFinding> {
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
        "every web application accepts"
    } else {
        "some web applications accept"
    };
    let message = format!("it has {size} bytes, more than {takes} ({})", most.as_str());
    Some(MessageFinding {
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
            "the domain: `--display-address DOMAIN` or a farm file names the farm's domain",
        ),
        (
            known.aliases.is_none(),
            "the alias: `--aliases FILE` names the lists' aliases",
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
