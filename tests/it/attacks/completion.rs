//! Completion in real shells: a file's name is never run, split, or changed.
//!
//! For each hostile name, a shell runs in a folder that contains only a file of this name. The test
//! types the start of a command line, a tab and Enter. A stand-in for spinmail answers the shell's
//! completion requests as spinmail does, and records the words of the command line.

use crate::support::{Folder, install};
use expectrl::{Expect, Session};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The file that a name creates if it is run.
const RAN: &str = "RAN";

/// Names that are offered, and must be completed unchanged.
const NAMES: &[&str] = &[
    "xplain.toml",
    "x y.toml",
    "x  two.toml",
    " x.toml",
    "x.toml ",
    "x$(touch RAN)y.toml",
    "x`touch RAN`y.toml",
    "x;touch RAN;y.toml",
    "x&touch RAN&y.toml",
    "x|touch RAN",
    "x||touch RAN",
    "x\u{a0}y.toml",
    "x*y.toml",
    "x?y.toml",
    "x[a-z]y.toml",
    "x{a,b}.toml",
    "x'y.toml",
    "x';touch RAN;'.toml",
    "x\"y.toml",
    "x\";touch RAN;\".toml",
    "x\\y.toml",
    "x\\$(touch RAN).toml",
    "x!ls.toml",
    "x!!.toml",
    "x#y.toml",
    "#x.toml",
    "x>RAN",
    "x<y.toml",
    "x(y).toml",
    "x=y.toml",
    "=ls.toml",
    "x:y.toml",
    "x@y.toml",
    "x,y.toml",
    "x%y^z.toml",
    "x$HOME.toml",
    "x${HOME}.toml",
    "x$'\\x41'.toml",
    "$HOME.toml",
    "~root.toml",
    "x~y.toml",
    "-rf.toml",
    "--out=RAN.toml",
    "xüñ日本😀.toml",
    "x\u{2019};touch RAN;\u{2019}.toml",
    "x\u{201a};touch RAN;\u{201b}.toml",
    "@x.toml",
    "%x.toml",
    "x[1]$(touch RAN)",
];

/// Names with invisible characters, which are not offered.
const UNSEEN: &[&str] = &[
    "x\ny.toml",
    "x\ntouch RAN\n.toml",
    "x\rtouch RAN\r.toml",
    "x\ty.toml",
    "x\u{1b}[31my.toml",
    "x\u{0b}touch RAN",
    "x\u{3}touch RAN",
    "x\u{7f}y.toml",
    "x\u{202e}y.toml",
];

/// Names of folders.
const FOLDERS: &[&str] = &[
    "x$(touch RAN)d",
    "x`touch RAN`d",
    "x;touch RAN;d",
    "x d",
    "x*d",
    "x'd",
];

/// A shell, and how to start it in a terminal.
struct Shell {
    program: &'static str,
    arguments: &'static [&'static str],
    /// The command that loads the completions.
    start: &'static str,
    beginnings: &'static [Beginning],
    /// The pause after which the shell takes input as typed, not pasted.
    pause: Duration,
}

/// The stand-in for spinmail, and what it recorded.
struct Stage {
    folder: Folder,
}

impl Stage {
    fn new() -> Self {
        let folder = Folder::new();
        std::fs::create_dir(folder.path("bin")).expect("a folder");
        let real = folder.path("bin/real");
        install(Path::new(env!("CARGO_BIN_EXE_spinmail")), &real);
        let script = format!(
            "#!/bin/sh\ncase $1 in --|completions) exec '{real}' \"$@\";; esac\n\
             for word; do printf '%s\\0' \"$word\"; done >'{out}'\"$ATTEMPT.new\"\n\
             mv '{out}'\"$ATTEMPT.new\" '{out}'\"$ATTEMPT\"\n",
            real = real.display(),
            out = folder.path("words").display(),
        );
        let program = folder.write("bin/spinmail", script);
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
            .expect("a program");
        Self { folder }
    }

