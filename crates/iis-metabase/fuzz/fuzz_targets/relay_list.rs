//! A relay list's bytes, and its text.
#![no_main]

use iis_metabase::relay_list;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match relay_list::read(bytes) {
        // Each entry has four bytes of its own.
        Ok(list) => assert!(list.entries.len() <= bytes.len() / 4),
        Err(error) => assert!(error.offset <= bytes.len()),
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let read = relay_list::read_hex(text).ok();
        // Other addresses say the same.
        let other = relay_list::renamed(text, &mut |address, _| address);
        let other = other.and_then(|other| relay_list::read_hex(&other).ok());
        let says = |list: relay_list::RelayList| (list.kind, list.reach(), list.odd.is_empty());
        assert_eq!(other.map(says), read.map(says));
    }
});
