use super::names::Names;
use super::text::{Mode, rewritten};
use super::words::WORDS;
use super::*;
use crate::farm::values::{Account, Container, FolderPath, FromText};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

fn key(bytes: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes)
}

pub(super) fn made_up_names<'a>() -> Names<'a> {
    Names::new(&key)
}

/// Returns a text redacted as if every word in it were a name.
fn named(text: &str) -> String {
    rewritten(text, Mode::Names, &mut made_up_names())
}

#[test]
fn ordinary_words_stay() {
    for text in [
        "220 Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready at  Fri, 20 Nov 2026 09:00:01 +0100 ",
        "250-SIZE 2097152",
        "250-AUTH=LOGIN NTLM GSSAPI",
        "250-X-EXPS GSSAPI NTLM",
        "RCPT TO:<spinmail-probe@spinmail-check.invalid>",
        "550 5.7.1 Unable to relay for spinmail-probe@spinmail-check.invalid",
        "454 4.7.1 <spinmail-probe@spinmail-check.invalid>: Relay access denied",
        "the server closed the connection",
        "timed out after 5s",
        "no common TLS version or cipher (spinmail needs TLS 1.2 or later): received fatal alert: \
         HandshakeFailure",
        "truncated over UDP, and over TCP: connection refused",
        "NXDOMAIN: no such name",
        "the previous command got more than one reply",
        "Connection refused (os error 111)",
        "invalid peer certificate: UnknownIssuer",
        "smtp-refuses-recipient",
        "incoming-email.display-address",
        "server.NAME.smtp-service",
        r"NT AUTHORITY\NETWORK SERVICE",
        r"NT-Autorität\Netzwerkdienst",
        r"AUTORITE NT\SERVICE RÉSEAU",
        "S-1-5-20",
        "S-1-5-32-544",
        "::1 127.0.0.1 0.0.0.0/0 255.255.255.0",
    ] {
        assert_eq!(rewritten(text, Mode::Words, &mut made_up_names()), text);
    }
}

