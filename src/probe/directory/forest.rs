//! Searches the whole forest for mail addresses: its only domain, or the global catalog.

use super::client::Client;
use super::connect::{self, ConnectOptions, Controller, LdapService};
use super::error::DirectoryError;
use super::members::member;
use super::partitions;
use super::query::{LdapEntry, LdapQuery};
use super::read_access::ReadAccess;
use crate::facts::directory::{
    AddressOrAlias, ComparedAddresses, ForestFacts, OwnAddresses, RecipientFacts, SharedValue,
    address_or_alias, mail_values,
};
use crate::facts::{Answer, Failure, FailureKind};
use crate::farm::values::{DirectoryAddress, FromText};
use crate::formats::dn::Name;
use crate::probe::Progress;
use crate::probe::deadline::Deadline;
use ldap3::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// How many values one query asks for.
const VALUES_OF_QUERY: usize = 100;
/// The maximum number of objects that one query may find; more are not read.
const MAX_FOUND: i32 = 1000;
/// The maximum number of names that are kept of the objects with one value.
const MAX_NAMES: usize = 20;
/// The maximum number of pages of organizational units.
const MAX_UNIT_PAGES: usize = 20;

/// The attributes by which mail finds an object.
const ATTRIBUTES: &[&str] = &["mail", "proxyAddresses", "mailNickname"];

/// What to search for.
pub(super) struct ForestQuestion<'a> {
    /// Addresses that an object should have.
    pub recipients: Vec<String>,
    /// The distinguished name of the container, and the addresses of its objects.
    pub container: Option<(&'a str, &'a OwnAddresses)>,
    /// The maximum number of taken values that are shown.
    pub max_taken: usize,
    /// The URLs of the farm file.
    pub urls: &'a [DirectoryAddress],
    pub connect: &'a ConnectOptions<'a>,
    pub access: &'a ReadAccess,
    pub progress: &'a dyn Progress,
}

/// A server to ask, and the part of the forest that it serves.
struct ForestSearch<'a> {
    client: &'a mut Client,
    /// The base of the search.
    base: String,
    deadline: Deadline,
    partial: Option<String>,
}

impl ForestQuestion<'_> {
    /// Searches the forest.
    pub(super) async fn ask(&self, controller: &mut Controller) -> Answer<ForestFacts> {
        let domain = controller.connection.domain.clone();
        let (domains, why_unknown) = match domains(controller).await {
            Ok(domains) => (domains, None),
            Err(failure) => (Vec::new(), Some(failure.to_string())),
        };
        let mut facts = ForestFacts {
            url: controller.connection.url.clone(),
            domains,
            ..ForestFacts::default()
        };
        if facts.domains.len() == 1 {
            let search = ForestSearch::new(&mut controller.client, domain, self);
            return self.search(search, facts).await;
        }
        let (attempts, catalog) = self.catalog(&facts.url).await;
        if let Some(mut catalog) = catalog {
            facts.url.clone_from(&catalog.connection.url);
            facts.is_catalog = true;
            let partial = lacks_attributes(&mut catalog).await;
            let mut search = ForestSearch::new(&mut catalog.client, String::new(), self);
            search.partial = partial;
            return self.search(search, facts).await;
        }
        let mut search = ForestSearch::new(&mut controller.client, domain.clone(), self);
        let count = facts.domains.len();
        let forest = why_unknown.unwrap_or_else(|| format!("the forest has {count} domains"));
        search.partial = Some(format!(
            "only `{domain}` was searched: {forest}, and no global catalog could be asked \
             ({attempts})"
        ));
        self.search(search, facts).await
    }

    /// Connects to a global catalog: one from the farm file, otherwise that on the controller's
    /// machine.
    async fn catalog(&self, url: &str) -> (String, Option<Controller>) {
        let named = self.urls.iter().map(DirectoryAddress::as_str);
        let mut urls: Vec<String> = named
            .filter(|address| connect::is_catalog(address))
            .map(str::to_owned)
            .collect();
        urls.extend(connect::catalog_beside(url).filter(|own| !urls.contains(own)));
        let addresses: Vec<DirectoryAddress> = urls
            .iter()
            .filter_map(|address| DirectoryAddress::from_text(address).ok())
            .collect();
        let options = ConnectOptions {
            domain: None,
            service: LdapService::GlobalCatalog,
            ..*self.connect
        };
        let (attempts, catalog) = connect::connect(&addresses, &options).await;
        let attempts: Vec<String> = attempts
            .iter()
            .map(|attempt| format!("{}: {}", attempt.url, attempt.why))
            .collect();
        (attempts.join("; "), catalog)
    }

    async fn search(
        &self,
        mut search: ForestSearch<'_>,
        facts: ForestFacts,
    ) -> Answer<ForestFacts> {
        if !self.access.sees_all(facts.domains.len()) {
            search.look_for_hidden_units(self.access).await;
        }
        let mut recipients = Vec::new();
        for address in &self.recipients {
            recipients.push(RecipientFacts {
                address: address.clone(),
                answer: search.holders(address).await,
                ..RecipientFacts::default()
            });
        }
        let addresses = match self.container {
            None => Answer::NotAsked,
            Some((container, own)) => {
                self.progress
                    .begin("searching the forest for their addresses", count_of(own));
                let compared = search.compare(container, own, self).await;
                self.progress.end();
                compared
            }
        };
        Answer::Known(ForestFacts {
            recipients,
            addresses,
            partial: search.partial,
            ..facts
        })
    }
}

