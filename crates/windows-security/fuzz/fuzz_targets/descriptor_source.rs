//! Reads every form of descriptor source: digits, base64, attributes and `icacls /save`, in any
//! encoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::sid::Domains;
use windows_security::{Sid, source};

fuzz_target!(|bytes: &[u8]| {
    let domains = Sid::new(5, &[21, 1, 2, 3])
        .map(Domains::single)
        .expect("a domain");
    match source::from_bytes(bytes, &domains) {
        Ok(found) => assert!(found.saved.len() <= bytes.len()),
        Err(error) => assert!(error.offset <= bytes.len()),
    }
});
