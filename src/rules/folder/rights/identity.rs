//! What is known of an account on the folder's server: its SID, and the groups that it is in.

use super::view::FolderView;
use crate::facts::directory::AccountFacts;
use crate::facts::{Answer, Facts, Failure, ObservedAccount};
use crate::farm::values::{Account, AccountForm, FromText, computer_account};
use crate::farm::{AccountRole, Farm, ServiceAccount};
use crate::rules::Case;
use std::collections::BTreeSet;
use windows_security::{Sid, Token};

/// What is known of an account on the folder's server.
pub(super) struct Identity<'a> {
    farm: &'a Farm,
    facts: &'a Facts,
    view: &'a FolderView<'a>,
    service_account: ServiceAccount<'a>,
    sid: Option<Sid>,
    /// What the folder's server answered if it knows no such account.
    unknown_reason: Option<&'a str>,
    /// Why the folder's server gave no usable answer to the name, if it was asked.
    failure: Option<&'a Failure>,
    groups: KnownGroups,
}

impl<'a> Identity<'a> {
    pub(super) fn new(
        case: &'a Case<'_>,
        view: &'a FolderView<'_>,
        service_account: ServiceAccount<'a>,
    ) -> Self {
        let observed = view.facts.accounts.iter().find(|account| {
            is_account_of(&service_account, &account.name, account.computer.as_deref())
        });
        let listed = directory_accounts(case.facts).find(|account| {
            is_account_of(&service_account, &account.name, account.server.as_deref())
        });
        let sid = known_sid(view, &service_account, observed, listed);
        let groups = KnownGroups::new(view, sid.as_ref(), observed, listed);
        let unknown_reason = match observed.map(|account| &account.sid) {
            Some(Answer::Absent(why)) if sid.is_none() => Some(why.as_str()),
            _ => None,
        };
        let failure = match observed.map(|account| &account.sid) {
            Some(Answer::Failed(failure)) if sid.is_none() => Some(failure),
            _ => None,
        };
        Self {
            unknown_reason,
            failure,
            farm: case.farm,
            facts: case.facts,
            view,
            service_account,
            sid,
            groups,
        }
    }

