//! What of the facts is not known to this version.

use std::collections::BTreeMap;

/// Fields that a later spinmail of the same version of the file knows and this one does not: they
/// are kept.
pub(crate) type Unknown = BTreeMap<String, serde_json::Value>;
