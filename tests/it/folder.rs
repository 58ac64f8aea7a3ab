//! The drop folder: verdicts on real files, and on recorded facts.

use crate::support::{Folder, Run};
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Area, Case, Selection, Verdict};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

const FARM: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\drop'
"#;

/// The rules about rights, which other tests cover.
const RIGHTS: &str = "folder-account,folder-writer,folder-no-list,folder-timer,folder-pool,folder-not,folder-admin,folder-web,folder-open,folder-order,\
    folder-share,folder-local";

/// The rule about the disk, whose verdict on a real folder depends on the machine; [`edges`] covers
/// it.
const DISK: &str = "folder-disk-low";

const GOOD: &str = "x-sender: user@contoso.com\r\nx-receiver: docs@sharepoint.fabrikam.com\r\nSubject: Report\r\n\r\nText\r\n";

/// Returns a folder with a farm file and an empty drop folder.
fn with_drop(farm: &str) -> Folder {
    let folder = Folder::with_farm(farm);
    fs::create_dir(folder.path("drop")).expect("a folder");
    folder
}

fn aged(path: &Path, seconds: u64) {
    let then = SystemTime::now() - Duration::from_secs(seconds);
    File::options()
        .write(true)
        .open(path)
        .expect("the file")
        .set_modified(then)
        .expect("an age");
}

fn verify(folder: &Folder, more: &[&str]) -> Run {
    folder.run(
        &[
            &[
                "verify",
                "drop-folder",
                "--folder",
                "drop",
                "--format",
                "json",
                "--skip",
                RIGHTS,
                "--skip",
                DISK,
            ],
            more,
        ]
        .concat(),
    )
}

/// Returns the rules with this outcome, in the report's order.
fn rules_that(run: &Run, outcome: &str) -> Vec<String> {
    let report = run.json();
    let verdicts = report["verdicts"].as_array().expect("verdicts").clone();
    let those = verdicts
        .into_iter()
        .filter(|verdict| verdict["outcome"] == outcome);
    those
        .map(|verdict| {
            verdict["rule"]
                .as_str()
                .unwrap()
                .trim_start_matches("folder-")
                .to_owned()
        })
        .collect()
}

