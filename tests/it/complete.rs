//! Completion: the offers, requested as each shell's script requests them, and the result in real
//! shells.

use crate::support::{Folder, Run, root};
#[cfg(unix)]
use std::process::Command;

const FARM: &str = r#"
[farm]
name = "fabrikam"
[incoming-email]
display-address = "sharepoint.fabrikam.com"
safe-servers = ["192.0.2.5", "relay.fabrikam.com"]
[directory-management]
smtp-server = "sp1.fabrikam.com"
[[server]]
name = "sp1.fabrikam.com"
[[server]]
name = "wfe1.fabrikam.com"
[[mail-host]]
name = "mail.fabrikam.com"
[[web-application]]
name = "Intranet"
[[web-application]]
name = "Two words"
[[web-application]]
name = "$(touch ran)"
[[web-application]]
name = "`touch ran`;touch ran"
"#;

fn folder() -> Folder {
    let folder = Folder::with_farm(FARM);
    folder.write(
        "other.toml",
        "[[server]]\nname = \"elsewhere.fabrikam.com\"\n",
    );
    folder
}

/// Requests completions as bash does: the words, and the index of the one to complete.
fn ask(folder: &Folder, words: &[&str]) -> Run {
    let mut command = folder.command(&[&["--", "spinmail"], words].concat());
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    Run::of(command.output().expect("the program runs"))
}

#[track_caller]
fn candidates(folder: &Folder, words: &[&str]) -> Vec<String> {
    let run = ask(folder, words);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}");
    run.out.lines().map(str::to_owned).collect()
}

/// Asserts that exactly these words are offered, without options.
#[track_caller]
fn offers(words: &[&str], expected: &[&str]) {
    let mut found = candidates(&folder(), words);
    found.retain(|candidate| !candidate.starts_with('-'));
    assert_eq!(found, expected, "{words:?}");
}

#[test]
fn settings_their_values_and_names_of_the_farm_are_offered() {
    offers(&["set", "display"], &["display-address"]);
    offers(
        &["set", "incoming-email.d"],
        &[
            "incoming-email.display-address",
            "incoming-email.drop-folder",
        ],
    );
    offers(
        &["get", "server.wfe1.fabrikam.com.o"],
        &["server.wfe1.fabrikam.com.os"],
    );
    offers(
        &["unset", "web-application.Intranet.a"],
        &["web-application.Intranet.account"],
    );
    offers(
        &["set", "accept.dns-null"],
        &[
            "accept.dns-null-mx.reason",
            "accept.dns-null-mx-with-others.reason",
        ],
    );
    offers(&["set", "version", "20"], &["2013", "2016", "2019"]);
    offers(
        &["set", "server.wfe1.fabrikam.com.role", "app"],
        &["application", "application-with-search"],
    );
    offers(
        &["set", "server.sp1.fabrikam.com.smtp-service", ""],
        &["yes", "no"],
    );
    offers(&["set", "approve", "create", "t"], &["title"]);
    offers(
        &["set", "safe-servers", ""],
        &["all", "192.0.2.5", "relay.fabrikam.com"],
    );
    offers(
        &["set", "smtp-server", ""],
        &["wfe1.fabrikam.com", "sp1.fabrikam.com"],
    );
    offers(
        &["dms", "yes", "--smtp-server", "w"],
        &["wfe1.fabrikam.com"],
    );
    offers(&["display-address", ""], &["sharepoint.fabrikam.com"]);
    offers(&["mode", "a"], &["automatic", "advanced"]);
    offers(
        &["server", "remove", ""],
        &["sp1.fabrikam.com", "wfe1.fabrikam.com"],
    );
    offers(&["safe-servers", "remove", "r"], &["relay.fabrikam.com"]);
    offers(&["trace", "docs@"], &["docs@sharepoint.fabrikam.com"]);
    offers(&["set", "no-such-setting", ""], &[]);
}

