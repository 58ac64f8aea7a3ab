//! Samples the permissions of the contacts and groups in a container and in its organizational
//! units: each different descriptor once.

use super::client::Client;
use super::error::elsewhere;
use super::query::{LdapEntry, LdapQuery};
use super::read_access::{ReadAccess, described_object, recorded_descriptor};
use crate::facts::directory::{DescribedObject, DescribedParent, WRITTEN};
use crate::facts::{Answer, Failure, FailureKind};
use crate::formats::dn::Name;
use std::collections::BTreeMap;

const DESCRIPTOR: &str = "nTSecurityDescriptor";

/// The containers of objects: organizational units, and any other object that contains one.
#[derive(Debug, Default)]
pub(super) struct NestedUnits {
    /// The units by their normalized names in lowercase.
    entries: BTreeMap<String, LdapEntry>,
    /// The total size of their descriptors in bytes.
    size: usize,
    /// Why some units are missing, or `None`.
    unknown: Option<Failure>,
}

impl NestedUnits {
    /// Asks for the units and containers in a container.
    pub(super) async fn read(client: &mut Client, base: &str) -> Self {
        const PAGE: i32 = 1000;
        const MAX_PAGES: u32 = 20;
        let filter = "(|(objectClass=organizationalUnit)(objectClass=container))";
        let query = LdapQuery {
            max_entries: PAGE,
            ..LdapQuery::below(base, filter, &["objectClass", DESCRIPTOR])
        };
        let query = query.with_descriptor();
        let mut units = Self::default();
        let mut cookie = Vec::new();
        for _ in 0..MAX_PAGES {
            let pending = client.request_page(&query, cookie).await;
            let page = match client.receive_page(pending).await {
                Ok(page) => page,
                Err(error) => {
                    units.unknown = Some(error.failure());
                    return units;
                }
            };
            for entry in page.entries.into_iter().filter(|entry| entry.name != base) {
                if let Err(failure) = units.keep(entry) {
                    units.unknown = Some(failure);
                    return units;
                }
            }
            if page.cookie.is_empty() {
                return units;
            }
            cookie = page.cookie;
        }
        units.unknown = Some(too_many());
        units
    }

    /// Keeps a unit, unless there are too many.
    fn keep(&mut self, entry: LdapEntry) -> Result<(), Failure> {
        const MAX_SIZE: usize = 32 << 20;
        self.size += entry.bytes(DESCRIPTOR).iter().map(Vec::len).sum::<usize>();
        if self.size > MAX_SIZE {
            return Err(too_many());
        }
        self.entries.insert(key(&entry.name), entry);
        Ok(())
    }

    /// Checks that the account that asks sees every object in the units.
    ///
    /// # Errors
    /// The reason why that is not certain.
    pub(super) fn check_list(&self, access: &ReadAccess) -> Result<(), Failure> {
        for unit in self.entries.values() {
            access.check_list(unit)?;
        }
        match &self.unknown {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }

    /// Returns the container of an object, which is read if it is not an organizational unit.
    async fn entry(&mut self, client: &mut Client, name: &Name) -> Result<LdapEntry, Failure> {
        let key = key(&name.to_string());
        if let Some(known) = self.entries.get(&key) {
            return Ok(known.clone());
        }
        let query = LdapQuery::object(name.to_string(), &["objectClass", DESCRIPTOR]);
        let entry = client.object(&query.with_descriptor()).await;
        let entry = entry.map_err(|error| error.failure())?;
        self.keep(entry.clone())?;
        Ok(entry)
    }
}

fn too_many() -> Failure {
    Failure::new(
        FailureKind::LimitExceeded,
        "it has too many organizational units to read their permissions",
    )
}

/// Returns the key for a name.
fn key(name: &str) -> String {
    match Name::parse(name) {
        Ok(name) => name.to_string().to_lowercase(),
        Err(_) => name.to_lowercase(),
    }
}

/// Asks for the descriptors of the contacts and groups in the container, each different one once.
/// Also returns why the sample is incomplete.
pub(super) async fn read(
    client: &mut Client,
    base: &str,
    units: NestedUnits,
) -> (Answer<Vec<DescribedObject>>, Option<String>) {
    let container = match Name::parse(base) {
        Ok(container) => container,
        Err(error) => {
            return (
                Answer::failed(FailureKind::Malformed, error.to_string()),
                None,
            );
        }
    };
    let mut descriptors = DistinctDescriptors {
        container,
        units,
        found: Vec::new(),
        places: BTreeMap::new(),
    };
    for class in ["contact", "group"] {
        if let Err(failure) = descriptors.read(client, base, class).await {
            if descriptors.found.is_empty() {
                return (Answer::Failed(failure), None);
            }
            return (Answer::Known(descriptors.found), Some(failure.to_string()));
        }
    }
    for object in &mut descriptors.found {
        match writable(client, &object.name).await {
            Ok(attributes) => object.writable = attributes,
            Err(failure) => object.writable_failed = Some(failure),
        }
    }
    (Answer::Known(descriptors.found), None)
}

/// Asks which of SharePoint's attributes the account that asks may write.
///
/// # Errors
/// Returns the reason why the controller did not answer.
async fn writable(client: &mut Client, name: &str) -> Result<Vec<String>, Failure> {
    let query = LdapQuery::object(name, &["allowedAttributesEffective"]);
    let entry = client.object(&query).await;
    let entry = entry.map_err(|error| error.failure())?;
    let allowed = entry.texts("allowedAttributesEffective");
    let written = WRITTEN
        .iter()
        .filter(|attribute| {
            allowed
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(attribute))
        })
        .map(|attribute| (*attribute).to_owned());
    Ok(written.collect())
}

