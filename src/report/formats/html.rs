//! An HTML page to attach to a change ticket. It loads and runs nothing; its content security
//! policy forbids both. Everything from outside is escaped.

mod parts;
mod words;

use crate::fs::Spill;
use crate::report::trace::{HopState, Trace};
use crate::report::wording::{fleet_summary, summary};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report};
use crate::rules::Hop;
use parts::Outline;
use std::io::{self, Write};
use words::{address, code, counts, escaped};

const STYLE: &str = include_str!("html/style.css");

pub(crate) struct Html<'a> {
    options: &'a RenderOptions,
    /// The rows of a fleet's summary, which comes before its farms, and the farms.
    rows: Spill,
    articles: Spill,
    count: usize,
}

impl<'a> Html<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            rows: Spill::default(),
            articles: Spill::default(),
            count: 0,
        }
    }
}

impl ReportWriter for Html<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        if !self.options.several {
            write_head(out, &title(report))?;
            out.write_all(single(report, self.options).as_bytes())?;
            return write_foot(out, self.options);
        }
        let id = format!("farm-{}", self.count);
        self.count += 1;
        self.rows.write_all(row(report, &id).as_bytes())?;
        self.articles
            .write_all(article(report, self.options, &id).as_bytes())
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.options.several {
            return Ok(());
        }
        write_head(out, "Incoming e-mail of a fleet")?;
        write_summary_head(out, all, self.options)?;
        self.rows.copy_to(out)?;
        write!(out, "</tbody>\n</table>\n{}</section>\n", not_in_run(all))?;
        self.articles.copy_to(out)?;
        out.write_all(b"</main>\n")?;
        write_foot(out, self.options)
    }
}

/// Writes the beginning of a page. The policy allows only its style, by hash.
fn write_head(out: &mut dyn Write, title: &str) -> io::Result<()> {
    // A browser hashes the style with plain line feeds.
    let style = STYLE.replace("\r\n", "\n");
    let hash = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
    let hash = data_encoding::BASE64.encode(hash.as_ref());
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'sha256-{hash}'; base-uri 'none'; form-action 'none'\" />\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\" />\n<meta name=\"color-scheme\" \
         content=\"light dark\" />\n<meta name=\"referrer\" content=\"no-referrer\" \
         />\n<title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n<a class=\"skip\" \
         href=\"#main\">Skip to the content</a>",
        escaped(title),
    )
}

/// Writes the end of a page.
fn write_foot(out: &mut dyn Write, options: &RenderOptions) -> io::Result<()> {
    writeln!(
        out,
        "<footer>Written by spinmail {} at {}. <code>spinmail explain RULE</code> says what a rule \
         means.</footer>\n</body>\n</html>",
        options.run.version,
        escaped(&options.run.now.text),
    )
}

fn title(report: &Report) -> String {
    format!("{}: {}", report.name(), outcome(report))
}

/// Returns the result of a report in a few words.
fn outcome(report: &Report) -> String {
    match &report.body {
        Body::Verdicts(_) => summary(&report.counts()),
        Body::NotJudged(_) => "not judged".to_owned(),
        Body::Unreadable(_) | Body::Malformed { .. } => "cannot be read".to_owned(),
    }
}

/// Returns the origin of a report: its file, and the times of the check and of the facts.
fn origin(report: &Report, options: &RenderOptions) -> String {
    let gathered = report.coverage.sources.iter();
    let seen = gathered
        .filter_map(|source| source.gathered.as_deref())
        .max()
        .map(|seen| format!("<dt>Seen</dt><dd>{}</dd>", escaped(seen)));
    format!(
        "<dl>\n<dt>Farm file</dt><dd>{}</dd>\n<dt>Checked</dt><dd>{}</dd>\n{}\n</dl>\n",
        code(&report.file),
        escaped(&options.run.now.text),
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
        parts::report(report, &outline, &options.run),
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
        parts::report(report, &outline, &options.run),
    )
}

/// Returns a farm's row in the fleet's summary.
fn row(report: &Report, id: &str) -> String {
    let mail = match report.is_judged() {
        true => mail(report),
        false => String::new(),
    };
    format!(
        "<tr><th scope=\"row\"><a href=\"#{id}\">{}</a></th><td>{}</td><td>{mail}</td></tr>\n",
        escaped(report.name()),
        escaped(&outcome(report)),
    )
}

/// Returns where a message to a farm would stop, in a few words.
fn mail(report: &Report) -> String {
    let address = address(report);
    let trace = Trace::new(&address, report, Hop::LAST);
    match trace.end() {
        _ if !report.wanted.is_enabled() => "not enabled".to_owned(),
        Some(end) => match end.state {
            HopState::NotKnown => format!("not known whether it passes: {}", end.hop.name()),
            HopState::Stops => format!("stops: {}", end.hop.name()),
            _ => format!("may stop: {}", end.hop.name()),
        },
        None if trace.exit() == crate::report::Exit::Clean => "passes".to_owned(),
        None => "nothing that was looked at stops it".to_owned(),
    }
}

/// Writes a fleet's page up to the rows of its summary.
fn write_summary_head(
    out: &mut dyn Write,
    all: &Summary<'_>,
    options: &RenderOptions,
) -> io::Result<()> {
    write!(
        out,
        "<header>\n<p class=\"kind\">Incoming e-mail</p>\n<h1>{}</h1>\n<p class=\"quiet\">Checked \
         {}</p>\n</header>\n",
        escaped(&farms(all.files)),
        escaped(&options.run.now.text),
    )?;
    writeln!(
        out,
        "<main id=\"main\">\n<section aria-labelledby=\"farms\">\n<h2 \
         id=\"farms\">Summary</h2>\n<p>{}</p>\n{}<table>\n<thead><tr><th \
         scope=\"col\">Farm</th><th scope=\"col\">Verdicts</th><th \
         scope=\"col\">Mail</th></tr></thead>\n<tbody>",
        escaped(&fleet_summary(all)),
        counts(&all.counts),
    )
}

fn farms(files: usize) -> String {
    if files == 1 {
        "1 farm".to_owned()
    } else {
        format!("{files} farms")
    }
}

/// Returns the farms of the earlier report that were not checked, or an empty text.
fn not_in_run(all: &Summary<'_>) -> String {
    if all.not_in_run.is_empty() {
        return String::new();
    }
    let items: String = all
        .not_in_run
        .iter()
        .map(|farm| format!("<li>{}: {} open then</li>", code(farm.name), farm.open))
        .collect();
    format!("<p>In the earlier report and not judged now:</p>\n<ul>{items}</ul>\n")
}
