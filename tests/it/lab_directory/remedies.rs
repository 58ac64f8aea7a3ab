//! Applies remedies in the lab's directory: the printed commands, until no finding is left.
//!
//! `samba-tool` replaces the Windows commands, with the same effect.

use super::{Wish, lab_alone, worrying};
use crate::lab::known;
use std::process::Command;

const CONTACTS: &[&str] = &[
    "directory",
    "--skip",
    "directory-contact,directory-alias,directory-legacy-object,directory-group",
];

/// Runs `samba-tool` as the domain administrator.
fn samba_tool(arguments: &[&str]) {
    let configuration = format!("{}/ad/smb.conf", known("LAB_DIR"));
    let administrator = format!("Administrator%{}", known("LAB_PASSWORD"));
    let output = Command::new("samba-tool")
        .args(arguments)
        .args(["-H", &known("LAB_LDAP"), "-U", &administrator])
        .args(["-s", &configuration])
        .output()
        .expect("samba-tool runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// Carries out one printed command.
fn carry_out(command: &str) {
    let parts: Vec<&str> = command.split('\'').collect();
    match parts.as_slice() {
        ["New-ADOrganizationalUnit -Name ", name, " -Path ", path, ""] => {
            samba_tool(&["ou", "create", &format!("OU={name},{path}")]);
        }
        ["dsacls ", container, inheritance, grant, ""] => {
            let ace = ace(inheritance, grant);
            let object = format!("--objectdn={container}");
            samba_tool(&["dsacl", "set", &object, &format!("--sddl={ace}")]);
        }
        _ => panic!("{command}"),
    }
}

/// Returns the ACE that `dsacls` adds: `ACCOUNT:RIGHTS;CLASS`, inherited by all objects (`/I:T`),
/// or `ACCOUNT:RIGHTS;;CLASS`, inherited only by objects of the class (`/I:S`).
fn ace(inheritance: &str, grant: &str) -> String {
    let (account, right) = grant.split_once(':').expect("a right");
    let sid = match account {
        r"FABRIKAM\svc-sp-ca" => format!("{}-1103", known("LAB_SID")),
        r"FABRIKAM\svc-sp-farm" => format!("{}-1104", known("LAB_SID")),
        _ => panic!("{account}"),
    };
    let class = |name: &str| match name {
        "" => "",
        "contact" => "5cb41ed0-0e4c-11d0-a286-00aa003049e2",
        "group" => "bf967a9c-0de6-11d0-a285-00aa003049e2",
        _ => panic!("{name}"),
    };
    let words: Vec<&str> = right.split(';').collect();
    let (rights, object, inherited) = match words.as_slice() {
        [rights] => (rights, "", ""),
        [rights, object] => (rights, *object, ""),
        [rights, object, inherited] => (rights, *object, *inherited),
        _ => panic!("{grant}"),
    };
    let flags = match inheritance.trim() {
        "/I:T /G" => "CI",
        "/I:S /G" => "CIIO",
        _ => panic!("{inheritance}"),
    };
    let (object, inherited) = (class(object), class(inherited));
    let kind = match object.is_empty() && inherited.is_empty() {
        true => "A",
        false => "OA",
    };
    format!("({kind};{flags};{rights};{object};{inherited};{sid})")
}

fn printed_commands(text: &str) -> Vec<String> {
    let verbs = ["New-ADOrganizationalUnit ", "dsacls "];
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        let found = verbs.iter().find_map(|verb| line.find(verb));
        let command = found.map(|at| line[at..].trim_end().to_owned());
        commands.extend(command.filter(|command| !commands.contains(command)));
    }
    commands
}

/// A missing container, and then one in which the accounts have no rights.
#[test]
#[ignore = "needs tests/lab"]
fn remedies_fix_their_findings_in_the_lab() {
    let lab = lab_alone();
    let wish = Wish {
        unit: "OU=spinmail-remedied",
        arguments: CONTACTS,
        ..Wish::of(&lab)
    };
    let folder = wish.folder(&lab);
    let mut rounds = Vec::new();
    let left = loop {
        let found = worrying(&wish.verify(&lab));
        let text = Wish::run(&lab, &folder, &[&["verify"], CONTACTS].concat());
        let commands = printed_commands(&text.out);
        if commands.is_empty() || rounds.len() == 3 {
            break found;
        }
        commands.iter().for_each(|command| carry_out(command));
        rounds.push((found, commands));
    };
    let unit = format!("OU=spinmail-remedied,{}", lab.base);
    samba_tool(&["ou", "delete", &unit, "--force-subtree-delete"]);
    assert!(left.is_empty(), "{left:#?}, after {rounds:#?}");
    // One round for the container, and one for the rights in it.
    let faults: Vec<&[String]> = rounds.iter().map(|(found, _)| found.as_slice()).collect();
    assert_eq!(faults.len(), 2, "{rounds:#?}");
    assert_eq!(faults[0], ["directory-container-missing fail"]);
    assert!(faults[1].contains(&"directory-cannot-create-contacts fail".to_owned()));
}
