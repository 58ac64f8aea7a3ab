//! Reads the answer to a question from a DNS message.

use crate::facts::{Answer, FailureKind, Record, RecordData, RecordKind, is_below};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{DNSClass, Name, RData};
use std::collections::BTreeMap;

/// The maximum number of records in one answer. Real answers have fewer; more may be an attack.
const MAX_RECORDS: usize = 256;

pub(super) const NXDOMAIN: &str = "NXDOMAIN: no such name";
pub(super) const NODATA: &str = "NODATA: no record of this type";
pub(super) const CIRCLE: &str = "NODATA: its CNAME records form a loop";

/// The result of reading an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DnsReading {
    /// The answer, and the zone whose SOA came with a denial.
    Final(Answer<Vec<Record>>, Option<String>),
    /// Only a CNAME: its records, and the name to ask for next.
    Alias(Vec<Record>, String),
}

/// Reads a message as the answer for a name and a type.
pub(super) fn read(message: &Message, name: &str, kind: RecordKind) -> DnsReading {
    if !matches!(
        message.response_code,
        ResponseCode::NoError | ResponseCode::NXDomain
    ) {
        return failed(FailureKind::Rejected, code_text(message.response_code));
    }
    let (records, target) = chain(message, name, kind);
    if records.is_empty() && !message.answers.is_empty() {
        return failed(
            FailureKind::Malformed,
            "invalid: the answer is about another name",
        );
    }
    if records.len() > MAX_RECORDS {
        let detail = format!("invalid: more than {MAX_RECORDS} records");
        return failed(FailureKind::LimitExceeded, detail);
    }
    let is_there = records.iter().any(|record| record.data.kind() == kind);
    match (message.response_code, is_there) {
        (ResponseCode::NXDomain, true) => failed(
            FailureKind::Malformed,
            "invalid: records for a name that does not exist",
        ),
        (_, true) => DnsReading::Final(Answer::Known(records), None),
        (ResponseCode::NXDomain, false) => {
            let zone = denying_zone(message, target.as_deref().unwrap_or(name));
            DnsReading::Final(denial(NXDOMAIN, target), zone)
        }
        (_, false) => without_record(message, name, records, target),
    }
}

fn failed(kind: FailureKind, detail: impl Into<String>) -> DnsReading {
    DnsReading::Final(Answer::failed(kind, detail), None)
}

fn denial(how: &str, target: Option<String>) -> Answer<Vec<Record>> {
    Answer::Absent(match target {
        Some(target) => format!("{how}: it is a CNAME for {target}"),
        None => how.to_owned(),
    })
}

/// Returns the result for an answer without the record. The name, or a CNAME of it, exists.
fn without_record(
    message: &Message,
    name: &str,
    records: Vec<Record>,
    target: Option<String>,
) -> DnsReading {
    let zone = denying_zone(message, target.as_deref().unwrap_or(name));
    if let Some(target) = target {
        if records.iter().any(|record| record.owner == target) {
            return DnsReading::Final(Answer::Absent(CIRCLE.to_owned()), zone);
        }
        // Without the SOA of the target's zone, the target's record is not denied.
        return match zone {
            Some(_) => DnsReading::Final(denial(NODATA, Some(target)), zone),
            None => DnsReading::Alias(records, target),
        };
    }
    // An empty answer is a denial only from a server that is authoritative or resolves recursively
    // (RFC 2308 2.2).
    let refers = message
        .authorities
        .iter()
        .any(|record| matches!(record.data, RData::NS(_)));
    let resolves = message.recursion_available && !refers;
    if message.authoritative || zone.is_some() || resolves {
        return DnsReading::Final(denial(NODATA, None), zone);
    }
    failed(
        FailureKind::Elsewhere,
        "the server is not authoritative for the name, and does not resolve it recursively",
    )
}

/// Returns the zone that denies a record of a name: its SOA is in the answer, and the name is in
/// it.
fn denying_zone(message: &Message, name: &str) -> Option<String> {
    let zones = message
        .authorities
        .iter()
        .filter(|record| matches!(record.data, RData::SOA(_)));
    zones
        .map(|record| text(&record.name))
        .find(|zone| is_below(name, zone))
}

