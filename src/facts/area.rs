//! The areas of gathering and judging.

/// An area of the checks: which part of the facts is gathered and judged together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The settings of the page, by themselves.
    Page,
    /// The settings of the page and what is recorded about the servers, together.
    Farm,
    /// Names and mail exchangers.
    Dns,
    /// The SMTP services, as a sender meets them.
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

    /// Returns the area's word on the command line and in rule ids.
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

    /// Returns other words for it on the command line.
    pub fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Page | Self::Farm | Self::Dns | Self::Smtp | Self::Directory => &[],
            Self::Iis => &["alias-domains"],
            Self::Folder => &["drop-folder"],
        }
    }

    /// Returns whether the farm file alone decides, without any facts.
    pub fn is_offline(self) -> bool {
        matches!(self, Self::Page | Self::Farm)
    }
}
