//! The questions in a conversation, for all versions of the facts.

use super::{FOREIGN_RECIPIENT, SmtpPurpose, SmtpStep, SmtpTalk, SmtpTransaction};
use std::net::IpAddr;

/// One recipient that a server was asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmtpQuestion<'a> {
    pub purpose: &'a SmtpPurpose,
    /// The recipient's address, or `None` in version 1 if the conversation did not get that far.
    pub recipient: Option<&'a str>,
    pub mail: &'a SmtpStep,
    /// The recipient's step, or `None` if the conversation did not get that far.
    pub rcpt: Option<&'a SmtpStep>,
}

impl<'a> SmtpQuestion<'a> {
    /// Returns the sender, which is empty for the null sender.
    pub(crate) fn sender(&self) -> &'a str {
        self.mail.address().unwrap_or_default()
    }

    /// Returns the domain of the recipient.
    pub(crate) fn domain(&self) -> Option<&'a str> {
        Some(self.recipient?.rsplit_once('@')?.1)
    }

    /// Returns the deciding step: RCPT, or MAIL if the sender was refused.
    pub(crate) fn last_step(&self) -> &'a SmtpStep {
        self.rcpt.unwrap_or(self.mail)
    }
}

/// Returns the recipients of this purpose. Without a transaction of its own, as in version 1, the
/// recipient shows the purpose.
fn questions_of<'a>(
    steps: &'a [SmtpStep],
    transaction: Option<&'a SmtpTransaction>,
) -> Vec<SmtpQuestion<'a>> {
    let mut questions: Vec<SmtpQuestion<'a>> = Vec::new();
    let mut mail: Option<&SmtpStep> = None;
    for step in steps {
        match (step.verb(), mail) {
            ("MAIL", _) => mail = Some(step),
            ("RCPT", Some(mail)) => {
                questions.push(SmtpQuestion {
                    purpose: purpose_of(step.address(), transaction),
                    recipient: step.address(),
                    mail,
                    rcpt: Some(step),
                });
            }
            _ => {}
        }
    }
    if let (Some(mail), true) = (mail, questions.is_empty()) {
        let recipient = transaction.map(|transaction| transaction.recipient.as_str());
        questions.push(SmtpQuestion {
            purpose: purpose_of(recipient, transaction),
            recipient,
            mail,
            rcpt: None,
        });
    }
    questions
}

fn purpose_of<'a>(
    recipient: Option<&str>,
    transaction: Option<&'a SmtpTransaction>,
) -> &'a SmtpPurpose {
    match transaction {
        Some(transaction) => &transaction.purpose,
        None if recipient == Some(FOREIGN_RECIPIENT) => &SmtpPurpose::ForeignRecipient,
        None => &SmtpPurpose::MadeUpMailbox,
    }
}

impl SmtpTalk {
    /// Returns every recipient in the order of the conversation. A transaction whose sender was
    /// refused counts as one without a recipient.
    pub(crate) fn questions(&self) -> Vec<SmtpQuestion<'_>> {
        let mut questions = questions_of(&self.steps, None);
        for transaction in &self.transactions {
            questions.extend(questions_of(&transaction.steps, Some(transaction)));
        }
        questions
    }

    /// Returns the client's address, as EHLO named it (RFC 5321 4.1.3).
    pub(crate) fn caller(&self) -> Option<IpAddr> {
        let literal = self.step("EHLO").or_else(|| self.step("HELO"))?;
        let (_, literal) = literal.command.split_once('[')?;
        let literal = literal.strip_suffix(']')?;
        literal
            .strip_prefix("IPv6:")
            .unwrap_or(literal)
            .parse()
            .ok()
    }
}