#[test]
fn name_becomes_the_same_word_everywhere() {
    let mut names = made_up_names();
    let mut redacted = |text: &str| rewritten(text, Mode::Words, &mut names);
    let word = redacted("fabrikam");
    let place = redacted("sharepoint.fabrikam.com");
    assert_eq!(place.split('.').nth(1), Some(word.as_str()));
    assert_eq!(redacted("SharePoint.FABRIKAM.com").to_lowercase(), place);
    assert_eq!(
        redacted(r"FABRIKAM\sp_farm").split('\\').next(),
        Some(word.to_uppercase().as_str())
    );
    assert!(redacted("see docs@fabrikam.com now").contains(&format!("@{word}.")));
    assert!(redacted("OU=x,DC=fabrikam,DC=com").contains(&format!(",DC={word},DC=")));
    assert!(redacted(r"open \\fabrikam\share").contains(&format!(r"\\{word}\")));
    assert!(redacted("`fabrikam`: gone").contains(&format!("`{word}`")));
    assert!(
        redacted("server.sp1.fabrikam.com.role").starts_with("server.")
            && redacted("server.fabrikam.role") == format!("server.{word}.role")
    );
}

#[test]
fn spellings_of_a_name_become_one_word() {
    let mut names = made_up_names();
    let mut redacted = |text: &str| rewritten(text, Mode::Names, &mut names).to_lowercase();
    assert_eq!(
        redacted("bücher.example"),
        redacted("xn--bcher-kva.example")
    );
    assert_eq!(
        redacted("BÜCHER-Groß.example"),
        redacted("xn--bcher-gro-o1a42a.example")
    );
    assert!(redacted("bücher.example").is_ascii());
    // Invalid values stay invalid.
    assert!(crate::farm::values::DomainName::from_text(&redacted("xn--a.example")).is_err());
}

#[test]
fn folders_containers_and_accounts_stay_valid() {
    let folder = named(r"D:\Inetpub\mailroot\Drop");
    assert_eq!(folder, r"D:\Inetpub\mailroot\Drop");
    for text in [
        r"\\drop\Pickup",
        r"\\sp1\mail$\Drop\",
        "C:/a b/drop",
        r"C:\Kunden\Drop Ordner",
    ] {
        let other = named(text);
        assert!(
            FolderPath::from_text(&other).is_ok() && other != text,
            "{text} became {other}"
        );
    }
    assert!(
        named(r"\\drop\Pickup").ends_with(r"\Pickup") && !named(r"\\drop\Pickup").contains("drop")
    );
    let mut redactor = Redactor::with(made_up_names());
    let dn = redactor.dn(r"OU=Sales\, EMEA,DC=fabrikam,DC=com");
    assert!(
        Container::from_text(&dn)
            .is_ok_and(|container| container.name.is_unit() && container.name.rdns().len() == 3)
    );
    assert!(!dn.contains("Sales") && dn.contains(r"\,"), "{dn}");
    assert!(Container::from_text(&redactor.dn("OU=Sales, EMEA,DC=fabrikam")).is_err());
    assert_eq!(redactor.dn(r"OU=a\C3\BCb,DC=x"), redactor.dn("OU=aüb,DC=x"));
    for (text, is_service) in [
        (r"nt authority\network service", true),
        (r"FABRIKAM\NetworkService", false),
    ] {
        assert_eq!(
            Account::from_text(&named(text))
                .unwrap()
                .is_network_service(),
            is_service,
            "{text}"
        );
    }
    assert!(
        named(r"SP1\WSS_ADMIN_WPG").ends_with(r"\WSS_ADMIN_WPG")
            && !named(r"SP1\WSS_WPG").contains("SP1")
    );
}

#[test]
fn domain_sids_keep_their_last_number() {
    let mut names = made_up_names();
    let mut redacted = |text: &str| rewritten(text, Mode::Words, &mut names);
    let one = redacted("S-1-5-21-1-2-3-1103");
    assert!(one.starts_with("S-1-5-21-") && one.ends_with("-1103") && one != "S-1-5-21-1-2-3-1103");
    assert_eq!(
        redacted("s-1-5-21-1-2-3-1102"),
        one.replace("-1103", "-1102")
    );
    assert_ne!(redacted("S-1-5-21-1-2-4-1103"), one);
    assert_eq!(redacted("S-1-5-21-1-2-3"), one.trim_end_matches("-1103"));
    assert!(!redacted("S-1-12-1-11-12-13-14").contains("-11-"));
    for known in [
        "S-1-5-21-0-0-0-497",
        "S-1-5-80-0",
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
    ] {
        assert_eq!(redacted(known), known);
    }
    let pool = "S-1-5-82-1036420768-1044797643-1061213386-2937092688-4282445334";
    assert!(
        redacted(pool).starts_with("S-1-5-82-")
            && redacted(pool) != pool
            && redacted(pool) == redacted(pool)
    );
    let mut redactor = Redactor::with(names);
    let list = redactor.held(
        r#"O:S-1-5-21-1-2-3-1103G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(@USER.Dept == "Sales"))"#,
        Holds::Sddl,
    );
    assert_eq!(
        list,
        format!("O:{one}G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(redacted))")
    );
}

#[test]
fn descriptors_in_digits_keep_all_but_their_names() {
    let text = "O:S-1-5-21-1-2-3-1103G:DAD:PAI(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1104)";
    let domain = Domains::single("S-1-5-21-1-2-3".parse().unwrap());
    let bytes = binary::write(&sddl::read(text, &domain).unwrap()).unwrap();
    let mut redactor = Redactor::with(made_up_names());
    let other = redactor.held(&HEXLOWER.encode(&bytes).to_uppercase(), Holds::Descriptor);
    let other = sddl::write(&from_digits(&other).unwrap()).unwrap();
    // The same words in every spelling.
    let expected = redactor.held(
        &sddl::write(&binary::read(&bytes).unwrap()).unwrap(),
        Holds::Sddl,
    );
    assert_eq!(other, expected);
    assert!(
        other.contains("-512D:") && !other.contains("-1-2-3-"),
        "{other}"
    );
    for wrong in ["", "0", "0x01", "fabrikam", "01000480"] {
        let other = redactor.held(wrong, Holds::Descriptor);
        assert!(from_digits(&other).is_none(), "{wrong} became {other}");
    }
    for wrong in ["", r"O:FABRIKAM\sp_farm", "D:(A;;FA;;;WD", "nonsense"] {
        let other = redactor.held(wrong, Holds::Sddl);
        assert!(
            sddl::read(&other, &Domains::default()).is_err() && !other.contains("sp_farm"),
            "{wrong}: {other}"
        );
    }
}

#[test]
fn relay_lists_get_the_addresses_of_texts() {
    const TWO: &str = "18000080200000803c00008044000080010000004c0000000000000000000000010000000200000002000000030000000400\
                       0000000000004c00008000000000000000000000000000000000ffffffff7f0000010a010203";
    let mut redactor = Redactor::with(made_up_names());
    let other = relay_list::read_hex(&redactor.held(TWO, Holds::RelayList)).unwrap();
    let address = redactor.held("10.1.2.3", Holds::Name);
    let entries: Vec<String> = other.entries.iter().map(ToString::to_string).collect();
    assert_eq!(
        entries,
        ["127.0.0.1/32".to_owned(), format!("{address}/32")]
    );
    assert!(other.odd.is_empty() && address != "10.1.2.3");
    assert_eq!(redactor.held("", Holds::RelayList), "");
    for wrong in [
        "fabrikam",
        "10.1.2.0, 255.255.255.0",
        "0a0",
        "0a010203ffffff00",
        TWO.get(..40).unwrap(),
    ] {
        let other = redactor.held(wrong, Holds::RelayList);
        assert!(
            relay_list::read_hex(&other).is_err(),
            "{wrong} became {other}"
        );
        assert!(
            !other.contains("fabrikam") && !other.contains("0a0") && !other.contains("10.1.2"),
            "{other}"
        );
    }
}

#[test]
fn flags_stay_flags() {
    let mut redactor = Redactor::with(made_up_names());
    for plain in [
        "16",
        "-1",
        "0x10",
        "AuthBasic | AuthAnonymous",
        "SMTP_ALIAS",
        "TRUE",
        "",
    ] {
        assert_eq!(redactor.held(plain, Holds::Flags), plain);
    }
    for odd in [
        "fabrikam",
        "0xzz",
        "16 fabrikam",
        "4294967296",
        "AuthFoo",
        "AuthAnonymous |",
    ] {
        let other = redactor.held(odd, Holds::Flags);
        assert!(
            !iis_metabase::is_flags(&other) && !other.contains("fabrikam"),
            "{odd} became {other}"
        );
    }
}

#[test]
fn numbers_and_names_that_are_words_are_replaced_in_texts() {
    for text in [
        "203-0-113-77",
        "198.51.100.007",
        "3405803851",
        "198.51.100.7.5",
        "00-11-22-33-44-55",
        "+1 425 555 0199",
        "(425) 555-0199",
        "425-555-0199",
        "5551234",
        "K-4711",
        "4711",
        "Rich May April June",
        "S-1-5-83-1-2-3-4-5",
        "S-1-5-5-0-12345",
        "S-1-5-87-1-2-3-4-5",
        "S-1-5-90-0-1",
        "S-1-15-3-1024-1-2-3-4-5-6-7-8",
    ] {
        let mut names = made_up_names();
        let sentence = format!("mailbox {text} is unknown here.");
        let other = text::rewritten(&sentence, Mode::Words, &mut names);
        assert!(!other.contains(text), "{other}");
        let has_part = |part: &&str| part.len() > 3 && other.split(' ').any(|word| word == *part);
        assert!(!text.split(' ').any(|part| has_part(&part)), "{other}");
        assert!(
            other.starts_with("mailbox ") && other.ends_with(" is unknown here."),
            "{other}"
        );
    }
    for text in [
        "550 5.1.1 on 2026-11-29 and 29 May 2026",
        "timed out after 5s",
        "S-1-5-83-0 and S-1-5-32-544",
        "may be it is rich",
    ] {
        assert_eq!(
            text::rewritten(text, Mode::Words, &mut made_up_names()),
            text
        );
    }
    let mut names = made_up_names();
    names.note_known("CN=Junk,OU=Users");
    let other = text::rewritten("junk of users", Mode::Words, &mut names);
    assert!(
        !other.contains("junk") && other.ends_with(" of users"),
        "{other}"
    );
    assert_eq!(
        text::rewritten("S-1-5", Mode::Names, &mut made_up_names()),
        "S-1-5"
    );
}

#[test]
fn addresses_are_found_in_every_form() {
    let mut names = made_up_names();
    let mut redacted = |text: &str| rewritten(text, Mode::Words, &mut names);
    let four = redacted("10.1.2.3");
    for (text, start, end) in [
        ("[10.1.2.3]", "[", "]"),
        ("10.1.2.3:25", "", ":25"),
        ("10.1.2.3.", "", "."),
        ("10.1.2.3: refused", "", ": refused"),
        ("10.1.2.3/32", "", "/32"),
        (r"\[10.1.2.3\]", r"\[", r"\]"),
        ("EHLO [10.1.2.3], 1.5", "EHLO [", "], 1.5"),
    ] {
        assert_eq!(redacted(text), format!("{start}{four}{end}"));
    }
    let six = redacted("2001:db8::21");
    assert_eq!(redacted("[2001:DB8:0::21]:25"), format!("[{six}]:25"));
    assert_eq!(redacted("[IPv6:2001:db8::21]"), format!("[IPv6:{six}]"));
    assert_eq!(redacted(r"2001\:db8\:\:21"), six.replace(':', r"\:"));
    assert!(!redacted("21.2.1.10.in-addr.arpa ip-10-1-2-3.zone.example").contains("10"));
    assert_eq!(
        redacted("5.7.1 and 16.0.5456.1000"),
        "5.7.1 and 16.0.5456.1000"
    );
    // An invalid address does not become a valid one.
    for wrong in ["999.1.1.1", "10.0.0.300", "10.0.0", "10.0.0.0/33"] {
        let other = named(wrong);
        assert!(
            crate::farm::values::SafeServer::from_text(&other).is_err(),
            "{wrong} became {other}"
        );
    }
}

#[test]
fn url_keeps_its_form() {
    let url = named("https://ca.fabrikam.com:5555/_vti_bin/SharePointEmailWS.asmx");
    assert!(
        url.starts_with("https://") && url.ends_with(":5555/_vti_bin/SharePointEmailWS.asmx"),
        "{url}"
    );
    assert!(!url.contains("fabrikam") && !named("ldaps://dc1.fabrikam.com:636").contains("dc1"));
    let misspelt = named("http://ca/_vti_bin/SharePointE-mailWS.asmx");
    assert!(
        misspelt.starts_with("http://") && !misspelt.contains("SharePoint"),
        "{misspelt}"
    );
}

#[test]
fn made_up_words_hold_no_name() {
    let mut names = made_up_names();
    names.avoid("gopuki JIN hus");
    for at in 0..3000 {
        let word = names.word(&format!("host{at}"));
        let holds = ["gopuki", "jin", "hus"]
            .iter()
            .any(|name| word.contains(name));
        assert!(!holds && !WORDS.contains(word.as_str()), "{word}");
    }
}

#[test]
fn numbers_in_names_differ_and_keep_their_length() {
    let mut names = made_up_names();
    let made: std::collections::BTreeSet<String> = (1000..1500)
        .map(|number| names.number(&number.to_string()))
        .collect();
    assert_eq!(made.len(), 500);
    assert!(made.iter().all(|number| number.len() == 4));
}

#[test]
fn word_list_is_lowercase_and_sorted() {
    let lines: Vec<&str> = include_str!("words.txt").lines().collect();
    assert!(
        lines.is_sorted()
            && lines
                .iter()
                .all(|word| word.chars().all(|letter| letter.is_ascii_alphanumeric()))
    );
    assert!(lines.iter().all(|word| *word == word.to_lowercase()));
}

#[test]
fn long_word_is_replaced_in_time() {
    let long = "x".repeat(200_000);
    let mut names = made_up_names();
    names.avoid("jin hus tok gip zul rov nom kit pus lon sim tuv wiz");
    assert_eq!(names.word(&long).len(), long.len());
}
