//! The way to a controller: the first one that takes the logon, in the order of the farm file.

use super::Look;
use super::client::{Client, Entry, Question};
use super::logon::Logon;
use super::reason::{self, Trouble};
use crate::facts::Unknown;
use crate::facts::directory::{Attempt, Connection, Protection};
use crate::farm::values::DirectoryAddress;
use crate::formats::dn::Name;
use crate::probe::trust::Trust;
use ldap3::LdapConnSettings;
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use windows_security::Sid;

/// A conversation with a controller, and what it says of itself.
#[derive(Debug)]
pub struct Controller {
    pub client: Client,
    pub connection: Connection,
    pub schema: String,
    pub configuration: String,
    /// Its domain is the root of the forest.
    pub is_root: bool,
}

/// Why one controller cannot be asked, and whether the others need not be tried either.
struct Refusal {
    why: String,
    needs_signing: bool,
    last: bool,
}

impl Refusal {
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            needs_signing: false,
            last: false,
        }
    }
}

/// Finds a controller that takes the logon and holds the domain of the container.
pub async fn connect(
    addresses: &[DirectoryAddress],
    domain: Option<&Name>,
    look: &Look,
    trust: &Trust,
    limit: Duration,
) -> (Vec<Attempt>, Option<Controller>) {
    let mut attempts = Vec::new();
    for address in addresses {
        match one(address.as_str(), domain, look, trust, limit).await {
            Ok(controller) => return (attempts, Some(controller)),
            Err(Refusal {
                why,
                needs_signing,
                last,
            }) => {
                attempts.push(Attempt {
                    url: address.as_str().to_owned(),
                    why,
                    needs_signing,
                    ..Attempt::default()
                });
                if last {
                    break;
                }
            }
        }
    }
    (attempts, None)
}

async fn one(
    address: &str,
    domain: Option<&Name>,
    look: &Look,
    trust: &Trust,
    limit: Duration,
) -> Result<Controller, Refusal> {
    let url = Url::parse(address).map_err(|error| Refusal::new(error.to_string()))?;
    if matches!(url.port(), Some(3268 | 3269)) {
        let why = "this is a port of the global catalog, which holds only some of the attributes; \
                   use 636 or 389";
        return Err(Refusal::new(why));
    }
    if let Logon::Nothing(why) = &look.logon {
        return Err(Refusal {
            last: true,
            ..Refusal::new(why.clone())
        });
    }
    let protection = protection(&url, look);
    let settings = LdapConnSettings::new()
        .set_starttls(protection == Protection::StartTls)
        .set_config(tls(trust).map_err(Refusal::new)?);
    let mut client =
        Client::connect(&url, settings, limit)
            .await
            .map_err(|trouble| match trouble {
                // Nothing but StartTLS was asked by then.
                Trouble::Result { .. } => {
                    let hint = "use ldaps://, or `--insecure-bind` to send the password \
                                unencrypted all the same";
                    Refusal::new(format!("it offers no StartTLS ({}); {hint}", trouble.why()))
                }
                Trouble::Broken(why) => Refusal::new(why),
            })?;
    bind(&mut client, look).await?;
    described(client, address, domain, look, protection).await
}

fn protection(url: &Url, look: &Look) -> Protection {
    match (url.scheme(), &look.logon) {
        ("ldaps", _) => Protection::Tls,
        #[cfg(feature = "kerberos")]
        (_, Logon::Ticket) => Protection::Kerberos,
        // Nothing is secret where nobody logs on.
        (_, Logon::Anonymous) => Protection::None,
        _ if look.insecure => Protection::None,
        _ => Protection::StartTls,
    }
}

