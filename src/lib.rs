//! The page *Configure Incoming E-Mail Settings* of SharePoint's Central Administration as a
//! command-line tool.
//!
//! **Want, see, judge, fix.** A `farm::Farm` is what the administrator wants (a file).
//! `facts::Facts` are what was observed (a file). A `report::Report` is the difference, with
//! evidence, and its remedies are actions that would remove it.
//!
//! ```text
//! argv ─▶ cli ─▶ farm::file ─▶ Farm ─┬─▶ probe::gather ─▶ Facts ─┐   (gather writes, --facts reads)
//!                                    └──────────────┬────────────┘
//!                                                   ▼
//!                                      rules::judge: pure, sorted, no clock, no I/O
//!                                                   ▼
//!                                       verdicts ─▶ report ─▶ stdout, exit status
//! set, page commands, wizard:  text ─▶ the setting's parser ─▶ edit in place ─▶ atomic write
//! ```
//!
//! Two tables hold the knowledge: `farm::SETTINGS`, one row per field of the page, and
//! `rules::RULES`, one row per thing that can be wrong. Everything else is a loop over a table.
//!
//! | module | holds |
//! |---|---|
//! | `cli` | arguments (`args`), commands (`commands`), and what prints (`console`) |
//! | `report` | the report, its exit status, one writer for each format (`formats`) |
//! | `rules` | JUDGE: a file or folder for each area, a page for each rule (`explain`) |
//! | `remedy` | FIX: actions as data, and as commands to paste |
//! | `probe` | SEE: asks DNS, servers, folders and the directory; gives answers, never verdicts |
//! | `facts` | what was observed: load, save, merge, redact |
//! | `wizard` | asks for the page's settings, section by section |
//! | `term` | text for a screen: its width, tables, mistakes shown in their lines |
//! | `farm` | WANT: the farm, its settings, the file's reader and editor |
//! | `formats` | distinguished names (`dn`), and messages of the drop folder (`mail`) |
//! | `fs` | reading, atomic replacement, locks |
//! | `text`, `error` | texts for people, and errors with hints |
//!
//! Imports point down this list only; `probe` and `rules` do not know each other. Only `probe` and
//! `fs` reach outside; only `cli::console` prints. Security descriptors and metabases are read by
//! two crates of their own: `windows_security` and `iis_metabase`.

#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::shadow_unrelated, clippy::string_slice))]
mod cli;
mod error;
mod facts;
mod farm;
mod formats;
mod fs;
mod probe;
mod remedy;
mod report;
mod rules;
mod term;
mod text;
mod wizard;

pub use cli::run;

/// The items that the integration tests reach from inside, by the names of the modules. This is
/// not a contract: it changes whenever the tests need something else.
pub mod testing {
    pub use crate::cli::command;
    pub use crate::error::Error;

    /// Texts for people.
    pub mod text {
        pub use crate::text::{is_unsafe, shown};
    }

    /// What was seen.
    pub mod facts {
        pub use crate::facts::directory::Members;
        pub use crate::facts::redact::Redactor;
        pub use crate::facts::{
            Answer, Facts, FactsSource, Failure, FailureKind, RecordedMetabase, missing_in_version,
        };
    }

    /// What is wanted.
    pub mod farm {
        pub use crate::farm::{
            Acceptance, Access, Document, Farm, Key, MailHost, Owner, SETTINGS, Section, Server,
            Setting, SettingKind, SettingValue, Table, WebApplication, read, without_bom, writer,
        };

        /// Edits of a farm file's text.
        pub mod edit {
            pub use crate::farm::edit::{TableRef, add_entry, literal, remove_entry, set, unset};
        }

        /// The dotted names of settings.
        pub mod key {
            pub use crate::farm::key::{entry_names, entry_setting, entry_value, every_key};
        }

        /// Values of settings.
        pub mod values {
            pub use crate::farm::values::{
                Approval, Date, MailHostKind, Mode, Os, PassBy, Role, Service, Tls, Version, Word,
                Words,
            };
        }
    }

    /// Messages of the drop folder.
    pub mod mail {
        pub use crate::formats::mail::{End, MAX_HEAD, Search, Wrapped, head, text};
        pub use crate::probe::folder::MessageReader;
    }

    /// What is wrong.
    pub mod rules {
        pub use crate::rules::{
            Area, Case, OutcomeKind, Rule, Selection, Severity, Verdict, all, find, judge,
        };
    }

    /// What fixes it.
    pub mod remedy {
        pub use crate::remedy::{DEFAULT_FARM_FILE, command};
    }

    /// How it is reported.
    pub mod report {
        pub use crate::report::{
            Body, Coverage, Exit, FailOn, Format, LeftOut, LeftOutReason, NotJudged, Now,
            RenderOptions, Report, ReportWriter, RunEnd, RunInfo, RunOptions, Summary,
        };
        pub use crate::term::{Screen, diagnosis};
    }

    /// The page, asked section by section.
    pub mod wizard {
        pub use crate::wizard::{Answer, Asker, Suggestion, Walk, WizardQuestion, ask};
    }
}
