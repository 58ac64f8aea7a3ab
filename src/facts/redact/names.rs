//! The made-up names of one run: the same name always gets the same replacement.

use super::addresses::Key;
use super::addresses::{self, address_at};
use super::words::{WORDS, is_word_char};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

/// Words that always stay, in names too: those of the probes, and those that parsers recognize.
const ALWAYS: [&str; 11] = [
    "spinmail",
    "probe",
    "check",
    "invalid",
    "ipv6",
    "all",
    "smtp",
    "from",
    "localhost",
    "alias",
    "…",
];

/// Words that are common in names of hosts, domains, folders and containers, and identify no
/// organization.
const COMMON: [&str; 63] = [
    "accounts",
    "admin",
    "administrator",
    "administrators",
    "alias",
    "all",
    "anonymous",
    "authenticated",
    "authority",
    "central",
    "com",
    "computer",
    "computers",
    "configuration",
    "contact",
    "contacts",
    "content",
    "controller",
    "data",
    "dns",
    "domain",
    "domains",
    "drop",
    "email",
    "everyone",
    "example",
    "exchange",
    "external",
    "farm",
    "file",
    "files",
    "forest",
    "group",
    "groups",
    "guests",
    "host",
    "internal",
    "invalid",
    "local",
    "localhost",
    "lists",
    "mail",
    "mailbox",
    "mailroot",
    "net",
    "network",
    "org",
    "page",
    "queue",
    "relay",
    "root",
    "schema",
    "server",
    "servers",
    "service",
    "share",
    "sharepoint",
    "site",
    "smtp",
    "system",
    "test",
    "users",
    "windows",
];

/// Letters of made-up words. Without hexadecimal digits, no word looks like an address.
const CONSONANTS: &[u8] = b"ghjklmnprstvwz";
const VOWELS: &[u8] = b"iou";
/// The minimum length of a made-up word.
const MIN_LENGTH: usize = 6;
/// The minimum length of a part of a name that made-up words must not contain: shorter parts are
/// too common.
const MIN_AVOIDED: usize = 3;
/// The longest label of a domain (RFC 1035 2.3.4).
const MAX_LABEL: usize = 63;
/// How many words of one length to try before a longer one.
const TRIES: u64 = 32;
/// The keys for addresses to try.
const ROUNDS: u8 = 32;

/// The replacements of one run.
pub(super) struct Names<'a> {
    key: Key<'a>,
    words: BTreeMap<String, String>,
    numbers: BTreeMap<String, String>,
    used_numbers: HashSet<String>,
    /// The words of names in the facts and the farm file, which are replaced in texts too.
    known: HashSet<String>,
    used: BTreeSet<String>,
    /// The words of all texts in lowercase: no made-up word may contain one.
    avoided: HashSet<String>,
    longest_avoided: usize,
    addresses: BTreeSet<IpAddr>,
    /// The index of the key for addresses; chosen when the first address is replaced.
    round: Option<u8>,
    made: u64,
}

impl<'a> Names<'a> {
    pub(super) fn new(key: Key<'a>) -> Self {
        Self {
            key,
            words: BTreeMap::new(),
            numbers: BTreeMap::new(),
            used_numbers: HashSet::new(),
            known: HashSet::new(),
            used: BTreeSet::new(),
            avoided: HashSet::new(),
            longest_avoided: 0,
            addresses: BTreeSet::new(),
            round: None,
            made: 0,
        }
    }

    /// No made-up word or address equals or contains a word or address of this text.
    pub(super) fn avoid(&mut self, text: &str) {
        let words = text
            .split(|letter| !is_word_char(letter))
            .map(str::to_lowercase);
        // Made-up words are ASCII, and a word longer than a domain label is not a name.
        let words_to_avoid =
            words.filter(|word| word.is_ascii() && (MIN_AVOIDED..=MAX_LABEL).contains(&word.len()));
        for word in words_to_avoid {
            self.longest_avoided = self.longest_avoided.max(word.len());
            self.avoided.insert(word);
        }
        let mut at = 0;
        while at < text.len() {
            match address_at(text, at) {
                Some(found) => {
                    self.addresses.insert(found.address);
                    at = found.end;
                }
                None => {
                    at += text
                        .get(at..)
                        .and_then(|rest| rest.chars().next())
                        .map_or(1, char::len_utf8)
                }
            }
        }
    }

    /// Adds the words of a name, which are replaced in texts too, even if they are ordinary words.
    /// Common words of names are not.
    pub(super) fn note_known(&mut self, name: &str) {
        let words = name
            .split(|letter| !is_word_char(letter))
            .map(str::to_lowercase)
            .filter(|word| word.len() >= MIN_AVOIDED && !COMMON.contains(&word.as_str()));
        self.known.extend(words);
    }

    /// Returns whether a word is part of a name.
    pub(super) fn is_known(&self, word: &str) -> bool {
        self.known.contains(&word.to_lowercase())
    }

