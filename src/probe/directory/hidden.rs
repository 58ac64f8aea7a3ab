//! Distinguishes objects without a value from objects whose value the account may not read. The
//! directory answers both in the same way, so the descriptors of some of them are read.

use super::client::Client;
use super::query::LdapQuery;
use super::read_access::{self, ReadAccess};
use crate::facts::directory::{CountedObjects, Members};
use std::collections::BTreeMap;
use windows_security::Descriptor;
use windows_security::directory::Class;

/// The maximum number of objects of each attribute whose descriptors are read; the others are
/// assumed to be like these.
const MAX_OBJECTS: usize = 20;

/// Moves objects whose value may be hidden to [`Members::hidden`], and removes the others from it.
pub(super) async fn separate_hidden(
    client: &mut Client,
    access: &ReadAccess,
    members: &mut Members,
) {
    let mut objects = ReadableObjects {
        access,
        known: BTreeMap::new(),
    };
    let mut hidden = Vec::new();
    for counted in std::mem::take(&mut members.hidden) {
        let attribute = counted.value.clone().unwrap_or_default();
        let (_, uncertain) = objects.divide(client, &[&attribute], counted).await;
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
                .partition(|counted| counted.value.is_none());
        for counted in without {
            let (certain, uncertain) = objects.divide(client, &[attribute], counted).await;
            others.extend(certain);
            hidden.extend(uncertain.map(|group| named(attribute, group)));
        }
        *list = others;
    }
    for (attributes, counted) in [
        (&["msExchVersion"][..], &mut members.without_version),
        (
            &["mail", "proxyAddresses"],
            &mut members.groups_without_address,
        ),
    ] {
        let (certain, uncertain) = objects
            .divide(client, attributes, std::mem::take(counted))
            .await;
        *counted = certain.unwrap_or_default();
        let first = attributes.first().copied().unwrap_or_default();
        hidden.extend(uncertain.map(|group| named(first, group)));
    }
    members.hidden = hidden;
}

fn named(attribute: &str, counted: CountedObjects) -> CountedObjects {
    CountedObjects {
        value: Some(attribute.to_owned()),
        ..counted
    }
}

/// The class and the descriptor of each object that was read, or `None` if it may not be read.
struct ReadableObjects<'a> {
    access: &'a ReadAccess,
    known: BTreeMap<String, Option<(Class, Descriptor)>>,
}

impl ReadableObjects<'_> {
    /// Splits objects without a value into those that certainly have none, and those that may have
    /// one.
    async fn divide(
        &mut self,
        client: &mut Client,
        attributes: &[&str],
        counted: CountedObjects,
    ) -> (Option<CountedObjects>, Option<CountedObjects>) {
        if counted.count == 0 {
            return (None, None);
        }
        let (mut certain, mut uncertain) = (Vec::new(), Vec::new());
        for name in counted.names.iter().take(MAX_OBJECTS) {
            if self.can_read(client, name, attributes).await {
                certain.push(name.clone());
            } else {
                uncertain.push(name.clone());
            }
        }
        if uncertain.is_empty() && !certain.is_empty() {
            return (Some(counted), None);
        }
        let count = certain.len() as u64;
        let rest = CountedObjects {
            count: counted.count.saturating_sub(count),
            names: uncertain,
            ..counted.clone()
        };
        let certain = CountedObjects {
            count,
            names: certain,
            ..counted
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
