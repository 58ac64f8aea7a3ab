//! Rules about every name of the farm: where it leads, whether anything listens, whether the name
//! servers agree.

use super::*;

/// A name that is asked for.
pub(super) struct Named {
    ascii: String,
    /// As it was typed; of a mail exchanger, as its MX record has it.
    shown: String,
    /// The KEY it comes from.
    key: String,
}

impl Named {
    fn domain(domain: &DomainName, key: &str) -> Self {
        Self {
            ascii: domain.ascii().to_owned(),
            shown: domain.as_str().to_owned(),
            key: key.to_owned(),
        }
    }
}

/// The names that mail is sent to, as far as they are known.
pub(super) fn mail_names(case: &Case<'_>, view: &View<'_>) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    if let Ok(domain) = display(case.farm) {
        match view.exchangers(domain.ascii()) {
            Looked::Known(all) => {
                let hosts = all
                    .into_iter()
                    .filter(|exchanger| !exchanger.is_root() && !exchanger.is_literal());
                names.extend(
                    hosts.map(|Exchanger { host, .. }| match host == domain.ascii() {
                        true => Named::domain(domain, DISPLAY),
                        false => Named {
                            ascii: host.clone(),
                            shown: host,
                            key: DISPLAY.to_owned(),
                        },
                    }),
                );
            }
            Looked::Absent => names.push(Named::domain(domain, DISPLAY)),
            Looked::Unknown(_) => {}
        }
    }
    names.extend(
        smtp_server(case.farm)
            .ok()
            .map(|name| Named::domain(name, SMTP)),
    );
    once(names)
}

/// All names that are asked for, as far as they are known.
pub(super) fn all_names(case: &Case<'_>, view: &View<'_>) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    names.extend(
        display(case.farm)
            .ok()
            .map(|domain| Named::domain(domain, DISPLAY)),
    );
    names.extend(mail_names(case, view));
    for server in case
        .farm
        .servers
        .iter()
        .filter_map(|server| server.name.as_ref())
    {
        let (ascii, shown) = (server.ascii(), server.as_str().to_owned());
        if ascii.contains('.') {
            names.push(Named {
                ascii,
                key: format!("server.{shown}.name"),
                shown,
            });
        }
    }
    once(names)
}

pub(super) fn once(mut names: Vec<Named>) -> Vec<Named> {
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.ascii.clone()));
    names
}

pub(super) fn loopback(case: &Case<'_>) -> Vec<RuleResult> {
    let judged = per_server(case, DISPLAY, |view| {
        let names = all_names(case, view).into_iter();
        names
            .map(|name| RuleResult::new(&name.shown, leading_nowhere(view, &name)).about(&name.key))
            .collect()
    });
    match judged.is_empty() {
        true => vec![RuleResult::new(
            DISPLAY,
            Outcome::not_applicable("no name is recorded"),
        )],
        false => judged,
    }
}

pub(super) fn leading_nowhere(view: &View<'_>, name: &Named) -> Outcome {
    let (addresses, open) = view.addresses_so_far(&name.ascii);
    let odd: Vec<IpAddr> = addresses.iter().copied().filter(leads_nowhere).collect();
    match open {
        _ if !odd.is_empty() => Outcome::Fail(loopback_finding(view, name, &odd)),
        Some(why) => Outcome::undecided(why),
        None if addresses.is_empty() => Outcome::not_applicable("it has no address"),
        None => Outcome::pass(),
    }
}

pub(super) fn loopback_finding(view: &View<'_>, name: &Named, odd: &[IpAddr]) -> Finding {
    let message = format!(
        "`{}` leads to {}, which is never another machine",
        name.shown,
        list(odd)
    );
    Finding::for_role(
        AdminRole::Dns,
        message,
        "Correct its address record: it must hold the server's own address",
    )
    .with_evidence(view.address_evidence(&name.ascii, "an address of a machine"))
}

/// Loopback, unspecified and multicast addresses, also as IPv4 in IPv6 (RFC 4291 2.5.5.2).
pub(super) fn leads_nowhere(address: &IpAddr) -> bool {
    let plain = address.to_canonical();
    plain.is_loopback() || plain.is_unspecified() || plain.is_multicast()
}

pub(super) fn ipv6_silent(case: &Case<'_>) -> Vec<RuleResult> {
    let is_told = display(case.farm).is_ok_and(|domain| is_told(case, domain));
    let judged = per_server(case, DISPLAY, |view| {
        let names = mail_names(case, view).into_iter();
        let mut judged: Vec<RuleResult> = names
            .map(|name| RuleResult::new(&name.shown, listening(view, &name)).about(&name.key))
            .collect();
        if let Ok(domain) = display(case.farm)
            && !is_told
        {
            let why = view.unknown(domain.ascii(), RecordKind::Mx);
            judged.push(RuleResult::new(domain.as_str(), Outcome::undecided(why)));
        }
        judged
    });
    match (judged.is_empty(), display(case.farm)) {
        // A short display address is not asked for, so where its mail goes is open.
        (true, Err(outcome)) => vec![RuleResult::new(DISPLAY, outcome)],
        (true, Ok(_)) => {
            let why = "mail goes to no name whose addresses could be looked at";
            vec![RuleResult::new(DISPLAY, Outcome::not_applicable(why))]
        }
        (false, _) => judged,
    }
}

