//! The farm's accounts as the folder's server sees them: their SIDs, and the groups that they are
//! in as far as is known.

use super::access::Open;
use super::view::View;
use crate::facts::directory::AccountFacts;
use crate::facts::{AccountSeen, Answer, SidName};
use crate::farm::values::{Account, AccountForm, FolderPath, FromText, computer_account};
use crate::farm::{AccountRole, Server, ServiceAccount};
use crate::rules::Case;
use std::collections::BTreeSet;
use std::fmt;
use windows_security::{Sid, Token};

/// A party, and what is known of it on the folder's server.
pub struct Subject<'a> {
    pub party: ServiceAccount<'a>,
    pub sid: Option<Sid>,
    pub token: Token,
    /// What would tell the groups that it is in.
    groups_from: String,
}

/// As it is named in sentences.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.party.account.as_str();
        match (self.party.computer, self.party.role) {
            (Some(server), AccountRole::WebApplication(name)) => {
                write!(out, "{account} of {server} ({name})")
            }
            (Some(server), _) => write!(out, "{account} of {server}"),
            (None, AccountRole::WebApplication(name)) => write!(out, "{account} ({name})"),
            (None, _) => write!(out, "{account}"),
        }
    }
}

impl<'a> Subject<'a> {
    pub fn new(case: &Case<'_>, view: &View<'_>, party: ServiceAccount<'a>) -> Self {
        let seen = view
            .seen
            .accounts
            .iter()
            .find(|seen| is_it(&party, &seen.name, seen.computer.as_deref()));
        let listed = case
            .facts
            .directory
            .iter()
            .flat_map(|directory| &directory.accounts);
        let listed = listed
            .into_iter()
            .find(|listed| is_it(&party, &listed.name, listed.server.as_deref()));
        if is_loopback_access(case, view, &party) {
            let groups_from = "; the share is on its own server, and as whom it comes there is \
                               not documented: an entry for the account and one for the \
                               computer's decide";
            return Self {
                party,
                sid: None,
                token: at_home(&party),
                groups_from: groups_from.to_owned(),
            };
        }
        let sid = sid(view, &party, seen, listed);
        let known = Known::new(view, sid.as_ref(), seen, listed);
        let token = known.token(plain(view, &party, sid.as_ref()));
        let foreign = view
            .trustees()
            .into_iter()
            .filter(|trustee| lacks(case, view, &party, sid.as_ref(), &known, trustee));
        let token = foreign.fold(token, Token::without);
        let groups_from = groups_from(view, &party, sid.as_ref(), &known);
        Self {
            party,
            sid,
            token,
            groups_from,
        }
    }

    /// The setting that it comes from.
    pub fn key(&self) -> String {
        match self.party.role {
            AccountRole::Timer => "farm.timer-account".to_owned(),
            AccountRole::CentralAdministration => "farm.central-administration-account".to_owned(),
            AccountRole::WebApplication(name) => format!("web-application.{name}.account"),
        }
    }

    /// What to ask for where something is not known.
    pub fn what_decides(&self, open: &Open) -> &str {
        if open.groups.is_empty() {
            ""
        } else {
            &self.groups_from
        }
    }

    /// Whom to grant something, where that is not the account itself.
    pub fn grantee(&self, view: &View<'_>) -> String {
        match self.party.computer {
            _ if !self.party.is_computer(view.location()) => "it".to_owned(),
            Some(server) => format!(
                "the computer's account, `DOMAIN\\{}`,",
                computer_account(server).to_uppercase()
            ),
            None => "the account of the computer that it runs on, `DOMAIN\\SERVER$`,".to_owned(),
        }
    }

    /// Whether it comes to the share as nobody, so that no entry for it helps.
    pub fn is_nobody(&self, view: &View<'_>) -> bool {
        view.is_share && self.party.account.form() == AccountForm::Nobody
    }
}

/// Whether an account by that name, of that computer, is the party's.
fn is_it(party: &ServiceAccount<'_>, name: &str, computer: Option<&str>) -> bool {
    let same_computer = match (party.computer, computer) {
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        (None, None) => true,
        _ => false,
    };
    same_computer && party.account.as_str().eq_ignore_ascii_case(name)
}

/// Whether it is a server's own service that comes to a share of that same server. That such
/// services come as the computer's account holds for other servers.
fn is_loopback_access(case: &Case<'_>, view: &View<'_>, party: &ServiceAccount<'_>) -> bool {
    let Ok(path) = FolderPath::from_text(view.place.path) else {
        return false;
    };
    match party.account.form() {
        AccountForm::Computer => party.computer.is_some_and(|server| path.is_on(server)),
        AccountForm::Nobody => case
            .farm
            .receivers()
            .map(Server::name)
            .any(|server| path.is_on(server)),
        _ => false,
    }
}

