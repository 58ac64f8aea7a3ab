//! Reads Samba's extended attribute.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::ntacl;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = ntacl::read(bytes) {
        assert!(error.offset <= bytes.len());
    }
});
