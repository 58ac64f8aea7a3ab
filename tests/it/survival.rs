//! The farm file is never damaged: by many writers, killed processes, full and read-only disks, and
//! unusual files.

use crate::support::{Folder, Run};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

const FARM: &str = "# Kept by hand.\n[farm]\nname = \"fabrikam\"   # ours\n";
const FARM_AFTER: &str = "# Kept by hand.\n[farm]\nname = \"contoso\"   # ours\n";
const SET: [&str; 3] = ["set", "farm.name", "contoso"];

/// Returns the names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Asserts that a run failed as expected: with this status, these phrases in its message, and an
/// empty standard output.
#[track_caller]
fn assert_failed(run: &Run, code: i32, phrases: &[&str]) {
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    assert_eq!(run.out, "", "{}", run.err);
    for phrase in phrases {
        assert!(run.err.contains(phrase), "no `{phrase}` in:\n{}", run.err);
    }
}

#[track_caller]
fn assert_clean(run: &Run) {
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

fn start(folder: &Folder, arguments: &[&str]) -> Child {
    folder
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn finish(child: Child) -> Run {
    Run::of(child.wait_with_output().expect("the program ends"))
}

// --- Many writers

const OLD_SERVERS: usize = 40;

fn fleet_of_servers() -> String {
    let server =
        |at| format!("\n# server {at}\n[[server]]\nname = \"sp{at}.fabrikam.com\" # {at}\n");
    let servers: String = (0..OLD_SERVERS).map(server).collect();
    format!(
        "# the beginning\n[farm]\nname = \"fabrikam\"\n{servers}\n[probe]\nsmtp-port = 25\n# the end\n"
    )
}

/// Returns 64 edits of different keys, each with the key that shows whether it was made, and the
/// value.
fn edits() -> Vec<(Vec<String>, String, &'static str)> {
    let set = |key: String, value: &'static str| {
        (
            vec!["set".to_owned(), key.clone(), value.to_owned()],
            key,
            value,
        )
    };
    let servers = (0..OLD_SERVERS).map(|at| match at % 2 {
        0 => set(format!("server.sp{at}.fabrikam.com.os"), "2019"),
        _ => set(format!("server.sp{at}.fabrikam.com.role"), "application"),
    });
    let others = [
        ("farm.name", "contoso"),
        ("farm.version", "2016"),
        ("farm.build", "16.0.5456.1000"),
        ("farm.timer-account", "FABRIKAM\\sp_farm"),
        ("incoming-email.mode", "advanced"),
        ("incoming-email.display-address", "sharepoint.fabrikam.com"),
        ("incoming-email.drop-folder", "C:\\drop"),
        ("directory-management.service", "yes"),
        (
            "directory-management.container",
            "OU=SharePoint,DC=fabrikam,DC=com",
        ),
        ("directory-management.smtp-server", "sp1.fabrikam.com"),
        ("probe.timeout", "7s"),
        ("probe.bind-as", "FABRIKAM\\auditor"),
    ];
    let added = (0..12).map(|at| {
        let name = format!("new{at}.fabrikam.com");
        let key = format!("server.{name}.os");
        (
            ["server", "add", &name, "--os", "2016"]
                .map(str::to_owned)
                .to_vec(),
            key,
            "2016",
        )
    });
    servers
        .chain(others.map(|(key, value)| set(key.to_owned(), value)))
        .chain(added)
        .collect()
}

#[test]
fn sixty_four_writers_at_once_lose_nothing() {
    let folder = Folder::with_farm(&fleet_of_servers());
    let edits = edits();
    assert_eq!(edits.len(), 64);
    let words = |edit: &(Vec<String>, String, &str)| -> Child {
        start(
            &folder,
            &edit.0.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    let mut running: Vec<Child> = edits.iter().map(words).collect();
    // Meanwhile, a reader always reads a whole file.
    while running
        .iter_mut()
        .any(|child| child.try_wait().expect("a status").is_none())
    {
        let text = folder.read("farm.toml");
        assert!(
            text.starts_with("# the beginning\n") && text.contains("\n# the end\n"),
            "half a file:\n{text}"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    running
        .into_iter()
        .for_each(|child| assert_clean(&finish(child)));
    let list = folder.run(&["list", "--format", "json"]).json();
    let rows = list.as_array().expect("a list");
    for (_, key, value) in &edits {
        let row = rows
            .iter()
            .find(|row| row["key"] == **key)
            .unwrap_or_else(|| panic!("{key} is lost"));
        assert_eq!(row["value"], *value, "{key}");
    }
    let text = folder.read("farm.toml");
    (0..OLD_SERVERS).for_each(|at| {
        assert!(
            text.contains(&format!("fabrikam.com\" # {at}\n")),
            "comment {at}"
        )
    });
    assert_eq!(names(&folder.path("")), ["farm.toml"]);
}

// --- Killed processes

/// Returns delays that differ within a test, and are the same in every run of it.
fn delays(longest: Duration) -> impl Iterator<Item = Duration> {
    let mut state: u64 = 0x2545_f491_4f6c_dd1d;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        longest.mul_f64((state % 1000) as f64 / 1000.0)
    })
}

#[test]
fn killed_process_leaves_the_old_or_the_new_file() {
    // Large enough that writing takes a while.
    let padding = "# a comment that makes the file longer\n".repeat(10_000);
    let (old, new) = (format!("{FARM}{padding}"), format!("{FARM_AFTER}{padding}"));
    let folder = Folder::with_farm(&old);
    let begin = std::time::Instant::now();
    assert_clean(&folder.run(&SET));
    let usual = begin.elapsed();
    let mut seen = [false; 2];
    for delay in [Duration::ZERO]
        .into_iter()
        .chain(delays(usual.mul_f64(1.2)))
        .take(40)
    {
        folder.write("farm.toml", &old);
        let mut child = start(&folder, &SET);
        std::thread::sleep(delay);
        child.kill().expect("a signal");
        child.wait().expect("its end");
        let text = folder.read("farm.toml");
        assert!(
            text == old || text == new,
            "neither the old nor the new file after {delay:?}: {} bytes",
            text.len()
        );
        seen[usize::from(text == new)] = true;
    }
    assert!(
        seen[0],
        "no run was killed in time: the test proves nothing"
    );
    // Leftovers of a killed process do not affect later ones.
    folder.write("farm.toml", &old);
    assert_clean(&folder.run(&SET));
    assert!(folder.read("farm.toml") == new);
}

#[test]
fn leftovers_of_a_killed_writer_are_no_obstacle() {
    let folder = Folder::with_farm(FARM);
    folder.write(".farm.toml.lock", "");
    for name in [".spinmail-old.tmp", ".spinmail-young.tmp"] {
        folder.write(name, "[farm]\nname = \"ha");
    }
    let old = std::fs::File::options()
        .write(true)
        .open(folder.path(".spinmail-old.tmp"))
        .expect("the file");
    old.set_modified(std::time::SystemTime::now() - Duration::from_secs(120))
        .expect("a time");
    drop(old);
    assert_clean(&folder.run(&SET));
    assert_eq!(folder.read("farm.toml"), FARM_AFTER);
    // The writer of a new one may not have locked it yet.
    assert_eq!(
        names(&folder.path("")),
        [".spinmail-young.tmp", "farm.toml"]
    );
}

// --- The lock; src/fs/lock.rs tests how long a writer waits for it

#[test]
fn reading_and_unchanged_edits_need_no_lock() {
    let folder = Folder::with_farm(FARM);
    let lock = std::fs::File::create(folder.path(".farm.toml.lock")).expect("a lock file");
    lock.lock().expect("the lock");
    assert_clean(&folder.run(&["get", "farm.name"]));
    assert_clean(&folder.run(&["set", "farm.name", "fabrikam"]));
    assert_clean(&folder.run(&["set", "farm.name", "contoso", "--dry-run"]));
}

// --- Unusual content

/// Asserts that every command rejects this content and leaves it unchanged.
#[track_caller]
fn assert_refused(content: &[u8], phrases: &[&str]) {
    let folder = Folder::new();
    folder.write("farm.toml", content);
    for arguments in [
        SET.as_slice(),
        &["show"],
        &["enable", "--dry-run"],
        &["server", "add", "sp1"],
    ] {
        assert_failed(&folder.run(arguments), 2, phrases);
    }
    assert!(
        std::fs::read(folder.path("farm.toml")).expect("the file") == content,
        "the file was touched"
    );
    assert_eq!(names(&folder.path("")), ["farm.toml"]);
}

#[test]
fn other_encodings_are_rejected() {
    assert_refused(
        b"[farm]\nname = \"M\xfcnchen\"\n",
        &["not UTF-8", "line 2 (byte 16)", "save it as UTF-8"],
    );
}

/// Returns a text in the encodings of Windows PowerShell 5.1 and Notepad.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let marked = format!("\u{feff}{text}");
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    vec![
        text.as_bytes().to_vec(),
        marked.as_bytes().to_vec(),
        wide(&marked, u16::to_le_bytes),
        wide(&marked, u16::to_be_bytes),
        wide(text, u16::to_le_bytes),
    ]
}

#[test]
fn farm_file_keeps_its_encoding() {
    let [before, after] = ["fabrikam", "Zürich"].map(|name| {
        encodings(&format!(
            "# Größe\r\n[farm]\r\nname = \"{name}\" # 😀\r\n[incoming-email]\r\nenabled = false\r\n"
        ))
    });
    for (before, after) in before.iter().zip(&after) {
        let folder = Folder::new();
        folder.write("farm.toml", before);
        for arguments in [&["validate"][..], &["set", "farm.name", "Zürich"]] {
            let run = folder.run(arguments);
            assert_eq!(run.code, 0, "{before:?}: {}", run.err);
        }
        let written = std::fs::read(folder.path("farm.toml")).expect("the file");
        assert_eq!(&written, after);
        let get = folder.run(&["get", "farm.name"]);
        assert_eq!((get.code, get.out.trim()), (0, "Zürich"));
    }
}

#[test]
fn facts_and_reports_are_read_in_every_encoding() {
    let folder = Folder::with_farm(&format!("{FARM}[incoming-email]\nenabled = false\n"));
    let facts = "{\"facts\": 1,\r\n\"farm\": \"fabrikam\"}\r\n";
    let report = folder.run(&["validate", "--format", "json"]).out;
    for (facts, report) in encodings(facts).iter().zip(encodings(&report)) {
        folder.write("facts.json", facts);
        folder.write("old.json", report);
        let facts = folder.run(&["verify", "page", "farm", "--facts", "facts.json"]);
        assert_eq!(
            (facts.code, facts.err.contains("error")),
            (0, false),
            "{}",
            facts.err
        );
        let since = folder.run(&["validate", "--since", "old.json"]);
        assert_eq!(since.code, 0, "{}", since.err);
    }
}

#[test]
fn broken_toml_is_reported_and_not_changed() {
    assert_refused(
        b"[farm]\nname = \"fabrikam\n",
        &["farm.toml:2", "`farm.toml` has a mistake; nothing was done"],
    );
}

#[test]
fn a_hundred_megabytes_are_rejected_at_once() {
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path("farm.toml")).expect("a file");
    file.set_len(100 << 20).expect("a large file");
    let begin = std::time::Instant::now();
    for arguments in [SET.as_slice(), &["validate", "--format", "json"], &["show"]] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{}{}", run.out, run.err);
        assert!((run.out + &run.err).contains("`farm.toml` is larger than 16 MiB"));
    }
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(file.metadata().expect("its size").len(), 100 << 20);
}

