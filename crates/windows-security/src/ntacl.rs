//! Reads Samba's `security.NTACL`, the extended attribute in which it keeps a file's descriptor. It
//! is encoded in NDR, not as a plain descriptor.
//!
//! It begins with the version in two bytes, the same version again, and a non-null reference. From
//! version 2 on, another reference and a hash follow (16 bytes; from version 3 on, its type and 64
//! bytes); in version 4 also a text that ends with a zero byte, a time and another hash. Each
//! number is aligned to its own size, at most to four bytes. The descriptor comes last, and **its
//! offsets count from the start of the attribute**.

use super::binary::read_within;
use super::{Descriptor, ParseError};

/// The known versions.
const VERSIONS: std::ops::RangeInclusive<u8> = 1..=4;

/// Returns whether the bytes begin like the attribute.
pub fn is_ntacl(bytes: &[u8]) -> bool {
    matches!(bytes, [version, 0, again, 0, ..] if version == again && VERSIONS.contains(version))
}

/// Reads the descriptor from the attribute.
///
/// # Errors
/// Fails if the bytes are not such an attribute; offsets count from the first byte.
pub fn read(bytes: &[u8]) -> Result<Descriptor, ParseError> {
    let version = match bytes {
        [version, ..] if is_ntacl(bytes) => *version,
        _ => {
            return Err(ParseError::new(0, "the attribute has an unknown version"));
        }
    };
    // The outer reference is at offset 4. If there is a hash, another reference is at offset 8.
    let references: &[usize] = if version == 1 { &[4] } else { &[4, 8] };
    for at in references {
        match bytes.get(*at..at + 4) {
            None => return Err(ParseError::new(bytes.len(), "the attribute ends too early")),
            Some([0, 0, 0, 0]) => {
                return Err(ParseError::new(*at, "the attribute holds no descriptor"));
            }
            Some(_) => {}
        }
    }
    let head = match version {
        1 => 8,
        2 => 12 + 16,
        3 => aligned(14 + 64),
        _ => {
            let text = 14 + 64;
            let length = bytes
                .get(text..)
                .and_then(|rest| rest.iter().position(|byte| *byte == 0));
            let length = length.ok_or_else(|| {
                ParseError::new(bytes.len(), "the text after the hash is not terminated")
            })?;
            aligned(text + length + 1) + 8 + 64
        }
    };
    read_within(bytes, head, 0)
}

fn aligned(at: usize) -> usize {
    at.next_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::super::{sddl, testing::*};
    use super::*;
    use proptest::prelude::*;

    /// One attribute of each version, as Samba 4.17 writes them.
    const SAMPLES: [&str; 5] = [
        "0100010000000200010004941c0000002c000000000000003800000001020000000000052000000020020000010100000000000512000000040040000200000000031400ff011f0001010000000000051200000000032400bf0113000105000000000005150000000100000002000000030000004f040000",
        "020002000000020004000200000102030405060708090a0b0c0d0e0f010004943000000040000000000000004c00000001020000000000052000000020020000010100000000000512000000040040000200000000031400ff011f0001010000000000051200000000032400bf0113000105000000000005150000000100000002000000030000004f040000",
        "0300030000000200040002000100000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f0000010004946400000074000000000000008000000001020000000000052000000020020000010100000000000512000000040040000200000000031400ff011f0001010000000000051200000000032400bf0113000105000000000005150000000100000002000000030000004f040000",
        "0400040000000200040002000100000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f706f7369785f61636c00e0d0c0b0a0e0d901000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f01000494b4000000c400000000000000d000000001020000000000052000000020020000010100000000000512000000040040000200000000031400ff011f0001010000000000051200000000032400bf0113000105000000000005150000000100000002000000030000004f040000",
        "040004000000020004000200010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000616263000000ffffffffffffff7f0101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101000494b0000000c000000000000000cc00000001020000000000052000000020020000010100000000000512000000040040000200000000031400ff011f0001010000000000051200000000032400bf0113000105000000000005150000000100000002000000030000004f040000",
    ];

    #[test]
    fn every_version_is_read() {
        for sample in SAMPLES {
            let text = sddl::write(&read(&from_hex(sample)).unwrap()).unwrap();
            assert_eq!(
                text,
                format!("O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1301bf;;;{TIMER})")
            );
        }
    }

    #[test]
    fn malformed_attributes_are_rejected() {
        let sample = from_hex(SAMPLES[3]);
        let with = |at: usize, byte: u8| {
            let mut bytes = sample.clone();
            bytes[at] = byte;
            bytes
        };
        for (bytes, offset) in [
            (Vec::new(), 0),
            (with(0, 5), 0),
            (with(2, 3), 0),
            (with(6, 0), 4),
            ([&sample[..8], &[0; 4], &sample[12..]].concat(), 8),
            (sample[..10].to_vec(), 10),
            (sample[..80].to_vec(), 80),
            (sample[..165].to_vec(), 164),
            (with(160, 9), 160),
        ] {
            assert_eq!(
                read(&bytes).map_err(|error| error.offset),
                Err(offset),
                "{}",
                to_hex(&bytes)
            );
        }
    }

    proptest! {
        #[test]
        fn changed_bytes_never_panic(
            sample in prop::sample::select(&SAMPLES[..]), at in any::<prop::sample::Index>(), new in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = from_hex(sample);
            let place = at.index(bytes.len());
            bytes[place] = new;
            for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
                if let Err(error) = read(bytes) {
                    prop_assert!(error.offset <= bytes.len());
                }
            }
        }
    }
}