#[test]
fn rules_areas_and_commands_are_offered() {
    offers(
        &["explain", "dns-null"],
        &["dns-null-mx", "dns-null-mx-with-others"],
    );
    offers(&["explain", "server.NAME.r"], &["server.NAME.role"]);
    offers(&["validate", "--only", "page-mode"], &["page-mode-missing"]);
    offers(
        &["verify", "--skip", "dns,smtp-si"],
        &["dns,smtp-size-small"],
    );
    offers(&["verify", "--only", "farm-ro"], &["farm-role-not-allowed"]);
    assert_eq!(
        candidates(&folder(), &["verify", "--only", "far"])
            .first()
            .map(String::as_str),
        Some("farm")
    );
    offers(&["verify", "sm"], &["smtp"]);
    offers(&["wiz"], &["wizard"]);
    offers(&["help", "ver"], &["verify"]);
    offers(&["help", "inspect", "m"], &["metabase", "mail"]);
    offers(&["help", "inspect"], &["inspect"]);
    offers(&["--color", "a"], &["auto", "always"]);
    assert_eq!(
        candidates(&folder(), &["validate", "--fail"]),
        ["--fail-on"]
    );
}

#[test]
fn names_come_from_the_farm_file_of_the_option() {
    let folder = folder();
    for file in [
        &["--file", "other.toml"][..],
        &["--file=other.toml"],
        &["-f", "other.toml"],
        &["-fother.toml"],
    ] {
        let words = [file, &["server", "remove", ""]].concat();
        let found = candidates(&folder, &words);
        assert_eq!(
            found.first().map(String::as_str),
            Some("elsewhere.fabrikam.com"),
            "{file:?}"
        );
    }
    let mut command = folder.command(&["--", "spinmail", "server", "remove", "e"]);
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "3")
        .env("SPINMAIL_FILE", "other.toml");
    assert_eq!(
        Run::of(command.output().expect("the program runs")).out,
        "elsewhere.fabrikam.com"
    );
}

#[test]
fn mail_hosts_and_what_they_pass_mail_to_are_offered() {
    offers(&["mail-host", "remove", ""], &["mail.fabrikam.com"]);
    offers(&["mail-host", "set", ""], &["mail.fabrikam.com"]);
    offers(
        &["mail-host", "add", "x", "--passes-to", "drop"],
        &["drop-folder"],
    );
    offers(&["mail-host", "add", "x", "--kind", "g"], &["gateway"]);
    offers(
        &["set", "mail-host.mail.fabrikam.com.passes-to", "sp"],
        &["sp1.fabrikam.com"],
    );
}

/// A completed line is run, so every offer must be one word for the shell.
#[test]
fn names_that_a_shell_would_run_are_not_offered() {
    offers(&["web-application", "remove", ""], &["Intranet"]);
    for key in candidates(&folder(), &["get", "web-application."]) {
        assert!(key.starts_with("web-application.Intranet."), "{key}");
    }
}

/// A name that a terminal would show differently is not offered in any shell.
#[cfg(unix)]
#[test]
fn names_with_invisible_characters_are_not_offered() {
    for name in [
        "a\nb",
        "a\tb",
        "a\u{b}b",
        "a\u{1b}[31mb",
        "a\u{7f}b",
        "a\u{202e}b",
    ] {
        let folder = Folder::new();
        folder.write(name, "");
        assert_eq!(
            candidates(&folder, &["verify", "--facts", ""]),
            [""; 0],
            "{name:?}"
        );
    }
    let folder = Folder::new();
    for name in ["-rf.json", "~root.json", "plain.json"] {
        folder.write(name, "");
    }
    assert_eq!(
        candidates(&folder, &["verify", "--facts", ""]),
        ["./-rf.json", "plain.json", "./~root.json"]
    );
}

