//! Counts the contacts and groups of the container page by page, so that none of them stays in
//! memory.

use super::client::Client;
use super::error::{DirectoryError, elsewhere};
use super::hidden;
use super::query::{LdapEntry, LdapQuery};
use super::read_access::ReadAccess;
use crate::facts::directory::{
    Census, CensusOptions, ContainerFacts, DuplicateCandidate, Member, Members, OwnAddresses,
    SharedValue,
};
use crate::facts::{Answer, Failure, FailureKind};
use crate::probe::Progress;

/// The size of a page: Active Directory's default maximum (MaxPageSize).
const PAGE: i32 = 1000;
/// The maximum number of members; a server that sends more is assumed to be endless.
const MAX_MEMBERS: u64 = 2_000_000;
/// The maximum number of consecutive empty pages: a controller that runs out of time sends some.
const MAX_EMPTY_PAGES: u32 = 50;
/// The maximum number of pages with fewer than [`THIN`] objects in total.
const MAX_THIN_PAGES: u32 = 500;
const THIN: usize = 100;
/// The maximum number of repeated objects; an object that is renamed during the search is repeated.
const MAX_REPEATED: u64 = 1000;

const MEMBERS: &str = "(|(objectClass=contact)(objectClass=group))";
const EVERYTHING: &str = "(objectClass=*)";

const ATTRIBUTES: &[&str] = &[
    "objectClass",
    "mailNickname",
    "proxyAddresses",
    "mail",
    "targetAddress",
    "internetEncoding",
    "mAPIRecipient",
    "msExchRequireAuthToSendTo",
    "msExchVersion",
    "groupType",
];

/// Counts the contacts and groups of one container.
pub(super) struct MemberSearch<'a> {
    client: &'a mut Client,
    container: &'a ContainerFacts,
    wanted: &'a CensusOptions,
    progress: &'a dyn Progress,
    /// The addresses and aliases of the counted objects.
    pub(super) addresses: OwnAddresses,
}

impl<'a> MemberSearch<'a> {
    pub(super) fn new(
        client: &'a mut Client,
        container: &'a ContainerFacts,
        wanted: &'a CensusOptions,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            client,
            container,
            wanted,
            progress,
            addresses: OwnAddresses::default(),
        }
    }

    /// Counts the members, and finds the names of those with the same alias or address.
    pub(super) async fn run(&mut self, access: &ReadAccess) -> Answer<Members> {
        let mut census = Census::new(self.wanted.clone());
        let incomplete = match self.count(&mut census).await {
            Ok(()) => self
                .container
                .hides
                .as_ref()
                .map(|why| Failure::new(FailureKind::Hidden, why)),
            Err(failure) => Some(failure),
        };
        if let (Some(failure), 0) = (&incomplete, census.count()) {
            return Answer::Failed(failure.clone());
        }
        let shared = self.shared(&census).await;
        self.addresses = census.take_addresses();
        let mut members = Members {
            incomplete: incomplete.map(|failure| failure.to_string()),
            ..census.finish()
        };
        match shared {
            Ok((shared, beyond)) => {
                members.shared = shared;
                members.shared_beyond += beyond;
            }
            Err(error) => members.shared_unknown = Some(error.to_string()),
        }
        hidden::separate_hidden(self.client, access, &mut members).await;
        Answer::Known(members)
    }

    /// Adds all members to a census.
    ///
    /// # Errors
    /// Why not all of them were read.
    async fn count(&mut self, census: &mut Census) -> Result<(), Failure> {
        let filter = if self.wanted.others {
            EVERYTHING
        } else {
            MEMBERS
        };
        let base = self.container.name.as_str();
        let query = LdapQuery {
            max_entries: PAGE,
            ..LdapQuery::below(base, filter, ATTRIBUTES)
        };
        let mut pages = Pages::default();
        let mut pending = self.client.request_page(&query, Vec::new()).await;
        loop {
            let page = self.client.receive_page(pending).await;
            let page = page.map_err(|error| error.failure())?;
            // While this page is counted, the controller searches for the next one.
            let next = match page.cookie {
                cookie if cookie.is_empty() => None,
                cookie => Some(self.client.request_page(&query, cookie).await),
            };
            // The container itself is among the answers if everything is asked for.
            for entry in page.entries.iter().filter(|entry| entry.name != base) {
                census.add(&member(entry));
            }
            self.progress.count(page.entries.len());
            pages.note(page.entries.len(), page.references);
            pending = match next {
                Some(next) => next,
                None if pages.references > 0 => return Err(elsewhere()),
                None => return Ok(()),
            };
            if let Some(why) = pages.endless(census) {
                return Err(Failure::new(FailureKind::LimitExceeded, why));
            }
        }
    }

    /// Returns the values that several objects really share, and the number of further values that
    /// may be shared.
    async fn shared(&mut self, census: &Census) -> Result<(Vec<SharedValue>, u64), DirectoryError> {
        let max_names = self.wanted.max_names();
        let (mut shared, mut beyond) = (Vec::new(), 0);
        for candidate in census.candidates() {
            if shared.len() >= max_names {
                beyond += 1;
                continue;
            }
            let names = self.holders(&candidate, max_names).await?;
            if names.len() > 1 {
                shared.push(SharedValue {
                    value: candidate.shown.to_owned(),
                    names,
                    ..SharedValue::default()
                });
            }
        }
        Ok((shared, beyond))
    }

    /// Asks which objects have a value.
    async fn holders(
        &mut self,
        candidate: &DuplicateCandidate<'_>,
        max_names: usize,
    ) -> Result<Vec<String>, DirectoryError> {
        let (attribute, value) = (candidate.attribute, ldap3::ldap_escape(candidate.value));
        let filter = format!("(&{MEMBERS}({attribute}={value}))");
        let query = LdapQuery {
            max_entries: i32::try_from(max_names).unwrap_or(PAGE).min(PAGE),
            ..LdapQuery::below(&*self.container.name, filter, &["1.1"])
        };
        let page = self.client.first_page(&query).await?;
        let names = page.entries.into_iter().map(|entry| entry.name);
        Ok(names.take(max_names).collect())
    }
}

/// The pages received so far.
#[derive(Debug, Default)]
struct Pages {
    /// The number of empty pages at the end.
    empty: u32,
    thin: u32,
    references: u64,
}

impl Pages {
    fn note(&mut self, entries: usize, references: u64) {
        self.empty = if entries == 0 { self.empty + 1 } else { 0 };
        self.thin += u32::from(entries < THIN);
        self.references += references;
    }

    /// Returns why the pages seem to be endless, or `None`. The cookie does not show that: some
    /// servers always send the same one.
    fn endless(&self, census: &Census) -> Option<&'static str> {
        if census.repeated() > MAX_REPEATED {
            Some("it returns the same objects repeatedly")
        } else if self.empty > MAX_EMPTY_PAGES || self.thin > MAX_THIN_PAGES {
            Some("its result pages are nearly empty")
        } else if census.count() > MAX_MEMBERS {
            Some("it returns more than two million objects")
        } else {
            None
        }
    }
}

pub(super) fn member(entry: &LdapEntry) -> Member {
    Member {
        name: entry.name.clone(),
        classes: entry.texts("objectClass"),
        alias: entry.text("mailNickname"),
        addresses: entry.texts("proxyAddresses"),
        mail: entry.text("mail"),
        target: entry.text("targetAddress"),
        encoding: entry.text("internetEncoding"),
        mapi: entry.text("mAPIRecipient"),
        authenticated: entry.text("msExchRequireAuthToSendTo"),
        version: entry.text("msExchVersion"),
        group_type: entry.text("groupType"),
    }
}
