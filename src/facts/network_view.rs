//! From where a machine looks: inside the organization, or outside.

use serde::{Deserialize, Serialize};

/// From where names and servers are seen. The same name may lead elsewhere outside.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum NetworkView {
    /// As hosts inside the organization see it, or not known to be outside.
    #[default]
    Inside,
    /// As senders outside the organization see it.
    Outside,
}

impl NetworkView {
    /// Returns the word for it in sentences.
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
