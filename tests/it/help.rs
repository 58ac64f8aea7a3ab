//! Checks the help of every command: a one-line purpose, grouped options, and two examples that
//! work.

use crate::support::{Folder, Run, root};
use clap::Command;

/// Returns every command with the words that call it, the program itself first.
fn commands() -> Vec<(String, Command)> {
    let mut root = spinmail::testing::command();
    root.build();
    let mut found = Vec::new();
    collect("spinmail", &root, &mut found);
    found
}

fn collect(call: &str, command: &Command, found: &mut Vec<(String, Command)>) {
    found.push((call.to_owned(), command.clone()));
    for sub in command.get_subcommands() {
        collect(&format!("{call} {}", sub.get_name()), sub, found);
    }
}

/// Every command is in a group of the program's help, and the help fits narrow terminals.
#[test]
fn the_programs_help_shows_every_command_in_its_group() {
    let folder = Folder::new();
    for width in [60, 80, 100] {
        let mut command = folder.command(&["--help"]);
        let run = Run::of(
            command
                .env("COLUMNS", width.to_string())
                .output()
                .expect("a run"),
        );
        for title in ["Page", "Farm file", "Checking", "Tools", "Options"] {
            assert_eq!(
                run.out.matches(&format!("\n{title}:\n")).count(),
                1,
                "{title} at {width}"
            );
        }
        for command in spinmail::testing::command().get_subcommands() {
            let line = format!("\n  {} ", command.get_name());
            assert_eq!(
                run.out.matches(&line).count(),
                1,
                "`{}` at {width}:\n{}",
                command.get_name(),
                run.out
            );
        }
        let too_wide = run
            .out
            .lines()
            .find(|line| line.chars().count() > width && !line.contains("display-address"));
        assert_eq!(too_wide, None, "at {width}");
    }
}

/// Returns the examples at the end of the help.
fn examples(command: &Command) -> Vec<String> {
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let examples = help
        .split("\n\n")
        .find_map(|paragraph| paragraph.strip_prefix("Examples:\n"))
        .unwrap_or_default();
    examples
        .lines()
        .map(|line| line.trim().to_owned())
        .collect()
}

#[test]
fn every_command_states_its_purpose_in_a_line() {
    for (call, command) in commands() {
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(
            !about.is_empty() && !about.contains('\n'),
            "{call}: {about:?}"
        );
        assert!(
            about.chars().count() <= 110 && !about.ends_with('.'),
            "{call}: {about:?}"
        );
        assert!(about.starts_with(char::is_uppercase), "{call}: {about:?}");
    }
}

#[test]
fn every_option_has_help_and_long_lists_are_grouped() {
    for (call, command) in commands() {
        for argument in command.get_arguments() {
            assert!(
                argument.get_help().is_some(),
                "{call}: {}",
                argument.get_id()
            );
        }
        let options = command
            .get_opts()
            .filter(|option| option.get_help_heading().is_none());
        let loose: Vec<String> = options.map(|option| option.get_id().to_string()).collect();
        assert!(loose.len() <= 6, "{call}: {loose:?} stand in no group");
    }
}

#[test]
fn every_command_has_two_examples_of_itself() {
    for (call, command) in commands() {
        let examples = examples(&command);
        assert!(examples.len() >= 2, "{call}: {examples:?}");
        for example in &examples {
            assert!(example.starts_with(&call), "{call}: `{example}`");
        }
    }
}

/// A command that edits the farm file states that SharePoint is not changed.
#[test]
fn editing_commands_state_that_only_the_file_changes() {
    let mut count = 0;
    for (call, command) in commands() {
        let is_edit = command
            .get_arguments()
            .any(|argument| argument.get_id() == "dry_run");
        let after = command.get_after_help().map(ToString::to_string);
        let says_so = after.is_some_and(|after| after.contains("Only the farm file is written"));
        assert!(!is_edit || says_so, "{call}");
        count += usize::from(is_edit);
    }
    assert!(count > 15, "only {count} commands edit");
}