    /// Returns what the folder's server answered if it knows no account of this name.
    pub(super) fn unknown_to_windows(&self) -> Option<&'a str> {
        self.unknown_reason
    }

    /// Returns why the folder's server could not look the name up, or `None` if it did or was not
    /// asked.
    pub(super) fn failure(&self) -> Option<&'a Failure> {
        self.failure
    }

    pub(super) fn into_sid(self) -> Option<Sid> {
        self.sid
    }

    /// Returns the token that the account has on the folder's server, as far as it is known.
    pub(super) fn token(&self) -> Token {
        let mut token = if self.groups.is_complete {
            with_unknown_logon(self.base_token())
        } else {
            with_unknown_groups(self.base_token())
        };
        for group in &self.groups.sids {
            token = token.with(group.clone());
        }
        let others = self.sids_of_other_accounts();
        for trustee in self.view.trustees() {
            if self.certainly_lacks(&trustee, &others) {
                token = token.without(trustee);
            }
        }
        token
    }

    /// Returns the account's SID with the groups that everyone has who logs on this way.
    fn base_token(&self) -> Token {
        let mut token = match &self.sid {
            Some(sid) if self.view.is_share() => Token::over_network(sid.clone()),
            Some(sid) => Token::for_service(sid.clone()),
            // Any account has these.
            None => [
                Sid::everyone(),
                Sid::nt(11),
                Sid::nt(15),
                Sid::nt(if self.view.is_share() { 2 } else { 6 }),
            ]
            .into_iter()
            .fold(Token::default(), Token::with),
        };
        // The owner of a message is the account that wrote it. On a share that is the account of
        // some computer; users do not write messages.
        if self.view.is_share() && !self.is_user() {
            token = token.perhaps(Sid::creator_owner());
        }
        // An application pool logs on as a batch job or as a service, depending on IIS.
        if !self.view.is_share() && !matches!(self.service_account.role, AccountRole::Timer) {
            token = token.perhaps(Sid::nt(3));
        }
        token
    }

    /// Returns whether the account is certainly not a computer's.
    fn is_user(&self) -> bool {
        match self.service_account.account.form() {
            AccountForm::Name { name, .. }
            | AccountForm::Bare(name)
            | AccountForm::Principal { name, .. } => !name.ends_with('$'),
            AccountForm::Anonymous => true,
            _ => false,
        }
    }

    /// Says how to find out which groups the account is in, as the end of a sentence.
    pub(super) fn groups_hint(&self) -> String {
        const EFFECTIVE: &str =
            "the tab \"Effective Access\" (Properties, Security, Advanced) on the file server";
        let name = self.service_account.account.as_str();
        if self.groups.is_complete {
            return String::new();
        }
        if self.sid.is_none() {
            return match self.service_account.computer {
                Some(_) => "; gather the folder's facts with an account that may ask its server \
                            for the computer's SID"
                    .to_owned(),
                None => format!("; `--sid '{name}=SID'` says which SID it has"),
            };
        }
        match (self.view.is_share(), self.groups.has_domain) {
            (true, true) => format!(
                "; the account may be in local groups of the file server: {EFFECTIVE} shows \
                 its rights"
            ),
            (true, false) => format!(
                "; name its domain groups with `--token '{name}=SID,…'`, from `whoami /groups` as \
                 this account, or check {EFFECTIVE}, which counts the server's local groups too"
            ),
            (false, _) => {
                format!(
                    "; name its groups with `--token '{name}=SID,…'`, from `whoami /groups` as \
                     this account"
                )
            }
        }
    }

    /// Returns whether a SID in the ACL is certainly not in the account's token.
    fn certainly_lacks(&self, trustee: &Sid, others: &BTreeSet<&Sid>) -> bool {
        if self.sid.as_ref() == Some(trustee) || self.groups.sids.contains(trustee) {
            return false;
        }
        if self.view.is_of_other_machine(trustee) {
            return true;
        }
        // An account has no members, so it matters only if it is this one.
        if let Some(found) = self
            .view
            .facts
            .names
            .get(trustee)
            .and_then(|name| name.known())
            && found.kind.is_account()
        {
            return self.is_other_account(&found.name, None);
        }
        if others.contains(trustee) {
            return true;
        }
        let domain = self.sid.as_ref().and_then(Sid::domain);
        self.groups.has_domain && domain.is_some() && trustee.domain() == domain
    }

    /// Returns the SIDs that are known to be those of other accounts of the farm. Groups may be given,
    /// too. All are found at once: there may be as many accounts as ACEs.
    fn sids_of_other_accounts(&self) -> BTreeSet<&Sid> {
        let key = |name: &str, computer: Option<&str>| {
            let computer = computer.map(str::to_ascii_lowercase);
            (name.to_lowercase(), computer)
        };
        let known = self.farm.service_accounts(self.view.location);
        let known: BTreeSet<_> = known
            .iter()
            .map(|known| key(known.account.as_str(), known.computer))
            .collect();
        let is_of_farm = |account: &&ObservedAccount| {
            known.contains(&key(&account.name, account.computer.as_deref()))
        };
        let observed = self.view.facts.accounts.iter().filter(is_of_farm);
        let observed = observed.filter_map(|account| {
            let sid = account.sid.known()?;
            let computer = account.computer.as_deref();
            self.is_other_account(&account.name, computer)
                .then_some(sid)
        });
        let listed = directory_accounts(self.facts).filter_map(|account| {
            let entry = account.answer.known()?;
            let server = account.server.as_deref();
            self.is_other_account(&account.name, server)
                .then_some(&entry.sid)
        });
        observed.chain(listed).collect()
    }

    /// Returns whether an account with another SID is certainly not this one. If this one's SID is
    /// not known, their names decide.
    fn is_other_account(&self, name: &str, computer: Option<&str>) -> bool {
        if self.sid.is_some() {
            return true;
        }
        let own = short_name(
            self.service_account.account.as_str(),
            self.service_account.computer,
        );
        let other = short_name(name, computer);
        own.is_some() && other.is_some() && own != other
    }
}

/// Returns an account's name in lowercase and without its domain, or `None` if it has no name that
/// can be compared.
fn short_name(name: &str, computer: Option<&str>) -> Option<String> {
    if let Some(server) = computer {
        return Some(computer_account(server).to_lowercase());
    }
    match Account::from_text(name).ok()?.form() {
        AccountForm::Name { name, .. } | AccountForm::Bare(name) => Some(name.to_lowercase()),
        _ => None,
    }
}

/// What is known of an account's groups on the folder's server.
struct KnownGroups {
    /// The groups that count there.
    sids: BTreeSet<Sid>,
    /// Whether there are no others.
    is_complete: bool,
    /// Whether all groups of the account's own domain are among them.
    has_domain: bool,
}

