//! `man`: the manual pages, made from the command line, `SETTINGS` and `RULES`, as
//! roff or as HTML.

mod arguments;
mod commands;
mod farm_file;
mod html;
mod markdown;
mod page;
mod roff;
mod rules;
mod text;

use crate::cli::console::Console;
use crate::cli::output::{self, Existing};
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;
use clap::{Command, ValueHint};
use page::{File, Page};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the manual page, or write all pages into a folder",
    after_help = "Examples:\n  spinmail man\n  spinmail man .\n  spinmail man --html .\n\n\
                  `spinmail man | man -l -` reads it. A folder called man1, man5 or man7 gets the \
                  pages of its section, others get all: the commands, farm.toml(5) and \
                  spinmail-rules(7)."
)]
pub(crate) struct ManArgs {
    /// An existing folder, such as /usr/local/share/man/man1
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Write all pages as HTML, with an index.html, for a browser
    #[arg(long, requires = "folder")]
    html: bool,
}

pub(crate) fn run(args: &ManArgs, console: &Console, root: Command) -> Result<Exit, Error> {
    let pages = pages(root);
    let Some(folder) = &args.folder else {
        if let Some(page) = pages.first() {
            console.write_raw(roff::source(page).as_bytes());
        }
        return Ok(Exit::Clean);
    };
    let files: Vec<File> = match args.html {
        true => html::files(&pages),
        false => pages
            .iter()
            .filter(|page| takes(folder, page))
            .map(source_file)
            .collect(),
    };
    for written in &files {
        let mut file = output::open(&folder.join(&written.name), Existing::Replace)?;
        file.write(written.text.as_bytes())?;
        file.finish()?;
    }
    console.status(&format!(
        "{}: {} pages written",
        shown(&folder.to_string_lossy()),
        files.len()
    ));
    Ok(Exit::Clean)
}

/// Returns the file with a page's source.
fn source_file(page: &Page) -> File {
    File {
        name: format!("{}.{}", page.name, page.section),
        text: roff::source(page),
    }
}

/// Returns every page, the program's own first.
fn pages(root: Command) -> Vec<Page> {
    let mut pages = commands::pages(root);
    pages.push(farm_file::page());
    pages.push(rules::page());
    pages
}

/// Returns whether a page belongs in a folder. A folder with the name of a section, such as `man1`,
/// gets only the pages of that section.
fn takes(folder: &Path, page: &Page) -> bool {
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    match name.strip_prefix("man").map(str::as_bytes) {
        Some([section @ b'1'..=b'9']) => page.section == char::from(*section),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(section: char) -> Page {
        page::Writer::new("", section, "").finish()
    }

    #[test]
    fn folder_of_a_section_takes_only_its_pages() {
        for (folder, expected) in [
            ("man", [true, true]),
            ("man/man1", [true, false]),
            ("x/man5/", [false, true]),
            ("manual", [true, true]),
            ("..", [true, true]),
        ] {
            assert_eq!(
                ['1', '5'].map(|section| takes(Path::new(folder), &page(section))),
                expected,
                "{folder}"
            );
        }
    }
}
