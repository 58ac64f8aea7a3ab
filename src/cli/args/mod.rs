//! The options that commands share, one struct for each group, and their conversion into values of
//! the domain.
//!
//! Every struct has `#[group(skip)]`: otherwise a usage error would show the struct's options as a
//! required group, such as `<--dry-run|--check>`.

mod area;
mod credentials;
mod drop_folder;
mod facts;
mod farm_file;
mod folder_acl;
mod format;
mod global;
mod metabase;
mod password;
mod probe;
mod report;
mod rules;
mod setting;
mod write;

pub(crate) use area::{AreaWord, area_parser, areas, parts};
pub(crate) use credentials::{AccountArgs, CredentialArgs};
pub(crate) use drop_folder::{AliasesArgs, DropFolderArgs};
pub(crate) use facts::{
    FactsArgs, keep_new, load_facts, long_help as facts_long_help, unrepeated_option,
};
pub(crate) use farm_file::{FarmFileArgs, into_error, load_path, unnamed_file, with_hint};
pub(crate) use folder_acl::{AclArgs, named_servers};
pub(crate) use format::FormatArgs;
pub(crate) use global::{GlobalArgs, apply_color};
pub(crate) use metabase::MetabaseArgs;
pub(crate) use probe::{ProbeArgs, warn_of_unknown_accounts, with_known};
pub(crate) use report::{OutArgs, ReportArgs};
pub(crate) use rules::{RuleFilter, RulesArgs};
pub(crate) use setting::{KeyArgs, SettingArgs, SettingGroup, page_setting};
pub(crate) use write::{EditArgs, Edited, WriteMode, edit_help};

/// The heading of the options that every command takes.
const EVERYWHERE: &str = "Global options";