/// The token of one that comes home: perhaps its own, perhaps the computer's, perhaps nobody's.
fn at_home(party: &ServiceAccount<'_>) -> Token {
    let own = Sid::of_name(party.account.as_str()).or_else(|| party.account.as_str().parse().ok());
    let everyone = [Sid::everyone(), Sid::creator_owner()]
        .into_iter()
        .chain([2, 6, 7, 11, 15].map(Sid::nt));
    with_unknown(
        own.into_iter()
            .chain(everyone)
            .fold(Token::default(), Token::perhaps),
    )
}

/// The account's SID, by whoever knows it.
fn sid(
    view: &View<'_>,
    party: &ServiceAccount<'_>,
    seen: Option<&AccountSeen>,
    listed: Option<&AccountFacts>,
) -> Option<Sid> {
    if let Some(AccountSeen {
        sid: Answer::Known(sid),
        ..
    }) = seen
    {
        return Some(sid.clone());
    }
    if let Some(AccountFacts {
        answer: Answer::Known(entry),
        ..
    }) = listed
    {
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
            let named = |answer: &Answer<SidName>| matches!(answer, Answer::Known(found) if found.kind.is_account() && is_it(&found.name));
            view.seen
                .names
                .iter()
                .find(|(_, answer)| named(answer))
                .map(|(sid, _)| sid.clone())
        }
    }
}

/// The account with what everyone gets who comes that way.
fn plain(view: &View<'_>, party: &ServiceAccount<'_>, sid: Option<&Sid>) -> Token {
    let way = |sid: Sid| {
        if view.is_share {
            Token::over_network(sid)
        } else {
            Token::of_service(sid)
        }
    };
    let token = match sid {
        Some(sid) => way(sid.clone()),
        // Whoever it is, it has the others of these.
        None => [
            Sid::everyone(),
            Sid::nt(11),
            Sid::nt(15),
            Sid::nt(if view.is_share { 2 } else { 6 }),
        ]
        .into_iter()
        .fold(Token::default(), Token::with),
    };
    // Mail services run as their system, or as another account of a computer; users' accounts do
    // not write messages.
    let is_user = match party.account.form() {
        AccountForm::Name { name, .. }
        | AccountForm::Bare(name)
        | AccountForm::Principal { name, .. } => !name.ends_with('$'),
        AccountForm::Nobody => true,
        _ => false,
    };
    let token = if view.is_share && !is_user {
        token.perhaps(Sid::creator_owner())
    } else {
        token
    };
    // Application pools log on as a batch job or as a service, as IIS is set.
    let is_pool = !view.is_share && !matches!(party.role, AccountRole::Timer);
    if is_pool {
        token.perhaps(Sid::nt(3))
    } else {
        token
    }
}

/// The token of an account whose groups are not known.
fn with_unknown(token: Token) -> Token {
    // Groups of domains and machines, groups that every machine has, services, application pools,
    // local accounts.
    let of_windows = [21, 32, 80, 82, 113, 114].into_iter().map(Sid::nt);
    with_unknown_logon(of_windows.fold(token, Token::perhaps))
}

/// How the logon was proved, and where it happened, nobody has said.
fn with_unknown_logon(token: Token) -> Token {
    [Some(Sid::nt(64)), Sid::new(18, &[]), Sid::new(2, &[])]
        .into_iter()
        .flatten()
        .fold(token, Token::perhaps)
}

/// What is known of an account's groups on the folder's server.
struct Known {
    /// Those that count there.
    groups: BTreeSet<Sid>,
    /// Whether there are no others.
    is_whole: bool,
    /// Whether all of its own domain are among them.
    has_domain: bool,
}

impl Known {
    /// Of a token that was shown somewhere: what tells of that logon is left aside. A share's
    /// server makes a token of its own: what another machine has for itself is not in it, and
    /// its own groups are.
    fn new(
        view: &View<'_>,
        own: Option<&Sid>,
        seen: Option<&AccountSeen>,
        listed: Option<&AccountFacts>,
    ) -> Self {
        let domain = own.and_then(Sid::domain);
        let is_known_there = |sid: &Sid| view.name(sid).is_some();
        let counts_there =
            |sid: &Sid| sid.domain().is_some() && (sid.domain() == domain || is_known_there(sid));
        if let Some(AccountSeen {
            token: Answer::Known(sids),
            ..
        }) = seen
        {
            let counts = |sid: &&Sid| !sid.is_of_logon() && (!view.is_share || counts_there(sid));
            let groups = sids.iter().filter(counts).cloned().collect();
            return Self {
                groups,
                is_whole: !view.is_share,
                has_domain: true,
            };
        }
        let is_system = !view.is_share && own == Some(&Sid::nt(18));
        let listed = match listed {
            Some(AccountFacts {
                answer: Answer::Known(entry),
                ..
            }) => match &entry.token {
                Answer::Known(token) => Some(&token.sids),
                _ => None,
            },
            _ => None,
        };
        let groups = listed
            .into_iter()
            .flatten()
            .filter(|sid| !sid.is_builtin() && !sid.is_of_logon());
        Self {
            groups: groups.cloned().collect(),
            is_whole: is_system,
            has_domain: listed.is_some(),
        }
    }

