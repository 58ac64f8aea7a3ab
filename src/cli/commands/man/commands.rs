//! Section 1: the program and each of its commands.

use super::Page;
use super::page::{DATE, Writer, tidy};
use clap::Command;
use clap_mangen::Man;
use roff::{bold, roman};

/// Returns every command's page, the program's own first.
pub(super) fn pages(mut root: Command) -> std::io::Result<Vec<Page>> {
    root.build();
    let mut pages = Vec::new();
    collect(&root, "spinmail", &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, name: &str, pages: &mut Vec<Page>) -> std::io::Result<()> {
    pages.push(Page {
        name: name.to_owned(),
        section: '1',
        text: page(command, name)?,
    });
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> std::io::Result<String> {
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let head = Writer::new(name, "1", &about).finish();
    // What clap knows, it tells; the rest is told here.
    let man = Man::new(command.clone().name(name.to_owned())).date(DATE);
    let mut middle = Vec::new();
    man.render_synopsis_section(&mut middle)?;
    man.render_description_section(&mut middle)?;
    man.render_options_section(&mut middle)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut middle)?;
    }
    let middle = String::from_utf8_lossy(&middle);
    // Each part defines the apostrophe anew; once is enough.
    let is_preamble =
        |line: &&str| line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq");
    let middle: String = middle
        .lines()
        .filter(|line| !is_preamble(line))
        .map(|line| format!("{line}\n"))
        .collect();
    let tail = tail(command, name);
    let tail: String = tail
        .lines()
        .filter(|line| !is_preamble(line))
        .map(|line| format!("{line}\n"))
        .collect();
    Ok(format!("{head}{}{tail}", tidy(&middle)))
}

/// What the help says at its end, as sections.
fn tail(command: &Command, name: &str) -> String {
    let mut writer = Writer::bare();
    let help = command
        .get_after_long_help()
        .or_else(|| command.get_after_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    for paragraph in help
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        let (title, rest) = paragraph.split_once('\n').unwrap_or(("", paragraph));
        match title {
            "Example:" | "Examples:" => {
                writer.section("EXAMPLES");
                writer.lines(
                    rest.lines()
                        .map(|line| line.strip_prefix("  ").unwrap_or(line)),
                );
            }
            _ if rest.starts_with("  ") => {
                writer.section(&title.trim_end_matches(':').to_uppercase());
                writer.lines(
                    rest.lines()
                        .map(|line| line.strip_prefix("  ").unwrap_or(line)),
                );
            }
            _ => match paragraph.strip_prefix("Exit status: ") {
                Some(status) => {
                    writer.section("EXIT STATUS");
                    writer.text([roman(status.to_owned())]);
                }
                None => {
                    writer.section("NOTES");
                    writer.text([roman(paragraph.replace('\n', " "))]);
                }
            },
        }
    }
    if name == "spinmail" {
        environment(&mut writer);
        writer.see_also(&["farm.toml(5)", "spinmail-rules(7)"]);
    } else {
        writer.see_also(&["spinmail(1)", "farm.toml(5)", "spinmail-rules(7)"]);
    }
    writer.finish()
}

fn environment(writer: &mut Writer) {
    writer.section("ENVIRONMENT");
    for (name, meaning) in [
        ("SPINMAIL_FILE", "The farm file, where --file names none."),
        (
            "NO_COLOR, CLICOLOR_FORCE",
            "Whether output is coloured, where --color does not say.",
        ),
        (
            "COMPLETE",
            "Set by the scripts of spinmail-completions(1): answer a shell instead of running.",
        ),
    ] {
        writer.term([bold(name)]);
        writer.text([roman(meaning)]);
    }
    writer.section("FILES");
    writer.term([bold("./farm.toml")]);
    writer.text([roman(
        "The farm file where nothing else is named; see farm.toml(5).",
    )]);
}
