//! The farm's accounts: found by every form of their names, with their groups.

use super::client::{Entry, Question, Trouble};
use super::connect::{Controller, sids};
use super::reason;
use crate::facts::directory::{AccountEntry, AccountFacts, Token, TokenSource};
use crate::facts::{Answer, Unknown};
use crate::farm::Farm;
use crate::farm::values::AccountForm;
use crate::formats::dn::Name;
use crate::formats::security::Sid;
use std::time::{Duration, UNIX_EPOCH};

const NAMES: &[&str] = &["objectClass"];

/// Looks for Central Administration's and the timer's account, each once.
pub async fn gather(controller: &mut Controller, farm: &Farm) -> Vec<AccountFacts> {
    let named = [&farm.central_administration_account, &farm.timer_account];
    let mut found: Vec<AccountFacts> = Vec::new();
    for account in named.into_iter().flatten() {
        if found.iter().any(|known| known.name.eq_ignore_ascii_case(account.as_str())) {
            continue;
        }
        let name = account.as_str().to_owned();
        match account.form() {
            AccountForm::Computer => found.extend(computers(controller, farm, &name).await),
            form => found.push(AccountFacts::new(name, None, look_up(controller, &form).await)),
        }
    }
    found
}

/// The computer accounts of the farm's servers, for what has no account of its own.
async fn computers(controller: &mut Controller, farm: &Farm, name: &str) -> Vec<AccountFacts> {
    let mut found = Vec::new();
    for server in farm.servers.iter().filter_map(|server| server.name.as_ref()) {
        let short = server.ascii();
        let short = short.split('.').next().unwrap_or_default();
        // A computer's account is called by the first 15 letters of its name.
        let account = format!("{}$", short.chars().take(15).collect::<String>());
        let filter = format!("(&(objectClass=computer)(sAMAccountName={}))", ldap3::ldap_escape(account));
        let answer = by_filter(controller, filter).await;
        found.push(AccountFacts::new(name.to_owned(), Some(server.as_str().to_owned()), answer));
    }
    found
}

async fn look_up(controller: &mut Controller, form: &AccountForm<'_>) -> Answer<AccountEntry> {
    match form {
        AccountForm::Nobody => Answer::Absent("beyond its server it is nobody (anonymous)".to_owned()),
        // `computers` looks for those.
        AccountForm::Computer => Answer::NotAsked,
        AccountForm::Sid(sid) => entry(controller, &format!("<SID={sid}>")).await,
        AccountForm::Distinguished(name) => entry(controller, &name.to_string()).await,
        AccountForm::Bare(name) => by_filter(controller, logon_name(name)).await,
        AccountForm::Name { domain, name } => match is_own_domain(controller, domain).await {
            Answer::Known(()) => by_filter(controller, logon_name(name)).await,
            Answer::Absent(why) => Answer::Absent(why),
            Answer::Failed(why) => Answer::Failed(why),
            Answer::NotAsked => Answer::NotAsked,
        },
        AccountForm::Principal { name, suffix } => by_principal_name(controller, name, suffix).await,
    }
}

fn logon_name(name: &str) -> String {
    format!("(sAMAccountName={})", ldap3::ldap_escape(name))
}

/// By its recorded principal name; an account without one has one all the same, made of its logon name and domain
/// (MS-ADTS 5.1.1.1.1).
async fn by_principal_name(controller: &mut Controller, name: &str, suffix: &str) -> Answer<AccountEntry> {
    let whole = format!("{name}@{suffix}");
    let found = by_filter(controller, format!("(userPrincipalName={})", ldap3::ldap_escape(whole))).await;
    let Answer::Absent(_) = found else { return found };
    let domain = Name::parse(&controller.connection.domain).ok().and_then(|name| name.domain());
    if domain.is_some_and(|domain| domain.eq_ignore_ascii_case(suffix)) {
        return by_filter(controller, logon_name(name)).await;
    }
    let own = &controller.connection.domain;
    Answer::Failed(format!("no account of `{own}` has this name; one of another domain of the forest may"))
}

/// Whether a short or DNS name is that of the controller's own domain (MS-ADTS 6.1.1.2.1.1).
async fn is_own_domain(controller: &mut Controller, domain: &str) -> Answer<()> {
    let base = format!("CN=Partitions,{}", controller.configuration);
    let filter = "(&(objectClass=crossRef)(nETBIOSName=*))";
    let question = Question::below(base, filter, &["nETBIOSName", "dnsRoot", "nCName"]);
    let entries = match controller.client.search(&question).await {
        Ok(entries) => entries,
        Err(trouble) => return Answer::Failed(format!("the forest's domains are not known: {}", trouble.why())),
    };
    let own = Name::parse(&controller.connection.domain).ok();
    let is_own = |entry: &Entry| {
        let name = entry.text("nCName").and_then(|name| Name::parse(&name).ok());
        name.zip(own.as_ref()).is_some_and(|(name, own)| name.is_same(own))
    };
    let is_called = |entry: &Entry| {
        ["nETBIOSName", "dnsRoot"].iter().any(|name| entry.texts(name).iter().any(|it| it.eq_ignore_ascii_case(domain)))
    };
    if !entries.iter().any(is_own) {
        return Answer::Failed("it does not show the domains of its forest".to_owned());
    }
    match entries.iter().find(|entry| is_called(entry)) {
        Some(entry) if is_own(entry) => Answer::Known(()),
        Some(_) => Answer::Failed(format!("`{domain}` is another domain of the forest; ask a controller of that one")),
        None => is_trusted(controller, domain).await,
    }
}

