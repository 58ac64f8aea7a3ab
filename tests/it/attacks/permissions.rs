//! An edit keeps the permissions of a file, and never widens them.

use super::users::{Program, User, can, is_done, set_mode};
use crate::support::Folder;
use rustix::fs::{XattrFlags, lgetxattr, lsetxattr};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

const FARM: &str = "[farm]\nname = \"fabrikam\"\n";
const SET: [&str; 3] = ["set", "farm.name", "contoso"];
const ACL: &str = "system.posix_acl_access";

/// A member of the group finance (2000) with the primary group users (100).
const MEMBER: User = User {
    uid: 1500,
    gid: 100,
    groups: "100,2000",
};
const OTHER_MEMBER: User = User {
    uid: 1600,
    gid: 2000,
    groups: "2000",
};
/// A user who is only in users.
const OUTSIDER: User = User {
    uid: 1700,
    gid: 100,
    groups: "100",
};

/// Returns a folder with this mode and the group finance, and a farm file of root and finance.
fn shared(folder_mode: u32, file_mode: u32) -> Folder {
    let folder = Folder::with_farm(FARM);
    chown(folder.path(""), None, Some(2000)).expect("a group");
    set_mode(&folder.path(""), folder_mode);
    chown(folder.path("farm.toml"), Some(0), Some(2000)).expect("a group");
    set_mode(&folder.path("farm.toml"), file_mode);
    folder
}

/// Returns the owner, group and mode of the farm file.
fn owned(folder: &Folder) -> (u32, u32, u32) {
    let metadata = folder.path("farm.toml").metadata().expect("the file");
    let mode = metadata.permissions().mode() & 0o7777;
    (metadata.uid(), metadata.gid(), mode)
}

