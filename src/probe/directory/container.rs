//! Probes the schema, and the container of the contacts and groups: its rights, the objects above it
//! and a sample of the objects in it.

use super::client::Client;
use super::connect::Controller;
use super::error::{self, DirectoryError};
use super::options::DirectoryOptions;
use super::query::{LdapEntry, LdapQuery};
use super::read_access::{ReadAccess, recorded_descriptor};
use crate::facts::Answer;
use crate::facts::directory::{
    ContainerFacts, DescribedObject, Effective, SCHEMA_NAMES, SchemaAttribute, SchemaFacts,
    WRITTEN, brief,
};
use crate::formats::dn::Name;
use ldap3::Scope;
use std::collections::BTreeMap;
use windows_security::Guid;

/// An attribute of every schema: an account that does not see it sees nothing of the schema.
const ALWAYS_PRESENT: &str = "displayName";
/// Further attributes whose identifiers are needed to read descriptors.
const OTHER_ATTRIBUTES: &[&str] = &[
    ALWAYS_PRESENT,
    "member",
    "mail",
    "proxyAddresses",
    "groupType",
];

/// Asks for the attributes of Exchange in the schema (MS-ADTS 3.1.1.2.3).
pub(super) async fn schema(controller: &mut Controller) -> Answer<SchemaFacts> {
    let names: String = SCHEMA_NAMES
        .iter()
        .chain(OTHER_ATTRIBUTES)
        .map(|name| format!("(lDAPDisplayName={name})"))
        .collect();
    let filter = format!("(&(objectClass=attributeSchema)(|{names})(!(isDefunct=TRUE)))");
    let attributes = &["lDAPDisplayName", "schemaIDGUID", "attributeSecurityGUID"];
    let query = LdapQuery {
        scope: Scope::OneLevel,
        ..LdapQuery::below(&controller.schema, filter, attributes)
    };
    let entries = match controller.client.search(&query).await {
        Ok(entries) => entries,
        Err(error) => return Answer::Failed(error.to_string()),
    };
    if !has_attribute(&entries, ALWAYS_PRESENT) {
        return Answer::Failed(format!(
            "it shows nothing of its schema, not even `{ALWAYS_PRESENT}`"
        ));
    }
    let (present, absent): (Vec<&str>, Vec<&str>) = SCHEMA_NAMES
        .iter()
        .partition(|name| has_attribute(&entries, name));
    Answer::Known(SchemaFacts {
        present: present.into_iter().map(str::to_owned).collect(),
        absent: absent.into_iter().map(str::to_owned).collect(),
        attributes: entries.iter().filter_map(schema_attribute).collect(),
        ..SchemaFacts::default()
    })
}

/// Returns whether entries of the schema include an attribute.
fn has_attribute(entries: &[LdapEntry], name: &str) -> bool {
    entries
        .iter()
        .filter_map(|entry| entry.text("lDAPDisplayName"))
        .any(|shown| shown.eq_ignore_ascii_case(name))
}

fn schema_attribute(entry: &LdapEntry) -> Option<SchemaAttribute> {
    Some(SchemaAttribute {
        name: entry.text("lDAPDisplayName")?,
        guid: guid(entry, "schemaIDGUID")?,
        set: guid(entry, "attributeSecurityGUID"),
        ..SchemaAttribute::default()
    })
}

fn guid(entry: &LdapEntry, attribute: &str) -> Option<String> {
    let bytes = entry
        .bytes(attribute)
        .first()
        .and_then(|bytes| <[u8; 16]>::try_from(bytes.as_slice()).ok());
    bytes.map(|bytes| Guid::from_wire(bytes).to_string())
}

/// Asks for the container, and for the rights in it if they are wanted.
pub(super) async fn container(
    controller: &mut Controller,
    access: &ReadAccess,
    wanted: &Name,
    options: &DirectoryOptions,
) -> Answer<ContainerFacts> {
    let attributes = &[
        "objectClass",
        "objectGUID",
        "allowedChildClassesEffective",
        "nTSecurityDescriptor",
    ];
    let query = LdapQuery::object(wanted.to_string(), attributes).with_descriptor();
    let entry = match controller.client.object(&query).await {
        Ok(entry) => entry,
        Err(DirectoryError::Result(result)) if result.code == error::NO_SUCH_OBJECT => {
            let nearest = if result.matched.is_empty() {
                String::new()
            } else {
                format!("; the nearest that is there: {}", brief(&result.matched))
            };
            return access
                .not_found_at(controller, wanted, format!("noSuchObject{nearest}"))
                .await;
        }
        Err(error) => return Answer::Failed(error.to_string()),
    };
    let mut facts = ContainerFacts {
        classes: entry.texts("objectClass"),
        guid: guid(&entry, "objectGUID"),
        descriptor: recorded_descriptor(&entry),
        hides: access.check_list(&entry).err(),
        name: entry.name.clone(),
        ..ContainerFacts::default()
    };
    if options.with_rights {
        facts.effective = Answer::Known(Effective {
            child_classes: entry.texts("allowedChildClassesEffective"),
            ..Effective::default()
        });
        facts.above = ancestors(controller, &entry.name).await;
        (facts.sample, facts.unsampled) = match &facts.hides {
            Some(why) => (Answer::Failed(why.clone()), None),
            None => sample(&mut controller.client, &entry.name).await,
        };
    }
    Answer::Known(facts)
}

