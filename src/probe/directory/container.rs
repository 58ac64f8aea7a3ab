//! The schema and the container: what is there, who may do what, and what lies above and in it.

use super::client::{Client, Entry, Question};
use super::connect::Controller;
use super::reader::{self, Reader};
use super::reason::{self, Trouble};
use crate::facts::Answer;
use crate::facts::directory::{
    ContainerFacts, Described, Effective, SCHEMA_NAMES, SchemaAttribute, SchemaFacts, WRITTEN,
};
use crate::formats::dn::Name;
use ldap3::Scope;
use std::collections::BTreeMap;
use windows_security::Guid;

/// Looks for the attributes of Exchange in the schema (MS-ADTS 3.1.1.2.3).
pub async fn schema(controller: &mut Controller) -> Answer<SchemaFacts> {
    // It is in every schema: where it is not seen, nothing is.
    const ALWAYS: &str = "displayName";
    const OTHERS: &[&str] = &[ALWAYS, "member", "mail", "proxyAddresses", "groupType"];
    let names: String = SCHEMA_NAMES
        .iter()
        .chain(OTHERS)
        .map(|name| format!("(lDAPDisplayName={name})"))
        .collect();
    let filter = format!("(&(objectClass=attributeSchema)(|{names})(!(isDefunct=TRUE)))");
    let attributes = &["lDAPDisplayName", "schemaIDGUID", "attributeSecurityGUID"];
    let question = Question::below(&controller.schema, filter, attributes);
    let entries = match controller
        .client
        .search(&Question {
            scope: Scope::OneLevel,
            ..question
        })
        .await
    {
        Ok(entries) => entries,
        Err(trouble) => return Answer::Failed(trouble.why()),
    };
    let seen: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.text("lDAPDisplayName"))
        .collect();
    let is_seen = |name: &&str| seen.iter().any(|seen| seen.eq_ignore_ascii_case(name));
    if !is_seen(&ALWAYS) {
        return Answer::Failed(format!(
            "it shows nothing of its schema, not even `{ALWAYS}`"
        ));
    }
    let (present, absent): (Vec<&str>, Vec<&str>) =
        SCHEMA_NAMES.iter().partition(|name| is_seen(name));
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Answer::Known(SchemaFacts {
        present: owned(present),
        absent: owned(absent),
        attributes: entries.iter().filter_map(schema_attribute).collect(),
        ..SchemaFacts::default()
    })
}

fn schema_attribute(entry: &Entry) -> Option<SchemaAttribute> {
    Some(SchemaAttribute {
        name: entry.text("lDAPDisplayName")?,
        guid: guid(entry, "schemaIDGUID")?,
        set: guid(entry, "attributeSecurityGUID"),
        ..SchemaAttribute::default()
    })
}

fn guid(entry: &Entry, attribute: &str) -> Option<String> {
    let bytes = entry
        .bytes(attribute)
        .first()
        .and_then(|bytes| <[u8; 16]>::try_from(bytes.as_slice()).ok());
    bytes.map(|bytes| Guid::from_wire(bytes).to_string())
}

/// Looks at the container; where the rights are wanted, at what they follow from.
pub async fn container(
    controller: &mut Controller,
    reader: &Reader,
    wanted: &Name,
    with_rights: bool,
) -> Answer<ContainerFacts> {
    let attributes = &[
        "objectClass",
        "objectGUID",
        "allowedChildClassesEffective",
        "nTSecurityDescriptor",
    ];
    let question = Question {
        with_descriptor: true,
        ..Question::object(wanted.to_string(), attributes)
    };
    let entry = match controller.client.object(&question).await {
        Ok(entry) => entry,
        Err(Trouble::Result {
            code: reason::NO_SUCH_OBJECT,
            matched,
            ..
        }) => {
            let nearest = if matched.is_empty() {
                String::new()
            } else {
                format!("; the nearest that is there: {matched}")
            };
            return reader
                .nothing(controller, wanted, format!("noSuchObject{nearest}"))
                .await;
        }
        Err(trouble) => return Answer::Failed(trouble.why()),
    };
    let mut facts = ContainerFacts {
        classes: entry.texts("objectClass"),
        guid: guid(&entry, "objectGUID"),
        descriptor: reader::descriptor(&entry),
        hides: reader.lists(&entry).err(),
        name: entry.name.clone(),
        ..ContainerFacts::default()
    };
    if with_rights {
        facts.effective = Answer::Known(Effective {
            child_classes: entry.texts("allowedChildClassesEffective"),
            ..Effective::default()
        });
        facts.above = above(controller, &entry.name).await;
        (facts.sample, facts.unsampled) = match &facts.hides {
            Some(why) => (Answer::Failed(why.clone()), None),
            None => sample(&mut controller.client, &entry.name).await,
        };
    }
    Answer::Known(facts)
}

