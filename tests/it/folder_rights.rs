//! Who may do what to a drop folder: saved descriptors, judged without anyone being asked.

use crate::support::{Folder, Run};
use serde_json::Value;

const TIMER: &str = r"FABRIKAM\sp_farm";
const T: &str = "S-1-5-21-1-2-3-1104";
const POOL: &str = r"FABRIKAM\sp_web";
const P: &str = "S-1-5-21-1-2-3-1106";
const LOCAL: &str = r"C:\inetpub\mailroot\Drop";
const SHARE: &str = r"\\fs.fabrikam.com\drop";

fn farm(path: &str) -> Folder {
    Folder::with_farm(&format!(
        "[farm]\ntimer-account = '{TIMER}'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         drop-folder = '{path}'\n\n[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\n\n\
         [[web-application]]\nname = \"Intranet\"\naccount = '{POOL}'\n"
    ))
}

/// What is known of the accounts.
enum Known<'a> {
    Nothing,
    Sids,
    /// Their tokens, with these groups.
    Tokens(&'a str),
}

fn verify(path: &str, sddl: &str, known: &Known<'_>, more: &[&str]) -> Run {
    let folder = farm(path);
    let mut arguments = vec!["verify", "drop-folder", "--sddl", sddl, "--format", "json"];
    let (of_timer, of_pool, option) = match known {
        Known::Nothing => (String::new(), String::new(), ""),
        Known::Sids => (format!("{TIMER}={T}"), format!("{POOL}={P}"), "--sid"),
        Known::Tokens(groups) => (format!("{TIMER}={T}{groups}"), format!("{POOL}={P}{groups}"), "--token"),
    };
    if !option.is_empty() {
        arguments.extend([option, &of_timer, option, &of_pool]);
    }
    arguments.extend(more);
    folder.run(&arguments)
}

/// The outcome of a rule; several are joined.
fn outcome(run: &Run, rule: &str) -> String {
    let verdicts = run.json()["verdicts"].as_array().cloned().unwrap_or_default();
    let of_rule = verdicts.iter().filter(|verdict| verdict["rule"] == rule);
    let outcomes: Vec<&str> = of_rule.filter_map(|verdict| verdict["outcome"].as_str()).collect();
    outcomes.join(" ")
}

fn verdict(run: &Run, rule: &str) -> Value {
    let verdicts = run.json()["verdicts"].as_array().cloned().unwrap_or_default();
    verdicts.into_iter().find(|verdict| verdict["rule"] == rule).unwrap_or_else(|| panic!("no {rule}: {}", run.out))
}

