use super::super::sid::Domains;
use super::super::{AclPart, Descriptor, binary, sddl};
use super::{share, smbcacls};
use proptest::prelude::*;

fn of_sddl(text: &str) -> Descriptor {
    sddl::read(text, &Domains::default()).unwrap()
}

/// A descriptor as Samba 4.17 printed it.
const NUMERIC: &str = "REVISION:1\nCONTROL:0x9404\nOWNER:S-1-5-32-544\nGROUP:S-1-5-32-544\n\
    ACL:S-1-5-18:0/0x3/0x001f01ff\nACL:S-1-1-0:1/0x13/0x00010000\nACL:S-1-3-0:0/0xb/0x001301bf\n";

const SHARE: &str = "netname: Narrow\n\tremark:\trevision and so on\n\tpath:\tC:\\lab\\shares\\Drop\n\tpassword:\t\n\t\
    type:\t0x0\n\tperms:\t0\n\tmax_uses:\t-1\n\tnum_uses:\t1\n\
    revision: 1\ntype: 0x8004: SEC_DESC_DACL_PRESENT SEC_DESC_SELF_RELATIVE \nDACL\n\
    \tACL\tNum ACEs:\t2\trevision:\t2\n\t---\n\
    \tACE\n\t\ttype: ACCESS DENIED (1) flags: 0x00 \n\t\tSpecific bits: 0x2\n\t\tPermissions: 0x2: \n\t\tSID: S-1-5-7\n\n\
    \tACE\n\t\ttype: ACCESS ALLOWED (0) flags: 0x03 SEC_ACE_FLAG_OBJECT_INHERIT  SEC_ACE_FLAG_CONTAINER_INHERIT \n\t\t\
    Specific bits: 0xa9\n\t\tPermissions: 0x1200a9: SYNCHRONIZE_ACCESS READ_CONTROL_ACCESS \n\t\tSID: S-1-1-0\n\n";

#[test]
fn output_of_smbcacls_is_read() {
    let expected = "O:BAG:BAD:PAI(A;OICI;0x1f01ff;;;SY)(D;OICIID;SD;;;WD)(A;OICIIO;0x1301bf;;;CO)";
    assert_eq!(smbcacls(NUMERIC).unwrap(), of_sddl(expected));
    assert_eq!(
        smbcacls(&NUMERIC.replace('\n', "\r\n")).unwrap(),
        of_sddl(expected)
    );
    let nobody = smbcacls("REVISION:1\nCONTROL:0x8000\nOWNER:\nGROUP:\n").unwrap();
    assert_eq!((nobody.owner, nobody.dacl), (None, AclPart::Absent));
}

#[test]
fn a_null_dacl_is_not_an_empty_one() {
    let text = "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-18\nGROUP:S-1-5-18\n";
    assert!(smbcacls(text).is_err());
    assert_eq!(
        smbcacls(&format!("{text}O:SYG:SYD:P\n")).unwrap().dacl,
        of_sddl("D:P").dacl
    );
    assert_eq!(
        smbcacls(&format!("{text}O:SYG:SY\n")).unwrap().dacl,
        AclPart::Null
    );
}

#[test]
fn aces_with_omitted_parts_have_an_unknown_effect() {
    for code in [4, 5, 6, 9, 10, 11, 99] {
        let text = NUMERIC.replace("ACL:S-1-1-0:1/", &format!("ACL:S-1-1-0:{code}/"));
        let descriptor = smbcacls(&text).unwrap();
        assert!(descriptor.dacl.aces()[1].permission().is_none(), "{code}");
    }
}

#[test]
fn other_text_is_not_output_of_smbcacls() {
    let broken = |from: &str, to: &str| smbcacls(&NUMERIC.replace(from, to)).unwrap_err();
    for (from, to) in [
        ("REVISION:1", "REVISION:2"),
        ("REVISION", "Revision"),
        ("0x9404", "0x19404"),
        ("0x9404", "SR|DP"),
        ("OWNER:S-1-5-32-544", "OWNER:BUILTIN\\Administrators"),
        ("0x13", "0x113"),
        ("0x13", "-0x13"),
        ("/0x00010000", "/0x1000100001"),
        ("/0x00010000", "/FULL"),
        ("/0x00010000", ""),
        (":1/", ":+1/"),
        (":1/", ":256/"),
        ("ACL:S-1-1-0", "ACL:S-1-1-x"),
        ("ACL:S-1-1-0", "\u{1b}[31mACL:S-1-1-0"),
        ("ACL:S-1-1-0", "O:SYD:\nACL:S-1-1-0"),
    ] {
        broken(from, to);
    }
    assert!(smbcacls("").is_err());
    assert!(smbcacls("Failed to open \\x: NT_STATUS_OBJECT_NAME_NOT_FOUND\n").is_err());
    assert_eq!(
        &NUMERIC[broken("S-1-1-0:1", "S-1-x-0:1").offset..][..1],
        "1"
    );
}

#[test]
fn output_of_rpcclient_is_read() {
    let expected = of_sddl("D:(D;;DC;;;AN)(A;OICI;0x1200a9;;;WD)");
    assert_eq!(share(SHARE).unwrap(), Some(expected));
    let untold = SHARE.split("revision: 1").next().unwrap();
    assert_eq!(share(untold).unwrap(), None);
    let null = format!("{untold}revision: 1\ntype: 0x8004: SEC_DESC_DACL_PRESENT \n");
    assert_eq!(share(&null).unwrap().unwrap().dacl, AclPart::Null);
    let empty =
        format!("{null}DACL\n\tACL\tNum ACEs:\t0\trevision:\t2\n\t---\n\tOwner SID:\tS-1-5-18\n");
    let empty = share(&empty).unwrap().unwrap();
    assert_eq!(empty, of_sddl("O:SYD:"));
}

#[test]
fn other_text_is_not_output_of_rpcclient() {
    for (from, to) in [
        ("netname:", "result was WERR_ACCESS_DENIED"),
        ("revision: 1", "revision: 2"),
        ("type: 0x8004", "type: yes"),
        ("Num ACEs:\t2", "Num ACEs:\t3"),
        ("Num ACEs:\t2", "Num ACEs:\t1"),
        ("Num ACEs:\t2", "Num ACEs:\t-1"),
        ("(1) flags", "(1000) flags"),
        ("Permissions: 0x2:", "Permissions: two:"),
        ("\t\tPermissions: 0x2: \n", ""),
        ("SID: S-1-5-7", "SID: nobody"),
        ("SID: S-1-5-7", "SID: S-1-5-7\n\t\tSID: S-1-5-7"),
        ("\n\t---", "\nsomething else"),
        ("DACL\n", ""),
    ] {
        assert!(share(&SHARE.replace(from, to)).is_err(), "{from:?} {to:?}");
    }
}

proptest! {
    /// Reading ends for every text, and what was read can be written.
    #[test]
    fn any_output_does_not_panic(text in "(REVISION|CONTROL|OWNER|GROUP|ACL|O|D|netname|revision|type|SID|DACL|[:/0-9xS\\-\\n \t(),]){0,60}") {
        for read in [smbcacls(&text).map(Some), share(&text)] {
            match read {
                Ok(Some(descriptor)) => prop_assert!(binary::write(&descriptor).is_ok()),
                Ok(None) => {}
                Err(error) => prop_assert!(error.offset <= text.len()),
            }
        }
    }
}
