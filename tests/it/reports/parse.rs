//! Parses every format strictly, as a consuming program does.

use roxmltree::{Document, Node};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A verdict on a rule and a subject. For an unreadable file, only the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    pub file: String,
    pub rule: String,
    pub subject: String,
    /// The outcome in the terms of the JSON report, `accepted`, or `unreadable`.
    pub outcome: String,
}

/// All verdicts of a report, sorted and without duplicates.
pub type Saying = std::collections::BTreeSet<Said>;

fn said(file: &str, rule: &str, subject: &str, outcome: &str) -> Said {
    let [file, rule, subject, outcome] = [file, rule, subject, outcome].map(str::to_owned);
    Said {
        file,
        rule,
        subject,
        outcome,
    }
}

fn unreadable(file: &str) -> Said {
    said(file, "", "", "unreadable")
}

fn left_out(file: &str, area: &str) -> Said {
    said(file, "", area, "left-out")
}

/// Returns a text as every format shows it: control characters are escaped.
fn shown(text: &str) -> String {
    spinmail::testing::text::shown(text).into_owned()
}

pub fn json(text: &str) -> Saying {
    let report: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let one = [report.clone()];
    let files = report["files"].as_array().map_or(&one[..], Vec::as_slice);
    let mut all = Saying::new();
    for entry in files {
        let file = shown(entry["file"].as_str().expect("a file"));
        if entry.get("error").is_some() {
            all.insert(unreadable(&file));
        }
        all.extend(json_coverage(&file, &entry["coverage"]));
        let verdicts = entry["verdicts"].as_array().into_iter().flatten();
        all.extend(verdicts.map(|verdict| json_verdict(&file, verdict)));
    }
    all
}

/// Returns the areas that were not judged.
fn json_coverage(file: &str, coverage: &Value) -> Vec<Said> {
    let areas = coverage["left-out"].as_array().expect("a list");
    areas
        .iter()
        .map(|area| left_out(file, area["area"].as_str().expect("an area")))
        .collect()
}

/// Parses one object per line, the farm's before those of its verdicts.
pub fn jsonl(text: &str) -> Saying {
    let mut all = Saying::new();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let (end, lines) = lines.split_last().expect("an end");
    assert_eq!(end["type"], "end");
    let mut farm = String::new();
    for line in lines {
        let file = shown(line["file"].as_str().expect("a file"));
        let kind = line["type"].as_str().expect("a type");
        if kind == "farm" {
            farm = file;
            continue;
        }
        assert_eq!(file, farm, "{kind}");
        match kind {
            "error" => {
                all.insert(unreadable(&file));
            }
            "coverage" => all.extend(json_coverage(&file, line)),
            "verdict" => {
                all.insert(json_verdict(&file, line));
            }
            other => panic!("{other}"),
        }
    }
    all
}

fn json_verdict(file: &str, verdict: &Value) -> Said {
    let outcome = if verdict["accepted"].is_null() {
        verdict["outcome"].as_str()
    } else {
        Some("accepted")
    };
    let field = |name: &str| verdict[name].as_str().expect("a text");
    said(
        file,
        field("rule"),
        &shown(field("subject")),
        outcome.expect("an outcome"),
    )
}

/// Returns a text without the escapes for characters that XML cannot contain. The program writes
/// them only in this format.
fn from_xml(text: &str) -> String {
    text.replace("\\u{fffe}", "\u{fffe}")
        .replace("\\u{ffff}", "\u{ffff}")
}

pub fn junit(text: &str) -> Saying {
    let tree = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut all = Saying::new();
    assert!(tree.root_element().has_tag_name("testsuites"));
    for suite in tree.root_element().children().filter(Node::is_element) {
        assert!(suite.has_tag_name("testsuite"), "{suite:?}");
        assert_counts(suite);
        let file = from_xml(suite.attribute("file").expect("a file"));
        let area = suite
            .descendants()
            .find(|node| node.attribute("name") == Some("left-out"))
            .map(|property| property.attribute("value").expect("an area"));
        for test in suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
        {
            match area {
                Some(area) => all.insert(left_out(&file, area)),
                None => all.insert(junit_test(&file, test)),
            };
        }
    }
    all
}

