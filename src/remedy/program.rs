//! Commands of this program in texts for people.

use super::shell_word;
use std::fmt::Display;

/// Returns a command of this program to paste: `spinmail` and the words of a template, in which
/// each `{PLACEHOLDER}` stands for the next value.
///
/// A word with a value is quoted so that PowerShell, a POSIX shell and, where that can be,
/// `cmd.exe` read it alike. Otherwise the placeholder is left for the reader to fill in.
///
/// Words without one are written as they are: `spinmail("set web-application.{NAME}.account
/// \"DOMAIN\\account\"", &[&name])`.
pub(crate) fn spinmail(template: &str, values: &[&dyn Display]) -> String {
    let mut values = values.iter();
    let mut command = "spinmail".to_owned();
    for word in template.split(' ') {
        command.push(' ');
        match word.contains('{') {
            true => command.push_str(&filled(word, &mut values)),
            false => command.push_str(word),
        }
    }
    command
}

/// Returns a command as [`spinmail`] does, whose last placeholder stands for all of the values.
pub(crate) fn spinmail_list<T: Display>(template: &str, values: &[T]) -> String {
    let (before, placeholder) = template.rsplit_once(' ').unwrap_or(("", template));
    let words = format!(" {placeholder}").repeat(values.len());
    let values: Vec<&dyn Display> = values.iter().map(|value| value as &dyn Display).collect();
    spinmail(&format!("{before}{words}"), &values)
}

/// Returns a word of a template with its values, quoted. A value that cannot be quoted leaves its
/// placeholder.
fn filled<'a>(word: &str, values: &mut impl Iterator<Item = &'a &'a dyn Display>) -> String {
    let mut with_values = String::new();
    let mut rest = word;
    while let Some((before, (placeholder, after))) = rest
        .split_once('{')
        .and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        with_values += before;
        let value = values.next().map(ToString::to_string);
        match value.filter(|value| shell_word(value).is_some()) {
            Some(value) => with_values += &value,
            None => with_values += placeholder,
        }
        rest = after;
    }
    with_values += rest;
    shell_word(&with_values).unwrap_or(with_values)
}

#[cfg(test)]
mod tests {
    use super::{spinmail, spinmail_list};

    #[test]
    fn values_are_quoted_and_fixed_words_are_not() {
        for (name, expected) in [
            ("sp1", "spinmail set server.sp1.role 'A B'"),
            (
                "Team Sites",
                "spinmail set \"server.Team Sites.role\" 'A B'",
            ),
            ("$(id)`id`", "spinmail set 'server.$(id)`id`.role' 'A B'"),
            ("R&D", "spinmail set \"server.R&D.role\" 'A B'"),
            ("a$ b", "spinmail set server.NAME.role 'A B'"),
            // PowerShell and sh read a quote within quotes differently.
            ("it's", "spinmail set server.NAME.role 'A B'"),
            ("a\nb", "spinmail set server.NAME.role 'A B'"),
            ("a\u{202e}b", "spinmail set server.NAME.role 'A B'"),
        ] {
            assert_eq!(spinmail("set server.{NAME}.role 'A B'", &[&name]), expected);
        }
    }

    #[test]
    fn value_is_never_an_option() {
        assert_eq!(
            spinmail("mail-host add {NAME}", &[&"--help"]),
            "spinmail mail-host add NAME"
        );
    }

    #[test]
    fn list_has_a_word_for_each_value() {
        assert_eq!(
            spinmail_list("set mail.serves {DOMAIN}", &["a.test", "b c"]),
            "spinmail set mail.serves a.test \"b c\""
        );
    }

    #[test]
    fn each_placeholder_takes_the_next_value() {
        assert_eq!(
            spinmail("set {A}.{B}.c {D}", &[&"a", &1, &"x y"]),
            "spinmail set a.1.c \"x y\""
        );
    }
}
