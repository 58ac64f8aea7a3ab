//! A conversation with one domain controller, through ldap3.
//!
//! ldap3 panics on malformed messages (its issues 135 and 156), so a [relay](super::relay) checks
//! every message before ldap3 reads it. Each use of ldap3 also runs as a task of its own: if it
//! panics nevertheless, only its query fails.

use super::error::DirectoryError;
use super::logon::Secret;
use super::query::{LdapEntry, LdapQuery};
use super::relay::{LOCAL_URL, RelayEnd, pair, relay};
use super::transport;
use crate::facts::FailureKind;
use crate::facts::directory::Protection;
use crate::probe::deadline::Deadline;
use ldap3::controls::{Control, ControlType, PagedResults, RawControl};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, SearchOptions};
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use url::Url;

/// How many times longer than a short answer a page may take: a controller may have to search
/// through everything before the first page.
const PAGE_TIMEOUT_FACTOR: u32 = 12;
/// The maximum number of references and intermediate responses of one answer. A domain returns a
/// reference for each directory partition below it.
const MAX_REFERENCES: u64 = 1000;

/// A page of a long answer.
#[derive(Debug, Default)]
pub(super) struct ResultPage {
    pub entries: Vec<LdapEntry>,
    /// The cookie for the next page; empty at the end.
    pub cookie: Vec<u8>,
    /// The number of referrals instead of objects.
    pub references: u64,
}

/// A requested page.
#[derive(Debug)]
pub(super) struct PendingPage(Task<ResultPage>);

/// A use of ldap3.
type Task<T> = JoinHandle<Result<T, DirectoryError>>;

/// The timeouts of a controller.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeLimits {
    /// For a short answer.
    pub question: Duration,
    /// For all questions together.
    pub all: Deadline,
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Client {
    ldap: Ldap,
    /// Writes requests and reads responses, for ldap3.
    driver: JoinHandle<Result<(), LdapError>>,
    /// The relay that checks the messages; a conversation that Kerberos seals has none.
    relay: Option<JoinHandle<RelayEnd>>,
    /// The host name in the Kerberos ticket.
    #[cfg(feature = "kerberos")]
    host: String,
    limits: TimeLimits,
    /// The password that was sent, which the controller may repeat in its texts.
    secret: Option<Secret>,
    /// Why the controller is not asked any more: after one query timed out, every other one would
    /// time out too.
    lost: Option<DirectoryError>,
}

impl Client {
    /// Connects to the host and port of a URL.
    ///
    /// # Errors
    /// The connection fails, or lacks the required protection.
    pub(super) async fn connect(
        url: &Url,
        protection: Protection,
        tls: Arc<ClientConfig>,
        limits: TimeLimits,
    ) -> Result<Self, DirectoryError> {
        let limit = limits.all.shorten(limits.question);
        let server = tokio::time::timeout(limit, transport::connect(url, protection, tls));
        let server = server
            .await
            .unwrap_or_else(|_| Err(DirectoryError::NoAnswer(limits.all.timed_out(limit))))?;
        let (own, other) = pair()?;
        let settings = LdapConnSettings::new().set_std_stream(other);
        let (connection, ldap) = LdapConnAsync::with_settings(settings, LOCAL_URL).await?;
        Ok(Self {
            ldap,
            driver: tokio::spawn(connection.drive()),
            relay: Some(tokio::spawn(relay(own, server))),
            #[cfg(feature = "kerberos")]
            host: String::new(),
            limits,
            secret: None,
            lost: None,
        })
    }

