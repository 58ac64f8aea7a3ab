//! The page *Configure Incoming E-Mail Settings* of SharePoint's Central Administration as a
//! command-line tool.
//!
//! **Want, see, say, do.** A [`farm::Farm`] is what the administrator wants (a file).
//! [`facts::Facts`] are what was seen (a file). A [`report::Report`] is the difference, said with
//! evidence, and its remedies are actions that would close it.
//!
//! ```text
//! argv ─▶ cli ─▶ farm::file ─▶ Farm ─┬─▶ probe::gather ─▶ Facts ─┐   (gather writes it, --facts reads it)
//!                                    └──────────────┬────────────┘
//!                                                   ▼
//!                                      rules::judge: pure, sorted, no clock, no I/O
//!                                                   ▼
//!                                       verdicts ─▶ report ─▶ stdout, exit status
//! set, page commands, wizard:  text ─▶ the setting's one parser ─▶ edit in place ─▶ old → new ─▶ atomic write
//! ```
//!
//! Two tables hold the knowledge: [`farm::SETTINGS`], one row per field of the page, and
//! [`rules::RULES`], one row per thing that can be wrong. Everything else is a loop over a table.
//!
//! Only `probe` and `fs` reach outside; only `cli::console` prints. Arrows between the
//! rooms point one way: `formats ← farm ← facts, remedy ← rules ← report ← cli`, `farm, facts ←
//! probe ← cli`, `farm ← wizard ← cli`.

pub mod cli;
pub mod error;
pub mod facts;
pub mod farm;
pub mod formats;
pub mod fs;
pub mod probe;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod term;
pub mod text;
pub mod wizard;
