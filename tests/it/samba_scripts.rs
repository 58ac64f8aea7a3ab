//! Scripts in place of Samba's programs: their output is not trusted, and their input is kept
//! secret.
#![cfg(unix)]

use crate::support::{Folder, install};
use serde_json::Value;
use std::fs;
use std::time::{Duration, Instant};

const SECRET: &str = "geheim-Passw0rd";

const NUMERIC: &str = "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-32-544\nGROUP:S-1-5-18\nACL:S-1-5-18:0/0x3/0x001f01ff\n\
    ACL:S-1-5-21-1-2-3-1104:0/0x3/0x001301bf\n";

/// Returns a farm with a folder on a share, and a folder with stand-ins for Samba's programs.
fn played(programs: &[(&str, &str)]) -> Folder {
    let folder = Folder::with_farm(
        "[farm]\ntimer-account = 'FABRIKAM\\sp farm'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         drop-folder = '\\\\fs.fabrikam.com\\Mail Drop\\in'\n\n[probe]\ntimeout = \"2s\"\n",
    );
    fs::create_dir(folder.path("bin")).expect("a folder");
    for (name, script) in programs {
        let text = folder.write(&format!("bin/{name}.sh"), format!("#!/bin/sh\n{script}\n"));
        install(&text, &folder.path(&format!("bin/{name}")));
    }
    folder
}

