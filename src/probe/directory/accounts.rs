//! Finds the farm's accounts by any form of their names, and their groups.

use super::connect::{Controller, sids};
use super::error::{self, DirectoryError};
use super::partitions::{self, is_partition_of};
use super::query::{LdapEntry, LdapQuery};
use super::read_access::ReadAccess;
use crate::facts::directory::{AccountEntry, AccountFacts, NEVER, Token, TokenSource};
use crate::facts::{Answer, FailureKind, Unknown};
use crate::farm::Farm;
use crate::farm::values::{Account, AccountForm, computer_account};
use crate::formats::dn::Name;
use std::time::{Duration, UNIX_EPOCH};
use windows_security::Sid;

/// A search for accounts at a domain controller.
struct AccountSearch<'a> {
    controller: &'a mut Controller,
    access: &'a ReadAccess,
}

/// Searches for the accounts of Central Administration and the Timer service, each once.
pub(super) async fn gather(
    controller: &mut Controller,
    access: &ReadAccess,
    farm: &Farm,
) -> Vec<AccountFacts> {
    let named = [&farm.central_administration_account, &farm.timer_account];
    let mut search = AccountSearch { controller, access };
    let mut found: Vec<AccountFacts> = Vec::new();
    for account in named.into_iter().flatten() {
        if found
            .iter()
            .any(|known| Account::same(&known.name, account.as_str()))
        {
            continue;
        }
        let name = account.as_str().to_owned();
        match account.form() {
            AccountForm::Computer => found.extend(search.computers(farm, &name).await),
            form => found.push(AccountFacts::new(name, None, search.look_up(&form).await)),
        }
    }
    found
}

/// Returns the answer that only a controller of another domain could give.
fn elsewhere<T>(detail: String) -> Answer<T> {
    Answer::failed(FailureKind::Elsewhere, detail)
}

/// Returns the filter for an account's logon name.
fn by_logon_name(name: &str) -> String {
    format!("(sAMAccountName={})", ldap3::ldap_escape(name))
}

