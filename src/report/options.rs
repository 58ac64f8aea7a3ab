//! Which format a report has, and how it is to look.

use crate::term::Screen;

/// A report's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Findings in full, for reading
    Text,
    /// One row a verdict
    Table,
    /// For programs: the versioned contract
    Json,
    /// Test results, for CI systems
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub Actions run
    Github,
    /// Metrics, for node_exporter's textfile collector
    Prometheus,
    /// One page to attach to a change ticket
    Html,
}

impl Format {
    /// Whether people read it as it stands, so that it is fitted to where they read.
    pub fn is_for_reading(self) -> bool {
        matches!(self, Self::Text | Self::Table)
    }
}

/// How a report is to look.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    pub format: Format,
    pub screen: Screen,
    /// What passed and what did not apply, too.
    pub verbose: bool,
    /// Whether diagnoses are coloured; plain text passes through a filter anyway.
    pub colour: bool,
    /// Whether the reports are of a fleet: each is headed by its file, and a summary follows.
    pub several: bool,
    pub now: Now,
}

/// When the report is made.
#[derive(Debug, Clone)]
pub struct Now {
    /// Since 1970, UTC.
    pub seconds: u64,
    /// The same, RFC 3339.
    pub text: String,
}
