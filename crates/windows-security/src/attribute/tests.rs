use super::super::testing::*;
use super::*;
use proptest::prelude::*;

fn parsed(text: &str) -> Result<Attribute, Fault> {
    read_text(&mut Cursor { text, at: 0 }, &Domains::default())
}

#[test]
fn what_is_written_is_what_was_read() {
    for text in [
        r#"("Project",TS,0x0,"Windows","SQL")"#,
        r#"("Secrecy",TU,0x10001,3,18446744073709551615)"#,
        r#"("Balance",TI,0x0,-3,9223372036854775807)"#,
        r#"("Owner",TD,0x0,SID(BA),SID(S-1-5-21-1-2-3-1103))"#,
        r#"("Flag",TB,0x0,1)"#,
        r#"("Bytes",TX,0x0,#00ff,#)"#,
        r#"("Nothing",TS,0x0)"#,
    ] {
        let attribute = parsed(text).unwrap();
        assert_eq!(write_text(&attribute).unwrap(), text);
        assert_eq!(read_wire(&write_wire(&attribute)), Ok(attribute));
    }
    assert_eq!(
        write_text(&parsed(r#"( "a" , ts , 1 , "b" )"#).unwrap()).unwrap(),
        r#"("a",TS,0x1,"b")"#
    );
}

#[test]
fn the_stored_form() {
    // MS-DTYP 2.4.10.1: the place of the name, type, nothing, flags, count, the places of the
    // values.
    let bytes = write_wire(&parsed(r#"("a",TU,0,3)"#).unwrap());
    assert_eq!(
        to_hex(&bytes),
        "14000000020000000000000001000000180000006100000003000000".to_owned() + "00000000"
    );
}

#[test]
fn what_is_no_attribute() {
    for (text, offset) in [
        ("", 0),
        ("(\"a", 2),
        ("(\"a\",TQ,0)", 5),
        ("(\"a\",TS)", 7),
        ("(\"a\",TS,0,b)", 10),
        ("(\"a\0\",TS,0)", 3),
        ("(\"a\",TS,0,\"b\0c\")", 12),
        ("(\"a\",TU,0,-1)", 10),
        ("(\"a\",TI,x)", 8),
        ("(\"a\",TI,0,1", 11),
    ] {
        assert_eq!(
            parsed(text).map_err(|fault| fault.offset),
            Err(offset),
            "{text}"
        );
    }
    let bytes = write_wire(&parsed(r#"("a",TS,0,"b")"#).unwrap());
    for (at, new, offset) in [(0, 200, 28), (4, 9, 4), (12, 200, 12), (16, 200, 28)] {
        let mut lying = bytes.clone();
        lying[at] = new;
        assert_eq!(
            read_wire(&lying).map_err(|fault| fault.offset),
            Err(offset),
            "{at}"
        );
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "[-(){}\",#A-Za-z0-9 ]{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = format!("(\"a\",T{text})");
        if let Err(fault) = parsed(&text) {
            prop_assert!(fault.offset <= text.len());
        }
        match read_wire(&bytes) {
            Ok(attribute) => prop_assert_eq!(read_wire(&write_wire(&attribute)), Ok(attribute)),
            Err(fault) => prop_assert!(fault.offset <= bytes.len()),
        }
    }
}