/// The descriptors of what the container lies in, from its parent up to the domain.
async fn above(controller: &mut Controller, name: &str) -> Vec<Described> {
    const HIGHEST: usize = 32;
    let Ok(domain) = Name::parse(&controller.connection.domain) else {
        return Vec::new();
    };
    let mut next = Name::parse(name).ok().and_then(|name| name.parent());
    let mut found = Vec::new();
    while let Some(name) = next.filter(|name| name.is_within(&domain) && found.len() < HIGHEST) {
        let question = Question::object(name.to_string(), &["objectClass", "nTSecurityDescriptor"]);
        let answer = controller
            .client
            .object(&Question {
                with_descriptor: true,
                ..question
            })
            .await;
        found.push(match answer {
            Ok(entry) => described(&entry),
            Err(trouble) => Described {
                name: name.to_string(),
                count: 1,
                descriptor: Answer::Failed(trouble.why()),
                ..Described::default()
            },
        });
        next = name.parent();
    }
    found
}

/// The lists of the contacts and groups in the container, each different one once, and why those
/// are not all.
async fn sample(client: &mut Client, base: &str) -> (Answer<Vec<Described>>, Option<String>) {
    let mut lists = Lists::default();
    for class in ["contact", "group"] {
        if let Err(why) = lists.read(client, base, class).await {
            if lists.found.is_empty() {
                return (Answer::Failed(why), None);
            }
            return (Answer::Known(lists.found), Some(why));
        }
    }
    for object in &mut lists.found {
        let question = Question::object(&*object.name, &["allowedAttributesEffective"]);
        let allowed = client
            .object(&question)
            .await
            .map(|entry| entry.texts("allowedAttributesEffective"));
        let is_allowed = |name: &&&str| {
            allowed.as_ref().is_ok_and(|allowed| {
                allowed
                    .iter()
                    .any(|allowed| allowed.eq_ignore_ascii_case(name))
            })
        };
        object.writable = WRITTEN
            .iter()
            .filter(is_allowed)
            .map(|name| (*name).to_owned())
            .collect();
    }
    (Answer::Known(lists.found), None)
}

/// Different lists of permissions.
#[derive(Default)]
struct Lists {
    found: Vec<Described>,
    places: BTreeMap<(&'static str, Vec<Vec<u8>>), usize>,
}

impl Lists {
    /// Those of a class, page by page.
    async fn read(
        &mut self,
        client: &mut Client,
        base: &str,
        class: &'static str,
    ) -> Result<(), String> {
        const PAGE: i32 = 1000;
        const MOST_PAGES: u32 = 2000;
        const MOST: usize = 100;
        let attributes = &["objectClass", "nTSecurityDescriptor"];
        let question = Question::below(base, format!("(objectClass={class})"), attributes);
        // What lies in units below belongs to those.
        let question = Question {
            with_descriptor: true,
            most: PAGE,
            scope: Scope::OneLevel,
            ..question
        };
        let mut cookie = Vec::new();
        for _ in 0..MOST_PAGES {
            let asked = client.ask_for_page(&question, cookie).await;
            let page = client
                .take_page(asked)
                .await
                .map_err(|trouble| trouble.why())?;
            if page.references > 0 {
                return Err(ELSEWHERE.to_owned());
            }
            for entry in &page.entries {
                let place = (class, entry.bytes("nTSecurityDescriptor").to_vec());
                if let Some(known) = self
                    .places
                    .get(&place)
                    .and_then(|place| self.found.get_mut(*place))
                {
                    known.count += 1;
                    continue;
                }
                if self.found.len() >= MOST {
                    return Err(format!(
                        "only {MOST} were looked at, and others have other permissions again"
                    ));
                }
                self.places.insert(place, self.found.len());
                self.found.push(Described {
                    class: class.to_owned(),
                    ..described(entry)
                });
            }
            if page.cookie.is_empty() {
                return Ok(());
            }
            cookie = page.cookie;
        }
        Err("it goes on and on with pages of them".to_owned())
    }
}

/// That a part of the directory is not where it was asked for.
pub const ELSEWHERE: &str =
    "for a part it refers to another server, which is followed only where the farm file names it";

fn described(entry: &Entry) -> Described {
    Described {
        name: entry.name.clone(),
        class: entry.texts("objectClass").pop().unwrap_or_default(),
        count: 1,
        descriptor: reader::descriptor(entry),
        ..Described::default()
    }
}
