//! The faults of the server.

use super::zone::{TTL, parse_name};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, NS};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use std::str::FromStr;
use std::time::Duration;

/// What the server does with a question.
pub enum Action {
    Ignore,
    Close,
    Send(Vec<u8>),
}

pub struct Fault {
    pub name: Name,
    /// The type, or `None` for every type.
    pub kind: Option<RecordType>,
    /// Whether the fault is limited to TCP (`true`) or UDP (`false`), or `None` for both.
    pub tcp: Option<bool>,
    pub mode: Mode,
}

/// Returns the faults of a word, each with the transport that it is limited to.
pub fn parse_fault(word: &str) -> Vec<(Option<bool>, Mode)> {
    if let Some(rest) = word.strip_prefix("truncate-tcp-") {
        let retried = Mode::parse(rest);
        vec![(Some(false), Mode::Truncate), (Some(true), retried)]
    } else if let Some(rest) = word.strip_prefix("tcp-") {
        vec![(Some(true), Mode::parse(rest))]
    } else if let Some(rest) = word.strip_prefix("udp-") {
        vec![(Some(false), Mode::parse(rest))]
    } else {
        let mode = Mode::parse(word);
        let udp_only = matches!(mode, Mode::Truncate | Mode::Lossy(_));
        vec![(udp_only.then_some(false), mode)]
    }
}

#[derive(Clone, Copy)]
pub enum Mode {
    Code(ResponseCode),
    Silent,
    Close,
    Garbage,
    Short,
    WrongId,
    WrongQuestion,
    CnameLoop,
    Referral,
    NoEdns,
    Resolver,
    Truncate,
    Lossy(usize),
    Slow(Duration),
}

impl Mode {
    fn parse(word: &str) -> Mode {
        match word.split_once(':').unwrap_or((word, "")) {
            ("servfail", "") => Mode::Code(ResponseCode::ServFail),
            ("refused", "") => Mode::Code(ResponseCode::Refused),
            ("formerr", "") => Mode::Code(ResponseCode::FormErr),
            ("notimp", "") => Mode::Code(ResponseCode::NotImp),
            ("nxdomain", "") => Mode::Code(ResponseCode::NXDomain),
            ("empty", "") => Mode::Code(ResponseCode::NoError),
            ("silent", "") => Mode::Silent,
            ("close", "") => Mode::Close,
            ("garbage", "") => Mode::Garbage,
            ("short", "") => Mode::Short,
            ("wrong-id", "") => Mode::WrongId,
            ("wrong-question", "") => Mode::WrongQuestion,
            ("cname-loop", "") => Mode::CnameLoop,
            ("referral", "") => Mode::Referral,
            ("no-edns", "") => Mode::NoEdns,
            ("resolver", "") => Mode::Resolver,
            ("truncate", "") => Mode::Truncate,
            ("lossy", count) => Mode::Lossy(number(word, count)),
            ("slow", millis) => Mode::Slow(Duration::from_millis(number(word, millis))),
            _ => panic!("no fault is called {word:?}"),
        }
    }

    pub fn delay(self) -> Option<Duration> {
        match self {
            Mode::Slow(delay) => Some(delay),
            _ => None,
        }
    }

    /// Changes the sound answer, or returns the action to take instead of answering.
    pub fn spoil(self, answer: &mut Message) -> Option<Action> {
        match self {
            Mode::Silent => return Some(Action::Ignore),
            Mode::Close => return Some(Action::Close),
            Mode::Short => return Some(Action::Send(vec![0])),
            Mode::Garbage => return Some(Action::Send(garbage(answer.metadata.id))),
            Mode::Code(code) => strip(answer, code),
            Mode::WrongId => answer.metadata.id ^= 0x5555,
            Mode::WrongQuestion => answer.queries[0].name = parse_name("wrong.question.invalid"),
            Mode::CnameLoop => loop_to_itself(answer),
            Mode::Truncate => *answer = answer.truncate(),
            Mode::Referral => refer(answer),
            Mode::NoEdns if answer.edns.take().is_some() => strip(answer, ResponseCode::FormErr),
            Mode::Resolver => {
                answer.metadata.authoritative = false;
                answer.metadata.recursion_available = true;
            }
            Mode::NoEdns | Mode::Lossy(_) | Mode::Slow(_) => {}
        }
        None
    }
}

fn number<N: FromStr>(word: &str, digits: &str) -> N {
    let number = digits.parse().ok();
    number.unwrap_or_else(|| panic!("{word:?} needs a number"))
}

fn garbage(id: u16) -> Vec<u8> {
    [&id.to_be_bytes()[..], &[0xff; 38]].concat()
}

fn strip(answer: &mut Message, code: ResponseCode) {
    answer.metadata.authoritative = false;
    answer.metadata.response_code = code;
    answer.answers.clear();
    answer.authorities.clear();
}

fn refer(answer: &mut Message) {
    let name = answer.queries[0].name.clone();
    strip(answer, ResponseCode::NoError);
    let server = RData::NS(NS(parse_name("ns.elsewhere.test")));
    answer
        .authorities
        .push(Record::from_rdata(name, TTL, server));
}

fn loop_to_itself(answer: &mut Message) {
    let name = answer.queries[0].name.clone();
    strip(answer, ResponseCode::NoError);
    let data = RData::CNAME(CNAME(name.clone()));
    answer.answers.push(Record::from_rdata(name, TTL, data));
}