    /// Connects for a bind with a Kerberos ticket. Without TLS the ticket seals the conversation,
    /// and with TLS it is bound to the certificate, so ldap3 must own the connection: only time
    /// then bounds the size of a message. The entries and references of an answer are bounded as
    /// usual.
    ///
    /// # Errors
    /// There is no connection, or no TLS although the URL says so.
    #[cfg(feature = "kerberos")]
    pub(super) async fn connect_for_ticket(
        url: &Url,
        tls: Arc<ClientConfig>,
        limits: TimeLimits,
    ) -> Result<Self, DirectoryError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port().map(|port| format!(":{port}"));
        let address = format!("{}://{host}{}", url.scheme(), port.unwrap_or_default());
        let settings = LdapConnSettings::new().set_config(tls);
        let task =
            tokio::spawn(
                async move { Ok(LdapConnAsync::with_settings(settings, &address).await?) },
            );
        let (connection, ldap) = within(limits, limits.question, task).await?;
        Ok(Self {
            ldap,
            driver: tokio::spawn(connection.drive()),
            relay: None,
            host,
            limits,
            secret: None,
            lost: None,
        })
    }

    /// Binds by name and password (RFC 4513 5.1.3).
    ///
    /// # Errors
    /// The bind is refused, or there is no answer.
    pub(super) async fn bind(
        &mut self,
        account: String,
        password: Secret,
    ) -> Result<(), DirectoryError> {
        let mut ldap = self.ldap.clone();
        self.secret = Some(password.clone());
        let task = tokio::spawn(async move {
            let result = ldap.simple_bind(&account, password.open()).await?;
            result.success()?;
            Ok(())
        });
        self.finish(task, self.limits.question).await
    }

    /// Binds with the ticket of the user who runs the program.
    ///
    /// # Errors
    /// The bind is refused, or there is no answer.
    #[cfg(feature = "kerberos")]
    pub(super) async fn bind_with_ticket(&mut self) -> Result<(), DirectoryError> {
        let (mut ldap, host) = (self.ldap.clone(), self.host.clone());
        let task = tokio::spawn(async move {
            let result = ldap.sasl_gssapi_bind(&host).await?;
            result.success()?;
            Ok(())
        });
        self.finish(task, self.limits.question).await
    }

    /// Sends a query, and returns the whole answer.
    ///
    /// # Errors
    /// A result other than success, more entries than the query allows, or no answer.
    pub(super) async fn search(
        &mut self,
        query: &LdapQuery,
    ) -> Result<Vec<LdapEntry>, DirectoryError> {
        let controls = query.descriptor_control().into_iter().collect();
        let task = self.begin(query, controls, query.max_entries);
        let page = self.finish(task, self.limits.question).await?;
        Ok(page.entries)
    }

    /// Reads one object, which must exist.
    ///
    /// # Errors
    /// Those of [`search`](Self::search), and success without an object.
    pub(super) async fn object(&mut self, query: &LdapQuery) -> Result<LdapEntry, DirectoryError> {
        let entries = self.search(query).await?;
        entries.into_iter().next().ok_or_else(|| {
            DirectoryError::no_answer(
                FailureKind::Malformed,
                "it reports success but returns no object",
            )
        })
    }

    /// Requests the first page of a long answer (RFC 2696), with at most as many entries as the
    /// query allows.
    ///
    /// # Errors
    /// Those of [`search`](Self::search).
    pub(super) async fn first_page(
        &mut self,
        query: &LdapQuery,
    ) -> Result<ResultPage, DirectoryError> {
        let page = self.request_page(query, Vec::new()).await;
        self.receive_page(page).await
    }

    /// Requests a page without waiting for it.
    pub(super) async fn request_page(&mut self, query: &LdapQuery, cookie: Vec<u8>) -> PendingPage {
        let paged = PagedResults {
            size: query.max_entries,
            cookie,
        };
        let mut controls = vec![RawControl {
            crit: true,
            ..paged.into()
        }];
        controls.extend(query.descriptor_control());
        // A controller would apply a size limit to all pages together, and might not page.
        let task = self.begin(query, controls, 0);
        // The task hands the query to the driver, the driver to the relay, and that to the network.
        for _ in 0..HANDS {
            tokio::task::yield_now().await;
        }
        PendingPage(task)
    }

    /// Waits for a requested page.
    ///
    /// # Errors
    /// Those of [`search`](Self::search).
    pub(super) async fn receive_page(
        &mut self,
        PendingPage(task): PendingPage,
    ) -> Result<ResultPage, DirectoryError> {
        let limit = self.limits.question.saturating_mul(PAGE_TIMEOUT_FACTOR);
        self.finish(task, limit).await
    }

    fn begin(
        &self,
        query: &LdapQuery,
        controls: Vec<RawControl>,
        size_limit: i32,
    ) -> Task<ResultPage> {
        let mut ldap = self.ldap.clone();
        ldap.with_controls(controls);
        ldap.with_search_options(SearchOptions::new().sizelimit(size_limit));
        tokio::spawn(search(ldap, query.clone()))
    }

    /// Waits for an answer, unless the controller is lost already.
    async fn finish<T>(&mut self, task: Task<T>, limit: Duration) -> Result<T, DirectoryError> {
        if let Some(error) = &self.lost {
            task.abort();
            return Err(error.clone());
        }
        let answer = within(self.limits, limit, task).await;
        let answer = answer.map_err(|error| match &self.secret {
            Some(secret) => error.without(secret.open()),
            None => error,
        });
        let Err(error @ DirectoryError::NoAnswer(_)) = answer else {
            return answer;
        };
        let error = self.end().await.unwrap_or(error);
        self.lost = Some(error.clone());
        Err(error)
    }

    /// Returns why the conversation has ended, or `None` if it goes on.
    async fn end(&mut self) -> Option<DirectoryError> {
        // The reading task may be about to end: it was woken together with this one.
        tokio::task::yield_now().await;
        if let Some(relay) = self.relay.take_if(|relay| relay.is_finished()) {
            return Some(match relay.await {
                Ok(end) => end.into(),
                Err(_) => DirectoryError::malformed(),
            });
        }
        if !self.driver.is_finished() {
            return None;
        }
        Some(match (&mut self.driver).await {
            Err(_) => DirectoryError::malformed(),
            Ok(Err(error)) => error.into(),
            Ok(Ok(())) => DirectoryError::closed(),
        })
    }
}

