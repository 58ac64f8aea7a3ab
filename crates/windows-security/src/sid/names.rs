//! The names and SDDL aliases of SIDs that are the same on every machine.

use super::well_known::{LOCAL_RIDS, WELL_KNOWN, WellKnown};
use super::{DomainAlias, Sid, normalized_name};

impl Sid {
    /// Returns the English name that Windows displays, or `None` if it differs between machines.
    /// Names that every domain or machine has, such as `Domain Admins`, are returned without the
    /// domain.
    pub fn name(&self) -> Option<&'static str> {
        if let Some(row) = WELL_KNOWN.iter().find(|row| row.is(self)) {
            return Some(row.name);
        }
        let rid = self.domain().and_then(|_| self.rid())?;
        let of_domain = DomainAlias::all()
            .iter()
            .map(|alias| (alias.rid, alias.name));
        LOCAL_RIDS
            .iter()
            .copied()
            .chain(of_domain)
            .find(|(number, _)| *number == rid)
            .map(|(_, name)| name)
    }

    /// Returns the SID of a well-known name, with or without the part before the backslash, or of
    /// an SDDL alias. Spaces and case are ignored.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_account_name(name).or_else(|| Self::from_alias(name.trim()))
    }

    /// Returns the SID of a name that means the same on every machine, with or without the part
    /// before the backslash: in English, or as a Windows in another display language shows it.
    /// Spaces and case are ignored.
    pub fn from_account_name(name: &str) -> Option<Self> {
        let wanted = normalized_name(name);
        let row = WELL_KNOWN.iter().find(|row| row.is_called(&wanted));
        row.map(WellKnown::sid)
    }

    /// Returns the names that Windows shows in other display languages, with the part before the
    /// backslash.
    pub fn localized_names() -> impl Iterator<Item = &'static str> {
        let names = WELL_KNOWN.iter().flat_map(|row| row.localized);
        names.copied()
    }

    /// Returns the SDDL alias of the SID, or `None` if it has none or depends on a domain.
    pub(crate) fn alias(&self) -> Option<&'static str> {
        WELL_KNOWN
            .iter()
            .find(|row| !row.alias.is_empty() && row.is(self))
            .map(|row| row.alias)
    }

    /// Returns the SID of an SDDL alias, or `None` if it is unknown or depends on a domain.
    pub(crate) fn from_alias(alias: &str) -> Option<Self> {
        WELL_KNOWN
            .iter()
            .find(|row| row.has_alias(alias))
            .map(WellKnown::sid)
    }
}
