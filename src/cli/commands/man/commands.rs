//! Section 1: the program and each of its commands.

use super::arguments::{write_sections, write_synopsis};
use super::page::{Page, Writer};
use super::text::{bold, roman};
use clap::Command;

/// Returns every command's page, the program's own first.
pub(super) fn pages(mut root: Command) -> Vec<Page> {
    root.build();
    let mut pages = Vec::new();
    collect(&root, "spinmail", &mut pages);
    pages
}

/// Adds the page of a command and those of its subcommands.
fn collect(command: &Command, name: &str, pages: &mut Vec<Page>) {
    pages.push(page(command, name));
    for sub in shown_subcommands(command) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages);
    }
}

fn shown_subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

fn page(command: &Command, name: &str) -> Page {
    let about = command.get_about().map(ToString::to_string);
    let mut writer = Writer::new(name, '1', &about.unwrap_or_default());
    write_synopsis(&mut writer, command, command.get_bin_name().unwrap_or(name));
    write_description(&mut writer, command);
    write_sections(&mut writer, command);
    write_subcommands(&mut writer, command, name);
    write_end_of_help(&mut writer, command);
    if name == "spinmail" {
        write_environment(&mut writer);
        writer.see_also(&["farm.toml(5)", "spinmail-rules(7)"]);
    } else {
        writer.see_also(&["spinmail(1)", "farm.toml(5)", "spinmail-rules(7)"]);
    }
    writer.finish()
}

/// Writes the section DESCRIPTION: the long help, in paragraphs.
fn write_description(writer: &mut Writer, command: &Command) {
    writer.section("DESCRIPTION");
    let about = command.get_long_about().or_else(|| command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    for paragraph in about.split("\n\n") {
        writer.paragraph([roman(paragraph)]);
    }
}

/// Writes the section SUBCOMMANDS, in the order of the help.
fn write_subcommands(writer: &mut Writer, command: &Command, name: &str) {
    let mut subs: Vec<&Command> = shown_subcommands(command).collect();
    if subs.is_empty() {
        return;
    }
    subs.sort_by_key(|sub| (sub.get_display_order(), sub.get_name()));
    writer.section("SUBCOMMANDS");
    for sub in subs {
        writer.term([roman(&format!("{name}-{}(1)", sub.get_name()))]);
        if let Some(about) = sub.get_about() {
            writer.text([roman(&about.to_string())]);
        }
    }
}

/// Writes the end of the help. clap keeps it as one text, with empty lines between its parts.
fn write_end_of_help(writer: &mut Writer, command: &Command) {
    let end = command
        .get_after_long_help()
        .or_else(|| command.get_after_help());
    for part in end
        .map(ToString::to_string)
        .unwrap_or_default()
        .split("\n\n")
    {
        write_part_of_end(writer, part.trim_end());
    }
}

/// Writes a part of the end of the help as a section: a title over indented lines, the exit status,
/// or a note.
fn write_part_of_end(writer: &mut Writer, part: &str) {
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
        writer.text([roman(&part.replace('\n', " "))]);
    }
}

/// Writes the sections ENVIRONMENT and FILES.
fn write_environment(writer: &mut Writer) {
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
