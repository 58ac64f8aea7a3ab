//! The SMTP service's settings through the program: a copied metabase gathered, judged, traced. The metabases are made
//! up for the tests.

use crate::support::{Folder, Run, root};
use serde_json::{Value, json};

const FARM: &str = r#"
[farm]
version = "2016"
central-administration-account = 'F\a'
timer-account = 'F\a'
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\Drop'
[[server]]
name = "sp1.fabrikam.com"
os = "2016"
role = "application"
incoming-email-service = true
smtp-service = true
"#;

const SECOND: &str = "[[server]]\nname = \"sp2.fabrikam.com\"\nos = \"2016\"\nrole = \"application\"\n\
                      incoming-email-service = false\nsmtp-service = true\n";

fn fixture(name: &str) -> String {
    root().join("tests/metabase").join(name).to_string_lossy().into_owned()
}

/// The outcome of each rule of the area, without the area's name: `alias-domain-missing` → `pass`.
fn outcome(run: &Run, rule: &str) -> Vec<String> {
    let id = format!("iis-{rule}");
    let verdicts = run.json()["verdicts"].as_array().unwrap_or_else(|| panic!("{run:#?}")).clone();
    let those = verdicts.iter().filter(|verdict| verdict["rule"] == id.as_str());
    those.map(|verdict| verdict["outcome"].as_str().unwrap().to_owned()).collect()
}

fn verify(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&["verify", "alias-domains", "--format", "json"], arguments].concat())
}

#[test]
fn a_copied_metabase_is_judged() {
    let folder = Folder::with_farm(FARM);
    for (file, rule, expected) in [
        ("alias.xml", "alias-domain-missing", "pass"),
        ("alias.xml", "drop-directory-differs", "pass"),
        ("alias.xml", "relay-open", "pass"),
        ("default-domain.xml", "alias-domain-missing", "pass"),
        ("default-domain.xml", "relay-list-odd", "fail"),
        ("remote-domain.xml", "alias-domain-missing", "not-applicable"),
        ("remote-domain.xml", "domain-not-alias", "fail"),
        ("server-2022.xml", "relay-open", "pass"),
        ("utf-16.xml", "relay-open", "fail"),
    ] {
        let run = verify(&folder, &["--metabase", &fixture(file), "--server", "sp1.fabrikam.com"]);
        assert_eq!(outcome(&run, rule), [expected], "{file} {rule}\n{run:#?}");
        // A copy does not tell whether the service runs.
        assert_eq!(outcome(&run, "service-stopped"), ["undecided"]);
    }
    let two = verify(&folder, &["--metabase", &fixture("several-servers.xml")]);
    assert_eq!(outcome(&two, "several-servers"), ["fail"]);
    assert_eq!(outcome(&two, "server-stopped"), ["pass", "not-applicable"]);
}

#[test]
fn gathered_here_and_judged_there() {
    let folder = Folder::with_farm(FARM);
    let file = fixture("remote-domain.xml");
    let gather =
        folder.run(&["gather", "iis", "--metabase", &file, "--server", "SP1.fabrikam.com", "--out", "facts.json"]);
    assert_eq!(gather.code, 0, "{gather:#?}");
    let facts: Value = serde_json::from_str(&folder.read("facts.json")).unwrap();
    let server = &facts["iis"]["servers"][0];
    assert_eq!((&server["server"], &server["smtp-service"]), (&json!("sp1.fabrikam.com"), &json!("not-asked")));
    assert_eq!(server["gathered"], facts["gathered"]);
    // The raw text is kept, so that a later version can judge it again.
    let domain = &server["metabase"]["known"]["keys"]["servers"][0]["domains"][0];
    assert_eq!(
        (&domain["name"], &domain["properties"]["RouteAction"]["raw"]),
        (&json!("SharePoint.Fabrikam.com"), &json!("0"))
    );
    let (live, later) = (verify(&folder, &["--metabase", &file]), verify(&folder, &["--facts", "facts.json"]));
    assert_eq!((live.code, later.code), (1, 1));
    assert_eq!(live.out, later.out);
    // Nothing else was gathered, so nothing else is judged.
    let all = folder.run(&["verify", "--facts", "facts.json", "--format", "json"]);
    assert!(all.err.contains("nothing about dns") && !all.err.contains("nothing about iis"), "{}", all.err);
    assert_eq!(outcome(&all, "domain-not-alias"), ["fail"]);
}