    fn token(&self, plain: Token) -> Token {
        let token = if self.is_whole {
            with_unknown_logon(plain)
        } else {
            with_unknown(plain)
        };
        self.groups.iter().cloned().fold(token, Token::with)
    }
}

/// What would tell an account's groups.
fn groups_from(
    view: &View<'_>,
    party: &ServiceAccount<'_>,
    own: Option<&Sid>,
    known: &Known,
) -> String {
    let name = party.account.as_str();
    let effective = "its server's tab \"Effective Access\" (Properties, Security, Advanced)";
    match own {
        _ if known.is_whole => String::new(),
        None if party.computer.is_some() => "; gather the folder's facts with an account that may \
                                             ask its server for the computer's SID"
            .to_owned(),
        None => format!("; `--sid '{name}=SID'` says which SID is its"),
        Some(_) if view.is_share && known.has_domain => {
            format!(
                "; the share's server has groups of its own, which only that server knows: \
                 {effective} decides"
            )
        }
        Some(_) if view.is_share => format!(
            "; `--token '{name}=SID,…'` with what `whoami /groups` shows for it tells its groups \
             of the domain; of those of the share's server {effective} decides"
        ),
        Some(_) => {
            format!("; `--token '{name}=SID,…'` with what `whoami /groups` shows for it decides")
        }
    }
}

/// The name of an account without its domain, where it has one by which it can be told from others.
fn short_name(name: &str, computer: Option<&str>) -> Option<String> {
    if let Some(server) = computer {
        return Some(computer_account(server).to_lowercase());
    }
    match Account::from_text(name).ok()?.form() {
        AccountForm::Name { name, .. } | AccountForm::Bare(name) => Some(name.to_lowercase()),
        _ => None,
    }
}

/// Whether two accounts are not one, by their names.
fn are_two(one: Option<String>, two: Option<String>) -> bool {
    one.is_some() && two.is_some() && one != two
}

/// Whether the account surely does not hold a SID.
fn lacks(
    case: &Case<'_>,
    view: &View<'_>,
    party: &ServiceAccount<'_>,
    own: Option<&Sid>,
    known: &Known,
    trustee: &Sid,
) -> bool {
    if own == Some(trustee) || known.groups.contains(trustee) {
        return false;
    }
    if view.is_elsewhere(trustee) {
        return true;
    }
    let own_name = || short_name(party.account.as_str(), party.computer);
    let is_other = |name: &str, computer: Option<&str>| {
        own.is_some() || are_two(own_name(), short_name(name, computer))
    };
    // Another account has no members.
    if let Some(Answer::Known(found)) = view.seen.names.get(trustee)
        && found.kind.is_account()
    {
        return is_other(&found.name, None);
    }
    // Groups may be among those that were given.
    let parties = case.farm.service_accounts(view.location());
    let is_party = |seen: &&AccountSeen| {
        parties
            .iter()
            .any(|it| is_it(it, &seen.name, seen.computer.as_deref()))
    };
    let of_folder = view
        .seen
        .accounts
        .iter()
        .filter(is_party)
        .filter_map(|seen| match &seen.sid {
            Answer::Known(sid) => Some((sid, &seen.name, &seen.computer)),
            _ => None,
        });
    let listed_accounts = case
        .facts
        .directory
        .iter()
        .flat_map(|directory| &directory.accounts);
    let of_directory = listed_accounts.filter_map(|listed| match &listed.answer {
        Answer::Known(entry) => Some((&entry.sid, &listed.name, &listed.server)),
        _ => None,
    });
    let mut accounts = of_folder
        .chain(of_directory)
        .filter(|(sid, ..)| *sid == trustee);
    if accounts.any(|(_, name, computer)| is_other(name, computer.as_deref())) {
        return true;
    }
    let domain = own.and_then(Sid::domain);
    known.has_domain && domain.is_some() && trustee.domain() == domain
}
