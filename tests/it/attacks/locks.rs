//! Links, pipes and locks that other users create at the place of a written file.

use super::users::{Program, User, as_user, is_done, set_mode};
use crate::support::{Folder, Run};
use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

const FARM: &str = "[farm]\nname = \"fabrikam\"\n";
const AFTER: &str = "[farm]\nname = \"contoso\"\n";
const SET: [&str; 3] = ["set", "farm.name", "contoso"];
const LOCK: &str = ".farm.toml.lock";
const STRANGER: User = User {
    uid: 65534,
    gid: 65534,
    groups: "65534",
};

fn fifo(folder: &Folder, name: &str) {
    let status = Command::new("mkfifo").arg(folder.path(name)).status();
    assert!(status.expect("mkfifo runs").success());
}

/// Returns the names in a folder, sorted.
fn names(folder: &Folder) -> Vec<String> {
    let entries = folder.path("").read_dir().expect("a folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// An object at the place of the lock is neither followed nor waited for.
#[test]
fn object_that_is_not_a_lock_is_rejected_at_once() {
    type Put = fn(&Folder);
    let things: [(&str, Put); 4] = [
        ("a link to a new file", |folder| {
            symlink("created", folder.path(LOCK)).expect("a link");
        }),
        ("a link to a file", |folder| {
            folder.write("victim", "of great value\n");
            symlink("victim", folder.path(LOCK)).expect("a link");
        }),
        ("a pipe", |folder| fifo(folder, LOCK)),
        ("a folder", |folder| {
            std::fs::create_dir(folder.path(LOCK)).expect("a folder");
        }),
    ];
    for (what, put) in things {
        let folder = Folder::with_farm(FARM);
        put(&folder);
        let before = names(&folder);
        let begin = Instant::now();
        let run = folder.run(&SET);
        assert!(begin.elapsed() < Duration::from_secs(8), "{what}: it waits");
        assert_eq!(run.code, 4, "{what}: {}", run.err);
        assert!(
            run.err.contains("`.farm.toml.lock` is not a lock file"),
            "{what}: {}",
            run.err
        );
        assert_eq!(folder.read("farm.toml"), FARM, "{what}");
        assert_eq!(names(&folder), before, "{what}");
    }
}

/// Other users can hold a lock that they can open, so it is replaced by one that they cannot open.
#[test]
fn lock_of_an_earlier_writer_that_others_can_open_is_replaced() {
    let folder = Folder::with_farm(FARM);
    folder.write(LOCK, "");
    set_mode(&folder.path(LOCK), 0o666);
    let run = folder.run(&SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(folder.read("farm.toml"), AFTER);
    assert_eq!(names(&folder), ["farm.toml"]);
}

/// Runs `act` while a writer waits for the lock that the test holds.
fn while_locked(folder: &Folder, act: impl FnOnce()) -> Run {
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(folder.path(LOCK))
        .expect("a lock file");
    set_mode(&folder.path(LOCK), 0o600);
    lock.lock().expect("the lock");
    let writer = folder
        .command(&SET)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(folder.read("farm.toml"), FARM, "it did not wait");
    act();
    drop(lock);
    Run::of(writer.wait_with_output().expect("its end"))
}

#[test]
#[ignore = "needs root"]
fn users_who_can_read_a_folder_cannot_hold_its_lock() {
    let folder = Folder::with_farm(FARM);
    set_mode(&folder.path(""), 0o755);
    let run = while_locked(&folder, || {
        let mut flock = as_user(STRANGER, OsStr::new("flock"));
        let path = folder.path(LOCK);
        let output = flock.arg("-ns").arg(path).arg("true").output();
        let output = output.expect("flock runs");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("Permission denied"), "{words}");
    });
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(folder.read("farm.toml"), AFTER);
}

/// Only its user can open the lock file; the table of locks says whether it has a holder.
#[test]
#[ignore = "needs root"]
fn lock_of_another_user_names_its_owner() {
    let program = Program::new();
    let folder = Folder::with_farm(FARM);
    set_mode(&folder.path(""), 0o777);
    set_mode(&folder.path("farm.toml"), 0o666);
    folder.write(LOCK, "");
    set_mode(&folder.path(LOCK), 0o600);
    lchown(folder.path(LOCK), Some(1500), Some(1500)).expect("an owner");
    let run = program.run(STRANGER, &folder.path(""), &SET);
    assert_eq!(run.code, 4, "{}", run.err);
    for words in [
        "`farm.toml` has been locked by the user 1500 for more than 10 s",
        "no process on this machine is seen to hold it",
        "its writer was killed: remove `.farm.toml.lock`",
    ] {
        assert!(run.err.contains(words), "{}", run.err);
    }
    assert_eq!(folder.read("farm.toml"), FARM);
}

// --- Folders that other users can write to

/// Returns a folder with the permissions of /tmp.
fn open_to_all() -> Folder {
    let folder = Folder::with_farm(FARM);
    folder.write("victim", "of great value\n");
    set_mode(&folder.path(""), 0o1777);
    folder
}

#[track_caller]
fn assert_refused(folder: &Folder, line: &[&str]) {
    let run = folder.run(line);
    assert_eq!(run.code, 4, "{line:?}: {}{}", run.out, run.err);
    assert!(
        run.err
            .contains("another user put it into a folder that others can write to"),
        "{line:?}: {}",
        run.err
    );
    assert_eq!(folder.read("victim"), "of great value\n", "{line:?}");
    assert_eq!(folder.read("farm.toml"), FARM, "{line:?}");
}

#[test]
#[ignore = "needs root"]
fn link_that_another_user_planted_is_not_followed() {
    let folder = open_to_all();
    for (target, line) in [
        ("victim", &["validate", "--out", "planted"][..]),
        (
            "farm.toml",
            &["set", "farm.name", "contoso", "--file", "planted"],
        ),
    ] {
        let link = folder.path("planted");
        symlink(folder.path(target), &link).expect("a link");
        lchown(&link, Some(1500), Some(1500)).expect("an owner");
        assert_refused(&folder, line);
        // The same in a chain of links.
        symlink("planted", folder.path("chain")).expect("a link");
        let chained = line.iter().map(|word| match *word {
            "planted" => "chain",
            word => word,
        });
        assert_refused(&folder, &chained.collect::<Vec<_>>());
        // Links of the own user and of the folder's owner are followed.
        lchown(&link, Some(0), Some(0)).expect("an owner");
        let run = folder.run(line);
        assert!(is_done(&run), "{line:?}: {}", run.err);
        assert!(link.is_symlink());
        folder.write("farm.toml", FARM);
        folder.write("victim", "of great value\n");
        for name in ["planted", "chain"] {
            std::fs::remove_file(folder.path(name)).expect("the link");
        }
    }
}

#[test]
#[ignore = "needs root"]
fn pipe_and_file_that_another_user_planted_are_not_written() {
    let folder = open_to_all();
    fifo(&folder, "pipe");
    folder.write("report", "");
    set_mode(&folder.path("report"), 0o666);
    for name in ["pipe", "report"] {
        lchown(folder.path(name), Some(1500), Some(1500)).expect("an owner");
        assert_refused(&folder, &["validate", "--out", name]);
    }
    lchown(folder.path("report"), Some(0), Some(0)).expect("an owner");
    assert!(is_done(&folder.run(&["validate", "--out", "report"])));
}

/// Temporary files of other users are not touched.
#[test]
#[ignore = "needs root"]
fn leftovers_of_other_users_are_left_alone() {
    let program = Program::new();
    let folder = open_to_all();
    set_mode(&folder.path("farm.toml"), 0o666);
    let old = SystemTime::now() - Duration::from_secs(600);
    for (name, uid) in [(".spinmail-own.tmp", 65534), (".spinmail-others.tmp", 1500)] {
        folder.write(name, "half");
        let file = std::fs::File::options()
            .write(true)
            .open(folder.path(name))
            .expect("the file");
        file.set_modified(old).expect("a time");
        lchown(folder.path(name), Some(uid), Some(uid)).expect("an owner");
    }
    let run = program.run(STRANGER, &folder.path(""), &["validate", "--out", "new"]);
    assert!(is_done(&run), "{}", run.err);
    assert!(!folder.path(".spinmail-own.tmp").exists());
    assert!(folder.path(".spinmail-others.tmp").exists());
    let metadata = folder.path("new").metadata().expect("the report");
    assert_eq!(metadata.uid(), 65534);
    assert_eq!(metadata.permissions().mode() & 0o7000, 0);
}
