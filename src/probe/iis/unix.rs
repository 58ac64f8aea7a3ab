//! Only Windows has the SMTP service.

use crate::facts::{Answer, ServiceStatus};
use std::path::PathBuf;

/// Returns `None`: there is no metabase.
pub(super) fn own_metabase() -> Option<PathBuf> {
    None
}

/// Returns `NotAsked`: there is no service.
pub(super) fn own_service() -> Answer<ServiceStatus> {
    Answer::NotAsked
}