#[test]
fn folder_as_farm_file_is_rejected() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("farm.toml")).expect("a folder");
    for arguments in [SET.as_slice(), &["show"], &["diff", "farm.toml"]] {
        assert_failed(
            &folder.run(arguments),
            2,
            &["`farm.toml` is a folder, not a file"],
        );
    }
    assert_failed(&folder.run(&["init"]), 2, &["`farm.toml` already exists"]);
    assert_eq!(names(&folder.path("")), ["farm.toml"]);
    assert!(names(&folder.path("farm.toml")).is_empty());
}

/// Asserts that an edit turns a text into exactly another text.
#[track_caller]
fn assert_edit(before: &str, arguments: &[&str], after: &str) {
    let folder = Folder::with_farm(before);
    assert_clean(&folder.run(arguments));
    assert_eq!(folder.read("farm.toml"), after);
}

#[test]
fn line_endings_bom_and_final_newline_are_kept() {
    assert_edit(
        "[farm]\r\nname = 'a'\r\n# b\r\n",
        &SET,
        "[farm]\r\nname = 'contoso'\r\n# b\r\n",
    );
    assert_edit("[farm]\r\n", &SET, "[farm]\r\nname = \"contoso\"\r\n");
    assert_edit(
        "\u{feff}[farm]\nname = \"a\"\n",
        &SET,
        "\u{feff}[farm]\nname = \"contoso\"\n",
    );
    assert_edit("[farm]\nname = \"a\"", &SET, "[farm]\nname = \"contoso\"");
    assert_edit("", &SET, "[farm]\nname = \"contoso\"\n");
    assert_edit("\u{feff}", &SET, "\u{feff}[farm]\nname = \"contoso\"\n");
}

