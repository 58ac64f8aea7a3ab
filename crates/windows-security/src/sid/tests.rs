use super::super::testing::to_hex;
use super::well_known::WELL_KNOWN;
use super::*;
use proptest::prelude::*;

#[test]
fn well_known_sids_have_names_and_aliases() {
    for (name, text, wire) in [
        ("Everyone", "S-1-1-0", "010100000000000100000000"),
        (
            "nt authority\\authenticated users",
            "S-1-5-11",
            "01010000000000050b000000",
        ),
        ("SYSTEM", "S-1-5-18", "010100000000000512000000"),
        ("NetworkService", "S-1-5-20", "010100000000000514000000"),
        ("ba", "S-1-5-32-544", "01020000000000052000000020020000"),
        (
            "VORDEFINIERT\\Administratoren",
            "S-1-5-32-544",
            "01020000000000052000000020020000",
        ),
        (
            "nt-autorität\\netzwerkdienst",
            "S-1-5-20",
            "010100000000000514000000",
        ),
        ("SERVICE RÉSEAU", "S-1-5-20", "010100000000000514000000"),
    ] {
        let sid = Sid::from_name(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(sid.to_string(), text);
        assert_eq!(to_hex(&sid.to_bytes()), wire);
        assert_eq!(text.parse(), Ok(sid));
    }
    assert_eq!(
        Sid::from_account_name("ba"),
        None,
        "an account may be called so"
    );
    assert_eq!(Sid::from_name("svc-sp-farm"), None);
    assert_eq!(Sid::from_name(""), None);
    assert_eq!(Sid::nt(18).name(), Some("NT AUTHORITY\\SYSTEM"));
}

#[test]
fn the_tables_have_no_duplicates() {
    for (at, row) in WELL_KNOWN.iter().enumerate() {
        let rest = &WELL_KNOWN[at + 1..];
        assert!(
            rest.iter()
                .all(|other| other.sid() != row.sid() && other.name != row.name),
            "{}",
            row.name
        );
        let taken = rest.iter().any(|other| other.alias == row.alias)
            || DomainAlias::find(row.alias).is_some();
        assert!(row.alias.is_empty() || !taken, "{}", row.alias);
        assert_eq!(Sid::from_name(row.name), Some(row.sid()));
        assert_eq!(row.sid().name(), Some(row.name));
    }
}

#[test]
fn sids_are_related_to_their_domain() {
    let account: Sid = "S-1-5-21-1-2-3-1103".parse().unwrap();
    let domain: Sid = "S-1-5-21-1-2-3".parse().unwrap();
    assert_eq!(account.domain(), Some(domain.clone()));
    assert_eq!(
        (domain.domain(), domain.is_domain(), account.is_domain()),
        (None, true, false)
    );
    assert_eq!(domain.below(1103), Some(account.clone()));
    assert!(
        domain.is_start_of(&account)
            && domain.is_start_of(&domain)
            && !account.is_start_of(&domain)
    );
    assert_eq!(domain.below(512).unwrap().name(), Some("Domain Admins"));
    assert_eq!((account.name(), Sid::builtin(544).domain()), (None, None));
    let domains = Domains::single(domain);
    assert_eq!(
        domains
            .resolve(DomainAlias::find("ea").unwrap())
            .unwrap()
            .to_string(),
        "S-1-5-21-1-2-3-519"
    );
}

#[test]
fn large_authorities_are_hexadecimal() {
    let sid = Sid::new(0x1234_5678_9abc, &[7]).unwrap();
    assert_eq!(sid.to_string(), "S-1-0x123456789abc-7");
    assert_eq!("s-1-0X123456789ABC-7".parse(), Ok(sid));
    assert_eq!("S-1-0x5-18".parse(), Ok(Sid::nt(18)));
    assert_eq!(Sid::new(1 << 48, &[]), None);
}

#[test]
fn malformed_sids_are_rejected() {
    for (text, offset) in [
        ("", 0),
        ("S-2-5-18", 0),
        ("S-1", 3),
        ("S-1-", 4),
        ("S-1-x", 4),
        ("S-1-0x-1", 4),
        ("S-1-5-", 6),
        ("S-1-5--1", 6),
        ("S-1-5-+1", 6),
        ("S-1-5-4294967296", 6),
        ("S-1-281474976710656-1", 4),
        ("S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", 42),
    ] {
        assert_eq!(
            text.parse::<Sid>().map_err(|error| error.offset),
            Err(offset),
            "{text}"
        );
    }
    for (bytes, offset) in [
        (&[][..], 0),
        (&[2, 0, 0, 0, 0, 0, 0, 5], 0),
        (&[1, 16, 0, 0, 0, 0, 0, 5], 1),
        (&[1, 1, 0, 0, 0, 0, 0, 5, 1], 9),
    ] {
        assert_eq!(
            Sid::from_bytes(bytes).map_err(|error| error.offset),
            Err(offset),
            "{bytes:?}"
        );
    }
}

proptest! {
    #[test]
    fn sids_survive_writing_and_reading(authority in 0..=MAX_AUTHORITY, parts in prop::collection::vec(any::<u32>(), 0..=15)) {
        let sid = Sid::new(authority, &parts).unwrap();
        prop_assert_eq!(sid.to_string().parse::<Sid>(), Ok(sid.clone()));
        let mut bytes = sid.to_bytes();
        let length = bytes.len();
        bytes.push(9);
        prop_assert_eq!(Sid::from_bytes(&bytes), Ok((sid, length)));
    }

    #[test]
    fn any_input_does_not_panic(text in "\\PC{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = (text.parse::<Sid>(), Sid::from_name(&text), Sid::from_bytes(&bytes));
    }
}

#[test]
fn sids_of_a_logon_are_recognized() {
    for (text, is_logon_specific) in [
        ("S-1-5-2", true),
        ("S-1-5-4", true),
        ("S-1-5-6", true),
        ("S-1-5-14", true),
        ("S-1-2-0", true),
        ("S-1-2-1", true),
        ("S-1-5-5-0-12345", true),
        ("S-1-5-64-10", true),
        ("S-1-16-12288", true),
        ("S-1-18-1", true),
        ("S-1-1-0", false),
        ("S-1-5-11", false),
        ("S-1-5-15", false),
        ("S-1-5-20", false),
        ("S-1-5-113", false),
        ("S-1-5-32-544", false),
        ("S-1-5-80-1-2-3-4-5", false),
        ("S-1-5-21-1-2-3-513", false),
    ] {
        assert_eq!(
            text.parse::<Sid>().unwrap().is_logon_specific(),
            is_logon_specific,
            "{text}"
        );
    }
}
