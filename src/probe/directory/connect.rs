//! Finds a domain controller: the first one in the farm file that accepts the bind.

use super::client::{Client, TimeLimits};
use super::error::{self, DirectoryError};
use super::logon::Logon;
use super::options::DirectoryOptions;
use super::query::{LdapEntry, LdapQuery};
use crate::facts::directory::{ConnectAttempt, Connection, Protection};
use crate::facts::{Failure, FailureKind, Unknown};
use crate::farm::values::DirectoryAddress;
use crate::formats::dn::Name;
use crate::probe::trust::{NotingVerifier, Trust, TrustPolicy};
use rustls::ClientConfig;
use std::sync::Arc;
use url::Url;
use windows_security::Sid;

/// A connection to a controller, and what it says about itself.
#[derive(Debug)]
pub(super) struct Controller {
    pub client: Client,
    pub connection: Connection,
    pub schema: String,
    pub configuration: String,
    /// Whether its domain is the root of the forest.
    pub is_root: bool,
}

/// Why one controller cannot be asked.
struct ConnectError {
    failure: Failure,
    needs_signing: bool,
    /// Whether to skip the other controllers: they would reject the bind, too, and a wrong password
    /// could lock the account.
    is_final: bool,
}

impl ConnectError {
    fn new(kind: FailureKind, why: impl Into<String>) -> Self {
        Failure::new(kind, why).into()
    }
}

impl From<Failure> for ConnectError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            needs_signing: false,
            is_final: false,
        }
    }
}

/// The requirements for a controller.
pub(super) struct ConnectOptions<'a> {
    /// A name in the domain that it must serve.
    pub domain: Option<&'a Name>,
    pub directory: &'a DirectoryOptions,
    pub trust: &'a Trust,
    pub limits: TimeLimits,
    pub service: LdapService,
}

/// The role of the asked server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LdapService {
    /// A controller of one domain, with all attributes.
    Domain,
    /// A global catalog of all domains of the forest, with some of the attributes.
    GlobalCatalog,
}

/// The ports of the global catalog, without TLS and with it (MS-ADTS 3.1.1.3.1.10).
const CATALOG_PORT: u16 = 3268;
const CATALOG_TLS_PORT: u16 = 3269;

/// Returns whether a URL names a port of the global catalog.
pub(super) fn is_catalog(url: &str) -> bool {
    let port = Url::parse(url).ok().and_then(|url| url.port());
    matches!(port, Some(CATALOG_PORT | CATALOG_TLS_PORT))
}

/// Returns the URL of the global catalog on the same machine.
pub(super) fn catalog_beside(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let port = match url.scheme() {
        "ldaps" => CATALOG_TLS_PORT,
        _ => CATALOG_PORT,
    };
    url.set_port(Some(port)).ok()?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Finds a controller that accepts the bind and serves the container's domain. Also returns the
/// controllers that could not be used.
pub(super) async fn connect(
    addresses: &[DirectoryAddress],
    options: &ConnectOptions<'_>,
) -> (Vec<ConnectAttempt>, Option<Controller>) {
    let mut attempts = Vec::new();
    for address in addresses {
        let error = match options.connect_to(address.as_str()).await {
            Ok(controller) => return (attempts, Some(controller)),
            Err(error) => error,
        };
        attempts.push(ConnectAttempt {
            url: address.as_str().to_owned(),
            why: error.failure.to_string(),
            kind: error.failure.kind,
            needs_signing: error.needs_signing,
            ..ConnectAttempt::default()
        });
        if error.is_final {
            break;
        }
    }
    (attempts, None)
}

impl ConnectOptions<'_> {
    async fn connect_to(&self, address: &str) -> Result<Controller, ConnectError> {
        let url = Url::parse(address)
            .map_err(|error| ConnectError::new(FailureKind::Unsupported, error.to_string()))?;
        if self.service == LdapService::Domain && is_catalog(address) {
            let why = "this is a global catalog port, which serves only some of the attributes; \
                use 636 or 389";
            return Err(ConnectError::new(FailureKind::Unsupported, why));
        }
        if let Logon::Unavailable(why) = &self.directory.logon {
            return Err(ConnectError {
                is_final: true,
                ..ConnectError::new(FailureKind::Unsupported, why.clone())
            });
        }
        if let Logon::Password { told, .. } = &self.directory.logon
            && let Some(why) = told.refusal(address, "--directory")
        {
            return Err(ConnectError::new(FailureKind::Unsupported, why));
        }
        let protection = self.protection(&url);
        let mut client = self
            .open(&url, protection)
            .await
            .map_err(|error| match &error {
                // Only StartTLS has been requested so far.
                DirectoryError::Result(_) => {
                    let why = format!(
                        "it offers no StartTLS ({error}); use ldaps://, or `--insecure-bind` to \
                         send the password unencrypted"
                    );
                    ConnectError::new(error.kind(), why)
                }
                DirectoryError::NoAnswer(failure) => failure.clone().into(),
            })?;
        self.log_on(&mut client).await.map_err(refused)?;
        self.identify(client, address, protection).await
    }

    fn protection(&self, url: &Url) -> Protection {
        match (url.scheme(), &self.directory.logon) {
            ("ldaps", _) => Protection::Tls,
            #[cfg(feature = "kerberos")]
            (_, Logon::Ticket) => Protection::Kerberos,
            // Without a logon there is no secret.
            (_, Logon::Anonymous) => Protection::None,
            _ if self.directory.insecure_bind => Protection::None,
            _ => Protection::StartTls,
        }
    }

    async fn open(&self, url: &Url, protection: Protection) -> Result<Client, DirectoryError> {
        if let Err(failure) = &self.trust.authorities {
            return Err(DirectoryError::NoAnswer(failure.clone()));
        }
        let verifier = Arc::new(NotingVerifier::new(self.trust, TrustPolicy::Trusted));
        let tls = verifier.config().map_err(DirectoryError::NoAnswer)?;
        let client = self.connect_client(url, protection, tls).await;
        client.map_err(|error| error.about_certificate(verifier.certificate().as_deref()))
    }

    async fn connect_client(
        &self,
        url: &Url,
        protection: Protection,
        tls: Arc<ClientConfig>,
    ) -> Result<Client, DirectoryError> {
        #[cfg(feature = "kerberos")]
        if self.directory.logon == Logon::Ticket {
            return Client::connect_for_ticket(url, tls, self.limits).await;
        }
        Client::connect(url, protection, tls, self.limits).await
    }

    async fn log_on(&self, client: &mut Client) -> Result<(), DirectoryError> {
        match &self.directory.logon {
            Logon::Password {
                account, password, ..
            } => client.bind(account.clone(), password.clone()).await,
            #[cfg(feature = "kerberos")]
            Logon::Ticket => client.bind_with_ticket().await,
            Logon::Anonymous | Logon::Unavailable(_) => Ok(()),
        }
    }
}

