//! The options of rendering a report.

use super::{FailOn, RunInfo};
use crate::term::Screen;

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Findings in full, for reading
    Text,
    /// One row a verdict
    Table,
    /// For programs: the versioned contract
    Json,
    /// The same, an object a line
    Jsonl,
    /// Test results, for CI systems
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub Actions run
    Github,
    /// Code quality report of a GitLab pipeline
    Gitlab,
    /// Issues of an Azure DevOps pipeline
    Azure,
    /// Markdown, for tickets and step summaries
    Markdown,
    /// Metrics, for node_exporter's textfile collector
    Prometheus,
    /// One page to attach to a change ticket
    Html,
}

impl Format {
    /// Returns whether people read the format directly, so that it is fitted to the screen.
    pub fn is_for_reading(self) -> bool {
        matches!(self, Self::Text | Self::Table)
    }
}

/// How to render a report.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// The format.
    pub format: Format,
    /// The screen for text and tables.
    pub screen: Screen,
    /// Whether to show what passed and what did not apply.
    pub verbose: bool,
    /// Whether diagnoses are coloured. Plain text passes through a filter anyway.
    pub colour: bool,
    /// Whether there is a report for each farm of a fleet: each begins with its file, and a summary
    /// follows.
    pub several: bool,
    /// Which findings make the command fail.
    pub fail_on: FailOn,
    /// The run that makes the report.
    pub run: RunInfo,
}
