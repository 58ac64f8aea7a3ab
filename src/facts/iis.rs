//! What the SMTP service of Windows is set to, and how its servers stand.

use super::Answer;
use crate::farm::values::ServerName;
use crate::formats::metabase::Metabase;
use serde::{Deserialize, Serialize};

/// What was seen of the SMTP service of Windows, each server for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IisFacts {
    /// Only the servers that were looked at.
    #[serde(default)]
    pub servers: Vec<IisServer>,
}

/// One server that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IisServer {
    /// As the farm file names it.
    pub server: String,
    /// When it was looked at, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered: Option<String>,
    /// Absent is that there is no such file.
    #[serde(default)]
    pub metabase: Answer<MetabaseFile>,
    /// The service SMTPSVC: absent is that it is not installed.
    #[serde(default)]
    pub smtp_service: Answer<ServiceFacts>,
    /// The service IISADMIN, which SMTPSVC needs.
    #[serde(default)]
    pub admin_service: Answer<ServiceFacts>,
    /// The folders that its virtual servers name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<MailFolder>,
}

/// A `MetaBase.xml`, or a copy of one: the SMTP keys, their values as they are in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetabaseFile {
    /// Where it was read.
    pub path: String,
    /// When it was last written, RFC 3339, UTC: the service writes what it holds in memory some time later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    pub keys: Metabase,
}

/// What the service manager says of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceFacts {
    pub state: ServiceState,
    #[serde(default)]
    pub start: Answer<StartType>,
}

/// What a service is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceState {
    Stopped,
    StartPending,
    StopPending,
    Running,
    ContinuePending,
    PausePending,
    Paused,
}

/// How a service starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartType {
    /// With the system, at once or a little later.
    Automatic,
    Manual,
    Disabled,
}

/// A folder of a virtual server, and what lies in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MailFolder {
    /// The virtual server's number.
    pub number: u32,
    pub purpose: FolderPurpose,
    /// As the metabase has it.
    pub path: String,
    /// Absent is that there is no such folder.
    #[serde(default)]
    pub count: Answer<FolderCount>,
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FolderPurpose {
    Queue,
    BadMail,
    Drop,
}

/// The files of a folder; folders in it do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FolderCount {
    pub files: u64,
    /// When the oldest was written, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
    /// When the newest was written or came here, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
}

impl IisFacts {
    /// What was seen of a server of that name.
    pub fn of(&self, server: &str) -> Option<&IisServer> {
        self.servers.iter().find(|seen| ServerName::same(&seen.server, server))
    }
}

impl IisServer {
    /// What was seen of a virtual server's folder.
    pub fn folder(&self, number: u32, purpose: FolderPurpose) -> Option<&MailFolder> {
        self.folders.iter().find(|folder| folder.number == number && folder.purpose == purpose)
    }
}

impl ServiceState {
    /// As a sentence about the service goes on.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Stopped => "is stopped",
            Self::StartPending => "is starting",
            Self::StopPending => "is stopping",
            Self::Running => "runs",
            Self::ContinuePending => "goes on after a pause",
            Self::PausePending => "is about to pause",
            Self::Paused => "is paused",
        }
    }
}

impl StartType {
    pub fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Disabled => "disabled",
        }
    }
}