fn contents(folder: &Folder) -> Value {
    let run = folder.run(&["gather", "folder", "--folder", "drop"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()["folder"]["folders"][0]["contents"]["known"].clone()
}

// --- Real files

#[test]
fn a_healthy_folder_passes() {
    let folder = with_drop(FARM);
    let aliases = folder.write("aliases.txt", "docs\n");
    folder.write("drop/a.eml", GOOD);
    let run = verify(&folder, &["--aliases", aliases.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(rules_that(&run, "not-applicable"), ["mail-too-large"]);
    let space = &contents(&folder)["space"]["known"];
    assert!(space["total"].as_u64() > Some(0), "{space}");
    // Without known lists, it is not known whether an alias belongs to one.
    let run = verify(&folder, &[]);
    assert_eq!(
        (run.code, rules_that(&run, "undecided")),
        (3, vec!["alias-unknown".to_owned()])
    );
}

#[test]
fn each_kind_of_message_has_its_rule() {
    let message =
        |lines: &str| format!("x-receiver: docs@sharepoint.fabrikam.com\r\n{lines}\r\nText\r\n");
    let tnef = message(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/ms-tnef\r\n",
    );
    for (name, text, age, failed, code) in [
        (
            "a.eml",
            "From: a\r\n\r\nx-receiver: docs@sharepoint.fabrikam.com\r\n".to_owned(),
            0,
            &["mail-unroutable"][..],
            1,
        ),
        (
            "a.eml",
            "x-receiver:\r\n\r\n".to_owned(),
            0,
            &["mail-unroutable"],
            1,
        ),
        ("a.EML", String::new(), 90, &["mail-unroutable"], 1),
        (
            "a.eml",
            "x\0-\0r\0e\0c\0".to_owned(),
            90,
            &["mail-unroutable"],
            1,
        ),
        (
            "a.eml",
            message("X-Mailer: Microsoft SharePoint Foundation 2010\r\n"),
            0,
            &["loop-guard"],
            0,
        ),
        ("a.eml", tnef, 0, &["attachments-wrapped"], 0),
        (
            "a.eml",
            GOOD.replace("fabrikam", "contoso"),
            0,
            &["domain-foreign"],
            0,
        ),
        (
            "a.eml",
            GOOD.replace("docs", "docs72"),
            0,
            &["alias-unknown"],
            0,
        ),
        (
            "a.eml",
            GOOD.replace("docs", "DOCS").replace("fabrikam", "Fabrikam"),
            0,
            &[],
            0,
        ),
        ("a.eml", GOOD.to_owned(), 601 + 60, &["mail-stuck"], 0),
        (
            "a.eml",
            GOOD.to_owned(),
            20 * 3600 + 60,
            &["mail-stuck", "mail-expiring"],
            1,
        ),
        (
            "a.eml",
            GOOD.to_owned(),
            25 * 3600,
            &["mail-stuck", "mail-expiring"],
            1,
        ),
        ("a.txt", GOOD.to_owned(), 25 * 3600, &["other-files"], 0),
        ("eml", GOOD.to_owned(), 0, &["other-files"], 0),
    ] {
        let folder = with_drop(FARM);
        folder.write("aliases.txt", "docs\n");
        aged(&folder.write(&format!("drop/{name}"), &text), age);
        let run = verify(&folder, &["--aliases", "aliases.txt"]);
        assert_eq!(
            (rules_that(&run, "fail"), run.code),
            (failed.iter().map(|id| (*id).to_owned()).collect(), code),
            "{text:?}"
        );
        assert!(rules_that(&run, "undecided").is_empty(), "{text:?}");
    }
}

#[test]
fn incomplete_young_message_is_ignored() {
    let folder = with_drop(FARM);
    folder.write("drop/a.eml", "x-sender: a@b\r\n");
    folder.write("drop/b.eml", "");
    let run = verify(&folder, &["--only", "folder-mail-unroutable"]);
    assert_eq!(
        (run.code, rules_that(&run, "pass")),
        (0, vec!["mail-unroutable".to_owned()])
    );
    assert_eq!(contents(&folder)["arriving"], 2);
    aged(&folder.path("drop/a.eml"), 120);
    aged(&folder.path("drop/b.eml"), 120);
    assert_eq!(contents(&folder)["unroutable"]["count"], 2);
}

#[test]
fn a_receiver_below_the_head_is_not_decided() {
    let folder = with_drop(FARM);
    folder.write(
        "drop/a.eml",
        "From: a\r\nx-receiver: docs@sharepoint.fabrikam.com\r\n\r\n",
    );
    let run = verify(&folder, &["--only", "folder-mail-unroutable"]);
    assert_eq!(
        (run.code, rules_that(&run, "undecided")),
        (3, vec!["mail-unroutable".to_owned()])
    );
}

/// Uncertain recipients are neither foreign nor unknown, and no rule passes.
#[test]
fn uncertain_recipients_decide_nothing() {
    let receiver = "x-receiver: docs@sharepoint.fabrikam.com\r\n";
    for text in [
        format!("\u{feff}{receiver}\r\n"),
        format!("\r\n{receiver}\r\n"),
        format!("From a Mon Nov 23\r\n{receiver}\r\n"),
        "x-receiver: docs@sharepoint".to_owned(),
        "x-receiver: Team Docs <docs@sharepoint.fabrikam.com>\r\n\r\n".to_owned(),
        format!("Received: x\r\n{receiver}\r\n"),
    ] {
        let folder = with_drop(FARM);
        folder.write("aliases.txt", "docs\n");
        aged(&folder.write("drop/a.eml", &text), 120);
        let run = verify(
            &folder,
            &["--aliases", "aliases.txt", "--skip", "folder-mail-too"],
        );
        assert_eq!(
            rules_that(&run, "undecided"),
            ["mail-unroutable", "alias-unknown", "domain-foreign"],
            "{text:?}"
        );
        assert!(rules_that(&run, "fail").is_empty(), "{text:?} {}", run.out);
        assert!(
            run.out.contains("1 message names a recipient only"),
            "{}",
            run.out
        );
    }
    // One uncertain recipient of two leaves it undecided whether all are known.
    let folder = with_drop(FARM);
    folder.write("aliases.txt", "docs\n");
    folder.write(
        "drop/a.eml",
        format!("{receiver}x-receiver: a@b, c@d\r\n\r\n"),
    );
    let run = verify(
        &folder,
        &[
            "--aliases",
            "aliases.txt",
            "--only",
            "folder-alias,folder-domain,folder-mail-unroutable",
        ],
    );
    assert_eq!(
        (
            rules_that(&run, "undecided").len(),
            rules_that(&run, "pass")
        ),
        (2, vec!["mail-unroutable".to_owned()])
    );
}

#[test]
fn files_with_a_future_date_are_undecided() {
    let folder = with_drop(FARM);
    let path = folder.write("drop/a.eml", GOOD);
    let ahead = SystemTime::now() + Duration::from_secs(7200);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(ahead)
        .unwrap();
    let run = verify(&folder, &["--only", "folder-mail"]);
    assert_eq!(
        rules_that(&run, "undecided"),
        ["mail-stuck", "mail-expiring"]
    );
    assert_eq!(contents(&folder)["ages"]["ahead"], 1);
}

#[test]
fn four_hundred_files_are_a_backlog() {
    let folder = with_drop(FARM);
    (0..399).for_each(|at| drop(folder.write(&format!("drop/{at}.eml"), GOOD)));
    let backlog =
        |folder: &Folder| rules_that(&verify(folder, &["--only", "folder-backlog"]), "fail");
    assert!(backlog(&folder).is_empty());
    folder.write("drop/left-over.txt", "");
    assert_eq!(backlog(&folder), ["backlog"]);
}

#[test]
fn listed_files_are_bounded_and_counts_are_not() {
    let folder = with_drop(FARM);
    let message = |at: usize| format!("x-receiver: list{at:05}@sharepoint.fabrikam.com\r\n\r\n");
    for at in 0..4200 {
        folder.write(&format!("drop/{at:05}.eml"), message(at));
    }
    let seen = contents(&folder);
    assert_eq!(seen["messages"], 4200);
    assert_eq!(seen["addresses"]["counted"].as_array().unwrap().len(), 4096);
    assert_eq!(seen["addresses"]["others"], 104);
    assert_eq!(
        seen["addresses"]["counted"][4095]["name"],
        "list04095@sharepoint.fabrikam.com"
    );
    assert_eq!(
        seen["domains"],
        json!({"counted": [{"name": "sharepoint.fabrikam.com", "messages": 4200,
        "oldest": seen["domains"]["counted"][0]["oldest"]}], "others": 0})
    );
    for list in ["oldest", "newest", "largest"] {
        assert_eq!(seen[list].as_array().unwrap().len(), 20, "{list}");
    }
    // All aliases that are listed by name are known, but the others may be unknown.
    let known: String = (0..4096).map(|at| format!("list{at:05}\n")).collect();
    folder.write("aliases.txt", known);
    let run = verify(
        &folder,
        &["--only", "folder-alias-unknown", "--aliases", "aliases.txt"],
    );
    assert_eq!(
        (run.code, rules_that(&run, "undecided")),
        (3, vec!["alias-unknown".to_owned()])
    );
    folder.write("aliases.txt", "list00000\n");
    let run = verify(
        &folder,
        &["--only", "folder-alias-unknown", "--aliases", "aliases.txt"],
    );
    assert_eq!(rules_that(&run, "fail"), ["alias-unknown"]);
}

/// Control characters in file names and in headers.
#[cfg(unix)]
#[test]
fn file_names_are_escaped() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = with_drop(FARM);
    let evil = "\u{1b}[31m\u{202e}\u{9b}2J\u{7}\u{200f}";
    let head =
        format!("x-sender: {evil}@a\r\nx-receiver: {evil}@{evil}\r\nSubject: {evil}\r\n\r\n");
    let unroutable = format!("Subject: {evil}\r\nFrom: {evil}\r\n\r\n");
    let name = |end: &str| {
        [
            b"drop/".as_slice(),
            evil.as_bytes(),
            b"\xff",
            end.as_bytes(),
        ]
        .concat()
    };
    for (end, text) in [("1.eml", &head), ("2.eml", &unroutable), ("3.txt", &head)] {
        let path = folder.path("").join(OsStr::from_bytes(&name(end)));
        fs::write(&path, text).unwrap();
        aged(&path, 80_000);
    }
    folder.write("aliases.txt", "docs\n");
    let is_plain = |text: &str| {
        !text
            .chars()
            .any(|letter| letter != '\n' && spinmail::testing::text::is_unsafe(letter))
    };
    let mut runs = vec![folder.run(&["gather", "folder", "--folder", "drop"])];
    for format in ["text", "table", "json"] {
        runs.push(folder.run(&[
            "verify",
            "folder",
            "--folder",
            "drop",
            "--aliases",
            "aliases.txt",
            "--verbose",
            "--format",
            format,
        ]));
    }
    for format in ["text", "json"] {
        let mut command = folder.command(&[
            "inspect",
            "mail",
            "--format",
            format,
            "--aliases",
            "aliases.txt",
        ]);
        command.args([1, 2].map(|at| OsStr::from_bytes(&name(&format!("{at}.eml"))).to_owned()));
        runs.push(Run::of(command.output().unwrap()));
    }
    for run in runs {
        assert!(
            is_plain(&run.out) && is_plain(&run.err),
            "{:?}\n{:?}",
            run.out,
            run.err
        );
        assert!(run.out.contains("202e"), "the name is shown: {}", run.out);
    }
}

#[cfg(unix)]
#[test]
fn only_ordinary_files_are_opened() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let folder = with_drop(FARM);
    let pipe = folder.path("drop/pipe.eml");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    folder.write("outside.eml", "From: a\r\n\r\n");
    symlink(folder.path("outside.eml"), folder.path("drop/link.eml")).unwrap();
    symlink("nowhere", folder.path("drop/broken.eml")).unwrap();
    fs::create_dir(folder.path("drop/folder.eml")).unwrap();
    let _socket = UnixListener::bind(folder.path("drop/s.eml")).unwrap();
    folder.write("drop/a.eml", GOOD);
    let seen = contents(&folder);
    assert_eq!(
        (
            &seen["messages"],
            &seen["subfolders"],
            &seen["other-files"]["count"]
        ),
        (&json!(1), &json!(1), &json!(4))
    );
    assert_eq!(seen["unroutable"]["count"], 0);
    let why = |at: usize| seen["other-files"]["first"][at]["why"].clone();
    assert_eq!(
        [why(0), why(1), why(2), why(3)],
        [
            json!("a link"),
            json!("a link"),
            json!("not an ordinary file"),
            json!("not an ordinary file")
        ]
    );
    // A pipe is not read either if it is named explicitly.
    let run = folder.run(&["inspect", "mail", "drop/pipe.eml"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("not an ordinary file"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_counted_and_decide_nothing() {
    use crate::survival::unix::{as_nobody, set_mode};
    let folder = with_drop(FARM);
    folder.write("aliases.txt", "docs\n");
    let secret = folder.write("drop/secret.eml", "From: a\r\n\r\n");
    aged(&secret, 80_000);
    set_mode(&folder.path(""), 0o755);
    set_mode(&secret, 0o000);
    let arguments = [
        "verify",
        "folder",
        "--folder",
        "drop",
        "--aliases",
        "aliases.txt",
        "--format",
        "json",
        "--skip",
        RIGHTS,
        "--skip",
        DISK,
    ];
    let run = as_nobody(&folder, &arguments);
    assert_eq!(rules_that(&run, "fail"), ["mail-stuck", "mail-expiring"]);
    let open = [
        "mail-unroutable",
        "alias-unknown",
        "domain-foreign",
        "loop-guard",
        "attachments-wrapped",
    ];
    assert_eq!(rules_that(&run, "undecided"), open);
    assert!(run.out.contains("Permission denied"), "{}", run.out);
    // If the folder may not be listed, nothing about it is known.
    set_mode(&folder.path("drop"), 0o000);
    let run = as_nobody(&folder, &arguments);
    assert_eq!(
        (
            run.code,
            rules_that(&run, "fail").len(),
            rules_that(&run, "pass").len()
        ),
        (3, 0, 0)
    );
    set_mode(&folder.path("drop"), 0o755);
}

#[test]
fn vanishing_files_are_not_reported() {
    let folder = with_drop(FARM);
    for round in 0..5 {
        let names: Vec<_> = (0..600)
            .map(|at| folder.write(&format!("drop/{at}.eml"), GOOD))
            .collect();
        let remover = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(round * 2));
            names
                .iter()
                .for_each(|path| fs::remove_file(path).expect("the file"));
        });
        let seen = contents(&folder);
        remover.join().unwrap();
        let count = |name: &str| seen[name].as_u64().unwrap();
        assert!(count("messages") + count("taken") <= 600, "{seen:#}");
        assert_eq!(
            (&seen["unread"]["count"], &seen["unroutable"]["count"]),
            (&json!(0), &json!(0)),
            "{seen:#}"
        );
    }
}

#[test]
fn a_large_message_is_read_in_part() {
    let folder = with_drop(FARM);
    let start = GOOD.replace("Subject: Report", "Content-Type: application/pdf");
    let file = File::create(folder.path("drop/a.eml")).unwrap();
    fs::write(folder.path("drop/a.eml"), start).unwrap();
    // The size of two disks, with a hole instead of the body.
    file.set_len(1 << 40).unwrap();
    let seen = contents(&folder);
    assert_eq!(
        (
            &seen["messages"],
            &seen["bytes"],
            &seen["not-searched"]["count"]
        ),
        (&json!(1), &json!(1_u64 << 40), &json!(0))
    );
}

// --- The folder's path

#[test]
fn a_missing_folder_is_reported() {
    let folder = Folder::with_farm(FARM);
    // A mistyped path shows nothing about the server's own folder.
    for (path, what) in [
        ("nowhere", "there is no such folder"),
        ("farm.toml", "it is not a folder"),
    ] {
        let run = folder.run(&["verify", "folder", "--folder", path, "--format", "json"]);
        assert_eq!(run.code, 3, "{path}");
        assert!(
            rules_that(&run, "fail").is_empty() && rules_that(&run, "pass").is_empty(),
            "{path}"
        );
        assert!(
            run.out.contains(&format!("at `{path}`, {what}")),
            "{}",
            run.out
        );
    }
    let seen = json!({"folders": [{"path": r"C:\inetpub\mailroot\drop", "contents": {"absent": "there is no such folder"}}]});
    assert_eq!(outcomes(FARM, &seen, "folder-missing"), ["fail"]);
}

#[cfg(not(windows))]
#[test]
fn a_windows_path_is_not_a_path_on_other_systems() {
    let folder = with_drop(&format!(
        "{FARM}\n[[server]]\nname = 'sp1'\nincoming-email-service = true\n"
    ));
    let run = folder.run(&["verify", "folder", "--format", "json"]);
    assert_eq!(run.code, 3);
    assert!(rules_that(&run, "fail").is_empty() && rules_that(&run, "pass").is_empty());
    assert!(
        run.out.contains("--folder PATH --server sp1"),
        "{}",
        run.out
    );
    let facts = folder.run(&["gather", "folder"]).json();
    assert_eq!(
        facts["folder"]["folders"],
        json!([{"server": "sp1", "path": r"C:\inetpub\mailroot\drop", "contents": "not-asked", "descriptor": "not-asked",
            "share": "not-asked"}])
    );
}

#[test]
fn folder_is_matched_to_its_server() {
    let servers = "[[server]]\nname = 'sp1.fabrikam.com'\nincoming-email-service = true\n\
                   [[server]]\nname = 'sp2.fabrikam.com'\nincoming-email-service = true\ndrop-folder = 'D:\\drop'\n\
                   [[server]]\nname = 'web1.fabrikam.com'\nincoming-email-service = false\n";
    let folder = with_drop(&format!("{FARM}{servers}"));
    folder.write("drop/a.eml", GOOD);
    for (arguments, code, phrase) in [
        (
            &["--folder", "drop"][..],
            2,
            "sp1.fabrikam.com, sp2.fabrikam.com",
        ),
        (
            &["--folder", "drop", "--server", "web1.fabrikam.com"],
            2,
            "not a server that polls a folder",
        ),
        (
            &["--folder", "drop", "--server", "sp3"],
            2,
            "not a server that polls a folder",
        ),
        (&["--folder", "drop", "--server", "SP2"], 0, ""),
    ] {
        let run = folder.run(&[&["gather", "folder"], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(phrase), "{arguments:?}: {}", run.err);
    }
    let facts = folder
        .run(&[
            "gather",
            "folder",
            "--folder",
            "drop",
            "--server",
            "sp2.fabrikam.com",
        ])
        .json();
    let folders = facts["folder"]["folders"].as_array().unwrap();
    assert_eq!(
        (&folders[0]["server"], &folders[1]["server"]),
        (&json!("sp1.fabrikam.com"), &json!("sp2.fabrikam.com"))
    );
    assert_eq!(
        (
            &folders[1]["seen-at"],
            &folders[1]["contents"]["known"]["messages"]
        ),
        (&json!("drop"), &json!(1))
    );
    // Each server's folder has its own verdict, at its own setting.
    folder.write("facts.json", facts.to_string());
    let run = folder.run(&[
        "verify",
        "folder",
        "--facts",
        "facts.json",
        "--only",
        "folder-missing",
        "--format",
        "json",
    ]);
    let verdicts = run.json()["verdicts"].as_array().unwrap().clone();
    let said: Vec<_> = verdicts
        .iter()
        .map(|verdict| {
            (
                verdict["outcome"].as_str().unwrap(),
                verdict["subject"].as_str().unwrap(),
                verdict["about"]["setting"].as_str().unwrap(),
            )
        })
        .collect();
    let (one, two) = (
        "sp1.fabrikam.com C:\\inetpub\\mailroot\\drop",
        "sp2.fabrikam.com D:\\drop",
    );
    let own = "server.sp2.fabrikam.com.drop-folder";
    if cfg!(not(windows)) {
        assert_eq!(
            said,
            [
                ("undecided", one, "incoming-email.drop-folder"),
                ("pass", two, own)
            ]
        );
    }
}

#[test]
fn in_automatic_mode_the_folder_must_be_named() {
    const AUTOMATIC: &str = "version = '2016'\n[incoming-email]\nenabled = true\nmode = \
                             'automatic'\ndisplay-address = 'sharepoint.fabrikam.com'\n";
    let folder = with_drop(&format!("[farm]\n{AUTOMATIC}"));
    folder.write("drop/a.eml", "From: a\r\n\r\n");
    let run = folder.run(&["verify", "folder", "--format", "json"]);
    assert_eq!(run.code, 3);
    assert_eq!(
        rules_that(&verify(&folder, &[]), "fail"),
        ["mail-unroutable"]
    );
    // The folder's path on its server is not known, so no command is shown for it.
    folder.write(
        "farm.toml",
        format!("[farm]\ntimer-account = 'FABRIKAM\\sp_farm'\n{AUTOMATIC}"),
    );
    let run = folder.run(&[
        "verify",
        "folder",
        "--folder",
        "drop",
        "--sddl",
        "D:(A;OICI;FA;;;SY)",
        "--token",
        r"FABRIKAM\sp_farm=S-1-5-21-1-2-3-4",
        "--only",
        "folder-timer",
    ]);
    assert!(
        run.out.contains("Grant `FABRIKAM\\sp_farm` Modify") && !run.out.contains("icacls"),
        "{run:?}"
    );
}

// --- Aliases

#[test]
fn lists_of_aliases_are_read() {
    let folder = with_drop(FARM);
    folder.write("drop/a.eml", GOOD);
    let wide: Vec<u8> = "\u{feff}docs\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, code, phrase) in [
        (
            b"# lists\n\n  docs@sharepoint.fabrikam.com  \r\n".to_vec(),
            0,
            "",
        ),
        (b"\xef\xbb\xbfDocs\r\ntasks\r\n".to_vec(), 0, ""),
        (wide, 0, ""),
        (
            b"docs\ntwo words\n".to_vec(),
            2,
            "line 2: an alias cannot contain ` `",
        ),
        (
            b"docs,tasks\n".to_vec(),
            2,
            "line 1: an alias cannot contain `,`",
        ),
        (
            b"@sharepoint.fabrikam.com\n".to_vec(),
            2,
            "line 1: the part before the `@` is missing",
        ),
        (
            b"\x1b[31m\n".to_vec(),
            2,
            "line 1: an alias cannot contain `\\u{1b}`",
        ),
        (
            [b"a".repeat(129), b"\n".to_vec()].concat(),
            2,
            "line 1: it is longer than an alias can be",
        ),
        (b"# none\n".to_vec(), 2, "contains no alias"),
        (b"d\xf6cs\n".to_vec(), 2, "not UTF-8 text"),
    ] {
        folder.write("aliases.txt", &bytes);
        let run = verify(&folder, &["--aliases", "aliases.txt"]);
        assert_eq!(run.code, code, "{bytes:?}: {}", run.err);
        assert!(run.err.contains(phrase), "{bytes:?}: {}", run.err);
    }
    assert_eq!(verify(&folder, &["--aliases", "missing.txt"]).code, 2);
}

#[test]
fn aliases_are_recorded_and_can_be_given_later() {
    let folder = with_drop(FARM);
    folder.write("drop/a.eml", GOOD);
    folder.write("aliases.txt", "docs\n");
    let gathered = folder.run(&[
        "gather",
        "folder",
        "--folder",
        "drop",
        "--aliases",
        "aliases.txt",
        "-o",
        "with.json",
    ]);
    assert_eq!(gathered.code, 0, "{}", gathered.err);
    assert_eq!(
        folder
            .run(&["gather", "folder", "--folder", "drop", "-o", "without.json"])
            .code,
        0
    );
    let later = |arguments: &[&str]| {
        folder
            .run(
                &[
                    &["verify", "folder", "--skip", RIGHTS, "--facts"],
                    arguments,
                ]
                .concat(),
            )
            .code
    };
    assert_eq!(later(&["with.json"]), 0);
    assert_eq!(later(&["without.json"]), 3);
    assert_eq!(later(&["without.json", "--aliases", "aliases.txt"]), 0);
}

// --- The route of one message

/// Returns the states of the hops that the folder decides.
fn traced(folder: &Folder, facts: &Value, address: &str, more: &[&str]) -> (i32, [String; 3]) {
    folder.write("facts.json", facts.to_string());
    let arguments = [
        &[
            "trace",
            address,
            "--facts",
            "facts.json",
            "--format",
            "json",
        ],
        more,
    ]
    .concat();
    let run = folder.run(&arguments);
    let trace = run.json();
    let state = |name: &str| {
        let hops = trace["hops"].as_array().unwrap();
        hops.iter().find(|hop| hop["hop"] == name).unwrap()["state"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    (
        run.code,
        ["drop directory", "delivery job", "list"].map(state),
    )
}

#[test]
fn trace_ends_if_messages_to_its_alias_are_stuck() {
    let folder = with_drop(FARM);
    let facts = |contents: Value| {
        json!({"facts": 1, "folder": {
            "folders": [{"path": r"C:\inetpub\mailroot\drop", "contents": contents,
                "descriptor": {"known": {"from": "sddl", "text": "D:(A;OICI;FA;;;SY)(A;OICI;FR;;;WD)"}}}],
            "aliases": {"from": "aliases.txt", "names": ["docs", "tasks"]},
        }})
    };
    let count = |alias: &str, oldest: i64| json!({"name": format!("{alias}@sharepoint.fabrikam.com"), "messages": 2, "oldest": oldest});
    let known = facts(
        json!({"known": {"messages": 6, "ages": {"over-ten-minutes": 4, "over-twenty-hours": 2},
        "space": {"known": {"free": 50_000_000_000_u64, "total": 60_000_000_000_u64}},
        "addresses": {"counted": [count("docs", 5), count("tasks", 700), count("gone", 80_000)]}}}),
    );
    for (address, job, list, code) in [
        ("Docs@SharePoint.Fabrikam.com", "not looked at", "ok", 3),
        // Messages to others are stuck, which is not a fault of this route.
        ("tasks@sharepoint.fabrikam.com", "stopped", "ok", 1),
        (
            "gone@sharepoint.fabrikam.com",
            "not looked at",
            "stopped",
            1,
        ),
        (
            "other@sharepoint.fabrikam.com",
            "not looked at",
            "stopped",
            1,
        ),
    ] {
        let (exit, states) = traced(&folder, &known, address, &[]);
        assert_eq!(
            (states[1].as_str(), states[2].as_str(), exit),
            (job, list, code),
            "{address}"
        );
    }
    let (_, states) = traced(
        &folder,
        &facts(json!({"absent": "there is no such folder"})),
        "docs@sharepoint.fabrikam.com",
        &[],
    );
    assert_eq!(states[0], "stopped");
    // One message without a recipient shows nothing about the next; if all are like that, the next
    // one will be, too.
    for (messages, state) in [(3, "ok"), (2, "stopped")] {
        let contents = json!({"known": {"messages": messages, "unroutable": {"count": 2, "first": [{"name": "a.eml"}]}}});
        let (_, states) = traced(
            &folder,
            &facts(contents),
            "docs@sharepoint.fabrikam.com",
            &[],
        );
        assert_eq!(states[2], state, "{messages}");
    }
    // Without the aliases of the lists, the last hop is not known.
    let mut unknown = known.clone();
    unknown["folder"].as_object_mut().unwrap().remove("aliases");
    let (exit, states) = traced(&folder, &unknown, "docs@sharepoint.fabrikam.com", &[]);
    assert_eq!((states[2].as_str(), exit), ("not known", 3));
    folder.write("aliases.txt", "docs\n");
    let (_, states) = traced(
        &folder,
        &unknown,
        "docs@sharepoint.fabrikam.com",
        &["--aliases", "aliases.txt"],
    );
    assert_eq!(states[2], "ok");
}

// --- Verdicts on recorded facts

const SHARED: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = '\\fs\drop'
[[server]]
name = "sp1"
incoming-email-service = true
[[server]]
name = "sp2"
incoming-email-service = true
"#;

fn judged(farm: &str, folder: &Value) -> Vec<Verdict> {
    let document = farm::read(farm).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let facts = Facts::from_json(&json!({"facts": 1, "folder": folder}).to_string(), "facts")
        .expect("facts");
    let selection = Selection::new(&[Area::Folder], &[], &[]).unwrap();
    rules::judge(
        &Case::new(
            &document,
            &facts,
            Date {
                year: 2026,
                month: 11,
                day: 23,
            },
        ),
        &selection,
    )
}

#[track_caller]
fn outcomes(farm: &str, folder: &Value, rule: &str) -> Vec<&'static str> {
    let verdicts = judged(farm, folder);
    verdicts
        .iter()
        .filter(|verdict| verdict.rule.id == rule)
        .map(|verdict| verdict.outcome.name())
        .collect()
}

#[test]
fn rules_change_their_outcomes_at_their_limits() {
    let apps = |limits: &[&str]| {
        let apps = limits.iter().enumerate().map(|(at, limit)| match *limit {
            "" => format!("[[web-application]]\nname = 'a{at}'\n"),
            limit => {
                format!("[[web-application]]\nname = 'a{at}'\nmaximum-message-size = '{limit}'\n")
            }
        });
        format!("{FARM}{}", apps.collect::<String>())
    };
    let largest = |size: u64| json!({"messages": 1, "largest": [{"name": "a.eml", "size": size}]});
    let space = |free: u64, total: u64| json!({"space": {"known": {"free": free, "total": total}}});
    let unread = json!({"messages": 1, "unread": {"count": 1, "first": [{"name": "a.eml", "why": "denied"}]}});
    let (mb, gb) = (1_u64 << 20, 1_u64 << 30);
    let override_domain =
        format!("{FARM}[[web-application]]\nname = 'a'\nincoming-address = 'Lists.Fabrikam.com'\n");
    let domain = |name: &str| json!({"domains": {"counted": [{"name": name, "messages": 1}]}});
    for (case, farm, contents, rule, expected) in [
        (
            "5 % exactly",
            FARM.to_owned(),
            space(5 * gb, 100 * gb),
            "folder-disk-low",
            "pass",
        ),
        (
            "just under 5 %",
            FARM.to_owned(),
            space(5 * gb - 1, 100 * gb),
            "folder-disk-low",
            "fail",
        ),
        (
            "1 GiB exactly",
            FARM.to_owned(),
            space(gb, 2 * gb),
            "folder-disk-low",
            "pass",
        ),
        (
            "just under 1 GiB",
            FARM.to_owned(),
            space(gb - 1, 2 * gb),
            "folder-disk-low",
            "fail",
        ),
        (
            "space not to be had",
            FARM.to_owned(),
            json!({"space": {"failed": "denied"}}),
            "folder-disk-low",
            "undecided",
        ),
        (
            "space not asked",
            FARM.to_owned(),
            json!({}),
            "folder-disk-low",
            "undecided",
        ),
        (
            "no limit",
            FARM.to_owned(),
            largest(900 * mb),
            "folder-mail-too-large",
            "not-applicable",
        ),
        (
            "as large as may be",
            apps(&["50 MB"]),
            largest(50 * mb),
            "folder-mail-too-large",
            "pass",
        ),
        (
            "too large",
            apps(&["50 MB"]),
            largest(50 * mb + 1),
            "folder-mail-too-large",
            "fail",
        ),
        (
            "too large for one of two",
            apps(&["50 MB", "10 MB"]),
            largest(20 * mb),
            "folder-mail-too-large",
            "undecided",
        ),
        (
            "too large for both",
            apps(&["50 MB", "10 MB"]),
            largest(60 * mb),
            "folder-mail-too-large",
            "fail",
        ),
        (
            "a limit not recorded",
            apps(&["50 MB", ""]),
            largest(60 * mb),
            "folder-mail-too-large",
            "undecided",
        ),
        (
            "small, a limit not recorded",
            apps(&["50 MB", ""]),
            largest(mb),
            "folder-mail-too-large",
            "pass",
        ),
        (
            "over the usual limit",
            apps(&["500 MB", ""]),
            largest(60 * mb),
            "folder-mail-too-large",
            "undecided",
        ),
        (
            "under the usual limit",
            apps(&["500 MB", ""]),
            largest(50 * mb),
            "folder-mail-too-large",
            "pass",
        ),
        (
            "no size told",
            FARM.to_owned(),
            space(0, 0),
            "folder-disk-low",
            "undecided",
        ),
        (
            "cut",
            FARM.to_owned(),
            json!({"cut": 1}),
            "folder-loop-guard",
            "undecided",
        ),
        (
            "doubtful",
            FARM.to_owned(),
            json!({"doubtful": {"count": 1}}),
            "folder-domain-foreign",
            "undecided",
        ),
        (
            "a web application's own domain",
            override_domain,
            domain("lists.fabrikam.com"),
            "folder-domain-foreign",
            "pass",
        ),
        (
            "a domain that is none",
            FARM.to_owned(),
            domain("no domain\u{1b}"),
            "folder-domain-foreign",
            "fail",
        ),
        (
            "unread",
            FARM.to_owned(),
            unread.clone(),
            "folder-mail-unroutable",
            "undecided",
        ),
        (
            "unread",
            FARM.to_owned(),
            unread.clone(),
            "folder-loop-guard",
            "undecided",
        ),
        (
            "unread",
            FARM.to_owned(),
            unread.clone(),
            "folder-attachments-wrapped",
            "undecided",
        ),
        (
            "unread",
            FARM.to_owned(),
            unread.clone(),
            "folder-domain-foreign",
            "undecided",
        ),
        (
            "unread",
            FARM.to_owned(),
            unread.clone(),
            "folder-mail-stuck",
            "pass",
        ),
        (
            "more receivers than are read",
            FARM.to_owned(),
            json!({"cut": 1}),
            "folder-domain-foreign",
            "undecided",
        ),
        (
            "more domains than are counted",
            FARM.to_owned(),
            json!({"domains": {"others": 1}}),
            "folder-domain-foreign",
            "undecided",
        ),
        (
            "not searched",
            FARM.to_owned(),
            json!({"not-searched": {"count": 1}}),
            "folder-attachments-wrapped",
            "undecided",
        ),
        (
            "backlog",
            FARM.to_owned(),
            json!({"messages": 399}),
            "folder-backlog",
            "pass",
        ),
        (
            "other files count",
            FARM.to_owned(),
            json!({"messages": 399, "other-files": {"count": 1}}),
            "folder-backlog",
            "fail",
        ),
    ] {
        let folder = json!({"folders": [{"path": r"c:/inetpub/mailroot/Drop/", "contents": {"known": contents}}]});
        assert_eq!(outcomes(&farm, &folder, rule), [expected], "{case}: {rule}");
    }
}

#[test]
fn facts_are_matched_to_each_folder_once() {
    let known = json!({"known": {}});
    // A share is one folder for all machines that access it.
    let share = json!({"folders": [{"server": "sp2", "path": r"\\FS\Drop", "contents": known}]});
    assert_eq!(outcomes(SHARED, &share, "folder-missing"), ["pass"]);
    // A local folder is a separate one on each server.
    let own = SHARED.replace(r"\\fs\drop", r"C:\drop");
    let one = json!({"folders": [{"server": "SP1", "path": r"C:\drop", "contents": known}]});
    assert_eq!(
        outcomes(&own, &one, "folder-missing"),
        ["pass", "undecided"]
    );
    // Facts about another folder show nothing about this one.
    let other = json!({"folders": [{"server": "sp1", "path": r"D:\drop", "contents": known}]});
    assert_eq!(
        outcomes(&own, &other, "folder-missing"),
        ["undecided", "undecided"]
    );
    let nobody = json!({"folders": [{"path": r"C:\drop", "contents": known}]});
    assert_eq!(
        outcomes(&own, &nobody, "folder-missing"),
        ["undecided", "undecided"]
    );
}

#[test]
fn a_folder_that_cannot_be_listed_decides_nothing() {
    for contents in [json!({"failed": "Permission denied"}), json!("not-asked")] {
        let folder =
            json!({"folders": [{"path": r"C:\inetpub\mailroot\drop", "contents": contents}]});
        for verdict in judged(FARM, &folder) {
            // The facts contain no message sizes, and the folder is not on a share.
            let elsewhere = [
                "folder-mail-too-large",
                "folder-share-limits",
                "folder-local-group-on-share",
                // If rights are not known, the other rules report it.
                "folder-account-unknown",
            ];
            let wanted = if elsewhere.contains(&verdict.rule.id) {
                "not-applicable"
            } else {
                "undecided"
            };
            assert_eq!(verdict.outcome.name(), wanted, "{}", verdict.rule.id);
        }
    }
    for (farm, rule) in [
        (FARM.replace("mode = \"advanced\"", ""), "page-mode-missing"),
        (
            FARM.replace(r"C:\inetpub\mailroot\drop", "drop"),
            "page-drop-folder-not-absolute",
        ),
        (
            FARM.replace("mode = \"advanced\"", "mode = \"automatic\"")
                + "[farm]\nversion = '2019'\n",
            "page-automatic-removed",
        ),
    ] {
        let verdicts = judged(&farm, &json!({"folders": []}));
        let causes: Vec<&str> = verdicts
            .iter()
            .filter(|verdict| verdict.is_cause)
            .map(|verdict| verdict.rule.id)
            .collect();
        assert_eq!(causes, [rule]);
        for verdict in verdicts
            .iter()
            .filter(|verdict| !verdict.is_cause && verdict.rule.id != "folder-mail-too-large")
        {
            assert_eq!(
                verdict.outcome.name(),
                "not-applicable",
                "{}",
                verdict.rule.id
            );
            assert!(
                verdict.message.contains(rule),
                "{}: {}",
                verdict.rule.id,
                verdict.message
            );
        }
    }
}