/// Asserts that the counts of a suite are those of its tests.
fn assert_counts(suite: Node<'_, '_>) {
    for (count, tag) in [
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
        ("tests", "testcase"),
    ] {
        let having = suite.descendants().filter(|node| node.has_tag_name(tag));
        let said = suite.attribute(count).map(str::parse::<usize>);
        assert_eq!(said, Some(Ok(having.count())), "{count}");
    }
}

/// Returns the verdict of a test. A passing test with a finding names it in the first line of its
/// output.
fn junit_test(file: &str, test: Node<'_, '_>) -> Said {
    let name = from_xml(test.attribute("name").expect("a name"));
    let Some((rule, subject)) = name.split_once(": ") else {
        return unreadable(file);
    };
    let children: Vec<Node<'_, '_>> = test.children().filter(Node::is_element).collect();
    let outcome = match &children[..] {
        [] => "pass",
        [one] => match one.tag_name().name() {
            "failure" => "fail",
            "error" => "undecided",
            "skipped" => "not-applicable",
            "system-out" => match one.text().and_then(|text| text.split(": ").next()) {
                Some("error" | "warning" | "note") => "fail",
                Some("accepted") => "accepted",
                Some("undecided") => "undecided",
                other => panic!("{name}: {other:?}"),
            },
            other => panic!("{name}: {other}"),
        },
        several => panic!("{name}: {several:?}"),
    };
    said(file, rule, subject, outcome)
}