#[track_caller]
fn refused(folder: &Folder, arguments: &[&str], phrases: &[&str]) {
    let run = folder.run(arguments);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    for phrase in phrases {
        assert!(run.err.contains(phrase), "no `{phrase}` in:\n{}", run.err);
    }
}

#[test]
fn whose_file_it_is_must_be_clear() {
    let one = Folder::with_farm(FARM);
    let two = Folder::with_farm(&format!("{FARM}{SECOND}"));
    let alias = fixture("alias.xml");
    for command in ["gather", "verify"] {
        refused(
            &two,
            &[command, "iis", "--metabase", &alias],
            &["several servers run SMTP", "sp1.fabrikam.com, sp2.fabrikam.com"],
        );
        refused(
            &two,
            &[command, "iis", "--metabase", &alias, "--server", "sp1.fabricam.com"],
            &["records no server `sp1.fabricam.com`", "did you mean `sp1.fabrikam.com`?"],
        );
        refused(&one, &[command, "dns", "--metabase", &alias], &["`--metabase` is about the area iis"]);
        refused(&one, &[command, "iis", "--metabase", "none.xml"], &["there is no file `none.xml`"]);
        refused(
            &one,
            &[command, "iis", "--metabase", "farm.toml"],
            &["`farm.toml` is no metabase that can be read", "(line 2, column 1)", "MetaBase.xml"],
        );
    }
    refused(&one, &["verify", "--metabase", &alias, "--facts", "x"], &["cannot be used with"]);
    refused(&one, &["trace", "a@sharepoint.fabrikam.com", "--metabase", "none.xml"], &["there is no file"]);
    let nobody = Folder::with_farm("[[server]]\nname = \"sp1.fabrikam.com\"\n");
    refused(&nobody, &["gather", "iis", "--metabase", &alias], &["no server that runs SMTP", "smtp-service yes"]);
    // Named, it is looked at, and that nothing comes of it is said.
    let run = nobody.run(&["gather", "iis", "--metabase", &alias, "--server", "sp1"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(run.err.contains("is not recorded as running SMTP"), "{}", run.err);
}

#[cfg(not(windows))]
#[test]
fn what_cannot_be_seen_from_here_is_undecided() {
    let folder = Folder::with_farm(FARM);
    let run = verify(&folder, &[]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert_eq!(outcome(&run, "alias-domain-missing"), ["undecided"]);
    let text = folder.run(&["verify", "iis", "--only", "iis-alias-domain-missing"]).out;
    for phrase in ["spinmail gather iis", r"%SystemRoot%\System32\inetsrv\MetaBase.xml", "--server sp1.fabrikam.com"] {
        assert!(text.contains(phrase), "no `{phrase}` in:\n{text}");
    }
    let gather = folder.run(&["gather", "iis"]);
    assert_eq!(gather.code, 0, "{gather:#?}");
    assert_eq!(gather.json()["iis"]["servers"], json!([]));
    assert!(gather.err.contains("--metabase FILE --server NAME"), "{}", gather.err);
}

/// The states of the hops of a message by these facts about the server.
fn traced(server: &Value) -> Value {
    let folder = Folder::with_farm(FARM);
    let mut server = server.clone();
    server["server"] = json!("sp1.fabrikam.com");
    folder.write("facts.json", json!({"facts": 1, "iis": {"servers": [server]}}).to_string());
    folder.run(&["trace", "docs@sharepoint.fabrikam.com", "--facts", "facts.json", "--format", "json"]).json()
}

fn state(trace: &Value, hop: &str) -> String {
    let hops = trace["hops"].as_array().unwrap();
    let found = hops.iter().find(|row| row["hop"] == hop).unwrap_or_else(|| panic!("no hop {hop}: {trace:#}"));
    found["state"].as_str().unwrap().to_owned()
}

/// A server that runs, with nothing in its folders, and these properties and domains.
fn running(properties: &Value, route: &str) -> Value {
    let domain = json!({"name": "sharepoint.fabrikam.com", "properties": {"RouteAction": {"raw": route}}});
    let folder =
        |purpose: &str| json!({"number": 1, "purpose": purpose, "path": "x", "count": {"known": {"files": 0}}});
    json!({
        "smtp-service": {"known": {"state": "running", "start": {"known": "automatic"}}},
        "metabase": {"known": {"path": "MetaBase.xml", "keys": {"servers": [
            {"number": 1, "properties": properties, "domains": [domain]},
        ]}}},
        "folders": [folder("queue"), folder("drop"), folder("bad-mail")],
    })
}

#[test]
fn the_trace_shows_where_it_stops() {
    let drop = |path: &str| json!({"DropDirectory": {"raw": path}});
    let right = || drop(r"c:\inetpub\mailroot\drop");
    let sound = traced(&running(&right(), "16"));
    for hop in ["SMTP port", "recipient", "alias domain", "drop directory"] {
        assert_eq!(state(&sound, hop), "ok", "{hop}\n{sound:#}");
    }
    assert_eq!(sound["end"], Value::Null);
    let stopped = |mut server: Value| {
        server["smtp-service"] = json!({"known": {"state": "stopped"}});
        server
    };
    for (server, hop, rule) in [
        (running(&right(), "0"), "alias domain", "iis-domain-not-alias"),
        (running(&drop(r"D:\drop"), "16"), "drop directory", "iis-drop-directory-differs"),
        (stopped(running(&right(), "16")), "SMTP port", "iis-service-stopped"),
        (running(&json!({"ServerAutoStart": {"raw": "FALSE"}}), "16"), "SMTP port", "iis-server-stopped"),
        (running(&json!({"AuthFlags": {"raw": "AuthNTLM"}}), "16"), "recipient", "iis-anonymous-off"),
    ] {
        let trace = traced(&server);
        let end = &trace["end"];
        assert_eq!((&end["hop"], &end["state"], &end["rule"]), (&json!(hop), &json!("stopped"), &json!(rule)));
    }
    let unknown = traced(&json!({"metabase": {"failed": "access denied"}}));
    assert_eq!(state(&unknown, "alias domain"), "not known");
}

#[test]
fn a_remedy_is_a_command() {
    let folder = Folder::with_farm(FARM);
    let run = folder.run(&["verify", "iis", "--metabase", &fixture("remote-domain.xml")]);
    for phrase in [
        "RouteAction=16}",
        "'SmtpSvc/1/Domain/SharePoint.Fabrikam.com'",
        "Restart-Service -Name 'SMTPSVC'",
        "[server administrator]",
        "which is remote",
    ] {
        assert!(run.out.contains(phrase), "no `{phrase}` in:\n{}", run.out);
    }
}

#[test]
fn nothing_raw_reaches_the_terminal() {
    let folder = Folder::with_farm(FARM);
    let hostile = "<MBProperty><a Location='/LM/SmtpSvc/1' DefaultDomain='a&#x85;[31m&#x202e;b' DropDirectory='C:\\a&#x9b;b' \
                   ServerBindings='x&#x9b;y' AuthFlags='&#x200f;' RelayIpList='&#x202e;'/>\
                   <a Location='/LM/SmtpSvc/1/Domain/x&#x9b;31m&#x202e;'/></MBProperty>";
    folder.write("MetaBase.xml", hostile);
    for arguments in [
        &["verify", "iis", "--metabase", "MetaBase.xml", "--verbose"][..],
        &["verify", "iis", "--metabase", "MetaBase.xml", "--format", "table"],
        &["trace", "a@sharepoint.fabrikam.com", "--metabase", "MetaBase.xml"],
    ] {
        let run = folder.run(arguments);
        let is_raw = |text: &str| text.chars().any(|letter| letter != '\n' && spinmail::error::is_unsafe(letter));
        assert!(!is_raw(&run.out) && !is_raw(&run.err), "{arguments:?}: {run:?}");
    }
}

#[test]
fn a_file_of_many_domains_is_no_burden() {
    let folder = Folder::with_farm(FARM);
    let domains: String = (0..50_000)
        .map(|number| format!("<a Location='/LM/SmtpSvc/1/Domain/d{number}.example' RouteAction='16'/>"))
        .collect();
    folder.write("MetaBase.xml", format!("<MBProperty><a Location='/LM/SmtpSvc/1'/>{domains}</MBProperty>"));
    let start = std::time::Instant::now();
    let run = verify(&folder, &["--metabase", "MetaBase.xml"]);
    assert_eq!(outcome(&run, "alias-domain-missing"), ["fail"]);
    assert!(
        run.out.len() < 100_000 && start.elapsed().as_secs() < 20,
        "{} bytes, {:?}",
        run.out.len(),
        start.elapsed()
    );
    folder.write("MetaBase.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><MBProperty/>");
    refused(&folder, &["gather", "iis", "--metabase", "MetaBase.xml"], &["a document type (DTD) is refused"]);
}
