//! Windows accounts, and the forms in which they are named.

use super::names::{is_invisible, plain_word};
use super::{FromText, Quoted, STRAY_SPACE, plain_character};
use crate::formats::dn;
use std::net::IpAddr;
use windows_security::Sid;

/// A Windows account: `DOMAIN\name`, `name@domain`, a SID, a distinguished name or a well-known
/// name. Accounts are case-insensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    text: String,
}

impl FromText for Account {
    type Error = String;
    const EXPECTED: &'static str = r"an account such as `FABRIKAM\sp_farm`";

    fn from_text(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("it is empty".into());
        }
        if let Some(quoted) = Quoted::new(text) {
            return Err(quoted.reason());
        }
        if text.trim() != text {
            return Err(STRAY_SPACE.to_owned());
        }
        if text.parse::<IpAddr>().is_ok() {
            return Err("it is an IP address, not an account".into());
        }
        if is_mail_address_form(text) {
            return Err("it is an e-mail address, not an account".into());
        }
        // A distinguished name has characters that a logon name cannot have.
        if text.contains('=') && dn::Name::parse(text).is_ok_and(|name| name.domain().is_some()) {
            return Ok(Self {
                text: text.to_owned(),
            });
        }
        match text.chars().find(|character| is_forbidden(*character)) {
            Some(character) => Err(format!("it holds `{}`", plain_character(character))),
            None if text.matches('\\').count() > 1 => Err(r"it contains more than one `\`".into()),
            None if text.starts_with(['\\', '@']) || text.ends_with(['\\', '@']) => {
                Err("the domain or the name is missing".into())
            }
            None => Self {
                text: text.to_owned(),
            }
            .with_plain_spaces(),
        }
    }
}

impl Account {
    /// Returns the account, unless a space in it is a likely mistake. Logon names may have spaces,
    /// as in Windows' own accounts.
    fn with_plain_spaces(self) -> Result<Self, String> {
        let text = self.as_str();
        let odd = text
            .chars()
            .find(|letter| *letter != ' ' && (letter.is_whitespace() || is_invisible(*letter)));
        if let Some(odd) = odd {
            return Err(format!("it holds `{}`", odd.escape_unicode()));
        }
        let mut parts = text.split(['\\', '@']);
        if parts.any(|part| part.trim() != part) {
            return Err("there is a space next to the `\\` or `@`".into());
        }
        if text.contains(' ')
            && let AccountForm::Bare(name) = self.form()
        {
            return Err(format!(
                "it contains a space; write such a name with its domain, `DOMAIN\\{name}`"
            ));
        }
        Ok(self)
    }

    /// Returns whether two texts name the same account. Windows ignores the case of every letter,
    /// not of ASCII alone.
    pub fn same(one: &str, two: &str) -> bool {
        one.eq_ignore_ascii_case(two) || one.to_lowercase() == two.to_lowercase()
    }

    /// Returns the account as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether this is the built-in Network Service (S-1-5-20), in any spelling and any
    /// display language of Windows. A domain account may have the name too.
    pub fn is_network_service(&self) -> bool {
        let sid = self.text.parse().ok();
        sid.or_else(|| service_sid(&self.text)) == Some(Sid::nt(NETWORK_SERVICE))
    }
}

/// Returns whether a text has a form that only an e-mail address has: after `smtp:` or `mailto:`,
/// in `<…>`, or with an IP address after the `@`.
fn is_mail_address_form(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let scheme = name.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        ["smtp", "mailto"]
            .iter()
            .any(|one| scheme.eq_ignore_ascii_case(one))
    }) || (name.contains('<') && host.ends_with('>'))
        || host.starts_with('[')
        || host.parse::<IpAddr>().is_ok()
}

/// Returns whether a logon name may not hold a character.
fn is_forbidden(character: char) -> bool {
    matches!(
        character,
        '"' | '/' | '[' | ']' | ':' | ';' | '|' | '=' | ',' | '+' | '*' | '?' | '<' | '>'
    ) || character.is_control()
}

