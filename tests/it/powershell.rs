//! PowerShell: what people are shown runs in Windows PowerShell 5.1, and what can be run here does.
//!
//! `.ci/run` names the engine (`SPINMAIL_PWSH`), and the folder of a checker for Windows PowerShell
//! and of stand-ins for commands of Windows servers (`SPINMAIL_PWSH_TOOLS`).

use crate::explain::example;
use crate::support::{Folder, root};
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::remedy::{DEFAULT_FARM_FILE, command};
use spinmail::testing::rules::{self, Case, Rule, Selection};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// Documents whose blocks people paste.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "tests/windows/README.md",
];

/// Folders whose scripts run on Windows.
const SCRIPTS: &[&str] = &["completions", "examples/recipes", "tests/windows"];

/// What Windows PowerShell 5.1 reads as the beginning of a file in UTF-8.
const BOM: &str = "\u{feff}";

/// Returns the engine, with arguments that keep profiles and questions out.
fn powershell() -> Command {
    let engine = std::env::var_os("SPINMAIL_PWSH").expect("SPINMAIL_PWSH names pwsh");
    let mut command = Command::new(engine);
    command
        .args(["-NoProfile", "-NonInteractive"])
        .current_dir(root())
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1");
    command
}

fn tools() -> PathBuf {
    let folder = std::env::var_os("SPINMAIL_PWSH_TOOLS");
    PathBuf::from(folder.expect("SPINMAIL_PWSH_TOOLS names the folder of the checker"))
}

fn text_of(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// Runs the checker over files. Returns its exit status and its findings, one a line.
fn check(files: &[PathBuf]) -> (Option<i32>, String) {
    let mut command = powershell();
    command.arg("-File").arg(tools().join("check.ps1"));
    let output = command.args(files).output().expect("the checker runs");
    (output.status.code(), text_of(&output))
}

/// Returns the scripts of a folder of the repository.
fn scripts(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder of scripts");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|ext| ext == "ps1"))
        .collect()
}

/// Returns the commands within the sentences of a text: what stands between backticks and begins
/// with a verb, a hyphen and a noun.
fn commands_in_sentences(text: &str) -> Vec<&str> {
    let mut is_block = false;
    let sentences = text.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_block ^= is_fence;
        !is_fence && !is_block
    });
    let spans = sentences.flat_map(|line| line.split('`').skip(1).step_by(2));
    spans.filter(|span| is_command(span)).collect()
}

fn is_command(span: &str) -> bool {
    let name = span.split(' ').next().unwrap_or(span);
    let is_word = |word: &str| {
        word.starts_with(|letter: char| letter.is_ascii_uppercase())
            && word.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    // `Web-` begins features of Windows Server, `X-` headers of messages.
    name.split_once('-')
        .is_some_and(|(verb, noun)| !["Web", "X"].contains(&verb) && is_word(verb) && is_word(noun))
}

/// Returns what a finding of the rule's example shows: the commands of its remedies, and those in
/// their sentences.
fn printed_commands(rule: &'static Rule) -> Vec<String> {
    let (toml, facts) = example(rule, "Fails");
    let document = farm::read(toml).expect("the example is a farm file");
    let verdicts = rules::judge(&Case::new(&document, &facts, TODAY), &Selection::default());
    let remedies = verdicts
        .iter()
        .filter_map(|verdict| verdict.remedy.as_ref());
    let mut commands = Vec::new();
    for remedy in remedies {
        let actions = remedy.actions.iter();
        commands.extend(actions.filter_map(|action| command(action, DEFAULT_FARM_FILE)));
        commands.extend(
            commands_in_sentences(&remedy.text)
                .iter()
                .map(ToString::to_string),
        );
    }
    commands
}

/// Writes what is shown about a rule into a folder: its page as it is printed, and a script of the
/// commands that stand in its sentences and remedies.
fn write_shown(folder: &Folder, rule: &'static Rule) -> [PathBuf; 2] {
    let page = folder.run(&["explain", rule.id]).out;
    let mut commands = printed_commands(rule);
    commands.extend(commands_in_sentences(&page).iter().map(ToString::to_string));
    commands.sort();
    commands.dedup();
    [
        folder.write(&format!("{}.md", rule.id), &page),
        folder.write(
            &format!("{}.ps1", rule.id),
            format!("{BOM}{}\n", commands.join("\n")),
        ),
    ]
}

#[test]
#[ignore = "needs PowerShell tools"]
fn everything_shown_runs_in_windows_powershell() {
    let folder = Folder::new();
    let documents = DOCUMENTS.iter().map(|name| root().join(name));
    let mut files: Vec<PathBuf> = documents.collect();
    files.extend(SCRIPTS.iter().flat_map(|folder| scripts(folder)));
    files.extend(rules::all().flat_map(|rule| write_shown(&folder, rule)));
    let (code, findings) = check(&files);
    assert_eq!((code, findings.as_str()), (Some(0), ""), "{findings}");
}

#[test]
#[ignore = "needs PowerShell tools"]
fn wrong_commands_are_found() {
    let folder = Folder::new();
    let page = "# Page\n\n```powershell\nGet-ADUser 'a' -NoSuchParameter 'b'\n```\n\nRun `Get-NoSuchThing`.\n";
    let block = folder.write("block.md", page);
    let sentence = folder.write("sentence.ps1", commands_in_sentences(page).join("\n"));
    for (file, expected) in [(block, "NoSuchParameter"), (sentence, "Get-NoSuchThing")] {
        let (code, findings) = check(&[file]);
        assert_eq!(code, Some(1), "{findings}");
        assert!(findings.contains(expected), "{findings}");
    }
}

/// Runs the commands of pages: on folders of the test, and with stand-ins for servers.
#[test]
#[ignore = "needs PowerShell tools"]
fn pages_do_what_they_say() {
    let tests: &Path = &root().join("tests/powershell");
    let script = "param($tests)
        $ErrorActionPreference = 'Stop'
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = $tests
        $configuration.Run.Throw = $true
        $configuration.Output.Verbosity = 'Detailed'
        Invoke-Pester -Configuration $configuration";
    let folder = Folder::new();
    let script = folder.write("run.ps1", script);
    let mut command = powershell();
    let output = command.arg("-File").arg(script).arg(tests).output();
    let output = output.expect("the engine runs");
    let text = text_of(&output);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("Failed: 0") && !text.contains("Passed: 0"),
        "{text}"
    );
}
