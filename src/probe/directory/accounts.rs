//! The farm's accounts: found by every form of their names, with their groups.

use super::client::{Entry, Question};
use super::connect::{Controller, sids};
use super::reader::Reader;
use super::reason::{self, Trouble};
use crate::facts::directory::{AccountEntry, AccountFacts, NEVER, Token, TokenSource};
use crate::facts::{Answer, Unknown};
use crate::farm::Farm;
use crate::farm::values::AccountForm;
use crate::formats::dn::Name;
use std::time::{Duration, UNIX_EPOCH};
use windows_security::Sid;

const NAMES: &[&str] = &["objectClass"];

/// Who looks for accounts, and where.
struct Search<'a> {
    controller: &'a mut Controller,
    reader: &'a Reader,
}

/// Looks for Central Administration's and the timer's account, each once.
pub async fn gather(
    controller: &mut Controller,
    reader: &Reader,
    farm: &Farm,
) -> Vec<AccountFacts> {
    let named = [&farm.central_administration_account, &farm.timer_account];
    let mut search = Search { controller, reader };
    let mut found: Vec<AccountFacts> = Vec::new();
    for account in named.into_iter().flatten() {
        if found
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(account.as_str()))
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

fn logon_name(name: &str) -> String {
    format!("(sAMAccountName={})", ldap3::ldap_escape(name))
}

impl Search<'_> {
    /// The computer accounts of the farm's servers, for what has no account of its own.
    async fn computers(&mut self, farm: &Farm, name: &str) -> Vec<AccountFacts> {
        let mut found = Vec::new();
        for server in farm
            .servers
            .iter()
            .filter_map(|server| server.name.as_ref())
        {
            let answer = self.computer(&server.ascii()).await;
            found.push(AccountFacts::new(
                name.to_owned(),
                Some(server.as_str().to_owned()),
                answer,
            ));
        }
        found
    }

    /// By its name in DNS. Its account's name alone may be that of another computer, in another
    /// domain.
    async fn computer(&mut self, server: &str) -> Answer<AccountEntry> {
        let (short, suffix) = server
            .split_once('.')
            .map_or((server, None), |(short, suffix)| (short, Some(suffix)));
        // A computer's account is called by the first 15 letters of its name.
        let account = format!("{}$", short.chars().take(15).collect::<String>());
        let [account, host] = [&account, server].map(|text| ldap3::ldap_escape(text).into_owned());
        let filter =
            format!("(&(objectClass=computer)(|(sAMAccountName={account})(dNSHostName={host})))");
        let own = self.controller.connection.domain.clone();
        let question = Question::below(own.clone(), filter, &["dNSHostName"]);
        let entries = match self.controller.client.search(&question).await {
            Ok(entries) => entries,
            Err(trouble) => return Answer::Failed(trouble.why()),
        };
        let is_called = |entry: &&Entry| {
            entry
                .text("dNSHostName")
                .is_some_and(|name| name.eq_ignore_ascii_case(server))
        };
        let fitting = match suffix {
            Some(_) => entries.iter().find(is_called),
            None => entries.first().filter(|_| entries.len() == 1),
        };
        let other = || {
            let other = entries.first()?;
            let name = other
                .text("dNSHostName")
                .unwrap_or_else(|| "by a name that may not be read".to_owned());
            Some(format!(
                "the computer of that name in `{own}` is called {name}"
            ))
        };
        let is_here = |suffix: &str| {
            domain_of(&own).is_some_and(|domain| domain.eq_ignore_ascii_case(suffix))
        };
        match (fitting, other()) {
            (Some(entry), _) => self.entry(&entry.name).await,
            (None, Some(why)) => Answer::Failed(format!(
                "{why}; ask a controller of the server's own domain"
            )),
            (None, None) if suffix.is_none_or(is_here) => self
                .reader
                .nowhere(format!("no computer of `{own}` has this name")),
            (None, None) => Answer::Failed(format!(
                "no computer of `{own}` has this name; one of another domain may: ask a \
                 controller of that one"
            )),
        }
    }

    async fn look_up(&mut self, form: &AccountForm<'_>) -> Answer<AccountEntry> {
        match form {
            AccountForm::Nobody => {
                Answer::Absent("beyond its server it is nobody (anonymous)".to_owned())
            }
            // `computers` looks for those.
            AccountForm::Computer => Answer::NotAsked,
            AccountForm::Sid(sid) => self.by_sid(sid).await,
            AccountForm::Distinguished(name) => self.by_distinguished_name(name).await,
            AccountForm::Bare(name) => self.by_filter(logon_name(name)).await,
            AccountForm::Name { domain, name } => match self.is_own_domain(domain).await {
                Answer::Known(()) => self.by_filter(logon_name(name)).await,
                Answer::Absent(why) => Answer::Absent(why),
                Answer::Failed(why) => Answer::Failed(why),
                Answer::NotAsked => Answer::NotAsked,
            },
            AccountForm::Principal { name, suffix } => self.by_principal_name(name, suffix).await,
        }
    }

    async fn by_sid(&mut self, sid: &Sid) -> Answer<AccountEntry> {
        let own = self.controller.connection.domain_sid.clone();
        if own.is_none() || sid.domain() != own {
            let own = &self.controller.connection.domain;
            return Answer::Failed(format!(
                "it is no SID that `{own}` has given; ask a controller of its own domain"
            ));
        }
        match self.entry(&format!("<SID={sid}>")).await {
            Answer::Absent(how) => self.reader.nowhere(how),
            found => found,
        }
    }

    async fn by_distinguished_name(&mut self, name: &Name) -> Answer<AccountEntry> {
        let own = &self.controller.connection.domain;
        if !Name::parse(own).is_ok_and(|own| name.is_within(&own)) {
            return Answer::Failed(format!(
                "it is not in `{own}`; ask a controller of its own domain"
            ));
        }
        match self.entry(&name.to_string()).await {
            Answer::Absent(how) => self.reader.nothing(self.controller, name, how).await,
            found => found,
        }
    }

    /// By its recorded principal name; an account without one has one all the same, made of its
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
        if domain_of(&own).is_some_and(|domain| domain.eq_ignore_ascii_case(suffix)) {
            return self.by_filter(logon_name(name)).await;
        }
        match found {
            Answer::Absent(_) => Answer::Failed(format!(
                "no account of `{own}` has this name; one of another domain of the forest may"
            )),
            other => other,
        }
    }

    /// Whether a short or DNS name is that of the controller's own domain (MS-ADTS 6.1.1.2.1.1).
    async fn is_own_domain(&mut self, domain: &str) -> Answer<()> {
        let base = format!("CN=Partitions,{}", self.controller.configuration);
        let filter = "(&(objectClass=crossRef)(nETBIOSName=*))";
        let question = Question::below(base, filter, &["nETBIOSName", "dnsRoot", "nCName"]);
        let entries = match self.controller.client.search(&question).await {
            Ok(entries) => entries,
            Err(trouble) => {
                return Answer::Failed(format!(
                    "the forest's domains are not known: {}",
                    trouble.why()
                ));
            }
        };
        let own = Name::parse(&self.controller.connection.domain).ok();
        let is_own = |entry: &Entry| {
            let name = entry
                .text("nCName")
                .and_then(|name| Name::parse(&name).ok());
            name.zip(own.as_ref())
                .is_some_and(|(name, own)| name.is_same(own))
        };
        let is_called = |entry: &Entry| {
            let names = ["nETBIOSName", "dnsRoot"];
            names.iter().any(|name| {
                entry
                    .texts(name)
                    .iter()
                    .any(|it| it.eq_ignore_ascii_case(domain))
            })
        };
        if !entries.iter().any(is_own) {
            return Answer::Failed("it does not show the domains of its forest".to_owned());
        }
        match entries.iter().find(|entry| is_called(entry)) {
            Some(entry) if is_own(entry) => Answer::Known(()),
            Some(_) => Answer::Failed(format!(
                "`{domain}` is another domain of the forest; ask a controller of that one"
            )),
            None => self.is_trusted(domain).await,
        }
    }

    /// What is said of a domain that is none of the forest's. Behind any trust may be others, and
    /// trusts of the forest are kept in its root.
    async fn is_trusted(&mut self, domain: &str) -> Answer<()> {
        let base = format!("CN=System,{}", self.controller.connection.domain);
        let question = Question::below(
            base,
            "(objectClass=trustedDomain)",
            &["flatName", "trustPartner"],
        );
        let trusts = match self.controller.client.search(&question).await {
            Ok(trusts) => trusts,
            Err(trouble) => {
                return Answer::Failed(format!(
                    "whether `{domain}` is trusted is not known: {}",
                    trouble.why()
                ));
            }
        };
        let none = format!("`{domain}` is no domain of the forest");
        match trusts.first().and_then(|trust| {
            trust
                .text("trustPartner")
                .or_else(|| trust.text("flatName"))
        }) {
            Some(partner) => Answer::Failed(format!(
                "{none}; it may be a trusted one, or one beyond those (such as {partner}): ask a \
                 controller of it"
            )),
            None if !trusts.is_empty() || !self.controller.is_root => Answer::Failed(format!(
                "{none}, and which domains that trusts is not known here; ask a controller of it"
            )),
            None => self
                .reader
                .nowhere(format!("{none}, and none that it trusts")),
        }
    }

    /// The one account of the domain that a filter fits.
    async fn by_filter(&mut self, filter: String) -> Answer<AccountEntry> {
        let question = Question::below(self.controller.connection.domain.clone(), filter, NAMES);
        match self.controller.client.search(&question).await {
            Err(trouble) => Answer::Failed(trouble.why()),
            Ok(found) => match found.as_slice() {
                [] => {
                    let own = &self.controller.connection.domain;
                    self.reader
                        .nowhere(format!("no account of `{own}` has this name"))
                }
                [one] => self.entry(&one.name).await,
                several => Answer::Failed(format!("{} objects have this name", several.len())),
            },
        }
    }

    /// The account of this distinguished name, or `<SID=…>`.
    async fn entry(&mut self, name: &str) -> Answer<AccountEntry> {
        const ATTRIBUTES: &[&str] = &[
            "objectClass",
            "objectSid",
            "userAccountControl",
            "msDS-User-Account-Control-Computed",
            "accountExpires",
            "primaryGroupID",
        ];
        let found = match self
            .controller
            .client
            .object(&Question::object(name, ATTRIBUTES))
            .await
        {
            Ok(found) => found,
            Err(Trouble::Result {
                code: reason::NO_SUCH_OBJECT,
                ..
            }) => {
                return Answer::Absent("noSuchObject".to_owned());
            }
            Err(trouble) => return Answer::Failed(trouble.why()),
        };
        let classes = found.texts("objectClass");
        let is_a = |class: &str| classes.iter().any(|own| own.eq_ignore_ascii_case(class));
        if is_a("foreignSecurityPrincipal") {
            return Answer::Failed(
                "it is an account of another domain; ask a controller of that one".to_owned(),
            );
        }
        // Computers and managed accounts are users too.
        if let Some(class) = classes.last().filter(|_| !is_a("user")) {
            return Answer::Absent(format!("what has this name is a `{class}`"));
        }
        let Ok([sid]) = <[Sid; 1]>::try_from(sids(&found, "objectSid")) else {
            return Answer::Failed("it shows no SID, or several".to_owned());
        };
        let number = |name: &str| found.text(name).and_then(|text| text.parse::<i64>().ok());
        // A set of bits, written as a signed number.
        let bits = |name: &str| {
            number(name)
                .and_then(|number| i32::try_from(number).ok())
                .map(i32::cast_unsigned)
        };
        Answer::Known(AccountEntry {
            token: token(self.controller, &found, &sid).await,
            name: found.name.clone(),
            sid,
            control: bits("userAccountControl"),
            computed_control: bits("msDS-User-Account-Control-Computed"),
            expires: number("accountExpires").map(expiry),
            unknown: Unknown::new(),
        })
    }
}