/// Different descriptors, each with the first object that has it.
struct DistinctDescriptors {
    container: Name,
    units: NestedUnits,
    found: Vec<DescribedObject>,
    /// The index in `found` for each class, descriptor, and descriptor of the object's container.
    places: BTreeMap<DescriptorKey, usize>,
}

/// A class, the object's descriptor, and the descriptor of its container if that is a nested one.
type DescriptorKey = (&'static str, Vec<Vec<u8>>, Option<Vec<Vec<u8>>>);

impl DistinctDescriptors {
    /// Reads the descriptors of the objects of a class, page by page.
    ///
    /// # Errors
    /// Returns the reason why some are missing.
    async fn read(
        &mut self,
        client: &mut Client,
        base: &str,
        class: &'static str,
    ) -> Result<(), Failure> {
        const PAGE: i32 = 1000;
        const MAX_PAGES: u32 = 2000;
        let attributes = &["objectClass", "nTSecurityDescriptor"];
        let query = LdapQuery {
            max_entries: PAGE,
            ..LdapQuery::below(base, format!("(objectClass={class})"), attributes)
        };
        let query = query.with_descriptor();
        let mut cookie = Vec::new();
        for _ in 0..MAX_PAGES {
            let pending = client.request_page(&query, cookie).await;
            let page = client.receive_page(pending).await;
            let page = page.map_err(|error| error.failure())?;
            if page.references > 0 {
                return Err(elsewhere());
            }
            for entry in &page.entries {
                let parent = self.nested_parent(client, entry).await?;
                self.add(entry, class, parent)?;
            }
            if page.cookie.is_empty() {
                return Ok(());
            }
            cookie = page.cookie;
        }
        Err(Failure::new(
            FailureKind::LimitExceeded,
            "it returns too many pages of them",
        ))
    }

    /// Returns the container of an object, or `None` if it is the searched container itself.
    async fn nested_parent(
        &mut self,
        client: &mut Client,
        entry: &LdapEntry,
    ) -> Result<Option<LdapEntry>, Failure> {
        let parent = Name::parse(&entry.name).ok().and_then(|name| name.parent());
        match parent {
            None => Ok(None),
            Some(parent) if parent.is_same(&self.container) => Ok(None),
            Some(parent) => self.units.entry(client, &parent).await.map(Some),
        }
    }

    fn add(
        &mut self,
        entry: &LdapEntry,
        class: &'static str,
        parent: Option<LdapEntry>,
    ) -> Result<(), Failure> {
        const MAX_DESCRIPTORS: usize = 100;
        let of_parent = parent
            .as_ref()
            .map(|parent| parent.bytes(DESCRIPTOR).to_vec());
        let key = (class, entry.bytes(DESCRIPTOR).to_vec(), of_parent);
        if let Some(known) = self
            .places
            .get(&key)
            .and_then(|place| self.found.get_mut(*place))
        {
            known.count += 1;
            return Ok(());
        }
        if self.found.len() >= MAX_DESCRIPTORS {
            return Err(Failure::new(
                FailureKind::LimitExceeded,
                format!("only {MAX_DESCRIPTORS} were read, and the others have other permissions"),
            ));
        }
        self.places.insert(key, self.found.len());
        self.found.push(DescribedObject {
            class: class.to_owned(),
            parent: parent.map(|parent| DescribedParent {
                descriptor: recorded_descriptor(&parent),
                name: parent.name,
                ..DescribedParent::default()
            }),
            ..described_object(entry)
        });
        Ok(())
    }
}
