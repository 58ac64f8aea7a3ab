//! The printed schemas: inputs and outputs of the program are valid, and broken ones are not.

use crate::dns_server::DnsServer;
use crate::facts::settings_and_directory;
use crate::support::{Folder, example, root};
use crate::{explain, trace, verdicts};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::{farm, rules};

/// A schema as the program prints it, ready for validation.
struct Schema {
    all: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn printed(name: &str) -> Self {
        let run = Folder::new().run(&["schema", name]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let schema = run.json();
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        let version = match name {
            "farm" | "trace" => 1,
            _ => 2,
        };
        let id = format!("urn:spinmail:{name}:{version}");
        assert_eq!(schema["$id"], json!(id));
        for word in ["title", "description"] {
            assert!(
                schema[word].as_str().is_some_and(|text| !text.is_empty()),
                "{name} has no {word}"
            );
        }
        let (mut all, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource(&id, schema).expect("JSON");
        let index = compiler
            .compile(&id, &mut all)
            .unwrap_or_else(|error| panic!("{name} is not a schema: {error:#}"));
        Self { all, index }
    }

    fn fits(&self, value: &Value) -> bool {
        self.all.validate(value, self.index).is_ok()
    }

    #[track_caller]
    fn assert_fits(&self, what: &str, value: &Value) {
        if let Err(error) = self.all.validate(value, self.index) {
            panic!("{what} does not fit: {error:#}\n{value:#}");
        }
    }

    /// Asserts that the value is invalid after any field is removed, changed or added, except those
    /// named.
    #[track_caller]
    fn assert_strict(&self, value: &Value, optional: &[&str], open: bool) {
        for (place, broken) in mutations(value) {
            let name = place
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .trim_start_matches(['-', '+']);
            let may =
                optional.contains(&name) && place.contains("/-") || open && place.contains("/+");
            assert!(may || !self.fits(&broken), "{place} fits:\n{broken:#}");
        }
    }
}

/// Returns the value with each of its fields in turn removed (`-`), changed in type (`!`), or given
/// an unknown neighbour (`+`).
fn mutations(value: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            let with = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                let mut fields = fields.clone();
                change(&mut fields);
                Value::Object(fields)
            };
            all.push((
                "/+surplus".to_owned(),
                with(&|fields| drop(fields.insert("surplus".to_owned(), json!(1)))),
            ));
            for (name, value) in fields {
                all.push((
                    format!("/-{name}"),
                    with(&|fields| drop(fields.remove(name))),
                ));
                let other = if value.is_array() {
                    json!({"surplus": 1})
                } else {
                    json!([[]])
                };
                all.push((
                    format!("/!{name}"),
                    with(&|fields| drop(fields.insert(name.clone(), other.clone()))),
                ));
                for (place, broken) in mutations(value) {
                    let broken = with(&|fields| drop(fields.insert(name.clone(), broken.clone())));
                    all.push((format!("/{name}{place}"), broken));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for (place, broken) in mutations(item) {
                    let mut items = items.clone();
                    items[at] = broken;
                    all.push((format!("/{at}{place}"), Value::Array(items)));
                }
            }
        }
        _ => {}
    }
    all
}

/// Converts a TOML text to JSON; dates become texts.
fn as_json(toml: &str) -> Value {
    fn json_of(item: &toml_edit::Item) -> Value {
        if let Some(tables) = item.as_array_of_tables() {
            return tables
                .iter()
                .map(|table| json_of(&toml_edit::Item::Table(table.clone())))
                .collect();
        }
        if let Some(table) = item.as_table_like() {
            return Value::Object(
                table
                    .iter()
                    .map(|(name, item)| (name.to_owned(), json_of(item)))
                    .collect(),
            );
        }
        match item.as_value() {
            Some(toml_edit::Value::String(text)) => json!(text.value()),
            Some(toml_edit::Value::Integer(number)) => json!(number.value()),
            Some(toml_edit::Value::Boolean(flag)) => json!(flag.value()),
            Some(toml_edit::Value::Datetime(day)) => json!(day.value().to_string()),
            Some(toml_edit::Value::Array(list)) => list
                .iter()
                .map(|value| json_of(&toml_edit::Item::Value(value.clone())))
                .collect(),
            other => panic!("no farm file contains {other:?}"),
        }
    }
    let document: toml_edit::DocumentMut = toml
        .parse()
        .unwrap_or_else(|error| panic!("{error}\n{toml}"));
    json_of(document.as_item())
}