impl AccountSearch<'_> {
    /// Finds the computer accounts of the farm's servers, for a service without an account of its
    /// own.
    async fn computers(&mut self, farm: &Farm, name: &str) -> Vec<AccountFacts> {
        let mut found = Vec::new();
        for server in farm
            .servers
            .iter()
            .filter_map(|server| server.name.as_ref())
        {
            let answer = self.computer(server.ascii()).await;
            found.push(AccountFacts::new(
                name.to_owned(),
                Some(server.as_str().to_owned()),
                answer,
            ));
        }
        found
    }

    /// Searches for a computer by its DNS name. Its account's name alone may belong to another
    /// computer in another domain.
    async fn computer(&mut self, server: &str) -> Answer<AccountEntry> {
        let account = computer_account(server);
        let [account, host] = [&account, server].map(|text| ldap3::ldap_escape(text).into_owned());
        let filter =
            format!("(&(objectClass=computer)(|(sAMAccountName={account})(dNSHostName={host})))");
        let own = self.controller.connection.domain.clone();
        let query = LdapQuery::below(own.clone(), filter, &["dNSHostName"]);
        let entries = match self.controller.client.search(&query).await {
            Ok(entries) => entries,
            Err(error) => return error.answer(),
        };
        let suffix = server.split_once('.').map(|(_, suffix)| suffix);
        let computer = match suffix {
            Some(_) => entries.iter().find(|entry| has_dns_name(entry, server)),
            None => entries.first().filter(|_| entries.len() == 1),
        };
        if let Some(computer) = computer {
            return self.entry(&computer.name).await;
        }
        if let Some(other) = entries.first() {
            let name = other.text("dNSHostName");
            let name = name
                .as_deref()
                .unwrap_or("by a name that could not be read");
            return elsewhere(format!(
                "the computer of that name in `{own}` is called {name}; ask a domain controller of \
                 the server's own domain"
            ));
        }
        let none = format!("`{own}` has no computer with this name");
        if suffix.is_none_or(|suffix| is_dns_domain(&own, suffix)) {
            return self.access.not_found_in_domain(none);
        }
        elsewhere(format!(
            "{none}; if it is in another domain, ask a domain controller of that domain"
        ))
    }

    async fn look_up(&mut self, form: &AccountForm<'_>) -> Answer<AccountEntry> {
        match form {
            AccountForm::Anonymous => Answer::Absent("on other servers it is anonymous".to_owned()),
            // `computers` looks for those.
            AccountForm::Computer => Answer::NotAsked,
            AccountForm::Sid(sid) => self.by_sid(sid).await,
            AccountForm::Distinguished(name) => self.by_distinguished_name(name).await,
            AccountForm::Bare(name) => self.by_filter(by_logon_name(name)).await,
            AccountForm::Name { domain, name } => match self.is_own_domain(domain).await {
                Answer::Known(()) => self.by_filter(by_logon_name(name)).await,
                Answer::Absent(why) => Answer::Absent(why),
                Answer::Failed(failure) => Answer::Failed(failure),
                Answer::NotAsked => Answer::NotAsked,
            },
            AccountForm::Principal { name, suffix } => self.by_principal_name(name, suffix).await,
        }
    }

    async fn by_sid(&mut self, sid: &Sid) -> Answer<AccountEntry> {
        let own = self.controller.connection.domain_sid.clone();
        if own.is_none() || sid.domain() != own {
            let domain = &self.controller.connection.domain;
            return elsewhere(format!(
                "the SID was not issued by `{domain}`; ask a domain controller of its own domain"
            ));
        }
        match self.entry(&format!("<SID={sid}>")).await {
            Answer::Absent(how) => self.access.not_found_in_domain(how),
            found => found,
        }
    }

    async fn by_distinguished_name(&mut self, name: &Name) -> Answer<AccountEntry> {
        let own = &self.controller.connection.domain;
        if !Name::parse(own).is_ok_and(|own| name.is_within(&own)) {
            return elsewhere(format!(
                "it is not in `{own}`; ask a domain controller of its own domain"
            ));
        }
        match self.entry(&name.to_string()).await {
            Answer::Absent(how) => self.access.not_found_at(self.controller, name, how).await,
            found => found,
        }
    }

    /// By its recorded principal name. An account without one has an implicit one, made of its
    /// logon name and domain (MS-ADTS 5.1.1.1.1).
    async fn by_principal_name(&mut self, name: &str, suffix: &str) -> Answer<AccountEntry> {
        let whole = format!("{name}@{suffix}");
        let found = self
            .by_filter(format!("(userPrincipalName={})", ldap3::ldap_escape(whole)))
            .await;
        if matches!(found, Answer::Known(_)) {
            return found;
        }
        let own = self.controller.connection.domain.clone();
        if is_dns_domain(&own, suffix) {
            return self.by_filter(by_logon_name(name)).await;
        }
        match found {
            Answer::Absent(_) => elsewhere(format!(
                "`{own}` has no account with this name; one of another domain of the forest may"
            )),
            other => other,
        }
    }

    /// Returns whether a short or DNS name is that of the controller's own domain (MS-ADTS
    /// 6.1.1.2.1.1).
    async fn is_own_domain(&mut self, domain: &str) -> Answer<()> {
        let entries = match partitions::of_domains(self.controller).await {
            Ok(entries) => entries,
            Err(failure) => return Answer::Failed(failure),
        };
        let own = &self.controller.connection.domain;
        match entries.iter().find(|entry| is_named(entry, domain)) {
            Some(entry) if is_partition_of(entry, own) => Answer::Known(()),
            Some(_) => elsewhere(format!(
                "`{domain}` is another domain of the forest; ask a domain controller of that domain"
            )),
            None => self.is_trusted(domain).await,
        }
    }

    /// Asks whether a domain outside of the forest is trusted. Any trusted domain may trust others,
    /// and the forest's trusts are in its root domain.
    async fn is_trusted(&mut self, domain: &str) -> Answer<()> {
        let base = format!("CN=System,{}", self.controller.connection.domain);
        let query = LdapQuery::below(
            base,
            "(objectClass=trustedDomain)",
            &["flatName", "trustPartner"],
        );
        let trusts = match self.controller.client.search(&query).await {
            Ok(trusts) => trusts,
            Err(error) => {
                return error.answer_with(format!(
                    "whether `{domain}` is trusted is not known: {error}"
                ));
            }
        };
        let none = format!("`{domain}` is not a domain of the forest");
        match trusts.first().and_then(|trust| {
            trust
                .text("trustPartner")
                .or_else(|| trust.text("flatName"))
        }) {
            Some(partner) => elsewhere(format!(
                "{none}; it may be directly or indirectly trusted (such as {partner}): ask a \
                 domain controller of it"
            )),
            None if !trusts.is_empty() || !self.controller.is_root => elsewhere(format!(
                "{none}, and its trusts are not known; ask a domain controller of it"
            )),
            None => self
                .access
                .not_found_in_domain(format!("{none}, nor one that it trusts")),
        }
    }

    /// Finds the one account of the domain that a filter matches.
    async fn by_filter(&mut self, filter: String) -> Answer<AccountEntry> {
        let query = LdapQuery::below(
            self.controller.connection.domain.clone(),
            filter,
            &["objectClass"],
        );
        match self.controller.client.search(&query).await {
            Err(error) => error.answer(),
            Ok(found) => match found.as_slice() {
                [] => {
                    let own = &self.controller.connection.domain;
                    self.access
                        .not_found_in_domain(format!("`{own}` has no account with this name"))
                }
                [one] => self.entry(&one.name).await,
                several => Answer::failed(
                    FailureKind::Ambiguous,
                    format!("the name is ambiguous: {} objects have it", several.len()),
                ),
            },
        }
    }

    /// Finds the account with this distinguished name, or `<SID=…>`.
    async fn entry(&mut self, name: &str) -> Answer<AccountEntry> {
        const ATTRIBUTES: &[&str] = &[
            "objectClass",
            "objectSid",
            "userAccountControl",
            "msDS-User-Account-Control-Computed",
            "accountExpires",
            "primaryGroupID",
        ];
        let query = LdapQuery::object(name, ATTRIBUTES);
        let found = match self.controller.client.object(&query).await {
            Ok(found) => found,
            Err(error) if error.code() == Some(error::NO_SUCH_OBJECT) => {
                return Answer::Absent("noSuchObject".to_owned());
            }
            Err(error) => return error.answer(),
        };
        if found.is_a("foreignSecurityPrincipal") {
            return elsewhere(
                "it is an account of another domain; ask a domain controller of that domain"
                    .to_owned(),
            );
        }
        // Computers and managed accounts are users too.
        let class = found.texts("objectClass").pop();
        if let Some(class) = class.filter(|_| !found.is_a("user")) {
            return Answer::Absent(format!("the object with this name is a `{class}`"));
        }
        let Ok([sid]) = <[Sid; 1]>::try_from(sids(&found, "objectSid")) else {
            return Answer::failed(FailureKind::Malformed, "it shows no SID, or several");
        };
        Answer::Known(AccountEntry {
            token: token(self.controller, &found, &sid).await,
            name: found.name.clone(),
            sid,
            control: bits(&found, "userAccountControl"),
            computed_control: bits(&found, "msDS-User-Account-Control-Computed"),
            expires: number(&found, "accountExpires").map(expiry),
            unknown: Unknown::new(),
        })
    }
}

