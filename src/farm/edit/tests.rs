use proptest::prelude::*;

use super::lines::BYTE_ORDER_MARK;
use super::*;
use crate::farm::values::Date;
use std::ops::Range;

const PAGE: TableRef = TableRef::Table("incoming-email");

fn entry(array: &str, index: usize) -> TableRef<'_> {
    TableRef::Entry { array, index }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[track_caller]
fn sets(place: TableRef, key: &str, value: &SettingValue, before: &str, after: &str) {
    assert_eq!(set(before, place, key, value).as_deref(), Ok(after));
    assert_eq!(set(after, place, key, value).as_deref(), Ok(after));
}

#[track_caller]
fn sets_list(wanted: &[&str], before: &str, after: &str) {
    let wanted = strings(wanted);
    let list = SettingValue::List(wanted);
    let [before, after] = [before, after].map(|array| format!("[t]\nk = {array} # why\nz = 1\n"));
    sets(TableRef::Table("t"), "k", &list, &before, &after);
    let [before, after] =
        [before, after].map(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")));
    sets(TableRef::Table("t"), "k", &list, &before, &after);
}

#[track_caller]
fn unsets(place: TableRef, key: &str, before: &str, after: &str) {
    assert_eq!(unset(before, place, key).as_deref(), Ok(after));
    assert_eq!(unset(after, place, key).as_deref(), Ok(after));
}

#[track_caller]
fn adds(before: &str, after: &str) {
    let fields = [
        ("name", SettingValue::Text("n".into())),
        ("os", SettingValue::Flag(true)),
    ];
    let added = add_entry(before, "server", &fields);
    assert_eq!(added.as_deref(), Ok(after));
}

#[track_caller]
fn removes(index: usize, before: &str, after: &str) {
    assert_eq!(remove_entry(before, "server", index).as_deref(), Ok(after));
}

#[test]
fn a_value_changes_alone() {
    let yes = SettingValue::Flag(true);
    sets(
        PAGE,
        "enabled",
        &yes,
        "\u{feff}# top\r\n[ \"incoming-email\" ]\r\n\t\"enabled\"  =\tfalse   # why\r\n\r\n[x]",
        "\u{feff}# top\r\n[ \"incoming-email\" ]\r\n\t\"enabled\"  =\ttrue   # why\r\n\r\n[x]",
    );
    sets(
        PAGE,
        "enabled",
        &yes,
        "incoming-email . enabled=false",
        "incoming-email . enabled=true",
    );
    sets(
        PAGE,
        "enabled",
        &yes,
        "incoming-email = {enabled=0}#c\nq = 1\n",
        "incoming-email = {enabled=true}#c\nq = 1\n",
    );
    let day = SettingValue::Date(Date {
        year: 2027,
        month: 1,
        day: 31,
    });
    let before = "[[a]]\nx=1\n[[a]]\nuntil =2026-01-01 # end";
    let after = "[[a]]\nx=1\n[[a]]\nuntil =2027-01-31 # end";
    sets(entry("a", 1), "until", &day, before, after);
    let before = "a = [{ x = 1 }, { x = 2, y = 3 }]";
    let after = "a = [{ x = 1 }, { x = -7, y = 3 }]";
    sets(entry("a", 1), "x", &SettingValue::Number(-7), before, after);
}

#[test]
fn an_equal_value_changes_nothing() {
    let text = SettingValue::Text("a\\b".into());
    for source in [
        "[t]\nk = 'a\\b'",
        "[t]\nk = \"a\\u005Cb\"\r\n",
        "t.k='''a\\b'''",
    ] {
        assert_eq!(
            set(source, TableRef::Table("t"), "k", &text).as_deref(),
            Ok(source)
        );
    }
    let source = "[t]\nk = 0x10";
    let number = SettingValue::Number(16);
    assert_eq!(
        set(source, TableRef::Table("t"), "k", &number).as_deref(),
        Ok(source)
    );
}

#[test]
fn quoting_style_stays() {
    let cases = [
        ("'old'", "new", "'new'"),
        ("'old'", "it's", "\"it's\""),
        ("'old'", "a\tb", "\"a\\tb\""),
        ("\"old\"", r"C:\drop", r#""C:\\drop""#),
        (
            "\"old\"",
            "say \"hi\"\n\u{7f}\u{1}",
            r#""say \"hi\"\n\u007F\u0001""#,
        ),
        ("\"old\"", "\u{202e}é", "\"\u{202e}é\""),
        ("\"\"\"\nold\nlines\"\"\"", "new", "\"new\""),
        ("'''\nold\nlines'''", "new", "'new'"),
        ("3", r"C:\drop", r"'C:\drop'"),
        ("3", r"C:\it's", r#""C:\\it's""#),
        ("3", "plain", "\"plain\""),
    ];
    for (old, text, new) in cases {
        let [before, after] = [old, new].map(|value| format!("[t]\nk = {value} # c\n"));
        sets(
            TableRef::Table("t"),
            "k",
            &SettingValue::Text(text.to_owned()),
            &before,
            &after,
        );
    }
}

#[test]
fn lists_and_scalars_replace_each_other() {
    sets_list(&["a", r"D\b"], "\"all\"", r#"["a", 'D\b']"#);
    sets_list(&[], "\"all\"", "[]");
    sets(
        TableRef::Table("t"),
        "k",
        &SettingValue::Text("all".into()),
        "[t]\nk = [\n 'a', # x\n] # c\n",
        "[t]\nk = \"all\" # c\n",
    );
}

#[test]
fn a_list_on_one_line() {
    sets_list(&["a", "b"], r#"["a"]"#, r#"["a", "b"]"#);
    sets_list(&["a", "b"], "[ 'a' ]", "[ 'a', 'b' ]");
    sets_list(&["a", "b", "c"], r#"["a","b"]"#, r#"["a","b","c"]"#);
    sets_list(&["a", "b"], r#"["a",]"#, r#"["a", "b",]"#);
    sets_list(&["b"], r#"["a", "b"]"#, r#"["b"]"#);
    sets_list(&["a"], r#"["a", "b"]"#, r#"["a"]"#);
    sets_list(&["a"], r#"[ "a", "b", ]"#, r#"[ "a", ]"#);
    sets_list(&["a", "c"], r#"["a", "b", "c"]"#, r#"["a", "c"]"#);
    sets_list(&[], r#"[ "a", "b" ]"#, "[]");
    sets_list(&["c"], r#"["a", "b"]"#, r#"["c"]"#);
    sets_list(&["a"], "[ ]", "[ \"a\" ]");
    sets_list(&["a", "b"], "[]", "[\"a\", \"b\"]");
    sets_list(
        &["x", "a", "y", "b"],
        "[\"a\", \"b\"]",
        "[\"x\", \"a\", \"y\", \"b\"]",
    );
    sets_list(&["b", "a"], "[ 'a',  'b' ]", "[\"b\", \"a\"]");
    sets_list(&["a", "b"], "[1, \"a\", {}]", "[\"a\", \"b\"]");
}

#[test]
fn a_list_on_several_lines() {
    let before = "[ # all\n  # group\n  \"a\", # first\n\n  'b' # second\n  # end\n]";
    sets_list(
        &["a", "b", "c"],
        before,
        "[ # all\n  # group\n  \"a\", # first\n\n  'b', # second\n  'c'\n  # end\n]",
    );
    sets_list(
        &["b"],
        before,
        "[ # all\n  # group\n\n  'b' # second\n  # end\n]",
    );
    sets_list(
        &["a"],
        before,
        "[ # all\n  # group\n  \"a\" # first\n  # end\n]",
    );
    sets_list(&[], before, "[ # all\n  # group\n  # end\n]");
    sets_list(&["b", "a"], before, "[\"b\", \"a\"]");
    sets_list(
        &["x", "a", "b"],
        before,
        "[ # all\n  'x',\n  # group\n  \"a\", # first\n\n  'b' # second\n  # end\n]",
    );
    sets_list(&["a", "b"], "[\n  \"a\",\n]", "[\n  \"a\",\n  \"b\",\n]");
    sets_list(&["b"], "[\n  \"a\", # x\n]", "[\n  \"b\",\n]");
    sets_list(&["a", "b"], "[\n\t\"a\"]", "[\n\t\"a\",\n\t\"b\"]");
    sets_list(&["a", "b"], "[ \"a\", # c\n]", "[ \"a\", \"b\", # c\n]");
    sets_list(
        &["a", "b"],
        "[\n  \"a\" # c\n  ,\n]",
        "[\n  \"a\" # c\n  ,\n  \"b\",\n]",
    );
    sets_list(
        &["b", "c"],
        "[\n  \"a\", \"b\",\n  \"c\",\n]",
        "[\n  \"b\",\n  \"c\",\n]",
    );
    sets_list(&["a"], "[\n  # none yet\n]", "[\n  # none yet\n  \"a\",\n]");
    sets_list(&["b"], "[\n  # x\n  \"a\", \"b\"]", "[\n  # x\n  \"b\"]");
    sets_list(&["a"], "[\"a\",\n  # x\n  \"b\" ]", "[\"a\"\n  # x\n  ]");
}

#[test]
fn a_new_key_follows_the_last_one() {
    let value = SettingValue::Text("v".into());
    sets(
        PAGE,
        "k",
        &value,
        "[incoming-email]\r\n  a = '''\r\n[x]''' # c\r\n\r\n# about x\r\n[x]\r\n",
        "[incoming-email]\r\n  a = '''\r\n[x]''' # c\r\n  k = \"v\"\r\n\r\n# about x\r\n[x]\r\n",
    );
    sets(
        PAGE,
        "k",
        &value,
        "  [incoming-email] # c\n\n[x]\n",
        "  [incoming-email] # c\n  k = \"v\"\n\n[x]\n",
    );
    sets(
        PAGE,
        "k",
        &value,
        "[incoming-email]",
        "[incoming-email]\nk = \"v\"",
    );
    let before = "[incoming-email]\r\na = 1\r\nb = 2";
    sets(PAGE, "k", &value, before, &format!("{before}\r\nk = \"v\""));
    let before = "[[s]]\na.b = 1\n[s.sub]\nq = 1\n[[s]]\n";
    let after = "[[s]]\na.b = 1\nk = \"v\"\n[s.sub]\nq = 1\n[[s]]\n";
    sets(entry("s", 0), "k", &value, before, after);
    sets(
        PAGE,
        "a b",
        &value,
        "[incoming-email]\n",
        "[incoming-email]\n\"a b\" = \"v\"\n",
    );
}

#[test]
fn a_new_key_in_other_tables() {
    let value = SettingValue::Text("v".into());
    let dotted = "\u{feff}\"incoming-email\" . a = 1 # c\nz = 2\n[x]\n";
    let after =
        "\u{feff}\"incoming-email\" . a = 1 # c\n\"incoming-email\" . k = \"v\"\nz = 2\n[x]\n";
    sets(PAGE, "k", &value, dotted, after);
    let after = "incoming-email.a.b = 1\nincoming-email.k = \"v\"\n[x]\n";
    sets(PAGE, "k", &value, "incoming-email.a.b = 1\n[x]\n", after);
    let inline = [
        ("{}", "{ k = \"v\" }"),
        ("{ }", "{ k = \"v\" }"),
        ("{a=1}", "{a=1, k = \"v\"}"),
        (
            "{ a = 1, b.c = [2] } # c",
            "{ a = 1, b.c = [2], k = \"v\" } # c",
        ),
        ("{\n  a = 1, # c\n}", "{\n  a = 1, # c\n  k = \"v\",\n}"),
    ];
    for (before, after) in inline {
        let [before, after] =
            [before, after].map(|table| format!("incoming-email = {table}\nz = 1\n"));
        sets(PAGE, "k", &value, &before, &after);
    }
    let before = "s = [{ a = 1 }, {}]";
    sets(
        entry("s", 0),
        "k",
        &value,
        before,
        "s = [{ a = 1, k = \"v\" }, {}]",
    );
}

#[test]
fn a_new_table_goes_to_the_end() {
    let table = "[incoming-email]\nk = 1\n";
    let windows = table.replace('\n', "\r\n");
    for (before, after) in [
        ("", table.to_owned()),
        ("\u{feff}", format!("\u{feff}{table}")),
        ("\n", format!("\n{table}")),
        ("# only", format!("# only\n\n{table}")),
        ("a = 1\n", format!("a = 1\n\n{table}")),
        ("a = 1\n\n", format!("a = 1\n\n{table}")),
        (
            "[incoming-email.sub]\n",
            format!("[incoming-email.sub]\n\n{table}"),
        ),
        ("[[s]]\r\na = 1", format!("[[s]]\r\na = 1\r\n\r\n{windows}")),
    ] {
        sets(PAGE, "k", &SettingValue::Number(1), before, &after);
    }
}

#[test]
fn unset_takes_the_line() {
    unsets(
        PAGE,
        "k",
        "\u{feff}[incoming-email]\r\n# above\r\n\tk = [ # c\r\n 1,\r\n] # d\r\n# below\r\na = 1",
        "\u{feff}[incoming-email]\r\n# above\r\n# below\r\na = 1",
    );
    unsets(
        PAGE,
        "k",
        "[incoming-email]\nk = '''\n\n'''",
        "[incoming-email]\n",
    );
    unsets(
        PAGE,
        "k",
        "\u{feff}incoming-email.k = 1 # c\nz = 1\n",
        "\u{feff}z = 1\n",
    );
    unsets(
        PAGE,
        "k",
        "incoming-email.a = 1\nincoming-email.k = 1\n",
        "incoming-email.a = 1\n",
    );
    unsets(
        entry("s", 1),
        "k",
        "[[s]]\nk=1\n[[s]]\nk=2\n",
        "[[s]]\nk=1\n[[s]]\n",
    );
    unsets(PAGE, "k", "z = 1\r\n", "z = 1\r\n");
    for (before, after) in [
        ("{ k = 1 }", "{}"),
        ("{ k = 1, a = 2 }", "{ a = 2 }"),
        (
            "{ b.x = 0, k = 1, b.y = 2 } # c",
            "{ b.x = 0, b.y = 2 } # c",
        ),
        ("{a=1,k=2}", "{a=1}"),
        ("{\n  a = 1, # a\n  k = 2 # k\n}", "{\n  a = 1 # a\n}"),
    ] {
        let [before, after] =
            [before, after].map(|table| format!("incoming-email = {table}\nz = 1\n"));
        unsets(PAGE, "k", &before, &after);
    }
}

#[test]
fn an_entry_is_added_behind_the_last() {
    let new = "[[server]]\nname = \"n\"\nos = true\n";
    adds("", new);
    adds("\u{feff}a = 1", &format!("\u{feff}a = 1\n\n{new}"));
    adds(
        "[[server]]\nname = 'a' # c\n# os = false\n\n# web\n[[web]]\n",
        &format!("[[server]]\nname = 'a' # c\n# os = false\n\n{new}\n# web\n[[web]]\n"),
    );
    adds(
        "[[server]]\n[x]\n[server.sub]\nq = 1\n# web\n[[web]]\n",
        &format!("[[server]]\n[x]\n[server.sub]\nq = 1\n\n{new}# web\n[[web]]\n"),
    );
    adds(
        "  [[server]]\r\n    name = 'a'",
        "  [[server]]\r\n    name = 'a'\r\n\r\n  [[server]]\r\n    name = \"n\"\r\n    os = true",
    );
    adds("server = []", "server = [{ name = \"n\", os = true }]");
    adds(
        "server = [\n  { name = 'a' }, # c\n]\n",
        "server = [\n  { name = 'a' }, # c\n  { name = \"n\", os = true },\n]\n",
    );
}

#[test]
fn an_entry_is_removed_with_its_comments() {
    let before = "\u{feff}a = '''\r\n# no comment'''\r\n[[server]]\r\nk = 1\r\n\r\n# loose\r\n\r\n# b's\r\n  # too\r\n[[server]]\r\n[server.sub]\r\nk = 2\r\n\r\n\r\n# web\r\n[[web]]\r\n";
    removes(
        0,
        before,
        "\u{feff}a = '''\r\n# no comment'''\r\n\r\n# b's\r\n  # too\r\n[[server]]\r\n[server.sub]\r\nk = 2\r\n\r\n\r\n# web\r\n[[web]]\r\n",
    );
    removes(
        1,
        before,
        "\u{feff}a = '''\r\n# no comment'''\r\n[[server]]\r\nk = 1\r\n\r\n# loose\r\n\r\n# web\r\n[[web]]\r\n",
    );
    removes(0, "# a\n[[server]]\nk = 1\n\n[[web]]\n", "[[web]]\n");
    removes(0, "a = 1\n\n\n[[server]]\nk = 1", "a = 1\n");
    removes(0, "\u{feff}[[server]]\nk = 1", "\u{feff}");
    removes(
        0,
        "[[server]]\nk = 1\n[x]\n# sub\n[server.sub]\n# own\n\n# footer\n",
        "[x]\n\n# footer\n",
    );
    removes(0, "server = [{ a = 1 }, { b = 2 }]", "server = [{ b = 2 }]");
    removes(0, "server = [{ a = 1 }] # c", "server = [] # c");
    removes(
        1,
        "server = [\n  {},\n  { a = 1 } # c\n]",
        "server = [\n  {}\n]",
    );
}

#[test]
fn what_cannot_be_edited_is_said() {
    let one = SettingValue::Number(1);
    let error_text = |source: &str, place: TableRef| {
        let error = set(source, place, "k", &one).err();
        error.map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(error_text("a = 1\nb = = 2\n", PAGE).starts_with("line 2 is not valid TOML: "));
    let text = error_text("incoming-email = 3", PAGE);
    assert_eq!(
        text,
        "`incoming-email` should be a table, but the file says integer"
    );
    let text = error_text("[incoming-email.k]", PAGE);
    assert_eq!(text, "`k` should be a value, but the file says table");
    let text = error_text("[s]", entry("s", 0));
    assert_eq!(
        text,
        "`s` should be an array of tables, but the file says table"
    );
    assert_eq!(
        error_text("[[s]]", entry("s", 1)),
        "`s` has no entry 2; it has 1"
    );
    assert_eq!(
        error_text("", entry("s", 0)),
        "`s` has no entry 1; it has 0"
    );
    assert!(error_text("s = [1]", entry("s", 0)).ends_with("says integer"));
    assert!(unset("s = 1", entry("s", 0), "k").is_err());
    assert!(unset("incoming-email.k.x = 1", PAGE, "k").is_err());
    assert!(add_entry("server = 1", "server", &[]).is_err());
    assert!(add_entry("", "server", &[("a", one.clone()), ("a", one.clone())]).is_err());
    assert!(remove_entry("[[server]]", "server", 1).is_err());
    assert!(remove_entry("", "server", 0).is_err());
    assert!(set("x = nan", PAGE, "k", &one).is_ok());
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé#=\\[\\] ]{0,8}",
        "[A-Z]:\\\\[a-z'\"]{0,6}",
        any::<String>(),
    ]
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("true".to_owned()),
        Just("nan".to_owned()),
        Just("'li#t'".to_owned()),
        Just("\"ba\\\"s\"".to_owned()),
        Just("'''\n[a]\n# m'''".to_owned()),
        Just("2027-01-31".to_owned()),
        Just("{ x = 1, y.z = [] }".to_owned()),
        list_of(Just("\"u\"".to_owned()).boxed()),
        list_of(prop_oneof!["'[a-d]'", "\"[a-d]\""].boxed()),
    ]
}

fn list_of(element: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let blank = || prop_oneof![Just(""), Just(" "), Just("\n  "), Just(" # c, ]\n  ")];
    let cell = (blank(), element, blank()).prop_map(|(a, b, c)| format!("{a}{b}{c}"));
    (prop::collection::vec(cell, 0..4), any::<bool>(), blank()).prop_map(|(cells, comma, tail)| {
        let comma = if comma && !cells.is_empty() { "," } else { "" };
        format!("[{}{comma}{tail}]", cells.join(","))
    })
}

fn any_line(index: usize) -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just(format!("k{index}")),
        Just(format!("\"k{index}\"")),
        Just(format!("d.k{index}")),
    ];
    let around = prop_oneof![
        Just(""),
        Just("\n"),
        Just("# [a]\n"),
        Just("  "),
        Just("\n# x\n\n")
    ];
    let note = prop_oneof![Just(""), Just(" # note"), Just("\t")];
    (around, key, any_value(), note).prop_map(|(a, k, v, n)| format!("{a}{k} = {v}{n}\n"))
}

fn any_body() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<bool>(), 0..4)
        .prop_flat_map(|lines| {
            let lines: Vec<_> = (0..lines.len())
                .map(|index| any_line(index).boxed())
                .collect();
            lines
        })
        .prop_map(|lines| lines.concat())
}

/// A file with a table `t`, entries `s`, and other lines between them.
fn any_file() -> impl Strategy<Value = String> {
    let table = prop_oneof![
        any_body().prop_map(|body| format!("[t] # t\n{body}")),
        any_body().prop_map(|body| format!("# above\n  [ 't' ]\n{body}")),
    ];
    let entry = any_body().prop_map(|body| format!("\n# s\n[[s]]\n{body}\n[s.sub]\nq = 1\n"));
    let entries = prop::collection::vec(entry, 1..4).prop_map(|entries| entries.concat());
    let end = prop_oneof![
        Just(""),
        Just("# footer"),
        Just("\n\n# footer\n"),
        Just("[end]")
    ];
    (any_body(), table, entries, end, any::<[bool; 3]>()).prop_map(
        |(top, table, entries, end, [swap, windows, mark])| {
            let (first, second) = if swap {
                (entries, table)
            } else {
                (table, entries)
            };
            let file = format!("{top}{first}{second}{end}");
            let file = if windows {
                file.replace('\n', "\r\n")
            } else {
                file
            };
            let mark = if mark { BYTE_ORDER_MARK } else { "" };
            format!("{mark}{file}")
        },
    )
}

fn any_place() -> impl Strategy<Value = TableRef<'static>> {
    prop_oneof![Just(TableRef::Table("t")), Just(entry("s", 0))]
}

fn any_list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop_oneof!["[a-d]", any_text()], 0..5)
}

fn tree(source: &str) -> Tree {
    Tree::from_table(parse(source).expect("a valid file").as_table())
}

fn value_span(source: &str, place: TableRef, key: &str) -> Option<Range<usize>> {
    let document = parse(source).expect("a valid file");
    let target = Target::find(document.as_table(), place).expect("a place");
    target.value(key).ok().flatten().and_then(Value::span)
}

fn only_inserted(before: &str, after: &str) -> bool {
    let same = before
        .bytes()
        .zip(after.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    after.len() >= before.len() && after.as_bytes().ends_with(&before.as_bytes()[same..])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn set_is_read_back_and_changes_nothing_else(
        source in any_file(), place in any_place(), key in 0..5usize, text in any_text(),
        list in any_list(), as_list in any::<bool>(),
    ) {
        let key = format!("k{key}");
        let value = if as_list { SettingValue::List(list.clone()) } else { SettingValue::Text(text.clone()) };
        let span = value_span(&source, place, &key);
        let edited = match set(&source, place, &key, &value) {
            Ok(edited) => edited,
            Err(EditError::WrongType { .. }) => return Ok(()),
            Err(error) => panic!("{error}\n{source}"),
        };
        let mut read = tree(&edited);
        let wanted = Tree::from_setting(&value);
        prop_assert_eq!(read.table_at(place).and_then(|table| table.get(&key)), Some(&wanted));
        prop_assert_eq!(set(&edited, place, &key, &value), Ok(edited.clone()));
        match span {
            Some(span) => {
                prop_assert!(edited.starts_with(&source[..span.start]));
                prop_assert!(edited.ends_with(&source[span.end..]));
            }
            None => {
                prop_assert!(only_inserted(&source, &edited));
                let restored = unset(&edited, place, &key).expect("a key to unset");
                prop_assert_eq!(tree(&restored), tree(&source));
            }
        }
    }

    #[test]
    fn unset_removes_the_key(source in any_file(), place in any_place(), key in 0..5usize) {
        let key = format!("k{key}");
        match unset(&source, place, &key) {
            Ok(edited) => prop_assert!(value_span(&edited, place, &key).is_none()),
            Err(EditError::WrongType { .. }) => {}
            Err(error) => panic!("{error}\n{source}"),
        }
    }

    #[test]
    fn an_added_entry_can_be_removed(source in any_file(), index in 0..4usize, text in any_text()) {
        let fields = [("name", SettingValue::Text(text.clone())), ("on", SettingValue::Flag(true))];
        let added = add_entry(&source, "s", &fields).expect("an added entry");
        prop_assert!(only_inserted(&source, &added));
        let count = tree(&added).list_at("s").map_or(0, |list| list.len());
        let removed = remove_entry(&added, "s", count - 1).expect("a removed entry");
        prop_assert_eq!(tree(&removed), tree(&source));
        prop_assert_eq!(remove_entry(&source, "s", index).is_ok(), index < count - 1);
    }

    #[test]
    fn lists_keep_the_comments_of_what_stays(
        list in list_of("'[a-d]'".boxed()), wanted in any_list(), windows in any::<bool>(),
    ) {
        let source = format!("[t]\nk = {list}");
        let source = if windows { source.replace('\n', "\r\n") } else { source };
        let edited = set(&source, TableRef::Table("t"), "k", &SettingValue::List(wanted));
        prop_assert!(edited.is_ok(), "{:?}\n{}", edited, source);
    }

    #[test]
    fn any_text_is_edited_or_refused(source in "[\\[\\]{}#,='\"a.\r\n \u{feff}é]{0,24}", key in any_text()) {
        let places = [TableRef::Table("a"), TableRef::Table(&key), entry("a", 0)];
        let list = [key.clone()];
        for place in places {
            for value in [SettingValue::Text(key.clone()), SettingValue::List(list.to_vec())] {
                let _ = set(&source, place, &key, &value);
                let _ = set(&source, place, "a", &value);
            }
            let _ = unset(&source, place, "a");
        }
        let _ = add_entry(&source, "a", &[(&key, SettingValue::Flag(true))]);
        let _ = remove_entry(&source, "a", 0);
    }
}

#[test]
fn every_second_entry_of_a_long_list_changes() {
    const COUNT: usize = 20_000;
    let kept = |at: usize| format!("  # s{at}.example\n  \"s{at}.example\",\n");
    let all: String = (0..COUNT).map(kept).collect();
    let odd = (0..COUNT).filter(|at| at % 2 == 1);
    let wanted = odd.flat_map(|at| [format!("s{at}.example"), format!("n{at}.example")]);
    let text = format!("[t]\nk = [\n{all}]\n");
    for list in [wanted.collect(), strings(&["last.example"])] {
        let edited = set(
            &text,
            TableRef::Table("t"),
            "k",
            &SettingValue::List(list.clone()),
        );
        let edited = edited.expect("the edited text");
        let document = parse(&edited).expect("TOML");
        let array = document["t"]["k"].as_array().expect("a list");
        let texts: Vec<&str> = array.iter().filter_map(Value::as_str).collect();
        assert_eq!(texts, list);
    }
}
