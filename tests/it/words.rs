//! Checks that texts for people use plain words: no archaic ones, and none of an older vocabulary
//! of this project. README, CONTRIBUTING, CHANGELOG, the manual pages (the help of every command),
//! the rules' pages, the recipes, and the messages in the sources are searched.

use crate::architecture::sources;
use crate::support::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Files, and folders with a trailing `/`, whose texts are not searched yet. An entry must be
/// removed when its files are clean.
const NOT_YET_CLEAN: &[&str] = &[];

/// Texts that are searched besides the sources: files, and folders with an extension.
const FILES: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ".pre-commit-hooks.yaml",
];
const FOLDERS: &[(&str, &[&str])] = &[
    ("man", &["1", "5", "7"]),
    ("src/rules/explain", &["md"]),
    ("examples", &["md", "yml", "ini", "ps1", "toml", "crontab"]),
    ("crates", &["md"]),
    ("packaging/debian", &["changelog"]),
];

/// The folders whose string literals are messages.
const SOURCES: [&str; 3] = [
    "src",
    "crates/windows-security/src",
    "crates/iis-metabase/src",
];

/// Phrases to avoid, each with its replacement.
const PHRASES: &[(&[&str], &str)] = &[
    (&["nobody"], "no one, or anonymous"),
    (&["somebody"], "someone"),
    (&["whoever"], "anyone who"),
    (&["case", "aside"], "case-insensitive"),
    (&["small", "letters"], "lowercase"),
    (&["mend"], "fix"),
    (&["mends"], "fixes"),
    (&["mended"], "fixed"),
    (&["mending"], "fixing"),
    (&["anew"], "again"),
    (&["see", "to", "it", "that"], "make sure"),
    (&["beside"], "next to, or besides"),
];

/// Returns the words of a text in lowercase; each punctuation mark is a separate word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for letter in text.chars() {
        let continues = letter.is_alphanumeric() || letter == '\'';
        match words.last_mut() {
            Some(word) if continues && is_inside => word.extend(letter.to_lowercase()),
            _ if letter.is_whitespace() => {}
            _ => words.push(letter.to_lowercase().collect()),
        }
        is_inside = continues;
    }
    words
}

/// Returns each phrase to avoid in a text, with the words around it and its replacement.
fn faults(text: &str) -> Vec<String> {
    let words = words(text);
    let around = |at: usize| words[at.saturating_sub(3)..words.len().min(at + 5)].join(" ");
    let mut faults = Vec::new();
    for at in 0..words.len() {
        for (phrase, instead) in PHRASES {
            if words[at..].starts_with_words(phrase) {
                faults.push(format!("\"{}\": say {instead}", around(at)));
            }
        }
        if is_no(&words, at) {
            faults.push(format!("\"{}\": say is not a", around(at)));
        }
    }
    faults
}

/// Returns whether "is no X" begins here, but not "there is no X" or "is no longer".
fn is_no(words: &[String], at: usize) -> bool {
    let next = words.get(at + 2).map_or("", String::as_str);
    let before = at.checked_sub(1).map_or("", |at| &words[at]);
    words[at..].starts_with_words(&["is", "no"])
        && before != "there"
        && !matches!(next, "longer" | "or")
        && next.starts_with(|letter: char| letter.is_alphanumeric() || letter == '`')
}

trait StartsWithWords {
    fn starts_with_words(&self, phrase: &[&str]) -> bool;
}

impl StartsWithWords for [String] {
    fn starts_with_words(&self, phrase: &[&str]) -> bool {
        self.len() >= phrase.len() && self.iter().zip(phrase).all(|(one, two)| one == two)
    }
}

