//! Objects without a value, and those whose value may not be read: in an answer they look alike.

use super::client::{Client, Question};
use super::reader::{self, Reader};
use crate::facts::directory::{Members, Seen};
use std::collections::BTreeMap;
use windows_security::Descriptor;
use windows_security::directory::Class;

/// How many objects of each attribute are looked at; the others are taken to be as these.
const MOST: usize = 20;

/// Moves what may be hidden to [`Members::hidden`], and takes out of it what is not.
pub async fn sort_out(client: &mut Client, reader: &Reader, members: &mut Members) {
    let mut objects = Objects {
        reader,
        known: BTreeMap::new(),
    };
    let mut hidden = Vec::new();
    for seen in std::mem::take(&mut members.hidden) {
        let attribute = seen.value.clone().unwrap_or_default();
        let (_, unsure) = objects.parted(client, &[&attribute], seen).await;
        hidden.extend(unsure.map(|seen| named(&attribute, seen)));
    }
    for (attribute, list) in [
        ("internetEncoding", &mut members.encodings),
        ("mAPIRecipient", &mut members.mapi),
        ("targetAddress", &mut members.targets),
        ("msExchRequireAuthToSendTo", &mut members.authenticated),
    ] {
        let (without, mut others): (Vec<Seen>, Vec<Seen>) = std::mem::take(list)
            .into_iter()
            .partition(|seen| seen.value.is_none());
        for seen in without {
            let (sure, unsure) = objects.parted(client, &[attribute], seen).await;
            others.extend(sure);
            hidden.extend(unsure.map(|seen| named(attribute, seen)));
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
        let (sure, unsure) = objects
            .parted(client, attributes, std::mem::take(seen))
            .await;
        *seen = sure.unwrap_or_default();
        let first = attributes.first().copied().unwrap_or_default();
        hidden.extend(unsure.map(|seen| named(first, seen)));
    }
    members.hidden = hidden;
}

fn named(attribute: &str, seen: Seen) -> Seen {
    Seen {
        value: Some(attribute.to_owned()),
        ..seen
    }
}

/// What was looked at: the class and the permissions of each, where they may be read.
struct Objects<'a> {
    reader: &'a Reader,
    known: BTreeMap<String, Option<(Class, Descriptor)>>,
}

impl Objects<'_> {
    /// Those that surely have no value, and those that may have one.
    async fn parted(
        &mut self,
        client: &mut Client,
        attributes: &[&str],
        seen: Seen,
    ) -> (Option<Seen>, Option<Seen>) {
        if seen.count == 0 {
            return (None, None);
        }
        let (mut sure, mut unsure) = (Vec::new(), Vec::new());
        for name in seen.names.iter().take(MOST) {
            let reader = self.reader;
            let object = self.object(client, name).await;
            let reads = object.is_some_and(|(class, list)| {
                attributes
                    .iter()
                    .all(|attribute| reader.reads(list, class.guid(), attribute))
            });
            if reads {
                sure.push(name.clone())
            } else {
                unsure.push(name.clone())
            }
        }
        if unsure.is_empty() && !sure.is_empty() {
            return (Some(seen), None);
        }
        let count = sure.len() as u64;
        let rest = Seen {
            count: seen.count.saturating_sub(count),
            names: unsure,
            ..seen.clone()
        };
        (
            (count > 0).then_some(Seen {
                count,
                names: sure,
                ..seen
            }),
            Some(rest),
        )
    }

    async fn object(&mut self, client: &mut Client, name: &str) -> Option<&(Class, Descriptor)> {
        if !self.known.contains_key(name) {
            let question = Question::object(name, &["objectClass", "nTSecurityDescriptor"]);
            let entry = client
                .object(&Question {
                    with_descriptor: true,
                    ..question
                })
                .await
                .ok();
            let read = entry.and_then(|entry| {
                let classes = entry.texts("objectClass");
                let is_contact = classes
                    .iter()
                    .any(|class| class.eq_ignore_ascii_case("contact"));
                let class = if is_contact {
                    Class::Contact
                } else {
                    Class::Group
                };
                reader::list(&entry).ok().map(|list| (class, list))
            });
            self.known.insert(name.to_owned(), read);
        }
        self.known.get(name).and_then(Option::as_ref)
    }
}
