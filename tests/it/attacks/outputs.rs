//! No command overwrites a file that it reads, or one that was not named as output.

use crate::support::{Folder, Run, example};
use clap::{Arg, Command, ValueHint};
#[cfg(unix)]
use std::path::Path;

/// Returns whether a run completed, whatever it found.
fn is_done(run: &Run) -> bool {
    matches!(run.code, 0 | 1 | 3)
}

/// The option that names the output file.
const OUT: &str = "out";

/// Returns every command that can be run, with the words that call it.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn walk(command: &Command, words: &[String], all: &mut Vec<(Vec<String>, Command)>) {
        for below in command.get_subcommands() {
            let words = [words, &[below.get_name().to_owned()]].concat();
            walk(below, &words, all);
            all.push((words, below.clone()));
        }
    }
    let mut root = spinmail::testing::command();
    root.build();
    let mut all = Vec::new();
    walk(&root, &[], &mut all);
    all
}

fn takes_path(argument: &Arg) -> bool {
    matches!(
        argument.get_value_hint(),
        ValueHint::FilePath | ValueHint::AnyPath | ValueHint::DirPath
    )
}

fn named<'a>(command: &'a Command, id: &str) -> Option<&'a Arg> {
    command
        .get_arguments()
        .find(|argument| argument.get_id() == id)
}

/// Returns the arguments that a command requires, and those that an option requires.
fn required(command: &Command, option: &Arg) -> Vec<String> {
    let positional = command
        .get_positionals()
        .filter(|argument| argument.is_required_set() && argument.get_id() != option.get_id());
    let mut words: Vec<String> = positional
        .map(|_| "docs@sharepoint.fabrikam.com".to_owned())
        .collect();
    if option.get_id() == "smb_password_file" {
        words.extend(["--smb-user".to_owned(), r"FABRIKAM\reader".to_owned()]);
    }
    words
}

/// Calls `tried` with every option and argument that reads a file, of every command with `--out`.
fn each_input(mut tried: impl FnMut(&[String], &Command, &Arg)) -> usize {
    let mut count = 0;
    for (words, command) in commands() {
        if named(&command, OUT).is_none() {
            continue;
        }
        for option in command.get_arguments() {
            if option.get_id() != OUT && takes_path(option) {
                tried(&words, &command, option);
                count += 1;
            }
        }
    }
    count
}

/// Returns the names of a file: its own, another spelling, a hard link, a symbolic link.
fn spellings(folder: &Folder, name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned(), format!("./{name}")];
    let absolute = folder.path(name);
    spellings.push(absolute.to_string_lossy().into_owned());
    std::fs::hard_link(&absolute, folder.path("second-name")).expect("a second name");
    spellings.push("second-name".to_owned());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(name, folder.path("link")).expect("a link");
        spellings.push("link".to_owned());
    }
    spellings
}

#[test]
fn output_to_a_file_that_an_option_reads_is_rejected() {
    let count = each_input(|words, command, option| {
        let folder = Folder::with_farm(&example("farm.toml"));
        let is_folder = option.get_value_hint() == ValueHint::DirPath;
        let (value, target) = match is_folder {
            true => ("input", "input/mail.eml"),
            false => ("input", "input"),
        };
        if is_folder {
            std::fs::create_dir(folder.path("input")).expect("a folder");
        }
        const CONTENT: &str = "of great value\n";
        folder.write(target, CONTENT);
        for out in spellings(&folder, target) {
            if is_folder && out == "second-name" {
                continue;
            }
            let mut line = words.to_vec();
            line.extend(required(command, option));
            if let Some(long) = option.get_long() {
                line.push(format!("--{long}"));
            }
            line.extend([value, "--out", &out].map(str::to_owned));
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            let run = folder.run(&line);
            assert_eq!(run.code, 2, "{line:?}: {}{}", run.out, run.err);
            let message = "which this command reads";
            assert!(run.err.contains(message), "{line:?}: {}", run.err);
            assert_eq!(folder.read(target), CONTENT, "{line:?}");
        }
    });
    assert!(count >= 20, "only {count} inputs were tried");
}

/// The check finds options that read files by their value hint, so each such option needs the hint.
#[test]
fn every_option_that_takes_a_file_has_the_hint() {
    for (words, command) in commands() {
        for argument in command.get_arguments() {
            let names = argument.get_value_names().unwrap_or_default();
            let is_called_file = names.iter().any(|name| {
                ["FILE", "REPORT", "FOLDER"]
                    .iter()
                    .any(|word| name.contains(word))
            });
            // Settings hold paths of other machines.
            let is_setting = spinmail::testing::farm::SETTINGS
                .iter()
                .any(|setting| argument.get_id() == setting.name);
            assert!(
                !is_called_file || is_setting || takes_path(argument),
                "{words:?}: {} takes a file, and has no value_hint",
                argument.get_id()
            );
        }
    }
}

