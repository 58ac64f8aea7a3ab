//! Actions: what would fix a finding, as data.
//!
//! The doc comments of an action and of its rights are part of the JSON schema of a report.

use serde::Serialize;
use std::fmt;

/// The administrator who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdminRole {
    /// Of the SharePoint farm.
    Farm,
    /// Of one of its servers.
    Server,
    /// Of the DNS zone.
    Dns,
    /// Of Active Directory.
    Directory,
}

impl fmt::Display for AdminRole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Farm => "farm administrator",
            Self::Server => "server administrator",
            Self::Dns => "DNS administrator",
            Self::Directory => "directory administrator",
        })
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub enum Action {
    /// Give a setting of the farm file a value.
    SetSetting { key: String, values: Vec<String> },
    /// Take a setting out of the farm file.
    UnsetSetting { key: String },
    /// Record a host that passes mail on to the farm.
    AddMailHost { name: String },
    /// Publish a mail exchanger of a name.
    AddMailExchanger {
        zone: String,
        name: String,
        exchange: String,
        preference: u16,
    },
    /// Make a domain one whose mail the virtual server drops.
    AddAliasDomain {
        server: String,
        virtual_server: u32,
        domain: String,
    },
    /// Make a remote domain that is there a local one.
    MakeDomainAlias {
        server: String,
        virtual_server: u32,
        domain: String,
    },
    /// Let the SMTP service retry its queue.
    RestartSmtp { server: String },
    /// Let a Windows service start with the system, or start it now.
    SetService {
        server: String,
        service: String,
        automatic: bool,
        running: bool,
    },
    /// Install a feature of Windows Server.
    InstallFeature { server: String, feature: String },
    /// Give an account, or with a `*` in front a SID, a right on a folder of a server (of a share,
    /// without one) and on all that will be in it.
    GrantFolder {
        server: Option<String>,
        folder: String,
        account: String,
        right: FolderRight,
    },
    /// Remove what a folder's ACL grants these accounts (with a `*` in front: SIDs). What
    /// is inherited becomes the folder's own before.
    RevokeFolder {
        server: Option<String>,
        folder: String,
        accounts: Vec<String>,
        inherited: bool,
    },
    /// Give an account a right in a share's own permissions.
    GrantShare {
        server: String,
        share: String,
        account: String,
        right: ShareRight,
    },
    /// Make an organizational unit of this distinguished name.
    CreateContainer { name: String },
    /// Let an account do something with a container, or with what is in it.
    GrantDirectory {
        container: String,
        account: String,
        grant: Grant,
        class: Option<String>,
    },
}

/// What the dialogue of a folder grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FolderRight {
    FullControl,
    Modify,
    ReadAndExecute,
}

impl FolderRight {
    /// Returns the right in the words of the Windows dialog.
    pub fn words(self) -> &'static str {
        match self {
            Self::FullControl => "Full control",
            Self::Modify => "Modify",
            Self::ReadAndExecute => "Read & execute",
        }
    }
}

/// What the dialogue of a share grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ShareRight {
    Change,
    Read,
}

/// What an account is let do in a container of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Grant {
    Create,
    Delete,
    DeleteSubtree,
    Change,
}

impl Action {
    /// Creates the action that sets a setting to one value.
    pub fn set(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::SetSetting {
            key: key.into(),
            values: vec![value.into()],
        }
    }

    /// Creates the action that removes a setting.
    pub fn unset(key: impl Into<String>) -> Self {
        Self::UnsetSetting { key: key.into() }
    }
}
