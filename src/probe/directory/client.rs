//! One LDAP conversation, wrapped so that whatever a controller sends can only make one question
//! fail.
//!
//! ldap3 panics on messages that are no LDAP (its #135 and #156); every use of it runs as a task of
//! its own, so that such a panic ends that task. It takes a value for text when its bytes happen to
//! be text; here values are bytes.

use super::reason::{self, Trouble};
use crate::probe::deadline::timed_out;
use ldap3::controls::{Control, ControlType, RawControl};
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, ResultEntry, Scope, SearchEntry,
    SearchOptions,
};
use std::sync::Once;
use std::time::Duration;
use tokio::task::JoinHandle;
use url::Url;

/// What a question asks.
#[derive(Debug, Clone)]
pub struct Question {
    pub base: String,
    pub scope: Scope,
    pub filter: String,
    pub attributes: Vec<&'static str>,
    /// Ask for the security descriptor's owner, group and DACL. Without this, an account that may
    /// not read the SACL gets no descriptor at all, and no error (MS-ADTS 3.1.1.3.4.1.11).
    pub with_descriptor: bool,
    /// Entries beyond this number are an error, that of sizeLimitExceeded.
    pub most: i32,
}

impl Question {
    /// About one object.
    pub fn object(base: impl Into<String>, attributes: &[&'static str]) -> Self {
        Self {
            base: base.into(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: attributes.to_vec(),
            with_descriptor: false,
            most: 1,
        }
    }

    /// About the objects below another.
    pub fn below(
        base: impl Into<String>,
        filter: impl Into<String>,
        attributes: &[&'static str],
    ) -> Self {
        const MOST: i32 = 1000;
        Self {
            scope: Scope::Subtree,
            filter: filter.into(),
            most: MOST,
            ..Self::object(base, attributes)
        }
    }
}

/// An object and its attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    values: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// # Panics
    /// As ldap3 does where the answer is malformed.
    fn new(entry: ResultEntry) -> Self {
        let entry = SearchEntry::construct(entry);
        let texts = entry.attrs.into_iter().map(|(name, values)| {
            let bytes: Vec<Vec<u8>> = values.into_iter().map(String::into_bytes).collect();
            (name, bytes)
        });
        Self {
            name: text_of(entry.dn.as_bytes()),
            values: texts.chain(entry.bin_attrs).collect(),
        }
    }

    pub fn bytes(&self, attribute: &str) -> &[Vec<u8>] {
        // `proxyAddresses;range=0-1499` is a part of very many values.
        let is_it = |name: &str| {
            name.split(';')
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(attribute))
        };
        self.values
            .iter()
            .find(|(name, values)| is_it(name) && !values.is_empty())
            .map_or(&[], |(_, values)| values)
    }

    pub fn texts(&self, attribute: &str) -> Vec<String> {
        self.bytes(attribute)
            .iter()
            .map(|value| text_of(value))
            .collect()
    }

    /// The first value.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.bytes(attribute).first().map(|value| text_of(value))
    }
}

/// A value as text, cut where it is longer than any name can be.
fn text_of(value: &[u8]) -> String {
    const LONGEST: usize = 8192;
    String::from_utf8_lossy(value.get(..LONGEST).unwrap_or(value)).into_owned()
}

/// A page of a long answer.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// What the next page is asked with; empty where there is none.
    pub cookie: Vec<u8>,
    /// How often it referred to another server in place of an object.
    pub references: u64,
}

/// A page that was asked for.
#[derive(Debug)]
pub struct PageAsked(Step<Page>);

/// A conversation.
#[derive(Debug)]
pub struct Client {
    ldap: Ldap,
    /// What the controller is called in its URL.
    #[cfg(feature = "kerberos")]
    host: String,
    /// Reads and writes; what it ends with says why.
    driver: JoinHandle<Result<(), LdapError>>,
    limit: Duration,
    /// A controller that has let one question wait is not waited for again and again.
    lost: Option<String>,
}