fn tls(trust: &Trust) -> Result<Arc<ClientConfig>, String> {
    let config = ClientConfig::builder_with_provider(trust.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(trust.verifier.clone()?)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

async fn bind(client: &mut Client, look: &Look) -> Result<(), Refusal> {
    let done = match &look.logon {
        Logon::Password { account, password } => {
            client
                .bind(account.clone(), password.open().to_owned())
                .await
        }
        #[cfg(feature = "kerberos")]
        Logon::Ticket => client.bind_with_ticket().await,
        Logon::Anonymous | Logon::Nothing(_) => Ok(()),
    };
    done.map_err(|trouble| {
        let code = trouble.code();
        let signing = [
            reason::STRONGER_AUTH_REQUIRED,
            reason::CONFIDENTIALITY_REQUIRED,
        ];
        let what = if code.is_some() {
            "it refuses the logon"
        } else {
            "the logon failed"
        };
        Refusal {
            why: format!("{what}: {}", trouble.why()),
            needs_signing: code.is_some_and(|code| signing.contains(&code)),
            // A wrong password, tried at every controller, would lock the account out.
            last: code == Some(reason::INVALID_CREDENTIALS),
        }
    })
}

/// What the controller says of itself (MS-ADTS 3.1.1.3.2).
async fn described(
    mut client: Client,
    address: &str,
    wanted: Option<&Name>,
    look: &Look,
    protection: Protection,
) -> Result<Controller, Refusal> {
    const ATTRIBUTES: &[&str] = &[
        "defaultNamingContext",
        "schemaNamingContext",
        "configurationNamingContext",
        "rootDomainNamingContext",
        "dnsHostName",
        "tokenGroups",
    ];
    let root = client.object(&Question::object("", ATTRIBUTES)).await;
    let root = root
        .map_err(|trouble| Refusal::new(format!("it says nothing of itself: {}", trouble.why())))?;
    let part = |name: &str| match root.text(name) {
        Some(text) if Name::parse(&text).is_ok() => Ok(text),
        Some(_) => Err(Refusal::new(format!("its {name} is no distinguished name"))),
        None => Err(Refusal::new(format!(
            "it names no {name}, so it is no Active Directory"
        ))),
    };
    let (domain, schema) = (part("defaultNamingContext")?, part("schemaNamingContext")?);
    let configuration = part("configurationNamingContext")?;
    let own = Name::parse(&domain).ok().and_then(|name| name.domain());
    let is_elsewhere = |wanted: String| {
        own.as_ref()
            .is_none_or(|own| !own.eq_ignore_ascii_case(&wanted))
    };
    if wanted.and_then(Name::domain).is_some_and(is_elsewhere) {
        return Err(Refusal::new(format!(
            "it holds the domain `{domain}`, in which the container cannot be"
        )));
    }
    let is_root = root.text("rootDomainNamingContext").is_some_and(|root| {
        Name::parse(&root)
            .ok()
            .zip(Name::parse(&domain).ok())
            .is_some_and(|(root, domain)| root.is_same(&domain))
    });
    let shown = client
        .object(&Question::object(&*domain, &["objectSid"]))
        .await;
    let domain_sid = shown
        .ok()
        .and_then(|shown| sids(&shown, "objectSid").into_iter().next());
    let bound_as = match &look.logon {
        Logon::Password { account, .. } => Some(account.clone()),
        _ => None,
    };
    let connection = Connection {
        url: address.to_owned(),
        protection,
        bound_as,
        host: root.text("dnsHostName"),
        token: sids(&root, "tokenGroups"),
        domain,
        domain_sid: domain_sid.filter(Sid::is_domain),
        unknown: Unknown::new(),
    };
    Ok(Controller {
        client,
        connection,
        schema,
        configuration,
        is_root,
    })
}

/// The SIDs of an attribute; what is none is left out.
pub fn sids(entry: &Entry, attribute: &str) -> Vec<Sid> {
    let whole = |bytes: &Vec<u8>| {
        Sid::from_bytes(bytes)
            .ok()
            .filter(|(_, length)| *length == bytes.len())
    };
    entry
        .bytes(attribute)
        .iter()
        .filter_map(whole)
        .map(|(sid, _)| sid)
        .collect()
}
