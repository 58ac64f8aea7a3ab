//! Properties of every value, every edit and every text, tested with random ones.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use spinmail::testing::facts::Facts;
use spinmail::testing::farm::edit::{self, TableRef, literal};
use spinmail::testing::farm::key::{entry_names, every_key};
use spinmail::testing::farm::values::{
    Approval, Date, MailHostKind, Mode, Os, PassBy, Role, Service, Tls, Version, Words,
};
use spinmail::testing::farm::{
    self, Access, Farm, SETTINGS, Setting, SettingKind, SettingValue, Table,
};
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection, Verdict};
use std::collections::BTreeMap;
use std::ops::Range;

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// Returns the configuration for this number of cases. A failure is printed, and not stored next to
/// the sources.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

// --- Values

fn pick(words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words).prop_map(str::to_owned).boxed()
}

fn domain() -> BoxedStrategy<String> {
    let label = "[a-zA-Z]([a-zA-Z0-9-]{0,10}[a-z0-9])?";
    let plain = proptest::collection::vec(label, 1..4).prop_map(|labels| labels.join("."));
    // Two hyphens in the third position mark an encoded label.
    let plain = plain.prop_filter("no encoded label", |name| !name.contains("--"));
    prop_oneof![4 => plain, 1 => pick(&["bücher.example", "ドメイン.example", "XN--BCHER-KVA.example", "a.b.c."])]
        .boxed()
}

fn folder() -> BoxedStrategy<String> {
    let parts = proptest::collection::vec(r"[\w !#$%&'()+,;=@\[\]^`{}~-]{0,9}\w", 0..4);
    let root = prop_oneof![r"[A-Za-z]:\\", r"\\\\[a-z]{1,9}\\[a-z]{1,9}[$]?\\"];
    (root, parts)
        .prop_map(|(root, parts)| root + &parts.join("\\"))
        .boxed()
}

fn address() -> BoxedStrategy<String> {
    let four = any::<[u8; 4]>().prop_map(|bytes| std::net::Ipv4Addr::from(bytes).to_string());
    let six = any::<[u16; 8]>().prop_map(|parts| std::net::Ipv6Addr::from(parts).to_string());
    prop_oneof![four, six].boxed()
}

fn account() -> BoxedStrategy<String> {
    prop_oneof![
        r"[A-Z]{1,9}\\[a-zA-Z0-9ß漢_.$-]{1,12}",
        r"[a-z]{1,8}@[a-z]{1,8}\.example",
        pick(&["S-1-5-20"])
    ]
    .boxed()
}

/// Generates names of mail hosts, so random that no two are equal.
fn host() -> BoxedStrategy<String> {
    r"(\*?\.)?[a-z]{9}\.[a-z_]{6}[a-z]\.example".boxed()
}