impl KnownGroups {
    fn new(
        view: &FolderView<'_>,
        own: Option<&Sid>,
        observed: Option<&ObservedAccount>,
        listed: Option<&AccountFacts>,
    ) -> Self {
        if let Some(sids) = observed.and_then(|account| account.token.known()) {
            return Self::from_token(view, own, sids);
        }
        let listed = listed
            .and_then(|account| account.answer.known())
            .and_then(|entry| entry.token.known());
        let sids = listed.into_iter().flat_map(|token| &token.sids);
        Self {
            sids: sids
                .filter(|sid| !sid.is_builtin() && !sid.is_logon_specific())
                .cloned()
                .collect(),
            is_complete: !view.is_share() && own == Some(&Sid::nt(18)),
            has_domain: listed.is_some(),
        }
    }

    /// Takes the groups from a token that the account had somewhere, without those that tell of
    /// that logon. A share's server makes its own token: it leaves out the groups of other
    /// machines and adds its own.
    fn from_token(view: &FolderView<'_>, own: Option<&Sid>, sids: &[Sid]) -> Self {
        Self {
            sids: sids
                .iter()
                .filter(|sid| !sid.is_logon_specific())
                .filter(|sid| !view.is_share() || counts_on_share(view, own, sid))
                .cloned()
                .collect(),
            is_complete: !view.is_share(),
            has_domain: true,
        }
    }
}

/// Returns whether the share's server puts a group of the account into its token: one of the
/// account's own domain, or one that the server knows.
fn counts_on_share(view: &FolderView<'_>, own: Option<&Sid>, group: &Sid) -> bool {
    let Some(domain) = group.domain() else {
        return false;
    };
    own.and_then(Sid::domain) == Some(domain) || view.name(group).is_some()
}

/// Returns the account's SID from the first source that knows it.
fn known_sid(
    view: &FolderView<'_>,
    service_account: &ServiceAccount<'_>,
    observed: Option<&ObservedAccount>,
    listed: Option<&AccountFacts>,
) -> Option<Sid> {
    if let Some(sid) = observed.and_then(|account| account.sid.known()) {
        return Some(sid.clone());
    }
    if let Some(entry) = listed.and_then(|account| account.answer.known()) {
        return Some(entry.sid.clone());
    }
    match service_account.account.form() {
        AccountForm::Computer if view.is_share() => None,
        AccountForm::Anonymous if view.is_share() => Some(Sid::nt(7)),
        AccountForm::Computer | AccountForm::Anonymous => well_known_sid(service_account.account),
        AccountForm::Sid(sid) => Some(sid),
        _ => sid_by_name(view, service_account.account.as_str()),
    }
}

/// Returns the SID in the ACL whose name on the folder's server is this.
fn sid_by_name(view: &FolderView<'_>, name: &str) -> Option<Sid> {
    for (sid, answer) in &view.facts.names {
        if let Some(found) = answer.known()
            && found.kind.is_account()
            && Account::same(&found.name, name)
        {
            return Some(sid.clone());
        }
    }
    None
}

/// Returns the SID that an account's name stands for everywhere, or that it is.
pub(super) fn well_known_sid(account: &Account) -> Option<Sid> {
    let text = account.as_str();
    Sid::from_account_name(text).or_else(|| text.parse().ok())
}

/// Returns whether an account by this name, of this computer, is the service account.
fn is_account_of(service_account: &ServiceAccount<'_>, name: &str, computer: Option<&str>) -> bool {
    let same_computer = match (service_account.computer, computer) {
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        (None, None) => true,
        _ => false,
    };
    same_computer && Account::same(service_account.account.as_str(), name)
}

fn directory_accounts(facts: &Facts) -> impl Iterator<Item = &AccountFacts> {
    facts
        .directory
        .iter()
        .flat_map(|directory| &directory.accounts)
}

/// Adds the groups that an account may be in if they are not known.
pub(super) fn with_unknown_groups(token: Token) -> Token {
    // Groups of domains and machines (21), groups that every machine has (32), services (80),
    // application pools (82), local accounts (113, 114).
    let possible = [21, 32, 80, 82, 113, 114].into_iter().map(Sid::nt);
    with_unknown_logon(possible.fold(token, Token::perhaps))
}

/// Adds the SIDs that tell how and where the account logged on, which is not known.
fn with_unknown_logon(token: Token) -> Token {
    let possible = [Some(Sid::nt(64)), Sid::new(18, &[]), Sid::new(2, &[])];
    possible.into_iter().flatten().fold(token, Token::perhaps)
}
