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

/// What there is to say of a message.
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
                message: "its attachments are wrapped in a winmail.dat, and will be lost"
                    .to_owned(),
            }),
            Wrapped::NotSeen => self
                .not_checked
                .push("whether attachments are wrapped: not all of it can be read"),
        }
    }
}

/// Judges a message by its head.
pub(crate) fn judge_head(
    head: Result<&Head<'_>, &MailError>,
    size: u64,
    known: &KnownFarm,
) -> MessageVerdict {
    let mut verdict = MessageVerdict {
        size,
        routable: Some(false),
        sender: None,
        receivers: Vec::new(),
        findings: Vec::new(),
        not_checked: Vec::new(),
        head: Vec::new(),
    };
    let head = match head {
        Ok(head) => head,
        Err(fault) => {
            let message = format!("it is no message: {fault} (byte {})", fault.offset);
            verdict.findings.push(MessageFinding {
                rule: "folder-mail-unroutable",
                stops: true,
                message,
            });
            return verdict;
        }
    };
    verdict.head = vec![
        ("subject", head.subject.map(mail::text)),
        ("from", head.from.map(mail::text)),
        ("date", head.date.map(mail::text)),
        ("message-id", head.message_id.map(mail::text)),
        ("x-mailer", head.x_mailer.map(mail::text)),
    ];
    verdict.sender = head.sender.map(|sender| sender.text().into_owned());
    let is_cut = head.end == mail::End::Cut;
    let has_others =
        !head.receivers_below.is_empty() || !head.unclear_receivers.is_empty() || is_cut;
    let doubtful = head.receivers.is_empty() && has_others;
    let receivers = if head.receivers.is_empty() {
        &head.receivers_below
    } else {
        &head.receivers
    };
    verdict.receivers = receivers
        .iter()
        .map(|address| receiver(address, known))
        .collect();
    verdict
        .receivers
        .extend(head.unclear_receivers.iter().map(unclear));
    verdict
        .findings
        .extend(of_receivers(head, &verdict.receivers, doubtful));
    let is_guard_open = is_cut && head.x_mailer.is_none();
    if is_guard_open {
        verdict
            .not_checked
            .push("the X-Mailer: the head is longer than what is read of one");
    }
    if head.has_loop_guard() {
        let message =
            format!("SharePoint drops what has the X-Mailer `{LOOP_GUARD}`: it sent that itself");
        verdict.findings.push(MessageFinding {
            rule: "folder-loop-guard",
            stops: true,
            message,
        });
    }
    verdict.findings.extend(of_size(size, &known.farm));
    verdict.not_checked.extend(not_checked(known));
    let is_stopped = verdict.findings.iter().any(|finding| finding.stops);
    let is_open = doubtful || is_guard_open || !verdict.receivers.iter().any(Receiver::is_sound);
    verdict.routable = if is_stopped {
        Some(false)
    } else {
        (!is_open).then_some(true)
    };
    verdict
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

/// Returns the receiver of a line that is not one plain address. Which one SharePoint reads from it
/// is not known.
fn unclear(address: &Address<'_>) -> Receiver {
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

fn of_receivers(head: &Head<'_>, receivers: &[Receiver], doubtful: bool) -> Vec<MessageFinding> {
    if receivers.is_empty() {
        let (stops, message) = match (doubtful, head.empty_receivers) {
            (true, _) => (
                false,
                "no `x-receiver` line stands in the part of its head that was read",
            ),
            (false, 0) => (true, "no `x-receiver` line stands before its head"),
            (false, _) => (true, "its `x-receiver` line is empty"),
        };
        return vec![MessageFinding {
            rule: "folder-mail-unroutable",
            stops,
            message: message.to_owned(),
        }];
    }
    let mut findings = Vec::new();
    let why = match head.before {
        Some(fault) => Some(format!(
            "{fault}, and its `x-receiver` line comes after that: how SharePoint reads it is not \
             known"
        )),
        None if !head.unclear_receivers.is_empty() => {
            let what = "an `x-receiver` line is not one plain address, or has no end: how \
                        SharePoint reads it is not known";
            Some(what.to_owned())
        }
        None if doubtful => {
            let what = "its `x-receiver` line stands below its own head, and whether SharePoint \
                        looks there is not known";
            Some(what.to_owned())
        }
        None => None,
    };
    findings.extend(why.map(|message| MessageFinding {
        rule: "folder-mail-unroutable",
        stops: false,
        message,
    }));
    let stops = receivers.iter().all(Receiver::is_stopped);
    let foreign: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.is_ours == Some(false))
        .collect();
    if let Some(first) = foreign.first() {
        let domain = first.domain.as_deref().unwrap_or_default();
        let more = and_more(foreign.len());
        let message = format!(
            "`{domain}` is not the display address{more}; whether SharePoint minds is not \
             documented"
        );
        findings.push(MessageFinding {
            rule: "folder-domain-foreign",
            stops: false,
            message,
        });
    }
    let unknown: Vec<&Receiver> = receivers
        .iter()
        .filter(|receiver| receiver.has_list == Some(false))
        .collect();
    if let Some(first) = unknown.first() {
        let message = format!(
            "no list has the alias `{}`{}",
            first.alias,
            and_more(unknown.len())
        );
        findings.push(MessageFinding {
            rule: "folder-alias-unknown",
            stops,
            message,
        });
    }
    findings
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
fn of_size(size: u64, farm: &Farm) -> Option<MessageFinding> {
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
