//! Actions: what would mend a finding, as data. How they are written in a language is `plan`'s matter.

use serde::Serialize;
use std::fmt;

/// Who must do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hand {
    Farm,
    Server,
    Dns,
}

impl fmt::Display for Hand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Farm => "farm administrator",
            Self::Server => "server administrator",
            Self::Dns => "DNS administrator",
        })
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Give a setting of the farm file a value.
    SetSetting { key: String, values: Vec<String> },
    /// Take a setting out of the farm file.
    UnsetSetting { key: String },
    /// Publish a mail exchanger of a name.
    AddMailExchanger { zone: String, name: String, exchange: String, preference: u16 },
    /// On a server, make a domain of an SMTP virtual server a local one (alias), whether it has it or not.
    AddAliasDomain { server: String, number: u32, domain: String },
    /// On a server, restart the SMTP service, so that it takes its settings anew.
    RestartSmtp { server: String },
    /// On a server, let a service start with the system.
    SetService { server: String, service: String },
    /// On a server, start a service.
    StartService { server: String, service: String },
}

impl Action {
    pub fn set(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::SetSetting { key: key.into(), values: vec![value.into()] }
    }

    pub fn unset(key: impl Into<String>) -> Self {
        Self::UnsetSetting { key: key.into() }
    }
}
