//! Whose rights are asked about: an account with its groups, as far as they are known.

use super::super::Sid;
use super::super::sid::DomainAlias;
use std::collections::BTreeSet;

/// The identifiers that an account comes with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Token {
    holds: BTreeSet<Sid>,
    lacks: BTreeSet<Sid>,
    /// It may or may not hold these, and whatever goes on from them.
    perhaps: BTreeSet<Sid>,
}

/// Whether a token holds an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    Yes,
    No,
    /// It is not known.
    Unknown,
}

impl Token {
    /// These identifiers and no other.
    pub fn exactly(sids: impl IntoIterator<Item = Sid>) -> Self {
        Self {
            holds: sids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// An account as a service of it runs on its own server: with Everyone, Authenticated Users,
    /// This Organization and SERVICE. SYSTEM is an administrator as well. Everyone,
    /// Authenticated Users and ANONYMOUS LOGON stand for those of whom no more is known.
    pub fn for_service(account: Sid) -> Self {
        Self::logged_on(account, 6)
    }

    /// An account that comes over the network, to a share: with NETWORK in place of SERVICE.
    pub fn over_network(account: Sid) -> Self {
        Self::logged_on(account, 2)
    }

    fn logged_on(account: Sid, way: u32) -> Self {
        let [everyone, authenticated, anonymous] = [Sid::everyone(), Sid::nt(11), Sid::nt(7)];
        if account == everyone || account == anonymous {
            return Self::exactly([account]);
        }
        if account == authenticated {
            return Self::exactly([account, everyone]);
        }
        let is_system = account == Sid::nt(18);
        let token = Self::exactly([account, everyone, authenticated, Sid::nt(15), Sid::nt(way)]);
        if is_system {
            token.with(Sid::builtin(544))
        } else {
            token
        }
    }

    /// The token with a group that it holds.
    #[must_use]
    pub fn with(mut self, group: Sid) -> Self {
        self.holds.insert(group);
        self
    }

    /// The token with a group that it does not hold.
    #[must_use]
    pub fn without(mut self, group: Sid) -> Self {
        self.lacks.insert(group);
        self
    }

    /// The token with an identifier that it may or may not hold. Those that go on from it count as
    /// well: of `S-1-5-21-1-2-3` any group of that domain or machine, of `S-1-5-32` any group
    /// that machines have for themselves.
    #[must_use]
    pub fn perhaps(mut self, start: Sid) -> Self {
        self.perhaps.insert(start);
        self
    }

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

    /// Whether it may hold a group that every domain has, when it is not known which domain is
    /// meant.
    pub fn may_hold(&self, alias: &DomainAlias) -> bool {
        let is_ntacl = |sid: &Sid| sid.rid() == Some(alias.rid) && sid.domain().is_some();
        // A start with room for the group's number, such as a domain's own identifier.
        let leads_to_one = |start: &Sid| is_ntacl(start) || start.may_start_domain();
        self.holds.iter().any(is_ntacl) || self.perhaps.iter().any(leads_to_one)
    }

    /// The identifiers that it surely holds, in order.
    pub fn sids(&self) -> impl Iterator<Item = &Sid> {
        self.holds.iter()
    }
}
