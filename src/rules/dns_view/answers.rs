//! Answers of DNS servers by name. Every rule asks for many, so they are sorted once.

use crate::facts::{Answer, DnsFacts, Lookup, RecordKind};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What one DNS server answers in one view, by the name in lowercase.
#[derive(Debug, Default)]
pub(super) struct Answers<'a> {
    by_name: BTreeMap<String, Vec<&'a Lookup>>,
}

impl<'a> Answers<'a> {
    /// Sorts answers, of which each is to another question.
    pub(super) fn new(lookups: impl IntoIterator<Item = &'a Lookup>) -> Self {
        let mut by_name: BTreeMap<String, Vec<&Lookup>> = BTreeMap::new();
        for lookup in lookups {
            let name = lookup.name.to_ascii_lowercase();
            by_name.entry(name).or_default().push(lookup);
        }
        Self { by_name }
    }

    pub(super) fn get(&self, name: &str, kind: RecordKind) -> Option<&'a Lookup> {
        let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(name.to_ascii_lowercase()),
            false => Cow::Borrowed(name),
        };
        let mut of_name = self.by_name.get(name.as_ref())?.iter();
        of_name.find(|lookup| lookup.kind == kind).copied()
    }
}

/// The addresses that any DNS server gives each name.
#[derive(Debug, Default)]
pub(in crate::rules) struct Addresses<'a> {
    by_name: BTreeMap<&'a str, Vec<IpAddr>>,
}

impl<'a> Addresses<'a> {
    pub(in crate::rules) fn new(facts: &'a DnsFacts) -> Self {
        let mut by_name: BTreeMap<&str, Vec<IpAddr>> = BTreeMap::new();
        for lookup in &facts.lookups {
            if let (Answer::Known(records), RecordKind::A | RecordKind::Aaaa) =
                (&lookup.answer, lookup.kind)
            {
                let addresses = records.iter().filter_map(|record| record.data.address());
                by_name.entry(&lookup.name).or_default().extend(addresses);
            }
        }
        Self { by_name }
    }

    /// Returns the addresses of a name, none if none is known.
    pub(in crate::rules) fn of(&self, name: &str) -> &[IpAddr] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}
