//! Who may send, who may relay, and how large a message may be.

use super::super::{Case, Evidence, Finding, Outcome, RuleResult, Severity, smtp};
use super::view::{Place, of_the_way_or, of_virtual_servers};
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use iis_metabase::relay_list::{Reach, RelayKind, RelayList};
use iis_metabase::{AUTH_FLAGS, MAX_MESSAGE_SIZE, RELAY_IP_LIST, brief};

pub fn anonymous_off(case: &Case<'_>) -> Vec<RuleResult> {
    of_the_way_or(case, &smtp::no_logon_needed, |place| {
        match place.virtual_server.auth_flags() {
            Err(unclear) => Outcome::undecided(unclear.message),
            Ok(flags) if flags.anonymous() => Outcome::pass(),
            Ok(_) => Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!("`{}` takes no mail without a logon", place.subject()),
                    "Tick Anonymous access in the virtual server's properties, Access, \
                     Authentication",
                )
                .with_evidence([place.evidence(AUTH_FLAGS, "AuthAnonymous among the flags")]),
            ),
        }
    })
}

/// Judges the relay lists that can be read.
fn of_relay_lists<'a>(
    case: &Case<'a>,
    judge: impl Fn(&Place<'a>, &RelayList) -> Outcome,
) -> Vec<RuleResult> {
    of_virtual_servers(case, |place| match place.virtual_server.relay_list() {
        Err(_) => Outcome::not_applicable("the relay list cannot be read (iis-relay-list-corrupt)"),
        Ok(list) => judge(place, &list),
    })
}

/// The relay list as stored; a long one is cut, since its beginning tells what it is.
fn relay_evidence(place: &Place<'_>, expected: &str) -> Evidence {
    const MOST: usize = 160;
    let mut evidence = place.evidence(RELAY_IP_LIST, expected);
    if let Some(seen) = place.virtual_server.get(RELAY_IP_LIST) {
        let raw = &seen.property.raw;
        if raw.len() > MOST {
            let start: String = raw.chars().take(MOST).collect();
            evidence.observed = format!(
                "`{start}…` ({} digits; MetaBase.xml, line {})",
                raw.len(),
                seen.property.line
            );
        }
    }
    evidence
}

pub fn relay_open(case: &Case<'_>) -> Vec<RuleResult> {
    of_relay_lists(case, |place, list| match (list.reach(), list.kind) {
        (Reach::Nobody, _) | (Reach::Some, RelayKind::Only) => Outcome::pass(),
        (Reach::Everyone, _) | (Reach::Some, RelayKind::AllExcept) => {
            let whom = if list.reach() == Reach::Everyone {
                "everyone"
            } else {
                "everyone but those whom it names"
            };
            let empty = place
                .virtual_server
                .get(RELAY_IP_LIST)
                .is_some_and(|seen| seen.property.raw.trim().is_empty());
            let note = if empty {
                " (the value is empty, which published tools read as `All except the list below` \
                 with nothing in it; the repair of Windows Server 2022 that is passed round writes \
                 it so)"
            } else {
                ""
            };
            Outcome::Fail(
                Finding::for_role(
                    AdminRole::Server,
                    format!(
                        "{whom} may relay through `{}`, as far as the list's form is known{note}",
                        place.subject()
                    ),
                    "Choose Only the list below in the relay restrictions; mail for alias domains \
                     needs no relaying",
                )
                .with_evidence([relay_evidence(place, "only the list below")]),
            )
        }
    })
}

pub fn relay_list_corrupt(case: &Case<'_>) -> Vec<RuleResult> {
    of_virtual_servers(case, |place| match place.virtual_server.relay_list() {
        Ok(_) => Outcome::pass(),
        Err(fault) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Server,
                format!(
                    "the relay list of `{}` cannot be read at byte {}: {}",
                    place.subject(),
                    fault.offset,
                    fault.message
                ),
                "Stop the SMTP service and IISADMIN, take RelayIpList out of MetaBase.xml, start \
                 both, and enter the list anew",
            )
            .with_evidence([relay_evidence(place, "a relay list")]),
        ),
    })
}

pub fn relay_list_odd(case: &Case<'_>) -> Vec<RuleResult> {
    of_relay_lists(case, |place, list| {
        if list.odd.is_empty() {
            return Outcome::pass();
        }
        if list.reach() == Reach::Everyone && list.beside == 0 {
            return Outcome::not_applicable("everyone may relay (iis-relay-open)");
        }
        let finding = Finding::for_role(
            AdminRole::Server,
            format!(
                "the relay list of `{}` {}",
                place.subject(),
                brief(&list.odd.join("; "))
            ),
            "Enter the list anew in the virtual server's properties, Access, Relay; mail for \
             alias domains needs no relaying",
        )
        .with_evidence([relay_evidence(
            place,
            "computers that may relay, or no value at all",
        )]);
        // A form that was not met before is no fault by itself.
        let is_meant_otherwise = list.reach() == Reach::Nobody || list.beside > 0;
        Outcome::Fail(if is_meant_otherwise {
            finding
        } else {
            finding.with_severity(Severity::Note)
        })
    })
}

/// The limit that setup writes, and the schema's default (cc781828), in bytes.
const SETUP_SIZE: u64 = 2_097_152;
const DEFAULT_SIZE: u32 = 33_554_432;

pub fn size_small(case: &Case<'_>) -> Vec<RuleResult> {
    let Some(largest) = case.farm.largest_message() else {
        let why = "no web application's maximum message size is recorded";
        return vec![RuleResult::new(
            "web-application",
            Outcome::not_applicable(why),
        )];
    };
    of_virtual_servers(case, |place| {
        match place.virtual_server.max_message_size() {
            Err(unclear) => Outcome::undecided(unclear.message),
            Ok(Some(0)) => Outcome::pass(),
            Ok(Some(size)) if u64::from(size) >= largest.bytes() => Outcome::pass(),
            Ok(None) if largest.bytes() <= SETUP_SIZE => Outcome::pass(),
            Ok(None) if largest.bytes() <= u64::from(DEFAULT_SIZE) => Outcome::undecided(format!(
                "no limit is set, and what is taken then is not known: {SETUP_SIZE} bytes, as \
                 setup writes, or the schema's {DEFAULT_SIZE}"
            )),
            Ok(size) => {
                let note = if size.is_none() {
                    " at most, as no limit is set"
                } else {
                    ""
                };
                let size = size.unwrap_or(DEFAULT_SIZE);
                let evidence = place.evidence(
                    MAX_MESSAGE_SIZE,
                    format!("{} or more, or 0 for no limit", largest.bytes()),
                );
                Outcome::Fail(
                    Finding::for_role(
                        AdminRole::Server,
                        format!(
                            "`{}` takes messages up to {}{note}, a web application up to {}",
                            place.subject(),
                            Size::in_words(size.into()),
                            largest.as_str()
                        ),
                        "Raise Limit message size in the virtual server's properties, Messages; \
                         encoding makes attachments a third larger",
                    )
                    .with_evidence([evidence]),
                )
            }
        }
    })
}
