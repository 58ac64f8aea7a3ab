//! Applies the remedies for rights on a folder and a share: after the printed commands, as icacls
//! and Windows carry them out, the fault is gone.

use super::{ADMIN_GROUP, LOCAL, P, POOL, SHARE, T, TIMER, WEB_GROUP, carried_out, failures};
use crate::support::Folder;
use serde_json::{Value, json};

/// A folder's path, its descriptor, that of its share, and the rules with findings.
struct Broken {
    path: &'static str,
    folder: String,
    share: &'static str,
    rules: &'static [&'static str],
}

fn farm(path: &str) -> String {
    format!(
        "[farm]\ntimer-account = '{TIMER}'\ncentral-administration-account = '{TIMER}'\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         display-address = \"sp.fabrikam.com\"\ndrop-folder = '{path}'\n\
         [[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\nsmtp-service = {}\n\
         [[web-application]]\nname = \"Intranet\"\naccount = '{POOL}'\n",
        path == LOCAL
    )
}

fn facts(path: &str, folder: &str, share: &str) -> Value {
    let account = |name: &str, sid: &str| json!({"name": name, "sid": {"known": sid}, "token": {"known": [sid]}});
    let group = |name: &str| json!({"known": {"name": name, "kind": "alias"}});
    let mut seen = json!({
        "path": path,
        "descriptor": {"known": {"from": "sddl", "text": folder}},
        "share": {"absent": "it lies on none"},
        "accounts": [account(TIMER, T), account(POOL, P)],
        "names": {ADMIN_GROUP: group("SP1\\WSS_ADMIN_WPG"), WEB_GROUP: group("SP1\\WSS_WPG")},
    });
    if path == LOCAL {
        seen["server"] = json!("sp1.fabrikam.com");
    } else {
        seen["share"] = json!({"known": {"from": "sddl", "text": share}});
    }
    json!({"facts": 2, "folder": {"folders": [seen]}})
}

/// Returns a command that runs on a share's server, with the share's local path.
fn on_its_server(line: &str) -> String {
    let command = line
        .strip_prefix("Invoke-Command -ComputerName ")
        .and_then(|rest| rest.split_once(" { "))
        .and_then(|(_, command)| command.strip_suffix(" }"));
    command
        .unwrap_or(line)
        .replace("((Get-SmbShare -Name 'drop').Path)", &format!("'{SHARE}'"))
}

/// Adds the ACE of a `Grant-SmbShareAccess` command to a share's DACL.
fn granted(share: &str, command: &str) -> String {
    let words: Vec<&str> = command.split('\'').collect();
    let [
        verb,
        "fs.fabrikam.com",
        " -Name ",
        "drop",
        " -AccountName ",
        account,
        right,
    ] = words.as_slice()
    else {
        panic!("{command}");
    };
    assert_eq!(*verb, "Grant-SmbShareAccess -CimSession ");
    let mask = match right.trim() {
        "-AccessRight Change -Force" => "0x1301bf",
        "-AccessRight Read -Force" => "0x1200a9",
        _ => panic!("{command}"),
    };
    let sid = match *account {
        TIMER => T,
        POOL => P,
        _ => panic!("{command}"),
    };
    format!("{share}(A;;{mask};;;{sid})")
}

