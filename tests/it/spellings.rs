//! Names in facts from a person or another program: capitals, a final dot, Unicode. All spellings
//! of a name are one name.

use crate::one_cause::World;
use crate::topologies::facts;
use serde_json::{Value, json};

/// Changes every name in DNS facts.
fn respell(dns: &mut Value, spell: &dyn Fn(&str) -> String) {
    for lookup in dns["lookups"].as_array_mut().expect("a list") {
        for place in ["/name", "/zone"] {
            change(lookup, place, spell);
        }
        let Some(records) = lookup.pointer_mut("/answer/known") else {
            continue;
        };
        for record in records.as_array_mut().expect("a list") {
            for place in ["/owner", "/exchange", "/target"] {
                change(record, place, spell);
            }
        }
    }
}

fn change(value: &mut Value, place: &str, spell: &dyn Fn(&str) -> String) {
    if let Some(name) = value.pointer_mut(place) {
        *name = json!(spell(name.as_str().expect("a name")));
    }
}

/// Returns the rule, subject and outcome of each verdict.
fn verdicts(world: &World) -> Vec<String> {
    let json = world.verified(&["--format", "json"]).json();
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    verdicts
        .map(|each| format!("{} {} {}", each["rule"], each["subject"], each["outcome"]))
        .collect()
}

/// Returns a farm with Unicode names, and DNS facts with these names in ASCII.
fn international() -> World {
    let mut world = World::sound();
    world.farm = world.farm.replace("contoso.com", "b\u{fc}cher.test");
    let text = world.facts.to_string();
    let text = text.replace("contoso.com", "xn--bcher-kva.test");
    world.facts = serde_json::from_str(&text).expect("JSON");
    world
}

/// What a spelling is called, and how it spells a name.
type Spelling<'a> = (&'a str, &'a dyn Fn(&str) -> String);

#[test]
fn names_in_dns_facts_are_judged_in_any_spelling() {
    let unicode = |name: &str| name.replace("xn--bcher-kva", "B\u{dc}CHER");
    let spellings: [Spelling<'_>; 4] = [
        ("capitals", &|name| name.to_uppercase()),
        ("a final dot", &|name| format!("{name}.")),
        ("capitals and a final dot", &|name| {
            format!("{}.", name.to_uppercase())
        }),
        ("Unicode", &unicode),
    ];
    for (kind, sound) in [
        ("ASCII", World::sound as fn() -> World),
        ("IDN", international),
    ] {
        let expected = verdicts(&sound());
        let dns = expected.iter().filter(|each| each.starts_with("\"dns-"));
        let undecided = dns.filter(|each| each.contains("undecided"));
        assert_eq!(undecided.count(), 0, "{expected:#?}");
        for (name, spell) in spellings {
            let mut world = sound();
            respell(&mut world.facts["dns"], spell);
            assert_eq!(verdicts(&world), expected, "{kind} {name}");
        }
    }
}

/// A question in two spellings is one question, and the newer answer counts.
#[test]
fn spellings_of_one_question_are_merged() {
    let mut world = World::sound();
    let mut old = world.facts.clone();
    world.facts["gathered"] = json!(crate::support::now());
    old["gathered"] = json!("2026-11-01T08:00:00Z");
    old["dns"] = facts::dns(
        "inside A sp1.contoso.com 10.0.0.99\ninside MX 10 sp.contoso.com old.contoso.com",
    );
    respell(&mut old["dns"], &|name| format!("{}.", name.to_uppercase()));
    let folder = crate::support::Folder::with_farm(&world.farm);
    folder.write("old.json", old.to_string());
    folder.write("new.json", world.facts.to_string());
    let run = folder.run(&[
        "verify", "dns", "--facts", "old.json", "--facts", "new.json",
    ]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(!run.out.contains("10.0.0.99"), "{}", run.out);
}

/// A server's short name in facts is its name, if no other server has it.
#[test]
fn short_names_of_servers_in_facts_count_in_each_area() {
    let expected = verdicts(&World::sound());
    for name in ["sp1", "SP1", "SP1.Contoso.com."] {
        let mut world = World::sound();
        world.at("/iis/servers/0")["server"] = json!(name);
        world.at("/folder/folders/0")["server"] = json!(name);
        assert_eq!(verdicts(&world), expected, "{name}");
    }
}
