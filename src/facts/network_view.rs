//! From where the farm is looked at.

use serde::{Deserialize, Serialize};

/// From where the answers of a name server are seen, or a machine looks at the farm's servers. The
/// same name may lead elsewhere outside.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case", expecting = "a view: inside or outside")]
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