#[test]
fn remedies_fix_their_findings() {
    let whole = format!(
        "(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;{P})\
         (A;OICI;FA;;;{ADMIN_GROUP})(A;OICI;0x1200a9;;;{WEB_GROUP})"
    );
    for broken in [
        Broken {
            path: LOCAL,
            folder: "D:P(A;OICI;FA;;;BA)".to_owned(),
            share: "",
            rules: &[
                "folder-timer-cannot-delete",
                "folder-timer-cannot-read",
                "folder-pool-cannot-read",
                "folder-admin-group-missing",
                "folder-web-group-missing",
            ],
        },
        Broken {
            path: LOCAL,
            folder: format!("D:P{}", whole.replace("(A;OICI;FA;;;SY)", "")),
            share: "",
            rules: &["folder-writer-cannot-write"],
        },
        Broken {
            path: SHARE,
            folder: format!("D:P{whole}"),
            share: "D:(A;;0x1200a9;;;AU)",
            rules: &["folder-share-limits"],
        },
        Broken {
            path: SHARE,
            folder: "D:P(A;OICI;FA;;;SY)".to_owned(),
            share: "D:(A;;0x1301bf;;;AU)",
            rules: &["folder-timer-cannot-delete", "folder-pool-cannot-read"],
        },
        Broken {
            path: LOCAL,
            folder: format!(
                "D:P{}",
                whole
                    .replace("OICI", "")
                    .replace("(A;;FA;;;SY)", "(A;OICI;FA;;;SY)")
            ),
            share: "",
            rules: &["folder-not-inherited"],
        },
        Broken {
            path: SHARE,
            folder: format!("D:P(A;OICI;FA;;;SY)(A;;0x1301bf;;;{T})(A;;0x1200a9;;;{P})"),
            share: "D:(A;;0x1301bf;;;AU)",
            rules: &["folder-not-inherited"],
        },
    ] {
        let folder = Folder::with_farm(&farm(broken.path));
        let judged = |descriptor: &str, share: &str, format: &str| {
            folder.write(
                "facts.json",
                facts(broken.path, descriptor, share).to_string(),
            );
            let command = [
                "verify",
                "folder",
                "--facts",
                "facts.json",
                "--format",
                format,
            ];
            folder.run(&command)
        };
        let rules = broken.rules;
        let before = failures(&judged(&broken.folder, broken.share, "json"));
        for rule in rules {
            assert!(
                before.iter().any(|failed| failed == rule),
                "{rule}: {before:?}"
            );
        }
        let printed = judged(&broken.folder, broken.share, "text").out;
        let mut icacls: Vec<String> = Vec::new();
        let mut share = broken.share.to_owned();
        for line in printed.lines().map(str::trim) {
            let line = &on_its_server(line);
            if line.starts_with("icacls ") && !icacls.iter().any(|known| known == line) {
                icacls.push(line.to_owned());
            } else if line.starts_with("Grant-SmbShareAccess ") {
                share = granted(&share, line);
            }
        }
        let after = carried_out(&broken.folder, &icacls);
        let run = judged(&after, &share, "json");
        let left = failures(&run);
        for rule in rules {
            assert!(
                !left.iter().any(|failed| failed == rule),
                "{rule}: {after}: {left:?}"
            );
        }
        let new: Vec<&String> = left.iter().filter(|rule| !before.contains(rule)).collect();
        assert!(new.is_empty(), "{rules:?}: {after} {share}: {new:?}");
    }
}

const WRITER: &str = r"FABRIKAM\EX1$";
const X: &str = "S-1-5-21-1-2-3-1200";
const OWN_ACES: &str = "(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

/// Writes a farm with a folder on a share to which an Exchange writes, and the facts of it.
fn shared_folder(descriptor: &str, share: &str, writer: &str) -> Folder {
    let farm = farm(SHARE)
        + "[[mail-host]]\nname = \"ex1.fabrikam.com\"\nkind = \"exchange\"\n\
           passes-to = [\"drop-folder\"]\nby = \"foreign-connector\"\n"
        + writer;
    let mut facts = facts(SHARE, descriptor, share);
    let accounts = &mut facts["folder"]["folders"][0]["accounts"];
    accounts
        .as_array_mut()
        .expect("accounts")
        .push(json!({"name": WRITER, "sid": {"known": X}, "token": {"known": [X]}}));
    let folder = Folder::with_farm(&farm);
    folder.write("facts.json", facts.to_string());
    folder
}

/// Returns the verdict of `folder-open-to-everyone` about such a folder.
fn shared(descriptor: &str, share: &str, writer: &str) -> Value {
    let folder = shared_folder(descriptor, share, writer);
    let options = ["--facts", "facts.json", "--format", "json"];
    let json = folder
        .run(&[&["verify", "folder"], &options[..]].concat())
        .json();
    let mut verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    let found = verdicts.find(|verdict| verdict["rule"] == "folder-open-to-everyone");
    found.expect("a verdict").clone()
}