/// A typed expression is never evaluated for completion.
#[test]
fn word_that_a_shell_would_expand_is_not_completed() {
    let folder = folder();
    for typed in ["$(touch ran)", "`touch ran`", "\"$HOME/", "$HOME"] {
        assert_eq!(
            candidates(&folder, &["verify", "--facts", typed]),
            [""; 0],
            "{typed}"
        );
    }
    assert!(!folder.path("ran").exists());
    folder.write("two words.json", "");
    for typed in ["two\\ w", "'two w", "\"two w", "two' 'w"] {
        assert_eq!(
            candidates(&folder, &["verify", "--facts", typed]),
            ["two words.json"],
            "{typed}"
        );
    }
}

#[test]
fn unreadable_file_still_offers_settings_and_rules() {
    for text in ["[farm", "[farm]\nnmae = 1\n", "\u{1b}[31m"] {
        let folder = Folder::with_farm(text);
        assert_eq!(candidates(&folder, &["set", "displ"]), ["display-address"]);
        assert_eq!(candidates(&folder, &["server", "remove", "s"]), [""; 0]);
    }
    let empty = Folder::new();
    assert_eq!(candidates(&empty, &["explain", "dns-no"]), ["dns-no-mx"]);
}

/// The request of each shell: fish, PowerShell and Elvish send no index, zsh needs its own escapes.
#[test]
fn every_shell_gets_its_own_format() {
    let folder = folder();
    let asked = |shell: &str, index: Option<&str>| {
        let mut command = folder.command(&["--", "spinmail", "explain", "dns-no"]);
        command.env("COMPLETE", shell).env("_CLAP_IFS", "\n");
        index.map(|index| command.env("_CLAP_COMPLETE_INDEX", index));
        let run = Run::of(command.output().expect("the program runs"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        run.out.trim_end().to_owned()
    };
    let summary = spinmail::testing::rules::find("dns-no-mx")
        .expect("a rule")
        .summary;
    assert_eq!(asked("bash", Some("2")), "dns-no-mx");
    assert_eq!(asked("elvish", Some("2")), "dns-no-mx");
    assert_eq!(asked("zsh", Some("2")), format!("dns-no-mx:{summary}"));
    assert_eq!(asked("fish", None), format!("dns-no-mx\t{summary}"));
    assert_eq!(asked("powershell", None), format!("dns-no-mx\t{summary}"));
}

/// The variable may belong to another program, and a shell shows no errors of a completion.
#[test]
fn variable_of_another_program_is_ignored() {
    let folder = folder();
    for value in ["", "0", "1", "yes", "tcsh"] {
        let run = Run::of(
            folder
                .command(&["get", "farm.name"])
                .env("COMPLETE", value)
                .output()
                .expect("a run"),
        );
        assert_eq!((run.code, run.out.as_str()), (0, "fabrikam\n"), "{value}");
    }
    let mut command = folder.command(&["--", "spinmail", "set"]);
    let run = Run::of(
        command
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", "9")
            .output()
            .expect("a run"),
    );
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (4, "", ""));
}

/// Only PowerShell's script passes the words in a variable.
#[test]
fn words_in_a_variable_are_read_for_powershell_only() {
    let folder = folder();
    for (shell, offered) in [
        ("bash", "dns-no-mx"),
        ("elvish", "dns-no-mx"),
        ("fish", "dns-no-mx"),
        ("zsh", "dns-no-mx"),
        ("powershell", "folder-missing"),
    ] {
        let mut command = folder.command(&["--", "spinmail", "explain", "dns-no"]);
        let words = "explain\u{1f}folder-miss\u{1f}";
        command
            .env("COMPLETE", shell)
            .env("_SPINMAIL_WORDS", words)
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_INDEX", "2");
        let run = Run::of(command.output().expect("the program runs"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        assert!(run.out.starts_with(offered), "{shell}: {}", run.out);
    }
}

// --- Real shells

/// Returns a shell with the program's folder first in the path, so that the program has a name.
#[cfg(unix)]
fn shell(program: &str, folder: &Folder) -> Command {
    let mut command = Command::new(program);
    let beside = std::path::Path::new(env!("CARGO_BIN_EXE_spinmail"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .env("PATH", format!("{}:{path}", beside.display()))
        .env("HOME", folder.path(""))
        .env("TERM", "xterm");
    command
        .env_remove("SPINMAIL_FILE")
        .env_remove("COMPLETE")
        .current_dir(folder.path(""));
    command
}

#[cfg(unix)]
#[test]
fn bash_completes() {
    let folder = folder();
    let script = "source <(spinmail completions bash) || exit 9\n\
                  COMP_WORDS=(spinmail set incoming-email.m); COMP_CWORD=2; COMP_TYPE=9\n\
                  _clap_complete_spinmail spinmail incoming-email.m set\nprintf '%s\\n' \"${COMPREPLY[@]}\"";
    let run = Run::of(
        shell("bash", &folder)
            .args(["--norc", "-c", script])
            .output()
            .expect("bash runs"),
    );
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (0, "incoming-email.mode\n", "")
    );
    // bash echoes input only if the terminal echoed it before bash started.
    let mut bash = shell("sh", &folder);
    bash.args(["-c", "stty echo && exec bash --norc --noprofile -i"])
        .env("PS1", "ready> ");
    typed(bash, "source <(spinmail completions bash)");
}

#[cfg(unix)]
#[test]
#[ignore = "needs zsh"]
fn zsh_completes() {
    let folder = folder();
    let start = "PROMPT='ready> '; autoload -Uz compinit && compinit -u -D";
    let mut zsh = shell("zsh", &folder);
    zsh.args(["-f", "-i"]).env("PS1", "ready> ");
    typed(
        zsh,
        &format!("{start} && source <(spinmail completions zsh)"),
    );
    // The completions are a file that zsh loads at the first request.
    let run = folder.run(&["completions", "zsh"]);
    folder.write("_spinmail", run.out);
    let mut zsh = shell("zsh", &folder);
    zsh.args(["-f", "-i"]).env("PS1", "ready> ");
    typed(zsh, &format!("fpath=($PWD $fpath); {start}"));
}

#[cfg(unix)]
#[test]
#[ignore = "needs fish"]
fn fish_completes() {
    let folder = folder();
    let script = "spinmail completions fish | source; complete -C 'spinmail set incoming-email.m'";
    let run = Run::of(
        shell("fish", &folder)
            .args(["--no-config", "-c", script])
            .output()
            .expect("fish runs"),
    );
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (0, "incoming-email.mode\tSettings mode\n", "")
    );
}

/// Types the start of a command line and a tab at a real prompt, and waits for the rest.
#[cfg(unix)]
#[track_caller]
fn typed(shell: Command, start: &str) {
    use expectrl::{Expect, Session};
    let mut session = Session::spawn(shell).expect("a terminal");
    session
        .get_process_mut()
        .set_window_size(100, 40)
        .expect("a size");
    session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
    session.expect("ready> ").expect("a prompt");
    session
        .send_line(format!("{start}; echo sour''ced"))
        .expect("keys");
    session.expect("sourced").expect("the script is read");
    session.expect("ready> ").expect("a prompt");
    for (part, whole) in [
        ("explain dns-no", "dns-no-mx"),
        ("get server.wfe1.fabrikam.com.r", "com.role"),
    ] {
        session.send(format!("spinmail {part}\t")).expect("keys");
        if let Err(error) = session.expect(whole) {
            panic!("`{part}` is not completed to `{whole}`: {error}");
        }
        // Clear the line.
        session.send("\x15").expect("a key");
    }
    session.send_line("exit").expect("keys");
}

/// The committed scripts are the program's output; see `generated.rs`.
#[test]
fn committed_scripts_call_the_program_by_its_name() {
    for name in ["spinmail.bash", "_spinmail", "spinmail.fish"] {
        let path = root().join("completions").join(name);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            text.contains("spinmail --") || text.contains("\"spinmail\" --"),
            "{text}"
        );
        assert!(!text.contains('/') || !text.contains("target/"), "{text}");
    }
}
