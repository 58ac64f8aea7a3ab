//! Probes the schema, and the container of the contacts and groups: its rights, the objects above
//! it and a sample of the objects in it.

use super::connect::Controller;
use super::error::{self, DirectoryError};
use super::options::DirectoryOptions;
use super::query::{LdapEntry, LdapQuery};
use super::read_access::{ReadAccess, described_object, recorded_descriptor};
use super::sample::{self, NestedUnits};
use crate::facts::directory::{
    ContainerFacts, DescribedObject, Effective, SCHEMA_NAMES, SchemaAttribute, SchemaFacts, brief,
};
use crate::facts::{Answer, Failure, FailureKind};
use crate::formats::dn::Name;
use ldap3::Scope;
use windows_security::Guid;

/// An attribute of every schema: an account that cannot see it sees nothing of the schema.
const ALWAYS_PRESENT: &str = "displayName";
/// Further attributes whose GUIDs are needed to read descriptors.
const OTHER_ATTRIBUTES: &[&str] = &[
    ALWAYS_PRESENT,
    "member",
    "mail",
    "proxyAddresses",
    "groupType",
];

/// Asks for Exchange's attributes in the schema (MS-ADTS 3.1.1.2.3).
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
        Err(error) => return error.answer(),
    };
    if !has_attribute(&entries, ALWAYS_PRESENT) {
        return Answer::failed(
            FailureKind::Hidden,
            format!("its schema cannot be read, not even `{ALWAYS_PRESENT}`"),
        );
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

/// Asks for the container and, if wanted, the rights in it.
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
                format!("; the nearest existing parent: {}", brief(&result.matched))
            };
            return access
                .not_found_at(controller, wanted, format!("noSuchObject{nearest}"))
                .await;
        }
        Err(error) => return error.answer(),
    };
    let units = NestedUnits::read(&mut controller.client, &entry.name).await;
    let hides = access
        .check_list(&entry)
        .and_then(|()| units.check_list(access));
    let hides = hides.err();
    let mut facts = ContainerFacts {
        classes: entry.texts("objectClass"),
        guid: guid(&entry, "objectGUID"),
        descriptor: recorded_descriptor(&entry),
        hides: hides.as_ref().map(Failure::to_string),
        name: entry.name.clone(),
        ..ContainerFacts::default()
    };
    if options.with_rights {
        facts.effective = Answer::Known(Effective {
            child_classes: entry.texts("allowedChildClassesEffective"),
            ..Effective::default()
        });
        facts.above = ancestors(controller, &entry.name).await;
        facts.sample_has_nested = true;
        (facts.sample, facts.unsampled) = match hides {
            Some(failure) => (Answer::Failed(failure), None),
            None => sample::read(&mut controller.client, &entry.name, units).await,
        };
    }
    Answer::Known(facts)
}

/// Asks for the descriptors of the container's parents, from the nearest up to the domain.
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
                descriptor: error.answer(),
                ..DescribedObject::default()
            },
        });
        next = ancestor.parent();
    }
    found
}
