//! Counts contacts and groups. Objects are added one by one, and the result stays small whatever
//! their number.

mod addresses;
mod member;

pub(crate) use addresses::{AddressOrAlias, OwnAddresses, address_or_alias, mail_values};
pub(crate) use member::{Member, brief};

use member::{ALIAS, domain_of};

use crate::facts::Unknown;
use serde::{Deserialize, Serialize};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash, Hasher};

/// The most names that are kept of each count, unless all are wanted.
const MAX_NAMES: usize = 20;
/// The most values that are counted individually; the others are counted together.
const MAX_VALUES: usize = 50;
/// The longest alias that Exchange takes, and the longest local part of an address (RFC 5321
/// 4.5.3.1.1), in characters.
const MAX_ALIAS: usize = 64;
/// The longest alias that SharePoint takes, in characters.
const MAX_SHAREPOINT_ALIAS: usize = 128;
/// The most names, aliases and addresses that are remembered to find duplicates: what a hash table
/// of 2^21 slots holds, which takes 19 MB.
const MAX_REMEMBERED: usize = (1 << 21) / 8 * 7;
/// The most values that may be duplicates, without and with all names wanted.
const MAX_CANDIDATES: usize = 200;
const MAX_CANDIDATES_OF_ALL: usize = 20_000;

/// The objects with one value: their number, and the first of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "counted objects, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Seen"))]
pub struct CountedObjects {
    /// Nothing if they have no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The domain of the objects' own address, in lowercase, if it matters and they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub own_domain: Option<String>,
    pub count: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub names: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A value that must be unique, but that several objects have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a value of several objects, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Shared"))]
pub struct SharedValue {
    /// `alias docs` or `smtp:docs@fabrikam.com`.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub value: String,
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub names: Vec<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The contacts and groups of a container, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "counted contacts and groups, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Members {
    /// The number of contacts.
    pub contacts: u64,
    /// The number of groups.
    pub groups: u64,
    /// Whether every name was kept, not only the first ones.
    #[serde(default)]
    pub all_named: bool,
    /// Why not all objects were read, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// Objects that are not contacts, groups or organizational units, by class; nothing if only
    /// contacts and groups were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Vec<CountedObjects>>,
    /// Objects whose attributes the account that asks may not read.
    #[serde(default)]
    pub unreadable: CountedObjects,
    /// Contacts and groups without a visible value, by attribute. They may have one that the
    /// account that asks may not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub hidden: Vec<CountedObjects>,
    /// The contacts by `internetEncoding`. For the wanted value no names are kept, here and below.
    #[serde(default)]
    pub encodings: Vec<CountedObjects>,
    /// The contacts by `mAPIRecipient`.
    #[serde(default)]
    pub mapi: Vec<CountedObjects>,
    /// The contacts by the domain of `targetAddress`, in lowercase. For domains that the farm file
    /// does not name, the domain of their own address is distinguished too.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub targets: Vec<CountedObjects>,
    /// The number of contacts and groups that are mail-enabled; nothing in facts that counted the
    /// others too. The same applies to `authenticated` and `without-version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_enabled: Option<u64>,
    /// The mail-enabled contacts and groups by `msExchRequireAuthToSendTo`.
    #[serde(default)]
    pub authenticated: Vec<CountedObjects>,
    /// Contacts that accept mail from authenticated senders only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_contacts: Option<CountedObjects>,
    /// Mail-enabled contacts and groups without `msExchVersion`.
    #[serde(default)]
    pub without_version: CountedObjects,
    /// Contacts and groups whose alias is longer than 128 characters.
    #[serde(default)]
    pub long_aliases: CountedObjects,
    /// Contacts and groups whose alias is longer than 64 characters, those of `long-aliases` among
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases_over_64: Option<CountedObjects>,
    /// Distribution groups without a mail address.
    #[serde(default)]
    pub groups_without_address: CountedObjects,
    /// Aliases and proxy addresses that several of them share; the first ones, unless all were
    /// wanted.
    #[serde(default)]
    pub shared: Vec<SharedValue>,
    /// How many further values seem to be shared.
    #[serde(default)]
    pub shared_beyond: u64,
    /// Why the list of shared values may be incomplete, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_unknown: Option<String>,
    /// Fields of a later version of this program.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Which names to keep, and what to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CensusOptions {
    /// The allowed domains of `targetAddress`, in lowercase.
    pub domains: Vec<String>,
    /// Whether every name is kept, instead of the first ones.
    pub all: bool,
    /// Whether objects of other kinds are counted too.
    pub others: bool,
}

impl CensusOptions {
    /// Returns how many names are kept of each count.
    pub(crate) fn max_names(&self) -> usize {
        if self.all { usize::MAX } else { MAX_NAMES }
    }
}

/// `internetEncoding` as SharePoint writes it: MIME, with a body in text and HTML.
pub(crate) const ENCODING: &str = "1310720";
/// `mAPIRecipient` as SharePoint writes it.
pub(crate) const NO_MAPI: &str = "FALSE";
/// `msExchRequireAuthToSendTo` where only authenticated users may send.
pub(crate) const AUTHENTICATED: &str = "TRUE";

/// Counts members.
#[derive(Debug)]
pub(crate) struct Census {
    options: CensusOptions,
    members: Members,
    encodings: ValueTally,
    mapi: ValueTally,
    targets: ValueTally,
    authenticated: ValueTally,
    others: ValueTally,
    mail_enabled: u64,
    /// Objects that show no value, by attribute.
    without: BTreeMap<&'static str, CountedObjects>,
    seen_hashes: SeenHashes,
    candidates: BTreeSet<String>,
    candidates_beyond: u64,
    own_addresses: OwnAddresses,
    repeated: u64,
}

impl Census {
    pub(crate) fn new(options: CensusOptions) -> Self {
        Self {
            options,
            members: Members {
                closed_contacts: Some(CountedObjects::default()),
                aliases_over_64: Some(CountedObjects::default()),
                ..Members::default()
            },
            encodings: ValueTally::default(),
            mapi: ValueTally::default(),
            targets: ValueTally::default(),
            authenticated: ValueTally::default(),
            others: ValueTally::default(),
            mail_enabled: 0,
            without: BTreeMap::new(),
            seen_hashes: SeenHashes::default(),
            candidates: BTreeSet::new(),
            candidates_beyond: 0,
            own_addresses: OwnAddresses::default(),
            repeated: 0,
        }
    }