/// Returns the names of the forest's domains.
async fn domains(controller: &mut Controller) -> Result<Vec<String>, Failure> {
    let entries = partitions::of_domains(controller).await?;
    let names: Option<Vec<String>> = entries.iter().map(|entry| entry.text("nCName")).collect();
    names.ok_or_else(|| {
        let detail = "it does not list all domains of its forest";
        Failure::new(FailureKind::Hidden, detail)
    })
}

/// Returns which attributes a global catalog lacks, as a reason why the search does not cover the
/// whole forest, or `None` if it has all. A search for an attribute that it lacks finds nothing.
async fn lacks_attributes(catalog: &mut Controller) -> Option<String> {
    let names: String = ATTRIBUTES
        .iter()
        .map(|name| format!("(lDAPDisplayName={name})"))
        .collect();
    let filter =
        format!("(&(objectClass=attributeSchema)(isMemberOfPartialAttributeSet=TRUE)(|{names}))");
    let query = LdapQuery {
        scope: Scope::OneLevel,
        ..LdapQuery::below(&catalog.schema, filter, &["lDAPDisplayName"])
    };
    let held = match catalog.client.search(&query).await {
        Ok(entries) => entries,
        Err(error) => {
            return Some(format!(
                "the global catalog's attributes are not known: {error}"
            ));
        }
    };
    let is_held = |name: &str| {
        let mut shown = held
            .iter()
            .filter_map(|entry| entry.text("lDAPDisplayName"));
        shown.any(|shown| shown.eq_ignore_ascii_case(name))
    };
    let lacking = ATTRIBUTES.iter().find(|name| !is_held(name))?;
    Some(format!("the global catalog does not hold `{lacking}`"))
}

impl<'a> ForestSearch<'a> {
    fn new(client: &'a mut Client, base: String, question: &ForestQuestion<'_>) -> Self {
        Self {
            client,
            base,
            deadline: question.connect.limits.all,
            partial: None,
        }
    }

    fn note_partial(&mut self, why: impl Into<String>) {
        self.partial.get_or_insert_with(|| why.into());
    }

    /// Notes an organizational unit that the account may not list: its objects are hidden.
    async fn look_for_hidden_units(&mut self, access: &ReadAccess) {
        let filter = "(objectClass=organizationalUnit)";
        let query = LdapQuery::below(&*self.base, filter, &["nTSecurityDescriptor"]);
        let query = query.with_descriptor();
        let mut cookie = Vec::new();
        for _ in 0..MAX_UNIT_PAGES {
            let pending = self.client.request_page(&query, cookie).await;
            let page = match self.client.receive_page(pending).await {
                Ok(page) => page,
                Err(error) => {
                    return self.note_partial(format!(
                        "its organizational units are not known: \
                        {error}"
                    ));
                }
            };
            for unit in &page.entries {
                if let Err(failure) = access.check_list(unit) {
                    return self.note_partial(failure.to_string());
                }
            }
            if page.cookie.is_empty() {
                return;
            }
            cookie = page.cookie;
        }
        self.note_partial("it has too many organizational units to read their permissions");
    }

