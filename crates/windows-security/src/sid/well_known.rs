//! The tables of well-known SIDs, and of the groups that every domain has (MS-DTYP 2.4.2.4,
//! 2.5.1.1). `HO` and `SH` are only in the Windows SDK's `sddl.h`.

use super::{BUILTIN, NT, Sid, normalized_name};

/// A SID that has the same meaning on every machine.
pub(super) struct WellKnown {
    /// Its SDDL alias, or empty if it has none.
    pub alias: &'static str,
    authority: u64,
    parts: &'static [u32],
    /// The name that Windows displays.
    pub name: &'static str,
    /// Other names in use.
    pub others: &'static [&'static str],
    /// As Windows shows it in other display languages.
    pub localized: &'static [&'static str],
}

impl WellKnown {
    /// Returns whether this is one of its names. `wanted` is lowercase and without spaces.
    pub(super) fn is_called(&self, wanted: &str) -> bool {
        let is_this = |name: &str| {
            let full = normalized_name(name);
            let short = full.split_once('\\').map(|(_, short)| short);
            wanted == full || short == Some(wanted)
        };
        let mut others = self.others.iter().map(|other| normalized_name(other));
        is_this(self.name)
            || others.any(|other| other == wanted)
            || self.localized.iter().any(|name| is_this(name))
    }

    /// Returns whether this is its SDDL alias, case-insensitive.
    pub(super) fn has_alias(&self, alias: &str) -> bool {
        !self.alias.is_empty() && self.alias.eq_ignore_ascii_case(alias)
    }

    /// Returns whether this is its SID.
    pub(super) fn is(&self, sid: &Sid) -> bool {
        self.authority == sid.authority && self.parts == sid.parts
    }

    pub(super) fn sid(&self) -> Sid {
        Sid {
            authority: self.authority,
            parts: self.parts.to_vec(),
        }
    }
}

const fn row(
    alias: &'static str,
    authority: u64,
    parts: &'static [u32],
    name: &'static str,
) -> WellKnown {
    WellKnown {
        alias,
        authority,
        parts,
        name,
        others: &[],
        localized: &[],
    }
}

const fn also(row: WellKnown, others: &'static [&'static str]) -> WellKnown {
    WellKnown { others, ..row }
}

const fn localized(row: WellKnown, localized: &'static [&'static str]) -> WellKnown {
    WellKnown { localized, ..row }
}

