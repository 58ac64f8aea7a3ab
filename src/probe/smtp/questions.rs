//! What a server is asked: recipients, each in a transaction of its own.

use super::SmtpOptions;
use crate::facts::{FOREIGN_RECIPIENT, MADE_UP_MAILBOX, SmtpPurpose};
use crate::farm::Farm;
use crate::farm::values::{MailServer, checked};

/// The most domains that a server is asked about. Servers hang up after too many refusals, Postfix
/// after twenty (`smtpd_hard_error_limit`).
const MAX_DOMAINS: usize = 8;

/// The sender of a report about a message, which nobody answers (RFC 5321 4.5.5).
const NULL_SENDER: &str = "";

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    /// The question before it, of the same recipient, was not answered with yes.
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

/// Returns the questions to every server of a farm, in their order.
pub(super) fn questions(farm: &Farm, options: &SmtpOptions) -> Vec<PlannedQuestion> {
    let mut all = Vec::new();
    for domain in domains(farm).iter().take(MAX_DOMAINS) {
        let recipient = format!("{MADE_UP_MAILBOX}@{domain}");
        add_recipient(&mut all, options, SmtpPurpose::MadeUpMailbox, recipient);
    }
    for recipient in &options.recipients {
        let recipient = recipient.clone();
        add_recipient(&mut all, options, SmtpPurpose::RealMailbox, recipient);
    }
    // A null sender is refused by servers for reasons of its own.
    for sender in options.sender.as_deref().into_iter().chain([NULL_SENDER]) {
        all.push(PlannedQuestion {
            purpose: SmtpPurpose::ForeignRecipient,
            sender: sender.to_owned(),
            recipient: FOREIGN_RECIPIENT.to_owned(),
            condition: Condition::Always,
        });
    }
    all
}

/// Adds a recipient, who is asked about again with a sender if the null sender does not do.
fn add_recipient(
    all: &mut Vec<PlannedQuestion>,
    options: &SmtpOptions,
    purpose: SmtpPurpose,
    recipient: String,
) {
    let with_null_sender = PlannedQuestion {
        purpose,
        sender: NULL_SENDER.to_owned(),
        recipient,
        condition: Condition::Always,
    };
    if let Some(sender) = &options.sender {
        let again = PlannedQuestion {
            sender: sender.clone(),
            condition: Condition::PreviousNotAccepted,
            ..with_null_sender.clone()
        };
        all.extend([with_null_sender, again]);
    } else {
        all.push(with_null_sender);
    }
}

/// Returns the domains for which a server of the farm may have to take mail, each once.
fn domains(farm: &Farm) -> Vec<String> {
    let display = checked(&farm.incoming.display_address)
        .valid()
        .map(|domain| domain.ascii().to_owned());
    let own = farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref())
        .map(|domain| domain.ascii().to_owned());
    // Contacts lead to the SMTP mail server.
    let server = match checked(&farm.directory.smtp_server).valid() {
        Some(MailServer::Host(name)) if farm.manages_directory() => Some(name.ascii().to_owned()),
        _ => None,
    };
    let mut domains: Vec<String> = Vec::new();
    for domain in display.into_iter().chain(own).chain(server) {
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

    fn asked(options: &SmtpOptions) -> Vec<(SmtpPurpose, String, String, Condition)> {
        let text = "[incoming-email]\ndisplay-address = \"sp.fabrikam.com\"\n\
                    [[web-application]]\nname = \"HR\"\nincoming-address = \"hr.fabrikam.com\"\n\
                    [directory-management]\nservice = \"yes\"\nsmtp-server = \"sp1.fabrikam.com\"\n";
        let farm = read(text).expect("a farm").farm;
        questions(&farm, options)
            .into_iter()
            .map(|asked| {
                (
                    asked.purpose,
                    asked.sender,
                    asked.recipient,
                    asked.condition,
                )
            })
            .collect()
    }

    #[test]
    fn every_domain_and_the_foreign_one_are_asked_about() {
        let made_up = |domain: &str| {
            let recipient = format!("spinmail-probe@{domain}");
            let sender = String::new();
            (
                SmtpPurpose::MadeUpMailbox,
                sender,
                recipient,
                Condition::Always,
            )
        };
        let foreign = (
            SmtpPurpose::ForeignRecipient,
            String::new(),
            FOREIGN_RECIPIENT.to_owned(),
            Condition::Always,
        );
        let expected = vec![
            made_up("sp.fabrikam.com"),
            made_up("hr.fabrikam.com"),
            made_up("sp1.fabrikam.com"),
            foreign,
        ];
        assert_eq!(asked(&SmtpOptions::default()), expected);
    }

    #[test]
    fn sender_is_used_where_the_null_sender_does_not_do() {
        let options = SmtpOptions {
            recipients: vec!["docs@sp.fabrikam.com".to_owned()],
            sender: Some("postmaster@fabrikam.com".to_owned()),
            ..SmtpOptions::default()
        };
        let all = asked(&options);
        let of = |purpose: SmtpPurpose| -> Vec<(&str, Condition)> {
            let of_purpose = all.iter().filter(|asked| asked.0 == purpose);
            of_purpose
                .map(|asked| (asked.1.as_str(), asked.3))
                .collect()
        };
        let sender = "postmaster@fabrikam.com";
        assert_eq!(
            of(SmtpPurpose::RealMailbox),
            [
                ("", Condition::Always),
                (sender, Condition::PreviousNotAccepted)
            ]
        );
        assert_eq!(
            of(SmtpPurpose::ForeignRecipient),
            [(sender, Condition::Always), ("", Condition::Always)]
        );
    }
}
