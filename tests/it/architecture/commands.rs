//! Checks that only `remedy`, which quotes names, builds commands.

use super::sources::{self, Source};

/// Returns the literals that format a value into a command of this program, as `src/file:line:
/// literal`.
fn commands_with_values(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for token in &source.tokens {
        if token.text.starts_with(['"', 'r']) && has_command_with_value(&unbroken(&token.text)) {
            let place = format!("src/{}:{}", source.path, token.line);
            found.push(format!("{place}: {}", token.text));
        }
    }
    found
}

/// Returns a literal without its line continuations.
fn unbroken(literal: &str) -> String {
    let mut parts = literal.split("\\\n");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start())
}

/// Returns whether a literal formats a value into a command. A command begins at the start of the
/// literal, after a backtick, or on its own line; `this spinmail has no area {area}` is prose.
fn has_command_with_value(literal: &str) -> bool {
    literal.match_indices("spinmail ").any(|(at, name)| {
        let before = &literal[..at];
        let command = &literal[at + name.len()..];
        let is_quoted = before.ends_with('`');
        let is_alone = ["\"", "\\n", "  "]
            .iter()
            .any(|start| before.ends_with(start));
        let begins_with_value = command.starts_with('{');
        let command = command.split(['`', '"']).next().unwrap_or_default();
        let command = command.split("\\n").next().unwrap_or_default();
        // In the head of a page, a version follows the name.
        let is_command = is_quoted || (is_alone && !begins_with_value);
        is_command && command.contains('{')
    })
}

#[test]
fn only_remedy_puts_names_into_commands() {
    let sources = sources::below("src");
    let others = sources
        .iter()
        .filter(|source| !source.path.starts_with("remedy/"));
    let found: Vec<String> = others.flat_map(commands_with_values).collect();
    assert!(
        found.is_empty(),
        "use `remedy::spinmail`, which quotes:\n{}\n",
        found.join("\n")
    );
}

#[test]
fn commands_are_found_in_every_form() {
    for (literal, expected) in [
        (r#""`spinmail set {key} VALUE` records it""#, true),
        (r#""`spinmail {record} --delivers-as DOMAIN`""#, true),
        (r#""spinmail explain {}""#, true),
        (r#""Example:\n\n    spinmail set {key} {}\n""#, true),
        (
            "\"record it: `spinmail \\\n         set {key} VALUE`\"",
            true,
        ),
        (r#""`spinmail verify` judges `{name}`""#, false),
        (r#""this spinmail has no rules of the area {area}""#, false),
        (r#""\nspinmail {}, {}; exit status {}""#, false),
    ] {
        assert_eq!(
            has_command_with_value(&unbroken(literal)),
            expected,
            "{literal}"
        );
    }
}
