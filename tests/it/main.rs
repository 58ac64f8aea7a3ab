//! The integration tests: one binary, a module for each thing that is proved.

mod architecture;
#[cfg(unix)]
mod browser;
mod cli;
mod complete;
mod container;
mod descriptor;
mod directory;
mod dns;
mod dns_server;
mod explain;
mod facts;
mod farms;
mod fleet;
mod folder;
mod generated;
mod help;
mod iis;
mod lab;
mod lab_directory;
mod ldap_server;
mod mail;
mod progress;
mod properties;
mod readme;
mod redact;
mod reports;
mod schema;
mod smtp;
mod smtp_server;
mod support;
mod survival;
mod tables;
mod trace;
mod verdicts;
mod wizard;