/// Returns a literal's text as it is printed, or `None` for one that is not a string.
fn string_of(literal: &str) -> Option<String> {
    let start = literal.find('"')?;
    let raw = literal[..start].contains('r');
    if !literal[..start]
        .chars()
        .all(|letter| "brc#".contains(letter))
    {
        return None;
    }
    let text = literal[start + 1..].trim_end_matches('#');
    let text = text.strip_suffix('"')?;
    if raw {
        return Some(text.to_owned());
    }
    let mut shown = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            shown.push(letter);
            continue;
        }
        match letters.next() {
            // The line continues below, without its indentation.
            Some('\n') => while letters.next_if(|next| next.is_whitespace()).is_some() {},
            Some('n' | 't' | 'r') => shown.push(' '),
            Some(other) => shown.push(other),
            None => {}
        }
    }
    Some(shown)
}

/// Returns the texts of the sources: every string literal outside tests and doc comments.
fn messages() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in SOURCES {
        for source in sources::below(folder) {
            let path = format!("{folder}/{}", source.path);
            let mut is_doc = false;
            for (at, token) in source.tokens.iter().enumerate() {
                let before = at.checked_sub(2).map_or("", |at| &source.tokens[at].text);
                is_doc = is_doc && token.text != "]" || token.text == "doc" && before == "#";
                if let Some(text) = string_of(&token.text).filter(|_| !is_doc) {
                    texts.push((path.clone(), text));
                }
            }
        }
    }
    texts
}

/// Returns the other texts, each file with its path.
fn documents() -> Vec<(String, String)> {
    let read = |path: &Path| {
        let name = path.strip_prefix(root()).expect("a path of the repository");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(path).expect("a text");
        let is_manual = name.starts_with("man/");
        // The escape that hides a hyphen from the formatter would split words.
        let text = if is_manual {
            text.replace('\\', "")
        } else {
            text
        };
        (name, text)
    };
    let mut documents: Vec<_> = FILES.iter().map(|file| read(&root().join(file))).collect();
    for (folder, endings) in FOLDERS {
        for entry in walkdir::WalkDir::new(root().join(folder)).sort_by_file_name() {
            let path = entry.expect("an entry").into_path();
            let ending = path.extension().or(path.file_name());
            let is_text = ending.is_some_and(|end| endings.iter().any(|known| end == *known));
            if path.is_file()
                && is_text
                && !path.components().any(|part| part.as_os_str() == "target")
            {
                documents.push(read(&path));
            }
        }
    }
    documents
}

/// Returns the list's entry for a file, or `None` if the file must be clean.
fn entry_of(path: &str) -> Option<&'static str> {
    let covers = |entry: &str| path == entry || entry.ends_with('/') && path.starts_with(entry);
    NOT_YET_CLEAN.iter().copied().find(|entry| covers(entry))
}

#[test]
fn texts_for_people_use_plain_words() {
    let mut faulty = Vec::new();
    let mut unclean = BTreeSet::new();
    for (path, text) in documents().into_iter().chain(messages()) {
        for fault in faults(&text) {
            match entry_of(&path) {
                Some(entry) => {
                    unclean.insert(entry);
                }
                None => faulty.push(format!("{path}: {fault}")),
            }
        }
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
    let superfluous: Vec<_> = NOT_YET_CLEAN
        .iter()
        .filter(|entry| !unclean.contains(**entry))
        .collect();
    assert!(
        superfluous.is_empty(),
        "clean, so remove from NOT_YET_CLEAN in tests/it/words.rs: {superfluous:?}"
    );
}

#[test]
fn each_phrase_to_avoid_is_found_and_similar_ones_are_not() {
    for text in [
        "It is no name.",
        "`x` is no `y`",
        "That is\nno folder",
        "Nobody knows",
        "case aside",
        "in small letters",
        "how to mend it",
        "read it anew",
        "See to it that it runs",
        "the file beside it",
    ] {
        assert_eq!(faults(text).len(), 1, "{text}: {:?}", faults(text));
    }
    for text in [
        "there is no name",
        "There is no such folder",
        "it is no longer there",
        "the answer is no.",
        "is yes or is no",
        "besides, it is recommended to amend it",
        "see it",
    ] {
        assert_eq!(faults(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(string_of("\"a \\\n   b\\nc\""), Some("a b c".to_owned()));
    assert_eq!(string_of("r#\"a\\n\"#"), Some("a\\n".to_owned()));
    assert_eq!(string_of("'a'"), None);
}
