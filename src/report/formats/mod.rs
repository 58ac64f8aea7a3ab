//! One file per format.

pub(super) mod azure;
pub(super) mod github;
pub(super) mod gitlab;
pub(super) mod html;
pub(super) mod json;
pub(super) mod jsonl;
pub(super) mod junit;
pub(super) mod markdown;
pub(super) mod prometheus;
pub(super) mod sarif;
pub(super) mod table;
pub(super) mod text;
