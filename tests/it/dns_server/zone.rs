//! The records and the faults of the text, and the sound answer to a question.

use super::faults::{Fault, parse_fault};
use super::respond;
use hickory_resolver::proto::op::{Message, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, MX, SOA};
use hickory_resolver::proto::rr::{DNSClass, Name, RData, Record, RecordType};

pub const TTL: u32 = 60;

pub struct Zone {
    /// The records. A zone is identified by the SOA record at its apex.
    records: Vec<(Name, RData)>,
    faults: Vec<Fault>,
    /// Whether the server accepts TCP connections.
    pub tcp: bool,
}

impl Zone {
    pub fn parse(text: &str) -> Zone {
        let mut zone = Zone {
            records: Vec::new(),
            faults: Vec::new(),
            tcp: true,
        };
        for line in text.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with('#') {
                zone.add_line(line);
            }
        }
        for (name, _) in &zone.records {
            assert!(zone.soa_above(name).is_some(), "{name} is in no ZONE");
        }
        zone
    }

    fn add_line(&mut self, line: &str) {
        let (name, rest) = split_word(line);
        let (kind, data) = split_word(rest);
        let name = parse_name(name);
        match kind.split_once('/') {
            Some(("FAULT", kind)) => self.add_faults(&name, Some(parse_type(kind)), data),
            _ if kind == "FAULT" => self.add_faults(&name, None, data),
            _ if kind == "ZONE" => self.records.push((name.clone(), soa(&name))),
            _ => self.records.push((name, parse_data(kind, data))),
        }
    }

    fn add_faults(&mut self, name: &Name, kind: Option<RecordType>, words: &str) {
        for word in words.split_whitespace() {
            if word == "no-tcp" {
                self.tcp = false;
                continue;
            }
            for (tcp, mode) in parse_fault(word) {
                let name = name.clone();
                self.faults.push(Fault {
                    name,
                    kind,
                    tcp,
                    mode,
                });
            }
        }
    }

    pub fn faults_at(&self, name: &Name, kind: RecordType, tcp: bool) -> Vec<&Fault> {
        let applies = |fault: &&Fault| {
            (fault.name == *name || fault.name.is_wildcard())
                && fault.kind.is_none_or(|one| one == kind)
                && fault.tcp.is_none_or(|one| one == tcp)
        };
        self.faults.iter().filter(applies).collect()
    }

    pub fn answer(&self, request: &Message) -> Message {
        let query = &request.queries[0];
        let mut message = respond(request, ResponseCode::Refused);
        if query.query_class != DNSClass::IN || self.soa_above(&query.name).is_none() {
            return message;
        }
        message.metadata.authoritative = true;
        message.metadata.response_code = ResponseCode::NoError;
        let Some(end) = self.follow(query, &mut message.answers) else {
            return message;
        };
        if let Some(soa) = self.soa_above(&end) {
            message.authorities.push(soa);
            if !self.exists(&end) {
                message.metadata.response_code = ResponseCode::NXDomain;
            }
        }
        message
    }

    /// Collects the answer's records, and returns the name without records at the end of the
    /// aliases, if there is one.
    fn follow(&self, query: &Query, answers: &mut Vec<Record>) -> Option<Name> {
        let mut name = query.name.clone();
        loop {
            let found = self.records_at(&name, query.query_type);
            if !found.is_empty() {
                answers.extend(found);
                return None;
            }
            let cname = self.records_at(&name, RecordType::CNAME).pop();
            let Some(RData::CNAME(CNAME(target))) = cname.as_ref().map(|cname| &cname.data) else {
                return Some(name);
            };
            name = target.clone();
            answers.extend(cname);
            if answers.iter().any(|answer| answer.name == name)
                || !self.faults_at(&name, query.query_type, false).is_empty()
            {
                return None;
            }
        }
    }

    fn records_at(&self, name: &Name, kind: RecordType) -> Vec<Record> {
        let here = self.records.iter().filter(|(owner, data)| {
            owner == name && (data.record_type() == kind || kind == RecordType::ANY)
        });
        here.map(|(_, data)| Record::from_rdata(name.clone(), TTL, data.clone()))
            .collect()
    }

    /// Returns whether there are records at the name or below it.
    fn exists(&self, name: &Name) -> bool {
        self.records.iter().any(|(owner, _)| name.zone_of(owner))
    }

    /// Returns the SOA record of the innermost zone that contains the name.
    fn soa_above(&self, name: &Name) -> Option<Record> {
        let zones = self
            .records
            .iter()
            .filter(|(owner, data)| data.record_type() == RecordType::SOA && owner.zone_of(name));
        zones
            .max_by_key(|(owner, _)| owner.num_labels())
            .map(|(owner, data)| Record::from_rdata(owner.clone(), TTL, data.clone()))
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

pub fn parse_name(text: &str) -> Name {
    // `from_ascii` keeps the case; `from_utf8` reads internationalized names.
    let name = Name::from_ascii(text).or_else(|_| Name::from_utf8(text));
    let mut name = name.unwrap_or_else(|e| panic!("{text:?}: {e}"));
    name.set_fqdn(true);
    name
}

pub fn parse_type(text: &str) -> RecordType {
    text.parse().unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

fn parse_data(kind: &str, data: &str) -> RData {
    match parse_type(kind) {
        RecordType::CNAME => RData::CNAME(CNAME(parse_name(data))),
        RecordType::MX => {
            let (preference, exchange) = split_word(data);
            let preference = preference.parse().expect("the preference of an MX");
            RData::MX(MX::new(preference, parse_name(exchange)))
        }
        kind => RData::try_from_str(kind, data).unwrap_or_else(|e| panic!("{data:?}: {e}")),
    }
}

fn soa(zone: &Name) -> RData {
    let (server, mailbox) = (zone.clone(), zone.clone());
    RData::SOA(SOA::new(server, mailbox, 1, 3600, 600, 86400, TTL))
}
