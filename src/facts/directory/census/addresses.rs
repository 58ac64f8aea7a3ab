//! The addresses and aliases by which mail finds the objects of a container.

use super::member::{ALIAS, MAX_TEXT, Member};
use std::collections::BTreeSet;

/// The most values that are kept, without and with all names wanted.
const MAX_VALUES: u64 = 100_000;
const MAX_VALUES_OF_ALL: u64 = 400_000;

/// The beginning of an SMTP address among addresses.
const SMTP: &str = "smtp:";

/// The addresses and aliases of a container, as [`SharedValue`](super::SharedValue) names them.
/// They are kept as one text, which is small.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OwnAddresses {
    /// The values, one a line. A value that several objects share is repeated.
    lines: String,
    /// The number of values.
    pub count: u64,
    /// The number of further values that are not kept.
    pub beyond: u64,
}

impl OwnAddresses {
    pub(super) fn note(&mut self, member: &Member, all: bool) {
        let max_values = if all { MAX_VALUES_OF_ALL } else { MAX_VALUES };
        for value in mail_values(member) {
            if self.count >= max_values {
                self.beyond += 1;
                continue;
            }
            self.count += 1;
            self.lines.push_str(&value);
            self.lines.push('\n');
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.lines.lines()
    }
}

/// Returns the SMTP addresses and the alias of an object, in lowercase.
pub(crate) fn mail_values(member: &Member) -> BTreeSet<String> {
    let mail = member.mail.as_deref();
    let addresses = member.smtp_addresses().chain(mail);
    let addresses = addresses.map(|address| format!("{SMTP}{}", address.to_lowercase()));
    let alias = member.alias.iter();
    let alias = alias.map(|alias| format!("{ALIAS}{}", alias.to_lowercase()));
    addresses
        .chain(alias)
        .filter(|value| value.len() <= MAX_TEXT && !value.contains(['\n', '\r']))
        .collect()
}

/// The kind of a value by which mail finds an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressOrAlias<'a> {
    /// An SMTP address.
    Address(&'a str),
    /// An alias.
    Alias(&'a str),
}

/// Reads a value of [`mail_values`].
pub(crate) fn address_or_alias(value: &str) -> AddressOrAlias<'_> {
    match value.strip_prefix(ALIAS) {
        Some(alias) => AddressOrAlias::Alias(alias),
        None => AddressOrAlias::Address(value.strip_prefix(SMTP).unwrap_or(value)),
    }
}
