//! What Active Directory reports: domain controllers, schema, container, accounts, and the contents
//! of the container.

mod census;
mod forest;

pub use census::Members;
pub(crate) use census::{
    AUTHENTICATED, AddressOrAlias, Census, CensusOptions, CountedObjects, DuplicateCandidate,
    ENCODING, Member, NO_MAPI, OwnAddresses, SharedValue, address_or_alias, brief, mail_values,
};
pub(crate) use forest::{ComparedAddresses, ForestFacts, RecipientFacts};

use super::merge::{Merge, Observation};
#[cfg(test)]
use super::schema::SidSchema;
use super::{Answer, Failure, FailureKind, Unknown};
use serde::{Deserialize, Serialize};
use windows_security::directory::AttributeGuid;
use windows_security::{Guid, Sid};

/// What Active Directory reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what Active Directory says, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DirectoryFacts {
    /// The domain controllers that could not be used, in the order of the attempts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<ConnectAttempt>,
    /// The conversation with the domain controller that was used.
    #[serde(default)]
    pub connection: Answer<Connection>,
    #[serde(default)]
    pub schema: Answer<SchemaFacts>,
    /// The requested container, as named in the farm file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub asked: Option<String>,
    /// The container of the contacts and groups. Absent means that the object does not exist.
    #[serde(default)]
    pub container: Answer<ContainerFacts>,
    /// The farm's accounts, and the computer accounts for those without an account of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountFacts>,
    /// The contacts and groups in the container.
    #[serde(default)]
    pub members: Answer<Members>,
    /// What the whole forest reports about the addresses of contacts and groups.
    #[serde(default)]
    pub forest: Answer<ForestFacts>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A domain controller that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a controller that was tried, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Attempt"))]
pub struct ConnectAttempt {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub url: String,
    /// The kind of the failure, and its text for people.
    #[serde(default)]
    pub kind: FailureKind,
    pub why: String,
    /// It refused the bind because it requires signing or encryption (strongerAuthRequired, RFC
    /// 4511 appendix A).
    #[serde(default)]
    pub needs_signing: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How a conversation is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Protection {
    /// TLS from the first byte (ldaps).
    Tls,
    /// TLS after StartTLS.
    StartTls,
    /// Sealed by Kerberos.
    Kerberos,
    None,
}

impl Protection {
    /// Returns it as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Tls => "encrypted (ldaps)",
            Self::StartTls => "encrypted (StartTLS)",
            Self::Kerberos => "sealed (Kerberos)",
            Self::None => "not encrypted",
        }
    }
}

/// The conversation with a domain controller, which reports about itself and about the account that
/// asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a conversation with a controller, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Connection {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub url: String,
    pub protection: Protection,
    /// The account that asks, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub bound_as: Option<String>,
    /// The domain controller's own DNS name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub host: Option<String>,
    /// The distinguished name of its domain.
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub domain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<SidSchema>"))]
    pub domain_sid: Option<Sid>,
    /// The SIDs of the account that asks, as the domain controller sees them, its own included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<SidSchema>"))]
    pub token: Vec<Sid>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The attributes that are looked up in the schema: those of Exchange that SharePoint writes or
/// that rules check.
pub(crate) const SCHEMA_NAMES: &[&str] = &[
    "targetAddress",
    "mailNickname",
    "internetEncoding",
    "mAPIRecipient",
    "msExchRequireAuthToSendTo",
    "msExchVersion",
];

/// The attributes that SharePoint changes when a title, an address or a membership changes.
pub(crate) const WRITTEN: &[&str] = &[
    "displayName",
    "description",
    "mail",
    "mailNickname",
    "proxyAddresses",
    "targetAddress",
    "member",
];

/// Which of these names the schema has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "names of the schema, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SchemaFacts {
    pub present: Vec<String>,
    pub absent: Vec<String>,
    /// The GUIDs by which ACEs identify these attributes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<SchemaAttribute>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The GUIDs by which ACEs identify an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an attribute of the schema, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SchemaAttribute {
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub name: String,
    /// `schemaIDGUID`.
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub guid: String,
    /// `attributeSecurityGUID`, if it belongs to a property set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub set: Option<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl SchemaAttribute {
    /// Returns the GUIDs by which ACEs identify the attribute, or `None` if they cannot be read.
    fn to_guid(&self) -> Option<AttributeGuid> {
        Some(AttributeGuid {
            name: self.name.clone().into(),
            guid: self.guid.parse().ok()?,
            set: match &self.set {
                Some(set) => Some(set.parse::<Guid>().ok()?),
                None => None,
            },
        })
    }
}

impl SchemaFacts {
    /// Returns the GUIDs by which ACEs identify its attributes, as far as they can be read.
    pub fn guids(&self) -> Vec<AttributeGuid> {
        self.attributes
            .iter()
            .filter_map(SchemaAttribute::to_guid)
            .collect()
    }

    pub fn lacks(&self, name: &str) -> bool {
        self.absent
            .iter()
            .any(|absent| absent.eq_ignore_ascii_case(name))
    }
}

/// The container as the directory reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a container, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContainerFacts {
    /// Its distinguished name as the directory spells it.
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub name: String,
    /// Its object classes, the most specific last.
    pub classes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub guid: Option<String>,
    /// Every object has a descriptor, so absent means that the account that asks may not read it.
    #[serde(default)]
    pub descriptor: Answer<RecordedDescriptor>,
    /// Why its contents may be hidden from the account that asks, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hides: Option<String>,
    /// The descriptors of its parents, from the nearest up to the domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<DescribedObject>,
    /// Its contacts and groups with their descriptors. Of those with the same descriptor, only the
    /// first.
    #[serde(default)]
    pub sample: Answer<Vec<DescribedObject>>,
    /// Whether these include objects in organizational units below it.
    #[serde(default)]
    pub sample_has_nested: bool,
    /// Why not all of them were read, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsampled: Option<String>,
    /// The rights of the account that asks, as the domain controller computes them.
    #[serde(default)]
    pub effective: Answer<Effective>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A security descriptor (MS-DTYP 2.4.6): owner, group and DACL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a security descriptor, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Descriptor"))]
