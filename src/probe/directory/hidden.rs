//! Telling objects without a value from those whose value may not be read: an answer shows both
//! alike.

use super::client::Client;
use super::query::LdapQuery;
use super::read_access::{self, ReadAccess};
use crate::facts::directory::{CountedObjects, Members};
use std::collections::BTreeMap;
use windows_security::Descriptor;
use windows_security::directory::Class;

/// The most objects of each attribute that are asked about; the others are taken to be like these.
const MAX_OBJECTS: usize = 20;

/// Moves objects whose value may be hidden to [`Members::hidden`], and takes the others out of it.
pub(super) async fn separate(client: &mut Client, access: &ReadAccess, members: &mut Members) {
    let mut objects = Objects {
        access,
        known: BTreeMap::new(),
    };
    let mut hidden = Vec::new();
    for seen in std::mem::take(&mut members.hidden) {
        let attribute = seen.value.clone().unwrap_or_default();
        let (_, uncertain) = objects.divide(client, &[&attribute], seen).await;
        hidden.extend(uncertain.map(|group| named(&attribute, group)));
    }
    for (attribute, list) in [
        ("internetEncoding", &mut members.encodings),
        ("mAPIRecipient", &mut members.mapi),
        ("targetAddress", &mut members.targets),
        ("msExchRequireAuthToSendTo", &mut members.authenticated),
    ] {
        let (without, mut others): (Vec<CountedObjects>, Vec<CountedObjects>) =
            std::mem::take(list)
                .into_iter()
                .partition(|seen| seen.value.is_none());
        for seen in without {
            let (certain, uncertain) = objects.divide(client, &[attribute], seen).await;
            others.extend(certain);
            hidden.extend(uncertain.map(|group| named(attribute, group)));
        }
        *list = others;
    }
    for (attributes, seen) in [
        (&["msExchVersion"][..], &mut members.without_version),
        (
            &["mail", "proxyAddresses"],
            &mut members.groups_without_address,
        ),
    ] {
        let (certain, uncertain) = objects
            .divide(client, attributes, std::mem::take(seen))
            .await;
        *seen = certain.unwrap_or_default();
        let first = attributes.first().copied().unwrap_or_default();
        hidden.extend(uncertain.map(|group| named(first, group)));
    }
    members.hidden = hidden;
}

fn named(attribute: &str, seen: CountedObjects) -> CountedObjects {
    CountedObjects {
        value: Some(attribute.to_owned()),
        ..seen
    }
}

/// The objects that were asked about: the class and the descriptor of each, as far as they may be
/// read.
struct Objects<'a> {
    access: &'a ReadAccess,
    known: BTreeMap<String, Option<(Class, Descriptor)>>,
}

impl Objects<'_> {
    /// Divides objects without a value into those that certainly have none, and those that may have
    /// one.
    async fn divide(
        &mut self,
        client: &mut Client,
        attributes: &[&str],
        seen: CountedObjects,
    ) -> (Option<CountedObjects>, Option<CountedObjects>) {
        if seen.count == 0 {
            return (None, None);
        }
        let (mut certain, mut uncertain) = (Vec::new(), Vec::new());
        for name in seen.names.iter().take(MAX_OBJECTS) {
            if self.can_read(client, name, attributes).await {
                certain.push(name.clone());
            } else {
                uncertain.push(name.clone());
            }
        }
        if uncertain.is_empty() && !certain.is_empty() {
            return (Some(seen), None);
        }
        let count = certain.len() as u64;
        let rest = CountedObjects {
            count: seen.count.saturating_sub(count),
            names: uncertain,
            ..seen.clone()
        };
        let certain = CountedObjects {
            count,
            names: certain,
            ..seen
        };
        ((count > 0).then_some(certain), Some(rest))
    }

    /// Returns whether the account that asks certainly sees all these attributes of an object.
    async fn can_read(&mut self, client: &mut Client, name: &str, attributes: &[&str]) -> bool {
        if !self.known.contains_key(name) {
            let object = read_object(client, name).await;
            self.known.insert(name.to_owned(), object);
        }
        let Some(Some((class, descriptor))) = self.known.get(name) else {
            return false;
        };
        attributes
            .iter()
            .all(|attribute| self.access.can_read(descriptor, class.guid(), attribute))
    }
}

async fn read_object(client: &mut Client, name: &str) -> Option<(Class, Descriptor)> {
    let query = LdapQuery::object(name, &["objectClass", "nTSecurityDescriptor"]);
    let entry = client.object(&query.with_descriptor()).await.ok()?;
    let class = if entry.is_a("contact") {
        Class::Contact
    } else {
        Class::Group
    };
    Some((class, read_access::descriptor(&entry).ok()?))
}