#[test]
fn farms_are_valid_by_their_schema() {
    let schema = Schema::printed("farm");
    schema.assert_fits("the example", &as_json(&example("farm.toml")));
    for rule in rules::all() {
        for heading in ["Fails", "Passes"] {
            schema.assert_fits(rule.id, &as_json(explain::example(rule, heading).0));
        }
    }
    for (farm, _) in verdicts::all() {
        schema.assert_fits("a case", &as_json(&farm));
    }
    for entry in std::fs::read_dir(root().join("tests/farms/valid")).unwrap() {
        let path = entry.unwrap().path();
        // This parser does not accept a BOM.
        let text = std::fs::read_to_string(&path).unwrap();
        schema.assert_fits(&path.to_string_lossy(), &as_json(farm::without_bom(&text)));
    }
}

#[test]
fn a_broken_farm_is_invalid() {
    let schema = Schema::printed("farm");
    let required = |row: &&farm::Setting| row.required;
    let all: Vec<&str> = farm::SETTINGS
        .iter()
        .map(|row| row.name)
        .chain(farm::Table::ALL.map(farm::Table::name))
        .collect();
    let needed: Vec<&str> = farm::SETTINGS
        .iter()
        .filter(required)
        .map(|row| row.name)
        .collect();
    let mut farm = as_json(&example("farm.toml"));
    farm["farm"].as_object_mut().unwrap().remove("name");
    let optional: Vec<&str> = all
        .into_iter()
        .filter(|name| !needed.contains(name))
        .collect();
    schema.assert_strict(&farm, &optional, false);
    for (place, odd) in [
        ("/incoming-email/mode", json!("manual")),
        ("/incoming-email/safe-servers", json!("none")),
        ("/directory-management/approve/0", json!("everything")),
        ("/probe/smtp-port", json!(0)),
        ("/accept/0/until", json!("soon")),
    ] {
        let mut farm = as_json(&(example("farm.toml") + "until = 2027-01-31\n"));
        farm["probe"]["smtp-port"] = json!(25);
        schema.assert_fits(place, &farm);
        *farm.pointer_mut(place).unwrap() = odd;
        assert!(!schema.fits(&farm), "{place}");
    }
}

#[test]
fn facts_are_valid_by_their_schema() {
    let schema = Schema::printed("facts");
    let facts: Value = serde_json::from_str(&example("facts.json")).unwrap();
    schema.assert_fits("the example", &facts);
    for rule in rules::all() {
        for heading in ["Fails", "Passes"] {
            let facts = explain::example(rule, heading).1;
            // A page without facts has an empty value.
            if facts != Facts::default() {
                schema.assert_fits(rule.id, &serde_json::to_value(facts).unwrap());
            }
        }
    }
}

#[test]
fn gathered_merged_and_redacted_facts_are_valid_by_their_schema() {
    let schema = Schema::printed("facts");
    let zone = "fabrikam.test ZONE\nsharepoint.fabrikam.test MX 10 sp1.fabrikam.test\nsp1.fabrikam.test A 127.0.0.1\n\
                sp1.fabrikam.test AAAA ::1\nwww.fabrikam.test FAULT servfail";
    let dns = DnsServer::start(zone);
    let folder = Folder::with_farm(&format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"sharepoint.fabrikam.test\"\n\
         [[server]]\nname = \"www.fabrikam.test\"\n[probe]\ndns-servers = [\"{}\"]\ntimeout = \"1s\"\nsmtp-port = 1\n",
        dns.address
    ));
    for (server, name) in [("sp1", "one.json"), ("sp2", "two.json")] {
        assert_eq!(
            folder
                .run(&["gather", "--server", server, "--out", name])
                .code,
            0
        );
        schema.assert_fits(name, &serde_json::from_str(&folder.read(name)).unwrap());
    }
    let mut other: Value = serde_json::from_str(&folder.read("two.json")).unwrap();
    other["dns"]["lookups"][0]["answer"] =
        json!({"failed": {"kind": "timed-out", "detail": "timed out"}});
    folder.write("two.json", other.to_string());
    for redact in [&[][..], &["--redact"]] {
        let merged = folder.run(
            &[
                &["gather", "--facts", "one.json", "--facts", "two.json"],
                redact,
            ]
            .concat(),
        );
        assert_eq!(merged.code, 0, "{merged:?}");
        assert!(merged.out.contains("\"seen\""));
        schema.assert_fits("merged", &merged.json());
    }
}

