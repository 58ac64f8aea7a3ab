//! README.md shows what the program prints: every command of a block that begins with `$ spinmail`
//! is run, and what stands below it is compared. A line that is only an ellipsis stands for any
//! lines.

use crate::support::{CONTOSO, Folder, Run, example, example_facts_of, root};
use std::fs;

const WIDTH: &str = "100";
const ELLIPSIS: &str = "…";

/// The blocks that hold commands and their output.
fn blocks(text: &str) -> Vec<&str> {
    let mut parts = text.split("```");
    let mut blocks = Vec::new();
    // Text and blocks take turns.
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let body = block.split_once('\n').map_or("", |(_, body)| body);
        if body.starts_with("$ spinmail") {
            blocks.push(body);
        }
    }
    blocks
}

/// Words as a shell splits them, as far as README goes: blanks, single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Whether lines are those expected, an ellipsis standing for any number of them.
fn fits(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&first, rest)) if first.trim() == ELLIPSIS => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines.first() == Some(first) && fits(rest, &lines[1..]),
    }
}

/// The examples, and the fleet of which README speaks.
fn examples() -> Folder {
    let folder = Folder::new();
    let (farm, facts) = (example("farm.toml"), example("facts.json"));
    for name in ["farms", "facts"] {
        fs::create_dir(folder.path(name)).expect("a folder");
    }
    folder.write("farm.toml", &farm);
    folder.write("facts.json", &facts);
    folder.write("farms/fabrikam.toml", &farm);
    folder.write("facts/fabrikam.json", &facts);
    folder.write("farms/contoso.toml", CONTOSO);
    folder.write(
        "farms/idle.toml",
        "[farm]\nname = \"idle\"\n\n[incoming-email]\nenabled = false\n",
    );
    folder.write("facts/idle.json", example_facts_of("idle").to_string());
    folder
}

#[test]
fn readme_shows_the_real_output() {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md");
    let blocks = blocks(&text);
    assert!(blocks.len() >= 4, "{blocks:?}");
    for block in blocks {
        // Whoever begins a farm file has none yet.
        let folder = if block.starts_with("$ spinmail init") {
            Folder::new()
        } else {
            examples()
        };
        for session in block.split("$ spinmail").skip(1) {
            let (command, expected) = session.split_once('\n').expect("a command's line");
            let words = words(command);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let run = Run::of(
                folder
                    .command(&words)
                    .env("COLUMNS", WIDTH)
                    .output()
                    .expect("the program runs"),
            );
            let said = format!("{}{}", run.err, run.out);
            let expected: Vec<&str> = expected.trim_end().lines().collect();
            let shown: Vec<&str> = said.trim_end().lines().collect();
            assert!(
                fits(&expected, &shown),
                "`spinmail{command}` prints:\n{said}"
            );
        }
    }
}
