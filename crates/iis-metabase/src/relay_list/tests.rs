use super::layout::{GROUP, HEADER, IPV4, LIST, POSITION, WORD};
use super::*;
use crate::error::RelayListError;
use data_encoding::HEXLOWER;
use proptest::prelude::*;

/// The bytes that the snap-in writes for 127.0.0.1 (salt's `win_smtp_server`).
const LOOPBACK: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
/// The same list with 10.1.2.3 added.
const TWO: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000002000000020000000300000004000000000000004c00008000000000000000000000000000000000ffffffff7f0000010a010203";

/// A mask and its addresses.
type Masked = (Ipv4Addr, Vec<Ipv4Addr>);

/// Returns the bytes of a list, laid out as in the samples.
fn encode(denied: &[Masked], granted: &[Masked]) -> Vec<u8> {
    let list = |groups: &[Masked]| LIST + GROUP * groups.len();
    let denied_at = HEADER;
    let granted_at = denied_at + list(denied);
    let names_at = granted_at + list(granted);
    let size = names_at + 2 * LIST;
    let positions =
        [denied_at, granted_at, names_at, names_at + LIST].map(|at| at as u32 | POSITION);
    let mut words = [&positions[..], &[1, size as u32]].concat();
    let mut data = Vec::new();
    for groups in [denied, granted] {
        words.extend([
            groups.len() as u32,
            groups
                .iter()
                .map(|(_, addresses)| addresses.len() as u32)
                .sum(),
        ]);
        for (mask, addresses) in groups {
            let start = (size + data.len()) as u32 | POSITION;
            words.extend([IPV4, addresses.len() as u32 + 1, 4, 0, start]);
            data.extend(mask.octets());
            data.extend(addresses.iter().flat_map(Ipv4Addr::octets));
        }
    }
    words.extend([0; 4]);
    words
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .chain(data)
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Returns a group from texts: `masked("255.255.255.0", &["10.1.2.0"])`.
fn masked(mask: &str, addresses: &[&str]) -> Masked {
    (
        mask.parse().unwrap(),
        addresses
            .iter()
            .map(|address| address.parse().unwrap())
            .collect(),
    )
}

fn shown(list: &RelayList) -> Vec<String> {
    list.entries.iter().map(Network::to_string).collect()
}

/// Returns the bytes with the little-endian number at `at` replaced.
fn with(bytes: &[u8], at: usize, number: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + WORD].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// Returns one list that uses every part of the layout.
fn rich() -> Vec<u8> {
    let first = masked("255.255.255.0", &["10.1.2.0", "10.1.3.0"]);
    encode(
        &[masked("255.0.0.0", &["11.0.0.0"])],
        &[first, masked("255.255.255.255", &["127.0.0.1"])],
    )
}

#[test]
fn samples_are_read() {
    let one = read_hex(LOOPBACK).unwrap();
    assert_eq!(
        (one.kind, shown(&one), &one.odd),
        (RelayKind::Only, vec!["127.0.0.1/32".to_string()], &vec![])
    );
    let two = read_hex(&TWO.to_uppercase()).unwrap();
    assert_eq!(
        (two.kind, shown(&two)),
        (
            RelayKind::Only,
            vec!["127.0.0.1/32".to_string(), "10.1.2.3/32".into()]
        )
    );
    assert_eq!(
        hex(&encode(
            &[],
            &[masked("255.255.255.255", &["127.0.0.1", "10.1.2.3"])]
        )),
        TWO
    );
}

#[test]
fn empty_values_and_empty_lists_have_their_own_meanings() {
    let absent = Stored::Absent.read().unwrap();
    assert_eq!(
        (absent.kind, absent.reach()),
        (RelayKind::Only, Reach::NoClient)
    );
    let empty = Stored::Hex("").read().unwrap();
    assert_eq!(
        (empty.kind, empty.reach(), empty.odd.len()),
        (RelayKind::AllExcept, Reach::Everyone, 0)
    );
    // A list without a group means the same as a value without bytes.
    assert_eq!(read(&encode(&[], &[])).unwrap(), empty);
}

#[test]
fn several_masks_are_several_groups() {
    let groups = [
        masked("255.255.255.0", &["10.1.2.0"]),
        masked("255.255.255.255", &["127.0.0.1", "10.9.9.9"]),
    ];
    let list = read(&encode(&[], &groups)).unwrap();
    assert_eq!(shown(&list), ["10.1.2.0/24", "127.0.0.1/32", "10.9.9.9/32"]);
    assert_eq!(
        (list.kind, list.reach(), &list.odd),
        (RelayKind::Only, Reach::Some, &vec![])
    );
    let list = read(&encode(&groups, &[])).unwrap();
    assert_eq!(shown(&list), ["10.1.2.0/24", "127.0.0.1/32", "10.9.9.9/32"]);
    assert_eq!(
        (list.kind, list.reach(), &list.odd),
        (RelayKind::AllExcept, Reach::Some, &vec![])
    );
}

#[test]
fn grant_of_the_zero_address_reaches_no_client() {
    let list = read(&encode(&[], &[masked("255.255.255.255", &["0.0.0.0"])])).unwrap();
    assert_eq!(
        (list.kind, shown(&list), list.reach()),
        (RelayKind::Only, vec![], Reach::NoClient)
    );
    assert_eq!(
        list.odd,
        ["lets no computer relay: it grants only 0.0.0.0 with mask 255.255.255.255"]
    );
    let list = read(&encode(
        &[],
        &[masked("255.255.255.255", &["0.0.0.0", "10.0.0.1"])],
    ))
    .unwrap();
    assert_eq!(
        (shown(&list), list.odd.len(), list.reach()),
        (vec!["10.0.0.1/32".to_string()], 1, Reach::Some)
    );
}

#[test]
fn zero_mask_reaches_every_computer() {
    let all = [masked("0.0.0.0", &["0.0.0.0"])];
    let granted = read(&encode(&[], &all)).unwrap();
    assert_eq!(
        (granted.reach(), &granted.odd[..]),
        (
            Reach::Everyone,
            &["grants every computer, by 0.0.0.0/0".into()][..]
        )
    );
    assert_eq!(read(&encode(&all, &[])).unwrap().reach(), Reach::NoClient);
}

#[test]
fn mask_without_address_has_unknown_reach() {
    // The list that a published script writes: 80 bytes, one value, no address.
    let bare = read(&encode(&[], &[masked("255.255.255.255", &[])])).unwrap();
    assert_eq!(
        (bare.kind, bare.entries.len(), bare.reach()),
        (RelayKind::Only, 0, Reach::Unknown)
    );
    assert_eq!(bare.bare_masks, [Ipv4Addr::BROADCAST]);
    assert_eq!(
        bare.odd,
        ["the granted addresses are the mask 255.255.255.255 and no address"]
    );
    let one = masked("255.255.255.0", &["10.1.2.0"]);
    let none = || masked("255.255.255.255", &[]);
    for (denied, granted, kind, reach) in [
        (vec![none()], vec![], RelayKind::AllExcept, Reach::Unknown),
        (
            vec![none()],
            vec![one.clone()],
            RelayKind::Only,
            Reach::Some,
        ),
        (
            vec![],
            vec![one.clone(), none()],
            RelayKind::Only,
            Reach::Unknown,
        ),
        (
            vec![],
            vec![masked("0.0.0.0", &["0.0.0.0"]), none()],
            RelayKind::Only,
            Reach::Everyone,
        ),
    ] {
        let list = read(&encode(&denied, &granted)).unwrap();
        assert_eq!(
            (list.kind, list.reach()),
            (kind, reach),
            "{denied:?} {granted:?}"
        );
        assert!(!list.odd.is_empty());
    }
}

/// Returns the single oddity of these bytes.
fn only_oddity(bytes: &[u8]) -> String {
    let list = read(bytes).unwrap();
    assert_eq!(list.odd.len(), 1, "{:?}", list.odd);
    list.odd[0].clone()
}

#[test]
fn oddities_are_noted() {
    let plain = encode(&[], &[masked("255.255.255.0", &["10.1.2.0"])]);
    assert!(only_oddity(&rich()).contains("both kinds are filled"));
    assert!(only_oddity(&[&plain[..], &[0; 3]].concat()).ends_with("3, first at byte 84"));
    assert_eq!(
        only_oddity(&with(&plain, 16, 5)),
        "the flags are 0x5, not 1"
    );
    assert_eq!(
        only_oddity(&with(&plain, 20, 0x40)),
        "the header says that addresses begin at byte 64, but they begin at 76"
    );
    assert_eq!(
        only_oddity(&with(&plain, 36, 2)),
        "the granted addresses are said to be 2, but are 1"
    );
    assert!(only_oddity(&with(&plain, 48, 2)).ends_with("the unexpected numbers 2 and 0"));
    // 3 is accepted too: it may count the mask's full bytes.
    assert!(read(&with(&plain, 48, 3)).unwrap().odd.is_empty());
    assert_eq!(
        only_oddity(&encode(&[], &[masked("255.255.255.0", &["10.1.2.3"])])),
        "addresses with bits beyond their mask: 1, first 10.1.2.3/24"
    );
    let gaps = encode(&[], &[masked("255.0.255.0", &["10.0.2.0"])]);
    assert_eq!(only_oddity(&gaps), "the mask 255.0.255.0 has gaps");
    assert_eq!(shown(&read(&gaps).unwrap()), ["10.0.2.0/255.0.255.0"]);
}

#[test]
fn names_are_counted_and_not_decoded() {
    let empty = encode(&[], &[]);
    let names_at = HEADER + 2 * LIST + LIST;
    let named = with(&[&empty[..], b"contoso\0"].concat(), names_at, 2);
    let list = read(&named).unwrap();
    assert_eq!(
        (list.kind, list.reach(), list.names.len(), list.unread_names),
        (RelayKind::Only, Reach::Some, 0, 2)
    );
    assert!(
        list.odd[0].starts_with("the granted names cannot be read"),
        "{:?}",
        list.odd
    );
    assert_eq!(
        read(&with(&empty, names_at, 9)).unwrap_err().offset,
        names_at
    );
}

#[track_caller]
fn faulty(bytes: &[u8], offset: usize, message: &str) {
    let fault = read(bytes).unwrap_err();
    assert_eq!((fault.offset, fault.message.as_str()), (offset, message));
}

#[test]
fn malformed_lists_are_rejected() {
    let plain = read_hex(LOOPBACK)
        .map(|_| encode(&[], &[masked("255.255.255.255", &["127.0.0.1"])]))
        .unwrap();
    faulty(
        &plain[..9],
        9,
        "the value ends after 9 bytes, before the header's size",
    );
    faulty(
        &with(&plain, 0, 0x18),
        0,
        "where the denied addresses begin must have its highest bit set, but is 0x00000018",
    );
    faulty(
        &with(&plain, 4, u32::MAX),
        4,
        "the granted addresses begin at byte 2147483647, but the value has 84 bytes",
    );
    faulty(
        &with(&plain, 20, u32::MAX),
        20,
        "a header of 4294967295 bytes is claimed in a value of 84 bytes",
    );
    faulty(
        &with(&plain, 32, u32::MAX),
        32,
        "4294967295 groups of addresses are claimed, but there are bytes for 2",
    );
    faulty(
        &with(&plain, 36, 77),
        36,
        "77 addresses are claimed, but there are bytes for 11",
    );
    faulty(
        &with(&plain, 40, 23),
        40,
        "how addresses of family 23 (IPv6) are stored is not known",
    );
    faulty(
        &with(&plain, 44, 3),
        44,
        "3 values of a group (its mask and addresses) are claimed, but there are bytes for 2",
    );
    faulty(
        &with(&plain, 44, 0),
        44,
        "a group is a mask and addresses, but has no value",
    );
    faulty(
        &with(&plain, 48, 16),
        48,
        "IPv4 addresses of 16 bytes are claimed",
    );
    faulty(
        &with(&plain, 56, 0x8000_0004),
        4,
        "the granted addresses begin at byte 4, inside the header",
    );
    faulty(
        &with(&plain, 12, 0x8000_003c),
        60,
        "the granted names begin at byte 60, inside the denied names",
    );
}

#[test]
fn malformed_digits_are_rejected() {
    let at = |text: &str| read_hex(text).unwrap_err().offset;
    assert_eq!(
        (at("180"), at("1x"), at("18000g"), at("18é0")),
        (1, 0, 2, 1)
    );
    assert_eq!(at(LOOPBACK.get(..LOOPBACK.len() - 1).unwrap()), 83);
    assert_eq!(read_hex(&format!("\r\n {LOOPBACK} ")), read_hex(LOOPBACK));
    assert_eq!(
        read_hex("０0").unwrap_err().message,
        "'０' is not a hexadecimal digit"
    );
}

#[test]
fn many_groups_over_the_same_addresses_are_rejected_in_time() {
    let groups = 40_000_u32;
    let values = 40_000;
    let group = [IPV4, values, 4, 0, 24 | POSITION];
    let size = HEADER as u32 + 3 * LIST as u32;
    let head = [24, size, 32, 40].map(|at| at | POSITION);
    let words = head
        .into_iter()
        .chain([1, size])
        .chain([0; 6])
        .chain([groups, 0]);
    let words = words.chain((0..groups).flat_map(|_| group));
    let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    assert!(read(&bytes).unwrap_err().message.contains("inside"));
}

fn any_masked() -> impl Strategy<Value = Vec<Masked>> {
    let addresses = proptest::collection::vec(any::<u32>().prop_map(Ipv4Addr::from), 1..4);
    let group =
        (any::<u32>(), addresses).prop_map(|(mask, addresses)| (Ipv4Addr::from(mask), addresses));
    proptest::collection::vec(group, 0..5)
}

fn networks(groups: &[Masked]) -> Vec<Network> {
    let each = |(mask, addresses): &Masked| {
        addresses
            .iter()
            .map(|address| Network {
                address: *address,
                mask: *mask,
            })
            .collect::<Vec<_>>()
    };
    groups.iter().flat_map(each).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn encoded_lists_are_read_back(denied in any_masked(), granted in any_masked()) {
        let list = read(&encode(&denied, &granted)).unwrap();
        let (kind, counts) = if granted.is_empty() { (RelayKind::AllExcept, &denied) } else { (RelayKind::Only, &granted) };
        prop_assert_eq!(list.kind, kind);
        let mut expected = networks(counts);
        expected.retain(|network| kind == RelayKind::AllExcept || !network.is_nobody());
        prop_assert_eq!(list.entries, expected);
    }

    #[test]
    fn a_cut_off_list_is_an_error(denied in any_masked(), granted in any_masked(), end: prop::sample::Index) {
        let bytes = encode(&denied, &granted);
        let end = end.index(bytes.len());
        prop_assert!(end == 0 || read(&bytes[..end]).is_err());
    }

    #[test]
    fn changed_numbers_do_not_panic(changes: [(prop::sample::Index, u8, bool); 3]) {
        let mut bytes = rich();
        for (at, number, position) in changes {
            let at = at.index(bytes.len() / WORD) * WORD;
            bytes = with(&bytes, at, u32::from(number) | if position { POSITION } else { 0 });
        }
        if let Err(fault) = read(&bytes) {
            prop_assert!(fault.offset <= bytes.len());
        }
    }

    #[test]
    fn any_bytes_do_not_panic(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_does_not_panic(text: String) {
        let _ = read_hex(&text);
    }
}

/// Returns another address of the same kind in the same networks.
fn other(address: Ipv4Addr, _: Option<u32>) -> Ipv4Addr {
    let is_kept = address.octets()[0] == 0;
    if is_kept {
        address
    } else {
        Ipv4Addr::from_bits(address.to_bits() ^ 0x0012_3456)
    }
}

#[test]
fn renaming_replaces_addresses_only() {
    let renamed = renamed(&hex(&rich()), &mut other).unwrap();
    let list = read_hex(&renamed).unwrap();
    assert_eq!(
        shown(&list),
        ["10.19.54.0/24", "10.19.55.0/24", "127.18.52.87/32"]
    );
    assert_eq!(list.odd.len(), read(&rich()).unwrap().odd.len());
    // An invalid mask may be a misplaced address, and so may unknown bytes.
    let odd = [
        &encode(&[], &[masked("10.1.2.3", &["255.255.255.0"])])[..],
        &[10, 1, 2, 3],
    ]
    .concat();
    let renamed = super::renamed(&hex(&odd), &mut other).unwrap();
    assert!(
        read_hex(&renamed).is_ok() && !renamed.contains("0a010203"),
        "{renamed}"
    );
    assert_eq!(super::renamed("no digits", &mut other), None);
}

#[test]
fn unreadable_list_becomes_zeros() {
    // The header can be read, but the granted addresses overlap it.
    let plain = encode(&[], &[masked("255.255.255.0", &["10.1.2.0"])]);
    let overlapping = with(&plain, 56, 0x8000_0004);
    assert!(read(&overlapping).is_err());
    let renamed = renamed(&hex(&overlapping), &mut other).unwrap();
    assert_eq!(renamed, "00".repeat(overlapping.len()));
}

#[test]
fn renamed_address_keeps_bits_beyond_its_mask() {
    let plain = encode(&[], &[masked("255.255.255.0", &["10.1.2.3"])]);
    let new = |address: Ipv4Addr| {
        let renamed = renamed(&hex(&plain), &mut |_, _| address).unwrap();
        let list = read_hex(&renamed).unwrap();
        assert_eq!(list.odd.len(), 1, "{list:?}");
        list.entries[0].address.to_string()
    };
    // The new address has no bits beyond the mask, so it keeps those of the old one.
    assert_eq!(new(Ipv4Addr::new(192, 0, 2, 0)), "192.0.2.3");
    assert_eq!(new(Ipv4Addr::new(192, 0, 2, 9)), "192.0.2.9");
}

proptest! {
    #[test]
    fn renamed_lists_keep_their_meaning(
        denied in prop::collection::vec((any::<u32>(), 0u32..33), 0..4),
        granted in prop::collection::vec((any::<u32>(), 0u32..33), 0..4),
        at in 0usize..400, number in any::<u32>(), end in 1usize..400,
    ) {
        let groups = |all: &[(u32, u32)]| -> Vec<Masked> {
            let mask = |bits: u32| Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - bits).unwrap_or(0));
            all.iter().map(|(address, bits)| (mask(*bits), vec![Ipv4Addr::from_bits(*address)])).collect()
        };
        let whole = encode(&groups(&denied), &groups(&granted));
        let broken = with(&whole, at % (whole.len() - WORD), number);
        for bytes in [&whole[..], &broken, &whole[..end.min(whole.len())]] {
            let new = renamed(&hex(bytes), &mut other).unwrap();
            let says = |list: Result<RelayList, RelayListError>| {
                list.ok().map(|list| (list.kind, list.entries.len(), list.reach(), list.odd.is_empty(), list.ignored, list.unread_names))
            };
            prop_assert_eq!(says(read_hex(&new)), says(read(bytes)), "{} became {}", hex(bytes), new);
        }
    }
}