#[test]
fn broken_facts_are_invalid() {
    let schema = Schema::printed("facts");
    let mut facts: Value = serde_json::from_str(&example("facts.json")).unwrap();
    // Nearly all fields about the contents of a folder are optional.
    facts["folder"] = json!({
        "folders": [{
            "path": r"C:\inetpub\mailroot\drop",
            "contents": {"known": {}},
            "descriptor": {"known": {"from": "sddl", "text": "D:(A;OICI;FA;;;SY)"}},
            "accounts": [{"name": r"FABRIKAM\sp_farm", "sid": {"known": "S-1-5-21-1-2-3-1104"}}]}],
        "aliases": {"from": "aliases.txt", "names": ["docs"]},
    });
    for (part, value) in settings_and_directory() {
        facts[part] = value;
    }
    let optional = [
        "farm",
        "gathered",
        "dns",
        "smtp",
        "servers-from",
        "ports",
        "zone",
        "tls",
        "version",
        "iis",
        "looked",
        "metabase",
        "written",
        "service",
        "folders",
        "oldest",
        "newest",
        "odd",
        "private",
        "directory",
        "attempts",
        "needs-signing",
        "kind",
        "connection",
        "bound-as",
        "host",
        "token",
        "schema",
        "container",
        "guid",
        "descriptor",
        "above",
        "sample",
        "effective",
        "raw",
        "sddl",
        "writable",
        "folder",
        "contents",
        "sid",
        "aliases",
        "accounts",
        "server",
        "control",
        "computed-control",
        "expires",
        "members",
        "all-named",
        "incomplete",
        "others",
        "unreadable",
        "value",
        "names",
        "encodings",
        "mapi",
        "targets",
        "authenticated",
        "without-version",
        "long-aliases",
        "groups-without-address",
        "shared",
        "shared-beyond",
        "shared-unknown",
        "mail-enabled",
        "closed-contacts",
        "aliases-over-64",
        "forest",
        "sample-has-nested",
        "parent",
        "DropDirectory",
        "RouteAction",
        "ServerAutoStart",
        "ServerBindings",
        "SmartHost",
    ];
    // Unknown fields of a later spinmail are kept, so they are valid.
    schema.assert_strict(&facts, &optional, true);
    for (place, odd) in [
        ("/facts", json!(1)),
        ("/facts", json!(3)),
        ("/gathered", json!("yesterday")),
        ("/dns/servers/0", json!("nowhere")),
        ("/dns/lookups/0/type", json!("TXT")),
        ("/dns/lookups/0/answer", json!("perhaps")),
        ("/dns/lookups/0/answer", json!({"failed": "timed out"})),
        (
            "/dns/lookups/0/answer",
            json!({"failed": {"kind": "other"}}),
        ),
        ("/dns/lookups/0/answer/known/0/type", json!("TXT")),
        ("/iis/servers/0/looked", json!("yesterday")),
        ("/iis/servers/0/folders/0/role", json!("attic")),
        ("/iis/servers/0/metabase", json!("perhaps")),
        ("/iis/servers/0/service/known/state", json!("asleep")),
        ("/folder/folders/0/path", json!(7)),
        ("/folder/folders/0/descriptor/known/from", json!("hearsay")),
        ("/folder/folders/0/accounts/0/sid/known", json!("sp_farm")),
        ("/folder/aliases/names", json!("docs")),
        (
            "/directory/connection/known/protection",
            json!("a wax seal"),
        ),
        ("/directory/accounts/0/answer/known/sid", json!("sp_admin")),
    ] {
        let mut facts = facts.clone();
        *facts.pointer_mut(place).unwrap() = odd;
        assert!(!schema.fits(&facts), "{place}");
    }
}

#[test]
fn reports_are_valid_by_their_schema() {
    let schema = Schema::printed("report");
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder.write("broken.toml", "[farm]\nnam = 1\nversion = 2016\n[");
    folder.write("mistakes.toml", "[farm]\nnam = 1\nversion = \"2015\"\n");
    std::fs::create_dir(folder.path("fleet")).unwrap();
    for (at, text) in [example("farm.toml"), "[".to_owned(), String::new()]
        .iter()
        .enumerate()
    {
        folder.write(&format!("fleet/{at}.toml"), text);
    }
    let accepted = example("farm.toml")
        + "until = 2027-01-31\n[[accept]]\nrule = \"dns-no-mx\"\nreason = \"r\"\n";
    folder.write("accepted.toml", accepted);
    for arguments in [
        &["validate"][..],
        &["validate", "broken.toml"],
        &["validate", "mistakes.toml"],
        &["validate", "absent.toml"],
        &["validate", "fleet"],
        &["validate", "farm.toml", "broken.toml", "absent.toml"],
        &["verify", "--facts", "facts.json"],
        &["verify", "--facts", "facts.json", "--file", "accepted.toml"],
        &["verify", "dns", "--facts", "facts.json"],
    ] {
        let run = folder.run(&[arguments, &["--format", "json"]].concat());
        schema.assert_fits(&arguments.join(" "), &run.json());
    }
}

