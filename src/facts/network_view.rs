//! The network view of a machine: inside the organization, or outside.

use serde::{Deserialize, Serialize};

/// The view in which names and servers are seen. Outside, a name may have other addresses.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum NetworkView {
    /// Seen by hosts inside the organization, or not known to be outside.
    #[default]
    Inside,
    /// Seen by senders outside the organization.
    Outside,
}

impl NetworkView {
    /// Returns its word in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }

    pub(super) fn is_inside(&self) -> bool {
        *self == Self::Inside
    }
}
