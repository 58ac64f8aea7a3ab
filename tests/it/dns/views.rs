//! Name servers in the inside and the outside view, and facts gathered from outside.

use super::*;
use serde_json::json;

const INSIDE: &str = "
    fabrikam.test ZONE
    sharepoint.fabrikam.test A 10.0.0.21
    sp1.fabrikam.test A 10.0.0.21
    ";
const OUTSIDE: &str = "
    fabrikam.test ZONE
    sharepoint.fabrikam.test MX 10 mail.fabrikam.test
    mail.fabrikam.test A 203.0.113.25
    ";

/// Returns a farm behind a translated address, with a name server in each view.
fn farm(outside: &DnsServer) -> String {
    let public = "smtp-service = true\npublic-addresses = [\"203.0.113.25\"]";
    let farm = FARM.replace("smtp-service = true", public);
    format!(
        "{farm}\n[probe]\noutside-dns-servers = [\"{}\"]\n",
        outside.address
    )
}

/// Returns the views in which the facts contain answers of a name server.
fn views_of(facts: &Value, server: &DnsServer) -> Vec<Value> {
    let address = server.address.to_string();
    let lookups = facts["dns"]["lookups"].as_array().expect("lookups");
    let of_server = lookups.iter().filter(|lookup| lookup["server"] == address);
    let mut views: Vec<Value> = of_server.map(|lookup| lookup["view"].clone()).collect();
    views.dedup();
    views
}

#[test]
fn each_view_is_probed_and_judged_separately() {
    let (inside, outside) = (DnsServer::start(INSIDE), DnsServer::start(OUTSIDE));
    let farm = farm(&outside);
    let facts = gather(&farm, &[inside.address]);
    assert_eq!(views_of(&facts, &inside), [Value::Null]);
    assert_eq!(views_of(&facts, &outside), [json!("outside")]);
    let verdicts = verify(&farm, &[inside.address]);
    assert_eq!(verdicts.run.code, 0);
    assert_eq!(verdicts.rules_that("fail"), [""; 0]);
    assert_eq!(verdicts.rules_that("undecided"), [""; 0]);
    assert_eq!(
        verdicts.said("dns-no-mx"),
        [
            "sharepoint.fabrikam.test (outside) pass",
            "sharepoint.fabrikam.test pass"
        ]
    );
}

#[test]
fn gathering_outside_asks_the_outside_name_servers() {
    let (inside, outside) = (DnsServer::start(INSIDE), DnsServer::start(OUTSIDE));
    let folder = folder(&farm(&outside), &[inside.address]);
    let run = folder.run(&["gather", "dns", "--view", "outside"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(views_of(&run.json(), &outside), [json!("outside")]);
    assert_eq!(inside.questions(), []);
}

#[test]
fn gathering_outside_counts_any_name_server_as_outside() {
    let outside = DnsServer::start(OUTSIDE);
    let folder = folder(FARM, &[outside.address]);
    let run = folder.run(&["gather", "dns", "--view", "outside"]);
    assert_eq!(views_of(&run.json(), &outside), [json!("outside")]);
}

/// A question to the same name server from inside and from outside counts as two questions.
#[test]
fn facts_of_both_views_are_merged() {
    let server = DnsServer::start(OUTSIDE);
    let folder = folder(FARM, &[server.address]);
    for view in ["inside", "outside"] {
        let file = format!("{view}.json");
        let run = folder.run(&["gather", "dns", "--view", view, "--out", &file]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let run = folder.run(&[
        "gather",
        "--facts",
        "inside.json",
        "--facts",
        "outside.json",
    ]);
    let mut views = views_of(&run.json(), &server);
    views.sort_by_key(ToString::to_string);
    views.dedup();
    assert_eq!(views, [json!("outside"), Value::Null]);
}