#[test]
fn accounts_on_a_local_folder() {
    let (yes, no, open, elsewhere) = ("pass", "fail", "undecided", "not-applicable");
    let all = Known::Tokens("");
    let mut wrong = Vec::new();
    for (known, sddl, read, delete, inherited) in [
        (&all, "D:(A;OICI;0x1301bf;;;T)", yes, yes, yes),
        (&all, "D:(A;OICI;0x301bf;;;T)", yes, yes, yes),
        (&all, "D:(A;CI;0x1301bf;;;T)", elsewhere, elsewhere, no),
        (&all, "D:(A;;0x1301bf;;;T)", elsewhere, elsewhere, no),
        (&all, "D:(A;;FA;;;T)", elsewhere, yes, no),
        (&all, "D:(A;OIIO;0x1301bf;;;T)", no, yes, yes),
        (&all, "D:(A;OICI;0x1200a9;;;T)", yes, no, yes),
        (&all, "D:(A;OICI;0x1301bf;;;T)(D;OICI;SD;;;T)", yes, yes, yes),
        (&all, "D:(D;OICI;SD;;;T)(A;OICI;0x1301bf;;;T)", yes, no, yes),
        (&all, "D:(D;OICI;SD;;;T)(A;OICI;0x1301bf;;;T)(A;;DT;;;T)", yes, yes, yes),
        (&all, "D:(D;CI;SD;;;T)(A;OICI;0x1301bf;;;T)", yes, yes, yes),
        (&all, "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", no, no, yes),
        (&all, "D:", no, no, yes),
        (&all, "D:(A;OICI;GA;;;WD)", yes, yes, yes),
        (&all, "D:(A;OICI;0x1301bf;;;SU)", yes, yes, yes),
        (&all, "D:(A;OICI;0x1301bf;;;NU)", no, no, yes),
        (&all, "D:(A;OICIIO;FA;;;CO)(A;;0x1200a9;;;T)", elsewhere, no, no),
        // The group decides.
        (&Known::Tokens(",S-1-5-32-545"), "D:(A;OICI;0x1301bf;;;BU)", yes, yes, yes),
        (&all, "D:(A;OICI;0x1301bf;;;BU)", no, no, yes),
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;BU)", open, open, yes),
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;S-1-5-21-9-9-9-1003)", open, open, yes),
        (&Known::Sids, "D:(A;OICI;0x1200a9;;;S-1-5-21-9-9-9-1003)(A;OICI;0x1301bf;;;T)", yes, yes, yes),
        (&Known::Sids, "D:(D;OICI;SD;;;S-1-5-21-9-9-9-1003)(A;OICI;0x1301bf;;;T)", yes, open, yes),
        // Without anything inherited, administrators have full control of a new message.
        (&Known::Sids, "D:(A;CI;0x1301bf;;;S-1-5-21-9-9-9-1003)", open, open, open),
        // What is for nobody of theirs, whoever they are.
        (&Known::Sids, "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)", no, no, yes),
        (&Known::Nothing, "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)", no, no, yes),
        (&Known::Nothing, "D:(A;OICI;0x1301bf;;;AU)", yes, yes, yes),
        (&Known::Nothing, "D:(A;OICI;0x1301bf;;;T)", open, open, yes),
        // The application pool's is an account, and no group of the Timer service's.
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;P)", no, no, yes),
        (&all, "D:(XA;OICI;0x1301bf;;;T;(@User.a == 1))", open, open, yes),
        (&all, "O:TD:(A;OICI;FA;;;SY)", no, no, yes),
        (&all, "D:NO_ACCESS_CONTROL", no, yes, elsewhere),
        (&all, "O:BA", open, open, open),
        // A domain's group without its domain.
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;DU)", open, open, yes),
    ] {
        let filled = sddl.replace(";T)", &format!(";{T})")).replace(";P)", &format!(";{P})"));
        let filled = filled.replace(";T;(", &format!(";{T};(")).replace("O:TD", &format!("O:{T}D"));
        let run = verify(LOCAL, &filled, known, &["--skip", "folder-mail"]);
        let found = ["folder-timer-cannot-read", "folder-timer-cannot-delete", "folder-not-inherited"];
        let found = found.map(|rule| outcome(&run, rule));
        if found != [read, delete, inherited] {
            wrong.push(format!("{sddl}: {found:?}\n{}", run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_finding_quotes_the_entry_and_mends_it() {
    let list = format!("D:(A;OICI;0x1200a9;;;{T})(A;OICI;0x1200a9;;;{P})");
    let run = verify(LOCAL, &list, &Known::Tokens(""), &[]);
    assert_eq!(run.code, 1);
    let verdict = verdict(&run, "folder-timer-cannot-delete");
    let text = verdict.to_string();
    assert!(text.contains("no entry grants delete"), "{text}");
    assert!(text.contains("Read & execute (0x1200a9)"), "{text}");
    let folder = farm(LOCAL);
    let token = format!("{TIMER}={T}");
    let run = folder.run(&["verify", "drop-folder", "--sddl", &list, "--token", &token, "--only", "folder-timer"]);
    assert!(run.out.contains(r"icacls 'C:\inetpub\mailroot\Drop' /grant 'FABRIKAM\sp_farm:(OI)(CI)M'"), "{}", run.out);
    // What an entry denies, another one does not grant.
    let denied = format!("D:(D;OICI;SD;;;WD){}", &list[2..]);
    let run = folder.run(&["verify", "drop-folder", "--sddl", &denied, "--token", &token, "--only", "folder-timer"]);
    assert!(run.out.contains("`deny Everyone: delete (0x10000)`"), "{}", run.out);
    assert!(!run.out.contains("icacls"), "{}", run.out);
}

#[test]
fn undecided_says_what_decides() {
    let list = "D:(A;OICI;0x1301bf;;;BU)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-513)";
    let run = verify(LOCAL, list, &Known::Sids, &["--only", "folder-timer-cannot-delete"]);
    let message = verdict(&run, "folder-timer-cannot-delete")["message"].to_string();
    assert!(message.contains("`BUILTIN\\\\Users` or `Domain Users (S-1-5-21-1-2-3-513)`"), "{message}");
    assert!(message.contains("--token") && run.code == 3, "{message}");
    let run = verify(LOCAL, list, &Known::Nothing, &["--only", "folder-timer-cannot-delete"]);
    assert!(verdict(&run, "folder-timer-cannot-delete")["message"].to_string().contains("--sid"), "{}", run.out);
    // Nobody looked at it.
    let run = farm(LOCAL).run(&["verify", "drop-folder", "--only", "folder-timer", "--format", "json"]);
    assert!(verdict(&run, "folder-timer-cannot-delete")["message"].to_string().contains("--sddl"), "{}", run.out);
}

#[test]
fn groups_of_sharepoint() {
    let known = |list: &str, more: &[&str]| verify(LOCAL, list, &Known::Sids, more);
    let admin = "WSS_ADMIN_WPG=S-1-5-21-7-8-9-1003";
    let web = "WSS_WPG=S-1-5-21-7-8-9-1004";
    let both = "D:(A;OICI;FA;;;S-1-5-21-7-8-9-1003)(A;OICI;0x1200a9;;;S-1-5-21-7-8-9-1004)";
    let little = "D:(A;OICI;0x1301bf;;;S-1-5-21-7-8-9-1003)(A;CI;0x1200a9;;;S-1-5-21-7-8-9-1004)";
    for (list, given, expected) in [
        (both, &["--sid", admin, "--sid", web][..], ["pass", "pass"]),
        (little, &["--sid", admin, "--sid", web], ["fail", "undecided"]),
        (both, &[], ["undecided", "undecided"]),
        ("D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)", &[], ["fail", "fail"]),
        ("D:NO_ACCESS_CONTROL", &[], ["not-applicable", "not-applicable"]),
    ] {
        let run = known(list, given);
        let found = ["folder-admin-group-missing", "folder-web-group-missing"].map(|rule| outcome(&run, rule));
        assert_eq!(found, expected, "{list} {given:?}\n{}", run.out);
    }
    // An entry of the account's own stands in.
    let own = format!("D:(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;{P})");
    assert_eq!(outcome(&known(&own, &[]), "folder-web-group-missing"), "pass");
    // An entry for the group that files do not inherit.
    assert_eq!(outcome(&known(little, &["--sid", web]), "folder-not-inherited"), "fail");
}

#[test]
fn folders_on_a_share() {
    let list = format!("D:(A;OICI;0x1301bf;;;{T})(A;OICI;0x1301bf;;;NU)");
    let run = verify(SHARE, &list, &Known::Tokens(""), &[]);
    let found = ["folder-timer-cannot-delete", "folder-pool-cannot-read", "folder-admin-group-missing"];
    assert_eq!(found.map(|rule| outcome(&run, rule)), ["pass", "pass", "not-applicable"], "{}", run.out);
    // The share's own list was not seen.
    assert_eq!(outcome(&run, "folder-share-limits"), "undecided undecided");
    // Who is in the list, only its server knows.
    let run = verify(SHARE, "D:(A;OICI;FA;;;S-1-5-21-7-8-9-1003)", &Known::Tokens(""), &[]);
    assert_eq!(outcome(&run, "folder-local-group-on-share"), "undecided");
    // What is nobody beyond its server comes as the computer.
    let folder = Folder::with_farm(&format!(
        "[farm]\ntimer-account = 'NT AUTHORITY\\NETWORK SERVICE'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         drop-folder = '{SHARE}'\n\n[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\n\n\
         [[server]]\nname = \"sp2.fabrikam.com\"\nincoming-email-service = true\n"
    ));
    let list = "D:(A;OICI;FA;;;NS)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1201)";
    let run = folder.run(&[
        "verify",
        "drop-folder",
        "--sddl",
        list,
        "--token",
        r"FABRIKAM\SP1$=S-1-5-21-1-2-3-1201",
        "--token",
        r"SP2$=S-1-5-21-1-2-3-1202",
        "--only",
        "folder-timer-cannot-delete",
        "--format",
        "json",
    ]);
    assert_eq!(outcome(&run, "folder-timer-cannot-delete"), "pass fail", "{}", run.out);
}

#[test]
fn the_list_itself() {
    for (list, empty, order, open) in [
        ("D:(A;OICI;FA;;;SY)", "pass", "pass", "pass"),
        ("D:NO_ACCESS_CONTROL", "fail", "not-applicable", "not-applicable"),
        ("D:(A;OICI;FA;;;SY)(D;OICI;SD;;;WD)", "pass", "fail", "pass"),
        ("D:(D;OICI;SD;;;WD)(A;OICI;FA;;;SY)(D;ID;SD;;;AN)", "pass", "pass", "pass"),
        ("D:(A;ID;FA;;;SY)(A;;FA;;;BA)", "pass", "fail", "pass"),
        ("D:(A;OICI;0x1200a9;;;WD)", "pass", "pass", "pass"),
        ("D:(A;OICI;0x1301bf;;;WD)", "pass", "pass", "fail"),
        ("D:(A;CI;0x2;;;AU)", "pass", "pass", "fail"),
        ("D:(A;OIIO;0x10000;;;AN)", "pass", "pass", "fail"),
        ("D:(A;;DT;;;WD)", "pass", "pass", "fail"),
        ("D:(D;OICI;0xd0156;;;WD)(A;OICI;0x1301bf;;;AU)", "pass", "pass", "pass"),
        ("D:(A;OICI;FA;;;BU)", "pass", "pass", "pass"),
    ] {
        let run = verify(LOCAL, list, &Known::Tokens(""), &[]);
        let found = ["folder-no-list", "folder-order-odd", "folder-open-to-everyone"].map(|rule| outcome(&run, rule));
        assert_eq!(found, [empty, order, open], "{list}\n{}", run.out);
    }
}

#[test]
fn saved_files() {
    let list = format!("D:(A;OICI;0x1301bf;;;{T})");
    let token = format!("{TIMER}={T}");
    let folder = farm(LOCAL);
    let wide = |text: &str| {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect::<Vec<_>>();
        units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    folder.write("acl.txt", format!("{list}\r\n"));
    folder.write("saved", wide(&format!("Drop\r\n{list}\r\nDrop\\x.eml\r\nD:(A;;FR;;;SY)\r\n")));
    folder.write("other", wide("One\r\nD:(A;;FR;;;SY)\r\nTwo\r\nD:(A;;FR;;;SY)\r\n"));
    folder.write("nothing", "no descriptor");
    let run = |arguments: &[&str]| {
        let common = ["verify", "folder", "--only", "folder-timer", "--token", &token, "--format", "json"];
        folder.run(&[&common[..], arguments].concat())
    };
    for arguments in [
        &["--sddl", "acl.txt"][..],
        &["--icacls", "saved"],
        &["--icacls", "saved", "--path", r"c:\inetpub\mailroot\drop"],
        &["--sddl", &list, "--server", "SP1"],
    ] {
        let run = run(arguments);
        assert_eq!((run.code, outcome(&run, "folder-timer-cannot-delete")), (0, "pass".to_owned()), "{run:?}");
    }
    for arguments in [
        &["--sddl", "D:(A;OICI;0x1301bf;;;T)"][..],
        &["--sddl", "missing.txt"],
        &["--sddl", "nothing"],
        &["--icacls", "other"],
        &["--icacls", "saved", "--sddl", &list],
        &["--sddl", &list, "--server", "sp9"],
        &["--sddl", &list, "--path", r"C:\other"],
        &["--sid", "FABRIKAM\\x"],
        &["--sid", "FABRIKAM\\x=S-1-5-18,S-1-5-19"],
        &["--sid", "=S-1-5-18"],
        &["--token", "FABRIKAM\\x=S-1-5-x"],
        &["--smb-user", "a%b", "--folder", r"\\fs\c$\drop"],
    ] {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}: {run:?}");
        assert!(!run.err.is_empty());
    }
}

/// Recorded facts take what is known later.
#[test]
fn facts_and_what_is_known_later() {
    let folder = farm(LOCAL);
    let list = "D:(A;OICI;0x1301bf;;;BU)";
    let run = folder.run(&["gather", "folder", "--sddl", list, "--out", "facts.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let judge = |more: &[&str]| {
        let common = ["verify", "folder", "--facts", "facts.json", "--only", "folder-timer", "--format", "json"];
        outcome(&folder.run(&[&common[..], more].concat()), "folder-timer-cannot-delete")
    };
    assert_eq!(judge(&[]), "undecided");
    assert_eq!(judge(&["--token", &format!("{TIMER}={T},S-1-5-32-545")]), "pass");
    assert_eq!(judge(&["--token", &format!("{TIMER}={T}")]), "fail");
    // A message is followed through the rights.
    folder.write(
        "farm.toml",
        folder.read("farm.toml").replace("mode =", "display-address = \"sp.fabrikam.com\"\nmode ="),
    );
    let run = folder.run(&[
        "trace",
        "a@sp.fabrikam.com",
        "--facts",
        "facts.json",
        "--token",
        &format!("{TIMER}={T}"),
        "--format",
        "json",
    ]);
    assert!(run.out.contains("folder-timer-cannot-delete"), "{run:?}");
}
