//! The writer of each format.

use super::formats::{github, html, json, junit, prometheus, sarif, table, text};
use super::options::Format;
use super::writer::ReportWriter;

impl Format {
    /// Returns the format's writer.
    pub fn writer(self) -> &'static dyn ReportWriter {
        match self {
            Self::Text => &text::Text,
            Self::Table => &table::TableForm,
            Self::Json => &json::Json,
            Self::Junit => &junit::Junit,
            Self::Sarif => &sarif::Sarif,
            Self::Github => &github::Github,
            Self::Prometheus => &prometheus::Prometheus,
            Self::Html => &html::Html,
        }
    }
}
