//! Section 1: the program and each of its commands.

use super::Page;
use super::page::{DATE, Writer};
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
    let about = command.get_about().map(ToString::to_string);
    let mut writer = Writer::new(name, "1", &about.unwrap_or_default());
    writer.source(&synopsis_to_subcommands(command, name)?);
    let end = command
        .get_after_long_help()
        .or_else(|| command.get_after_help());
    for part in end
        .map(ToString::to_string)
        .unwrap_or_default()
        .split("\n\n")
    {
        write_end_of_help(&mut writer, part.trim_end());
    }
    if name == "spinmail" {
        environment(&mut writer);
        writer.see_also(&["farm.toml(5)", "spinmail-rules(7)"]);
    } else {
        writer.see_also(&["spinmail(1)", "farm.toml(5)", "spinmail-rules(7)"]);
    }
    Ok(writer.finish())
}

/// Returns the sections that clap writes by itself.
fn synopsis_to_subcommands(command: &Command, name: &str) -> std::io::Result<String> {
    let man = Man::new(command.clone().name(name.to_owned())).date(DATE);
    let mut source = Vec::new();
    man.render_synopsis_section(&mut source)?;
    man.render_description_section(&mut source)?;
    man.render_options_section(&mut source)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut source)?;
    }
    Ok(String::from_utf8_lossy(&source).into_owned())
}

/// Writes a part of what the help says at its end as a section: a title over indented lines, the
/// exit status, or a note.
fn write_end_of_help(writer: &mut Writer, part: &str) {
    let (title, lines) = part.split_once('\n').unwrap_or((part, ""));
    if lines.starts_with("  ") {
        writer.section(&title.trim_end_matches(':').to_uppercase());
        writer.lines(
            lines
                .lines()
                .map(|line| line.strip_prefix("  ").unwrap_or(line)),
        );
    } else if let Some(status) = part.strip_prefix("Exit status: ") {
        writer.section("EXIT STATUS");
        writer.text([roman(status)]);
    } else if !part.is_empty() {
        writer.section("NOTES");
        writer.text([roman(part.replace('\n', " "))]);
    }
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