pub(super) static WELL_KNOWN: &[WellKnown] = &[
    row("", 0, &[0], "NULL SID"),
    row("WD", 1, &[0], "Everyone"),
    row("", 2, &[0], "LOCAL"),
    row("", 2, &[1], "CONSOLE LOGON"),
    row("CO", 3, &[0], "CREATOR OWNER"),
    row("CG", 3, &[1], "CREATOR GROUP"),
    row("", 3, &[2], "CREATOR OWNER SERVER"),
    row("", 3, &[3], "CREATOR GROUP SERVER"),
    row("OW", 3, &[4], "OWNER RIGHTS"),
    row("", NT, &[1], "NT AUTHORITY\\DIALUP"),
    row("NU", NT, &[2], "NT AUTHORITY\\NETWORK"),
    row("", NT, &[3], "NT AUTHORITY\\BATCH"),
    row("IU", NT, &[4], "NT AUTHORITY\\INTERACTIVE"),
    row("SU", NT, &[6], "NT AUTHORITY\\SERVICE"),
    row("AN", NT, &[7], "NT AUTHORITY\\ANONYMOUS LOGON"),
    row("", NT, &[8], "NT AUTHORITY\\PROXY"),
    row(
        "ED",
        NT,
        &[9],
        "NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS",
    ),
    row("PS", NT, &[10], "NT AUTHORITY\\SELF"),
    row("AU", NT, &[11], "NT AUTHORITY\\Authenticated Users"),
    row("RC", NT, &[12], "NT AUTHORITY\\RESTRICTED"),
    row("", NT, &[13], "NT AUTHORITY\\TERMINAL SERVER USER"),
    row("", NT, &[14], "NT AUTHORITY\\REMOTE INTERACTIVE LOGON"),
    row("", NT, &[15], "NT AUTHORITY\\This Organization"),
    row("", NT, &[17], "NT AUTHORITY\\IUSR"),
    // The names in other languages: Microsoft, "Configure Windows service accounts and permissions"
    // of SQL Server, section "Localized service names".
    localized(
        also(
            row("SY", NT, &[18], "NT AUTHORITY\\SYSTEM"),
            &["LocalSystem", "Local System"],
        ),
        &[
            "NT-AUTORITÄT\\SYSTEM",
            "AUTORITE NT\\SYSTEM",
            "NT AUTHORITY\\СИСТЕМА",
        ],
    ),
    localized(
        also(
            row("LS", NT, &[19], "NT AUTHORITY\\LOCAL SERVICE"),
            &["NT AUTHORITY\\LocalService"],
        ),
        &[
            "NT-AUTORITÄT\\LOKALER DIENST",
            "AUTORITE NT\\SERVICE LOCAL",
            "NT AUTHORITY\\SERVIZIO LOCALE",
            "NT AUTHORITY\\SERVICIO LOC",
        ],
    ),
    localized(
        also(
            row("NS", NT, &[20], "NT AUTHORITY\\NETWORK SERVICE"),
            &["NT AUTHORITY\\NetworkService"],
        ),
        &[
            "NT-AUTORITÄT\\NETZWERKDIENST",
            "AUTORITE NT\\SERVICE RÉSEAU",
            "NT AUTHORITY\\SERVIZIO DI RETE",
            "NT AUTHORITY\\SERVICIO DE RED",
        ],
    ),
    row("WR", NT, &[33], "NT AUTHORITY\\WRITE RESTRICTED"),
    row("", NT, &[113], "NT AUTHORITY\\Local account"),
    row(
        "",
        NT,
        &[114],
        "NT AUTHORITY\\Local account and member of Administrators group",
    ),
    row("", NT, &[1000], "NT AUTHORITY\\Other Organization"),
    localized(
        row("BA", NT, &[BUILTIN, 544], "BUILTIN\\Administrators"),
        &[
            "VORDEFINIERT\\Administratoren",
            "BUILTIN\\Administradores",
            "BUILTIN\\Администраторы",
        ],
    ),
    row("BU", NT, &[BUILTIN, 545], "BUILTIN\\Users"),
    row("BG", NT, &[BUILTIN, 546], "BUILTIN\\Guests"),
    row("PU", NT, &[BUILTIN, 547], "BUILTIN\\Power Users"),
    row("AO", NT, &[BUILTIN, 548], "BUILTIN\\Account Operators"),
    row("SO", NT, &[BUILTIN, 549], "BUILTIN\\Server Operators"),
    row("PO", NT, &[BUILTIN, 550], "BUILTIN\\Print Operators"),
    row("BO", NT, &[BUILTIN, 551], "BUILTIN\\Backup Operators"),
    row("RE", NT, &[BUILTIN, 552], "BUILTIN\\Replicator"),
    row(
        "RU",
        NT,
        &[BUILTIN, 554],
        "BUILTIN\\Pre-Windows 2000 Compatible Access",
    ),
    row("RD", NT, &[BUILTIN, 555], "BUILTIN\\Remote Desktop Users"),
    row(
        "NO",
        NT,
        &[BUILTIN, 556],
        "BUILTIN\\Network Configuration Operators",
    ),
    row(
        "",
        NT,
        &[BUILTIN, 557],
        "BUILTIN\\Incoming Forest Trust Builders",
    ),
    row(
        "MU",
        NT,
        &[BUILTIN, 558],
        "BUILTIN\\Performance Monitor Users",
    ),
    row("LU", NT, &[BUILTIN, 559], "BUILTIN\\Performance Log Users"),
    row(
        "",
        NT,
        &[BUILTIN, 560],
        "BUILTIN\\Windows Authorization Access Group",
    ),
    row(
        "",
        NT,
        &[BUILTIN, 561],
        "BUILTIN\\Terminal Server License Servers",
    ),
    row("", NT, &[BUILTIN, 562], "BUILTIN\\Distributed COM Users"),
    row("IS", NT, &[BUILTIN, 568], "BUILTIN\\IIS_IUSRS"),
    row(
        "CY",
        NT,
        &[BUILTIN, 569],
        "BUILTIN\\Cryptographic Operators",
    ),
    row("ER", NT, &[BUILTIN, 573], "BUILTIN\\Event Log Readers"),
    row(
        "CD",
        NT,
        &[BUILTIN, 574],
        "BUILTIN\\Certificate Service DCOM Access",
    ),
    row(
        "RA",
        NT,
        &[BUILTIN, 575],
        "BUILTIN\\RDS Remote Access Servers",
    ),
    row("ES", NT, &[BUILTIN, 576], "BUILTIN\\RDS Endpoint Servers"),
    row("MS", NT, &[BUILTIN, 577], "BUILTIN\\RDS Management Servers"),
    row("HA", NT, &[BUILTIN, 578], "BUILTIN\\Hyper-V Administrators"),
    row(
        "AA",
        NT,
        &[BUILTIN, 579],
        "BUILTIN\\Access Control Assistance Operators",
    ),
    row(
        "RM",
        NT,
        &[BUILTIN, 580],
        "BUILTIN\\Remote Management Users",
    ),
    row(
        "HO",
        NT,
        &[BUILTIN, 584],
        "BUILTIN\\User Mode Hardware Operators",
    ),
    row("SH", NT, &[BUILTIN, 585], "BUILTIN\\OpenSSH Users"),
    row("", NT, &[64, 10], "NT AUTHORITY\\NTLM Authentication"),
    row("", NT, &[64, 14], "NT AUTHORITY\\SChannel Authentication"),
    row("", NT, &[64, 21], "NT AUTHORITY\\Digest Authentication"),
    row("", NT, &[80, 0], "NT SERVICE\\ALL SERVICES"),
    row(
        "UD",
        NT,
        &[84, 0, 0, 0, 0, 0],
        "NT AUTHORITY\\USER MODE DRIVERS",
    ),
    row(
        "AC",
        15,
        &[2, 1],
        "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES",
    ),
    row("LW", 16, &[4096], "Mandatory Label\\Low Mandatory Level"),
    row("ME", 16, &[8192], "Mandatory Label\\Medium Mandatory Level"),
    row(
        "MP",
        16,
        &[8448],
        "Mandatory Label\\Medium Plus Mandatory Level",
    ),
    row("HI", 16, &[12288], "Mandatory Label\\High Mandatory Level"),
    row(
        "SI",
        16,
        &[16384],
        "Mandatory Label\\System Mandatory Level",
    ),
    row("AS", 18, &[1], "Authentication authority asserted identity"),
    row("SS", 18, &[2], "Service asserted identity"),
];