    /// Returns how many objects were added.
    pub(crate) fn count(&self) -> u64 {
        self.members.contacts
            + self.members.groups
            + self.others.count()
            + self.members.unreadable.count
    }

    /// Returns how many objects seem to have been added before.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Counts one object.
    pub(crate) fn add(&mut self, member: &Member) {
        let (name, max_names) = (&member.name, self.options.max_names());
        self.repeated += u64::from(self.seen_hashes.insert(&format!("name {name}")));
        if member.classes.is_empty() {
            return self.members.unreadable.note(name, max_names);
        }
        let is_contact = member.is("contact");
        if !is_contact && !member.is("group") {
            return self.add_other(member);
        }
        self.members.contacts += u64::from(is_contact);
        self.members.groups += u64::from(!is_contact);
        if is_contact {
            self.add_contact(member);
        } else {
            self.add_group(member);
        }
        if member.alias.is_none() {
            self.note_without("mailNickname", name);
        }
        if member.addresses.is_empty() {
            self.note_without("proxyAddresses", name);
        }
        if member.is_mail_enabled() {
            self.add_mail_enabled(member);
        } else {
            self.note_without("mail", name);
        }
        let length = member
            .alias
            .as_ref()
            .map_or(0, |alias| alias.chars().count());
        if length > MAX_ALIAS {
            let long = self.members.aliases_over_64.get_or_insert_default();
            long.note(name, max_names);
        }
        if length > MAX_SHAREPOINT_ALIAS {
            self.members.long_aliases.note(name, max_names);
        }
        self.note_duplicates(member);
        self.own_addresses.note(member, self.options.all);
    }

