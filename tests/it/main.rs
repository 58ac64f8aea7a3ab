//! The integration tests: one binary, a module for each thing that is proved.

mod architecture;
mod cli;
mod dns;
mod dns_server;
mod explain;
mod farms;
mod generated;
mod iis;
mod lab;
mod properties;
mod smtp;
mod smtp_server;
mod support;
mod survival;
mod tables;
mod trace;
mod verdicts;
mod wizard;
