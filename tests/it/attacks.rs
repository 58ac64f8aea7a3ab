//! Attacks that once succeeded, each with the bound that holds now.

#[cfg(target_os = "linux")]
mod bounds;