pub fn sarif(text: &str) -> Saying {
    let log: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let file = |holder: &Value| {
        let uri = &holder["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().expect("a URI");
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
        let path = uri.strip_prefix("file://").unwrap_or(uri);
        shown(
            &percent_encoding::percent_decode_str(path)
                .decode_utf8()
                .expect("UTF-8"),
        )
    };
    let mut all = Saying::new();
    for result in run["results"].as_array().expect("results") {
        let is_suppressed = result["suppressions"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        let outcome = match result["kind"].as_str().expect("a kind") {
            "fail" if is_suppressed => "accepted",
            "open" => "undecided",
            "notApplicable" => "not-applicable",
            kind => kind,
        };
        assert_eq!(
            result["level"] == "none",
            result["kind"] != "fail",
            "{result}"
        );
        let subject = shown(result["properties"]["subject"].as_str().expect("a subject"));
        all.insert(said(
            &file(result),
            result["ruleId"].as_str().expect("a rule"),
            &subject,
            outcome,
        ));
    }
    let invocation = &run["invocations"][0];
    let notifications = invocation["toolExecutionNotifications"]
        .as_array()
        .expect("a list");
    let mut is_whole = true;
    for each in notifications {
        match each["descriptor"]["id"].as_str().expect("an id") {
            "file-unreadable" | "farm-not-judged" => {
                is_whole = false;
                all.insert(unreadable(&file(each)));
            }
            "area-left-out" => {
                let area = each["properties"]["area"].as_str().expect("an area");
                all.insert(left_out(&file(each), area));
            }
            "facts-judged" | "servers-without-facts" => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(invocation["executionSuccessful"], is_whole);
    all
}

/// Returns whether a line of a log states what was judged and from which facts.
fn is_log_line(line: &str) -> bool {
    line.starts_with("spinmail: ")
}

/// Parses the workflow commands of a log, as GitHub's runner does.
pub fn github(text: &str) -> Saying {
    let mut all = Saying::new();
    let lines: Vec<&str> = text.lines().collect();
    let (last, commands) = lines.split_last().expect("a summary");
    assert!(
        last.starts_with("spinmail: ") && !last.contains("::"),
        "{last}"
    );
    for line in commands.iter().filter(|line| !is_log_line(line)) {
        let (head, message) = line
            .strip_prefix("::")
            .and_then(|rest| rest.split_once("::"))
            .expect("a command");
        let (kind, properties) = head.split_once(' ').expect("properties");
        assert!(["error", "warning", "notice"].contains(&kind), "{kind}");
        let unescaped = |text: &str, pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
                .replace("%25", "%")
        };
        let properties: BTreeMap<&str, String> = properties
            .split(',')
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(name, value)| {
                (
                    name,
                    unescaped(
                        value,
                        &[("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ",")],
                    ),
                )
            })
            .collect();
        let message = unescaped(message, &[("%0A", "\n"), ("%0D", "\r")]);
        let (file, title) = (&properties["file"], &properties["title"]);
        match title.split_once(": ") {
            None if title == "area-left-out" => {
                let area = message.split(' ').next().expect("an area");
                all.insert(left_out(file, area))
            }
            None => all.insert(unreadable(file)),
            Some((rule, subject)) => {
                let outcome = match message.split(": ").next() {
                    Some("undecided") => "undecided",
                    Some("accepted") => "accepted",
                    _ => "fail",
                };
                all.insert(said(file, rule, subject, outcome))
            }
        };
    }
    all
}

/// Parses the logging commands of a log, as the agent of Azure Pipelines does: anywhere in a line.
pub fn azure(text: &str) -> Saying {
    const COMMAND: &str = "##vso[";
    let mut all = Saying::new();
    let lines: Vec<&str> = text.lines().collect();
    let (last, commands) = lines.split_last().expect("a summary");
    assert!(
        last.starts_with("spinmail: ") && !last.contains(COMMAND),
        "{last}"
    );
    for line in commands {
        if is_log_line(line) {
            assert!(!line.contains(COMMAND), "{line}");
            continue;
        }
        assert_eq!(line.matches(COMMAND).count(), 1, "{line}");
        let command = line.strip_prefix(COMMAND).expect("a command");
        let (head, message) = command.split_once(']').expect("a message");
        let properties = head.strip_prefix("task.logissue ").expect("an issue");
        let unescaped = |text: &str| {
            [("%3B", ";"), ("%5D", "]"), ("%0D", "\r"), ("%0A", "\n")]
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
                .replace("%AZP25", "%")
        };
        let properties: BTreeMap<&str, String> = properties
            .split(';')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(name, value)| (name, unescaped(value)))
            .collect();
        assert!(["error", "warning"].contains(&&*properties["type"]));
        let message = message
            .replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%AZP25", "%");
        let message = message.strip_prefix("note: ").unwrap_or(&message);
        let (file, rule) = (&properties["sourcepath"], &properties["code"]);
        all.insert(match rule.as_str() {
            "file-unreadable" | "farm-not-judged" => unreadable(file),
            "area-left-out" => left_out(file, message.split(' ').next().expect("an area")),
            rule => {
                let outcome = ["undecided", "accepted"]
                    .into_iter()
                    .find(|word| message.starts_with(&format!("{word}: ")));
                let second = message.split('\n').nth(1).expect("a second line");
                let subject = second.strip_prefix("subject: ").expect("a subject");
                said(file, rule, subject, outcome.unwrap_or("fail"))
            }
        });
    }
    all
}

pub fn gitlab(text: &str) -> Saying {
    let issues: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut fingerprints = std::collections::BTreeSet::new();
    let mut all = Saying::new();
    for issue in issues.as_array().expect("a list") {
        let field = |name: &str| issue[name].as_str().expect("a text");
        let file = issue["location"]["path"].as_str().expect("a path");
        assert!(issue["location"]["lines"]["begin"].as_u64() > Some(0));
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&field("severity")),
            "{issue}"
        );
        assert!(fingerprints.insert(field("fingerprint").to_owned()));
        if field("check_name") == "farm-coverage" {
            assert_eq!(field("severity"), "info", "{issue}");
            continue;
        }
        all.insert(match field("check_name") {
            "file-unreadable" | "farm-not-judged" => unreadable(file),
            "area-left-out" => {
                let area = field("description").split(' ').next();
                left_out(file, area.expect("an area"))
            }
            rule => said(file, rule, &shown(field("subject")), field("outcome")),
        });
    }
    all
}

/// Parses the headings and lists of a Markdown document in CommonMark with GitHub's extensions.
pub fn markdown(text: &str) -> Saying {
    use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
    let options = Options::ENABLE_GFM
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let mut all = Saying::new();
    // The present farm and finding.
    let (mut file, mut head, mut rule) = (String::new(), String::new(), String::new());
    let mut level = None;
    let mut words = String::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { level: at, .. }) => {
                level = Some(at);
                words.clear();
            }
            Event::Start(Tag::Item | Tag::Paragraph) => words.clear(),
            Event::Text(part) | Event::Code(part) => words.push_str(&part),
            Event::End(TagEnd::Heading(_)) if level == Some(HeadingLevel::H3) => {
                head = words.split(": ").next().expect("a word").to_owned();
                if head.starts_with("unreadable") || head == "not judged" {
                    all.insert(unreadable(&file));
                }
            }
            Event::End(TagEnd::Item) => {
                if let Some(name) = words.strip_prefix("file: ") {
                    file = name.to_owned();
                } else if let Some(id) = words.strip_prefix("rule: ") {
                    rule = id.to_owned();
                } else if let Some(subject) = words.strip_prefix("subject: ") {
                    let outcome = match head.as_str() {
                        "error" | "warning" | "note" => "fail".to_owned(),
                        other => other.replace(' ', "-"),
                    };
                    all.insert(said(&file, &rule, subject, &outcome));
                } else if let Some((area, _)) = words.split_once(" was not looked at")
                    && !area.contains(' ')
                {
                    all.insert(left_out(&file, area));
                }
                words.clear();
            }
            Event::Start(
                Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::HtmlBlock
                | Tag::Table(_)
                | Tag::FootnoteDefinition(_)
                | Tag::BlockQuote(_),
            )
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => panic!("{event:?} in {text}"),
            _ => {}
        }
    }
    all
}

