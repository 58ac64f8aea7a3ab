//! `inspect descriptor`: the published vectors and the documented output, through the program.

use crate::support::{Folder, Run, root};
use serde_json::{Value, json};

const TIMER: &str = "S-1-5-21-1-2-3-1103";
const ADMIN_GROUP: &str = "S-1-5-21-9-8-7-1001";
const WEB_GROUP: &str = "S-1-5-21-9-8-7-1002";
const WIZARD: &str = "01000480000000000000000000000000140000000400780002000000050a38000000001002000000ba7a96bfe60dd011a28500aa003049e20105000000000005150000000100000002000000030000004d040000050238000300000001000000ba7a96bfe60dd011a28500aa003049e20105000000000005150000000100000002000000030000004d040000";

fn inspect(arguments: &[&str]) -> Run {
    Folder::new().run(&[&["inspect", "descriptor"], arguments].concat())
}

fn json_of(descriptor: &str, arguments: &[&str]) -> Value {
    let run = inspect(&[&[descriptor, "--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

#[test]
fn rights_on_the_folder_match_the_published_vectors() {
    for (descriptor, groups, mask) in [
        (
            "O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;S-1-5-21-9-8-7-1001)(A;OICI;0x1200a9;;;S-1-5-21-9-8-7-1002)",
            ADMIN_GROUP,
            "0x1f01ff",
        ),
        (
            "O:BAG:SYD:PAI(D;OICI;SD;;;S-1-5-21-9-8-7-1002)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1103)",
            WEB_GROUP,
            "0x1201bf",
        ),
        (
            "O:BAG:SYD:PAI(A;OICIIO;0x1f01ff;;;S-1-5-21-1-2-3-1103)(A;;0x1200a9;;;S-1-5-21-1-2-3-1103)",
            "",
            "0x1200a9",
        ),
        (
            "O:S-1-5-21-1-2-3-1103G:SYD:PAI(A;;RC;;;S-1-3-4)",
            "",
            "0x20000",
        ),
    ] {
        let with = ["--as", TIMER, "--with", groups];
        assert_eq!(
            json_of(descriptor, &with[..if groups.is_empty() { 2 } else { 4 }])["effective"]["folder"],
            mask,
            "{descriptor}"
        );
    }
}

#[test]
fn rights_on_new_files_and_folders_match_the_published_vectors() {
    for (entry, file, folder) in [
        ("(A;CI;0x1301bf;;;T)", "0x0", "0x1301bf"),
        ("(A;OICI;0x1301bf;;;T)", "0x1301bf", "0x1301bf"),
        ("(A;;FA;;;T)", "0x0", "0x0"),
    ] {
        let descriptor = format!("O:BAG:SYD:PAI{}", entry.replace('T', TIMER));
        let effective = json_of(&descriptor, &["--as", TIMER])["effective"].clone();
        assert_eq!(
            (&effective["new-file"], &effective["new-folder"]),
            (&json!(file), &json!(folder)),
            "{entry}"
        );
        // If nothing is inherited, the creator's default DACL applies. It is not certain how much
        // that grants to administrators.
        let administrators = json_of(
            &descriptor,
            &["--as", TIMER, "--with", "BUILTIN\\Administrators"],
        );
        let (granted, open) = if file == "0x0" {
            ("0x1600a9", true)
        } else {
            ("0x1701bf", false)
        };
        let undecided = administrators["undecided"].as_array().unwrap();
        let is_open = undecided.iter().any(|doubt| doubt["about"] == "new-file");
        assert_eq!(
            (&administrators["effective"]["new-file"], is_open),
            (&json!(granted), open)
        );
        let system = json_of(&descriptor, &["--as", "SYSTEM"]);
        assert!(
            file != "0x0" || system["effective"]["new-file"] == "0x1f01ff",
            "{system}"
        );
    }
}

#[test]
fn json_has_the_documented_fields() {
    let object = json_of(
        "O:BAG:SYD:PAI(D;;SD;;;WD)(A;OICI;FA;;;SY)",
        &["--as", "SYSTEM"],
    );
    let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "canonical",
            "dacl",
            "effective",
            "entries",
            "group",
            "owner",
            "undecided"
        ]
    );
    assert_eq!(object["owner"], "S-1-5-32-544");
    assert_eq!(object["group"], "S-1-5-18");
    assert_eq!(object["dacl"], "present");
    assert_eq!(object["canonical"], true);
    assert_eq!(
        object["effective"],
        json!({"folder": "0x1e01ff", "new-file": "0x1f01ff", "new-folder": "0x1f01ff"})
    );
    assert_eq!(object["entries"][0]["mask"], "0x10000");
    assert_eq!(object["undecided"], json!([]));
    let swapped = json_of("O:BAG:SYD:(A;OICI;FA;;;SY)(D;;SD;;;WD)", &[]);
    assert_eq!(
        (&swapped["canonical"], &swapped["effective"]),
        (&json!(false), &Value::Null)
    );
}

#[test]
fn absent_null_and_empty_dacls_are_distinguished() {
    for (descriptor, dacl, mask, undecided) in [
        ("O:BAG:SY", "absent", "0x0", 3),
        ("O:BAG:SYD:NO_ACCESS_CONTROL", "null", "0x1f01ff", 0),
        ("O:BAG:SYD:", "present", "0x0", 0),
        // A group of an unknown domain, and a token with such a group.
        (
            "O:BAG:SYD:(D;;SD;;;DU)(A;;0x1301bf;;;WD)",
            "present",
            "0x1201bf",
            1,
        ),
    ] {
        let run = inspect(&[
            descriptor,
            "--format",
            "json",
            "--as",
            TIMER,
            "--with",
            "S-1-5-21-7-7-7-513",
        ]);
        let object = run.json();
        assert_eq!(
            run.code,
            if dacl == "absent" { 3 } else { 0 },
            "{descriptor}"
        );
        assert_eq!(
            (&object["dacl"], &object["effective"]["folder"]),
            (&json!(dacl), &json!(mask)),
            "{descriptor}"
        );
        assert_eq!(
            object["undecided"].as_array().unwrap().len(),
            undecided,
            "{descriptor}"
        );
    }
}

#[test]
fn null_dacl_and_services_are_described() {
    let run = inspect(&["O:BAG:SY", "--as", TIMER]);
    assert_eq!(run.code, 3);
    assert!(
        run.out.contains("on the folder: not known") && !run.out.contains("none (0x0)"),
        "{}",
        run.out
    );
    assert_eq!(inspect(&["O:BAG:SY"]).code, 0);
    for (account, words) in [
        ("LOCAL SERVICE", "is anonymous"),
        ("NETWORK SERVICE", "as the computer account"),
    ] {
        assert!(
            inspect(&["D:(A;;FA;;;SY)", "--as", account])
                .err
                .contains(words),
            "{account}"
        );
    }
}

#[test]
fn accounts_of_the_own_machine_are_resolved() {
    let of = |more: &[&str]| {
        json_of(
            "O:BAG:SYD:(A;OICI;0x1200a9;;;BU)",
            &[&["--as", TIMER], more].concat(),
        )["effective"]["folder"]
            .clone()
    };
    assert_eq!(
        (of(&[]), of(&["--machine"]), of(&["--with", "Users"])),
        (json!("0x0"), json!("0x1200a9"), json!("0x1200a9"))
    );
}

#[test]
fn groups_of_a_domain_are_resolved_by_name() {
    let descriptor = "O:BAG:SYD:(A;;0x1200a9;;;DU)";
    let domain = ["--domain", "S-1-5-21-1-2-3"];
    let of = |group: &str| {
        json_of(
            descriptor,
            &[&["--as", TIMER, "--with", group][..], &domain].concat(),
        )["effective"]["folder"]
            .clone()
    };
    assert_eq!(
        (of("Domain Users"), of("du"), of("DA")),
        (json!("0x1200a9"), json!("0x1200a9"), json!("0x0"))
    );
    assert_eq!(
        inspect(&[descriptor, "--as", TIMER, "--with", "DU"]).code,
        2
    );
}

#[test]
fn conversion_to_text_and_bytes_loses_nothing() {
    for text in [
        "O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)(A;OICIIO;0x10000000;;;CO)(D;NP;0x10000;;;S-1-5-21-1-2-3-1103)",
        "D:NO_ACCESS_CONTROL",
        "D:AI(OA;CIIO;0xf01ff;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;SY)S:(AU;SAFA;0x10000;;;WD)",
    ] {
        let hex = inspect(&[text, "--to", "hex"]);
        assert_eq!(hex.code, 0, "{}", hex.err);
        assert_eq!(inspect(&[hex.out.trim(), "--to", "sddl"]).out.trim(), text);
        assert_eq!(inspect(&[text, "--to", "sddl"]).out.trim(), text);
    }
    // Conditions are kept as text, and cannot be written as bytes.
    let conditional = "D:(XA;;0x1;;;AU;(@User.a==\"b\" && Member_of {SID(BA)}))S:(RA;;;;;WD;(\"p\",TS,0x0,\"q\"))";
    let sddl = inspect(&[conditional, "--to", "sddl"]);
    assert_eq!(sddl.out.trim(), conditional);
    assert_eq!(inspect(&[conditional, "--to", "hex"]).code, 2);
    let wizard = inspect(&[WIZARD, "--to", "hex"]);
    assert_eq!(wizard.out.trim(), WIZARD);
    let ntfs = root().join("tests/descriptors/ntfs.bin");
    let ntfs_hex: String = std::fs::read(&ntfs)
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        inspect(&[ntfs.to_str().unwrap(), "--to", "hex"]).out.trim(),
        ntfs_hex
    );
}

#[test]
fn stored_condition_is_shown_with_its_length() {
    // D:(XA;;0x1;;;SY;…) with four bytes after the SID.
    let hex = "01000480000000000000000000000000140000000200200001000000090018000100000001010000000000051200000061727478";
    let run = inspect(&[hex]);
    assert!(run.out.contains("if a condition of"), "{}", run.out);
    assert_eq!(
        json_of(hex, &[])["entries"][0]["condition"],
        json!("61727478")
    );
    assert_eq!(inspect(&[hex, "--to", "hex"]).out.trim(), hex);
    let sddl = inspect(&[hex, "--to", "sddl"]);
    assert!(
        sddl.code == 2 && sddl.err.contains("as bytes"),
        "{}",
        sddl.err
    );
}

#[test]
fn rights_in_a_container_are_reported() {
    let of = |class: &str| {
        json_of(
            WIZARD,
            &[
                "--directory",
                "--class",
                class,
                "--as",
                "S-1-5-21-1-2-3-1101",
            ],
        )["directory"]
            .clone()
    };
    let denied = json!({"create": {"contact": "denied", "group": "denied"}, "delete": "denied", "delete-subtree": "denied", "write": "denied"});
    assert_eq!((of("contact"), of("group")), (denied.clone(), denied));
    assert_eq!(of("user")["delete-subtree"], "granted");
    let all = format!("O:DAG:DAD:(A;CI;CCDCDT;;;{TIMER})");
    let granted = json!({"create": {"contact": "granted", "group": "granted"}, "delete": "granted", "delete-subtree": "granted", "write": "denied"});
    assert_eq!(
        json_of(&all, &["--directory", "--as", TIMER])["directory"],
        granted
    );
    let run = inspect(&["O:DA", "--directory", "--as", TIMER, "--format", "json"]);
    assert_eq!(
        (&run.json()["directory"]["write"], run.code),
        (&json!("undecided"), 3)
    );
}

#[test]
fn unreadable_descriptors_are_reported() {
    for (text, offset) in [
        ("D:(A;;ZZ;;;SY)", 6),
        ("01000480", 4),
        ("", 0),
        ("nowhere.bin", 0),
    ] {
        let run = inspect(&[text, "--as", TIMER, "--format", "json"]);
        assert_eq!(
            (run.code, &run.json()["error"]["offset"]),
            (2, &json!(offset)),
            "{text}"
        );
        assert_eq!(inspect(&[text]).code, 2);
    }
    let folder = inspect(&[".", "--format", "json"]);
    assert_eq!(
        (folder.code, folder.json()["error"]["offset"].as_u64()),
        (2, Some(0))
    );
}

#[test]
fn control_characters_are_escaped() {
    let folder = Folder::new();
    folder.write(
        "evil",
        "Dr\u{1b}[31mop\r\nD:(XA;;0x1;;;WD;(@User.a == \"\u{1b}[2J\u{202e}\"))\r\n",
    );
    for more in [
        &["--format", "text"][..],
        &["--format", "json"],
        &["--entry", "\u{1b}"],
        &["--to", "sddl"],
    ] {
        let run = folder.run(&[&["inspect", "descriptor", "evil"], more].concat());
        let steers = |text: &str| text.contains(['\u{1b}', '\u{202e}']);
        assert!(
            !steers(&run.out) && !steers(&run.err),
            "{more:?}\n{}\n{}",
            run.out,
            run.err
        );
    }
    assert_eq!(
        folder
            .run(&["inspect", "descriptor", "evil", "--to", "sddl"])
            .code,
        2
    );
}

/// An organizational unit inherits these ACEs in a domain prepared for Windows Server 2016.
#[test]
fn letters_of_windows_2016_are_read() {
    let unit = format!(
        "O:DAG:DAD:AI(OA;CI;CCDC;5cb41ed0-0e4c-11d0-a286-00aa003049e2;;{TIMER})(A;;LCRPLORC;;;AU)\
         (OA;CIID;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;KA)\
         (OA;CIID;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;EK)"
    );
    let arguments = ["--directory", "--domain", "S-1-5-21-1-2-3", "--as", TIMER];
    let found = json_of(&unit, &arguments);
    assert_eq!(
        found["directory"]["create"]["contact"], "granted",
        "{found:#}"
    );
    for (letters, sid) in [
        ("KA", "S-1-5-21-1-2-3-526"),
        ("EK", "S-1-5-21-1-2-3-527"),
        ("AP", "S-1-5-21-1-2-3-525"),
        ("AS", "AS"),
        ("SS", "SS"),
    ] {
        let run = inspect(&[
            &format!("D:(A;;FA;;;{letters})"),
            "--domain",
            "S-1-5-21-1-2-3",
            "--to",
            "sddl",
        ]);
        assert_eq!(
            run.out.trim(),
            format!("D:(A;;0x1f01ff;;;{sid})"),
            "{}",
            run.err
        );
    }
}
