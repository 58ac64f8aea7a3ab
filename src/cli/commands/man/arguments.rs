//! A command's arguments in its manual page: the synopsis, and the sections that explain them.

use super::page::{Mark, Writer};
use super::text::{Text, bold, italic, roman};
use clap::builder::PossibleValue;
use clap::{Arg, Command};

/// The brackets around a required argument.
const REQUIRED: (&str, &str) = ("<", ">");
/// The brackets around an optional argument.
const OPTIONAL: (&str, &str) = ("[", "]");

/// Writes the section SYNOPSIS of the command `name`.
pub(super) fn write_synopsis(writer: &mut Writer, command: &Command, name: &str) {
    writer.section("SYNOPSIS");
    let mut line = vec![bold(name)];
    let (required, optional): (Vec<&Arg>, Vec<&Arg>) = sorted_options(&shown_arguments(command))
        .into_iter()
        .partition(|option| option.is_required_set());
    for option in optional.into_iter().chain(required) {
        line.push(roman(" "));
        line.extend(bracketed(option, option_names(option, "|")));
    }
    for positional in command.get_positionals().filter(|arg| !arg.is_hide_set()) {
        line.push(roman(" "));
        line.extend(bracketed(positional, vec![italic(&value_name(positional))]));
    }
    if command.has_subcommands() {
        let (open, close) = if command.is_subcommand_required_set() {
            REQUIRED
        } else {
            OPTIONAL
        };
        line.extend([roman(" "), roman(open), italic("subcommands"), roman(close)]);
    }
    writer.text(line);
}

/// Writes the section OPTIONS, and one for each heading of the help.
pub(super) fn write_sections(writer: &mut Writer, command: &Command) {
    let arguments = shown_arguments(command);
    let mut headings = vec![None];
    for argument in &arguments {
        if !headings.contains(&argument.get_help_heading()) {
            headings.push(argument.get_help_heading());
        }
    }
    for heading in headings {
        let group: Vec<&Arg> = arguments
            .iter()
            .copied()
            .filter(|argument| argument.get_help_heading() == heading)
            .collect();
        if !group.is_empty() {
            writer.section(&heading.unwrap_or("OPTIONS").to_uppercase());
            write_group(writer, &group);
        }
    }
}

fn shown_arguments(command: &Command) -> Vec<&Arg> {
    command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
        .collect()
}

/// Writes arguments with their descriptions: options first, in the order of the help.
fn write_group(writer: &mut Writer, group: &[&Arg]) {
    for option in sorted_options(group) {
        let mut term = option_names(option, ", ");
        if option.get_action().takes_values() {
            term.extend([
                roman(" "),
                italic(&format!("<{}>", value_name(option))),
                roman(&default_value(option)),
            ]);
        }
        write_argument(writer, option, term);
    }
    for positional in group.iter().filter(|argument| argument.is_positional()) {
        let mut term = bracketed(positional, vec![italic(&value_name(positional))]);
        term.push(roman(&default_value(positional)));
        write_argument(writer, positional, term);
    }
}

/// Writes an argument's help after its term, and the words that it accepts.
fn write_argument(writer: &mut Writer, argument: &Arg, term: Vec<Text>) {
    writer.term(term);
    if let Some(help) = argument.get_long_help().or_else(|| argument.get_help()) {
        writer.text([roman(&help.to_string())]);
    }
    let values: Vec<PossibleValue> = argument
        .get_possible_values()
        .into_iter()
        .filter(|value| !value.is_hide_set())
        .collect();
    if argument.is_hide_possible_values_set() || values.is_empty() {
        return;
    }
    writer.space();
    writer.text([italic("Possible values:")]);
    // The term's indent does not count for items, which need 7 columns plus 7 more.
    writer.indent_by(14);
    for value in values {
        let text = match value.get_help() {
            Some(help) => format!("{}: {help}", value.get_name()),
            None => value.get_name().to_owned(),
        };
        writer.item(Mark::Bullet, 2, [roman(&text)]);
    }
    writer.outdent();
}

/// Returns the options in the order of the help: by position, then by name, short names first.
fn sorted_options<'a>(arguments: &[&'a Arg]) -> Vec<&'a Arg> {
    let mut options: Vec<&Arg> = arguments
        .iter()
        .copied()
        .filter(|argument| !argument.is_positional())
        .collect();
    options.sort_by_key(|option| (option.get_display_order(), sort_name(option)));
    options
}

/// Returns the name that clap sorts an option by: the short one if it exists, in lowercase, and
/// `-v` before `-V`.
fn sort_name(option: &Arg) -> String {
    match option.get_short() {
        Some(short) => {
            let case = if short.is_ascii_lowercase() { '0' } else { '1' };
            format!("{}{case}", short.to_ascii_lowercase())
        }
        None => option.get_long().unwrap_or_default().to_owned(),
    }
}

/// Returns an option's short and long name.
fn option_names(option: &Arg, separator: &str) -> Vec<Text> {
    let short = option.get_short().map(|short| bold(&format!("-{short}")));
    let long = option.get_long().map(|long| bold(&format!("--{long}")));
    let separator = (short.is_some() && long.is_some()).then(|| roman(separator));
    [short, separator, long].into_iter().flatten().collect()
}

/// Returns the placeholder of an argument's value.
fn value_name(argument: &Arg) -> String {
    match argument.get_value_names() {
        Some(names) => names.join(" "),
        None => argument.get_id().to_string(),
    }
}

/// Returns the note about an argument's default, or an empty text if there is none.
fn default_value(argument: &Arg) -> String {
    let values: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if values.is_empty() {
        return String::new();
    }
    format!(" [default: {}]", values.join(","))
}

/// Puts an argument in the brackets that show whether it is required.
fn bracketed(argument: &Arg, text: Vec<Text>) -> Vec<Text> {
    let (open, close) = if argument.is_required_set() {
        REQUIRED
    } else {
        OPTIONAL
    };
    let mut out = vec![roman(open)];
    out.extend(text);
    out.push(roman(close));
    out
}
