//! The areas in which facts are gathered and checked.

/// An area of the checks: the part of the facts that is gathered and checked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The settings of the page, by themselves.
    Page,
    /// The settings of the page and what is recorded about the servers, together.
    Farm,
    /// Names and mail exchangers in DNS.
    Dns,
    /// The SMTP services, as a sending server sees them.
    Smtp,
    /// The SMTP service's configuration in the metabase of IIS.
    Iis,
    /// The drop folder, its files and its ACL.
    Folder,
    /// The container in Active Directory, its contacts and groups.
    Directory,
}

impl Area {
    /// Every area, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Page,
        Self::Farm,
        Self::Dns,
        Self::Smtp,
        Self::Iis,
        Self::Folder,
        Self::Directory,
    ];

    /// Returns the area's name on the command line and in rule ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Farm => "farm",
            Self::Dns => "dns",
            Self::Smtp => "smtp",
            Self::Iis => "iis",
            Self::Folder => "folder",
            Self::Directory => "directory",
        }
    }

    /// Returns alternative names on the command line.
    pub fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Page | Self::Farm | Self::Dns | Self::Smtp | Self::Directory => &[],
            Self::Iis => &["alias-domains"],
            Self::Folder => &["drop-folder"],
        }
    }

    /// Returns whether its rules need only the farm file.
    pub fn is_offline(self) -> bool {
        matches!(self, Self::Page | Self::Farm)
    }
}