/// What is said of a domain that is none of the forest's.
async fn is_trusted(controller: &mut Controller, domain: &str) -> Answer<()> {
    let escaped = ldap3::ldap_escape(domain);
    let filter = format!("(&(objectClass=trustedDomain)(|(flatName={escaped})(trustPartner={escaped})))");
    let base = format!("CN=System,{}", controller.connection.domain);
    match controller.client.search(&Question::below(base, filter, NAMES)).await {
        Ok(entries) if entries.is_empty() => {
            Answer::Absent(format!("`{domain}` is no domain of the forest, and none that it trusts"))
        }
        Ok(_) => Answer::Failed(format!("`{domain}` is a trusted domain; ask a controller of that one")),
        Err(trouble) => Answer::Failed(format!("whether `{domain}` is trusted is not known: {}", trouble.why())),
    }
}

/// The one account of the domain that a filter fits.
async fn by_filter(controller: &mut Controller, filter: String) -> Answer<AccountEntry> {
    let question = Question::below(controller.connection.domain.clone(), filter, NAMES);
    match controller.client.search(&question).await {
        Err(trouble) => Answer::Failed(trouble.why()),
        Ok(found) => match found.as_slice() {
            [] => Answer::Absent(format!("no account of `{}` has this name", controller.connection.domain)),
            [one] => entry(controller, &one.name).await,
            several => Answer::Failed(format!("{} objects have this name", several.len())),
        },
    }
}

/// The account of this distinguished name, or `<SID=…>`.
async fn entry(controller: &mut Controller, name: &str) -> Answer<AccountEntry> {
    const ATTRIBUTES: &[&str] =
        &["objectSid", "userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires", "primaryGroupID"];
    let found = match controller.client.object(&Question::object(name, ATTRIBUTES)).await {
        Ok(found) => found,
        Err(Trouble::Result { code: reason::NO_SUCH_OBJECT, .. }) => return Answer::Absent("noSuchObject".to_owned()),
        Err(trouble) => return Answer::Failed(trouble.why()),
    };
    let Ok([sid]) = <[Sid; 1]>::try_from(sids(&found, "objectSid")) else {
        return Answer::Failed("it shows no SID, or several".to_owned());
    };
    let number = |name: &str| found.text(name).and_then(|text| text.parse::<i64>().ok());
    // A set of bits, written as a signed number.
    let bits = |name: &str| number(name).and_then(|number| i32::try_from(number).ok()).map(i32::cast_unsigned);
    Answer::Known(AccountEntry {
        token: token(controller, &found, &sid).await,
        name: found.name.clone(),
        sid,
        control: bits("userAccountControl"),
        computed_control: bits("msDS-User-Account-Control-Computed"),
        expires: number("accountExpires").and_then(expiry),
        unknown: Unknown::new(),
    })
}

/// A time of Windows, in tenths of microseconds since 1601, as RFC 3339. 0 and the largest number are never.
fn expiry(ticks: i64) -> Option<String> {
    const TO_UNIX: u64 = 11_644_473_600;
    const YEAR_9999: u64 = 253_370_764_800;
    let seconds = u64::try_from(ticks).ok().filter(|ticks| *ticks != 0 && ticks != &(i64::MAX as u64))? / 10_000_000;
    let time = UNIX_EPOCH + Duration::from_secs(seconds.saturating_sub(TO_UNIX).min(YEAR_9999));
    Some(humantime::format_rfc3339_seconds(time).to_string())
}

/// The account's groups, transitively. The controller computes them for a search of the account alone.
async fn token(controller: &mut Controller, account: &Entry, sid: &Sid) -> Answer<Token> {
    let groups = controller.client.object(&Question::object(&*account.name, &["tokenGroups"])).await;
    let groups = groups.map(|entry| sids(&entry, "tokenGroups")).unwrap_or_default();
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

/// The groups by the chain of members (LDAP_MATCHING_RULE_TRANSITIVE_EVAL, MS-ADTS 3.1.1.3.4.4.3): those that the account
/// is in, its primary group, which is no member's group, and those that that one is in.
async fn members(controller: &mut Controller, account: &Entry, sid: &Sid) -> Result<Vec<Sid>, Trouble> {
    let primary = account.text("primaryGroupID").and_then(|rid| rid.parse().ok());
    let primary = primary.and_then(|rid| sid.domain().and_then(|domain| domain.below(rid)));
    let mut names = vec![account.name.clone()];
    let mut found = Vec::new();
    if let Some(primary) = primary {
        names.push(controller.client.object(&Question::object(format!("<SID={primary}>"), NAMES)).await?.name);
        found.push(primary);
    }
    for name in names {
        let filter = format!("(member:1.2.840.113556.1.4.1941:={})", ldap3::ldap_escape(name));
        let question = Question::below(controller.connection.domain.clone(), filter, &["objectSid"]);
        found.extend(controller.client.search(&question).await?.iter().flat_map(|group| sids(group, "objectSid")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::expiry;

    #[test]
    fn expiries() {
        for (ticks, time) in [
            (0, None),
            (i64::MAX, None),
            (-1, None),
            (134_400_966_891_909_160, Some("2026-11-25T16:11:29Z")),
            (1, Some("1970-01-01T00:00:00Z")),
            (i64::MAX - 1, Some("9999-01-01T00:00:00Z")),
        ] {
            assert_eq!(expiry(ticks).as_deref(), time, "{ticks}");
        }
    }
}