fn code_text(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "SERVFAIL: the server failed to resolve the name".to_owned(),
        ResponseCode::Refused => "REFUSED: the server refuses to answer for this name".to_owned(),
        ResponseCode::FormErr => "FORMERR: the server could not parse the query".to_owned(),
        ResponseCode::NotImp => "NOTIMP: the server does not support this query".to_owned(),
        other => format!("code {}: {other}", u16::from(other)),
    }
}

/// Returns the records of the name, following its CNAME records, and the target of the last one.
fn chain(message: &Message, name: &str, kind: RecordKind) -> (Vec<Record>, Option<String>) {
    let mut by_owner: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in message.answers.iter().filter_map(record) {
        by_owner
            .entry(record.owner.clone())
            .or_default()
            .push(record);
    }
    let mut kept: Vec<Record> = Vec::new();
    let mut target: Option<String> = None;
    // Each owner is removed, so that a loop of CNAME records ends.
    while let Some(records) = by_owner.remove(target.as_deref().unwrap_or(name)) {
        let alias = records
            .iter()
            .filter(|record| record.data.kind() == RecordKind::Cname)
            .min_by_key(|record| &record.data)
            .cloned();
        kept.extend(
            records
                .into_iter()
                .filter(|record| record.data.kind() == kind),
        );
        match alias {
            Some(Record {
                data: RecordData::Cname { target: next },
                owner,
                ..
            }) if kind != RecordKind::Cname => {
                target = Some(next.clone());
                kept.push(Record::new(owner, RecordData::Cname { target: next }));
            }
            _ => break,
        }
    }
    kept.sort_by(|one, two| (&one.owner, &one.data).cmp(&(&two.owner, &two.data)));
    kept.dedup();
    (kept, target)
}

fn record(record: &hickory_resolver::proto::rr::Record) -> Option<Record> {
    if record.dns_class != DNSClass::IN {
        return None;
    }
    let data = match &record.data {
        RData::A(address) => RecordData::A { address: address.0 },
        RData::AAAA(address) => RecordData::Aaaa { address: address.0 },
        RData::MX(mx) => RecordData::Mx {
            preference: mx.preference,
            exchange: text(&mx.exchange),
        },
        RData::CNAME(target) => RecordData::Cname {
            target: text(&target.0),
        },
        _ => return None,
    };
    Some(Record::new(text(&record.name), data))
}