/// A group or account that every domain has. Its SDDL alias identifies it only together with a
/// domain.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainAlias {
    /// Its two letters in SDDL.
    pub alias: &'static str,
    /// Its relative identifier, the last subauthority of its SID.
    pub rid: u32,
    /// The name that Windows displays, without the domain.
    pub name: &'static str,
    /// Whether it belongs to the forest's root domain, even in a text about another domain.
    pub is_forest_wide: bool,
}

const fn domain_alias(alias: &'static str, rid: u32, name: &'static str) -> DomainAlias {
    DomainAlias {
        alias,
        rid,
        name,
        is_forest_wide: false,
    }
}

const fn forest_alias(alias: &'static str, rid: u32, name: &'static str) -> DomainAlias {
    DomainAlias {
        alias,
        rid,
        name,
        is_forest_wide: true,
    }
}

static DOMAIN_ALIASES: &[DomainAlias] = &[
    forest_alias("RO", 498, "Enterprise Read-only Domain Controllers"),
    domain_alias("LA", 500, "Administrator"),
    domain_alias("LG", 501, "Guest"),
    domain_alias("DA", 512, "Domain Admins"),
    domain_alias("DU", 513, "Domain Users"),
    domain_alias("DG", 514, "Domain Guests"),
    domain_alias("DC", 515, "Domain Computers"),
    domain_alias("DD", 516, "Domain Controllers"),
    domain_alias("CA", 517, "Cert Publishers"),
    forest_alias("SA", 518, "Schema Admins"),
    forest_alias("EA", 519, "Enterprise Admins"),
    domain_alias("PA", 520, "Group Policy Creator Owners"),
    domain_alias("CN", 522, "Cloneable Domain Controllers"),
    domain_alias("AP", 525, "Protected Users"),
    domain_alias("KA", 526, "Key Admins"),
    forest_alias("EK", 527, "Enterprise Key Admins"),
    domain_alias("RS", 553, "RAS and IAS Servers"),
];

/// The accounts and groups of a domain or machine that have no SDDL alias.
pub(super) static LOCAL_RIDS: &[(u32, &str)] = &[
    (502, "krbtgt"),
    (503, "DefaultAccount"),
    (521, "Read-only Domain Controllers"),
];

impl DomainAlias {
    /// Returns whether a SID is this group in any domain.
    pub(crate) fn fits(&self, sid: &Sid) -> bool {
        sid.rid() == Some(self.rid) && sid.domain().is_some()
    }

    /// Returns all aliases.
    pub fn all() -> &'static [DomainAlias] {
        DOMAIN_ALIASES
    }

    /// Returns the group of an SDDL alias, case-insensitive.
    pub fn find(alias: &str) -> Option<&'static DomainAlias> {
        DOMAIN_ALIASES
            .iter()
            .find(|row| row.alias.eq_ignore_ascii_case(alias))
    }
}

/// The domains in which SDDL aliases such as `DA` are resolved, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domains {
    /// The domain itself or, for the two local accounts, the machine.
    pub domain: Option<Sid>,
    /// The root domain of its forest.
    pub forest_root: Option<Sid>,
}

impl Domains {
    /// Returns a domain that is the root of its own forest.
    pub fn single(domain: Sid) -> Self {
        Self {
            domain: Some(domain.clone()),
            forest_root: Some(domain),
        }
    }

    /// Returns the SID of an alias, or `None` if its domain is not known.
    pub fn resolve(&self, alias: &DomainAlias) -> Option<Sid> {
        let domain = if alias.is_forest_wide {
            &self.forest_root
        } else {
            &self.domain
        };
        domain.as_ref()?.below(alias.rid)
    }
}
