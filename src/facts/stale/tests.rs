//! What is left of facts, and what is said of the rest.

use super::super::{Answer, DnsFacts, IisFacts, IisServer, SmtpFacts, SmtpTarget, VERSION};
use super::*;

const NOW: &str = "2026-11-30T08:00:00Z";
const DAY: Duration = Duration::from_secs(86_400);

fn source(gathered: Option<&str>, areas: &[&str]) -> FactsSource {
    FactsSource {
        gathered: gathered.map(str::to_owned),
        version: VERSION,
        areas: areas.iter().map(|area| (*area).to_owned()).collect(),
        ..FactsSource::default()
    }
}

/// Returns facts about DNS and SMTP that come from these sources.
fn facts(sources: Vec<FactsSource>) -> Facts {
    Facts {
        dns: Some(DnsFacts::default()),
        smtp: Some(SmtpFacts::default()),
        sources,
        ..Facts::default()
    }
}

fn stale(sources: Vec<FactsSource>) -> Vec<(Area, String)> {
    let left = facts(sources).without_older_than(DAY, NOW);
    assert_eq!(left.dns.is_none(), left.stale(Area::Dns).is_some());
    assert_eq!(left.smtp.is_none(), left.stale(Area::Smtp).is_some());
    let stale = left.stale.into_iter();
    stale.map(|stale| (stale.area, stale.why)).collect()
}

#[test]
fn the_oldest_source_of_an_area_decides() {
    let fresh = || source(Some("2026-11-30T07:00:00Z"), &["dns"]);
    let old = || source(Some("2026-11-21T07:00:00Z"), &["smtp"]);
    assert_eq!(
        stale(vec![fresh(), old()]),
        [(
            Area::Smtp,
            "the facts about smtp are 9 days old, and `--max-age` allows 1 day; gather them again"
                .to_owned()
        )]
    );
    let both = source(Some("2026-11-30T06:00:00Z"), &["dns", "smtp"]);
    assert_eq!(stale(vec![both.clone(), fresh()]), []);
    assert_eq!(stale(vec![both.clone(), old()]).len(), 1);
    let mixed = facts(vec![both, old(), fresh()]);
    assert_eq!(
        mixed.oldest_gathered(Area::Smtp),
        Some("2026-11-21T07:00:00Z")
    );
    assert_eq!(
        mixed.oldest_gathered(Area::Dns),
        Some("2026-11-30T06:00:00Z")
    );
}

#[test]
fn facts_of_unknown_age_are_too_old() {
    for gathered in [None, Some("yesterday")] {
        let unknown = facts(vec![
            source(Some(NOW), &["dns"]),
            source(gathered, &["dns"]),
        ]);
        assert_eq!(unknown.oldest_gathered(Area::Dns), None);
        let stale = stale(unknown.sources);
        assert_eq!(stale.len(), 2, "no source is about smtp: {stale:?}");
        assert!(stale.iter().all(|(area, why)| {
            why.starts_with(&format!(
                "the facts about {} do not say how old they are,",
                area.name()
            ))
        }));
    }
}

#[test]
fn a_source_that_does_not_say_its_areas_may_be_about_any() {
    let stale = stale(vec![source(Some("2026-11-01T00:00:00Z"), &[])]);
    assert_eq!(stale.len(), 2);
}

#[test]
fn the_limit_itself_and_a_small_lead_are_new_enough() {
    for gathered in ["2026-11-29T08:00:00Z", "2026-11-30T08:05:00Z"] {
        assert_eq!(stale(vec![source(Some(gathered), &[])]), [], "{gathered}");
    }
    let ahead = source(Some("2026-12-24T08:00:00Z"), &["dns"]);
    let fresh = source(Some(NOW), &["dns", "smtp"]);
    assert_eq!(
        stale(vec![ahead, fresh]),
        [(
            Area::Dns,
            "the facts about dns are dated 24 days in the future, which does not show their \
             age, and `--max-age` allows 1 day; gather them again"
                .to_owned()
        )]
    );
    assert_eq!(
        stale(vec![source(Some("2026-11-29T07:59:59Z"), &[])]).len(),
        2
    );
}

/// Of an area with old and new facts, the old ones alone go: by who observed them, or by their
/// server.
#[test]
fn old_records_go_and_new_ones_stay() {
    let of = |server: &str, gathered: &str| FactsSource {
        server: Some(server.to_owned()),
        ..source(Some(gathered), &["smtp", "iis"])
    };
    let seen = |server: &str, gathered: &str| {
        Observation::new(Some(server.to_owned()), Some(gathered.to_owned()))
    };
    const NEW: &str = "2026-11-30T07:00:00Z";
    const OLD: &str = "2026-11-27T07:00:00Z";
    let target = |host: &str, observed_by: Vec<Observation>| SmtpTarget {
        observed_by,
        ..SmtpTarget::new(host, ([10, 0, 0, 1], 25).into(), Answer::NotAsked)
    };
    let server = |name: &str| IisServer {
        server: name.to_owned(),
        ..IisServer::default()
    };
    let mut both = facts(vec![of("sp1", NEW), of("sp2", OLD)]);
    both.dns = None;
    both.smtp = Some(SmtpFacts {
        targets: vec![
            target("a", vec![seen("sp1", NEW)]),
            target("b", vec![seen("sp2", OLD)]),
            target("c", vec![seen("sp1", NEW), seen("sp2", OLD)]),
        ],
        ..SmtpFacts::default()
    });
    both.iis = Some(IisFacts {
        servers: vec![server("sp1"), server("SP2")],
        ..IisFacts::default()
    });
    let left = both.without_older_than(DAY, NOW);
    let hosts: Vec<(String, usize)> = left
        .smtp
        .iter()
        .flat_map(|smtp| &smtp.targets)
        .map(|target| (target.host.clone(), target.observed_by.len()))
        .collect();
    assert_eq!(hosts, [("a".to_owned(), 1), ("c".to_owned(), 1)]);
    let servers = left.iis.iter().flat_map(|iis| &iis.servers);
    let servers: Vec<&str> = servers.map(|server| server.server.as_str()).collect();
    assert_eq!(servers, ["sp1"]);
    for (area, name) in [(Area::Smtp, "b"), (Area::Iis, "SP2")] {
        let why = format!(
            "the facts about {} of `{name}` are 3 days old, and `--max-age` allows 1 day; gather \
             them again",
            area.name()
        );
        assert_eq!(left.stale_names(area), [(name, why.as_str())]);
        assert_eq!(left.stale(area), None, "{name}");
    }
}
