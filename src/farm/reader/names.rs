//! Names and addresses that two entries share.

use super::Reader;
use crate::farm::key::entry_setting;
use crate::farm::values::HostPattern;
use crate::farm::{Farm, Table};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

/// What identifies a server or a mail host. Two entries of different kinds must not share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Name(String),
    Address(IpAddr),
}

/// An identity of an entry, and where the file has it.
struct Claim {
    identity: Identity,
    table: Table,
    /// The main name of the entry.
    entry: String,
    /// The name or address as typed.
    text: String,
    /// The key with the name or address.
    key: &'static str,
}

impl Claim {
    /// Returns the dotted name of the setting.
    fn setting(&self) -> String {
        entry_setting(self.table, &self.entry, self.key)
    }
}

impl Reader<'_> {
    /// Reports names and addresses that a server and a mail host, or two mail hosts, share: mail to
    /// one would count as mail to the other.
    pub(super) fn refuse_shared_names(&mut self) {
        let mut first: BTreeMap<Identity, Claim> = BTreeMap::new();
        let claims = [
            server_claims(&self.document.farm),
            mail_host_claims(&self.document.farm),
        ];
        for claim in claims.into_iter().flatten() {
            match first.get(&claim.identity) {
                Some(other) if is_conflict(other, &claim) => self.shared(other, &claim),
                Some(_) => {}
                None => drop(first.insert(claim.identity.clone(), claim)),
            }
        }
    }

    fn shared(&mut self, first: &Claim, second: &Claim) {
        if self.is_full() {
            return;
        }
        let line_of_first = self.document.lines.get(&first.setting());
        let line_of_second = self.document.lines.get(&second.setting());
        let (Some(line_of_first), Some(line_of_second)) = (line_of_first, line_of_second) else {
            return;
        };
        let span = self.span_of_text(line_of_second, &second.text);
        let what = match second.identity {
            Identity::Name(_) => "the name",
            Identity::Address(_) => "the address",
        };
        let message = format!(
            "{what} `{}` belongs to the {} `{}` in line {line_of_first} too",
            second.text,
            first.table.name(),
            first.entry
        );
        let mistake = self.mistake(span, message);
        mistake.expected = Some(format!("{what} of one entry only"));
        mistake.hints.push(
            "a host is either a server of the farm (`[[server]]`) or a host that passes mail on to \
             it (`[[mail-host]]`): keep one of them lines"
                .to_owned(),
        );
    }

    /// Returns the position of a text in a line or below it, or the line if it is not found.
    fn span_of_text(&self, line: usize, text: &str) -> Range<usize> {
        let start = self.line_starts.get(line.saturating_sub(1)).copied();
        let start = start.unwrap_or_default();
        let rest = self.text.get(start..).unwrap_or_default();
        match rest.find(text) {
            Some(at) => start + at..start + at + text.len(),
            None => start..start + rest.lines().next().map_or(0, str::len),
        }
    }
}

/// Returns whether two entries with the same identity exclude each other. Several servers may be
/// behind one public address; two entries with the same main name are reported elsewhere.
fn is_conflict(first: &Claim, second: &Claim) -> bool {
    match (first.table, second.table) {
        (Table::Server, Table::Server) => false,
        (Table::MailHost, Table::MailHost) => {
            first.entry != second.entry && !(first.key == "name" && second.key == "name")
        }
        _ => true,
    }
}

fn server_claims(farm: &Farm) -> Vec<Claim> {
    let mut claims = Vec::new();
    for server in &farm.servers {
        let claim = |identity, text: &str, key| Claim {
            identity,
            table: Table::Server,
            entry: server.name().to_owned(),
            text: text.to_owned(),
            key,
        };
        if let Some(name) = &server.name {
            let identity = Identity::Name(name.ascii().to_owned());
            claims.push(claim(identity, name.as_str(), "name"));
        }
        for address in server.public_addresses.iter().flatten() {
            let identity = Identity::Address(address.ip);
            claims.push(claim(identity, address.as_str(), "public-addresses"));
        }
    }
    claims
}

fn mail_host_claims(farm: &Farm) -> Vec<Claim> {
    let mut claims = Vec::new();
    for host in &farm.mail_hosts {
        let claim = |identity, text: &str, key| Claim {
            identity,
            table: Table::MailHost,
            entry: host.name().to_owned(),
            text: text.to_owned(),
            key,
        };
        let name_of =
            |pattern: &HostPattern| Identity::Name(HostPattern::canonical(pattern.as_str()));
        if let Some(pattern) = &host.name {
            claims.push(claim(name_of(pattern), pattern.as_str(), "name"));
        }
        for pattern in host.other_names.iter().flatten() {
            claims.push(claim(name_of(pattern), pattern.as_str(), "names"));
        }
        for address in host.addresses.iter().flatten() {
            let identity = Identity::Address(address.ip);
            claims.push(claim(identity, address.as_str(), "addresses"));
        }
    }
    claims
}
