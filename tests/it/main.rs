//! The integration tests: one binary, with a module for each topic.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::shadow_unrelated,
    clippy::string_slice,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test or a bench fails by panicking, and says what it saw"
)]

mod architecture;
mod attacks;
#[cfg(unix)]
mod browser;
mod causes;
mod cli;
mod complete;
mod container;
mod dependencies;
mod descriptor;
mod directory;
mod dns;
mod dns_server;
mod explain;
mod facts;
mod facts_age;
mod failures;
mod farms;
mod faults;
mod fleet;
mod folder;
mod folder_rights;
mod generated;
mod golden;
mod help;
mod iis;
mod injected;
mod lab;
mod lab_directory;
mod lab_folder;
mod ldap_server;
mod lost_answers;
mod mail;
mod mail_paths;
mod manual;
mod max_age;
mod not_on_windows;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod notices;
mod one_cause;
mod powershell;
mod progress;
mod properties;
#[cfg(unix)]
mod readme;
mod redact;
mod replayed;
mod reports;
mod samba_scripts;
mod schema;
mod smtp;
mod smtp_server;
mod smtp_verdicts;
mod spellings;
mod support;
mod survival;
mod tables;
mod templates;
mod topologies;
mod trace;
mod values;
mod verdicts;
mod ways;
mod wizard;
mod words;
mod yielding;
