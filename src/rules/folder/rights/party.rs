//! The farm's accounts as the folder's server sees them: their SIDs, and the groups that they are in as far as is known.

use super::view::View;
use crate::facts::directory::{AccountFacts, Token as DirectoryToken};
use crate::facts::{AccountSeen, Answer};
use crate::farm::values::AccountForm;
use crate::farm::{Party, PartyRole};
use crate::formats::security::{Sid, Token};
use crate::rules::Case;
use std::fmt;

/// A party, and what is known of it on the folder's server.
pub struct Subject<'a> {
    pub party: Party<'a>,
    pub sid: Option<Sid>,
    pub token: Token,
    /// Whether the token is all that there is.
    pub is_whole: bool,
}

/// As it is named in sentences.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.party.account.as_str();
        match (self.party.computer, self.party.role) {
            (Some(server), PartyRole::WebApplication(name)) => write!(out, "{account} of {server} ({name})"),
            (Some(server), _) => write!(out, "{account} of {server}"),
            (None, PartyRole::WebApplication(name)) => write!(out, "{account} ({name})"),
            (None, _) => write!(out, "{account}"),
        }
    }
}

impl<'a> Subject<'a> {
    pub fn new(case: &Case<'_>, view: &View<'_>, party: Party<'a>) -> Self {
        let seen = view.seen.accounts.iter().find(|seen| is_it(&party, &seen.name, seen.computer.as_deref()));
        let listed = case.facts.directory.iter().flat_map(|directory| &directory.accounts);
        let listed = listed.into_iter().find(|listed| is_it(&party, &listed.name, listed.server.as_deref()));
        let sid = sid(view, &party, seen, listed);
        let plain = plain(view, &party, sid.as_ref());
        if let Some(AccountSeen { token: Answer::Known(sids), .. }) = seen {
            let token = sids.iter().cloned().fold(plain, Token::with);
            return Self { party, sid, token, is_whole: true };
        }
        if sid.as_ref() == Some(&Sid::nt(18)) {
            return Self { party, sid, token: plain, is_whole: true };
        }
        let groups = directory_token(listed).into_iter().flat_map(|token| &token.sids).filter(|sid| !sid.is_builtin());
        let token = groups.cloned().fold(with_unknown(plain), Token::with);
        let foreign =
            view.trustees().into_iter().filter(|trustee| lacks(case, view, &party, sid.as_ref(), listed, trustee));
        let token = foreign.fold(token, Token::without);
        Self { party, sid, token, is_whole: false }
    }

    /// The setting that it comes from.
    pub fn key(&self) -> String {
        match self.party.role {
            PartyRole::Timer => "farm.timer-account".to_owned(),
            PartyRole::CentralAdministration => "farm.central-administration-account".to_owned(),
            PartyRole::WebApplication(name) => format!("web-application.{name}.account"),
        }
    }
}

/// Whether an account by that name, of that computer, is the party's.
fn is_it(party: &Party<'_>, name: &str, computer: Option<&str>) -> bool {
    let same_computer = match (party.computer, computer) {
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        (None, None) => true,
        _ => false,
    };
    same_computer && party.account.as_str().eq_ignore_ascii_case(name)
}

/// The account's SID, by whoever knows it.
fn sid(view: &View<'_>, party: &Party<'_>, seen: Option<&AccountSeen>, listed: Option<&AccountFacts>) -> Option<Sid> {
    if let Some(AccountSeen { sid: Answer::Known(sid), .. }) = seen {
        return Some(sid.clone());
    }
    if let Some(AccountFacts { answer: Answer::Known(entry), .. }) = listed {
        return Some(entry.sid.clone());
    }
    match party.account.form() {
        AccountForm::Computer if view.is_share => None,
        AccountForm::Nobody if view.is_share => Some(Sid::nt(7)),
        AccountForm::Computer | AccountForm::Nobody => {
            Sid::of_name(party.account.as_str()).or_else(|| party.account.as_str().parse().ok())
        }
        AccountForm::Sid(sid) => Some(sid),
        _ => {
            let is_it = |name: &str| name.eq_ignore_ascii_case(party.account.as_str());
            let named = |answer: &Answer<crate::facts::SidName>| matches!(answer, Answer::Known(found) if found.kind.is_account() && is_it(&found.name));
            view.seen.names.iter().find(|(_, answer)| named(answer)).map(|(sid, _)| sid.clone())
        }
    }
}

