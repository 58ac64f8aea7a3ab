//! The questions for a server: recipients, each in a transaction of its own.

use crate::facts::{FOREIGN_RECIPIENT, MADE_UP_MAILBOX, SmtpPurpose};
use crate::farm::Farm;
use crate::farm::values::{MailServer, checked};

/// The maximum number of domains that a server is asked about. Servers close the connection after
/// too many refusals, Postfix after twenty (`smtpd_hard_error_limit`).
const MAX_DOMAINS: usize = 8;

/// The sender of a report about a message, which is never answered (RFC 5321 4.5.5).
const NULL_SENDER: &str = "";

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    /// If the question before it, about the same recipient, was not accepted.
    PreviousNotAccepted,
}

/// One transaction: a sender and a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedQuestion {
    pub purpose: SmtpPurpose,
    pub sender: String,
    pub recipient: String,
    pub condition: Condition,
}

/// Returns the questions to every server of a farm, in their order. `addresses` are of mailboxes
/// that exist.
pub(super) fn questions(farm: &Farm, addresses: &[String]) -> Vec<PlannedQuestion> {
    let mut all = Vec::new();
    for domain in domains(farm).iter().take(MAX_DOMAINS) {
        let made_up = format!("{MADE_UP_MAILBOX}@{domain}");
        add_recipient(&mut all, farm, SmtpPurpose::MadeUpMailbox, made_up);
        if let Some(alias) = &farm.probe.recipient {
            let real = format!("{}@{domain}", alias.as_str());
            if !addresses.contains(&real) {
                add_recipient(&mut all, farm, SmtpPurpose::RealMailbox, real);
            }
        }
    }
    for address in addresses.iter().filter(|address| is_plain(address)) {
        add_recipient(&mut all, farm, SmtpPurpose::RealMailbox, address.clone());
    }
    // Some servers refuse a null sender for reasons of their own.
    for sender in sender(farm).into_iter().chain([NULL_SENDER]) {
        all.push(PlannedQuestion {
            purpose: SmtpPurpose::ForeignRecipient,
            sender: sender.to_owned(),
            recipient: FOREIGN_RECIPIENT.to_owned(),
            condition: Condition::Always,
        });
    }
    all
}

/// Returns whether an address is safe in a command: it must not end the command and begin another.
fn is_plain(address: &str) -> bool {
    address
        .chars()
        .all(|letter| letter.is_ascii_graphic() && !"<>".contains(letter))
}

/// Returns the recorded sender.
fn sender(farm: &Farm) -> Option<&str> {
    farm.probe.sender.as_ref().map(|sender| sender.as_str())
}

/// Adds a recipient, with a second question for a recorded sender if the null sender is refused.
fn add_recipient(
    all: &mut Vec<PlannedQuestion>,
    farm: &Farm,
    purpose: SmtpPurpose,
    recipient: String,
) {
    let with_null_sender = PlannedQuestion {
        purpose,
        sender: NULL_SENDER.to_owned(),
        recipient,
        condition: Condition::Always,
    };
    let with_sender = sender(farm).map(|sender| PlannedQuestion {
        sender: sender.to_owned(),
        condition: Condition::PreviousNotAccepted,
        ..with_null_sender.clone()
    });
    all.push(with_null_sender);
    all.extend(with_sender);
}

/// Returns the domains that a server of the farm may have to accept mail for, each once.
fn domains(farm: &Farm) -> Vec<String> {
    let display = checked(&farm.incoming.display_address)
        .valid()
        .map(|domain| domain.ascii().to_owned());
    let handed_on = farm
        .mail_hosts
        .iter()
        .flat_map(|host| host.delivers_as.iter().flatten())
        .map(|domain| domain.ascii().to_owned());
    let own = farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref())
        .map(|domain| domain.ascii().to_owned());
    // Contacts have targets at the SMTP mail server.
    let server = match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => Some(name.ascii().to_owned()),
        _ => None,
    };
    let mut domains: Vec<String> = Vec::new();
    for domain in display
        .into_iter()
        .chain(handed_on)
        .chain(own)
        .chain(server)
    {
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    domains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::farm::read;

    const FARM: &str = "[incoming-email]\ndisplay-address = \"sp.fabrikam.com\"\n\
                        [[web-application]]\nname = \"HR\"\n\
                        incoming-address = \"hr.fabrikam.com\"\n\
                        [[mail-host]]\nname = \"ex1.fabrikam.com\"\n\
                        delivers-as = [\"sp1.fabrikam.com\"]\n[probe]\n";

    fn asked(probe: &str, addresses: &[&str]) -> Vec<(String, String, Condition)> {
        let farm = read(&format!("{FARM}{probe}")).expect("a farm").farm;
        let addresses: Vec<String> = addresses.iter().map(|text| (*text).to_owned()).collect();
        questions(&farm, &addresses)
            .into_iter()
            .map(|asked| (asked.sender, asked.recipient, asked.condition))
            .collect()
    }

    fn always(sender: &str, recipient: &str) -> (String, String, Condition) {
        (sender.to_owned(), recipient.to_owned(), Condition::Always)
    }

    #[test]
    fn every_domain_and_a_foreign_one_are_asked_about() {
        let expected = [
            always("", "spinmail-probe@sp.fabrikam.com"),
            always("", "spinmail-probe@sp1.fabrikam.com"),
            always("", "spinmail-probe@hr.fabrikam.com"),
            always("", FOREIGN_RECIPIENT),
        ];
        assert_eq!(asked("", &[]), expected);
    }

    #[test]
    fn real_mailboxes_are_also_asked_about() {
        let all = asked("recipient = \"docs\"", &["jobs@hr.fabrikam.com"]);
        for recipient in [
            "docs@sp.fabrikam.com",
            "docs@hr.fabrikam.com",
            "jobs@hr.fabrikam.com",
        ] {
            assert!(all.contains(&always("", recipient)), "{recipient}: {all:?}");
        }
        let injected = asked("", &["x@a.test>\r\nDATA", "a b@a.test"]);
        assert_eq!(injected, asked("", &[]));
    }

    #[test]
    fn recorded_sender_is_used_if_the_null_sender_is_rejected() {
        let sender = "postmaster@fabrikam.com";
        let all = asked(&format!("sender = \"{sender}\""), &[]);
        let of = |recipient: &str| -> Vec<(&str, Condition)> {
            all.iter()
                .filter(|asked| asked.1 == recipient)
                .map(|asked| (asked.0.as_str(), asked.2))
                .collect()
        };
        assert_eq!(
            of("spinmail-probe@sp.fabrikam.com"),
            [
                ("", Condition::Always),
                (sender, Condition::PreviousNotAccepted)
            ]
        );
        assert_eq!(
            of(FOREIGN_RECIPIENT),
            [(sender, Condition::Always), ("", Condition::Always)]
        );
    }
}
