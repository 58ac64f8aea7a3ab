//! Fields of the facts that this version does not know.

use std::collections::BTreeMap;

/// Fields from a later spinmail with the same file version: they are kept.
pub(crate) type Unknown = BTreeMap<String, serde_json::Value>;
