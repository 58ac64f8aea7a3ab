//! Reads the descriptors that Samba's programs print.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::{binary, samba};

fuzz_target!(|text: &str| {
    for read in [samba::smbcacls(text).map(Some), samba::share(text)] {
        match read {
            Ok(Some(descriptor)) => assert!(binary::write(&descriptor).is_ok()),
            Ok(None) => {}
            Err(error) => assert!(error.offset <= text.len()),
        }
    }
});
