//! Whose rights are asked about: an account with its groups, as far as they are known.

use crate::Sid;
use crate::sid::DomainAlias;
use std::collections::BTreeSet;

/// The SIDs of an account and of its groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Token {
    holds: BTreeSet<Sid>,
    lacks: BTreeSet<Sid>,
    /// It may or may not hold these, and every SID that continues one of them.
    perhaps: BTreeSet<Sid>,
}

/// Whether a token holds a SID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It is not known.
    Unknown,
}

/// How an account has logged on.
#[derive(Clone, Copy)]
enum Logon {
    Service,
    Network,
}

impl Token {
    /// Returns a token of these SIDs and no others.
    pub fn exactly(sids: impl IntoIterator<Item = Sid>) -> Self {
        Self {
            holds: sids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns the token of an account under which a service runs on its own server: with Everyone,
    /// Authenticated Users, This Organization and SERVICE. SYSTEM is an administrator as well.
    /// Everyone, Authenticated Users and ANONYMOUS LOGON stand for accounts of which no more is
    /// known.
    pub fn for_service(account: Sid) -> Self {
        Self::logged_on(account, Logon::Service)
    }

    /// Returns the token of an account that comes over the network, to a share: with NETWORK in
    /// place of SERVICE.
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

    /// Returns the token with a group that it holds.
    #[must_use]
    pub fn with(mut self, group: Sid) -> Self {
        self.holds.insert(group);
        self
    }

    /// Returns the token with a group that it does not hold.
    #[must_use]
    pub fn without(mut self, group: Sid) -> Self {
        self.lacks.insert(group);
        self
    }

    /// Returns the token with a SID that it may or may not hold. Those that continue it count as
    /// well: of `S-1-5-21-1-2-3` any group of that domain or machine, of `S-1-5-32` any group
    /// that machines have for themselves.
    #[must_use]
    pub fn perhaps(mut self, start: Sid) -> Self {
        self.perhaps.insert(start);
        self
    }

    /// Returns whether the token holds a SID.
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

    /// Returns whether the token may hold a group that every domain has, if it is not known which
    /// domain is meant.
    pub fn may_hold(&self, alias: &DomainAlias) -> bool {
        // A SID that leaves room for the group's number, such as a domain's own.
        self.holds.iter().any(|sid| alias.fits(sid))
            || self
                .perhaps
                .iter()
                .any(|start| alias.fits(start) || start.may_start_domain())
    }

    /// Returns the SIDs that it surely holds, sorted.
    pub fn sids(&self) -> impl Iterator<Item = &Sid> {
        self.holds.iter()
    }
}