/// Returns the error for a failed bind.
fn refused(error: DirectoryError) -> ConnectError {
    let code = error.code();
    let what = if code.is_some() {
        "the bind was refused"
    } else {
        "the bind failed"
    };
    ConnectError {
        failure: Failure::new(error.kind(), format!("{what}: {error}")),
        needs_signing: matches!(
            code,
            Some(error::STRONGER_AUTH_REQUIRED | error::CONFIDENTIALITY_REQUIRED)
        ),
        // Trying a wrong password at every controller would lock the account.
        is_final: code == Some(error::INVALID_CREDENTIALS),
    }
}

impl ConnectOptions<'_> {
    /// Asks a controller about itself (MS-ADTS 3.1.1.3.2).
    async fn identify(
        &self,
        mut client: Client,
        address: &str,
        protection: Protection,
    ) -> Result<Controller, ConnectError> {
        const ATTRIBUTES: &[&str] = &[
            "defaultNamingContext",
            "schemaNamingContext",
            "configurationNamingContext",
            "rootDomainNamingContext",
            "dnsHostName",
            "tokenGroups",
        ];
        let root = client.object(&LdapQuery::object("", ATTRIBUTES)).await;
        let root = root.map_err(|error| {
            let why = format!("its root DSE cannot be read: {error}");
            ConnectError::new(error.kind(), why)
        })?;
        let domain = naming_context(&root, "defaultNamingContext")?;
        let schema = naming_context(&root, "schemaNamingContext")?;
        let configuration = naming_context(&root, "configurationNamingContext")?;
        self.check_domain(&domain)?;
        let forest = root.text("rootDomainNamingContext");
        let domain_object = client
            .object(&LdapQuery::object(&*domain, &["objectSid"]))
            .await
            .unwrap_or_default();
        let bound_as = match &self.directory.logon {
            Logon::Password { account, .. } => Some(account.clone()),
            _ => None,
        };
        let connection = Connection {
            url: address.to_owned(),
            protection,
            bound_as,
            host: root.text("dnsHostName"),
            token: sids(&root, "tokenGroups"),
            domain_sid: sids(&domain_object, "objectSid")
                .into_iter()
                .next()
                .filter(Sid::is_domain),
            domain,
            unknown: Unknown::new(),
        };
        Ok(Controller {
            is_root: forest.is_some_and(|forest| is_same_name(&forest, &connection.domain)),
            client,
            connection,
            schema,
            configuration,
        })
    }

    /// Checks that the container can be in the controller's domain.
    fn check_domain(&self, domain: &str) -> Result<(), ConnectError> {
        let Some(wanted) = self.domain.and_then(Name::domain) else {
            return Ok(());
        };
        let own = Name::parse(domain).ok().and_then(|name| name.domain());
        if own.is_some_and(|own| own.eq_ignore_ascii_case(&wanted)) {
            return Ok(());
        }
        Err(ConnectError::new(
            FailureKind::Elsewhere,
            format!("it serves the domain `{domain}`, which cannot contain the container"),
        ))
    }
}

/// Returns the value of an attribute of the root DSE that Active Directory always has.
fn naming_context(root: &LdapEntry, attribute: &str) -> Result<String, ConnectError> {
    match root.text(attribute) {
        Some(text) if Name::parse(&text).is_ok() => Ok(text),
        Some(_) => Err(ConnectError::new(
            FailureKind::Malformed,
            format!("its root DSE's {attribute} is not a distinguished name"),
        )),
        None => Err(ConnectError::new(
            FailureKind::Unsupported,
            format!("its root DSE has no {attribute}, so it is not Active Directory"),
        )),
    }
}

fn is_same_name(one: &str, two: &str) -> bool {
    match (Name::parse(one), Name::parse(two)) {
        (Ok(one), Ok(two)) => one.is_same(&two),
        _ => false,
    }
}

/// Returns the SIDs in an attribute; other values are dropped.
pub(super) fn sids(entry: &LdapEntry, attribute: &str) -> Vec<Sid> {
    entry
        .bytes(attribute)
        .iter()
        .filter_map(|bytes| match Sid::from_bytes(bytes) {
            Ok((sid, length)) if length == bytes.len() => Some(sid),
            _ => None,
        })
        .collect()
}