    fn command(&self, shell: &Shell) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let bin = self.folder.path("bin");
        // Some shells echo input only if the terminal echoed it before they started.
        let mut command = Command::new("sh");
        command
            .args(["-c", "stty echo; exec \"$@\"", "sh", shell.program])
            .args(shell.arguments)
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.folder.path(""))
            .env("TERM", "xterm")
            .env("LC_ALL", "C.UTF-8")
            .env("PS1", "ready> ")
            .env_remove("SPINMAIL_FILE")
            .env_remove("COMPLETE")
            .current_dir(self.folder.path(""));
        command
    }

    /// Returns the words of the command line after it was run.
    fn words(&self, attempt: usize, limit: Duration) -> Option<Vec<String>> {
        let path = self.folder.path(&format!("words{attempt}"));
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if let Ok(text) = std::fs::read_to_string(&path) {
                let words = text.split_terminator('\0');
                return Some(words.map(str::to_owned).collect());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Creates a folder that contains one file or one folder.
    fn with_one(&self, at: usize, name: &str, is_folder: bool) -> PathBuf {
        let folder = self.folder.path(&format!("d{at}"));
        std::fs::create_dir(&folder).expect("a folder");
        match is_folder {
            true => std::fs::create_dir(folder.join(name)).expect("a folder"),
            false => std::fs::write(folder.join(name), "").expect("a file"),
        }
        folder
    }

    /// Returns the file that a name has created by being run, anywhere.
    fn what_ran(&self) -> Option<PathBuf> {
        let files = walkdir::WalkDir::new(self.folder.path("")).into_iter();
        files
            .flatten()
            .find(|entry| entry.file_name() == RAN || entry.file_name() == "RAN.toml")
            .map(|entry| entry.into_path())
    }
}

/// The typed start of a name, and whether the shell must complete it.
type Beginning = (&'static str, Finish);

const ALL_BEGINNINGS: &[Beginning] = &[
    ("", Finish::Always),
    ("x", Finish::Always),
    ("'x", Finish::OrNothing),
    ("\"x", Finish::OrNothing),
];

/// The starts for shells that take longer to answer.
const FEW_BEGINNINGS: &[Beginning] = &[("", Finish::Always), ("\"x", Finish::OrNothing)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Finish {
    Always,
    /// The shell may leave the typed text unchanged.
    OrNothing,
}

/// Types the start of each name at a prompt, and compares the completed line.
fn complete_all(shell: &Shell) {
    let stage = Stage::new();
    let mut session = Session::spawn(stage.command(shell)).expect("a terminal");
    session
        .get_process_mut()
        .set_window_size(200, 50)
        .expect("a size");
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    session.expect("ready> ").expect("a prompt");
    session
        .send_line(format!("{}; echo sour''ced", shell.start))
        .expect("keys");
    session.expect("sourced").expect("the script is read");
    let mut attempt = 0;
    let mut faults = Vec::new();
    let names = NAMES.iter().map(|name| (*name, false, true));
    let unseen = UNSEEN.iter().map(|name| (*name, false, false));
    let folders = FOLDERS.iter().map(|name| (*name, true, true));
    let all = names.chain(unseen).chain(folders).enumerate();
    for (at, (name, is_folder, is_offered)) in all {
        let folder = stage.with_one(at, name, is_folder);
        for &(beginning, finish) in shell.beginnings {
            let plain = beginning.trim_start_matches(['\'', '"']);
            if !name.starts_with(plain) {
                continue;
            }
            attempt += 1;
            let folder = folder.display();
            session
                .send_line(format!(
                    "cd '{folder}'; export ATTEMPT={attempt}; echo rea''dy{attempt}."
                ))
                .expect("keys");
            session
                .expect(format!("ready{attempt}."))
                .expect("a prompt");
            session
                .send(format!("spinmail verify --facts {beginning}\t"))
                .expect("keys");
            std::thread::sleep(shell.pause);
            session.send("\r").expect("a key");
            let words = stage.words(
                attempt,
                match finish {
                    Finish::Always => Duration::from_secs(10),
                    Finish::OrNothing => Duration::from_millis(500),
                },
            );
            if words.is_none() {
                // A quote is still open.
                session.send("\x03").expect("a key");
                std::thread::sleep(Duration::from_millis(50));
            }
            let value = words
                .as_deref()
                .map(|words| words.get(2..).unwrap_or_default());
            let same = |word: &str| {
                let word = word.strip_prefix("./").unwrap_or(word);
                word.trim_end_matches('/') == name
            };
            // fish does not complete such a name by its folder.
            let is_by_folder = name.starts_with(['-', '~']);
            let may_stay = !is_offered || is_by_folder || finish == Finish::OrNothing;
            let is_good = match value {
                Some([word]) if same(word) => true,
                Some([word]) => may_stay && *word == plain,
                Some([]) | None => may_stay,
                Some(_) => false,
            };
            if !is_good {
                faults.push(format!("`{beginning}` of {name:?}: {value:?}"));
            }
            if let Some(path) = stage.what_ran() {
                faults.push(format!("`{beginning}` of {name:?} was run"));
                std::fs::remove_file(path).expect("what ran");
            }
        }
    }
    let _ = session.send_line("exit");
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        shell.program,
        faults.join("\n")
    );
}

#[test]
fn bash_hostile_names_are_one_word() {
    complete_all(&Shell {
        program: "bash",
        arguments: &["--norc", "--noprofile", "-i"],
        start: "bind 'set bell-style none'; source <(spinmail completions bash)",
        beginnings: ALL_BEGINNINGS,
        pause: Duration::ZERO,
    });
}

#[test]
fn bash_hostile_names_are_one_word_with_the_static_script() {
    complete_all(&Shell {
        program: "bash",
        arguments: &["--norc", "--noprofile", "-i"],
        start: "bind 'set bell-style none'; source <(spinmail completions bash --static)",
        beginnings: ALL_BEGINNINGS,
        pause: Duration::ZERO,
    });
}

#[test]
#[ignore = "needs zsh"]
fn zsh_hostile_names_are_one_word() {
    complete_all(&Shell {
        program: "zsh",
        arguments: &["-f", "-i"],
        start: "PROMPT='ready> '; setopt no_beep; autoload -Uz compinit && compinit -u -D && \
                source <(spinmail completions zsh)",
        beginnings: FEW_BEGINNINGS,
        pause: Duration::from_millis(100),
    });
}

#[test]
#[ignore = "needs fish"]
fn fish_hostile_names_are_one_word() {
    complete_all(&Shell {
        program: "fish",
        arguments: &[
            "--no-config",
            "-i",
            "-C",
            "function fish_prompt; printf 'ready> '; end",
        ],
        start: "spinmail completions fish | source",
        beginnings: FEW_BEGINNINGS,
        pause: Duration::from_millis(200),
    });
}

/// PowerShell's own engine completes the line, parses the result and reports the words, without
/// running anything. SPINMAIL_PWSH is its path.
#[test]
#[ignore = "needs PowerShell"]
fn powershell_hostile_names_are_one_word() {
    let engine = std::env::var_os("SPINMAIL_PWSH").expect("SPINMAIL_PWSH names pwsh");
    let stage = Stage::new();
    let files = NAMES.iter().map(|name| (*name, false));
    let folders = FOLDERS.iter().map(|name| (*name, true));
    for (at, (name, is_folder)) in files.chain(folders).enumerate() {
        stage.with_one(at, name, is_folder);
    }
    let script = stage.folder.write("complete.ps1", POWERSHELL);
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new(engine)
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(script)
        .env(
            "PATH",
            format!("{}:{path}", stage.folder.path("bin").display()),
        )
        .env("HOME", stage.folder.path(""))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COMPLETE")
        .current_dir(stage.folder.path(""))
        .output()
        .expect("PowerShell runs");
    let words = String::from_utf8(output.stdout).expect("UTF-8");
    let found: Vec<&str> = words.split_terminator('\0').collect();
    let names: Vec<&str> = NAMES.iter().chain(FOLDERS).copied().collect();
    assert_eq!(
        found.len(),
        names.len(),
        "{words}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let faults: Vec<String> = found
        .iter()
        .zip(&names)
        .filter(|(word, name)| word.trim_start_matches("./").trim_end_matches('/') != **name)
        .map(|(word, name)| format!("{name:?}: {word:?}"))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(stage.what_ran(), None);
}

/// Completes a line in each of the folders d0, d1 and so on, and writes its last word, as
/// PowerShell parses it.
const POWERSHELL: &str = r#"
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
spinmail completions powershell | Out-String | Invoke-Expression
for ($at = 0; Test-Path -LiteralPath "$PSScriptRoot/d$at"; $at++) {
    Set-Location -LiteralPath "$PSScriptRoot/d$at"
    $line = 'spinmail verify --facts '
    $completed = TabExpansion2 -inputScript $line -cursorColumn $line.Length
    $line = $line + $completed.CompletionMatches[0].CompletionText
    $errors = $null
    $tokens = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref]$tokens, [ref]$errors)
    $commands = @($tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true))
    $words = @($commands[0].CommandElements)
    $last = $words[-1]
    if ($errors.Count -or $commands.Count -ne 1 -or $words.Count -ne 4 -or
        $last -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) {
        [Console]::Out.Write("not one word: $line`0")
    } else {
        [Console]::Out.Write($last.Value + "`0")
    }
}
# What is typed is not run to complete it.
$line = 'spinmail verify --facts $(New-Item RAN) x'
$null = TabExpansion2 -inputScript $line -cursorColumn $line.Length
"#;
