//! One file per format.

pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod prometheus;
pub mod sarif;
pub mod table;
pub mod text;
