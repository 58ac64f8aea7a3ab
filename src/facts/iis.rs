//! The configuration of the Windows SMTP service on each server, and the contents of its folders.

mod metabase;

pub use metabase::RecordedMetabase;

use super::merge::{Merge, Observation, layered};
use super::{Answer, Unknown};
use crate::farm::values::ServerName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The SMTP services, for each server separately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "the SMTP services, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IisFacts {
    pub servers: Vec<IisServer>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The facts about one server, identified by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an SMTP service and its server, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IisServer {
    /// As the farm file names it.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: String,
    /// When they were gathered, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub looked: Option<String>,
    /// The metabase's SMTP keys, with their values as in the file. Absent means that the file does
    /// not exist.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Answer<metabase::wire::Metabase>"))]
    pub metabase: Answer<RecordedMetabase>,
    /// When the file was last written, RFC 3339, UTC. The running service may have newer values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub written: Option<String>,
    /// The Windows service SMTPSVC. Absent means that it is not installed.
    #[serde(default)]
    pub service: Answer<ServiceStatus>,
    /// The folders of the virtual servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<MailFolder>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A Windows service, as the service control manager reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a Windows service, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ServiceSeen"))]
pub struct ServiceStatus {
    pub state: ServiceState,
    pub start: ServiceStart,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The state of a service (SERVICE_STATUS, dwCurrentState).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ServiceState {
    Running,
    Stopped,
    /// Changing its state, or paused.
    Between,
}

/// When a service starts (QUERY_SERVICE_CONFIG, dwStartType).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ServiceStart {
    Automatic,
    Manual,
    Disabled,
    /// At boot or system start, as for drivers.
    System,
}

/// A folder of a virtual server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a folder of a virtual server, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MailFolder {
    /// The number of the virtual server.
    pub virtual_server: u32,
    pub role: FolderRole,
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub path: String,
    /// Absent means that the folder does not exist.
    pub files: Answer<FolderFiles>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The SMTP service's use of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FolderRole {
    Queue,
    BadMail,
    Drop,
}

/// The files in a folder, not counting subfolders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "the files of a folder, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "FilesSeen"))]
pub struct FolderFiles {
    pub count: u64,
    /// When the oldest was last written, RFC 3339, UTC; nothing if no file has a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub oldest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub newest: Option<String>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl IisFacts {
    /// Returns the name of each server.
    pub(super) fn server_names(&mut self) -> impl Iterator<Item = &mut String> {
        self.servers.iter_mut().map(|seen| &mut seen.server)
    }

    /// Returns the facts about a server; names are case-insensitive.
    pub fn server(&self, server: &str) -> Option<&IisServer> {
        self.servers
            .iter()
            .find(|seen| ServerName::same(&seen.server, server))
    }
}

impl IisServer {
    /// Returns these facts merged over older ones.
    fn over(self, older: Self) -> Self {
        let is_known = self.metabase != Answer::NotAsked;
        Self {
            // The age of files refers to the time when they were gathered.
            looked: if self.folders.is_empty() && !older.folders.is_empty() {
                older.looked
            } else {
                self.looked
            },
            written: if is_known {
                self.written
            } else {
                older.written
            },
            metabase: self.metabase.or_older(older.metabase),
            service: self.service.or_older(older.service),
            folders: if self.folders.is_empty() {
                older.folders
            } else {
                self.folders
            },
            ..self
        }
    }

    pub fn folder(&self, virtual_server: u32, role: FolderRole) -> Option<&MailFolder> {
        self.folders
            .iter()
            .find(|folder| folder.virtual_server == virtual_server && folder.role == role)
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Between => "starting, stopping or paused",
        })
    }
}

impl fmt::Display for ServiceStart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Disabled => "disabled",
            Self::System => "with the system",
        })
    }
}

impl Merge for IisFacts {
    /// For each server keeps the newest answer to each question: a copied metabase has no services.
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let mut unknown = Unknown::new();
        let servers = parts.into_iter().flat_map(|(_, part)| {
            unknown.extend(part.unknown);
            part.servers
        });
        Self {
            servers: layered(
                servers,
                |server| server.server.to_ascii_lowercase(),
                IisServer::over,
            ),
            unknown,
        }
    }

    fn for_each_observation(&mut self, _: &mut dyn FnMut(&mut Vec<Observation>)) {}
}
