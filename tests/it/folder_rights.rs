//! Who has which rights on a drop folder: saved descriptors, judged without network access.

mod remedies;

use crate::support::{Folder, Run};
use serde_json::{Value, json};

const TIMER: &str = r"FABRIKAM\sp_farm";
const T: &str = "S-1-5-21-1-2-3-1104";
const POOL: &str = r"FABRIKAM\sp_web";
const P: &str = "S-1-5-21-1-2-3-1106";
const ADMIN_GROUP: &str = "S-1-5-21-9-9-9-1001";
const WEB_GROUP: &str = "S-1-5-21-9-9-9-1002";
const LOCAL: &str = r"C:\inetpub\mailroot\Drop";
const SHARE: &str = r"\\fs.fabrikam.com\drop";

fn farm(path: &str) -> Folder {
    Folder::with_farm(&format!(
        "[farm]\ntimer-account = '{TIMER}'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         drop-folder = '{path}'\n\n[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\n\n\
         [[web-application]]\nname = \"Intranet\"\naccount = '{POOL}'\n"
    ))
}

/// What is known about the accounts.
enum Known<'a> {
    Nothing,
    Sids,
    /// The accounts' tokens, with these groups.
    Tokens(&'a str),
}

fn verify(path: &str, sddl: &str, known: &Known<'_>, more: &[&str]) -> Run {
    let folder = farm(path);
    let mut arguments = vec!["verify", "drop-folder", "--sddl", sddl, "--format", "json"];
    let (of_timer, of_pool, option) = match known {
        Known::Nothing => (String::new(), String::new(), ""),
        Known::Sids => (format!("{TIMER}={T}"), format!("{POOL}={P}"), "--sid"),
        Known::Tokens(groups) => (
            format!("{TIMER}={T}{groups}"),
            format!("{POOL}={P}{groups}"),
            "--token",
        ),
    };
    if !option.is_empty() {
        arguments.extend([option, &of_timer, option, &of_pool]);
    }
    arguments.extend(more);
    folder.run(&arguments)
}

/// Returns a rule's outcome; several are joined.
fn outcome(run: &Run, rule: &str) -> String {
    let verdicts = run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let of_rule = verdicts.iter().filter(|verdict| verdict["rule"] == rule);
    let outcomes: Vec<&str> = of_rule
        .filter_map(|verdict| verdict["outcome"].as_str())
        .collect();
    outcomes.join(" ")
}

fn verdict(run: &Run, rule: &str) -> Value {
    let verdicts = run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    verdicts
        .into_iter()
        .find(|verdict| verdict["rule"] == rule)
        .unwrap_or_else(|| panic!("no {rule}: {}", run.out))
}

