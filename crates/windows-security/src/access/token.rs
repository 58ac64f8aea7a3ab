//! The token whose rights are checked: an account with its groups, as far as they are known.

use crate::Sid;
use crate::sid::DomainAlias;
use std::collections::BTreeSet;

/// The SIDs of an account and of its groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Token {
    holds: BTreeSet<Sid>,
    lacks: BTreeSet<Sid>,
    /// SIDs that the token may or may not contain. Each stands for every SID that starts with it,
    /// too.
    perhaps: BTreeSet<Sid>,
}

/// Whether a token contains a SID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// The token contains it.
    Yes,
    /// The token does not contain it.
    No,
    /// Not known.
    Unknown,
}

/// How an account has logged on.
#[derive(Clone, Copy)]
enum Logon {
    Service,
    Network,
}

impl Token {
    /// Returns a token of exactly these SIDs.
    pub fn exactly(sids: impl IntoIterator<Item = Sid>) -> Self {
        Self {
            holds: sids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns the token of a service's account on the service's own server: with Everyone,
    /// Authenticated Users, This Organization and SERVICE. SYSTEM also gets BUILTIN\Administrators.
    /// The accounts Everyone, Authenticated Users and ANONYMOUS LOGON stand for accounts of which
    /// nothing else is known.
    pub fn for_service(account: Sid) -> Self {
        Self::logged_on(account, Logon::Service)
    }

    /// Returns the token of an account that connects to a share over the network: with NETWORK
    /// instead of SERVICE.
    pub fn over_network(account: Sid) -> Self {
        Self::logged_on(account, Logon::Network)
    }

    fn logged_on(account: Sid, logon: Logon) -> Self {
        let [everyone, authenticated, anonymous] = [Sid::everyone(), Sid::nt(11), Sid::nt(7)];
        if account == everyone || account == anonymous {
            return Self::exactly([account]);
        }
        if account == authenticated {
            return Self::exactly([account, everyone]);
        }
        let logon = match logon {
            Logon::Service => Sid::nt(6),
            Logon::Network => Sid::nt(2),
        };
        let is_system = account == Sid::nt(18);
        let token = Self::exactly([account, everyone, authenticated, Sid::nt(15), logon]);
        if is_system {
            token.with(Sid::builtin(544))
        } else {
            token
        }
    }

    /// Returns the token with a group added.
    #[must_use]
    pub fn with(mut self, group: Sid) -> Self {
        self.holds.insert(group);
        self
    }

    /// Returns the token without a group.
    #[must_use]
    pub fn without(mut self, group: Sid) -> Self {
        self.lacks.insert(group);
        self
    }

    /// Returns the token with a SID that it may or may not contain. All SIDs that start with it
    /// count as well: `S-1-5-21-1-2-3` stands for every group of that domain or machine, `S-1-5-32`
    /// for every built-in group.
    #[must_use]
    pub fn perhaps(mut self, start: Sid) -> Self {
        self.perhaps.insert(start);
        self
    }

    /// Returns whether the token contains a SID.
    pub fn membership(&self, sid: &Sid) -> Membership {
        if self.holds.contains(sid) {
            Membership::Yes
        } else if !self.lacks.contains(sid)
            && self.perhaps.iter().any(|start| start.is_start_of(sid))
        {
            Membership::Unknown
        } else {
            Membership::No
        }
    }

    /// Returns whether the token may contain the group of an alias, if the domain of the alias is
    /// not known.
    pub fn may_hold(&self, alias: &DomainAlias) -> bool {
        // This includes a domain's own SID, to which a group's relative identifier could be added.
        self.holds.iter().any(|sid| alias.fits(sid))
            || self
                .perhaps
                .iter()
                .any(|start| alias.fits(start) || start.may_start_domain())
    }

    /// Returns the SIDs that the token certainly contains, sorted.
    pub fn sids(&self) -> impl Iterator<Item = &Sid> {
        self.holds.iter()
    }
}
