//! `man`: the manual pages, made from the command line, `SETTINGS` and `RULES`.

mod arguments;
mod commands;
mod farm_file;
mod markdown;
mod page;
mod roff;
mod rules;

use crate::cli::console::Console;
use crate::cli::output::{self, Existing};
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;
use clap::{Command, ValueHint};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the manual page, or write all pages into a folder",
    after_help = "Examples:\n  spinmail man\n  spinmail man .\n\n`spinmail man | man -l -` reads it. \
                  A folder called man1, man5 or man7 gets the pages of its section, others get \
                  all: the commands, farm.toml(5) and spinmail-rules(7)."
)]
pub(crate) struct ManArgs {
    /// A folder that is there, such as /usr/local/share/man/man1
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, console: &Console, root: Command) -> Result<Exit, Error> {
    let pages = pages(root);
    let Some(folder) = &args.folder else {
        if let Some(page) = pages.first() {
            console.write_raw(page.text.as_bytes());
        }
        return Ok(Exit::Clean);
    };
    let wanted: Vec<&Page> = pages.iter().filter(|page| takes(folder, page)).collect();
    for page in &wanted {
        let path = folder.join(format!("{}.{}", page.name, page.section));
        let mut file = output::open(&path, Existing::Replace)?;
        file.write(page.text.as_bytes())?;
        file.finish()?;
    }
    console.status(&format!(
        "{}: {} pages written",
        shown(&folder.to_string_lossy()),
        wanted.len()
    ));
    Ok(Exit::Clean)
}

/// A manual page.
struct Page {
    name: String,
    section: char,
    /// Its source in roff.
    text: String,
}

/// Returns every page, the program's own first.
fn pages(root: Command) -> Vec<Page> {
    let mut pages = commands::pages(root);
    pages.push(Page {
        name: "farm.toml".to_owned(),
        section: '5',
        text: farm_file::page(),
    });
    pages.push(Page {
        name: "spinmail-rules".to_owned(),
        section: '7',
        text: rules::page(),
    });
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
        Page {
            name: String::new(),
            section,
            text: String::new(),
        }
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
