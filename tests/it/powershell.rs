//! PowerShell: printed commands run in Windows PowerShell 5.1, and those that can run here are run.
//!
//! `.ci/run` sets the engine (`SPINMAIL_PWSH`), and the folder of a checker for Windows PowerShell
//! and of stand-ins for the commands of Windows servers (`SPINMAIL_PWSH_TOOLS`).

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

/// Documents with blocks that people paste.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "tests/windows/README.md",
];

/// Folders with scripts for Windows.
const SCRIPTS: &[&str] = &["completions", "examples/recipes", "tests/windows"];

/// The byte order mark by which Windows PowerShell 5.1 recognizes a UTF-8 file.
const BOM: &str = "\u{feff}";

/// Returns the engine, with arguments that prevent profiles and prompts.
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

/// Runs the checker on files. Returns its exit status and its findings, one per line.
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

/// Returns the commands within the sentences of a text: parts in backticks that begin with a verb,
/// a hyphen and a noun.
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
    // `Web-` begins features of Windows Server, `X-` begins message headers.
    name.split_once('-')
        .is_some_and(|(verb, noun)| !["Web", "X"].contains(&verb) && is_word(verb) && is_word(noun))
}

/// Returns the commands of the rule's failing example: those of its remedies, and those in their
/// sentences.
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