/// The form in which an account is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountForm<'a> {
    /// `DOMAIN\name`. The name of a managed account ends in `$`.
    Name {
        /// The domain as typed, a NetBIOS or DNS name.
        domain: &'a str,
        /// The logon name.
        name: &'a str,
    },
    /// A name without a domain.
    Bare(&'a str),
    /// `name@suffix`, a user principal name.
    Principal {
        /// What precedes the last `@`.
        name: &'a str,
        /// What follows it.
        suffix: &'a str,
    },
    /// A distinguished name.
    Distinguished(dn::Name),
    /// A SID.
    Sid(Sid),
    /// An account that services use on every Windows: SYSTEM, NETWORK SERVICE, `NT SERVICE\…`, `IIS
    /// APPPOOL\…`. On the network it is the computer's account.
    Computer,
    /// LOCAL SERVICE, which is anonymous on the network.
    Anonymous,
}

/// The maximum length of a host name in its computer account: that of a NetBIOS name.
const MAX_COMPUTER_NAME: usize = 15;

/// Returns the name of a computer account without its domain: `sp1$` for `sp1.fabrikam.com`.
pub(crate) fn computer_account(host: &str) -> String {
    let short_name = host.split('.').next().unwrap_or_default();
    let name: String = short_name.chars().take(MAX_COMPUTER_NAME).collect();
    format!("{name}$")
}

impl Account {
    /// Returns the form of the account.
    pub fn form(&self) -> AccountForm<'_> {
        let text = self.as_str();
        if let Ok(sid) = text.parse::<Sid>() {
            return well_known(&sid).unwrap_or(AccountForm::Sid(sid));
        }
        if let Some((domain, name)) = text.split_once('\\').filter(|_| !text.contains('=')) {
            return windows_service_account(text).unwrap_or(AccountForm::Name { domain, name });
        }
        if let (true, Ok(name)) = (text.contains('='), dn::Name::parse(text)) {
            return AccountForm::Distinguished(name);
        }
        if let Some(form) = windows_service_account(text) {
            return form;
        }
        match text.rsplit_once('@') {
            Some((name, suffix)) => AccountForm::Principal { name, suffix },
            None => AccountForm::Bare(text),
        }
    }
}

/// The last numbers of the SIDs of SYSTEM, LOCAL SERVICE and NETWORK SERVICE (MS-DTYP 2.4.2.4).
const SYSTEM: u32 = 18;
const LOCAL_SERVICE: u32 = 19;
const NETWORK_SERVICE: u32 = 20;

fn well_known(sid: &Sid) -> Option<AccountForm<'static>> {
    let [system, local, network] = [SYSTEM, LOCAL_SERVICE, NETWORK_SERVICE].map(Sid::nt);
    match sid {
        sid if *sid == system || *sid == network => Some(AccountForm::Computer),
        sid if *sid == local => Some(AccountForm::Anonymous),
        _ => None,
    }
}

/// Returns the SID of one of the accounts that every Windows has for its services, by its name.
fn service_sid(text: &str) -> Option<Sid> {
    // The service manager shows its accounts as those of this machine: `.\LocalSystem`.
    let name = text.strip_prefix(".\\").unwrap_or(text).replace('_', " ");
    Sid::from_account_name(&name).filter(|sid| well_known(sid).is_some())
}

