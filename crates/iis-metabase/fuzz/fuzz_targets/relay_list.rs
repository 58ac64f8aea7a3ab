//! Reads a relay list from bytes and from text, and replaces its addresses.
#![no_main]

use iis_metabase::relay_list;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match relay_list::read(bytes) {
        // Each entry takes at least four bytes.
        Ok(list) => assert!(list.entries.len() <= bytes.len() / 4),
        Err(error) => assert!(error.offset <= bytes.len()),
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let read = relay_list::read_hex(text).ok();
        // Replacing an address by itself keeps the meaning of the list.
        let other = relay_list::renamed(text, &mut |address, _| address);
        let other = other.and_then(|other| relay_list::read_hex(&other).ok());
        let says = |list: relay_list::RelayList| (list.kind, list.reach(), list.odd.is_empty());
        assert_eq!(other.map(says), read.map(says));
    }
});
