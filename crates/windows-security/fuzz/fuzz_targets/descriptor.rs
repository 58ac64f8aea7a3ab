//! Reads a self-relative descriptor. A descriptor that is read can be written, described, checked
//! and inherited, and the written bytes read back as the same descriptor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::inherit::{Creator, ObjectKind, inherited};
use windows_security::rights::MaskKind;
use windows_security::sid::Domains;
use windows_security::{Sid, Target, Token, binary, effective, sddl, words};

fuzz_target!(|bytes: &[u8]| {
    let descriptor = match binary::read(bytes) {
        Ok(descriptor) => descriptor,
        Err(error) => return assert!(error.offset <= bytes.len()),
    };
    let written = binary::write(&descriptor).expect("a descriptor without aliases");
    assert_eq!(
        binary::read(&written).as_ref(),
        Ok(&descriptor.clone().normalized())
    );
    if let Ok(text) = sddl::write(&descriptor) {
        let again = sddl::read(&text, &Domains::default()).expect("what was written");
        assert_eq!(sddl::write(&again), Ok(text));
    }
    let token = Token::for_service(Sid::nt(18)).perhaps(Sid::builtin(545));
    for made in [ObjectKind::File, ObjectKind::Folder] {
        let child = inherited(&descriptor, made, &Creator::system_service());
        let rights = effective(&child, &token, &Target::FILE);
        assert_eq!(rights.granted ^ rights.denied ^ rights.undecided, 0x1f_01ff);
        rights
            .decisions
            .iter()
            .for_each(|decision| drop(words::decision(decision, &child, MaskKind::File)));
        rights
            .uncertainties
            .iter()
            .for_each(|uncertainty| drop(words::uncertainty(uncertainty, &child, MaskKind::File)));
    }
});