/// Keeps panics of ldap3 and its parser from being printed: they are answers (see
/// [`Trouble::Broken`]).
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let is_of = |crates: &str, path: &str| {
                path.split(['/', '\\']).any(|part| part.starts_with(crates))
            };
            let file = info.location().map_or("", |place| place.file());
            if !is_of("ldap3", file) && !is_of("lber", file) {
                usual(info);
            }
        }));
    });
}

/// A use of ldap3 that runs as a task of its own.
type Step<T> = JoinHandle<Result<T, LdapError>>;

fn apart<T: Send + 'static>(
    step: impl Future<Output = Result<T, LdapError>> + Send + 'static,
) -> Step<T> {
    keep_quiet();
    tokio::spawn(step)
}

async fn within<T>(limit: Duration, step: Step<T>) -> Result<T, Trouble> {
    let stop = step.abort_handle();
    match tokio::time::timeout(limit, step).await {
        Ok(Ok(done)) => done.map_err(reason::trouble),
        Ok(Err(_)) => Err(Trouble::Broken(MALFORMED.to_owned())),
        Err(_) => {
            stop.abort();
            Err(Trouble::Broken(timed_out(limit)))
        }
    }
}

const MALFORMED: &str = "what it sends is no LDAP that can be read";

impl Client {
    /// Connects, with TLS where the settings say so. Of the URL only the host and the port count,
    /// not what else one may hold (RFC 4516).
    pub async fn connect(
        url: &Url,
        settings: LdapConnSettings,
        limit: Duration,
    ) -> Result<Self, Trouble> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let url = format!("{}://{host}{port}", url.scheme());
        let step = apart(async move { LdapConnAsync::with_settings(settings, &url).await });
        let (connection, ldap) = within(limit, step).await?;
        let driver = tokio::spawn(connection.drive());
        Ok(Self {
            ldap,
            #[cfg(feature = "kerberos")]
            host,
            driver,
            limit,
            lost: None,
        })
    }

    /// Logs on by name and password (RFC 4513 5.1.3).
    pub async fn bind(&mut self, account: String, password: String) -> Result<(), Trouble> {
        let mut ldap = self.ldap.clone();
        let step = apart(async move {
            ldap.simple_bind(&account, &password)
                .await?
                .success()
                .map(|_| ())
        });
        self.end(step, 1).await
    }

    /// Logs on with the ticket of whoever runs the program; without TLS the conversation is sealed.
    #[cfg(feature = "kerberos")]
    pub async fn bind_with_ticket(&mut self) -> Result<(), Trouble> {
        let (mut ldap, host) = (self.ldap.clone(), self.host.clone());
        let step = apart(async move { ldap.sasl_gssapi_bind(&host).await?.success().map(|_| ()) });
        self.end(step, 1).await
    }

    /// Asks, and takes the whole answer.
    pub async fn search(&mut self, question: &Question) -> Result<Vec<Entry>, Trouble> {
        let controls = descriptor_control(question).into_iter().collect();
        let step = self.begin(question, controls, question.most);
        self.end(step, 1).await.map(|page| page.entries)
    }

    /// Asks about one object, which must be there.
    pub async fn object(&mut self, question: &Question) -> Result<Entry, Trouble> {
        let entries = self.search(question).await?;
        entries
            .into_iter()
            .next()
            .ok_or_else(|| Trouble::Broken("it answers success and shows no object".to_owned()))
    }

    /// Asks for one page of a long answer (RFC 2696), of as many entries as the question wants at
    /// most.
    pub async fn page(&mut self, question: &Question) -> Result<Page, Trouble> {
        let step = self.ask_for_page(question, Vec::new()).await;
        self.take_page(step).await
    }

    /// Asks for a page, and does not wait for it.
    pub async fn ask_for_page(&mut self, question: &Question, cookie: Vec<u8>) -> PageAsked {
        let paged = ldap3::controls::PagedResults {
            size: question.most,
            cookie,
        };
        let controls = descriptor_control(question).into_iter().chain([RawControl {
            crit: true,
            ..paged.into()
        }]);
        // A limit for all pages would be taken for one that makes paging needless.
        let step = self.begin(question, controls.collect(), 0);
        // The step hands the question to the driver, and the driver to the network.
        for _ in 0..2 {
            tokio::task::yield_now().await;
        }
        PageAsked(step)
    }

    /// Waits for a page. It may take longer than a short answer: before the first one a controller
    /// may go through everything.
    pub async fn take_page(&mut self, PageAsked(step): PageAsked) -> Result<Page, Trouble> {
        const PATIENCE: u32 = 12;
        self.end(step, PATIENCE).await
    }

    fn begin(
        &mut self,
        question: &Question,
        controls: Vec<RawControl>,
        size_limit: i32,
    ) -> Step<Page> {
        let (mut ldap, question) = (self.ldap.clone(), question.clone());
        apart(async move {
            let most = usize::try_from(question.most).unwrap_or(usize::MAX);
            ldap.with_controls(controls);
            ldap.with_search_options(SearchOptions::new().sizelimit(size_limit));
            let (base, filter) = (&question.base, &question.filter);
            let mut stream = ldap
                .streaming_search(base, question.scope, filter, question.attributes)
                .await?;
            let (mut entries, mut references) = (Vec::new(), 0);
            while let Some(entry) = stream.next().await? {
                // Whatever it refers to is nothing that the user named.
                if entry.is_ref() || entry.is_intermediate() {
                    references += u64::from(entry.is_ref());
                    continue;
                }
                if entries.len() >= most {
                    let text = "it goes on beyond the number that was asked for".to_owned();
                    return Err(LdapError::AdapterInit(text));
                }
                entries.push(Entry::new(entry));
            }
            let result = stream.finish().await.success()?;
            let cookie = result.ctrls.iter().find_map(cookie_of).unwrap_or_default();
            Ok(Page {
                entries,
                cookie,
                references,
            })
        })
    }

    /// Waits for an answer, unless the controller is lost already; says what the conversation ended
    /// with where it did.
    async fn end<T>(&mut self, step: Step<T>, times: u32) -> Result<T, Trouble> {
        if let Some(why) = &self.lost {
            step.abort();
            return Err(Trouble::Broken(why.clone()));
        }
        let answer = within(self.limit.saturating_mul(times), step).await;
        let Err(Trouble::Broken(why)) = answer else {
            return answer;
        };
        let why = match self.ended().await {
            Some(end) => end,
            None => why,
        };
        self.lost = Some(why.clone());
        Err(Trouble::Broken(why))
    }

    /// What the conversation ended with, where it has ended.
    async fn ended(&mut self) -> Option<String> {
        // The task that reads may be about to end: what it does next was woken together with us.
        tokio::task::yield_now().await;
        if !self.driver.is_finished() {
            return None;
        }
        Some(match (&mut self.driver).await {
            Err(_) => MALFORMED.to_owned(),
            Ok(Err(error)) => match reason::trouble(error) {
                Trouble::Broken(why) => why,
                Trouble::Result { text, .. } => text,
            },
            Ok(Ok(())) => "it closed the connection".to_owned(),
        })
    }
}

fn descriptor_control(question: &Question) -> Option<RawControl> {
    // SEQUENCE { INTEGER 7 }: owner, group and DACL (MS-ADTS 3.1.1.3.4.1.11).
    let value = vec![0x30, 3, 2, 1, 7];
    let control = RawControl {
        ctype: "1.2.840.113556.1.4.801".to_owned(),
        crit: true,
        val: Some(value),
    };
    question.with_descriptor.then_some(control)
}

/// # Panics
/// As ldap3 does where the control is malformed.
fn cookie_of(control: &Control) -> Option<Vec<u8>> {
    let Control(Some(ControlType::PagedResults), raw) = control else {
        return None;
    };
    Some(raw.parse::<ldap3::controls::PagedResults>().cookie)
}

impl Drop for Client {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