/// The account with what everyone gets who comes that way.
fn plain(view: &View<'_>, party: &Party<'_>, sid: Option<&Sid>) -> Token {
    let way = |sid: Sid| if view.is_share { Token::over_network(sid) } else { Token::of_service(sid) };
    let token = match sid {
        Some(sid) => way(sid.clone()),
        // Whoever it is, it has the others of these.
        None => [Sid::everyone(), Sid::nt(11), Sid::nt(15), Sid::nt(if view.is_share { 2 } else { 6 })]
            .into_iter()
            .fold(Token::default(), Token::with),
    };
    // Application pools log on as a batch job or as a service, as IIS is set.
    let is_pool = !view.is_share && !matches!(party.role, PartyRole::Timer);
    if is_pool { token.perhaps(Sid::nt(3)) } else { token }
}

/// The token of an account whose groups are not known.
fn with_unknown(token: Token) -> Token {
    // Groups of domains and machines, groups that every machine has, services, application pools, local accounts, and how
    // and where it logged on.
    let of_windows = [21, 32, 80, 82, 113, 114, 64].into_iter().map(Sid::nt);
    of_windows.chain(Sid::new(18, &[])).chain(Sid::new(2, &[])).fold(token, Token::perhaps)
}

fn directory_token(listed: Option<&AccountFacts>) -> Option<&DirectoryToken> {
    let Some(AccountFacts { answer: Answer::Known(entry), .. }) = listed else { return None };
    match &entry.token {
        Answer::Known(token) => Some(token),
        _ => None,
    }
}

/// Whether the account surely does not hold a SID.
fn lacks(
    case: &Case<'_>,
    view: &View<'_>,
    party: &Party<'_>,
    own: Option<&Sid>,
    listed: Option<&AccountFacts>,
    trustee: &Sid,
) -> bool {
    if own == Some(trustee) {
        return false;
    }
    let is_other_name = |name: &str| {
        let part = |text: &str| text.rsplit('\\').next().unwrap_or_default().to_lowercase();
        let form = party.account.form();
        matches!(form, AccountForm::Name { .. } | AccountForm::Bare(_)) && part(name) != part(party.account.as_str())
    };
    match view.seen.names.get(trustee) {
        // Another account has no members.
        Some(Answer::Known(found)) if found.kind.is_account() => {
            return own.is_some() || (party.computer.is_none() && is_other_name(&found.name));
        }
        // What the server does not know is in nobody's token there.
        Some(Answer::Absent(_)) => return true,
        _ => {}
    }
    // Groups may be among them.
    let parties = case.farm.parties(view.is_share);
    let is_party = |seen: &&AccountSeen| parties.iter().any(|it| is_it(it, &seen.name, seen.computer.as_deref()));
    let of_folder = view.seen.accounts.iter().filter(is_party).filter_map(|seen| match &seen.sid {
        Answer::Known(sid) => Some(sid),
        _ => None,
    });
    let listed_accounts = case.facts.directory.iter().flat_map(|directory| &directory.accounts);
    let of_directory = listed_accounts.filter_map(|listed| match &listed.answer {
        Answer::Known(entry) => Some(&entry.sid),
        _ => None,
    });
    if own.is_some() && of_folder.chain(of_directory).any(|account| account == trustee) {
        return true;
    }
    let domain = own.and_then(Sid::domain);
    match directory_token(listed) {
        Some(token) => domain.is_some() && trustee.domain() == domain && !token.sids.contains(trustee),
        None => false,
    }
}