#[test]
fn rights_of_accounts_on_a_local_folder_are_judged() {
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
        (
            &all,
            "D:(A;OICI;0x1301bf;;;T)(D;OICI;SD;;;T)",
            yes,
            yes,
            yes,
        ),
        (&all, "D:(D;OICI;SD;;;T)(A;OICI;0x1301bf;;;T)", yes, no, yes),
        (
            &all,
            "D:(D;OICI;SD;;;T)(A;OICI;0x1301bf;;;T)(A;;DT;;;T)",
            yes,
            yes,
            yes,
        ),
        (&all, "D:(D;CI;SD;;;T)(A;OICI;0x1301bf;;;T)", yes, yes, yes),
        // DELETE on the file is enough, whatever the folder denies, and the other way round.
        (&all, "D:(D;;DT;;;T)(A;OICI;0x1301bf;;;T)", yes, yes, yes),
        (
            &Known::Sids,
            "D:(A;OICI;0x1200a9;;;T)(A;;DT;;;S-1-5-21-9-9-9-1003)",
            yes,
            open,
            yes,
        ),
        (&all, "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", no, no, yes),
        (&all, "D:", no, no, yes),
        (&all, "D:(A;OICI;GA;;;WD)", yes, yes, yes),
        (&all, "D:(A;OICI;0x1301bf;;;SU)", yes, yes, yes),
        (&all, "D:(A;OICI;0x1301bf;;;NU)", no, no, yes),
        (
            &all,
            "D:(A;OICIIO;FA;;;CO)(A;;0x1200a9;;;T)",
            elsewhere,
            no,
            no,
        ),
        // The group decides.
        (
            &Known::Tokens(",S-1-5-32-545"),
            "D:(A;OICI;0x1301bf;;;BU)",
            yes,
            yes,
            yes,
        ),
        (&all, "D:(A;OICI;0x1301bf;;;BU)", no, no, yes),
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;BU)", open, open, yes),
        (
            &Known::Sids,
            "D:(A;OICI;0x1301bf;;;S-1-5-21-9-9-9-1003)",
            open,
            open,
            yes,
        ),
        (
            &Known::Sids,
            "D:(A;OICI;0x1200a9;;;S-1-5-21-9-9-9-1003)(A;OICI;0x1301bf;;;T)",
            yes,
            yes,
            yes,
        ),
        (
            &Known::Sids,
            "D:(D;OICI;SD;;;S-1-5-21-9-9-9-1003)(A;OICI;0x1301bf;;;T)",
            yes,
            open,
            yes,
        ),
        // If nothing is inherited, administrators have full control of a new message.
        (
            &Known::Sids,
            "D:(A;CI;0x1301bf;;;S-1-5-21-9-9-9-1003)",
            open,
            open,
            open,
        ),
        // The ACE is for none of the accounts.
        (
            &Known::Sids,
            "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)",
            no,
            no,
            yes,
        ),
        (
            &Known::Nothing,
            "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)",
            no,
            no,
            yes,
        ),
        (&Known::Nothing, "D:(A;OICI;0x1301bf;;;AU)", yes, yes, yes),
        (&Known::Nothing, "D:(A;OICI;0x1301bf;;;T)", open, open, yes),
        // The application pool's SID is an account, not a group of the timer's account.
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;P)", no, no, yes),
        (
            &all,
            "D:(XA;OICI;0x1301bf;;;T;(@User.a == 1))",
            open,
            open,
            yes,
        ),
        (&all, "O:TD:(A;OICI;FA;;;SY)", no, no, yes),
        (&all, "D:NO_ACCESS_CONTROL", elsewhere, yes, elsewhere),
        (&all, "O:BA", open, open, open),
        // A group of a domain, without the domain.
        (&Known::Sids, "D:(A;OICI;0x1301bf;;;DU)", open, open, yes),
    ] {
        let filled = sddl
            .replace(";T)", &format!(";{T})"))
            .replace(";P)", &format!(";{P})"));
        let filled = filled
            .replace(";T;(", &format!(";{T};("))
            .replace("O:TD", &format!("O:{T}D"));
        let run = verify(LOCAL, &filled, known, &["--skip", "folder-mail"]);
        let found = [
            "folder-timer-cannot-read",
            "folder-timer-cannot-delete",
            "folder-not-inherited",
        ];
        let found = found.map(|rule| outcome(&run, rule));
        if found != [read, delete, inherited] {
            wrong.push(format!("{sddl}: {found:?}\n{}", run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn finding_quotes_the_ace_and_its_remedy() {
    let list = format!("D:(A;OICI;0x1200a9;;;{T})(A;OICI;0x1200a9;;;{P})");
    let run = verify(LOCAL, &list, &Known::Tokens(""), &[]);
    assert_eq!(run.code, 1);
    let verdict = verdict(&run, "folder-timer-cannot-delete");
    let text = verdict.to_string();
    assert!(text.contains("no ACE grants delete"), "{text}");
    assert!(text.contains("Read & execute (0x1200a9)"), "{text}");
    let folder = farm(LOCAL);
    let token = format!("{TIMER}={T}");
    let run = folder.run(&[
        "verify",
        "drop-folder",
        "--sddl",
        &list,
        "--token",
        &token,
        "--only",
        "folder-timer",
    ]);
    assert!(
        run.out
            .contains(r"icacls 'C:\inetpub\mailroot\Drop' /grant 'FABRIKAM\sp_farm:(OI)(CI)M'"),
        "{}",
        run.out
    );
    // A right that one ACE denies is not granted by another.
    let denied = format!("D:(D;OICI;SD;;;WD){}", &list[2..]);
    let run = folder.run(&[
        "verify",
        "drop-folder",
        "--sddl",
        &denied,
        "--token",
        &token,
        "--only",
        "folder-timer",
    ]);
    assert!(
        run.out.contains("`deny Everyone: delete (0x10000)`"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("icacls"), "{}", run.out);
}

#[test]
fn undecided_rights_name_what_decides_them() {
    let list = "D:(A;OICI;0x1301bf;;;BU)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-513)";
    let run = verify(
        LOCAL,
        list,
        &Known::Sids,
        &["--only", "folder-timer-cannot-delete"],
    );
    let message = verdict(&run, "folder-timer-cannot-delete")["message"].to_string();
    assert!(
        message.contains("`BUILTIN\\\\Users` or `Domain Users (S-1-5-21-1-2-3-513)`"),
        "{message}"
    );
    assert!(message.contains("--token") && run.code == 3, "{message}");
    let run = verify(
        LOCAL,
        list,
        &Known::Nothing,
        &["--only", "folder-timer-cannot-delete"],
    );
    assert!(
        verdict(&run, "folder-timer-cannot-delete")["message"]
            .to_string()
            .contains("--sid"),
        "{}",
        run.out
    );
    // The descriptor was not read.
    let run = farm(LOCAL).run(&[
        "verify",
        "drop-folder",
        "--only",
        "folder-timer",
        "--format",
        "json",
    ]);
    assert!(
        verdict(&run, "folder-timer-cannot-delete")["message"]
            .to_string()
            .contains("--sddl"),
        "{}",
        run.out
    );
}

#[test]
fn groups_of_sharepoint_are_judged() {
    let known = |list: &str, more: &[&str]| verify(LOCAL, list, &Known::Sids, more);
    let admin = "WSS_ADMIN_WPG=S-1-5-21-7-8-9-1003";
    let web = "WSS_WPG=S-1-5-21-7-8-9-1004";
    let both = "D:(A;OICI;FA;;;S-1-5-21-7-8-9-1003)(A;OICI;0x1200a9;;;S-1-5-21-7-8-9-1004)";
    let little = "D:(A;OICI;0x1301bf;;;S-1-5-21-7-8-9-1003)(A;CI;0x1200a9;;;S-1-5-21-7-8-9-1004)";
    for (list, given, expected) in [
        (both, &["--sid", admin, "--sid", web][..], ["pass", "pass"]),
        (
            little,
            &["--sid", admin, "--sid", web],
            ["undecided", "undecided"],
        ),
        (both, &[], ["undecided", "undecided"]),
        ("D:(A;OICI;FA;;;SY)(A;OICI;FA;;;AN)", &[], ["fail", "fail"]),
        (
            "D:NO_ACCESS_CONTROL",
            &[],
            ["not-applicable", "not-applicable"],
        ),
    ] {
        let run = known(list, given);
        let found = ["folder-admin-group-missing", "folder-web-group-missing"]
            .map(|rule| outcome(&run, rule));
        assert_eq!(found, expected, "{list} {given:?}\n{}", run.out);
    }
    // An ACE for the account itself replaces that of the group.
    let own = format!("D:(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;{P})");
    assert_eq!(
        outcome(&known(&own, &[]), "folder-web-group-missing"),
        "pass"
    );
    // An ACE for the group that files do not inherit.
    assert_eq!(
        outcome(&known(little, &["--sid", web]), "folder-not-inherited"),
        "undecided"
    );
    let in_none = |list: &str| verify(LOCAL, list, &Known::Tokens(""), &["--sid", web]);
    assert_eq!(outcome(&in_none(little), "folder-not-inherited"), "fail");
    // The accounts have their own ACEs.
    let list_only = "(A;CI;0x1200a9;;;S-1-5-21-7-8-9-1004)";
    let own = format!("D:(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;{P}){list_only}");
    assert_eq!(outcome(&in_none(&own), "folder-not-inherited"), "pass");
}

/// Whether rights of accounts replace those of a group is known only if all accounts are recorded.
#[test]
fn group_access_by_members_needs_all_accounts() {
    let list = format!("D:(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;{P})");
    let judged = |change: &dyn Fn(String) -> String, list: &str| {
        let folder = farm(LOCAL);
        folder.write("farm.toml", change(folder.read("farm.toml")));
        let (timer, pool) = (format!("{TIMER}={T}"), format!("{POOL}={P}"));
        let run = folder.run(&[
            "verify", "folder", "--sddl", list, "--token", &timer, "--sid", &pool, "--format",
            "json",
        ]);
        ["folder-admin-group-missing", "folder-web-group-missing"].map(|rule| outcome(&run, rule))
    };
    let central = |farm: String| {
        farm.replace(
            "[farm]\n",
            &format!("[farm]\ncentral-administration-account = '{TIMER}'\n"),
        )
    };
    let without_pool = |farm: String| {
        farm.replace(
            "[[web-application]]\nname = \"Intranet\"\naccount = 'FABRIKAM\\sp_web'\n",
            "",
        )
    };
    let second_pool = |farm: String| farm + "\n[[web-application]]\nname = \"Other\"\n";
    assert_eq!(judged(&central, &list), ["pass", "pass"]);
    let open = "not-applicable";
    assert_eq!(judged(&|farm| farm, &list), [open, "pass"]);
    assert_eq!(judged(&without_pool, &list), [open, open]);
    assert_eq!(judged(&second_pool, &list), [open, open]);
    let nobody = "D:(A;OICI;FA;;;SY)";
    assert_eq!(judged(&second_pool, nobody), ["fail", "fail"]);
    // A right that only Central Administration lacks is a warning here, too.
    let folder = farm(LOCAL);
    let text = folder.read("farm.toml").replace(
        "[farm]\n",
        "[farm]\ncentral-administration-account = 'FABRIKAM\\sp_ca'\n",
    );
    folder.write("farm.toml", text);
    let list = format!("{list}(A;CI;0x1200a9;;;S-1-5-21-1-2-3-1109)");
    let tokens = [
        format!("{TIMER}={T}"),
        format!("{POOL}={P}"),
        r"FABRIKAM\sp_ca=S-1-5-21-1-2-3-1109".to_owned(),
    ];
    let tokens = tokens.iter().flat_map(|token| ["--token", token]);
    let common = [
        "verify",
        "folder",
        "--only",
        "folder-not-inherited",
        "--format",
        "json",
        "--sddl",
        &list,
    ];
    let run = folder.run(&common.into_iter().chain(tokens).collect::<Vec<_>>());
    let said = verdict(&run, "folder-not-inherited");
    assert_eq!(
        (&said["outcome"], &said["severity"], run.code),
        (&json!("fail"), &json!("warning"), 0),
        "{said}"
    );
}

/// SIDs of another logon or another machine in a token are ignored.
#[test]
fn tokens_of_other_logons_and_machines_are_ignored() {
    let mut wrong = Vec::new();
    for (path, list, groups, read, delete) in [
        (
            LOCAL,
            "D:(A;OICI;0x1301bf;;;IU)",
            ",S-1-5-4",
            "fail",
            "fail",
        ),
        (
            LOCAL,
            "D:(A;OICI;0x1301bf;;;S-1-5-14)",
            ",S-1-5-14",
            "fail",
            "fail",
        ),
        (
            LOCAL,
            "D:(A;OICI;0x1301bf;;;S-1-5-5-0-77)",
            ",S-1-5-5-0-77",
            "fail",
            "fail",
        ),
        (
            LOCAL,
            "D:(A;OICI;0x1301bf;;;S-1-2-0)",
            ",S-1-2-0",
            "undecided",
            "undecided",
        ),
        (
            LOCAL,
            "D:(D;OICI;FA;;;NU)(A;OICI;0x1301bf;;;T)",
            ",S-1-5-2",
            "pass",
            "pass",
        ),
        (
            LOCAL,
            "D:(A;OICI;0x1301bf;;;BU)",
            ",S-1-5-32-545",
            "pass",
            "pass",
        ),
        (
            SHARE,
            "O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)",
            ",S-1-5-32-544",
            "undecided",
            "undecided",
        ),
        (
            SHARE,
            "D:(A;OICI;FA;;;S-1-5-21-9-8-7-1001)",
            ",S-1-5-21-9-8-7-1001",
            "undecided",
            "undecided",
        ),
        (
            SHARE,
            "D:(A;OICI;FA;;;S-1-5-21-9-8-7-1001)",
            "",
            "undecided",
            "undecided",
        ),
        (
            SHARE,
            "D:(D;OICI;FA;;;BU)(A;OICI;FA;;;T)",
            "",
            "undecided",
            "undecided",
        ),
        (
            SHARE,
            "D:(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-513)",
            ",S-1-5-21-1-2-3-513",
            "pass",
            "pass",
        ),
        (
            SHARE,
            "D:(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-513)",
            "",
            "fail",
            "fail",
        ),
        (
            SHARE,
            "D:(A;OICI;0x1301bf;;;SU)",
            ",S-1-5-6",
            "fail",
            "fail",
        ),
        // Nothing is inherited, so the default DACL of SYSTEM counts for administrators.
        (
            LOCAL,
            "O:BAG:SYD:PAI(A;;0x1301bf;;;BA)(A;;FA;;;SY)",
            ",S-1-5-32-544",
            "pass",
            "undecided",
        ),
        // The list of groups is incomplete.
        (
            LOCAL,
            "O:BAG:SYD:PAI(A;OICI;FA;;;WD)S:(SP;OICI;;;;S-1-17-1)",
            "",
            "undecided",
            "undecided",
        ),
        (
            LOCAL,
            "O:BAG:SYD:PAI(A;OICI;FA;;;WD)S:(ML;OICI;NRNWNX;;;SI)",
            "",
            "undecided",
            "undecided",
        ),
        (
            LOCAL,
            "O:BAG:SYD:PAI(A;OICI;FA;;;WD)S:(ML;OICI;NW;;;HI)",
            "",
            "pass",
            "undecided",
        ),
    ] {
        let list = list.replace(";T)", &format!(";{T})"));
        let run = verify(
            path,
            &list,
            &Known::Tokens(groups),
            &["--only", "folder-timer"],
        );
        let found = ["folder-timer-cannot-read", "folder-timer-cannot-delete"]
            .map(|rule| outcome(&run, rule));
        if found != [read, delete] {
            wrong.push(format!("{path} {list} {groups}: {found:?}\n{}", run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The hint names something that can be found out.
    let run = verify(
        SHARE,
        "D:(A;OICI;FA;;;BA)",
        &Known::Tokens(",S-1-5-32-544"),
        &["--only", "folder-timer-cannot-delete"],
    );
    let message = verdict(&run, "folder-timer-cannot-delete")["message"].to_string();
    assert!(
        message.contains("Effective Access") && !message.contains("--token"),
        "{message}"
    );
    let run = verify(
        LOCAL,
        "D:(A;OICI;0x1301bf;;;DU)",
        &Known::Tokens(",S-1-5-21-1-2-3-513"),
        &["--only", "folder-timer-cannot-delete"],
    );
    let message = verdict(&run, "folder-timer-cannot-delete")["message"].to_string();
    assert!(
        message.contains("write its SID") && !message.contains("--token"),
        "{message}"
    );
    // Another account is not a group, whatever its SID.
    let run = verify(
        LOCAL,
        &format!("D:(A;OICI;0x1301bf;;;{T})"),
        &Known::Nothing,
        &["--only", "folder-pool", "--sid", &format!("{TIMER}={T}")],
    );
    assert_eq!(
        outcome(&run, "folder-pool-cannot-read"),
        "fail",
        "{}",
        run.out
    );
}

/// Returns a farm whose services run as computer accounts, with the mail on this share.
fn farm_of_computers(account: &str, share: &str) -> Folder {
    Folder::with_farm(&format!(
        "[farm]\ntimer-account = '{account}'\n\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         drop-folder = '{share}'\n\n[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\n"
    ))
}

/// On a share it is not known which computer writes the messages, or how services access a share of
/// their own server.
#[test]
fn computer_accounts_on_a_share_are_judged() {
    let network_service = r"NT AUTHORITY\NETWORK SERVICE";
    let token = r"FABRIKAM\SP1$=S-1-5-21-1-2-3-2001";
    let computer = "S-1-5-21-1-2-3-2001";
    let mut wrong = Vec::new();
    for (account, share, list, delete, inherited) in [
        (
            network_service,
            SHARE,
            "PAI(A;OICIIO;FA;;;CO)(A;OICI;0x1200a9;;;C)(A;OICI;FA;;;SY)",
            "undecided",
            "pass",
        ),
        (
            network_service,
            SHARE,
            "(A;;0x1301bf;;;C)",
            "undecided",
            "undecided",
        ),
        (
            network_service,
            SHARE,
            "(A;OICI;0x1200a9;;;C)",
            "fail",
            "pass",
        ),
        (network_service, SHARE, "(A;OICI;FA;;;NS)", "fail", "pass"),
        (
            network_service,
            SHARE,
            "(A;OICI;0x1301bf;;;C)",
            "pass",
            "pass",
        ),
        (
            network_service,
            r"\\SP1\drop",
            "(A;OICI;FA;;;NS)",
            "undecided",
            "pass",
        ),
        (
            network_service,
            r"\\sp1.fabrikam.com\drop",
            "(A;OICI;FA;;;C)",
            "undecided",
            "pass",
        ),
        (
            network_service,
            r"\\sp1.fabrikam.com\drop",
            "(A;OICI;FA;;;SY)",
            "fail",
            "pass",
        ),
        (
            r"NT AUTHORITY\LOCAL SERVICE",
            SHARE,
            "(A;OICI;FA;;;LS)",
            "fail",
            "pass",
        ),
        (
            r"NT AUTHORITY\LOCAL SERVICE",
            r"\\sp1\drop",
            "(A;OICI;FA;;;LS)",
            "undecided",
            "pass",
        ),
    ] {
        let list = format!(
            "O:BAG:SYD:{}",
            list.replace(";C)", &format!(";{computer})"))
        );
        let run = farm_of_computers(account, share).run(&[
            "verify",
            "folder",
            "--sddl",
            &list,
            "--token",
            token,
            "--only",
            "folder-timer,folder-not",
            "--format",
            "json",
        ]);
        let found =
            ["folder-timer-cannot-delete", "folder-not-inherited"].map(|rule| outcome(&run, rule));
        if found != [delete, inherited] {
            wrong.push(format!("{account} {share} {list}: {found:?} {}", run.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The message names the account to grant the right to.
    let said = |account: &str, list: &str, more: &[&str]| {
        let common = ["verify", "folder", "--sddl", list];
        farm_of_computers(account, SHARE)
            .run(&[&common[..], more].concat())
            .out
    };
    let out = said(
        network_service,
        &format!("D:(A;OICI;0x1200a9;;;{computer})"),
        &["--token", token],
    );
    assert!(
        out.contains(r"Grant the computer's account, `DOMAIN\SP1$`, Modify"),
        "{out}"
    );
    let odd = format!("D:(A;OICI;0x1200a9;;;{computer})(D;OICI;FA;;;AN)(A;OICI;FA;;;NS)");
    let out = said(
        network_service,
        &odd,
        &["--token", token, "--only", "folder-order-odd"],
    );
    assert!(out.contains("allow SP1$: Read & execute"), "{out}");
    let out = said(r"NT AUTHORITY\LOCAL SERVICE", "D:(A;OICI;FA;;;SY)", &[]);
    assert!(
        out.contains("connects to a share as ANONYMOUS LOGON") && !out.contains("icacls"),
        "{out}"
    );
}

/// Remedies for the ACL of a share use the commands for shares.
#[test]
fn remedies_on_a_share_use_its_commands() {
    let said = |path: &str, list: &str, rule: &str| {
        let run = verify(path, list, &Known::Tokens(""), &["--only", rule]);
        verdict(&run, rule).to_string()
    };
    for (list, rule) in [
        ("D:NO_ACCESS_CONTROL", "folder-no-list"),
        ("D:(A;OICI;FA;;;WD)", "folder-open-to-everyone"),
    ] {
        let (share, local) = (said(SHARE, list, rule), said(LOCAL, list, rule));
        assert!(
            share.contains("DOMAIN\\\\SERVER$")
                && !share.contains("WSS_")
                && !share.contains("as SYSTEM"),
            "{share}"
        );
        assert!(!local.contains("SERVER$"), "{local}");
    }
    let folder = farm(SHARE);
    let limited = |share: &str| {
        let facts = json!({"facts": 1, "folder": {"folders": [{"path": SHARE,
            "descriptor": {"known": {"from": "sddl", "text": format!("D:(A;OICI;FA;;;{T})")}},
            "share": {"known": {"from": "sddl", "text": share}}}]}});
        folder.write("facts.json", facts.to_string());
        let token = format!("{TIMER}={T}");
        let common = [
            "verify",
            "folder",
            "--facts",
            "facts.json",
            "--only",
            "folder-share-limits",
            "--token",
            &token,
        ];
        let said = folder.run(&common).out;
        // The causes are reported too.
        let own = said.split("error[folder-share-limits]").nth(1);
        own.unwrap_or_default().to_owned()
    };
    let denied = limited(&format!("D:(D;;0x1301bf;;;WD)(A;;FA;;;{T})"));
    assert!(
        denied.contains("Remove the ACE that denies it") && !denied.contains("Grant `"),
        "{denied}"
    );
    let narrow = limited("D:(A;;0x1200a9;;;WD)");
    assert!(narrow.contains("Grant `"), "{narrow}");
}

/// A server that does not know a SID proves nothing: it may not have reached the domain controller.
#[test]
fn unknown_sids_are_judged() {
    let sid = "S-1-5-21-7-8-9-1003";
    let judged = |path: &str, server: Option<&str>, more: &[&str]| {
        let folder = farm(path);
        let mut seen = json!({"path": path, "names": {sid: {"absent": "not mapped (os error 1332)"}},
            "descriptor": {"known": {"from": "sddl", "text": format!("O:SYD:(A;OICI;0x1301bf;;;{sid})")}}});
        if let Some(server) = server {
            seen["server"] = json!(server);
        }
        folder.write(
            "facts.json",
            json!({"facts": 1, "folder": {"folders": [seen]}}).to_string(),
        );
        let (timer, pool) = (format!("{TIMER}={T}"), format!("{POOL}={P}"));
        let common = [
            "verify",
            "folder",
            "--facts",
            "facts.json",
            "--format",
            "json",
            "--sid",
            &timer,
            "--sid",
            &pool,
        ];
        folder.run(&[&common[..], more].concat())
    };
    let rules = [
        "folder-timer-cannot-delete",
        "folder-admin-group-missing",
        "folder-web-group-missing",
    ];
    let run = judged(LOCAL, Some("sp1.fabrikam.com"), &[]);
    assert_eq!(
        rules.map(|rule| outcome(&run, rule)),
        ["undecided"; 3],
        "{}",
        run.out
    );
    let run = judged(SHARE, None, &[]);
    assert_eq!(outcome(&run, "folder-timer-cannot-delete"), "undecided");
    assert_eq!(outcome(&run, "folder-local-group-on-share"), "undecided");
    // It is SharePoint's group, and the share's server would know its own.
    let run = judged(SHARE, None, &["--sid", &format!("WSS_ADMIN_WPG={sid}")]);
    assert_eq!(outcome(&run, "folder-timer-cannot-delete"), "fail");
    assert_eq!(outcome(&run, "folder-local-group-on-share"), "fail");
}

#[test]
fn rights_on_a_share_are_judged() {
    let list = format!("D:(A;OICI;0x1301bf;;;{T})(A;OICI;0x1301bf;;;NU)");
    let run = verify(SHARE, &list, &Known::Tokens(""), &[]);
    let found = [
        "folder-timer-cannot-delete",
        "folder-pool-cannot-read",
        "folder-admin-group-missing",
    ];
    assert_eq!(
        found.map(|rule| outcome(&run, rule)),
        ["pass", "pass", "not-applicable"],
        "{}",
        run.out
    );
    // The share's ACL was not read.
    assert_eq!(outcome(&run, "folder-share-limits"), "undecided undecided");
    // Only the share's server knows the members of its group.
    let run = verify(
        SHARE,
        "D:(A;OICI;FA;;;S-1-5-21-7-8-9-1003)",
        &Known::Tokens(""),
        &[],
    );
    assert_eq!(outcome(&run, "folder-local-group-on-share"), "undecided");
    // An account that is anonymous outside its server accesses the share as the computer.
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
    assert_eq!(
        outcome(&run, "folder-timer-cannot-delete"),
        "pass fail",
        "{}",
        run.out
    );
}

#[test]
fn null_unordered_and_open_dacls_are_found() {
    for (list, empty, order, open) in [
        ("D:(A;OICI;FA;;;SY)", "pass", "pass", "pass"),
        (
            "D:NO_ACCESS_CONTROL",
            "fail",
            "not-applicable",
            "not-applicable",
        ),
        ("D:(A;OICI;FA;;;SY)(D;OICI;SD;;;WD)", "pass", "fail", "pass"),
        (
            "D:(D;OICI;SD;;;WD)(A;OICI;FA;;;SY)(D;ID;SD;;;AN)",
            "pass",
            "pass",
            "pass",
        ),
        ("D:(A;ID;FA;;;SY)(A;;FA;;;BA)", "pass", "fail", "pass"),
        ("D:(A;OICI;0x1200a9;;;WD)", "pass", "pass", "pass"),
        ("D:(A;OICI;0x1301bf;;;WD)", "pass", "pass", "fail"),
        ("D:(A;CI;0x2;;;AU)", "pass", "pass", "fail"),
        ("D:(A;OIIO;0x10000;;;AN)", "pass", "pass", "fail"),
        ("D:(A;;DT;;;WD)", "pass", "pass", "fail"),
        (
            "D:(D;OICI;0xd0156;;;WD)(A;OICI;0x1301bf;;;AU)",
            "pass",
            "pass",
            "pass",
        ),
        ("D:(A;OICI;FA;;;BU)", "pass", "pass", "fail"),
        // The ACL of a folder below the root of a server's disk.
        (
            "D:AI(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLC;;;BU)",
            "pass",
            "pass",
            "fail",
        ),
        (
            "D:(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-513)",
            "pass",
            "pass",
            "fail",
        ),
        ("D:(A;OICI;0x1301bf;;;NU)", "pass", "pass", "fail"),
        ("D:(A;OICI;0x1200a9;;;BU)", "pass", "pass", "pass"),
        // An ACE for subfolders only does not apply to messages.
        ("D:(A;CI;LC;;;BU)", "pass", "pass", "pass"),
        (
            "D:(A;OICI;FA;;;S-1-5-21-1-2-3-1513)",
            "pass",
            "pass",
            "pass",
        ),
        (
            "D:(XA;OICI;0x1301bf;;;WD;(@User.x == 1))",
            "pass",
            "pass",
            "undecided",
        ),
        (
            "D:(XA;OICI;0x1301bf;;;WD;(@User.x == 1))(A;OICI;FA;;;AU)",
            "pass",
            "pass",
            "fail",
        ),
    ] {
        let run = verify(LOCAL, list, &Known::Tokens(""), &[]);
        let found = [
            "folder-no-list",
            "folder-order-odd",
            "folder-open-to-everyone",
        ]
        .map(|rule| outcome(&run, rule));
        assert_eq!(found, [empty, order, open], "{list}\n{}", run.out);
    }
}

/// Returns the descriptor after the commands of a remedy, as icacls applies them.
fn carried_out(sddl: &str, commands: &[String]) -> String {
    let (head, aces) = sddl.split_at(sddl.find('(').expect("an ACE"));
    let mut aces: Vec<String> = aces
        .split_inclusive(')')
        .map(|ace| ace.trim_matches(['(', ')']).to_owned())
        .collect();
    let letters = |account: &str| match account {
        TIMER => T.to_owned(),
        POOL => P.to_owned(),
        "WSS_ADMIN_WPG" => ADMIN_GROUP.to_owned(),
        "WSS_WPG" => WEB_GROUP.to_owned(),
        "SYSTEM" | "*S-1-5-18" => "SY".to_owned(),
        "*S-1-5-11" => "AU".to_owned(),
        "*S-1-1-0" => "WD".to_owned(),
        "*S-1-5-32-545" => "BU".to_owned(),
        other => other.trim_start_matches('*').to_owned(),
    };
    for command in commands.iter().flat_map(|line| line.split("; ")) {
        let words: Vec<&str> = command.split('\'').collect();
        match words[2].trim() {
            "/grant" => {
                let (account, right) = words[3].split_once(":(OI)(CI)").expect("a grant");
                let mask = match right {
                    "F" => "FA",
                    "M" => "0x1301bf",
                    "RX" => "0x1200a9",
                    other => panic!("{other}"),
                };
                aces.insert(0, format!("A;OICI;{mask};;;{}", letters(account)));
            }
            "/inheritance:d" => {
                for ace in &mut aces {
                    *ace = ace.replacen("ID;", ";", 1);
                }
            }
            "/remove:g" => {
                for account in words[3..].iter().filter(|word| !word.trim().is_empty()) {
                    let letters = letters(account);
                    aces.retain(|ace| {
                        !(ace.starts_with("A;;") || ace.starts_with("A;OI"))
                            || !ace.ends_with(&format!(";{letters}"))
                    });
                }
            }
            other => panic!("{other}: {command}"),
        }
    }
    format!("{head}({})", aces.join(")("))
}

fn failures(run: &Run) -> Vec<String> {
    let verdicts = run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let failed = verdicts
        .iter()
        .filter(|verdict| verdict["outcome"] == "fail");
    failed
        .map(|verdict| verdict["rule"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Returns the commands that the report prints for an open folder.
fn printed_commands(sddl: &str) -> Vec<String> {
    let folder = farm(LOCAL);
    let set = folder.run(&["set", "farm.central-administration-account", TIMER]);
    assert_eq!(set.code, 0, "{}", set.err);
    let [timer, pool] =
        [(TIMER, T), (POOL, P)].map(|(name, sid)| format!("{name}={sid},S-1-5-32-545"));
    let run = folder.run(&[
        "verify",
        "--only",
        "folder-open-to-everyone",
        "--sddl",
        sddl,
        "--token",
        &timer,
        "--token",
        &pool,
    ]);
    let lines = run.out.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("icacls"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn open_folder_names_the_groups_with_an_ace() {
    for (sddl, groups) in [
        ("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;WD)", "Everyone"),
        (
            "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;AU)",
            r"NT AUTHORITY\Authenticated Users",
        ),
        (
            "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;WD)(A;OICI;FA;;;AU)",
            r"Everyone, NT AUTHORITY\Authenticated Users",
        ),
    ] {
        let run = verify(LOCAL, sddl, &Known::Tokens(",S-1-5-32-545"), &[]);
        let found = verdict(&run, "folder-open-to-everyone");
        let evidence = found["evidence"].to_string();
        for group in groups.split(", ") {
            let asked = json!(format!("what {group} may do")).to_string();
            let asked = asked.trim_matches('"');
            assert!(evidence.contains(asked), "{sddl}: {group}: {found:#}");
        }
    }
}

#[test]
fn remedy_of_an_open_folder_leaves_the_farm_working() {
    for (sddl, grants) in [
        // A folder on a second drive: the timer has its rights only through the wide ACE.
        (
            "D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1301bf;;;AU)(A;OICIID;0x1200a9;;;BU)"
                .to_owned(),
            vec![TIMER],
        ),
        // Only Everyone has rights, and the SMTP service depends on it, too.
        ("D:P(A;OICI;FA;;;WD)".to_owned(), vec!["*S-1-5-18", TIMER, POOL]),
        // The accounts already have their own ACEs.
        (
            format!("D:P(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;{P})(A;OICI;FA;;;WD)"),
            vec![],
        ),
    ] {
        let known = Known::Tokens(",S-1-5-32-545");
        let before = verify(LOCAL, &sddl, &known, &[]);
        assert!(failures(&before).contains(&"folder-open-to-everyone".to_owned()));
        let commands = printed_commands(&sddl);
        assert_eq!(commands.len(), grants.len() + 1, "{commands:#?}");
        for (command, account) in commands.iter().zip(&grants) {
            assert!(command.contains(&format!("'{account}:(OI)(CI)")), "{command}");
        }
        let after = carried_out(&sddl, &commands);
        let run = verify(LOCAL, &after, &known, &[]);
        let mut expected = failures(&before);
        expected.retain(|rule| rule != "folder-open-to-everyone");
        assert_eq!(failures(&run), expected, "{after}\n{commands:#?}");
        for rule in ["folder-timer-cannot-read", "folder-timer-cannot-delete", "folder-pool-cannot-read"] {
            assert_eq!(outcome(&run, rule), "pass", "{rule}: {after}");
        }
    }
}

#[test]
fn account_that_windows_does_not_know_has_no_rights_and_no_command() {
    let folder = farm(LOCAL);
    let facts = json!({"facts": 2, "folder": {"folders": [{
    "server": "sp1.fabrikam.com", "path": LOCAL,
    "descriptor": {"known": {"from": "sddl", "text": format!("D:PAI(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;{T})(A;OICI;0x1200a9;;;AU)")}},
    "accounts": [
        {"name": TIMER, "sid": {"known": T}, "token": {"known": [T]}},
        {"name": POOL, "sid": {"absent": "No mapping (os error 1332)"}, "token": "not-asked"},
    ]}]}});
    folder.write("facts.json", facts.to_string());
    let run = folder.run(&[
        "verify",
        "folder",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    assert_eq!(
        outcome(&run, "folder-pool-cannot-read"),
        "undecided",
        "{}",
        run.out
    );
    assert_eq!(outcome(&run, "folder-timer-cannot-read"), "pass");
    assert_eq!(outcome(&run, "folder-account-unknown"), "pass fail");
    assert!(!run.out.contains("sp_web:(OI)"), "{}", run.out);
}

#[test]
fn saved_descriptors_are_read_from_files() {
    let list = format!("D:(A;OICI;0x1301bf;;;{T})");
    let token = format!("{TIMER}={T}");
    let folder = farm(LOCAL);
    let wide = |text: &str| {
        let units = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .collect::<Vec<_>>();
        units
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    folder.write("acl.txt", format!("{list}\r\n"));
    folder.write(
        "saved",
        wide(&format!(
            "Drop\r\n{list}\r\nDrop\\x.eml\r\nD:(A;;FR;;;SY)\r\n"
        )),
    );
    folder.write(
        "other",
        wide("One\r\nD:(A;;FR;;;SY)\r\nTwo\r\nD:(A;;FR;;;SY)\r\n"),
    );
    folder.write("nothing", "no descriptor");
    folder.write("child", wide(&format!("Drop\\child.eml\r\n{list}\r\n")));
    folder.write("mail", wide(&format!("mail\r\n{list}\r\n")));
    folder.write("one", wide(&format!("drop\r\n{list}\r\n")));
    folder.write("here", wide(&format!(".\r\n{list}\r\n")));
    let run = |arguments: &[&str]| {
        let common = [
            "verify",
            "folder",
            "--only",
            "folder-timer",
            "--token",
            &token,
            "--format",
            "json",
        ];
        folder.run(&[&common[..], arguments].concat())
    };
    for arguments in [
        &["--sddl", "acl.txt"][..],
        &["--icacls", "saved"],
        &["--icacls", "saved", "--path", r"c:\inetpub\mailroot\drop"],
        &["--icacls", "one"],
        &["--icacls", "here"],
        &["--sddl", "one"],
        &["--sddl", &list, "--server", "SP1"],
    ] {
        let run = run(arguments);
        assert_eq!(
            (run.code, outcome(&run, "folder-timer-cannot-delete")),
            (0, "pass".to_owned()),
            "{run:?}"
        );
    }
    for arguments in [
        &["--sddl", "D:(A;OICI;0x1301bf;;;T)"][..],
        &["--sddl", "missing.txt"],
        &["--sddl", "nothing"],
        &["--icacls", "other"],
        &["--icacls", "child"],
        &["--icacls", "mail"],
        &["--sddl", "child"],
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
        assert_eq!(
            (run.code, run.out.as_str()),
            (2, ""),
            "{arguments:?}: {run:?}"
        );
        assert!(!run.err.is_empty());
    }
}

/// A token of no known account is reported.
#[test]
fn token_of_an_unknown_account_is_noted() {
    let said = |name: &str| {
        let token = format!("{name}={T}");
        let common = [
            "verify",
            "folder",
            "--only",
            "folder-timer",
            "--sddl",
            "D:(A;OICI;FA;;;AU)",
            "--token",
        ];
        farm(LOCAL).run(&[&common[..], &[&token]].concat()).err
    };
    for name in [r"FABRIKAM\typo", "sp_farm"] {
        assert!(
            said(name).contains(&format!("`--token {name}`: the farm file has no account")),
            "{}",
            said(name)
        );
    }
    assert_eq!(
        (said(TIMER), said(&POOL.to_uppercase())),
        (String::new(), String::new())
    );
}

/// Information that becomes known later completes recorded facts.
#[test]
fn sids_given_later_complete_recorded_facts() {
    let folder = farm(LOCAL);
    let list = "D:(A;OICI;0x1301bf;;;BU)";
    let run = folder.run(&["gather", "folder", "--sddl", list, "--out", "facts.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let judge = |more: &[&str]| {
        let common = [
            "verify",
            "folder",
            "--facts",
            "facts.json",
            "--only",
            "folder-timer",
            "--format",
            "json",
        ];
        outcome(
            &folder.run(&[&common[..], more].concat()),
            "folder-timer-cannot-delete",
        )
    };
    assert_eq!(judge(&[]), "undecided");
    assert_eq!(
        judge(&["--token", &format!("{TIMER}={T},S-1-5-32-545")]),
        "pass"
    );
    assert_eq!(judge(&["--token", &format!("{TIMER}={T}")]), "fail");
    // A trace uses the rights.
    folder.write(
        "farm.toml",
        folder
            .read("farm.toml")
            .replace("mode =", "display-address = \"sp.fabrikam.com\"\nmode ="),
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

/// Returns the outcomes of one rule for a farm, and the facts about its folder and its server's
/// drop directory (`dropping`).
fn judged(farm: &str, folder: &Value, rule: &str) -> Vec<(String, String)> {
    let files = Folder::with_farm(farm);
    let mut folder = folder.clone();
    let directory = folder
        .as_object_mut()
        .and_then(|members| members.remove("dropping"));
    let mut facts = json!({"facts": 2, "folder": {"folders": [folder]}});
    if let Some(directory) = directory {
        facts["iis"] = json!({"servers": [{"server": "sp1.fabrikam.com",
            "metabase": {"known": {"encoding": "UTF-8", "service": {}, "servers": [
                {"number": 1, "domains": [],
                "properties": {"DropDirectory": {"raw": directory, "line": 20}}}]}}}]});
    }
    files.write("facts.json", facts.to_string());
    let run = files.run(&[
        "verify",
        "folder",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    let verdicts = run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let of_rule = verdicts.iter().filter(|verdict| verdict["rule"] == rule);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_rule
        .map(|verdict| {
            let subject = text(&verdict["subject"]);
            let last = subject.rsplit(' ').next().unwrap_or_default().to_owned();
            (last, text(&verdict["outcome"]))
        })
        .collect()
}

#[test]
fn writers_must_be_able_to_create_files() {
    const EXCHANGE: &str = "S-1-5-21-1-2-3-1201";
    const SP1: &str = "S-1-5-21-1-2-3-1202";
    let base = |path: &str, more: &str| {
        format!(
            "[farm]\ntimer-account = '{TIMER}'\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
             drop-folder = '{path}'\n[[server]]\nname = \"sp1.fabrikam.com\"\n\
             incoming-email-service = true\n{more}"
        )
    };
    let folder = |path: &str, list: &str, share: Value| {
        let mut folder = json!({"path": path,
            "descriptor": {"known": {"from": "sddl", "text": list}},
            "accounts": [{"name": TIMER, "sid": {"known": T}, "token": {"known": [T]}}],
            "names": {
                EXCHANGE: {"known": {"name": r"FABRIKAM\EX1$", "kind": "computer"}},
                SP1: {"known": {"name": r"FABRIKAM\SP1$", "kind": "computer"}}},
            "share": share});
        if path == LOCAL {
            folder["server"] = json!("sp1.fabrikam.com");
        }
        folder
    };
    let dropping = |directory: &str, mut folder: Value| {
        folder["dropping"] = json!(directory);
        folder
    };
    let smtp = "smtp-service = true\n";
    let host = |accounts: &str| {
        format!(
            "smtp-service = false\n[[mail-host]]\nname = \"ex1.fabrikam.com\"\nkind = \"exchange\"\n\
             passes-to = [\"drop-folder\"]\n{accounts}"
        )
    };
    let exchange = host("accounts = ['FABRIKAM\\EX1$']\n");
    let timer = format!("(A;OICI;0x1301bf;;;{T})");
    let open = json!({"known": {"from": "sddl", "text": "D:(A;;0x1301bf;;;WD)"}});
    let closed = json!({"known": {"from": "sddl", "text": format!("D:(A;;0x1301bf;;;{T})")}});
    let all = |aces: &str| format!("D:P{aces}{timer}");
    for (name, farm, seen, expected) in [
        (
            "SYSTEM",
            base(LOCAL, smtp),
            folder(LOCAL, &all("(A;OICI;FA;;;SY)"), json!("not-asked")),
            ("SYSTEM", "pass"),
        ),
        (
            "Administrators",
            base(LOCAL, smtp),
            folder(LOCAL, &all("(A;OICI;FA;;;BA)"), json!("not-asked")),
            ("SYSTEM", "pass"),
        ),
        (
            "no one",
            base(LOCAL, smtp),
            folder(LOCAL, &all(""), json!("not-asked")),
            ("SYSTEM", "fail"),
        ),
        (
            "denied",
            base(LOCAL, smtp),
            folder(
                LOCAL,
                &all("(D;OICI;DC;;;SY)(A;OICI;FA;;;BA)"),
                json!("not-asked"),
            ),
            ("SYSTEM", "fail"),
        ),
        (
            "computer",
            base(SHARE, smtp),
            folder(
                SHARE,
                &all(&format!("(A;OICI;0x1301bf;;;{SP1})")),
                open.clone(),
            ),
            ("SP1$", "pass"),
        ),
        (
            "the share keeps it out",
            base(SHARE, smtp),
            dropping(
                SHARE,
                folder(
                    SHARE,
                    &all(&format!("(A;OICI;0x1301bf;;;{SP1})")),
                    closed.clone(),
                ),
            ),
            ("SP1$", "fail"),
        ),
        (
            "the share would keep it out, and where it drops is not known",
            base(SHARE, smtp),
            folder(SHARE, &all(&format!("(A;OICI;0x1301bf;;;{SP1})")), closed),
            ("SP1$", "undecided"),
        ),
        (
            "share not seen",
            base(SHARE, smtp),
            folder(
                SHARE,
                &all(&format!("(A;OICI;0x1301bf;;;{SP1})")),
                json!("not-asked"),
            ),
            ("SP1$", "undecided"),
        ),
        (
            "only the farm",
            base(SHARE, smtp),
            dropping(SHARE, folder(SHARE, &all(""), open.clone())),
            ("SP1$", "fail"),
        ),
        (
            "only the farm, and where it drops is not known",
            base(SHARE, smtp),
            folder(SHARE, &all(""), open.clone()),
            ("SP1$", "undecided"),
        ),
        (
            "only the farm, and it drops in another share",
            base(SHARE, smtp),
            dropping(r"\\other\drop", folder(SHARE, &all(""), open.clone())),
            ("SP1$", "undecided"),
        ),
        (
            "only the farm, and it drops on its own disk",
            base(SHARE, smtp),
            dropping(LOCAL, folder(SHARE, &all(""), open.clone())),
            (SHARE, "undecided"),
        ),
        (
            "its own drop directory is another share",
            base(
                SHARE,
                "smtp-service = true\ndrop-share = '\\\\sp1\\other'\n",
            ),
            folder(
                SHARE,
                &all(&format!("(A;OICI;0x1301bf;;;{EXCHANGE})")),
                open.clone(),
            ),
            (SHARE, "not-applicable"),
        ),
        (
            "connector",
            base(SHARE, &exchange),
            folder(
                SHARE,
                &all(&format!("(A;OICI;0x1301bf;;;{EXCHANGE})")),
                open.clone(),
            ),
            (r"FABRIKAM\EX1$", "pass"),
        ),
        (
            "connector kept out",
            base(SHARE, &exchange),
            folder(SHARE, &all(""), open.clone()),
            (r"FABRIKAM\EX1$", "fail"),
        ),
        (
            "connector and local path",
            base(LOCAL, &exchange),
            folder(
                LOCAL,
                &all(&format!("(A;OICI;0x1301bf;;;{EXCHANGE})")),
                json!("not-asked"),
            ),
            (r"FABRIKAM\EX1$", "pass"),
        ),
        (
            "unknown accounts",
            base(SHARE, &host("")),
            folder(SHARE, &all(""), open.clone()),
            (SHARE, "undecided"),
        ),
        (
            "no writer, only the farm",
            base(SHARE, "smtp-service = false\n"),
            folder(
                SHARE,
                &all("(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"),
                open.clone(),
            ),
            (SHARE, "undecided"),
        ),
        (
            "no writer",
            base(SHARE, "smtp-service = false\n"),
            folder(
                SHARE,
                &all(&format!("(A;OICI;0x1301bf;;;{EXCHANGE})")),
                open,
            ),
            (SHARE, "not-applicable"),
        ),
    ] {
        let found = judged(&farm, &seen, "folder-writer-cannot-write");
        let expected = (expected.0.to_owned(), expected.1.to_owned());
        assert_eq!(found, [expected], "{name}");
    }
}
