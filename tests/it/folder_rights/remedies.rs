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