/// The DNS name of a domain.
fn domain_of(name: &str) -> Option<String> {
    Name::parse(name).ok().and_then(|name| name.domain())
}

/// A time of Windows, in tenths of microseconds since 1601, as RFC 3339. 0 and the largest number
/// are never.
fn expiry(ticks: i64) -> String {
    const TO_UNIX: u64 = 11_644_473_600;
    const YEAR_9999: u64 = 253_370_764_800;
    let Some(ticks) = u64::try_from(ticks)
        .ok()
        .filter(|ticks| *ticks != 0 && ticks != &(i64::MAX as u64))
    else {
        return NEVER.to_owned();
    };
    let time = UNIX_EPOCH
        + Duration::from_secs((ticks / 10_000_000).saturating_sub(TO_UNIX).min(YEAR_9999));
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The account's groups, transitively. The controller computes them for a search of the account
/// alone.
async fn token(controller: &mut Controller, account: &Entry, sid: &Sid) -> Answer<Token> {
    let groups = controller
        .client
        .object(&Question::object(&*account.name, &["tokenGroups"]))
        .await;
    let groups = groups
        .map(|entry| sids(&entry, "tokenGroups"))
        .unwrap_or_default();
    if !groups.is_empty() {
        let sids = [sid.clone()].into_iter().chain(groups).collect();
        return Answer::Known(Token::new(sids, TokenSource::TokenGroups));
    }
    // Not every account may read them.
    match members(controller, account, sid).await {
        Ok(groups) => {
            let sids = [sid.clone()].into_iter().chain(groups).collect();
            Answer::Known(Token::new(sids, TokenSource::Members))
        }
        Err(trouble) => Answer::Failed(format!("its groups are not known: {}", trouble.why())),
    }
}

/// The groups by the chain of members (LDAP_MATCHING_RULE_TRANSITIVE_EVAL, MS-ADTS 3.1.1.3.4.4.3):
/// those that the account is in, its primary group, which is no member's group, and those that that
/// one is in.
async fn members(
    controller: &mut Controller,
    account: &Entry,
    sid: &Sid,
) -> Result<Vec<Sid>, Trouble> {
    let primary = account
        .text("primaryGroupID")
        .and_then(|rid| rid.parse().ok());
    let primary = primary.and_then(|rid| sid.domain().and_then(|domain| domain.below(rid)));
    let mut names = vec![account.name.clone()];
    let mut found = Vec::new();
    if let Some(primary) = primary {
        names.push(
            controller
                .client
                .object(&Question::object(format!("<SID={primary}>"), NAMES))
                .await?
                .name,
        );
        found.push(primary);
    }
    for name in names {
        let filter = format!(
            "(member:1.2.840.113556.1.4.1941:={})",
            ldap3::ldap_escape(name)
        );
        let question =
            Question::below(controller.connection.domain.clone(), filter, &["objectSid"]);
        found.extend(
            controller
                .client
                .search(&question)
                .await?
                .iter()
                .flat_map(|group| sids(group, "objectSid")),
        );
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::expiry;

    #[test]
    fn expiries() {
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
