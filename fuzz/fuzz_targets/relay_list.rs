//! A relay list's bytes, and its text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spinmail::formats::relay_list;

fuzz_target!(|bytes: &[u8]| {
    match relay_list::read(bytes) {
        // Each entry has four bytes of its own.
        Ok(list) => assert!(list.entries.len() <= bytes.len() / 4),
        Err(fault) => assert!(fault.offset <= bytes.len()),
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = relay_list::read_hex(text);
    }
});