/// Returns a name in the form of facts: ASCII, lowercase, no final dot; `.` is the root.
fn text(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(short) => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::op::{MessageType, OpCode};
    use hickory_resolver::proto::rr::RecordType;
    use proptest::prelude::*;

    const NAME: &str = "sharepoint.fabrikam.test";

    type Wire = hickory_resolver::proto::rr::Record;

    fn name(text: &str) -> Name {
        let mut name = Name::from_ascii(text).unwrap();
        name.set_fqdn(true);
        name
    }

    /// Returns a record of the form `OWNER TYPE DATA`.
    fn line(text: &str) -> Wire {
        let mut words = text.splitn(3, ' ');
        let mut next = || words.next().unwrap();
        let (owner, kind, data) = (name(next()), next().parse::<RecordType>().unwrap(), next());
        Wire::from_rdata(owner, 60, RData::try_from_str(kind, data).unwrap())
    }

    /// Returns an authoritative answer with these records.
    fn answer(lines: &[&str]) -> Message {
        let mut message = Message::new(1, MessageType::Response, OpCode::Query);
        message.metadata.authoritative = true;
        message.answers = lines.iter().map(|text| line(text)).collect();
        message
    }

    /// Returns the same answer with the SOA record of a zone.
    fn denial_by(zone: &str, lines: &[&str]) -> Message {
        let mut message = answer(lines);
        message
            .authorities
            .push(line(&format!("{zone} SOA ns.x. root.x. 1 2 3 4 5")));
        message
    }

    /// Returns a summary of a message about the name.
    fn summary(message: &Message, kind: RecordKind) -> String {
        match read(message, NAME, kind) {
            DnsReading::Final(Answer::Known(records), _) => records
                .iter()
                .map(|record| record.data.to_string())
                .collect::<Vec<_>>()
                .join(", "),
            DnsReading::Final(Answer::Absent(how), _) => format!("absent: {how}"),
            DnsReading::Final(Answer::Failed(why), _) => format!("failed: {why}"),
            DnsReading::Final(Answer::NotAsked, _) => unreachable!("an answer is an answer"),
            DnsReading::Alias(_, target) => format!("ask {target}"),
        }
    }

    #[test]
    fn records_of_other_names_are_ignored() {
        let message = answer(&[
            "other.test. A 192.0.2.1",
            "sharepoint.fabrikam.test. A 192.0.2.2",
        ]);
        assert_eq!(summary(&message, RecordKind::A), "A 192.0.2.2");
        let message = answer(&[
            "SharePoint.FABRIKAM.test. CNAME Sp1.Fabrikam.Test.",
            "sP1.fabrikam.test. A 192.0.2.3",
        ]);
        assert_eq!(
            summary(&message, RecordKind::A),
            "CNAME sp1.fabrikam.test, A 192.0.2.3"
        );
        let message = answer(&["sharepoint.fabrikam.test. MX 10 SP1.Fabrikam.TEST."]);
        assert_eq!(summary(&message, RecordKind::Mx), "MX 10 sp1.fabrikam.test");
    }

    #[test]
    fn answer_about_another_name_is_garbage() {
        let strange = "failed: invalid: the answer is about another name";
        for lines in [
            &["other.test. A 192.0.2.1"][..],
            &["sharepoint.fabrikam.test. TXT x"],
        ] {
            let mut message = denial_by("fabrikam.test", lines);
            assert_eq!(summary(&message, RecordKind::A), strange);
            message.metadata.response_code = ResponseCode::NXDomain;
            assert_eq!(summary(&message, RecordKind::A), strange);
        }
        let mut message = answer(&["sharepoint.fabrikam.test. A 192.0.2.1"]);
        message.answers[0].dns_class = DNSClass::CH;
        assert_eq!(summary(&message, RecordKind::A), strange);
    }

    #[test]
    fn contradictory_answer_is_garbage() {
        let mut message = denial_by("fabrikam.test", &["sharepoint.fabrikam.test. A 192.0.2.1"]);
        message.metadata.response_code = ResponseCode::NXDomain;
        assert_eq!(
            summary(&message, RecordKind::A),
            "failed: invalid: records for a name that does not exist"
        );
        assert_eq!(
            summary(&message, RecordKind::Cname),
            "failed: invalid: the answer is about another name"
        );
    }

    #[test]
    fn denial_counts_only_from_an_authoritative_or_recursive_server() {
        assert_eq!(
            summary(&answer(&[]), RecordKind::A),
            format!("absent: {NODATA}")
        );
        let mut message = answer(&[]);
        message.metadata.authoritative = false;
        assert!(
            summary(&message, RecordKind::A).starts_with("failed: the server is not authoritative")
        );
        message.metadata.recursion_available = true;
        assert_eq!(
            summary(&message, RecordKind::A),
            format!("absent: {NODATA}")
        );
        message.authorities.push(line("test NS ns.elsewhere.test."));
        assert!(
            summary(&message, RecordKind::A).starts_with("failed: the server is not authoritative"),
            "a referral"
        );
        message.authorities = denial_by("elsewhere.test", &[]).authorities;
        message.metadata.recursion_available = false;
        assert!(
            summary(&message, RecordKind::A).starts_with("failed: the server is not authoritative"),
            "another zone"
        );
        message.authorities = denial_by("Fabrikam.test", &[]).authorities;
        let zone = Some("fabrikam.test".to_owned());
        assert_eq!(
            read(&message, NAME, RecordKind::A),
            DnsReading::Final(Answer::Absent(NODATA.to_owned()), zone)
        );
    }

    #[test]
    fn alias_is_denied_only_by_the_zone_of_its_target() {
        let alias = ["sharepoint.fabrikam.test. CNAME mail.elsewhere.test."];
        assert_eq!(
            summary(&answer(&alias), RecordKind::A),
            "ask mail.elsewhere.test"
        );
        assert_eq!(
            summary(&denial_by("fabrikam.test", &alias), RecordKind::A),
            "ask mail.elsewhere.test"
        );
        let mut resolved = answer(&alias);
        resolved.metadata.recursion_available = true;
        assert_eq!(summary(&resolved, RecordKind::A), "ask mail.elsewhere.test");
        let denied =
            "absent: NODATA: no record of this type: it is a CNAME for mail.elsewhere.test";
        assert_eq!(
            summary(&denial_by("elsewhere.test", &alias), RecordKind::A),
            denied
        );
        assert_eq!(
            summary(&answer(&alias), RecordKind::Cname),
            "CNAME mail.elsewhere.test"
        );
    }

    #[test]
    fn alias_loops_end() {
        let own = format!("{NAME}. CNAME {NAME}.");
        let ring = [
            format!("{NAME}. CNAME a.test."),
            "a.test. CNAME b.test.".into(),
            "b.test. CNAME a.test.".into(),
        ];
        for lines in [&[own][..], &ring] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(
                summary(&answer(&lines), RecordKind::A),
                format!("absent: {CIRCLE}")
            );
        }
        let fork = answer(&[
            "sharepoint.fabrikam.test. CNAME b.test.",
            "sharepoint.fabrikam.test. CNAME a.test.",
        ]);
        assert_eq!(
            summary(&fork, RecordKind::A),
            "ask a.test",
            "whatever the order"
        );
    }

    #[test]
    fn too_many_records_are_garbage() {
        let mut message = answer(&[]);
        let number = |number: u32| std::net::Ipv4Addr::from(0x0a00_0000 + number);
        message.answers = (0..4000)
            .map(|n| line(&format!("other.test. A {}", number(n))))
            .collect();
        message
            .answers
            .push(line("sharepoint.fabrikam.test. A 10.1.1.1"));
        assert_eq!(
            summary(&message, RecordKind::A),
            "A 10.1.1.1",
            "those of others do not crowd it out"
        );
        message.answers = (0..4000)
            .map(|n| line(&format!("{NAME}. A {}", number(n))))
            .collect();
        assert_eq!(
            summary(&message, RecordKind::A),
            "failed: invalid: more than 256 records"
        );
        message.answers = vec![line("sharepoint.fabrikam.test. A 10.1.1.1"); 4000];
        assert_eq!(
            summary(&message, RecordKind::A),
            "A 10.1.1.1",
            "one record repeated is one"
        );
        let step = |n: u32| line(&format!("n{n}.test. CNAME n{}.test.", n + 1));
        message.answers = std::iter::once(line(&format!("{NAME}. CNAME n0.test.")))
            .chain((0..4000).map(step))
            .collect();
        assert_eq!(
            summary(&message, RecordKind::A),
            "failed: invalid: more than 256 records"
        );
    }

    #[test]
    fn unusual_names_become_plain_text() {
        let mut message = answer(&[]);
        let odd = Name::from_labels([&b"a\x1b[31m"[..], b"\xff.", b"test"]).unwrap();
        message.answers.push(Wire::from_rdata(
            name(NAME),
            60,
            RData::CNAME(hickory_resolver::proto::rr::rdata::CNAME(odd)),
        ));
        let shown = summary(&message, RecordKind::Cname);
        assert!(
            shown.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
            "{shown:?}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(message) = Message::from_vec(&bytes) {
                read(&message, NAME, RecordKind::A);
            }
        }

        /// A valid message with a few changed bytes reaches deeper code than noise.
        #[test]
        fn damaged_messages_are_read_without_panic(changes in proptest::collection::vec((0_usize..200, any::<u8>()), 1..8)) {
            let good = denial_by("fabrikam.test", &[
                "sharepoint.fabrikam.test. CNAME sp1.fabrikam.test.",
                "sp1.fabrikam.test. MX 10 sp2.fabrikam.test.",
                "sp1.fabrikam.test. A 192.0.2.1",
            ]);
            let mut bytes = good.to_vec().unwrap();
            for (place, byte) in changes {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            if let Ok(message) = Message::from_vec(&bytes) {
                for kind in [RecordKind::A, RecordKind::Mx, RecordKind::Cname] {
                    read(&message, NAME, kind);
                }
            }
        }
    }
}
