//! Domains with more mail exchangers than any real one.

use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection};
use std::time::{Duration, SystemTime};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};
const COUNT: u16 = 200;
const DOMAIN: &str = "sharepoint.contoso.com";

/// Returns the answers of two name servers, one in each view, and the replies of each exchanger.
fn facts() -> Facts {
    let hosts: Vec<(String, String)> = (0..COUNT)
        .map(|at| {
            (
                format!("mx{at}.contoso.com"),
                format!("10.0.{}.{}", at / 100, at % 100),
            )
        })
        .collect();
    let mx = hosts.iter().map(
        |(host, _)| json!({"owner": DOMAIN, "type": "MX", "preference": 10, "exchange": host}),
    );
    let mx: Vec<Value> = mx.collect();
    let mut lookups = Vec::new();
    for (server, view) in [("10.0.0.10:53", "inside"), ("203.0.113.53:53", "outside")] {
        let mut add = |name: &str, kind: &str, answer: Value| {
            lookups.push(json!({
                "server": server, "view": view, "name": name, "type": kind, "answer": answer,
            }));
        };
        add(DOMAIN, "MX", json!({"known": mx}));
        for (host, address) in &hosts {
            let a = json!({"owner": host, "type": "A", "address": address});
            add(host, "A", json!({"known": [a]}));
            add(host, "AAAA", json!({"absent": "NODATA"}));
            add(host, "CNAME", json!({"absent": "NODATA"}));
        }
    }
    let targets = hosts.iter().map(|(host, address)| {
        json!({"host": host, "address": format!("{address}:25"), "answer": {"absent": "refused"}})
    });
    let facts = json!({
        "facts": 2,
        "gathered": "2026-11-23T00:00:00Z",
        "dns": {"servers": ["10.0.0.10:53", "203.0.113.53:53"], "lookups": lookups},
        "smtp": {"targets": targets.collect::<Vec<Value>>()},
    });
    Facts::from_json(&facts.to_string(), "many").expect("facts")
}

/// Returns the CPU time of this thread, so that other processes do not count, or the wall time if
/// the system does not provide it.
fn time_on_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    match told {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
    }
}

#[test]
fn domain_with_hundreds_of_exchangers_is_judged_in_linear_time() {
    let own = r#"
        farm.mail-from-outside = true
        incoming-email.enabled = true
        incoming-email.mode = "advanced"
        incoming-email.display-address = "sharepoint.contoso.com"
        incoming-email.drop-folder = 'C:\drop'
        [[server]]
        name = "sp1.contoso.com"
        smtp-service = true
        incoming-email-service = true
        "#;
    let hosts = (0..COUNT).map(|at| {
        format!("[[mail-host]]\nname = \"gw{at}.contoso.com\"\npasses-to = [\"sp1.contoso.com\"]\n")
    });
    let with_hosts = own.to_owned() + &hosts.collect::<String>();
    let facts = facts();
    for text in [own, &with_hosts] {
        let document = farm::read(text).expect("a farm");
        let before = time_on_processor();
        let case = Case::new(&document, &facts, TODAY);
        let verdicts = rules::judge(&case, &Selection::default());
        let elsewhere = verdicts.iter().filter(|verdict| {
            verdict.rule.id == "dns-mx-elsewhere" && verdict.outcome == OutcomeKind::Undecided
        });
        assert_eq!(elsewhere.count(), usize::from(COUNT));
        // The limit is several times the duration on a slow machine. A linear search for each name
        // took minutes.
        let taken = time_on_processor().saturating_sub(before);
        assert!(taken < Duration::from_secs(20), "{taken:?}");
    }
}