pub struct RecordedDescriptor {
    /// As received, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "descriptor")))]
    pub raw: Option<String>,
    /// The same as SDDL, for people. It counts only if there are no bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "sddl")))]
    pub sddl: Option<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// An object and its descriptor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an object and its descriptor, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Described"))]
pub struct DescribedObject {
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub name: String,
    /// Its most specific object class.
    pub class: String,
    /// How many there are with this descriptor.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
    pub descriptor: Answer<RecordedDescriptor>,
    /// Its parent, if that is not the container itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DescribedParent>,
    /// The attributes in [`WRITTEN`] that the domain controller lets the account that asks write
    /// (`allowedAttributesEffective`, MS-ADTS 3.1.1.4.5.6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writable: Vec<String>,
    /// Why the domain controller did not report which of them the account may write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writable_failed: Option<Failure>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The parent of an object, with its descriptor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what an object lies in, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DescribedParent {
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub name: String,
    pub descriptor: Answer<RecordedDescriptor>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

fn one() -> u64 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_one(count: &u64) -> bool {
    *count == 1
}

/// The rights that the domain controller grants the account that asks on the container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what may be made in a container, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Effective {
    /// `allowedChildClassesEffective` (MS-ADTS 3.1.1.4.5.5): the classes that it may create in it.
    pub child_classes: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// An account of the farm, and what the directory reports about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an account of the farm, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountFacts {
    /// As the farm file names it.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    /// The server whose computer account it is on other servers, if it has no account of its own
    /// there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: Option<String>,
    pub answer: Answer<AccountEntry>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl AccountFacts {
    pub fn new(name: String, server: Option<String>, answer: Answer<AccountEntry>) -> Self {
        Self {
            name,
            server,
            answer,
            unknown: Unknown::new(),
        }
    }
}

/// The value for an account that never expires.
pub(crate) const NEVER: &str = "never";

/// An account as the directory reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an account of the directory, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountEntry {
    /// Its distinguished name.
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub name: String,
    #[cfg_attr(test, schemars(with = "SidSchema"))]
    pub sid: Sid,
    /// `userAccountControl`, and the bits that the domain controller computes when asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed_control: Option<u32>,
    /// When it expires or expired, RFC 3339, UTC, or [`NEVER`]; nothing if the account that asks
    /// may not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub expires: Option<String>,
    /// The SIDs of the account and of every group it is in.
    #[serde(default)]
    pub token: Answer<Token>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The SIDs of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "the SIDs of an account, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Token {
    #[cfg_attr(test, schemars(with = "Vec<SidSchema>"))]
    pub sids: Vec<Sid>,
    pub from: TokenSource,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Token {
    pub fn new(sids: Vec<Sid>, from: TokenSource) -> Self {
        Self {
            sids,
            from,
            unknown: Unknown::new(),
        }
    }
}

/// How an account's groups were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum TokenSource {
    /// The controller computed them (`tokenGroups`).
    TokenGroups,
    /// By the chain of members, which does not include groups of other domains.
    Members,
}

impl DirectoryFacts {
    /// Returns these facts merged over older ones. Answers for different accounts, or about
    /// different containers, are not mixed.
    fn over(self, older: Self) -> Self {
        let is_alike = match (&self.connection, &older.connection) {
            (Answer::Known(one), Answer::Known(two)) => {
                one.bound_as == two.bound_as
                    && one.token == two.token
                    && one.domain.eq_ignore_ascii_case(&two.domain)
            }
            _ => false,
        };
        if !is_alike || self.asked != older.asked {
            return self;
        }
        Self {
            schema: self.schema.over(older.schema, |newer, _| newer),
            container: self.container.over(older.container, ContainerFacts::over),
            accounts: if self.accounts.is_empty() {
                older.accounts
            } else {
                self.accounts
            },
            members: self.members.over(older.members, |newer, older| Members {
                others: newer.others.or(older.others),
                ..newer
            }),
            forest: self.forest.over(older.forest, ForestFacts::over),
            ..self
        }
    }
}

impl ContainerFacts {
    fn over(self, older: Self) -> Self {
        if self.name != older.name || self.sample != Answer::NotAsked {
            return self;
        }
        Self {
            above: older.above,
            sample: older.sample,
            sample_has_nested: older.sample_has_nested,
            unsampled: older.unsampled,
            effective: older.effective,
            ..self
        }
    }
}

impl Merge for DirectoryFacts {
    /// Returns the last facts for which a domain controller answered, with earlier answers to
    /// questions that were not asked again. If none answered, returns the last facts.
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let unknown = parts
            .iter()
            .flat_map(|(_, part)| part.unknown.clone())
            .collect();
        let (answered, others): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .map(|(_, part)| part)
            .partition(|part| matches!(part.connection, Answer::Known(_)));
        let whole = answered
            .into_iter()
            .reduce(|older, newer| newer.over(older));
        let whole = whole
            .or_else(|| others.into_iter().next_back())
            .unwrap_or_default();
        Self { unknown, ..whole }
    }

    fn for_each_observation(&mut self, _: &mut dyn FnMut(&mut Vec<Observation>)) {}
}