fn number(entry: &LdapEntry, attribute: &str) -> Option<i64> {
    entry.text(attribute)?.parse().ok()
}

/// Returns a set of bits, which the directory writes as a signed number.
fn bits(entry: &LdapEntry, attribute: &str) -> Option<u32> {
    let bits = i32::try_from(number(entry, attribute)?).ok()?;
    Some(bits.cast_unsigned())
}

/// Returns whether a computer has a DNS name.
fn has_dns_name(entry: &LdapEntry, name: &str) -> bool {
    entry
        .text("dNSHostName")
        .is_some_and(|own| own.eq_ignore_ascii_case(name))
}

/// Returns whether a short or a DNS name is that of an entry of the forest's partitions.
fn is_named(entry: &LdapEntry, domain: &str) -> bool {
    ["nETBIOSName", "dnsRoot"]
        .into_iter()
        .flat_map(|attribute| entry.texts(attribute))
        .any(|name| name.eq_ignore_ascii_case(domain))
}

/// Returns whether a DNS name is that of the domain with this distinguished name.
fn is_dns_domain(domain: &str, dns_name: &str) -> bool {
    Name::parse(domain)
        .ok()
        .and_then(|name| name.domain())
        .is_some_and(|name| name.eq_ignore_ascii_case(dns_name))
}

