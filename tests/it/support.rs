//! Helpers of the tests: they run the program in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Returns the repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns a file of the examples.
pub fn example(name: &str) -> String {
    std::fs::read_to_string(root().join("examples").join(name)).expect("the example")
}

/// Returns the example's facts, assigned to another farm.
pub fn example_facts_of(farm: &str) -> serde_json::Value {
    let mut facts: serde_json::Value =
        serde_json::from_str(&example("facts.json")).expect("the example's facts");
    facts["farm"] = farm.into();
    facts
}

/// A farm without facts.
pub const CONTOSO: &str = r#"[farm]
name = "contoso"

[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.contoso.com"
drop-folder = 'C:\inetpub\mailroot\drop'
"#;

/// Repeats an option for each value.
pub fn repeated<'a>(option: &'a str, values: &[&'a str]) -> Vec<&'a str> {
    values.iter().flat_map(|value| [option, *value]).collect()
}

/// A temporary folder in which the program runs.
pub struct Folder {
    path: PathBuf,
    /// Removes the folder with its contents when dropped.
    _temporary: tempfile::TempDir,
}

/// The result of a run.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        Self {
            path: temporary.path().to_owned(),
            _temporary: temporary,
        }
    }

    /// Creates a folder of this name, for tests that print it.
    pub fn named(name: &str) -> Self {
        let mut folder = Self::new();
        folder.path.push(name);
        std::fs::create_dir(&folder.path).expect("a folder");
        folder
    }

    /// Creates a folder with this farm file.
    pub fn with_farm(text: &str) -> Self {
        let folder = Self::new();
        folder.write("farm.toml", text);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file in the temporary folder");
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file in the temporary folder")
    }

    /// Returns the program as a command in the folder, without the environment of the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spinmail"));
        command
            .args(arguments)
            .current_dir(&self.path)
            .stdin(Stdio::null())
            .env_remove("SPINMAIL_FILE")
            .env_remove("SPINMAIL_DIRECTORY")
            .env_remove("SPINMAIL_SMB_SERVER")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("COLUMNS")
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().expect("the program runs"))
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8 output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 output"),
        }
    }

    /// Returns the JSON report without the sources of the facts and the time of the report.
    pub fn judgement(&self) -> serde_json::Value {
        let mut report = self.json();
        report["coverage"]["facts"].take();
        report["run"].take();
        report
    }

    /// Returns the output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.out, self.err))
    }
}

/// Returns the present time (RFC 3339).
pub fn now() -> String {
    humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string()
}

/// Returns a printed text without times (RFC 3339, to the second) of the last hour, and without
/// values that depend on the time of a run. So two equal runs have equal texts, in any year.
pub fn timeless(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let line = without_number_after(line, "spinmail_last_run_timestamp_seconds ");
            let line = match line.split_once("} ") {
                Some((series, _)) if line.starts_with("spinmail_facts_age_seconds{") => {
                    format!("{series}}} N")
                }
                _ => line,
            };
            let line = without_number_after(&line, "\"facts-age\": ");
            let line = without_number_after(&line, "\"facts-age\":");
            without_present_times(&without_ages(&line))
        })
        .collect();
    lines.join("\n")
}

/// Removes the number after a text.
fn without_number_after(line: &str, before: &str) -> String {
    let Some((head, rest)) = line.split_once(before) else {
        return line.to_owned();
    };
    let rest_of_line = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if rest_of_line.len() == rest.len() {
        return line.to_owned();
    }
    format!("{head}{before}N{rest_of_line}")
}

/// Removes the text between a comma and "ago".
fn without_ages(line: &str) -> String {
    let Some((head, rest)) = line.split_once(" ago") else {
        return line.to_owned();
    };
    match head.rsplit_once(", ") {
        Some((head, age)) if age.starts_with(|letter: char| letter.is_ascii_digit()) => {
            format!("{head}, AGE ago{}", without_ages(rest))
        }
        _ => line.to_owned(),
    }
}

fn without_present_times(line: &str) -> String {
    const LENGTH: usize = "2026-11-30T04:01:49Z".len();
    let mut line = line.to_owned();
    let ends: Vec<usize> = line.match_indices('Z').map(|(at, _)| at + 1).collect();
    for end in ends.into_iter().rev().filter(|end| *end >= LENGTH) {
        let range = end - LENGTH..end;
        if line.get(range.clone()).is_some_and(is_present) {
            line.replace_range(range, "TIME");
        }
    }
    line
}

/// Returns whether a text is a time of the last hour.
fn is_present(text: &str) -> bool {
    let age = humantime::parse_rfc3339(text)
        .ok()
        .and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age < Duration::from_secs(3600))
}

#[test]
fn only_present_times_are_replaced() {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now());
    assert_eq!(
        timeless(&format!("<{now}>, not 2026-01-01T00:00:00Z\nZ\n")),
        "<TIME>, not 2026-01-01T00:00:00Z\nZ\n"
    );
}

/// Copies a program to the place where it is run. Another process writes the copy: a child that
/// this process starts in the meantime would inherit the open file, and a file that is open for
/// writing cannot be run.
#[cfg(unix)]
pub fn install(program: &Path, to: &Path) {
    let done = Command::new("install")
        .args(["-m", "755"])
        .args([program, to])
        .status()
        .expect("install");
    assert!(done.success(), "{} cannot be installed", to.display());
}
