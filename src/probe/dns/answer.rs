//! What a DNS message says to the question it answers.

use crate::facts::{Answer, Record, RecordData, RecordKind};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData};

/// Records of one answer that are kept.
const MOST_RECORDS: usize = 256;

pub const NXDOMAIN: &str = "NXDOMAIN: no such name";
pub const NODATA: &str = "NODATA: no record of this type";
pub const CIRCLE: &str = "NODATA: its aliases lead in a circle";

/// What an answer says.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading {
    /// The answer, and the zone whose SOA came with a denial.
    Final(Answer<Vec<Record>>, Option<String>),
    /// An alias only: its records, and the name that has to be asked for next.
    Alias(Vec<Record>, String),
}

/// Reads a message as the answer for a name and a type.
pub fn read(message: &Message, name: &str, kind: RecordKind) -> Reading {
    let zone = message.authorities.iter().find(|record| matches!(record.data, RData::SOA(_)));
    let zone = zone.map(|record| text(&record.name));
    let failed = |why: String| Reading::Final(Answer::Failed(why), None);
    match message.response_code {
        ResponseCode::NoError => {}
        ResponseCode::NXDomain => {
            return match chain(message, name, kind).1 {
                Some(target) => Reading::Final(Answer::Absent(format!("{NXDOMAIN}: it is an alias of {target}")), zone),
                None => Reading::Final(Answer::Absent(NXDOMAIN.to_owned()), zone),
            };
        }
        code => return failed(code_text(code)),
    }
    let (records, target) = chain(message, name, kind);
    if records.iter().any(|record| is(record, kind)) {
        return Reading::Final(Answer::Known(records), None);
    }
    if let Some(target) = target {
        if records.iter().any(|record| record.owner == target) {
            return Reading::Final(Answer::Absent(CIRCLE.to_owned()), zone);
        }
        // A resolver has followed the alias to its end; a SOA denies the target's record.
        if !message.recursion_available && zone.is_none() {
            return Reading::Alias(records, target);
        }
        return Reading::Final(Answer::Absent(format!("{NODATA}: it is an alias of {target}")), zone);
    }
    // An empty answer denies only from one who knows: the zone's own server, or one who resolves (RFC 2308 2.2).
    if message.authoritative || zone.is_some() || message.recursion_available {
        return Reading::Final(Answer::Absent(NODATA.to_owned()), zone);
    }
    failed("the server is not responsible for the name and does not look it up for others".to_owned())
}

fn code_text(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "SERVFAIL: the server could not find out".to_owned(),
        ResponseCode::Refused => "REFUSED: the server does not answer for this name".to_owned(),
        ResponseCode::FormErr => "FORMERR: the server did not understand the question".to_owned(),
        ResponseCode::NotImp => "NOTIMP: the server does not answer such questions".to_owned(),
        other => format!("code {}: {other}", u16::from(other)),
    }
}

/// The records that belong to the name, its aliases followed, and where an alias leads.
fn chain(message: &Message, name: &str, kind: RecordKind) -> (Vec<Record>, Option<String>) {
    let all: Vec<Record> = message.answers.iter().take(MOST_RECORDS).filter_map(record).collect();
    let mut kept: Vec<Record> = Vec::new();
    let mut owner = name.to_owned();
    let mut target = None;
    loop {
        let wanted = |record: &&Record| record.owner == owner && is(record, kind);
        kept.extend(all.iter().filter(wanted).cloned());
        let alias = all.iter().find_map(|record| match &record.data {
            RecordData::Cname { target } if record.owner == owner && kind != RecordKind::Cname => {
                Some((record, target))
            }
            _ => None,
        });
        let Some((record, next)) = alias.filter(|(record, _)| !kept.contains(record)) else { break };
        kept.push(record.clone());
        owner.clone_from(next);
        target = Some(next.clone());
    }
    kept.sort();
    kept.dedup();
    (kept, target)
}

fn is(record: &Record, kind: RecordKind) -> bool {
    record.data.kind() == kind
}

fn record(record: &hickory_resolver::proto::rr::Record) -> Option<Record> {
    let data = match &record.data {
        RData::A(address) => RecordData::A { address: address.0 },
        RData::AAAA(address) => RecordData::Aaaa { address: address.0 },
        RData::MX(mx) => RecordData::Mx { preference: mx.preference, exchange: text(&mx.exchange) },
        RData::CNAME(target) => RecordData::Cname { target: text(&target.0) },
        _ => return None,
    };
    Some(Record { owner: text(&record.name), data })
}

/// A name as facts hold it: ASCII, lower case, no final dot; `.` is the root.
fn text(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(short) => short.to_owned(),
    }
}
