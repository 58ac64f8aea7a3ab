//! The integration tests: one binary, a module for each thing that is proved.

mod architecture;
mod cli;
mod container;
mod directory;
mod dns;
mod dns_server;
mod explain;
mod farms;
mod folder_helpers;
mod folder_rights;
mod generated;
mod lab;
mod lab_directory;
mod lab_folder;
mod ldap_server;
mod properties;
mod smtp;
mod smtp_server;
mod support;
mod survival;
mod tables;
mod trace;
mod verdicts;
mod wizard;