/// Returns an ACL in Linux's format: the rights of the owner, named users, the owning group, the
/// mask and others.
fn acl(owner: u16, users: &[(u32, u16)], group: u16, mask: u16, others: u16) -> Vec<u8> {
    const NO_ONE: u32 = u32::MAX;
    let mut entries = vec![(0x01, owner, NO_ONE)];
    entries.extend(users.iter().map(|(user, rights)| (0x02, *rights, *user)));
    entries.extend([
        (0x04, group, NO_ONE),
        (0x10, mask, NO_ONE),
        (0x20, others, NO_ONE),
    ]);
    let mut bytes = 2u32.to_le_bytes().to_vec();
    for (tag, rights, id) in entries {
        bytes.extend(u16::to_le_bytes(tag));
        bytes.extend(rights.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

fn set_attribute(path: &Path, name: &str, value: &[u8]) {
    lsetxattr(path, name, value, XattrFlags::empty()).expect("an attribute");
}

fn attribute(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 1 << 12];
    let length = lgetxattr(path, name, &mut bytes[..]).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[test]
#[ignore = "needs root"]
fn edit_by_a_member_keeps_the_group_and_changes_the_owner() {
    let program = Program::new();
    let folder = shared(0o770, 0o660);
    let file = folder.path("farm.toml");
    let run = program.run(MEMBER, &folder.path(""), &SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(owned(&folder), (1500, 2000, 0o660));
    assert!(
        run.err.contains("only root can keep its owner"),
        "{}",
        run.err
    );
    set_mode(&folder.path(""), 0o775);
    assert!(can(OTHER_MEMBER, "<", &file) && can(OTHER_MEMBER, ">>", &file));
    assert!(!can(OUTSIDER, "<", &file) && !can(OUTSIDER, ">>", &file));
}

#[test]
#[ignore = "needs root"]
fn group_that_cannot_be_kept_loses_its_rights() {
    let program = Program::new();
    for (before, after) in [
        (0o664, 0o644),
        (0o646, 0o644),
        (0o606, 0o600),
        (0o644, 0o644),
    ] {
        let folder = shared(0o777, before);
        // The file is world-readable here, so that the outsider can edit it.
        let run = program.run(OUTSIDER, &folder.path(""), &SET);
        if before & 0o004 == 0 {
            assert_ne!(run.code, 0);
            continue;
        }
        assert_eq!(run.code, 0, "{before:o}: {}", run.err);
        assert_eq!(owned(&folder), (1700, 100, after), "{before:o}");
        assert!(run.err.contains("the group 2000"), "{}", run.err);
    }
}

#[test]
#[ignore = "needs root"]
fn set_group_id_bit_does_not_move_to_another_group() {
    let program = Program::new();
    let folder = shared(0o777, 0o6664);
    let run = program.run(OUTSIDER, &folder.path(""), &SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(owned(&folder), (1700, 100, 0o644));
}

#[test]
#[ignore = "needs root"]
fn acl_is_kept() {
    let folder = shared(0o775, 0o600);
    let file = folder.path("farm.toml");
    // `ls` shows the mask as the group's rights.
    let list = acl(6, &[(1234, 6)], 0, 6, 0);
    set_attribute(&file, ACL, &list);
    let run = folder.run(&SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(attribute(&file, ACL), Some(list));
    assert_eq!(owned(&folder), (0, 2000, 0o660));
    let named = User {
        uid: 1234,
        ..OUTSIDER
    };
    assert!(can(named, "<", &file) && can(named, ">>", &file));
    assert!(!can(OTHER_MEMBER, "<", &file) && !can(OUTSIDER, "<", &file));
}

#[test]
#[ignore = "needs root"]
fn acl_of_a_lost_group_never_grants_more() {
    let program = Program::new();
    let folder = shared(0o777, 0o600);
    let file = folder.path("farm.toml");
    set_attribute(&file, ACL, &acl(6, &[(1234, 6), (1700, 4)], 6, 6, 0));
    let run = program.run(OUTSIDER, &folder.path(""), &SET);
    assert_eq!(run.code, 0, "{}", run.err);
    let kept = acl(6, &[(1234, 6), (1700, 4)], 0, 6, 0);
    assert_eq!(attribute(&file, ACL), Some(kept));
    assert_eq!(owned(&folder), (1700, 100, 0o660));
    let of_users = User {
        uid: 1701,
        ..OUTSIDER
    };
    assert!(!can(of_users, "<", &file));
}

/// New files get the folder's default ACL, which the old file does not have.
#[test]
#[ignore = "needs root"]
fn default_acl_of_the_folder_does_not_widen_access_to_the_file() {
    let folder = shared(0o775, 0o640);
    let file = folder.path("farm.toml");
    let default = acl(7, &[(1234, 7)], 7, 7, 5);
    set_attribute(&folder.path(""), "system.posix_acl_default", &default);
    let run = folder.run(&SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(attribute(&file, ACL), None);
    assert_eq!(owned(&folder), (0, 2000, 0o640));
    let named = User {
        uid: 1234,
        ..OUTSIDER
    };
    assert!(!can(named, "<", &file));
}

#[test]
fn attributes_are_kept_and_hard_links_reported() {
    let folder = Folder::with_farm(FARM);
    let file = folder.path("farm.toml");
    let has_attributes =
        lsetxattr(&file, "user.note", b"kept by hand", XattrFlags::empty()).is_ok();
    std::fs::hard_link(&file, folder.path("hard.toml")).expect("a hard link");
    let run = folder.run(&SET);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err
            .contains("`farm.toml` has another name (hard links)"),
        "{}",
        run.err
    );
    assert_eq!(folder.read("hard.toml"), FARM);
    match has_attributes {
        true => assert_eq!(
            attribute(&file, "user.note").as_deref(),
            Some(&b"kept by hand"[..])
        ),
        false => eprintln!("NOT TESTED: the file system of TMPDIR has no attributes"),
    }
    let run = folder.run(&["set", "farm.name", "fabrikam"]);
    assert!(!run.err.contains("hard links"), "{}", run.err);
}

#[test]
#[ignore = "needs root"]
fn attribute_that_cannot_be_kept_stops_the_edit() {
    let program = Program::new();
    let folder = shared(0o777, 0o664);
    let file = folder.path("farm.toml");
    set_attribute(&file, "security.note", b"of root");
    let run = program.run(OUTSIDER, &folder.path(""), &SET);
    assert_eq!(run.code, 4, "{}", run.err);
    let message = "cannot write `farm.toml`: its attribute `security.note` cannot be kept";
    assert!(run.err.contains(message), "{}", run.err);
    assert_eq!(folder.read("farm.toml"), FARM);
    assert_eq!(folder.path("").read_dir().expect("a folder").count(), 1);
    assert_eq!(folder.run(&SET).code, 0);
    assert_eq!(
        attribute(&file, "security.note").as_deref(),
        Some(&b"of root"[..])
    );
}

#[test]
#[ignore = "needs root"]
fn output_to_a_file_keeps_its_permissions() {
    let folder = shared(0o775, 0o640);
    folder.write("report", "an earlier report\n");
    chown(folder.path("report"), Some(1500), Some(2000)).expect("an owner");
    set_mode(&folder.path("report"), 0o640);
    let run = folder.run(&["validate", "--out", "report"]);
    assert!(is_done(&run), "{}", run.err);
    let metadata = folder.path("report").metadata().expect("the report");
    assert_eq!((metadata.uid(), metadata.gid()), (1500, 2000));
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o640);
}