/// Returns a farm like the example's, with this second server. Its name server is a local port
/// without a listener.
#[cfg(unix)]
fn farm_with(second_server: &str) -> String {
    format!(
        r#"[farm]
name = "fabrikam"
version = "2016"
build = "16.0.5456.1000"
central-administration-account = 'FABRIKAM\sp_farm'
timer-account = 'FABRIKAM\sp_farm'
mail-from-outside = true

[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\drop'
safe-servers = ["192.0.2.5", "192.0.2.6"]

[directory-management]
service = "yes"
container = "OU=SharePointContacts,DC=fabrikam,DC=com"
smtp-server = "sp1.fabrikam.com"
authenticated-users-only = false
distribution-groups = true
approve = ["create", "delete"]

[[server]]
name = "sp1.fabrikam.com"
incoming-email-service = true
smtp-service = true

[[server]]
name = "{second_server}"
incoming-email-service = true
smtp-service = true

[[web-application]]
name = "Intranet"
account = 'FABRIKAM\sp_web'
maximum-message-size = "50 MB"

[[web-application]]
name = "Suppliers"
account = 'FABRIKAM\sp_web_ext'

[probe]
dns-servers = ["127.0.0.1:9"]
timeout = "100ms"

[[accept]]
rule = "page-alias-domain-needed"
reason = "the alias domain is there"

[[mail-host]]
name = "gateway.fabrikam.com"
passes-to = ["sp1.fabrikam.com"]

[[accept]]
rule = "page-drop-folder-remote"
reason = "known"

[[accept]]
rule = "dns-ipv6-silent"
subject = "sp1.fabrikam.com"
reason = "known"
"#
    )
}

/// Returns a folder in which the examples work: the farm above with short timeouts and without a
/// network, its facts, and other files.
#[cfg(unix)]
fn prepared(with_farm: bool) -> Folder {
    let folder = Folder::new();
    let read =
        |name: &str| std::fs::read_to_string(root().join(name)).expect("a file of the repository");
    let farm = farm_with("sp2.fabrikam.com");
    for name in ["farms", "facts"] {
        std::fs::create_dir(folder.path(name)).expect("a folder");
    }
    if with_farm {
        folder.write("farm.toml", &farm);
        folder.write("farms/fabrikam.toml", &farm);
    }
    folder.write("production.toml", &farm);
    folder.write("staging.toml", farm_with("sp3.fabrikam.com"));
    folder.write("facts.json", read("examples/facts.json"));
    for name in ["sp1.json", "sp2.json", "facts/fabrikam.json"] {
        folder.write(name, read("examples/facts.json"));
    }
    if with_farm {
        let report = folder.run(&["validate", "--format", "json"]);
        folder.write("last-week.json", report.out);
    }
    let metabase = read("crates/iis-metabase/tests/samples/alias.xml");
    let list = metabase
        .split("RelayIpList=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a list");
    folder.write("relay-list.txt", list);
    let mail = "x-sender: a@fabrikam.com\r\nx-receiver: docs@sharepoint.fabrikam.com\r\nFrom: a@fabrikam.com\r\n\r\nhello\r\n";
    folder.write("0a1b2c3d.eml", mail);
    folder.write("one.eml", mail);
    folder.write("other.eml", mail);
    folder.write("aliases.txt", "docs\n");
    folder.write("MetaBase.xml", metabase);
    folder
}

#[cfg(unix)]
fn shell(folder: &Folder, script: &str) -> std::process::Command {
    let mut command = std::process::Command::new("sh");
    let beside = std::path::Path::new(env!("CARGO_BIN_EXE_spinmail"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .env("PATH", format!("{}:{path}", beside.display()))
        .env("NO_COLOR", "1")
        .env_remove("SPINMAIL_FILE");
    command.args(["-euc", script]).current_dir(folder.path(""));
    command
}

/// Each example works when it is typed at a shell: it ends with a result, never with a usage error
/// or an unfinished run.
#[cfg(unix)]
#[test]
fn every_example_runs() {
    let mut count = 0;
    for (call, command) in commands() {
        for example in examples(&command) {
            count += 1;
            // A new file must not exist yet.
            let folder = prepared(!example.starts_with("spinmail init"));
            if example.starts_with("spinmail wizard") {
                starts_a_conversation(&folder, &example);
                continue;
            }
            let run = Run::of(shell(&folder, &example).output().expect("a shell"));
            assert!(
                [0, 1, 3].contains(&run.code),
                "{call}: `{example}` ends with {}\n{}{}",
                run.code,
                run.out,
                run.err
            );
            assert!(
                !run.err.contains("error: "),
                "{call}: `{example}`\n{}",
                run.err
            );
        }
    }
    assert!(count > 60, "only {count} examples");
}

#[cfg(unix)]
fn starts_a_conversation(folder: &Folder, example: &str) {
    use expectrl::{Expect, Session};
    let mut command = shell(folder, &format!("exec {example}"));
    let mut session = Session::spawn(std::mem::replace(
        &mut command,
        std::process::Command::new("true"),
    ))
    .expect("a terminal");
    session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
    session
        .expect("Enable sites on this server")
        .unwrap_or_else(|error| panic!("`{example}`: {error}"));
    session.send("\x03").expect("a key");
}

/// `help` with a command's words prints the same as the command's `--help`.
#[test]
fn help_is_also_a_command() {
    let folder = Folder::new();
    for (call, _) in commands() {
        let words: Vec<&str> = call.split(' ').skip(1).collect();
        let command = folder.run(&[&["help"], &words[..]].concat());
        let option = folder.run(&[&words[..], &["--help"]].concat());
        assert_eq!((command.code, command.err.as_str()), (0, ""), "{call}");
        assert_eq!(command.out, option.out, "{call}");
    }
    for (words, hint) in [
        (&["help", "verfy"][..], "hint: did you mean `verify`?"),
        (&["help", "inspect", "mial"], "hint: did you mean `mail`?"),
        (
            &["help", "verify", "dns"],
            "there is no command `verify dns`",
        ),
    ] {
        let run = folder.run(words);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{words:?}");
        assert!(run.err.contains(hint), "{words:?}: {}", run.err);
    }
}

/// A bug report can state the exact version of the program.
#[test]
fn the_version_includes_commit_and_target() {
    let folder = Folder::new();
    let run = folder.run(&["--version"]);
    let rest = run
        .out
        .strip_prefix(concat!("spinmail ", env!("CARGO_PKG_VERSION"), " ("))
        .expect("the version");
    let (commit, target) = rest
        .strip_suffix(")\n")
        .and_then(|rest| rest.split_once(", "))
        .expect("commit and target");
    assert!(target.starts_with(std::env::consts::ARCH), "{target}");
    let head = std::process::Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(root())
        .output();
    let is_named = std::env::var_os("SPINMAIL_COMMIT").is_some();
    match head
        .ok()
        .filter(|head| head.status.success() && root().join(".git").exists() && !is_named)
    {
        Some(head) => {
            assert!(
                String::from_utf8_lossy(&head.stdout).starts_with(commit) && commit.len() == 12,
                "{commit}"
            )
        }
        None => assert!(
            commit.chars().all(|letter| letter.is_ascii_alphanumeric()),
            "{commit}"
        ),
    }
    assert_eq!(folder.run(&["-V"]).out, run.out);
}

/// At a terminal, a rule's page ends before its examples, and names the option that shows them.
#[cfg(unix)]
#[test]
fn explain_is_short_at_a_terminal_and_complete_otherwise() {
    use expectrl::{Eof, Expect, Session};
    let folder = Folder::new();
    let seen = |script: &str| {
        let mut session = Session::spawn(shell(&folder, script)).expect("a terminal");
        session
            .get_process_mut()
            .set_window_size(60, 40)
            .expect("a size");
        session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
        String::from_utf8_lossy(session.expect(Eof).expect("the end").as_bytes()).into_owned()
    };
    let short = seen("sleep 0.3; spinmail explain dns-no-mx");
    assert!(
        short.contains("## Fix") && !short.contains("## Fails") && short.contains("`--verbose`"),
        "{short}"
    );
    let whole = seen("sleep 0.3; spinmail explain dns-no-mx --verbose");
    assert!(
        whole.contains("## Fails") && !whole.contains("`--verbose`"),
        "{whole}"
    );
    assert!(
        folder
            .run(&["explain", "dns-no-mx"])
            .out
            .contains("## Fails")
    );
}

// --- Mistyped words

/// The most likely intended word is suggested.
#[test]
fn mistyped_words_get_a_suggestion() {
    let folder =
        Folder::with_farm("[farm]\nname = \"f\"\n[[server]]\nname = \"sp1.fabrikam.com\"\n");
    for (words, meant) in [
        (&["verfy"][..], "verify"),
        (&["valdate"], "validate"),
        (&["server", "ad", "x"], "add"),
        (&["safe-servers", "ony", "x"], "only"),
        (&["show", "--fromat", "json"], "--format"),
        (&["verify", "--fact", "x"], "--facts"),
        (&["show", "--format", "jsno"], "json"),
        (&["verify", "dsn"], "dns"),
        (&["verify", "--fail-on", "waring"], "warning"),
        (&["mode", "advnaced"], "advanced"),
        (&["dms", "remot"], "remote"),
        (&["completions", "bsh"], "bash"),
        (
            &["get", "incoming-email.display-adress"],
            "incoming-email.display-address",
        ),
        (&["get", "drop-foldr"], "incoming-email.drop-folder"),
        (&["set", "version", "subscripton"], "subscription"),
        (&["set", "enabled", "yess"], "yes"),
        (&["set", "approve", "creat"], "create"),
        (&["get", "server.sp1.fabrikam.con.role"], "sp1.fabrikam.com"),
        (
            &["server", "remove", "sp1.fabricam.com"],
            "sp1.fabrikam.com",
        ),
        (&["explain", "dns-no-xm"], "dns-no-mx"),
        (&["explain", "inbound-email.mode"], "incoming-email.mode"),
        (
            &["validate", "--only", "page-mod-missing"],
            "page-mode-missing",
        ),
        (&["verify", "--skip", "dsn"], "dns"),
        (
            &["set", "accept.page-mode-mising.reason", "x"],
            "page-mode-missing",
        ),
    ] {
        let run = folder.run(words);
        assert_eq!(run.code, 2, "{words:?}\n{}", run.err);
        let suggests = |line: &str| {
            let is_tip = line.contains("did you mean") || line.contains("similar");
            is_tip && (line.contains(&format!("`{meant}`")) || line.contains(&format!("'{meant}'")))
        };
        assert!(
            run.err.lines().any(suggests),
            "{words:?} should suggest `{meant}`\n{}",
            run.err
        );
    }
}

/// A usage error shows the typed options as they are declared, not a group of options of which one
/// is required.
#[test]
fn a_usage_error_does_not_list_required_options() {
    let folder = Folder::new();
    for (typed, usage) in [
        (
            "server list --file=farm.toml --verbose=yes",
            "spinmail server list --file <FILE> --verbose",
        ),
        (
            "safe-servers add --check --quiet=yes relay.fabrikam.com",
            "spinmail safe-servers add --check --quiet <ENTRY>...",
        ),
        (
            "set mode advanced --dry-run=yes",
            "spinmail set --dry-run <KEY> <VALUE>...",
        ),
        ("verify dns --all=yes", "spinmail verify --all [AREA]..."),
        (
            "gather dns --redact=yes",
            "spinmail gather --redact [AREA]...",
        ),
    ] {
        let run = folder.run(&typed.split(' ').collect::<Vec<_>>());
        assert!(
            run.err.contains(&format!("\nUsage: {usage}\n")),
            "{typed}:\n{}",
            run.err
        );
    }
}