/// Returns the traces of a message to `docs` for the *Fails* and *Passes* examples of every rule,
/// if the farm has an address for it.
fn traces_of_pages() -> Vec<(String, Value)> {
    let folder = Folder::new();
    let mut traces = Vec::new();
    for (rule, heading) in rules::all().flat_map(|rule| [(rule, "Fails"), (rule, "Passes")]) {
        if rule.hop.is_none() {
            continue;
        }
        let (toml, facts) = explain::example(rule, heading);
        let farm = as_json(toml);
        let Some(domain) = farm["incoming-email"]["display-address"].as_str() else {
            continue;
        };
        folder.write("farm.toml", toml);
        folder.write("facts.json", facts.to_json());
        let address = format!("docs@{domain}");
        let run = folder.run(&[
            "trace",
            &address,
            "--facts",
            "facts.json",
            "--format",
            "json",
        ]);
        // A display address that is not a domain cannot be traced.
        if run.code != 2 {
            traces.push((format!("{} {heading}", rule.id), run.json()));
        }
    }
    traces
}

#[test]
fn traces_are_valid_by_their_schema_in_every_state() {
    let schema = Schema::printed("trace");
    let mut states = std::collections::BTreeSet::new();
    let mut traces = traces_of_pages();
    traces.extend(trace::traces_of_every_state());
    for (name, found) in &traces {
        schema.assert_fits(name, found);
        let hops = found["hops"].as_array().expect("hops").iter();
        states.extend(hops.filter_map(|hop| hop["state"].as_str()));
    }
    assert_eq!(
        states.into_iter().collect::<Vec<_>>(),
        [
            "may stop",
            "not known",
            "not looked at",
            "not on the route",
            "ok",
            "recorded",
            "stopped"
        ]
    );
    // An address of another domain is an error, and has no trace.
    let folder = Folder::with_farm(&example("farm.toml"));
    let run = folder.run(&["trace", "docs@elsewhere.example", "--format", "json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
}

#[test]
fn a_broken_trace_is_invalid() {
    let schema = Schema::printed("trace");
    let mut traces = trace::traces_of_every_state().into_iter();
    let is_stopped = |(_, trace): &(String, Value)| trace["end"].is_object();
    let (_, stopped) = traces.find(is_stopped).expect("one that stops");
    schema.assert_strict(&stopped, &[], false);
    for (place, odd) in [
        ("/trace", json!(2)),
        ("/end/state", json!("ok")),
        ("/end/hop", json!("elsewhere")),
        ("/hops/0/state", json!("passes")),
        ("/routes/0/route", json!("both")),
    ] {
        let mut broken = stopped.clone();
        *broken.pointer_mut(place).unwrap() = odd;
        assert!(!schema.fits(&broken), "{place}");
    }
}

#[test]
fn a_broken_report_is_invalid() {
    let schema = Schema::printed("report");
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder.write("mistakes.toml", "[farm]\nnam = 1\nversion = \"2015\"\n");
    let judged = folder
        .run(&["verify", "--facts", "facts.json", "--format", "json"])
        .json();
    // One verdict of each kind is enough.
    let mut few = judged.clone();
    let mut seen = std::collections::BTreeSet::new();
    let kind = |verdict: &Value| {
        let has_actions = verdict["remedy"]["actions"]
            .as_array()
            .is_some_and(|actions| !actions.is_empty());
        (
            verdict["outcome"].to_string(),
            verdict["accepted"].is_null(),
            has_actions,
        )
    };
    few["verdicts"]
        .as_array_mut()
        .unwrap()
        .retain(|verdict| seen.insert(kind(verdict)));
    schema.assert_fits("a report", &few);
    schema.assert_strict(&few, &["run"], false);
    let unreadable = folder
        .run(&["validate", "mistakes.toml", "--format", "json"])
        .json();
    schema.assert_fits("an unreadable file", &unreadable);
    schema.assert_strict(&unreadable, &["more", "run"], false);
    let several = folder
        .run(&["validate", "farm.toml", "mistakes.toml", "--format", "json"])
        .json();
    schema.assert_strict(
        &json!({"report": 2, "files": [several["files"][1]], "run": several["run"]}),
        &["more"],
        false,
    );
    for (place, odd) in [
        ("/report", json!(1)),
        ("/verdicts/0/outcome", json!("passed")),
        ("/verdicts/0/severity", json!("fatal")),
        ("/verdicts/0/area", json!("elsewhere")),
        ("/verdicts/0/rule", json!("No Rule")),
        ("/counts/pass", json!(-1)),
        ("/counts/pass", json!(1.5)),
    ] {
        let mut broken = few.clone();
        *broken.pointer_mut(place).unwrap() = odd;
        assert!(!schema.fits(&broken), "{place}");
    }
}