#[test]
fn a_value_that_is_hard_to_quote_is_read_back_unchanged() {
    for value in [
        "it's \"both\" \\ '''",
        "\\\\server\\share",
        "a # b",
        "München ☃",
        "$(rm) `x` %PATH%",
    ] {
        let folder = Folder::with_farm(FARM);
        assert_clean(&folder.run(&["set", "farm.name", value]));
        assert_eq!(folder.run(&["get", "farm.name"]).out, format!("{value}\n"));
        assert!(folder.read("farm.toml").ends_with("   # ours\n"));
    }
}

// --- Creating

#[test]
fn init_never_overwrites() {
    let folder = Folder::with_farm(FARM);
    for arguments in [["init", "--basic"], ["init", "--advanced"]] {
        assert_failed(&folder.run(&arguments), 2, &["`farm.toml` already exists"]);
    }
    assert_eq!(folder.read("farm.toml"), FARM);
    assert_eq!(names(&folder.path("")), ["farm.toml"]);
}

#[test]
fn concurrent_init_has_one_winner() {
    for _ in 0..4 {
        let folder = Folder::new();
        let running: Vec<Child> = (0..6)
            .map(|_| start(&folder, &["init", "--basic"]))
            .collect();
        let runs: Vec<Run> = running.into_iter().map(finish).collect();
        assert_eq!(
            runs.iter().filter(|run| run.code == 0).count(),
            1,
            "{runs:?}"
        );
        let losers = runs.iter().filter(|run| run.code != 0);
        losers.for_each(|run| assert_failed(run, 2, &["`farm.toml` already exists"]));
        assert_clean(&folder.run(&["show"]));
        assert_eq!(names(&folder.path("")), ["farm.toml"]);
    }
}

