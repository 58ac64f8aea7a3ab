//! The schema and the container: what is there, who may do what, and what lies above and in it.

use super::client::{Client, Entry, Question, Trouble};
use super::connect::Controller;
use super::reason;
use crate::facts::directory::{ContainerFacts, Described, Descriptor, Effective, SCHEMA_NAMES, SchemaFacts, WRITTEN};
use crate::facts::{Answer, hexadecimal};
use crate::formats::dn::Name;
use crate::formats::security::{Guid, binary, sddl};
use ldap3::Scope;

/// Looks for the attributes of Exchange in the schema (MS-ADTS 3.1.1.2.3).
pub async fn schema(controller: &mut Controller) -> Answer<SchemaFacts> {
    // It is in every schema: where it is not seen, nothing is.
    const ALWAYS: &str = "displayName";
    let names: String = SCHEMA_NAMES.iter().chain([&ALWAYS]).map(|name| format!("(lDAPDisplayName={name})")).collect();
    let filter = format!("(&(objectClass=attributeSchema)(|{names})(!(isDefunct=TRUE)))");
    let question = Question::below(&controller.schema, filter, &["lDAPDisplayName"]);
    let entries = match controller.client.search(&Question { scope: Scope::OneLevel, ..question }).await {
        Ok(entries) => entries,
        Err(trouble) => return Answer::Failed(trouble.why()),
    };
    let seen: Vec<String> = entries.iter().filter_map(|entry| entry.text("lDAPDisplayName")).collect();
    let is_seen = |name: &&str| seen.iter().any(|seen| seen.eq_ignore_ascii_case(name));
    if !is_seen(&ALWAYS) {
        return Answer::Failed(format!("it shows nothing of its schema, not even `{ALWAYS}`"));
    }
    let (present, absent): (Vec<&str>, Vec<&str>) = SCHEMA_NAMES.iter().partition(|name| is_seen(name));
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Answer::Known(SchemaFacts { present: owned(present), absent: owned(absent), ..SchemaFacts::default() })
}

/// Looks at the container; where the rights are wanted, at what they follow from.
pub async fn container(controller: &mut Controller, wanted: &Name, with_rights: bool) -> Answer<ContainerFacts> {
    let attributes = &["objectClass", "objectGUID", "allowedChildClassesEffective", "nTSecurityDescriptor"];
    let question = Question { with_descriptor: true, ..Question::object(wanted.to_string(), attributes) };
    let entry = match controller.client.object(&question).await {
        Ok(entry) => entry,
        Err(Trouble::Result { code: reason::NO_SUCH_OBJECT, matched, .. }) => {
            let nearest =
                if matched.is_empty() { String::new() } else { format!("; the nearest that is there: {matched}") };
            return Answer::Absent(format!("noSuchObject{nearest}"));
        }
        Err(trouble) => return Answer::Failed(trouble.why()),
    };
    let guid = entry.bytes("objectGUID").first().and_then(|bytes| <[u8; 16]>::try_from(bytes.as_slice()).ok());
    let mut facts = ContainerFacts {
        classes: entry.texts("objectClass"),
        guid: guid.map(|bytes| Guid::from_wire(bytes).to_string()),
        descriptor: descriptor(&entry),
        name: entry.name.clone(),
        ..ContainerFacts::default()
    };
    if with_rights {
        facts.effective = Answer::Known(Effective {
            child_classes: entry.texts("allowedChildClassesEffective"),
            ..Effective::default()
        });
        facts.above = above(controller, &entry.name).await;
        facts.sample = sample(&mut controller.client, &entry.name).await;
    }
    Answer::Known(facts)
}

/// The descriptor that an entry shows. A success without one is a refusal: every object has one.
fn descriptor(entry: &Entry) -> Answer<Descriptor> {
    const LARGEST: usize = 1 << 20;
    match entry.bytes("nTSecurityDescriptor") {
        [] => Answer::Absent("it may not be read by the account that asks".to_owned()),
        [bytes] if bytes.len() <= LARGEST => {
            let raw = Some(hexadecimal(bytes));
            let read = binary::read(bytes).ok();
            Answer::Known(Descriptor {
                raw,
                sddl: read.and_then(|read| sddl::write(&read).ok()),
                ..Descriptor::default()
            })
        }
        _ => Answer::Failed("there are several, or it is larger than one can be".to_owned()),
    }
}

/// The descriptors of what the container lies in, from its parent up to the domain.
async fn above(controller: &mut Controller, name: &str) -> Vec<Described> {
    const HIGHEST: usize = 32;
    let Ok(domain) = Name::parse(&controller.connection.domain) else { return Vec::new() };
    let mut next = Name::parse(name).ok().and_then(|name| name.parent());
    let mut found = Vec::new();
    while let Some(name) = next.filter(|name| name.is_within(&domain) && found.len() < HIGHEST) {
        let question = Question::object(name.to_string(), &["objectClass", "nTSecurityDescriptor"]);
        let answer = controller.client.object(&Question { with_descriptor: true, ..question }).await;
        found.push(match answer {
            Ok(entry) => described(&entry, &[]),
            Err(trouble) => {
                Described { name: name.to_string(), descriptor: Answer::Failed(trouble.why()), ..Described::default() }
            }
        });
        next = name.parent();
    }
    found
}

/// Some of the contacts and groups in the container.
async fn sample(client: &mut Client, base: &str) -> Answer<Vec<Described>> {
    const MOST: i32 = 20;
    let mut found = Vec::new();
    for class in ["contact", "group"] {
        let attributes = &["objectClass", "nTSecurityDescriptor", "allowedAttributesEffective"];
        let question = Question::below(base, format!("(objectClass={class})"), attributes);
        // What lies in units below belongs to those.
        let question = Question { with_descriptor: true, most: MOST, scope: Scope::OneLevel, ..question };
        match client.page(&question).await {
            Ok(page) => found.extend(page.entries.iter().map(|entry| described(entry, WRITTEN))),
            Err(trouble) => return Answer::Failed(trouble.why()),
        }
    }
    Answer::Known(found)
}

fn described(entry: &Entry, written: &[&str]) -> Described {
    let allowed = entry.texts("allowedAttributesEffective");
    let is_allowed = |name: &&&str| allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
    Described {
        name: entry.name.clone(),
        class: entry.texts("objectClass").pop().unwrap_or_default(),
        descriptor: descriptor(entry),
        writable: written.iter().filter(is_allowed).map(|name| (*name).to_owned()).collect(),
        ..Described::default()
    }
}