    /// Counts what matters only for an object that can receive mail.
    fn add_mail_enabled(&mut self, member: &Member) {
        let (name, max_names) = (&member.name, self.options.max_names());
        self.mail_enabled += 1;
        let authenticated = member.authenticated.as_deref();
        let is_closed =
            authenticated.is_some_and(|value| value.eq_ignore_ascii_case(AUTHENTICATED));
        self.authenticated
            .add(authenticated, (!is_closed).then_some(name), max_names);
        if is_closed && member.is("contact") {
            let closed = self.members.closed_contacts.get_or_insert_default();
            closed.note(name, max_names);
        }
        if member.version.is_none() {
            self.members.without_version.note(name, max_names);
        }
    }

    /// Counts an object that is not a contact or group, if wanted. Organizational units and
    /// containers only structure the container, so they are not counted.
    fn add_other(&mut self, member: &Member) {
        if self.options.others && !member.is("organizationalUnit") && !member.is("container") {
            let class = member.classes.last().map(String::as_str);
            self.others
                .add(class, Some(&member.name), self.options.max_names());
        }
    }

    fn add_contact(&mut self, member: &Member) {
        let (name, max_names) = (&member.name, self.options.max_names());
        let encoding = member.encoding.as_deref();
        let is_wanted_encoding = encoding == Some(ENCODING);
        self.encodings
            .add(encoding, (!is_wanted_encoding).then_some(name), max_names);
        let mapi = member.mapi.as_deref();
        let is_wanted_mapi = mapi.is_some_and(|value| value.eq_ignore_ascii_case(NO_MAPI));
        self.mapi
            .add(mapi, (!is_wanted_mapi).then_some(name), max_names);
        let domain = member.target.as_deref().map(domain_of);
        let is_wanted_domain = domain
            .as_ref()
            .is_some_and(|domain| self.options.domains.contains(domain));
        if is_wanted_domain {
            self.targets.add(domain.as_deref(), None, max_names);
        } else {
            let own_domain = member.own_domain();
            let key = (domain.as_deref(), own_domain.as_deref());
            self.targets.add_by(key, Some(name), max_names);
        }
    }

    fn add_group(&mut self, member: &Member) {
        let has_address = member.mail.is_some() || member.smtp_addresses().next().is_some();
        if has_address {
            return;
        }
        let kind = member.group_type.as_ref();
        match kind.and_then(|kind| kind.parse::<i32>().ok()) {
            Some(kind) if is_distribution(kind) => {
                let groups = &mut self.members.groups_without_address;
                groups.note(&member.name, self.options.max_names());
            }
            Some(_) => {}
            None => self.note_without("groupType", &member.name),
        }
    }

    /// Counts an object without a visible value of an attribute.
    fn note_without(&mut self, attribute: &'static str, name: &str) {
        self.without
            .entry(attribute)
            .or_default()
            .note(name, MAX_NAMES);
    }

    /// Notes the values that seem to have been added before. Only hashes are kept, so the directory
    /// is asked later whether they really are duplicates.
    fn note_duplicates(&mut self, member: &Member) {
        let addresses = member
            .addresses
            .iter()
            .map(|address| address.to_lowercase());
        let alias = member
            .alias
            .iter()
            .map(|alias| format!("{ALIAS}{}", alias.to_lowercase()));
        let values: BTreeSet<String> = addresses.chain(alias).collect();
        let max_candidates = if self.options.all {
            MAX_CANDIDATES_OF_ALL
        } else {
            MAX_CANDIDATES
        };
        for value in values {
            if !self.seen_hashes.insert(&value) || self.candidates.contains(&value) {
                continue;
            }
            if self.candidates.len() < max_candidates {
                self.candidates.insert(value);
            } else {
                self.candidates_beyond += 1;
            }
        }
    }

    /// Removes and returns the addresses and aliases of the objects that were added.
    pub(crate) fn take_addresses(&mut self) -> OwnAddresses {
        std::mem::take(&mut self.own_addresses)
    }

