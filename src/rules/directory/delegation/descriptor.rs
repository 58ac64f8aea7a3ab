//! Descriptors as the facts hold them.

use crate::facts::Answer;
use crate::facts::directory::{AccountEntry, Connection, RecordedDescriptor};
use crate::formats::dn::Name;
use crate::rules::directory::view::ASKS;
use data_encoding::HEXLOWER_PERMISSIVE;
use windows_security::descriptor::Effect;
use windows_security::sid::Domains;
use windows_security::{Ace, Acl, AclPart, Descriptor, ParseError, Sid, binary, sddl};

/// Returns the SID of the controller's domain, which its groups begin with: the controller's own
/// word, or the account's domain if the account is of the same one.
pub(super) fn account_domain(connection: &Connection, account: &AccountEntry) -> Option<Sid> {
    if connection.domain_sid.is_some() {
        return connection.domain_sid.clone();
    }
    let name = Name::parse(&account.name).ok()?;
    if is_foreign(&name) {
        return None;
    }
    let own = Name::parse(&connection.domain).ok()?.domain()?;
    if !name.domain()?.eq_ignore_ascii_case(&own) {
        return None;
    }
    account.sid.domain()
}

/// Returns whether an object stands for an account of another domain.
fn is_foreign(name: &Name) -> bool {
    name.rdns()
        .iter()
        .flatten()
        .any(|part| part.value == "ForeignSecurityPrincipals")
}

/// Reads a descriptor.
///
/// # Errors
/// Why there is none, as a sentence that names `what` it is of.
pub(super) fn read_descriptor(
    answer: &Answer<RecordedDescriptor>,
    what: &str,
    domains: &Domains,
) -> Result<Descriptor, String> {
    let descriptor = match answer {
        Answer::Known(descriptor) => descriptor,
        Answer::Absent(_) | Answer::Failed(_) => {
            let why = answer.why_not();
            return Err(format!(
                "the security descriptor of {what} is not known: {why}"
            ));
        }
        Answer::NotAsked => {
            return Err(format!(
                "the security descriptor of {what} was not read; {ASKS} for it"
            ));
        }
    };
    let read = match &descriptor.raw {
        Some(raw) => {
            let bytes = HEXLOWER_PERMISSIVE.decode(raw.as_bytes()).map_err(|_| {
                format!("the security descriptor of {what} is not in hexadecimal digits")
            })?;
            binary::read(&bytes)
        }
        None => sddl::read(descriptor.sddl.as_deref().unwrap_or_default(), domains),
    };
    read.map_err(|fault: ParseError| {
        format!(
            "the security descriptor of {what} cannot be read: \
                                              {fault}"
        )
    })
}

/// Returns the descriptor without the ACEs that deny something.
pub(super) fn without_denials(descriptor: &Descriptor) -> Descriptor {
    let AclPart::Present(acl) = &descriptor.dacl else {
        return descriptor.clone();
    };
    let others: Vec<Ace> = acl
        .aces
        .iter()
        .filter(|ace| ace.effect() != Effect::Deny)
        .cloned()
        .collect();
    Descriptor {
        dacl: AclPart::Present(Acl::new(others)),
        ..descriptor.clone()
    }
}