#[test]
fn a_missing_folder_is_named() {
    let folder = Folder::new();
    let run = folder.run(&["init", "--file", "no/such/farm.toml"]);
    assert_failed(
        &run,
        4,
        &["cannot write `no/such/farm.toml`", "its folder must exist"],
    );
    assert!(
        !run.err.contains(".tmp"),
        "the message does not name the temporary file: {}",
        run.err
    );
}

#[cfg(unix)]
pub mod unix {
    use super::*;
    use crate::support::install;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, chown, symlink};
    use std::process::{Command, Output};

    fn mode(folder: &Folder, name: &str) -> u32 {
        folder
            .path(name)
            .metadata()
            .expect("a file")
            .permissions()
            .mode()
            & 0o7777
    }

    pub fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
            .expect("other permissions");
    }

    /// Returns whether the tests run as root, by the owner of a new file, which needs no library.
    fn is_root() -> bool {
        Folder::with_farm(FARM)
            .path("farm.toml")
            .metadata()
            .expect("a file")
            .uid()
            == 0
    }

    /// Runs a shell script in its own mount namespace, so that its mounts disappear with it.
    fn in_own_namespace(folder: &Folder, script: &str) -> Output {
        let mut command = Command::new("unshare");
        command
            .args(["-m", "sh", "-eu", "-c", script])
            .current_dir(folder.path(""));
        command
            .env("SPINMAIL", env!("CARGO_BIN_EXE_spinmail"))
            .env("NO_COLOR", "1")
            .env_remove("SPINMAIL_FILE");
        command.output().expect("unshare runs")
    }

    /// Runs a command in the folder `disk`, which `prepare` mounts, and returns the result with the
    /// folder's contents afterwards.
    fn on_a_disk(folder: &Folder, prepare: &str, arguments: &str) -> (Run, String) {
        let script = format!(
            "{prepare}\ncd disk\nstatus=0\n\"$SPINMAIL\" {arguments} >../out 2>../err || status=$?\n\
             printf '%s\\n' \"$status\"\nfor name in $(ls -A); do [ \"$name\" = ballast ] || printf '%s: ' \"$name\"; done\n\
             [ ! -e farm.toml ] || cat farm.toml"
        );
        let output = in_own_namespace(folder, &script);
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        let (status, rest) = said
            .split_once('\n')
            .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let code = status.parse().expect("a status");
        let run = Run {
            code,
            out: folder.read("out"),
            err: folder.read("err"),
        };
        (run, rest.to_owned())
    }

    fn with_disk() -> Folder {
        let folder = Folder::with_farm(FARM);
        std::fs::create_dir(folder.path("disk")).expect("a folder");
        folder
    }

    const FULL: &str = "mount -t tmpfs -o size=128k spinmail disk\ncp farm.toml disk/\n\
                        dd if=/dev/zero of=disk/ballast bs=1k 2>/dev/null || true";

    #[test]
    #[ignore = "needs root"]
    fn a_full_disk_loses_nothing() {
        let folder = with_disk();
        let (run, left) = on_a_disk(&folder, FULL, "set farm.name contoso");
        assert_failed(
            &run,
            4,
            &[
                "cannot write `farm.toml`: No space left",
                "free some disk space",
                "nothing was changed",
            ],
        );
        assert_eq!(left, format!("farm.toml: {FARM}"));
    }

    #[test]
    #[ignore = "needs root"]
    fn init_on_a_full_disk_leaves_no_file() {
        let folder = with_disk();
        let full = format!(
            "{FULL}\nrm disk/farm.toml\ndd if=/dev/zero of=disk/ballast bs=1k 2>/dev/null || true"
        );
        let (run, left) = on_a_disk(&folder, &full, "init");
        assert_failed(
            &run,
            4,
            &[
                "cannot write `farm.toml`: No space left",
                "free some disk space",
            ],
        );
        assert_eq!(left, "");
    }

    const READ_ONLY: &str =
        "cp farm.toml disk/\nmount --bind disk disk\nmount -o remount,ro,bind disk";

    #[test]
    #[ignore = "needs root"]
    fn a_read_only_disk_loses_nothing() {
        let folder = with_disk();
        let (run, left) = on_a_disk(&folder, READ_ONLY, "set farm.name contoso");
        assert_failed(
            &run,
            4,
            &[
                "cannot write `farm.toml`: Read-only file system",
                "nothing was changed",
            ],
        );
        assert_eq!(left, format!("farm.toml: {FARM}"));
        let (run, _) = on_a_disk(&folder, READ_ONLY, "set farm.name fabrikam");
        assert_clean(&run);
    }

    #[test]
    #[ignore = "needs root"]
    fn init_on_a_read_only_disk_fails_with_a_plain_message() {
        let folder = with_disk();
        let read_only = READ_ONLY.replace("cp farm.toml disk/\n", "");
        let (run, left) = on_a_disk(&folder, &read_only, "init");
        assert_failed(
            &run,
            4,
            &["cannot write `farm.toml`: Read-only file system"],
        );
        assert_eq!(left, "");
    }

    /// Runs the program as a user without privileges.
    pub fn as_nobody(folder: &Folder, arguments: &[&str]) -> Run {
        if !is_root() {
            return folder.run(arguments);
        }
        // That user may not have access to the build folder.
        let reachable = Folder::new();
        set_mode(&reachable.path(""), 0o755);
        let program = reachable.path("spinmail");
        install(Path::new(env!("CARGO_BIN_EXE_spinmail")), &program);
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(arguments);
        command
            .current_dir(folder.path(""))
            .env("NO_COLOR", "1")
            .env_remove("SPINMAIL_FILE");
        Run::of(command.output().expect("setpriv runs"))
    }

    #[test]
    fn a_read_only_folder_loses_nothing() {
        let folder = Folder::with_farm(FARM);
        set_mode(&folder.path("farm.toml"), 0o666);
        set_mode(&folder.path(""), 0o555);
        let run = as_nobody(&folder, &SET);
        set_mode(&folder.path(""), 0o755);
        assert_failed(
            &run,
            4,
            &[
                "cannot write `farm.toml`: Permission denied",
                "its folder must be writable",
            ],
        );
        assert!(
            !run.err.contains(".tmp") && !run.err.contains(".lock"),
            "{}",
            run.err
        );
        assert_eq!(folder.read("farm.toml"), FARM);
        assert_eq!(names(&folder.path("")), ["farm.toml"]);
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let folder = Folder::with_farm(FARM);
        set_mode(&folder.path(""), 0o755);
        set_mode(&folder.path("farm.toml"), 0o000);
        let run = as_nobody(&folder, &["show"]);
        assert_failed(&run, 2, &["cannot read `farm.toml`: Permission denied"]);
    }

    #[test]
    fn a_write_protected_file_stays() {
        let folder = Folder::with_farm(FARM);
        set_mode(&folder.path("farm.toml"), 0o444);
        assert_failed(
            &folder.run(&SET),
            4,
            &[
                "cannot write `farm.toml`: the file is write-protected",
                "nothing was",
            ],
        );
        assert_eq!(folder.read("farm.toml"), FARM);
        assert_eq!(mode(&folder, "farm.toml"), 0o444);
        assert_eq!(names(&folder.path("")), ["farm.toml"]);
    }

    #[test]
    fn permissions_are_kept() {
        for permissions in [0o600, 0o640, 0o664, 0o755] {
            let folder = Folder::with_farm(FARM);
            set_mode(&folder.path("farm.toml"), permissions);
            assert_clean(&folder.run(&SET));
            assert_eq!(folder.read("farm.toml"), FARM_AFTER);
            assert_eq!(mode(&folder, "farm.toml"), permissions, "{permissions:o}");
        }
    }

    #[test]
    #[ignore = "needs root"]
    fn the_owner_is_kept() {
        let folder = Folder::with_farm(FARM);
        chown(folder.path("farm.toml"), Some(12345), Some(23456)).expect("another owner");
        set_mode(&folder.path("farm.toml"), 0o640);
        assert_clean(&folder.run(&SET));
        let metadata = folder.path("farm.toml").metadata().expect("the file");
        assert_eq!((metadata.uid(), metadata.gid()), (12345, 23456));
        assert_eq!(mode(&folder, "farm.toml"), 0o640);
    }

    #[test]
    fn init_honours_the_umask() {
        for (umask, expected) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
            let folder = Folder::new();
            let mut command = Command::new("sh");
            command
                .args(["-c", &format!("umask {umask}; exec \"$SPINMAIL\" init")])
                .current_dir(folder.path(""));
            command
                .env("SPINMAIL", env!("CARGO_BIN_EXE_spinmail"))
                .env_remove("SPINMAIL_FILE");
            assert_clean(&Run::of(command.output().expect("sh runs")));
            assert_eq!(mode(&folder, "farm.toml"), expected, "umask {umask}");
        }
    }

    #[test]
    fn nothing_is_written_when_nothing_changes() {
        let folder = Folder::with_farm(FARM);
        let state = || {
            let metadata = folder.path("farm.toml").metadata().expect("the file");
            (
                metadata.ino(),
                metadata.mtime(),
                metadata.mtime_nsec(),
                metadata.ctime_nsec(),
            )
        };
        let before = state();
        assert_clean(&folder.run(&["set", "farm.name", "fabrikam"]));
        assert_clean(&folder.run(&["unset", "farm.version"]));
        assert_clean(&folder.run(&["set", "farm.name", "contoso", "--dry-run"]));
        assert_eq!(
            folder.run(&["set", "farm.name", "contoso", "--check"]).code,
            1
        );
        assert_failed(
            &folder.run(&["set", "farm.version", "1999"]),
            2,
            &["`farm.version` cannot be `1999`"],
        );
        assert_eq!(state(), before);
        assert_clean(&folder.run(&SET));
        assert_ne!(state(), before);
    }

    // --- Links

    #[test]
    fn symbolic_links_are_followed_and_stay() {
        let folder = Folder::new();
        for sub in ["here", "there"] {
            std::fs::create_dir(folder.path(sub)).expect("a folder");
        }
        folder.write("there/real.toml", FARM);
        symlink("../there/real.toml", folder.path("there/relative.toml")).expect("a link");
        symlink(
            folder.path("there/relative.toml"),
            folder.path("here/chain.toml"),
        )
        .expect("a link");
        for (link, value) in [("there/relative.toml", "one"), ("here/chain.toml", "two")] {
            assert_clean(&folder.run(&["set", "farm.name", value, "--file", link]));
            assert!(
                folder
                    .path(link)
                    .symlink_metadata()
                    .expect("the link")
                    .is_symlink(),
                "{link} was replaced"
            );
            assert_eq!(
                folder.read("there/real.toml"),
                FARM.replace("fabrikam", value)
            );
        }
        assert_eq!(names(&folder.path("here")), ["chain.toml"]);
        assert_eq!(names(&folder.path("there")), ["real.toml", "relative.toml"]);
    }

    #[test]
    fn dangling_link_has_its_own_error() {
        let folder = Folder::new();
        symlink("nowhere.toml", folder.path("farm.toml")).expect("a link");
        assert_failed(&folder.run(&SET), 2, &["there is no file `farm.toml`"]);
        assert_failed(
            &folder.run(&["init"]),
            2,
            &["`farm.toml` is a symbolic link whose target does not exist"],
        );
        assert_eq!(names(&folder.path("")), ["farm.toml"]);
    }

    #[test]
    fn a_loop_of_links_is_an_error() {
        let folder = Folder::new();
        symlink("farm.toml", folder.path("farm.toml")).expect("a link");
        assert_failed(&folder.run(&SET), 2, &["cannot read `farm.toml`"]);
    }

    // --- Devices and pipes

    #[test]
    fn a_file_without_end_is_rejected() {
        let folder = Folder::with_farm(FARM);
        for arguments in [
            ["show", "--file"],
            ["validate", "--quiet"],
            ["verify", "--facts"],
        ] {
            let run = folder.run(&[&arguments[..], &["/dev/zero"]].concat());
            assert_eq!(run.code, 2, "{}{}", run.out, run.err);
            assert!((run.out + &run.err).contains("`/dev/zero` is larger than 16 MiB"));
        }
    }

    fn fifo(folder: &Folder) {
        let status = Command::new("mkfifo").arg(folder.path("pipe")).status();
        assert!(status.expect("mkfifo runs").success());
    }

    fn is_fifo(folder: &Folder) -> bool {
        folder
            .path("pipe")
            .symlink_metadata()
            .expect("the pipe")
            .file_type()
            .is_fifo()
    }

    /// An edit as root could replace a device for all users.
    #[test]
    fn special_files_are_never_edited() {
        let folder = Folder::new();
        fifo(&folder);
        let run = folder.run(&["set", "farm.name", "contoso", "--file", "pipe"]);
        assert_failed(
            &run,
            2,
            &["`pipe` is not an ordinary file, and cannot be edited"],
        );
        assert_failed(
            &folder.run(&["init", "--file", "pipe"]),
            2,
            &["`pipe` already exists"],
        );
        assert!(is_fifo(&folder));
        assert_eq!(names(&folder.path("")), ["pipe"]);
    }

    #[test]
    fn pipe_is_written_to_and_not_replaced() {
        let folder = Folder::with_farm(FARM);
        fifo(&folder);
        let reader = {
            let path = folder.path("pipe");
            std::thread::spawn(move || std::fs::read_to_string(path).expect("the pipe's end"))
        };
        assert_clean(&folder.run(&["gather", "dns", "--out", "pipe"]));
        let facts: serde_json::Value =
            serde_json::from_str(&reader.join().expect("the reader")).expect("JSON");
        assert_eq!(facts["facts"], 2);
        assert!(is_fifo(&folder));
        assert_eq!(names(&folder.path("")), ["farm.toml", "pipe"]);
    }
}