/// Asks for the descriptors of what the container lies in, from its parent up to the domain.
async fn ancestors(controller: &mut Controller, name: &str) -> Vec<DescribedObject> {
    const MAX_ANCESTORS: usize = 32;
    let Ok(domain) = Name::parse(&controller.connection.domain) else {
        return Vec::new();
    };
    let mut next = Name::parse(name).ok().and_then(|name| name.parent());
    let mut found = Vec::new();
    while let Some(ancestor) =
        next.filter(|ancestor| ancestor.is_within(&domain) && found.len() < MAX_ANCESTORS)
    {
        let attributes = &["objectClass", "nTSecurityDescriptor"];
        let query = LdapQuery::object(ancestor.to_string(), attributes);
        let answer = controller.client.object(&query.with_descriptor()).await;
        found.push(match answer {
            Ok(entry) => described_object(&entry),
            Err(error) => DescribedObject {
                name: ancestor.to_string(),
                count: 1,
                descriptor: Answer::Failed(error.to_string()),
                ..DescribedObject::default()
            },
        });
        next = ancestor.parent();
    }
    found
}

/// Asks for the descriptors of the contacts and groups in the container, each different one once.
/// Returns also why these are not all.
async fn sample(client: &mut Client, base: &str) -> (Answer<Vec<DescribedObject>>, Option<String>) {
    let mut descriptors = DistinctDescriptors::default();
    for class in ["contact", "group"] {
        if let Err(why) = descriptors.read(client, base, class).await {
            if descriptors.found.is_empty() {
                return (Answer::Failed(why), None);
            }
            return (Answer::Known(descriptors.found), Some(why));
        }
    }
    for object in &mut descriptors.found {
        object.writable = writable(client, &object.name).await;
    }
    (Answer::Known(descriptors.found), None)
}

/// Asks which of the attributes that SharePoint changes the account that asks may write.
async fn writable(client: &mut Client, name: &str) -> Vec<String> {
    let query = LdapQuery::object(name, &["allowedAttributesEffective"]);
    let allowed = match client.object(&query).await {
        Ok(entry) => entry.texts("allowedAttributesEffective"),
        Err(_) => return Vec::new(),
    };
    WRITTEN
        .iter()
        .filter(|attribute| {
            allowed
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(attribute))
        })
        .map(|attribute| (*attribute).to_owned())
        .collect()
}

/// Descriptors that differ from one another, each with the first object that has it.
#[derive(Default)]
struct DistinctDescriptors {
    found: Vec<DescribedObject>,
    /// The index in `found` of each class and descriptor.
    places: BTreeMap<(&'static str, Vec<Vec<u8>>), usize>,
}

impl DistinctDescriptors {
    /// Reads those of the objects of a class, page by page.
    ///
    /// # Errors
    /// Why these are not all.
    async fn read(
        &mut self,
        client: &mut Client,
        base: &str,
        class: &'static str,
    ) -> Result<(), String> {
        const PAGE: i32 = 1000;
        const MAX_PAGES: u32 = 2000;
        let attributes = &["objectClass", "nTSecurityDescriptor"];
        // Objects in units below belong to these units.
        let query = LdapQuery {
            max_entries: PAGE,
            scope: Scope::OneLevel,
            ..LdapQuery::below(base, format!("(objectClass={class})"), attributes)
        };
        let query = query.with_descriptor();
        let mut cookie = Vec::new();
        for _ in 0..MAX_PAGES {
            let pending = client.request_page(&query, cookie).await;
            let page = client.receive_page(pending).await;
            let page = page.map_err(|error| error.to_string())?;
            if page.references > 0 {
                return Err(ELSEWHERE.to_owned());
            }
            for entry in &page.entries {
                self.add(entry, class)?;
            }
            if page.cookie.is_empty() {
                return Ok(());
            }
            cookie = page.cookie;
        }
        Err("it goes on and on with pages of them".to_owned())
    }

    fn add(&mut self, entry: &LdapEntry, class: &'static str) -> Result<(), String> {
        const MAX_DESCRIPTORS: usize = 100;
        let key = (class, entry.bytes("nTSecurityDescriptor").to_vec());
        if let Some(known) = self
            .places
            .get(&key)
            .and_then(|place| self.found.get_mut(*place))
        {
            known.count += 1;
            return Ok(());
        }
        if self.found.len() >= MAX_DESCRIPTORS {
            return Err(format!(
                "only {MAX_DESCRIPTORS} were looked at, and others have other permissions again"
            ));
        }
        self.places.insert(key, self.found.len());
        self.found.push(DescribedObject {
            class: class.to_owned(),
            ..described_object(entry)
        });
        Ok(())
    }
}

/// Said when a part of the directory lies on another server.
pub(super) const ELSEWHERE: &str =
    "for a part it refers to another server, which is followed only where the farm file names it";

fn described_object(entry: &LdapEntry) -> DescribedObject {
    DescribedObject {
        name: entry.name.clone(),
        class: entry.texts("objectClass").pop().unwrap_or_default(),
        count: 1,
        descriptor: recorded_descriptor(entry),
        ..DescribedObject::default()
    }
}