/// What anyone may do in a folder on a share, the folder's ACL and the share's own permissions both
/// have to grant.
#[test]
fn folder_on_a_share_is_open_if_folder_and_share_are() {
    let accounts = format!("(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;{P})(A;OICI;0x1301bf;;;{X})");
    let closed = format!("O:BAG:SYD:P{OWN_ACES}{accounts}");
    let users = "S-1-5-21-1-2-3-513";
    for (wide, share, outcome) in [
        (
            "(A;OICI;0x1301bf;;;WD)",
            "D:(A;;FA;;;WD)".to_owned(),
            "fail",
        ),
        (
            "(A;OICI;0x1301bf;;;WD)",
            "D:(A;;0x1301bf;;;AU)".to_owned(),
            "fail",
        ),
        (
            "(A;OICI;0x1301bf;;;AU)",
            format!("D:(A;;0x1301bf;;;{users})"),
            "fail",
        ),
        (
            "(A;OICI;0x1301bf;;;WD)",
            "D:NO_ACCESS_CONTROL".to_owned(),
            "fail",
        ),
        // Everyone may only read through the share.
        (
            "(A;OICI;0x1301bf;;;WD)",
            format!("D:(A;;0x1200a9;;;WD)(A;;0x1301bf;;;{T})(A;;0x1301bf;;;{X})"),
            "pass",
        ),
        (
            "(A;OICI;0x1301bf;;;WD)",
            "D:(D;;0x1301bf;;;WD)(A;;0x1301bf;;;WD)".to_owned(),
            "pass",
        ),
        // The share lets everyone in, the folder does not.
        ("", "D:(A;;FA;;;WD)".to_owned(), "pass"),
        (
            "(A;OICI;0x1200a9;;;WD)",
            "D:(A;;FA;;;WD)".to_owned(),
            "pass",
        ),
    ] {
        let writer = format!("accounts = ['{WRITER}']\n");
        let found = shared(&format!("{closed}{wide}"), &share, &writer);
        assert_eq!(found["outcome"], outcome, "{wide} {share}: {found:#}");
        if outcome == "fail" {
            let actions = found["remedy"]["actions"].to_string();
            assert!(actions.contains("revoke-folder"), "{actions}");
            assert!(!actions.contains("grant-folder"), "{actions}");
        }
    }
}

/// Who writes there gets an ACE first. Where that is not known, nothing is taken, and no command is
/// spoken of that is not printed.
#[test]
fn remedy_of_an_open_share_knows_who_writes() {
    let open = format!("O:BAG:SYD:P{OWN_ACES}(A;OICI;0x1301bf;;;WD)");
    let commands = |writer: &str| -> Vec<String> {
        let folder = shared_folder(&open, "D:(A;;FA;;;WD)", writer);
        let only = ["--only", "folder-open-to-everyone"];
        let run = folder.run(&[&["verify", "--facts", "facts.json"], &only[..]].concat());
        let lines = run.out.lines().map(|line| on_its_server(line.trim()));
        lines.filter(|line| line.starts_with("icacls ")).collect()
    };
    let writer = format!("accounts = ['{WRITER}']\n");
    let known = shared(&open, "D:(A;;FA;;;WD)", &writer);
    let text = known["remedy"]["text"].as_str().expect("a text");
    assert!(
        text.contains("printed commands connect to `fs.fabrikam.com`"),
        "{text}"
    );
    assert_eq!(
        commands(&writer),
        [
            format!("icacls '{SHARE}' /grant '{TIMER}:(OI)(CI)M'"),
            format!("icacls '{SHARE}' /grant '{POOL}:(OI)(CI)RX'"),
            format!("icacls '{SHARE}' /grant '{WRITER}:(OI)(CI)M'"),
            format!("icacls '{SHARE}' /remove:g '*S-1-1-0'"),
        ]
    );
    let unknown = shared(&open, "D:(A;;FA;;;WD)", "");
    assert_eq!(commands(""), [""; 0]);
    let text = unknown["remedy"]["text"].as_str().expect("a text");
    assert!(!text.contains("printed commands connect"), "{text}");
    assert!(
        text.contains("the account that writes the messages"),
        "{text}"
    );
}
