//! Answers of DNS servers by name. Every rule asks for many, so they are sorted once.

use crate::facts::{Answer, DnsFacts, Lookup, RecordKind, canonical_name};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What one DNS server answers in one view, by the name's canonical form.
#[derive(Debug, Default)]
pub(super) struct Answers<'a> {
    by_name: BTreeMap<String, Vec<&'a Lookup>>,
}

impl<'a> Answers<'a> {
    /// Sorts answers, of which each is to another question.
    pub(super) fn new(lookups: impl IntoIterator<Item = &'a Lookup>) -> Self {
        let mut by_name: BTreeMap<String, Vec<&Lookup>> = BTreeMap::new();
        for lookup in lookups {
            let name = canonical_name(&lookup.name);
            by_name.entry(name).or_default().push(lookup);
        }
        Self { by_name }
    }

    pub(super) fn get(&self, name: &str, kind: RecordKind) -> Option<&'a Lookup> {
        let mut of_name = of_name(&self.by_name, name)?.iter();
        of_name.find(|lookup| lookup.kind == kind).copied()
    }
}

/// The addresses that any DNS server gives each name.
#[derive(Debug, Default)]
pub(in crate::rules) struct Addresses {
    by_name: BTreeMap<String, Vec<IpAddr>>,
}

impl Addresses {
    pub(in crate::rules) fn new(facts: &DnsFacts) -> Self {
        let mut by_name: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
        for lookup in &facts.lookups {
            if let (Answer::Known(records), RecordKind::A | RecordKind::Aaaa) =
                (&lookup.answer, lookup.kind)
            {
                let addresses = records.iter().filter_map(|record| record.data.address());
                let name = canonical_name(&lookup.name);
                by_name.entry(name).or_default().extend(addresses);
            }
        }
        Self { by_name }
    }

    /// Returns the addresses of a name, none if none is known.
    pub(in crate::rules) fn of(&self, name: &str) -> &[IpAddr] {
        of_name(&self.by_name, name).map_or(&[], Vec::as_slice)
    }
}

/// Returns what is known of a name in any spelling.
fn of_name<'m, T>(by_name: &'m BTreeMap<String, T>, name: &str) -> Option<&'m T> {
    // Nearly all names that are asked for have this form.
    by_name
        .get(name)
        .or_else(|| by_name.get(&canonical_name(name)))
}
