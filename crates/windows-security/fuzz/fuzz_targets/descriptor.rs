//! A self-relative descriptor: what is read can be written, shown, judged and inherited, and reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windows_security::inherit::{Made, Maker, inherited};
use windows_security::rights::Kind;
use windows_security::sid::Domains;
use windows_security::{Sid, Target, Token, binary, effective, sddl, words};

fuzz_target!(|bytes: &[u8]| {
    let descriptor = match binary::read(bytes) {
        Ok(descriptor) => descriptor,
        Err(fault) => return assert!(fault.offset <= bytes.len()),
    };
    let written = binary::write(&descriptor).expect("a descriptor without aliases");
    assert_eq!(binary::read(&written).as_ref(), Ok(&descriptor.clone().settled()));
    if let Ok(text) = sddl::write(&descriptor) {
        let again = sddl::read(&text, &Domains::default()).expect("what was written");
        assert_eq!(sddl::write(&again), Ok(text));
    }
    let token = Token::of_service(Sid::nt(18)).perhaps(Sid::builtin(545));
    for made in [Made::File, Made::Folder] {
        let child = inherited(&descriptor, made, &Maker::system_service());
        let rights = effective(&child, &token, &Target::FILE);
        assert_eq!(rights.granted ^ rights.denied ^ rights.undecided, 0x1f_01ff);
        rights.rulings.iter().for_each(|ruling| drop(words::ruling(ruling, &child, Kind::File)));
        rights.doubts.iter().for_each(|doubt| drop(words::doubt(doubt, &child, Kind::File)));
    }
});
