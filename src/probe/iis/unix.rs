//! Only Windows has the SMTP service.

use crate::facts::{Answer, ServiceStatus};
use std::path::PathBuf;

/// There is no metabase.
pub fn own_metabase() -> Option<PathBuf> {
    None
}

/// There is no service to ask for.
pub fn own_service() -> Answer<ServiceStatus> {
    Answer::NotAsked
}
