//! One page to attach to a change ticket. It loads and runs nothing, and its content security policy
//! forbids both. Everything from outside is escaped.

mod parts;
mod words;

use crate::report::trace::{HopState, Trace};
use crate::report::wording::{fleet_summary, summary};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{RenderOptions, Report};
use parts::Outline;
use std::fmt::Write;
use words::{address, code, counts, escaped, passes_everywhere};

const STYLE: &str = include_str!("html/style.css");

pub(crate) struct Html;

impl ReportWriter for Html {
    /// Keeps everything of a fleet for the end, because its summary comes before its farms.
    fn chunk(&self, report: &Report, options: &RenderOptions, index: usize) -> Chunk {
        if !options.several {
            return document(&title(report), &single(report, options), options).into();
        }
        let id = format!("farm-{index}");
        Chunk {
            text: String::new(),
            later: [row(report, &id), article(report, options, &id)],
        }
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        if options.several {
            document(
                "Incoming e-mail of a fleet",
                &fleet(totals, options),
                options,
            )
        } else {
            String::new()
        }
    }
}

/// Returns the page around its body. The policy allows its style, by its hash, and nothing else.
fn document(title: &str, body: &str, options: &RenderOptions) -> String {
    // A browser hashes the style as it has read it, with plain line feeds.
    let style = STYLE.replace("\r\n", "\n");
    let hash = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
    let hash = data_encoding::BASE64.encode(hash.as_ref());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'sha256-{hash}'; base-uri 'none'; form-action 'none'\" />\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\" />\n<meta name=\"color-scheme\" \
         content=\"light dark\" />\n<meta name=\"referrer\" content=\"no-referrer\" \
         />\n<title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n<a class=\"skip\" \
         href=\"#main\">Skip to the content</a>\n{body}<footer>Written by spinmail {} at {}. \
         <code>spinmail explain RULE</code> says what a rule means.</footer>\n</body>\n</html>\n",
        escaped(title),
        env!("CARGO_PKG_VERSION"),
        escaped(&options.now.text),
    )
}

fn title(report: &Report) -> String {
    match report.is_readable() {
        true => format!("{}: {}", report.name(), summary(&report.counts())),
        false => format!("{}: cannot be read", report.name()),
    }
}

/// Returns where a report is from: its file, and when it was judged and its facts were gathered.
fn origin(report: &Report, options: &RenderOptions) -> String {
    let seen = report
        .gathered
        .as_deref()
        .map(|seen| format!("<dt>Seen</dt><dd>{}</dd>", escaped(seen)));
    format!(
        "<dl>\n<dt>Farm file</dt><dd>{}</dd>\n<dt>Judged</dt><dd>{}</dd>\n{}\n</dl>\n",
        code(&report.file),
        escaped(&options.now.text),
        seen.unwrap_or_default(),
    )
}

/// Returns the body of a page about one farm.
fn single(report: &Report, options: &RenderOptions) -> String {
    let outline = Outline {
        level: 2,
        prefix: String::new(),
        name: None,
    };
    format!(
        "<header>\n<p class=\"kind\">Incoming e-mail</p>\n<h1>{}</h1>\n{}</header>\n<main \
         id=\"main\">\n{}</main>\n",
        escaped(report.name()),
        origin(report, options),
        parts::report(report, &outline),
    )
}

/// Returns a farm of a fleet.
fn article(report: &Report, options: &RenderOptions, id: &str) -> String {
    let outline = Outline {
        level: 3,
        prefix: format!("{id}-"),
        name: Some(format!("{id}-name")),
    };
    format!(
        "<article class=\"farm\" id=\"{id}\" aria-labelledby=\"{id}-name\">\n<h2 \
         id=\"{id}-name\">{}</h2>\n{}{}</article>\n",
        escaped(report.name()),
        origin(report, options),
        parts::report(report, &outline),
    )
}

/// Returns a farm's row in the fleet's summary.
fn row(report: &Report, id: &str) -> String {
    let (found, mail) = match report.is_readable() {
        true => (summary(&report.counts()), mail(report)),
        false => ("cannot be read".to_owned(), String::new()),
    };
    format!(
        "<tr><th scope=\"row\"><a href=\"#{id}\">{}</a></th><td>{}</td><td>{mail}</td></tr>\n",
        escaped(report.name()),
        escaped(&found),
    )
}

/// Returns where a message to a farm would stop, in a few words.
fn mail(report: &Report) -> String {
    let address = address(report);
    let trace = Trace::new(&address, report.verdicts());
    match trace.end() {
        _ if !report.wanted.is_enabled() => "not enabled".to_owned(),
        Some((hop, HopState::NotKnown, _)) => {
            format!("not known whether it passes: {}", hop.name())
        }
        Some((hop, HopState::Stops, _)) => format!("stops: {}", hop.name()),
        Some((hop, ..)) => format!("may stop: {}", hop.name()),
        None if passes_everywhere(&trace) => "passes".to_owned(),
        None => "nothing that was looked at stops it".to_owned(),
    }
}

/// Returns the body of a page about a fleet.
fn fleet(totals: &Totals<'_>, options: &RenderOptions) -> String {
    let [rows, articles] = &totals.later;
    let mut out = format!(
        "<header>\n<p class=\"kind\">Incoming e-mail</p>\n<h1>{}</h1>\n<p class=\"quiet\">Judged \
         {}</p>\n</header>\n",
        escaped(&farms(totals.files)),
        escaped(&options.now.text),
    );
    let _ = write!(
        out,
        "<main id=\"main\">\n<section aria-labelledby=\"farms\">\n<h2 \
         id=\"farms\">Summary</h2>\n<p>{}</p>\n{}<table>\n<thead><tr><th \
         scope=\"col\">Farm</th><th scope=\"col\">Verdicts</th><th \
         scope=\"col\">Mail</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{}</section>\\
         n{articles}</main>\n",
        escaped(&fleet_summary(totals)),
        counts(&totals.counts),
        not_in_run(totals),
    );
    out
}

fn farms(files: usize) -> String {
    if files == 1 {
        "1 farm".to_owned()
    } else {
        format!("{files} farms")
    }
}

/// Returns the farms of the earlier report that were not judged, or an empty text.
fn not_in_run(totals: &Totals<'_>) -> String {
    if totals.not_in_run.is_empty() {
        return String::new();
    }
    let items: String = totals
        .not_in_run
        .iter()
        .map(|farm| format!("<li>{}: {} open then</li>", code(farm.name), farm.open))
        .collect();
    format!("<p>In the earlier report and not judged now:</p>\n<ul>{items}</ul>\n")
}