/// Gathers facts with only these programs of Samba's.
fn gathered(folder: &Folder) -> (Value, String) {
    let mut command = folder.command(&["gather", "folder", "--smb-user", r"FABRIKAM\auditor"]);
    command
        .env("SPINMAIL_SMB_PASSWORD", SECRET)
        .env("SPINMAIL_SMB_SERVER", "FS.fabrikam.com fs")
        .env("SPINMAIL_TEST", folder.path("seen"));
    command.env(
        "PATH",
        format!("{}:/bin/true-of-nothing", folder.path("bin").display()),
    );
    let output = command.output().expect("the program runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(!out.contains(SECRET) && !err.contains(SECRET), "{out}{err}");
    assert!(
        !out.contains('\u{1b}') && !err.contains('\u{1b}'),
        "{out}{err}"
    );
    let facts: Value =
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    (facts["folder"]["folders"][0].clone(), err.into_owned())
}

fn printing(text: &str) -> String {
    format!("/bin/cat <<'END'\n{text}END")
}

#[test]
fn password_is_passed_in_the_environment() {
    let record = "/bin/echo \"$0 $*\" >>\"$SPINMAIL_TEST.arguments\"; /usr/bin/env >>\"$SPINMAIL_TEST.environment\"\n";
    let folder = played(&[
        ("smbcacls", &format!("{record}{}", printing(NUMERIC))),
        (
            "rpcclient",
            &format!("{record}/bin/echo 'result was NT_STATUS_ACCESS_DENIED'; exit 1"),
        ),
    ]);
    let (seen, _) = gathered(&folder);
    assert_eq!(seen["descriptor"]["known"]["text"], NUMERIC);
    assert!(
        seen["share"]["failed"]["kind"] == "access-denied"
            && seen["accounts"][0]["sid"]["failed"]["kind"] == "access-denied",
        "{seen}"
    );
    let arguments = folder
        .read("seen.arguments")
        .replace(&folder.path("bin").display().to_string(), "");
    let expected = "/smbcacls //fs.fabrikam.com/Mail Drop /in --numeric --user=FABRIKAM\\auditor\n\
        /rpcclient fs.fabrikam.com -c netsharegetinfo \"Mail Drop\" 502 --user=FABRIKAM\\auditor\n\
        /rpcclient fs.fabrikam.com -c lookupsids S-1-5-21-1-2-3-1104 --user=FABRIKAM\\auditor\n\
        /rpcclient fs.fabrikam.com -c lookupnames \"FABRIKAM\\sp farm\" --user=FABRIKAM\\auditor\n";
    assert_eq!(arguments, expected);
    let environment = folder.read("seen.environment");
    assert_eq!(
        environment.matches(&format!("\nPASSWD={SECRET}\n")).count(),
        4
    );
    assert_eq!(
        environment.matches("\nLC_ALL=C\n").count(),
        4,
        "{environment}"
    );
}

#[test]
fn output_becomes_facts() {
    let share = "netname: Mail Drop\nrevision: 1\ntype: 0x8004: X\nDACL\n\tACL\tNum ACEs:\t1\trevision:\t2\n\t---\n\tACE\n\
        \t\ttype: ACCESS ALLOWED (0) flags: 0x00 \n\t\tPermissions: 0x1f01ff: \n\t\tSID: S-1-1-0\n";
    let rpcclient = format!(
        "case \"$*\" in\n*netshare*) {}\n;;\n*lookupsids*) {}\n;;\n*) {}\n;;\nesac",
        printing(share),
        printing("S-1-5-21-1-2-3-1104 FABRIKAM\\sp farm (1)\n"),
        printing("FABRIKAM\\sp farm S-1-5-21-1-2-3-1104 (User: 1)\n"),
    );
    let folder = played(&[("smbcacls", &printing(NUMERIC)), ("rpcclient", &rpcclient)]);
    let (seen, err) = gathered(&folder);
    assert_eq!(err, "");
    assert_eq!(seen["share"]["known"]["from"], "rpcclient");
    let sid = "S-1-5-21-1-2-3-1104";
    assert_eq!(seen["names"][sid]["known"]["name"], "FABRIKAM\\sp farm");
    assert_eq!(seen["accounts"][0]["sid"]["known"], sid);
}

#[test]
fn null_and_empty_dacls_differ() {
    let nobody = "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-32-544\nGROUP:S-1-5-18\n";
    for (sddl, outcome) in [
        ("O:BAG:SY", "fail"),
        ("O:BAG:SYD:P", "pass"),
        ("", "undecided"),
    ] {
        let script = format!(
            "case \"$*\" in *--sddl*) {}\n;;\n*) {}\n;;\nesac",
            printing(&format!("{sddl}\n")),
            printing(nobody)
        );
        let folder = played(&[("smbcacls", &script), ("rpcclient", "exit 1")]);
        let (seen, _) = gathered(&folder);
        assert!(seen["descriptor"]["known"].is_object(), "{seen}");
        let facts = serde_json::json!({"facts": 1, "folder": {"folders": [seen]}});
        folder.write("facts.json", facts.to_string());
        let run = folder.run(&[
            "verify",
            "folder",
            "--facts",
            "facts.json",
            "--only",
            "folder-no-list",
            "--format",
            "json",
        ]);
        assert_eq!(run.json()["verdicts"][0]["outcome"], outcome, "{sddl}");
    }
}

/// After any failure, the DACL is unknown, the reason is reported, and it does not take long.
#[test]
fn failures_leave_the_dacl_unknown_with_a_reason() {
    let endless = "/usr/bin/yes ACL:S-1-5-18:0/0x3/0x001f01ff";
    for (programs, reason) in [
        (&[][..], "smbclient"),
        (&[("smbcacls", "/bin/sleep 30")], "timed out"),
        (&[("smbcacls", endless)], "more than"),
        (
            &[("smbcacls", "/bin/echo NT_STATUS_LOGON_FAILURE >&2; exit 1")],
            "NT_STATUS_LOGON_FAILURE",
        ),
        (&[("smbcacls", "/bin/echo \"$PASSWD\"; exit 1")], "smbcacls"),
        (
            &[("smbcacls", "/usr/bin/printf '\\033]0;evil\\007\\n'; exit 1")],
            "smbcacls",
        ),
        (&[("smbcacls", "kill -9 $$")], "printed nothing"),
    ] {
        let started = Instant::now();
        let folder = played(programs);
        let (seen, err) = gathered(&folder);
        let why = seen["descriptor"]["failed"]["detail"]
            .as_str()
            .unwrap_or_else(|| panic!("{programs:?}: {seen} {err}"));
        assert!(why.contains(reason), "{programs:?}: {why}");
        assert!(started.elapsed() < Duration::from_secs(20), "{programs:?}");
    }
}

/// Output that is not a descriptor is kept and proves nothing.
#[test]
fn malformed_descriptor_is_kept_and_undecided() {
    for text in [
        "ACL:S-1-5-18:0/0x3/0x001f01ff\n",
        "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-32-544\nGROUP:S-1-5-18\nACL:\u{1b}[2JS-1-5-18:0/0x3/0x001f01ff\n",
        "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-32-544\nGROUP:S-1-5-18\nACL:S-1-5-18:0/0x3\n",
        "password:\nACL:\n",
    ] {
        let folder = played(&[("smbcacls", &printing(text)), ("rpcclient", "exit 1")]);
        let (seen, _) = gathered(&folder);
        let facts = serde_json::json!({"facts": 1, "folder": {"folders": [seen]}});
        folder.write("facts.json", facts.to_string());
        let run = folder.run(&[
            "verify",
            "folder",
            "--facts",
            "facts.json",
            "--only",
            "folder-timer",
            "--format",
            "json",
        ]);
        let verdicts = run.json()["verdicts"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert_eq!((verdicts.len(), run.code), (2, 3), "{run:?}");
        assert!(
            verdicts
                .iter()
                .all(|verdict| verdict["outcome"] == "undecided"),
            "{run:?}"
        );
        assert!(!run.out.contains('\u{1b}'), "{run:?}");
    }
}

/// A rejected logon is not repeated, because that could lock the account.
#[test]
fn rejected_logon_is_not_repeated() {
    let count = "/bin/echo x >>\"$SPINMAIL_TEST.count\"; /bin/echo NT_STATUS_LOGON_FAILURE; exit 1";
    let folder = played(&[("smbcacls", count), ("rpcclient", count)]);
    folder.write(
        "farm.toml",
        "[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\ndrop-folder = '\\\\fs\\one'\n\
         [[server]]\nname = \"sp2.fabrikam.com\"\nincoming-email-service = true\ndrop-folder = '\\\\fs\\two'\n",
    );
    let (seen, _) = gathered(&folder);
    assert_eq!(seen["descriptor"]["failed"]["kind"], "access-denied");
    assert_eq!(folder.read("seen.count"), "x\n");
}