/// Generates words that the setting's parser accepts from the command line; one word for a single
/// value.
fn words_of(setting: &'static Setting) -> BoxedStrategy<Vec<String>> {
    let one = |text: BoxedStrategy<String>| text.prop_map(|text| vec![text]).boxed();
    let several = |text: BoxedStrategy<String>| proptest::collection::vec(text, 1..5).boxed();
    match (setting.kind, setting.name) {
        (SettingKind::Flag, _) => one(pick(&["yes", "no", "true", "false"])),
        (SettingKind::Number { least, most }, _) => {
            one((least..=most).prop_map(|number| number.to_string()).boxed())
        }
        (SettingKind::Word(words), _) => {
            one(select(words).prop_map(|word| word.word.to_owned()).boxed())
        }
        (SettingKind::Words(words), _) => {
            several(select(words).prop_map(|word| word.word.to_owned()).boxed())
        }
        (SettingKind::Date, _) => one(date()),
        (SettingKind::AllOrList(_), _) => {
            let entry = prop_oneof![
                address(),
                domain(),
                pick(&["198.51.100.0/24", "192.0.2.0/255.0.0.0"])
            ]
            .boxed();
            prop_oneof![one(pick(&["all"])), several(entry)].boxed()
        }
        (_, "dns-servers" | "outside-dns-servers") => {
            several(prop_oneof![address(), pick(&["192.0.2.1:5353", "[::1]:53"])].boxed())
        }
        (_, "addresses" | "public-addresses") => several(address()),
        (_, "sends-from") => {
            several(prop_oneof![address(), pick(&["198.51.100.0/24", "2001:db8::/32"])].boxed())
        }
        (_, "passes-to") => several(
            prop_oneof![
                domain(),
                address(),
                pick(&["drop-folder", "sp1:2525", ".a.example"])
            ]
            .boxed(),
        ),
        (_, "names") => several(host()),
        (_, "delivers-as" | "serves-domains") => several(domain()),
        (_, "accounts") => several(account()),
        (_, "drop-share") => one(r"\\\\[a-z]{1,9}\\[a-z]{1,9}(\\[a-z]{1,5})?".boxed()),
        (_, "recipient") => one(r"[a-z0-9+_-]{1,9}(\.[a-z]{1,9})?".boxed()),
        (_, "sender") => one(r"[a-z0-9+_-]{1,9}@[a-z]{1,9}\.example".boxed()),
        (_, "directory") => several(r"ldaps?://[a-z]{1,9}(:[1-9][0-9]{2})?".boxed()),
        (_, "build") => one(any::<[u32; 4]>()
            .prop_map(|parts| parts.map(|part| part.to_string()).join("."))
            .boxed()),
        (_, "display-address" | "incoming-address" | "smtp-server") => one(domain()),
        (_, "drop-folder") => one(folder()),
        (_, "container") => one(r"OU=[\w ]{0,8}\w,DC=[a-z]{1,9}(,DC=[a-z]{1,5})?".boxed()),
        (_, "url") => {
            one(r"https?://[a-z]{1,9}(:[1-9][0-9]{3})?/_vti_bin/[a-zA-Z]{1,9}\.asmx".boxed())
        }
        (_, "central-administration-account" | "timer-account" | "account" | "bind-as") => {
            one(account())
        }
        (_, "maximum-message-size") => one(r"[1-9][0-9]{0,5} ?(KB|MB|GB|kb)".boxed()),
        (_, "timeout") => one(r"([1-9][0-9]s|[1-9]m( [1-5]s)?|[1-9][0-9]{2}ms)".boxed()),
        (_, "name") if setting.table == Table::MailHost => one(host()),
        (_, "name") if setting.table == Table::Server => {
            one(r"[a-zA-Zä漢][a-zA-Z0-9ßЯ_-]{0,9}(\.[a-z]{1,9}){0,2}".boxed())
        }
        (SettingKind::Text(_) | SettingKind::List(_), _) => {
            one(r#"(\w[\w"'\\#=\[\]{}., €漢-]{0,11})?\w"#.boxed())
        }
    }
}

fn date() -> BoxedStrategy<String> {
    (1970..=2199u16, 1..=12u8, 1..=28u8)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
        .boxed()
}

/// Generates a setting with one of its values.
fn setting_and_value() -> impl Strategy<Value = (&'static Setting, SettingValue)> {
    select(SETTINGS.iter().collect::<Vec<_>>()).prop_flat_map(|setting| {
        words_of(setting).prop_map(move |words| {
            let value = setting.kind.value_of_words(&words);
            (
                setting,
                value.unwrap_or_else(|fault| panic!("{}: {words:?}: {fault:?}", setting.key())),
            )
        })
    })
}

/// Returns the value that a field returns after it was set, or `None` if it was rejected.
fn through_field(setting: &Setting, value: &SettingValue) -> Option<SettingValue> {
    macro_rules! through {
        ($lens:expr, $type:ty) => {{
            let mut target = <$type>::default();
            ($lens.write)(&mut target, Some(value))
                .unwrap_or_else(|fault| panic!("{}: {fault:?}", setting.key()));
            assert_eq!(($lens.fault)(&target), None, "{}: {value:?}", setting.key());
            ($lens.read)(&target)
        }};
    }
    match setting.access {
        Access::Farm(lens) => through!(lens, Farm),
        Access::Server(lens) => through!(lens, farm::Server),
        Access::WebApplication(lens) => through!(lens, farm::WebApplication),
        Access::MailHost(lens) => through!(lens, farm::MailHost),
        Access::Accept(lens) => through!(lens, farm::Acceptance),
    }
}

/// Returns a value as command-line words.
fn shown(value: &SettingValue) -> Vec<String> {
    match value {
        SettingValue::List(list) => list.clone(),
        value => vec![value.to_string()],
    }
}

/// Returns a farm file with only one setting, and the required settings of its entry.
fn file_with(setting: &Setting, value: &SettingValue) -> String {
    let fields = setting
        .table
        .rows()
        .filter_map(|row| match row.name == setting.name {
            true => Some((row.name, value.clone())),
            false => row
                .required
                .then(|| (row.name, row.example_value().unwrap())),
        });
    let lines: String = fields
        .map(|(name, value)| format!("{name} = {}\n", literal(&value)))
        .collect();
    match setting.table.is_repeated() {
        true => format!("[[{}]]\n{lines}", setting.table.name()),
        false => format!("[{}]\n{lines}", setting.table.name()),
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn a_shown_value_parses_to_itself((setting, value) in setting_and_value()) {
        let field = through_field(setting, &value);
        prop_assert_eq!(field.as_ref(), Some(&value), "{}", setting.key());
        let again = setting.kind.value_of_words(&shown(&value));
        prop_assert_eq!(again, Ok(value), "{}", setting.key());
    }

    #[test]
    fn a_written_value_reads_as_itself((setting, value) in setting_and_value()) {
        let text = file_with(setting, &value);
        let farm = farm::read(&text).unwrap_or_else(|mistakes| panic!("{text}{mistakes:#?}")).farm;
        let read = every_key(&farm).into_iter().find(|(_, row, _)| row.key() == setting.key());
        prop_assert_eq!(read.and_then(|(.., value)| value), Some(value), "{}", text);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC*", other in any::<String>()) {
        for setting in SETTINGS {
            for text in [&text, &other] {
                if let Ok(value) = setting.kind.value_of_words(std::slice::from_ref(text)) {
                    takes(setting, &value);
                }
                takes(setting, &SettingValue::Text(text.clone()));
            }
        }
    }
}

/// Returns whether a setting accepts a value, even if the value is invalid.
fn takes(setting: &Setting, value: &SettingValue) -> bool {
    match setting.access {
        Access::Farm(lens) => (lens.write)(&mut Farm::default(), Some(value)).is_ok(),
        Access::Server(lens) => (lens.write)(&mut farm::Server::default(), Some(value)).is_ok(),
        Access::WebApplication(lens) => {
            (lens.write)(&mut farm::WebApplication::default(), Some(value)).is_ok()
        }
        Access::MailHost(lens) => (lens.write)(&mut farm::MailHost::default(), Some(value)).is_ok(),
        Access::Accept(lens) => (lens.write)(&mut farm::Acceptance::default(), Some(value)).is_ok(),
    }
}

#[test]
fn every_word_parses_to_itself() {
    fn check<W: Words + std::fmt::Debug>() {
        for word in W::ALL {
            assert_eq!(W::from_word(word.word()), Some(*word));
        }
        assert_eq!(W::ALL.len(), W::WORDS.len());
    }
    check::<Version>();
    check::<Mode>();
    check::<Service>();
    check::<Approval>();
    check::<Role>();
    check::<Os>();
    check::<MailHostKind>();
    check::<PassBy>();
    check::<Tls>();
}

// --- Edits

/// Returns the valid farm files of the tests.
fn valid_farms() -> Vec<String> {
    let folder = crate::support::root().join("tests/farms/valid");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

#[derive(Debug, Clone)]
enum Step {
    /// Sets a setting; the index selects the entry.
    Set(&'static Setting, SettingValue, Index),
    Unset(&'static Setting, Index),
    Add(Table, u16),
    Remove(Table, Index),
}

fn step() -> impl Strategy<Value = Step> {
    let repeated = select(vec![Table::Server, Table::WebApplication, Table::MailHost]);
    let unset = (select(SETTINGS.iter().collect::<Vec<_>>()), any::<Index>());
    prop_oneof![
        6 => (setting_and_value(), any::<Index>()).prop_map(|((setting, value), at)| Step::Set(setting, value, at)),
        3 => unset.prop_map(|(setting, at)| Step::Unset(setting, at)),
        1 => (repeated.clone(), any::<u16>()).prop_map(|(table, number)| Step::Add(table, number)),
        1 => (repeated, any::<Index>()).prop_map(|(table, at)| Step::Remove(table, at)),
    ]
}

fn place_of(farm: &Farm, setting: &Setting, at: &Index) -> Option<TableRef<'static>> {
    let array = setting.table.name();
    match entry_names(farm, setting.table).len() {
        _ if !setting.table.is_repeated() => Some(TableRef::Table(array)),
        0 => None,
        entries => Some(TableRef::Entry {
            array,
            index: at.index(entries),
        }),
    }
}

/// All settings, by table, number of the entry, and name.
type Settings = BTreeMap<(Table, usize, &'static str), SettingValue>;

fn settings_of(farm: &Farm) -> Settings {
    let mut all = BTreeMap::new();
    for table in Table::ALL {
        let entries = if table.is_repeated() {
            entry_names(farm, table).len()
        } else {
            1
        };
        for (at, setting) in (0..entries).flat_map(|at| table.rows().map(move |row| (at, row))) {
            if let Some(value) = farm::key::entry_value(farm, setting, at) {
                all.insert((table, at, setting.name), value);
            }
        }
    }
    all
}

/// Performs a step, and returns the new text with the expected settings, or `None` if the step does
/// not apply.
fn take(step: &Step, text: &str, farm: &Farm) -> Option<(String, Settings)> {
    let mut wanted = settings_of(farm);
    let number = |place: TableRef<'_>| {
        if let TableRef::Entry { index, .. } = place {
            index
        } else {
            0
        }
    };
    let edited = match step {
        Step::Set(setting, value, at) => {
            let place = place_of(farm, setting, at)?;
            wanted.insert((setting.table, number(place), setting.name), value.clone());
            edit::set(text, place, setting.name, value)
        }
        Step::Unset(setting, at) => {
            let place = place_of(farm, setting, at).filter(|_| !setting.required)?;
            wanted.remove(&(setting.table, number(place), setting.name));
            edit::unset(text, place, setting.name)
        }
        Step::Add(table, name) => {
            let name = SettingValue::Text(format!("new{name}"));
            wanted.insert(
                (*table, entry_names(farm, *table).len(), "name"),
                name.clone(),
            );
            edit::add_entry(text, table.name(), &[("name", name)])
        }
        Step::Remove(table, at) => {
            let entries = entry_names(farm, *table).len();
            let gone = (entries > 0).then(|| at.index(entries))?;
            wanted = without_entry(wanted, *table, gone);
            edit::remove_entry(text, table.name(), gone)
        }
    };
    Some((
        edited.unwrap_or_else(|error| panic!("{step:?}: {error}\n{text}")),
        wanted,
    ))
}

fn without_entry(settings: Settings, table: Table, gone: usize) -> Settings {
    let kept = settings
        .into_iter()
        .filter(|((of, at, _), _)| (*of, *at) != (table, gone));
    kept.map(|((of, at, name), value)| {
        (
            (of, if of == table && at > gone { at - 1 } else { at }, name),
            value,
        )
    })
    .collect()
}

/// Returns the bytes that an edit of one setting may change: its lines, or `None` if the setting is
/// new.
fn own_bytes(
    text: &str,
    setting: &Setting,
    place: TableRef<'_>,
    document: &farm::Document,
) -> Option<Range<usize>> {
    let key = match place {
        TableRef::Table(_) => setting.key(),
        TableRef::Entry { index, .. } => {
            let name = &entry_names(&document.farm, setting.table)[index];
            farm::key::entry_setting(setting.table, name, setting.name)
        }
    };
    let number = if let TableRef::Entry { index, .. } = place {
        index
    } else {
        0
    };
    if !settings_of(&document.farm).contains_key(&(setting.table, number, setting.name)) {
        return None;
    }
    let first = document.lines.get(&key).unwrap() - 1;
    let ends: Vec<usize> = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        })
        .collect();
    let start = if first == 0 { 0 } else { ends[first - 1] };
    // A value may span several lines, up to the next line at which the TOML can be cut.
    let end = ends[first..]
        .iter()
        .copied()
        .find(|end| toml_reads(&text[start..*end]));
    Some(start..end.unwrap_or(text.len()))
}

/// Returns whether two texts differ only in these bytes of the first one, or by one insertion.
fn differ_only_in(old: &str, new: &str, own: Option<Range<usize>>) -> bool {
    match own {
        Some(own) => {
            let (before, after) = (&old[..own.start], &old[own.end..]);
            new.len() >= before.len() + after.len()
                && new.starts_with(before)
                && new.ends_with(after)
        }
        None => {
            let same = |one: &[u8], two: &[u8]| {
                one.iter()
                    .zip(two)
                    .take_while(|(one, two)| one == two)
                    .count()
            };
            let reversed = |text: &str| text.bytes().rev().collect::<Vec<_>>();
            same(old.as_bytes(), new.as_bytes()) + same(&reversed(old), &reversed(new)) >= old.len()
        }
    }
}

/// Returns whether every line ends with CRLF.
fn has_windows_lines(text: &str) -> bool {
    text.contains('\n') && text.matches('\n').count() == text.matches("\r\n").count()
}

fn toml_reads(text: &str) -> bool {
    toml::de::DeTable::parse(text).is_ok()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn edits_keep_everything_else(source in select(valid_farms()), steps in proptest::collection::vec(step(), 1..12)) {
        let mut text = source;
        for step in &steps {
            let document = farm::read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{text}"));
            let Some((edited, wanted)) = take(step, &text, &document.farm) else { continue };
            let Ok(after) = farm::read(&edited) else {
                // An edit may give two entries the same name, which the commands reject; every
                // other result is readable.
                prop_assert!(matches!(step, Step::Set(setting, ..) if setting.required) || matches!(step, Step::Add(..)),
                    "{step:?}\n{edited}");
                continue;
            };
            prop_assert_eq!(settings_of(&after.farm), wanted, "{:?}\n{}\n{}", step, text, edited);
            if let Step::Set(setting, _, at) | Step::Unset(setting, at) = step {
                // Acceptances of one rule share their KEYs, and so their lines.
                let place = place_of(&document.farm, setting, at).unwrap();
                let own = own_bytes(&text, setting, place, &document);
                prop_assert!(setting.table == Table::Accept || differ_only_in(&text, &edited, own), "{step:?}\n{text}\n--- became\n{edited}");
            }
            prop_assert_eq!(edited.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
            prop_assert_eq!(has_windows_lines(&edited), has_windows_lines(&text), "{:?}\n{:?}", step, edited);
            text = edited;
        }
    }

    #[test]
    fn setting_twice_changes_nothing(source in select(valid_farms()), step in step()) {
        let farm = farm::read(&source).unwrap().farm;
        let Some((edited, _)) = take(&step, &source, &farm) else { return Ok(()) };
        if let (Step::Set(..), Ok(after)) = (&step, farm::read(&edited)) {
            let (again, _) = take(&step, &edited, &after.farm).unwrap();
            prop_assert_eq!(again, edited);
        }
    }

    #[test]
    fn unset_reverts_what_set_added(source in select(valid_farms()), (setting, value) in setting_and_value(), at: Index) {
        let farm = farm::read(&source).unwrap().farm;
        let Some(place) = place_of(&farm, setting, &at) else { return Ok(()) };
        let number = if let TableRef::Entry { index, .. } = place { index } else { 0 };
        let settings = settings_of(&farm);
        let is_new = !settings.contains_key(&(setting.table, number, setting.name));
        let has_table = settings.keys().any(|(table, ..)| *table == setting.table);
        if is_new && has_table && source.ends_with('\n') {
            let added = edit::set(&source, place, setting.name, &value).unwrap();
            prop_assert_eq!(edit::unset(&added, place, setting.name).unwrap(), source);
        }
    }
}

// --- Reading

/// Reads a text, and formats every error as the diagnosis does.
fn read_and_look(text: &str) -> Option<farm::Document> {
    match farm::read(text) {
        Ok(document) => Some(document),
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in &mistakes {
                let place = farm::without_bom(text).get(mistake.span.clone());
                assert!(
                    place.is_some() && mistake.line > 0 && mistake.column > 0,
                    "{mistake:?}\n{text}"
                );
                assert!(
                    mistake.expected.is_some() || !mistake.hints.is_empty(),
                    "{mistake:?} gives no advice\n{text}"
                );
            }
            let diagnosis = spinmail::testing::report::diagnosis::Diagnosis {
                path: "farm.toml",
                text,
                colour: false,
                screen: &spinmail::testing::report::Screen::UNKNOWN,
            };
            let picture = diagnosis.draw(&mistakes);
            assert!(picture.contains("farm.toml"), "{picture}");
            None
        }
    }
}

/// Returns a text with some bytes replaced, removed or inserted, still valid UTF-8.
fn mutated(mut text: String, changes: &[(Index, u8, String)]) -> String {
    for (at, kind, piece) in changes {
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let start = places[at.index(places.len())];
        let length = text[start..]
            .chars()
            .take(usize::from(kind % 8))
            .map(char::len_utf8)
            .sum::<usize>();
        text.replace_range(start..start + length, piece);
    }
    text
}

/// Generates tokens with a meaning in TOML or in a farm file.
fn piece() -> BoxedStrategy<String> {
    let signs = [
        "",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ",",
        ".",
        "#",
        "\\",
        " ",
        "\t",
        "\u{a0}",
        "\u{202e}",
        "\0",
        "\u{1b}",
        "“",
        "1e9",
        "-",
        "nan",
        "2027-02-31",
        "07:00",
        "true",
        "[farm]\n",
        "[[server]]\n",
        "mode = ",
        "name = \"x\"\n",
        "ldap://a:b@c",
        "漢",
        "\u{feff}",
    ];
    prop_oneof![4 => select(signs.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,4}"].boxed()
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        read_and_look(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_the_reader_panic(pieces in proptest::collection::vec(piece(), 0..30)) {
        read_and_look(&pieces.concat());
    }

    #[test]
    fn no_mutated_farm_makes_the_reader_panic(
        source in select(valid_farms()),
        changes in proptest::collection::vec((any::<Index>(), any::<u8>(), piece()), 1..6),
    ) {
        let text = mutated(source, &changes);
        if let Some(document) = read_and_look(&text) {
            judged(&document);
        }
    }
}

// --- Judging

/// Generates values that are readable but wrong.
fn odd_value(setting: &'static Setting) -> BoxedStrategy<SettingValue> {
    let fine = words_of(setting).prop_map(|words| setting.kind.value_of_words(&words).unwrap());
    let odd = [
        "",
        " ",
        ".",
        "..",
        "@",
        "a@b",
        "-",
        "x",
        "C:",
        "C:\\",
        "\\\\",
        "\\\\s",
        "\\\\s\\h\\Pickup",
        "http://",
        "https://h",
        "CN=x",
        "DC=x",
        "OU=,DC=x",
        "OU=a  b,DC=x",
        "OU=x;DC=y",
        "192.0.2.5",
        "192.0.2.0/33",
        "::1",
        "[::1]",
        "localhost",
        "bücher",
        "xn--a",
        "a_b.c",
        "S-1-5-20",
        "\u{a0}",
        "farm-accept-unused",
    ];
    let texts = odd
        .iter()
        .map(|text| SettingValue::Text((*text).to_owned()));
    let taken: Vec<SettingValue> = texts.filter(|value| takes(setting, value)).collect();
    let list = proptest::collection::vec(select(odd.to_vec()), 0..4)
        .prop_map(|list| SettingValue::List(list.into_iter().map(str::to_owned).collect()));
    match setting.kind {
        SettingKind::AllOrList(_) => prop_oneof![fine, list].boxed(),
        SettingKind::Text(_) if !taken.is_empty() => {
            prop_oneof![1 => fine, 1 => select(taken)].boxed()
        }
        _ => fine.boxed(),
    }
}

/// Generates the lines of a table: some of its settings, with valid or odd values.
fn table_text(table: Table) -> BoxedStrategy<String> {
    let line = move |setting: &'static Setting| {
        let line = odd_value(setting)
            .prop_map(move |value| format!("{} = {}\n", setting.name, literal(&value)));
        // A farm that is not enabled or not readable is not judged.
        let is_needed = setting.required || setting.name == "enabled";
        prop_oneof![if is_needed { 99 } else { 2 } => line, 1 => Just(String::new())]
    };
    let header = if table.is_repeated() {
        format!("[[{}]]\n", table.name())
    } else {
        format!("[{}]\n", table.name())
    };
    let lines: Vec<_> = table.rows().map(line).collect();
    lines
        .prop_map(move |lines| header.clone() + &lines.concat())
        .boxed()
}

pub fn farm_text() -> BoxedStrategy<String> {
    let part = |table: Table| {
        let times = if table.is_repeated() { 0..4usize } else { 1..2 };
        proptest::collection::vec(table_text(table), times).prop_map(|entries| entries.concat())
    };
    Table::ALL
        .map(part)
        .prop_map(|parts| parts.concat())
        .boxed()
}

fn judged(document: &farm::Document) -> Vec<Verdict> {
    rules::judge(
        &Case::new(document, &Facts::default(), TODAY),
        &Selection::default(),
    )
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn judging_is_complete_sorted_and_repeatable(text in farm_text()) {
        let Some(document) = read_and_look(&text) else { return Ok(()) };
        let verdicts = judged(&document);
        prop_assert_eq!(format!("{verdicts:?}"), format!("{:?}", judged(&document)));
        let order: Vec<usize> = verdicts
            .iter()
            .map(|verdict| rules::all().position(|rule| rule.id == verdict.rule.id).unwrap())
            .collect();
        prop_assert!(order.is_sorted(), "{order:?}");
        for rule in rules::all().filter(|rule| rule.area.is_offline()) {
            let said = verdicts.iter().any(|verdict| verdict.rule.id == rule.id);
            prop_assert!(said || rule.id.starts_with("farm-accept-"), "{} is silent\n{text}", rule.id);
        }
        for verdict in &verdicts {
            well_formed(verdict, &document);
        }
    }
}

/// Asserts that a verdict has a message and a subject, and a finding also has a remedy.
fn well_formed(verdict: &Verdict, document: &farm::Document) {
    let id = verdict.rule.id;
    assert!(
        !verdict.message.trim().is_empty(),
        "{id}: {:?} without a message",
        verdict.subject
    );
    assert!(
        !verdict.subject.trim().is_empty(),
        "{id}: {:?} of nothing",
        verdict.message
    );
    assert_eq!(
        verdict.outcome == OutcomeKind::Fail,
        verdict.remedy.is_some(),
        "{id}: {}",
        verdict.message
    );
    let remedy = verdict.remedy.as_ref();
    assert!(
        remedy.is_none_or(|remedy| !remedy.text.trim().is_empty()),
        "{id}: {}",
        verdict.message
    );
    if let Some(about) = &verdict.about {
        let line = document.lines.get(&about.setting);
        assert_eq!(about.line, line, "{id}: {}", about.setting);
    }
}

/// Proves that the random farms reach the rules: most must be readable, and some must have
/// findings.
#[test]
fn random_farms_reach_the_rules() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut read = 0;
    for _ in 0..400 {
        let text = farm_text().new_tree(&mut runner).unwrap().current();
        let Ok(document) = farm::read(&text) else {
            continue;
        };
        read += 1;
        for verdict in judged(&document)
            .iter()
            .filter(|verdict| verdict.outcome == OutcomeKind::Fail)
        {
            *failed.entry(verdict.rule.id).or_default() += 1;
        }
    }
    assert!(read > 200, "only {read} of 400 random farms read");
    let offline = rules::all().filter(|rule| rule.area.is_offline()).count();
    assert!(
        failed.len() * 2 > offline,
        "only {} of {offline} rules were ever broken: {failed:?}",
        failed.len()
    );
}
