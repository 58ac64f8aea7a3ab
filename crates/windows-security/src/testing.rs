//! Helpers for tests of descriptors: short constructors, and generators of every kind of
//! descriptor.

use super::descriptor::{ACE_TYPES, AceType, DataKind, ObjectTypes};
use super::sid::{DomainAlias, Domains};
use super::*;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use proptest::prelude::*;

/// The accounts of the published test vectors.
pub(crate) const TIMER: &str = "S-1-5-21-1-2-3-1103";
pub(crate) const WEB: &str = "S-1-5-21-1-2-3-1102";
pub(crate) const ADMIN_GROUP: &str = "S-1-5-21-9-8-7-1001";
pub(crate) const WEB_GROUP: &str = "S-1-5-21-9-8-7-1002";

/// A real descriptor from NTFS, with the DACL before the owner.
pub(crate) const NTFS: &str = "0100048488000000a40000000000000014000000020074000300000000102400ff011f0001050000000000051500000009143f4282e1331acc682583ef04000000102400bf01130001050000000000051500000009143f4282e1331acc682583f004000000102400a900120001050000000000051500000009143f4282e1331acc682583f104000001050000000000051500000037f936e53027794afce186fbc70a000001050000000000051500000037f936e53027794afce186fb01020000";
/// The delegation that the wizard's task "create, delete, and manage user accounts" writes.
pub(crate) const WIZARD: &str = "01000480000000000000000000000000140000000400780002000000050a38000000001002000000ba7a96bfe60dd011a28500aa003049e20105000000000005150000000100000002000000030000004d040000050238000300000001000000ba7a96bfe60dd011a28500aa003049e20105000000000005150000000100000002000000030000004d040000";

#[track_caller]
pub(crate) fn sid(text: &str) -> Sid {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Returns the descriptor of a text in which `T` alone is the timer account.
#[track_caller]
pub(crate) fn sd(text: &str) -> Descriptor {
    let text = text
        .replace(";T)", &format!(";{TIMER})"))
        .replace(";T;", &format!(";{TIMER};"));
    sddl::read(&text, &Domains::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Returns the token of a service's account with these groups.
pub(crate) fn token(account: &str, groups: &[&str]) -> Token {
    groups
        .iter()
        .fold(Token::for_service(sid(account)), |token, group| {
            token.with(sid(group))
        })
}

pub(crate) fn from_hex(digits: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE
        .decode(digits.as_bytes())
        .expect("hexadecimal digits")
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Generates SIDs from a small set, so that they often match.
pub(crate) fn any_sid() -> impl Strategy<Value = Sid> {
    let known = [
        TIMER,
        WEB,
        ADMIN_GROUP,
        WEB_GROUP,
        "S-1-1-0",
        "S-1-3-0",
        "S-1-3-1",
        "S-1-3-4",
        "S-1-5-18",
        "S-1-5-32-544",
    ];
    let odd = (0..1u64 << 48, prop::collection::vec(any::<u32>(), 0..=15));
    prop_oneof![
        9 => prop::sample::select(known.map(sid).to_vec()),
        1 => odd.prop_map(|(authority, parts)| Sid::new(authority, &parts).expect("a SID")),
    ]
}

pub(crate) fn any_mask() -> impl Strategy<Value = u32> {
    prop_oneof![
        prop::sample::select(vec![
            0x1f01ffu32,
            0x1301bf,
            0x1200a9,
            0x10000,
            0x40,
            0x60000,
            0x1000_0000,
            0xa000_0000
        ]),
        any::<u32>().prop_map(|mask| mask & 0x1f_01ff),
        any::<u32>(),
    ]
}

fn any_guid() -> impl Strategy<Value = Option<Guid>> {
    let guids = [
        0xbf967aba_0de6_11d0_a285_00aa003049e2u128,
        0x5cb41ed0_0e4c_11d0_a286_00aa003049e2,
    ];
    prop::option::of(prop_oneof![
        prop::sample::select(guids.map(Guid::new).to_vec()),
        any::<u128>().prop_map(Guid::new),
    ])
}

/// The form of conditions and attributes in generated ACEs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MadeUpData {
    Bytes,
    Text,
    /// No condition or attribute: only ACE types without such data.
    None,
}

impl MadeUpData {
    fn fits(self, row: &AceType) -> bool {
        self != Self::None || row.data == DataKind::Nothing
    }

    fn of_type(self, row: &AceType) -> AceData {
        match (self, row.data) {
            (Self::None, _) | (_, DataKind::Nothing) => AceData::default(),
            (Self::Bytes, _) => AceData::Bytes(b"artx\xf8\x02\0\0\0a\0\0".to_vec()),
            (Self::Text, DataKind::Condition) => {
                AceData::Text("(@User.a == \"1)\" || Member_of {SID(BA)})".to_owned())
            }
            (Self::Text, DataKind::Attribute) => AceData::Text("(\"a\",TU,0,3)".to_owned()),
        }
    }
}

fn ace_of_type(row: &'static AceType, data: MadeUpData) -> impl Strategy<Value = Ace> {
    let types =
        (any_guid(), any_guid()).prop_map(|(object, inherited)| ObjectTypes { object, inherited });
    (any::<u8>(), any_mask(), types, any_sid()).prop_map(move |(flags, mask, object, sid)| {
        let object = row.is_for_objects.then_some(object);
        let permission = Permission {
            mask,
            object,
            trustee: sid.into(),
            data: data.of_type(row),
        };
        Ace {
            code: row.code,
            flags,
            body: AceBody::Permission(permission),
        }
    })
}

/// Generates ACEs that SDDL can express.
fn any_ace(data: MadeUpData) -> impl Strategy<Value = Ace> {
    let rows: Vec<&AceType> = ACE_TYPES
        .iter()
        .filter(|row| row.letters.is_some() && data.fits(row))
        .collect();
    let simple: Vec<&AceType> = ACE_TYPES.iter().filter(|row| row.code < 2).collect();
    prop_oneof![
        3 => prop::sample::select(simple).prop_flat_map(move |row| ace_of_type(row, data)),
        1 => prop::sample::select(rows).prop_flat_map(move |row| ace_of_type(row, data)),
    ]
}

fn any_part(data: MadeUpData) -> impl Strategy<Value = AclPart> {
    prop_oneof![
        1 => Just(AclPart::Absent),
        1 => Just(AclPart::Null),
        6 => prop::collection::vec(any_ace(data), 0..8).prop_map(|aces| AclPart::Present(Acl::new(aces))),
    ]
}

/// Generates descriptors that SDDL can express, except for their conditions and attributes.
pub(crate) fn any_descriptor(data: MadeUpData) -> impl Strategy<Value = Descriptor> {
    let control = any::<u16>().prop_map(|bits| bits & 0x3f00);
    let trustee = || prop::option::of(any_sid().prop_map(Trustee::Sid));
    (
        control,
        trustee(),
        trustee(),
        any_part(data),
        any_part(data),
    )
        .prop_map(|(bits, owner, group, dacl, sacl)| {
            // SDDL cannot express the control bits of an absent ACL.
            let if_present =
                |part: &AclPart, bits: u16| if *part == AclPart::Absent { 0 } else { bits };
            let control = bits & (if_present(&dacl, 0x1500) | if_present(&sacl, 0x2a00));
            Descriptor {
                control,
                owner,
                group,
                dacl,
                sacl,
                ..Descriptor::empty()
            }
            .normalized()
        })
}

/// Returns every SDDL alias of a domain's group.
pub(crate) fn every_alias() -> impl Iterator<Item = &'static DomainAlias> {
    DomainAlias::all().iter()
}
