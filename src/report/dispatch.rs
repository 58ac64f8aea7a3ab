//! The writer of each format.

use super::formats::{
    azure, github, gitlab, html, json, jsonl, junit, markdown, prometheus, sarif, table, text,
};
use super::options::{Format, RenderOptions};
use super::writer::ReportWriter;

impl RenderOptions {
    /// Returns a writer of the format, for one document.
    pub fn writer(&self) -> Box<dyn ReportWriter + '_> {
        match self.format {
            Format::Text => Box::new(text::Text::new(self)),
            Format::Table => Box::new(table::TableForm::new(self)),
            Format::Json => Box::new(json::Json::new(self)),
            Format::Jsonl => Box::new(jsonl::JsonLines::new(self)),
            Format::Junit => Box::new(junit::Junit::new(self)),
            Format::Sarif => Box::new(sarif::Sarif::new(self)),
            Format::Github => Box::new(github::Github::new(self)),
            Format::Gitlab => Box::new(gitlab::Gitlab::new(self)),
            Format::Azure => Box::new(azure::Azure::new(self)),
            Format::Markdown => Box::new(markdown::Markdown::new(self)),
            Format::Prometheus => Box::new(prometheus::Prometheus::new(self)),
            Format::Html => Box::new(html::Html::new(self)),
        }
    }
}