/// Parses the text format of Prometheus: HELP and TYPE once before all samples of a metric, each
/// series once.
pub fn prometheus(text: &str) -> Saying {
    let mut all = Saying::new();
    let mut series = std::collections::BTreeSet::new();
    let (mut metric, mut finished) = (String::new(), Vec::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            finished.push(std::mem::replace(
                &mut metric,
                help.split(' ').next().expect("a name").to_owned(),
            ));
            assert!(!finished.contains(&metric), "{metric} comes twice");
            continue;
        }
        if line.starts_with("# TYPE ") {
            assert_eq!(line, format!("# TYPE {metric} gauge"));
            continue;
        }
        let (labels, value) = sample(
            line.strip_prefix(&metric)
                .unwrap_or_else(|| panic!("{line} is not a {metric}")),
        );
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(
            series.insert((metric.clone(), labels.clone())),
            "{line} comes twice"
        );
        match metric.as_str() {
            "spinmail_file_readable" if value == "0" => {
                all.insert(unreadable(&labels["file"]));
            }
            "spinmail_area_judged" if value == "0" => {
                all.insert(left_out(&labels["file"], &labels["area"]));
            }
            "spinmail_finding" => {
                all.insert(said(
                    &labels["file"],
                    &labels["rule"],
                    &labels["subject"],
                    &labels["outcome"],
                ));
            }
            _ => {}
        }
    }
    assert!(text.ends_with('\n'));
    all
}

/// Returns the labels and the value of a sample, without its metric's name.
fn sample(line: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    let Some(mut rest) = line.strip_prefix('{') else {
        return (labels, line.trim_start());
    };
    loop {
        let (name, after) = rest.split_once("=\"").expect("a label");
        let mut value = String::new();
        let mut letters = after.char_indices();
        let end = loop {
            match letters.next().expect("a closing quote") {
                (at, '"') => break at,
                (_, '\\') => value.push(match letters.next().expect("an escaped letter").1 {
                    'n' => '\n',
                    letter @ ('\\' | '"') => letter,
                    other => panic!("\\{other} in {line}"),
                }),
                (_, letter) => value.push(letter),
            }
        };
        labels.insert(name.to_owned(), value);
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => {
                return (
                    labels,
                    rest.strip_prefix("} ").expect("the end of the labels"),
                );
            }
        }
    }
}