    /// Returns the made-up word for a word, with the same capitals.
    pub(super) fn word(&mut self, word: &str) -> String {
        let key = canonical(word);
        if ALWAYS.contains(&key.as_str()) {
            return word.to_owned();
        }
        if !self.words.contains_key(&key) {
            let made = self.make_word(&key, word.chars().count());
            self.words.insert(key.clone(), made);
        }
        let made = self.words.get(&key).map(String::as_str).unwrap_or_default();
        // Spellings that differ in case must still differ. If the made-up word is longer, its end
        // has the case of the word's last letter.
        let mut capitals = word.chars().map(char::is_uppercase);
        let mut capital = false;
        made.chars()
            .map(|letter| {
                capital = capitals.next().unwrap_or(capital);
                if capital {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect()
    }

    fn make_word(&mut self, key: &str, length: usize) -> String {
        // Rules recognize a greeting by the word SMTP.
        let start = if key.contains("smtp") { "smtp" } else { "" };
        // The underscore keeps an international label from becoming a valid one (IDNA).
        let end = if is_international(key) { "_" } else { "" };
        let mut length = length.max(MIN_LENGTH);
        loop {
            for _ in 0..TRIES {
                let made = self.syllables(start, length) + end;
                if !WORDS.contains(made.as_str()) && self.used.insert(made.clone()) {
                    return made;
                }
            }
            length += 1;
        }
    }

    /// Tries letters after a prefix, so that no name is completed, as long as another letter is
    /// possible.
    fn syllables(&mut self, start: &str, length: usize) -> String {
        let mut made = start.to_owned();
        let mut rest = 0;
        for at in 0..length {
            let letters = if at % 2 == 0 { CONSONANTS } else { VOWELS };
            rest = if at % 8 == 0 {
                self.next()
            } else {
                rest / CONSONANTS.len() as u64
            };
            let first = (rest % letters.len() as u64) as usize;
            let mut choices = letters
                .iter()
                .cycle()
                .skip(first)
                .take(letters.len())
                .map(|letter| char::from(*letter));
            let usual = choices.clone().next();
            let letter = choices
                .find(|letter| !self.completes_name(&made, *letter))
                .or(usual);
            made.extend(letter);
        }
        made
    }

    fn completes_name(&self, made: &str, letter: char) -> bool {
        let end = made
            .get(made.len().saturating_sub(self.longest_avoided)..)
            .unwrap_or_default();
        let end = format!("{end}{letter}");
        (0..end.len()).any(|from| {
            end.get(from..)
                .is_some_and(|end| self.avoided.contains(end))
        })
    }

    fn next(&mut self) -> u64 {
        self.made += 1;
        (self.key)(&[&b"word"[..], &self.made.to_be_bytes()].concat())
    }

    /// Returns another number with as many digits. A number that can be part of an address is
    /// replaced by such a number, and others by others.
    pub(super) fn number(&mut self, digits: &str) -> String {
        if let Some(made) = self.numbers.get(digits) {
            return made.clone();
        }
        let made = (0..TRIES * 8).find_map(|_| {
            let (mut made, mut rest) = (String::new(), 0);
            for at in 0..digits.len() {
                rest = if at % 16 == 0 { self.next() } else { rest / 10 };
                made.push(char::from(b'0' + (rest % 10) as u8));
            }
            (number_kind(&made) == number_kind(digits) && !self.used_numbers.contains(&made))
                .then_some(made)
        });
        let made = made.unwrap_or_else(|| digits.to_owned());
        self.used_numbers.insert(made.clone());
        self.numbers.insert(digits.to_owned(), made.clone());
        made
    }

    /// Returns another address of the same kind, in the same networks.
    pub(super) fn address(&mut self, address: IpAddr, bits: Option<u32>) -> IpAddr {
        let round = self.round.unwrap_or_else(|| {
            // In a fully used network, no round keeps the addresses apart.
            (0..ROUNDS)
                .find(|round| self.keeps_addresses_apart(*round))
                .unwrap_or_default()
        });
        self.round = Some(round);
        in_round(address, bits, round, self.key)
    }

    /// Returns whether no address becomes one of the others in a round.
    fn keeps_addresses_apart(&self, round: u8) -> bool {
        !self
            .addresses
            .iter()
            .filter(|address| !addresses::is_common(address))
            .any(|address| {
                let other = in_round(*address, None, round, self.key);
                self.addresses.contains(&other)
            })
    }

    /// Returns the same for an address of IPv4.
    pub(super) fn ipv4_address(&mut self, address: Ipv4Addr, bits: Option<u32>) -> Ipv4Addr {
        match self.address(address.into(), bits) {
            IpAddr::V4(other) => other,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// Returns a replacement for a number in a domain's SID.
    pub(super) fn sid_number(&self, domain: &str, at: usize) -> u32 {
        (self.key)(&[&b"sid"[..], &[at as u8], domain.as_bytes()].concat()) as u32
    }
}

/// Returns whether a number begins with a zero, and whether it can be part of an address.
fn number_kind(digits: &str) -> (bool, bool) {
    (digits.starts_with('0'), digits.parse::<u8>().is_ok())
}

fn in_round(address: IpAddr, bits: Option<u32>, round: u8, key: Key<'_>) -> IpAddr {
    addresses::replaced(address, bits, &|bytes| key(&[&[round], bytes].concat()))
}

/// Returns a form that all spellings of a word share: lowercase, and the ASCII form of other
/// scripts (IDNA).
fn canonical(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let small = word.to_lowercase();
    idna::domain_to_ascii_strict(&small).unwrap_or(small)
}

fn is_international(key: &str) -> bool {
    !key.is_ascii()
}