/// Whether something listens at each IPv6 address of a name.
pub(super) fn listening(view: &View<'_>, name: &Named) -> Outcome {
    let records = match view.answer(&name.ascii, RecordKind::Aaaa) {
        Answer::Absent(_) => return Outcome::not_applicable("it has no IPv6 address"),
        Answer::Known(records) if view.has(&name.ascii, RecordKind::Aaaa).is_some() => records,
        _ => return Outcome::undecided(view.unknown(&name.ascii, RecordKind::Aaaa)),
    };
    let port = view.farm.probe.smtp_port.map_or(25, |port| port.0);
    let mut accepted = Vec::new();
    let mut refused = Vec::new();
    let mut open = None;
    for address in records.iter().filter_map(|record| record.data.address()) {
        let target = SocketAddr::new(address, port);
        let asked = format!("a connection to {target}");
        let evidence = |asked, observed: &str| Evidence {
            asked,
            expected: "accepted".into(),
            observed: observed.into(),
        };
        let checks: Vec<_> = view
            .facts
            .ports
            .iter()
            .filter(|check| check.address == target)
            .collect();
        if checks.is_empty() {
            open = Some(format!(
                "{asked} was not tried; `spinmail gather dns` tries it"
            ));
        }
        for check in &checks {
            let asked = match checks.as_slice() {
                [_] => asked.clone(),
                _ => format!("{asked} from {}", observer_names(&check.observed_by)),
            };
            match &check.answer {
                Answer::Known(()) => accepted.push(evidence(asked, "accepted")),
                Answer::Absent(how) => refused.push((address, evidence(asked, how))),
                Answer::Failed(why) => {
                    open = Some(format!(
                        "{asked} gave no answer ({why}); try from where mail comes from"
                    ));
                }
                Answer::NotAsked => {
                    open = Some(format!(
                        "{asked} was not tried; `spinmail gather dns` tries it"
                    ))
                }
            }
        }
    }
    match open {
        _ if !refused.is_empty() => Outcome::Fail(silent_finding(&name.shown, port, refused)),
        Some(why) => Outcome::undecided(why),
        None => Outcome::Pass(accepted),
    }
}

pub(super) fn silent_finding(name: &str, port: u16, refused: Vec<(IpAddr, Evidence)>) -> Finding {
    let (addresses, evidence): (Vec<IpAddr>, Vec<Evidence>) = refused.into_iter().unzip();
    let addresses = list(&addresses);
    let message = format!(
        "`{name}` publishes the IPv6 address {addresses}, and nothing listens there on port {port}"
    );
    let remedy = "Take the AAAA record away, or let the SMTP service listen on that address";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(evidence)
}

pub(super) fn servers_disagree(case: &Case<'_>) -> Vec<RuleResult> {
    const SUBJECT: &str = "probe.dns-servers";
    let views = views(case);
    if views.len() < 2 {
        let why = "only one name server was asked";
        return match views.is_empty() {
            true => view::not_asked(SUBJECT),
            false => vec![RuleResult::new(SUBJECT, Outcome::not_applicable(why))],
        };
    }
    let mut names = once(
        views
            .iter()
            .flat_map(|view| all_names(case, view))
            .collect(),
    );
    if names.is_empty() {
        return vec![RuleResult::new(
            SUBJECT,
            Outcome::not_applicable("no name is recorded"),
        )];
    }
    names.sort_by(|one, two| one.ascii.cmp(&two.ascii));
    names
        .iter()
        .map(|name| RuleResult::new(&name.shown, agreement(&views, name)))
        .collect()
}

pub(super) fn is_display(farm: &Farm, name: &str) -> bool {
    display(farm).is_ok_and(|domain| domain.ascii() == name)
}

/// Whether all name servers say the same of a name.
pub(super) fn agreement(views: &[View<'_>], name: &Named) -> Outcome {
    let mut open = None;
    let mut differing = Vec::new();
    for kind in [
        RecordKind::Mx,
        RecordKind::Cname,
        RecordKind::A,
        RecordKind::Aaaa,
    ] {
        // Only the display address is asked for mail exchangers.
        if kind == RecordKind::Mx && !views.iter().all(|view| is_display(view.farm, &name.ascii)) {
            continue;
        }
        let said: Vec<_> = views
            .iter()
            .map(|view| (view, view.said(&name.ascii, kind)))
            .collect();
        let silent = said.iter().find(|(_, said)| said.is_none());
        open = open.or_else(|| silent.map(|(view, _)| view.unknown(&name.ascii, kind)));
        let mut told = said.iter().filter(|(_, said)| said.is_some());
        if let Some((_, first)) = told.next()
            && told.any(|(_, said)| said != first)
        {
            let told = said.iter().filter(|(_, said)| said.is_some());
            differing.extend(told.map(|(view, _)| {
                view.evidence(&name.ascii, kind, "the same at every name server")
            }));
        }
    }
    match open {
        _ if !differing.is_empty() => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!(
                    "the name servers give different answers for `{}`",
                    name.shown
                ),
                "If one is behind, let it fetch the zone; if they serve inside and outside on \
                 purpose, record the one that the mail's senders use",
            )
            .with_evidence(differing),
        ),
        Some(why) => Outcome::undecided(why),
        None => {
            let servers = views.iter().map(View::shown).collect::<Vec<_>>().join(", ");
            let agreed = "the same at every name server".to_owned();
            let asked = format!("{} of {servers}", name.shown);
            Outcome::Pass(vec![Evidence {
                asked,
                observed: agreed.clone(),
                expected: agreed,
            }])
        }
    }
}