/// Returns a time of Windows, in tenths of microseconds since 1601, as RFC 3339. 0 and the largest
/// number mean never.
fn expiry(ticks: i64) -> String {
    const SECONDS_TO_1970: u64 = 11_644_473_600;
    const YEAR_9999: u64 = 253_370_764_800;
    let ticks = match u64::try_from(ticks) {
        Ok(ticks) if ticks != 0 && ticks != i64::MAX.cast_unsigned() => ticks,
        _ => return NEVER.to_owned(),
    };
    let seconds = (ticks / 10_000_000).saturating_sub(SECONDS_TO_1970);
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(YEAR_9999));
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Asks for the account's transitive groups. The controller computes them for a search of only the
/// account.
async fn token(controller: &mut Controller, account: &LdapEntry, sid: &Sid) -> Answer<Token> {
    let query = LdapQuery::object(&*account.name, &["tokenGroups"]);
    let groups = match controller.client.object(&query).await {
        Ok(entry) => sids(&entry, "tokenGroups"),
        Err(_) => Vec::new(),
    };
    if !groups.is_empty() {
        let sids = [sid.clone()].into_iter().chain(groups).collect();
        return Answer::Known(Token::new(sids, TokenSource::TokenGroups));
    }
    // Not every account may read them.
    match members(controller, account, sid).await {
        Ok(by_members) => {
            let sids = [sid.clone()].into_iter().chain(by_members).collect();
            Answer::Known(Token::new(sids, TokenSource::Members))
        }
        Err(error) => error.answer_with(format!("its groups are not known: {error}")),
    }
}

/// Asks for the groups by the chain of members (LDAP_MATCHING_RULE_TRANSITIVE_EVAL, MS-ADTS
/// 3.1.1.3.4.4.3): the groups of the account, its primary group, which does not list it as a
/// member, and the groups of the primary group.
async fn members(
    controller: &mut Controller,
    account: &LdapEntry,
    sid: &Sid,
) -> Result<Vec<Sid>, DirectoryError> {
    let mut names = vec![account.name.clone()];
    let mut found = Vec::new();
    if let Some(primary) = primary_group(account, sid) {
        let query = LdapQuery::object(format!("<SID={primary}>"), &["objectClass"]);
        names.push(controller.client.object(&query).await?.name);
        found.push(primary);
    }
    for name in names {
        let name = ldap3::ldap_escape(name);
        let filter = format!("(member:1.2.840.113556.1.4.1941:={name})");
        let query = LdapQuery::below(&*controller.connection.domain, filter, &["objectSid"]);
        let groups = controller.client.search(&query).await?;
        found.extend(groups.iter().flat_map(|group| sids(group, "objectSid")));
    }
    Ok(found)
}

/// Returns the SID of an account's primary group, which is in the account's domain.
fn primary_group(account: &LdapEntry, sid: &Sid) -> Option<Sid> {
    let rid = account.text("primaryGroupID")?.parse().ok()?;
    sid.domain()?.below(rid)
}

#[cfg(test)]
mod tests {
    use super::expiry;

    #[test]
    fn expiry_is_a_time_or_never() {
        for (ticks, time) in [
            (0, "never"),
            (i64::MAX, "never"),
            (-1, "never"),
            (134_400_966_891_909_160, "2026-11-25T16:11:29Z"),
            (1, "1970-01-01T00:00:00Z"),
            (i64::MAX - 1, "9999-01-01T00:00:00Z"),
        ] {
            assert_eq!(expiry(ticks), time, "{ticks}");
        }
    }
}