/// The number of tasks that pass a query on before it is on the network.
const HANDS: usize = 3;

/// Waits for a use of ldap3. A panic in it counts as an unreadable answer.
async fn within<T>(
    limits: TimeLimits,
    limit: Duration,
    task: Task<T>,
) -> Result<T, DirectoryError> {
    let limit = limits.all.shorten(limit);
    let abort = task.abort_handle();
    match tokio::time::timeout(limit, task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(DirectoryError::malformed()),
        Err(_) => {
            abort.abort();
            Err(DirectoryError::NoAnswer(limits.all.timed_out(limit)))
        }
    }
}

/// Sends a query, and collects its answer up to the number of entries that it allows.
async fn search(mut ldap: Ldap, query: LdapQuery) -> Result<ResultPage, DirectoryError> {
    let max_entries = usize::try_from(query.max_entries).unwrap_or(usize::MAX);
    let (base, filter) = (&query.base, &query.filter);
    let mut stream = ldap
        .streaming_search(base, query.scope, filter, query.attributes)
        .await?;
    let mut page = ResultPage::default();
    let mut others = 0;
    while let Some(entry) = stream.next().await? {
        // The referred server is not one that the user named.
        if entry.is_ref() || entry.is_intermediate() {
            page.references += u64::from(entry.is_ref());
            others += 1;
            if others > MAX_REFERENCES {
                return Err(too_long("it returns too many referrals"));
            }
            continue;
        }
        if page.entries.len() >= max_entries {
            return Err(too_long("it returns more objects than requested"));
        }
        page.entries.push(LdapEntry::new(entry));
    }
    let result = stream.finish().await.success()?;
    page.cookie = result.ctrls.iter().find_map(cookie).unwrap_or_default();
    Ok(page)
}

/// Returns the error for an answer with more entries than requested.
fn too_long(why: &str) -> DirectoryError {
    DirectoryError::no_answer(FailureKind::LimitExceeded, why)
}

/// Returns the cookie of the control for a page.
///
/// # Panics
/// As ldap3 does on a malformed control; the checks of `message.rs` let none through.
fn cookie(control: &Control) -> Option<Vec<u8>> {
    match control {
        Control(Some(ControlType::PagedResults), raw) => Some(raw.parse::<PagedResults>().cookie),
        _ => None,
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.driver.abort();
        if let Some(relay) = &self.relay {
            relay.abort();
        }
    }
}