/// The example's farm and facts, and the outputs of commands on them.
fn with_examples() -> Folder {
    let folder = Folder::with_farm(&example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder
}

#[test]
fn output_to_a_file_that_is_read_without_an_option_is_rejected() {
    let folder = with_examples();
    std::fs::create_dir(folder.path("farms")).expect("a folder");
    std::fs::create_dir(folder.path("recorded")).expect("a folder");
    folder.write("farms/a.toml", example("farm.toml"));
    folder.write("recorded/a.json", example("facts.json"));
    folder.write("ca.pem", "of great value\n");
    folder.write(
        "with-ca.toml",
        "[farm]\nname = \"fabrikam\"\n[probe]\nca-file = \"ca.pem\"\n",
    );
    for (line, out) in [
        (&["gather", "--facts", "facts.json"][..], "farm.toml"),
        (&["gather", "--facts", "facts.json"], "facts.json"),
        (&["gather", "--facts", "recorded"], "recorded/a.json"),
        (&["gather", "dns", "--file", "with-ca.toml"], "ca.pem"),
        (&["validate"], "farm.toml"),
        (&["validate", "farms"], "farms/a.toml"),
        (&["verify", "--facts", "facts.json"], "farm.toml"),
        (&["verify", "--facts", "recorded"], "recorded/a.json"),
        (
            &["verify", "--farms", "farms", "--facts", "recorded"],
            "farms/a.toml",
        ),
        (
            &["verify", "--farms", "farms", "--facts", "recorded"],
            "recorded/a.json",
        ),
        (
            &["verify", "--facts", "facts.json", "--file", "with-ca.toml"],
            "ca.pem",
        ),
        (
            &[
                "trace",
                "docs@sharepoint.fabrikam.com",
                "--facts",
                "facts.json",
            ],
            "farm.toml",
        ),
    ] {
        let before = folder.read(out);
        let run = folder.run(&[line, &["--out", out]].concat());
        assert_eq!(run.code, 2, "{line:?} {out}: {}{}", run.out, run.err);
        assert_eq!(folder.read(out), before, "{line:?} {out}");
    }
}

#[test]
fn farm_file_of_the_environment_is_not_overwritten() {
    let folder = with_examples();
    folder.write("other.toml", example("farm.toml"));
    let mut command = folder.command(&["gather", "--facts", "facts.json", "--out", "other.toml"]);
    command.env("SPINMAIL_FILE", "other.toml");
    let run = Run::of(command.output().expect("a run"));
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert_eq!(folder.read("other.toml"), example("farm.toml"));
}

/// Redacted facts are not a copy of the facts, so they must not replace them.
#[test]
fn redacted_output_replaces_no_file() {
    let redact = ["gather", "--facts", "facts.json", "--redact", "--out"];
    for present in ["x.json", "x.farm.toml"] {
        let folder = with_examples();
        folder.write(present, "of great value\n");
        let run = folder.run(&[&redact[..], &["x.json"]].concat());
        assert_eq!(run.code, 2, "{}{}", run.out, run.err);
        assert!(run.err.contains("already exists"), "{}", run.err);
        assert_eq!(folder.read(present), "of great value\n");
        let others = ["x.json", "x.farm.toml"]
            .iter()
            .filter(|name| **name != present);
        for other in others {
            assert!(
                !folder.path(other).exists(),
                "half of the output is written"
            );
        }
        std::fs::remove_file(folder.path(present)).expect("the file");
        let run = folder.run(&[&redact[..], &["x.json"]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(folder.path("x.json").exists() && folder.path("x.farm.toml").exists());
    }
    let folder = with_examples();
    let run = folder.run(&[&redact[..], &["facts.json"]].concat());
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!(folder.read("facts.json"), example("facts.json"));
    assert!(!folder.path("facts.farm.toml").exists());
}

#[test]
fn output_is_overwritten_on_request() {
    let folder = with_examples();
    for line in [
        &["gather", "--facts", "facts.json"][..],
        &["verify", "--facts", "facts.json", "--fail-on", "never"],
        &[
            "trace",
            "docs@sharepoint.fabrikam.com",
            "--facts",
            "facts.json",
        ],
        &["validate"],
    ] {
        folder.write("out", "an earlier report\n");
        let run = folder.run(&[line, &["--out", "out"]].concat());
        assert!(is_done(&run), "{line:?}: {}", run.err);
        assert!(!folder.read("out").contains("earlier"), "{line:?}");
        assert!(run.err.contains("out: written"), "{line:?}: {}", run.err);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Stdio;

    #[test]
    fn output_to_a_dangling_link_is_rejected() {
        let folder = with_examples();
        symlink("nowhere", folder.path("out")).expect("a link");
        for line in [
            &["gather", "--facts", "facts.json"][..],
            &["validate"],
            &["verify", "--facts", "facts.json"],
        ] {
            let run = folder.run(&[line, &["--out", "out"]].concat());
            assert_eq!(run.code, 2, "{line:?}: {}{}", run.out, run.err);
            assert!(
                run.err
                    .contains("`out` is a symbolic link whose target does not exist"),
                "{}",
                run.err
            );
            assert!(folder.path("out").is_symlink(), "{line:?}");
        }
    }

    #[test]
    fn output_through_a_link_replaces_the_target() {
        let folder = with_examples();
        folder.write("real", "an earlier report\n");
        symlink("real", folder.path("middle")).expect("a link");
        symlink(folder.path("middle"), folder.path("out")).expect("a link");
        let run = folder.run(&["validate", "--out", "out"]);
        assert!(is_done(&run), "{}", run.err);
        assert!(folder.path("out").is_symlink() && folder.path("middle").is_symlink());
        assert!(!folder.read("real").contains("earlier"));
    }

    /// Output that a shell appends may follow other content of the file.
    #[test]
    fn output_to_standard_output_is_appended() {
        let folder = with_examples();
        for out in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "log"] {
            folder.write("log", "an earlier line\n");
            let log = std::fs::OpenOptions::new()
                .append(true)
                .open(folder.path("log"))
                .expect("the log");
            let mut command = folder.command(&["validate", "--out", out]);
            let run = Run::of(
                command
                    .stdout(log)
                    .stderr(Stdio::piped())
                    .output()
                    .expect("a run"),
            );
            assert!(is_done(&run), "{out}: {}", run.err);
            let text = folder.read("log");
            assert!(text.starts_with("an earlier line\n"), "{out}: {text}");
            assert!(text.len() > "an earlier line\n".len(), "{out}");
        }
    }

    /// No file is written next to a device.
    #[test]
    fn redacted_facts_to_a_device_have_no_farm_file() {
        let folder = with_examples();
        let redact = ["gather", "--facts", "facts.json", "--redact", "--out"];
        for out in ["/dev/stdout", "/dev/stderr", "/dev/null"] {
            let run = folder.run(&[&redact[..], &[out]].concat());
            assert_eq!(run.code, 0, "{out}: {}", run.err);
            let farm = Path::new(out).with_extension("farm.toml");
            assert!(!farm.exists(), "{}", farm.display());
            assert!(
                run.err.contains("it needs `--out FILE`"),
                "{out}: {}",
                run.err
            );
        }
    }

    /// GNU's programs report a closed standard output; others ignore it.
    #[test]
    fn closed_standard_output_is_an_error() {
        let folder = with_examples();
        let program = env!("CARGO_BIN_EXE_spinmail");
        for (line, hint) in [
            ("gather --facts facts.json", None),
            ("validate", None),
            ("get farm.name", None),
            ("--version", None),
            ("completions bash", None),
            (
                "set farm.name contoso",
                Some("`farm.toml` is written; only the printed output is lost"),
            ),
        ] {
            let mut command = std::process::Command::new("sh");
            command
                .args(["-c", &format!("'{program}' {line} >&-")])
                .env("NO_COLOR", "1")
                .env_remove("SPINMAIL_FILE")
                .current_dir(folder.path(""));
            let run = Run::of(command.output().expect("a shell"));
            assert_eq!(run.code, 4, "{line}: {}", run.err);
            if let Some(hint) = hint {
                assert!(run.err.contains("standard output is closed"), "{}", run.err);
                assert!(run.err.contains(hint), "{}", run.err);
            }
        }
        // Output to `/dev/null` is not an error, even if it is opened for reading and writing, as
        // Rust's runtime does for a closed descriptor.
        let null = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/null")
            .expect("the null device");
        let mut command = folder.command(&["get", "farm.name"]);
        let status = command.stdout(null).status().expect("a run");
        assert!(status.success());
        // Nothing is printed if the output is a file.
        let mut command = std::process::Command::new("sh");
        let line = format!("'{program}' validate --out report >&-");
        command.args(["-c", &line]).current_dir(folder.path(""));
        assert!(is_done(&Run::of(command.output().expect("a shell"))));
    }

    #[test]
    fn full_standard_output_reports_that_the_change_is_made() {
        let farm = "[farm]\nname = \"fabrikam\"\n";
        let full = || std::fs::File::create("/dev/full").expect("a full device");
        for (line, written) in [
            (&["set", "farm.name", "contoso"][..], "farm.toml"),
            (&["init", "--file", "new.toml"], "new.toml"),
        ] {
            let folder = Folder::with_farm(farm);
            let mut command = folder.command(line);
            let run = Run::of(
                command
                    .stdout(full())
                    .stderr(Stdio::piped())
                    .output()
                    .expect("a run"),
            );
            assert_eq!(run.code, 4, "{}", run.err);
            let message = format!("`{written}` is written; only the printed output is lost");
            assert!(run.err.contains(&message), "{}", run.err);
            assert_ne!(folder.read(written), farm);
        }
        let folder = Folder::with_farm(farm);
        let mut command = folder.command(&["get", "farm.name"]);
        let run = Run::of(
            command
                .stdout(full())
                .stderr(Stdio::piped())
                .output()
                .expect("a run"),
        );
        assert_eq!(run.code, 4);
        assert!(!run.err.contains("all the same"), "{}", run.err);
    }
}