/// Returns the form of an account that every Windows has for its services, or `None` for others.
fn windows_service_account(text: &str) -> Option<AccountForm<'static>> {
    let domain = text.split_once('\\').map(|(domain, _)| plain_word(domain));
    match domain.as_deref() {
        Some("ntservice" | "iisapppool") => Some(AccountForm::Computer),
        _ => well_known(&service_sid(text)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_of_no_letter_counts() {
        for (one, two, are_same) in [
            (r"FABRIKAM\Müller", r"fabrikam\MÜLLER", true),
            (r"FABRIKAM\Müller", r"FABRIKAM\Muller", false),
        ] {
            assert_eq!(Account::same(one, two), are_same, "{one} {two}");
        }
    }

    #[test]
    fn every_form_is_told() {
        let sid = Sid::nt(21).below(1).and_then(|sid| sid.below(1103));
        for (text, form) in [
            (
                r"FABRIKAM\sp_farm",
                AccountForm::Name {
                    domain: "FABRIKAM",
                    name: "sp_farm",
                },
            ),
            (
                r"FABRIKAM\gmsa$",
                AccountForm::Name {
                    domain: "FABRIKAM",
                    name: "gmsa$",
                },
            ),
            (
                r"FABRIKAM\network service",
                AccountForm::Name {
                    domain: "FABRIKAM",
                    name: "network service",
                },
            ),
            ("sp_farm", AccountForm::Bare("sp_farm")),
            (
                "sp@farm@fabrikam.com",
                AccountForm::Principal {
                    name: "sp@farm",
                    suffix: "fabrikam.com",
                },
            ),
            (r"NT AUTHORITY\NETWORK SERVICE", AccountForm::Computer),
            (r"NT AUTHORITY\System", AccountForm::Computer),
            (r"NT-AUTORITÄT\SYSTEM", AccountForm::Computer),
            (r"AUTORITE NT\SERVICE LOCAL", AccountForm::Anonymous),
            ("LocalSystem", AccountForm::Computer),
            (r".\LocalSystem", AccountForm::Computer),
            ("S-1-5-18", AccountForm::Computer),
            ("s-1-5-20", AccountForm::Computer),
            (r"IIS APPPOOL\Central Administration", AccountForm::Computer),
            (r"NT SERVICE\SPTimerV4", AccountForm::Computer),
            ("Local Service", AccountForm::Anonymous),
            ("S-1-5-19", AccountForm::Anonymous),
            ("S-1-5-21-1-1103", AccountForm::Sid(sid.unwrap())),
            (
                r"CN=sp\, farm,OU=Service,DC=fabrikam,DC=com",
                AccountForm::Distinguished(
                    dn::Name::parse(r"CN=sp\, farm,OU=Service,DC=fabrikam,DC=com").unwrap(),
                ),
            ),
        ] {
            let account =
                Account::from_text(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!(account.form(), form, "{text}");
        }
        for text in ["CN=sp_farm", "CN=a,,DC=x", "a=b", "a,b"] {
            assert!(Account::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn forms_of_mail_addresses_are_named() {
        for text in [
            "smtp:docs@sp.fabrikam.com",
            "SMTP:docs@sp.fabrikam.com",
            "mailto:docs@sp.fabrikam.com",
            "<docs@sp.fabrikam.com>",
            "Documents <docs@sp.fabrikam.com>",
            "docs@[192.0.2.1]",
            "docs@192.0.2.1",
        ] {
            let fault = Account::from_text(text).expect_err(text);
            assert_eq!(fault, "it is an e-mail address, not an account", "{text}");
        }
    }

    #[test]
    fn network_service_by_every_name() {
        for text in [
            r"NT AUTHORITY\NETWORK SERVICE",
            r"nt authority\networkservice",
            r"NT-AUTORITÄT\Netzwerkdienst",
            r"AUTORITE NT\SERVICE RÉSEAU",
            r"NT AUTHORITY\SERVIZIO DI RETE",
            r"NT AUTHORITY\Servicio de red",
            "NetworkService",
            "S-1-5-20",
        ] {
            assert!(
                Account::from_text(text).is_ok_and(|account| account.is_network_service()),
                "{text}"
            );
        }
        assert!(
            Account::from_text(r"FABRIKAM\network")
                .is_ok_and(|account| !account.is_network_service())
        );
    }
}
