//! Which format a report has, and how it looks.

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
    /// Whether people read it as it is, so that it is fitted to their screen.
    pub fn is_for_reading(self) -> bool {
        matches!(self, Self::Text | Self::Table)
    }
}

/// How a report is rendered.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    pub format: Format,
    pub screen: Screen,
    /// Whether what passed and what did not apply is shown too.
    pub verbose: bool,
    /// Whether diagnoses are coloured. All other colours are removed on output if unwanted.
    pub colour: bool,
    /// Whether the reports are of a fleet: each is headed by its file, and a summary follows.
    pub several: bool,
    pub now: Now,
}

/// When the report is made.
#[derive(Debug, Clone)]
pub struct Now {
    /// Unix time.
    pub seconds: u64,
    /// The same, RFC 3339.
    pub text: String,
}