    /// Returns the values that several objects seem to share; the directory must be asked whether
    /// they do.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = DuplicateCandidate<'_>> {
        self.candidates.iter().map(|shown| {
            let (attribute, value) = match shown.strip_prefix(ALIAS) {
                Some(alias) => ("mailNickname", alias),
                None => ("proxyAddresses", shown.as_str()),
            };
            DuplicateCandidate {
                attribute,
                value,
                shown,
            }
        })
    }

    /// Returns the counts. A mandatory attribute without a value is counted as hidden: the account
    /// may not be allowed to read it.
    pub(crate) fn finish(self) -> Members {
        Members {
            hidden: self
                .without
                .into_iter()
                .map(|(attribute, objects)| CountedObjects {
                    value: Some(attribute.to_owned()),
                    ..objects
                })
                .collect(),
            encodings: self.encodings.list(),
            mapi: self.mapi.list(),
            targets: self.targets.list(),
            authenticated: self.authenticated.list(),
            others: self.options.others.then(|| self.others.list()),
            shared_beyond: self.candidates_beyond,
            shared_unknown: self.seen_hashes.is_full().then(|| {
                format!("only the first {MAX_REMEMBERED} names, aliases and addresses are compared")
            }),
            all_named: self.options.all,
            mail_enabled: Some(self.mail_enabled),
            ..self.members
        }
    }
}

/// A value that several objects seem to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DuplicateCandidate<'a> {
    pub attribute: &'static str,
    pub value: &'a str,
    /// As it is named in [`SharedValue`].
    pub shown: &'a str,
}

/// Returns whether a group is not a security group (MS-ADTS 2.2.12: the highest bit of `groupType`,
/// which is signed).
fn is_distribution(kind: i32) -> bool {
    kind >= 0
}

impl CountedObjects {
    /// Counts an object, and keeps its name if it is one of the first.
    fn note(&mut self, name: &str, max_names: usize) {
        self.count += 1;
        if self.names.len() < max_names {
            self.names.push(brief(name));
        }
    }
}

/// Counts objects by a value.
#[derive(Debug, Default)]
struct ValueTally(BTreeMap<TallyKey, CountedObjects>);

/// A value, and the domain of the object's own address if that matters.
type TallyKey = (Option<String>, Option<String>);

impl ValueTally {
    /// Counts an object by its value. `name` is `None` if the value is the wanted one.
    fn add(&mut self, value: Option<&str>, name: Option<&String>, max_names: usize) {
        self.add_by((value, None), name, max_names);
    }

    /// Counts an object by its value and the domain of its own address.
    fn add_by(
        &mut self,
        (value, own_domain): (Option<&str>, Option<&str>),
        name: Option<&String>,
        max_names: usize,
    ) {
        let key = (value.map(brief), own_domain.map(brief));
        // The wanted value is never counted together with others.
        let has_place = name.is_none() || self.0.len() < MAX_VALUES || self.0.contains_key(&key);
        let key = if has_place {
            key
        } else {
            (Some("…".to_owned()), None)
        };
        let counted = self.0.entry(key).or_default();
        match name {
            Some(name) => counted.note(name, max_names),
            None => counted.count += 1,
        }
    }

    fn count(&self) -> u64 {
        self.0.values().map(|counted| counted.count).sum()
    }

    fn list(self) -> Vec<CountedObjects> {
        self.0
            .into_iter()
            .map(|((value, own_domain), counted)| CountedObjects {
                value,
                own_domain,
                ..counted
            })
            .collect()
    }
}

/// The hashes of the texts that were added before.
#[derive(Debug, Default)]
struct SeenHashes(HashSet<u64>);

impl SeenHashes {
    /// Remembers a text, unless there are too many, and returns whether it seems to have been added
    /// before.
    fn insert(&mut self, text: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if self.is_full() {
            self.0.contains(&hash)
        } else {
            !self.0.insert(hash)
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MAX_REMEMBERED
    }
}

#[cfg(test)]
mod tests;