/// Writes the texts about a rule into a folder: its printed page, and a script of the commands in
/// its sentences and remedies.
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
fn all_printed_commands_run_in_windows_powershell() {
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
fn commands_of_pages_have_the_stated_effect() {
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

/// A farm with names that have to be quoted, and the lines that are completed with it.
const FARM: &str = r#"
[farm]
name = "fabrikam"
[incoming-email]
mode = "automatic"
[[web-application]]
name = "Intranet"
[[web-application]]
name = "Zürich Nord"
[[web-application]]
name = "it's $(New-Item RAN)"
"#;

/// Lines up to the cursor, what is behind it, and the texts that are offered for the last word.
const COMPLETED: &[(&str, &str, &[&str])] = &[
    ("spinmail veri", "", &["verify"]),
    ("spinmail verify sm", "", &["smtp"]),
    // After a value, and after an option's.
    ("spinmail verify dns --on", "", &["--only"]),
    ("spinmail verify --only dns --ski", "", &["--skip"]),
    // The empty word.
    ("spinmail set mode ", "", &["automatic", "advanced"]),
    ("spinmail set mode adv", "", &["advanced"]),
    (
        "spinmail web-application remove ",
        "",
        &["Intranet", "'Zürich Nord'", "'it''s $(New-Item RAN)'"],
    ),
    ("spinmail web-application remove Z", "", &["'Zürich Nord'"]),
    ("spinmail web-application remove 'Z", "", &["'Zürich Nord'"]),
    (
        "spinmail web-application remove \"Zürich N",
        "",
        &["'Zürich Nord'"],
    ),
    (
        "spinmail web-application remove 'it''s",
        "",
        &["'it''s $(New-Item RAN)'"],
    ),
    // Words that are empty, or end with a backslash, or hold quotes, on the way.
    ("spinmail set farm.name '' --dry", "", &["--dry-run"]),
    ("spinmail set farm.name 'a b\\' --dry", "", &["--dry-run"]),
    (
        "spinmail set farm.name 'a \"b\" c' --dry",
        "",
        &["--dry-run"],
    ),
    (
        "spinmail --file 'my farm.toml' server remove ",
        "",
        &["sp1.fabrikam.com"],
    ),
    // The cursor is inside the line.
    ("spinmail verify sm", " --only dns", &["smtp"]),
    ("spinmail veri", "fy dns", &["verify"]),
    // Another command stands before it.
    ("Get-Date; spinmail exp", "", &["explain"]),
    // Nothing that is typed is run to complete what follows.
    (
        "spinmail verify --facts $(New-Item RAN) --on",
        "",
        &["--only"],
    ),
];

/// Completes lines and prints what is offered for each, with a line between.
const COMPLETE: &str = r"
param($lines, $passing)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$PSNativeCommandArgumentPassing = $passing
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
& ([scriptblock]::Create((spinmail completions powershell | Out-String)))
foreach ($line in [IO.File]::ReadAllLines($lines)) {
    $before, $behind = $line -split [char] 9
    $all = TabExpansion2 -inputScript ($before + $behind) -cursorColumn $before.Length
    foreach ($match in $all.CompletionMatches) { $match.CompletionText }
    '--'
}
if ($env:COMPLETE -or $env:_SPINMAIL_WORDS -or (Test-Path Env:_CLAP_COMPLETE_INDEX)) { 'a variable is left' }
";

/// Returns the engine with the program on its path, in the folder.
fn prompt(folder: &Folder) -> Command {
    let beside = Path::new(env!("CARGO_BIN_EXE_spinmail")).parent();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = powershell();
    command
        .env(
            "PATH",
            format!("{}:{path}", beside.expect("a folder").display()),
        )
        .env("HOME", folder.path(""))
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("SPINMAIL_FILE")
        .env_remove("COMPLETE")
        .current_dir(folder.path(""));
    command
}

/// Windows PowerShell loses empty arguments and quotes on their way to a program; `Legacy` does too.
#[test]
#[ignore = "needs PowerShell"]
fn completion_offers_words_however_arguments_are_passed() {
    let folder = Folder::with_farm(FARM);
    folder.write("my farm.toml", "[[server]]\nname = \"sp1.fabrikam.com\"\n");
    let lines = COMPLETED
        .iter()
        .map(|(line, behind, _)| format!("{line}\t{behind}\n"));
    let lines = folder.write("lines.txt", lines.collect::<String>());
    let script = folder.write("complete.ps1", COMPLETE);
    for passing in ["Standard", "Legacy"] {
        let mut command = prompt(&folder);
        let output = command.arg("-File").arg(&script).arg(&lines).arg(passing);
        let output = output.output().expect("the engine runs");
        let text = text_of(&output);
        let offered: Vec<&str> = text.split("--\n").collect();
        assert_eq!(offered.len(), COMPLETED.len() + 1, "{text}");
        assert_eq!(offered.last(), Some(&""), "{text}");
        for ((line, _, expected), offered) in COMPLETED.iter().zip(offered) {
            // Options are offered for an empty word too.
            let is_option = expected[0].starts_with('-');
            let offered = offered.lines();
            let offered: Vec<&str> = offered
                .filter(|word| is_option || !word.starts_with('-'))
                .collect();
            assert_eq!(&offered, expected, "{passing}: {line}");
        }
        assert!(!folder.path("RAN").exists(), "{passing}");
    }
}

/// Returns the commands that the help says to load the script with.
fn installation(folder: &Folder) -> String {
    let help = folder.run(&["completions", "--help"]).out;
    let (_, ours) = help.split_once("  powershell  ").expect("PowerShell's");
    let lines = ours.lines().enumerate();
    let lines = lines.take_while(|(at, line)| *at == 0 || line.starts_with("     "));
    lines
        .map(|(_, line)| format!("{}\n", line.trim()))
        .collect()
}

/// A new machine has no folder for the profile.
#[test]
#[ignore = "needs PowerShell"]
fn completion_is_loaded_by_what_the_help_says() {
    let folder = Folder::new();
    let install = folder.write("install.ps1", installation(&folder));
    let output = prompt(&folder).arg("-File").arg(install).output();
    let output = output.expect("the engine runs");
    assert!(output.status.success(), "{}", text_of(&output));
    let script = ". $PROFILE
        (TabExpansion2 -inputScript 'spinmail wiz' -cursorColumn 12).CompletionMatches[0].CompletionText";
    let output = prompt(&folder).args(["-Command", script]).output();
    assert_eq!(text_of(&output.expect("the engine runs")), "wizard\n");
}

/// What the help prints, and the script itself, run in Windows PowerShell.
#[test]
#[ignore = "needs PowerShell tools"]
fn completion_runs_in_windows_powershell() {
    let folder = Folder::new();
    let script = folder.run(&["completions", "powershell"]).out;
    assert!(script.is_ascii() && !script.contains("Invoke-Expression"));
    let files = [
        folder.write("script.ps1", script),
        folder.write("install.ps1", installation(&folder)),
    ];
    let (code, findings) = check(&files);
    assert_eq!((code, findings.as_str()), (Some(0), ""), "{findings}");
}

/// What only a farm can show is not shown here; the rest is, and nothing stays behind.
#[test]
#[ignore = "needs PowerShell"]
fn script_for_a_farm_ends_with_facts_a_report_and_answers() {
    let farm = "[farm]\nname = \"fabrikam\"\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
                drop-folder = 'C:\\drop'\n[probe]\ndns-servers = [\"127.0.0.1:9\"]\ntimeout = \"200ms\"\n";
    let folder = Folder::with_farm(farm);
    std::fs::create_dir(folder.path("temporary")).expect("a folder");
    let script = root().join("tests/windows/on-a-farm.ps1");
    let mut command = prompt(&folder);
    command
        .arg("-File")
        .arg(script)
        .args(["-Program", env!("CARGO_BIN_EXE_spinmail")])
        .env("TMPDIR", folder.path("temporary"));
    let output = command.output().expect("the engine runs");
    assert!(output.status.success(), "{}", text_of(&output));
    for name in ["facts.json", "report.html"] {
        assert!(folder.path("on-a-farm").join(name).exists(), "{name}");
    }
    let answers = folder.read("on-a-farm/answers.txt");
    assert!(answers.is_ascii(), "{answers}");
    for point in [
        "gather ends within its time",
        "the facts make a report",
        "completion in this PowerShell",
        "output in a pipe",
    ] {
        let (_, answer) = answers.split_once(point).expect("a point");
        assert_eq!(answer.lines().nth(2), Some("    same"), "{answers}");
    }
    for point in [
        "(Authz)",
        "(SSPI)",
        "(SMB)",
        "(ReplaceFileW)",
        "(ADSI)",
        "Ctrl-C",
    ] {
        assert!(answers.contains(point), "{point}");
    }
    let left = std::fs::read_dir(folder.path("temporary")).expect("the folder");
    let left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    let is_ours = |name: &&std::ffi::OsString| name.to_string_lossy().matches('-').count() == 4;
    assert_eq!(left.iter().find(is_ours), None);
}