/// Parses the page, which is also well-formed XML, except for its first line.
pub fn html(text: &str) -> Saying {
    let (first, rest) = text.split_once('\n').expect("a first line");
    assert_eq!(first, "<!DOCTYPE html>");
    // XML does not define these two entities; HTML does.
    let rest = rest
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}");
    let tree = Document::parse(&rest).unwrap_or_else(|error| panic!("{error}: {rest}"));
    let known = [
        "script", "iframe", "object", "embed", "form", "input", "img", "link", "base", "frame",
    ];
    assert_eq!(
        tree.descendants()
            .find(|node| known.contains(&node.tag_name().name())),
        None
    );
    for node in tree.descendants() {
        for attribute in node.attributes() {
            assert!(
                !attribute.name().starts_with("on") && attribute.name() != "style",
                "{attribute:?}"
            );
        }
    }
    let mut all = Saying::new();
    for holder in farms(tree.root_element()) {
        let by_class = |node: &Node<'_, '_>, class: &str| {
            node.attribute("class")
                .is_some_and(|classes| classes.split(' ').any(|each| each == class))
        };
        let term = |node: Node<'_, '_>, name: &str| -> String {
            let dt = node
                .descendants()
                .find(|dt| dt.has_tag_name("dt") && dt.text() == Some(name))
                .expect("a term");
            from_xml(&all_text(dt.next_sibling_element().expect("a description")))
        };
        let file = term(holder, "Farm file");
        for node in holder.descendants() {
            if by_class(&node, "finding") {
                let tags = node
                    .descendants()
                    .find(|node| by_class(node, "tags"))
                    .expect("tags");
                let word = tags.first_element_child().expect("a word");
                // Rules that are undecided for the same reason are in one element.
                let rules = tags.children().filter(|child| child.has_tag_name("code"));
                let outcome = match all_text(word).as_str() {
                    "error" | "warning" | "note" => "fail".to_owned(),
                    other => other.to_owned(),
                };
                let subject = term(node, "Subject");
                all.extend(rules.map(|rule| said(&file, &all_text(rule), &subject, &outcome)));
            } else if by_class(&node, "rule") {
                let parts: Vec<String> = node
                    .children()
                    .filter(Node::is_element)
                    .map(all_text)
                    .collect();
                let [word, rule, subject] = &parts[..] else {
                    panic!("{parts:?}")
                };
                all.insert(said(
                    &file,
                    rule,
                    &from_xml(subject),
                    &word.replace(' ', "-"),
                ));
            } else if by_class(&node, "coverage") {
                let items = node.children().filter(Node::is_element).map(all_text);
                let areas = items.filter_map(|item| {
                    let rest = item.strip_prefix("not looked at: ")?;
                    rest.split([' ', ':']).next().map(str::to_owned)
                });
                all.extend(areas.map(|area| left_out(&file, &area)));
            } else if node
                .attribute("id")
                .is_some_and(|id| id.ends_with("unreadable"))
            {
                all.insert(unreadable(&file));
            }
        }
    }
    all
}

/// Returns the element of each farm: the articles of a fleet, or the whole page.
fn farms<'a>(root: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    let articles: Vec<_> = root
        .descendants()
        .filter(|node| node.attribute("class") == Some("farm"))
        .collect();
    if articles.is_empty() {
        vec![root]
    } else {
        articles
    }
}

fn all_text(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect()
}

// --- SARIF's schema

struct Schema {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let path = crate::support::root().join("tests/sarif/sarif-2.1.0-rtm.5.json");
        let text = std::fs::read_to_string(path).expect("the schema");
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        compiler
            .add_resource("sarif.json", serde_json::from_str(&text).expect("JSON"))
            .expect("a schema");
        let mut schemas = boon::Schemas::new();
        let index = compiler
            .compile("sarif.json", &mut schemas)
            .expect("a schema");
        Schema { schemas, index }
    })
}

/// Returns the violations of the official schema in a log.
pub fn sarif_faults(text: &str) -> Option<String> {
    let log: Value = serde_json::from_str(text).expect("JSON");
    let schema = schema();
    schema
        .schemas
        .validate(&log, schema.index)
        .err()
        .map(|error| error.to_string())
}

#[track_caller]
pub fn assert_sarif_schema(text: &str) {
    assert_eq!(sarif_faults(text), None);
}
