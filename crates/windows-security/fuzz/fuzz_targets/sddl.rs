//! Reads a descriptor from SDDL, with conditions and attributes. A descriptor that is read can be
//! written, and the text reads back as the same descriptor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::sid::Domains;
use windows_security::{Sid, binary, sddl};

fuzz_target!(|text: &str| {
    let _ = (text.parse::<Sid>(), Sid::from_name(text));
    let descriptor = match sddl::read(text, &Domains::default()) {
        Ok(descriptor) => descriptor,
        Err(error) => return assert!(error.offset <= text.len()),
    };
    let written = sddl::write(&descriptor).expect("what was read from text");
    assert_eq!(
        sddl::read(&written, &Domains::default()).as_ref(),
        Ok(&descriptor)
    );
    if let Ok(bytes) = binary::write(&descriptor) {
        assert_eq!(binary::read(&bytes), Ok(descriptor));
    }
});