    /// Asks which objects have an address.
    async fn holders(&mut self, address: &str) -> Answer<Vec<String>> {
        let query = LdapQuery {
            max_entries: MAX_FOUND,
            ..LdapQuery::below(&*self.base, by_address(address), &["1.1"])
        };
        match self.client.first_page(&query).await {
            Err(error) => error.answer(),
            // Further pages may follow an empty one (RFC 2696 3).
            Ok(page) if page.entries.is_empty() && !page.cookie.is_empty() => {
                self.note_partial("not all objects could be read");
                Answer::NotAsked
            }
            Ok(page) if page.entries.is_empty() => {
                Answer::Absent("no object has it in mail or proxyAddresses".to_owned())
            }
            Ok(page) => {
                let names = page.entries.into_iter().map(|entry| entry.name);
                Answer::Known(names.take(MAX_NAMES).collect())
            }
        }
    }

    /// Searches for the addresses of a container's objects outside of it.
    async fn compare(
        &mut self,
        container: &str,
        own: &OwnAddresses,
        question: &ForestQuestion<'_>,
    ) -> Answer<ComparedAddresses> {
        let container = match Name::parse(container) {
            Ok(container) => container,
            Err(error) => return Answer::failed(FailureKind::Malformed, error.to_string()),
        };
        let mut values = own.values().peekable();
        let mut taken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut compared: u64 = 0;
        while values.peek().is_some() {
            let chunk: BTreeSet<&str> = values.by_ref().take(VALUES_OF_QUERY).collect();
            if self.deadline.is_over() {
                self.note_partial("the questions together timed out");
                break;
            }
            let found = match self.found(&chunk).await {
                Ok(found) => found,
                Err(error) if compared == 0 => return error.answer(),
                Err(error) => {
                    self.note_partial(error.to_string());
                    break;
                }
            };
            compared += chunk.len() as u64;
            question.progress.count(chunk.len());
            for entry in &found {
                if !Name::parse(&entry.name).is_ok_and(|name| name.is_within(&container)) {
                    self.note_taken(entry, &chunk, &mut taken);
                }
            }
        }
        Answer::Known(ComparedAddresses {
            compared,
            beyond: own.beyond + taken.len().saturating_sub(question.max_taken) as u64,
            taken: taken
                .into_iter()
                .take(question.max_taken)
                .map(|(value, names)| SharedValue {
                    value: value.to_owned(),
                    names,
                    ..SharedValue::default()
                })
                .collect(),
            ..ComparedAddresses::default()
        })
    }

    /// Asks which objects have one of these values.
    async fn found(&mut self, values: &BTreeSet<&str>) -> Result<Vec<LdapEntry>, DirectoryError> {
        let filters: String = values.iter().map(|value| by_value(value)).collect();
        let query = LdapQuery {
            max_entries: MAX_FOUND,
            ..LdapQuery::below(&*self.base, format!("(|{filters})"), ATTRIBUTES)
        };
        let page = self.client.first_page(&query).await?;
        if !page.cookie.is_empty() {
            self.note_partial("too many objects have these addresses");
        }
        Ok(page.entries)
    }

    /// Notes the values that an object outside the container has.
    fn note_taken<'v>(
        &mut self,
        entry: &LdapEntry,
        values: &BTreeSet<&'v str>,
        taken: &mut BTreeMap<&'v str, Vec<String>>,
    ) {
        let own = mail_values(&member(entry));
        let mut is_clear = false;
        for value in values.iter().copied().filter(|value| own.contains(*value)) {
            is_clear = true;
            let names = taken.entry(value).or_default();
            if names.len() < MAX_NAMES {
                names.push(entry.name.clone());
            }
        }
        if !is_clear {
            self.note_partial(format!(
                "{} was found by one of the addresses, but the address cannot be read",
                entry.name
            ));
        }
    }
}

fn count_of(own: &OwnAddresses) -> usize {
    usize::try_from(own.count).unwrap_or(usize::MAX)
}

/// Returns the filter for an address or an alias.
fn by_value(value: &str) -> String {
    match address_or_alias(value) {
        AddressOrAlias::Address(address) => by_address(address),
        AddressOrAlias::Alias(alias) => format!("(mailNickname={})", ldap3::ldap_escape(alias)),
    }
}

/// Returns the filter for an address.
fn by_address(address: &str) -> String {
    let address = ldap3::ldap_escape(address);
    format!("(|(mail={address})(proxyAddresses=smtp:{address}))")
}
