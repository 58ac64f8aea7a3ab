//! The manual as HTML: its files are whole, and refer to nothing but each other.

use crate::support::Folder;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::{BTreeMap, BTreeSet};

/// Writes the manual and returns its files.
fn files(folder: &Folder) -> BTreeMap<String, String> {
    let run = folder.run(&["man", "--html", "."]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let entries = std::fs::read_dir(folder.path("")).expect("the folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = folder.read(&name);
            (name.into_owned(), text)
        })
        .collect()
}

fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the ids of a page, each of which stands there once.
fn ids(page: &Document<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for id in page.descendants().filter_map(|node| node.attribute("id")) {
        assert!(found.insert(id.to_owned()), "{id} is there twice");
    }
    found
}

fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

#[test]
fn html_links_lead_to_pages_and_headings_of_the_manual() {
    let files = files(&Folder::new());
    let pages: BTreeMap<&str, Document<'_>> = files
        .iter()
        .map(|(name, text)| (name.as_str(), parsed(text)))
        .collect();
    let ids: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|(name, page)| (*name, ids(page)))
        .collect();
    for (name, page) in &pages {
        for link in page.descendants().filter_map(|node| node.attribute("href")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { name } else { file };
            let there = ids.get(file).unwrap_or_else(|| panic!("{name}: {link}"));
            assert!(
                heading.is_empty() || there.contains(heading),
                "{name}: {link}"
            );
        }
        let outside = ["src", "srcset", "action", "data", "style"];
        let loads = |node: &Node<'_, '_>| outside.iter().any(|name| node.has_attribute(*name));
        assert!(!page.descendants().any(|node| loads(&node)), "{name}");
        assert!(!page.descendants().any(|node| node.has_tag_name("script")));
        let style = page.descendants().find(|node| node.has_tag_name("style"));
        let style = text_of(style.expect("a style"));
        assert!(
            !style.contains("url(") && !style.contains("@import"),
            "{name}"
        );
    }
}

#[test]
fn html_has_every_page_of_the_manual_and_every_rule_and_setting() {
    let folder = Folder::new();
    let files = files(&folder);
    let sources = Folder::new();
    sources.run(&["man", "."]);
    for entry in std::fs::read_dir(sources.path("")).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        let page = name.rsplit_once('.').expect("a section").0;
        assert!(files.contains_key(&format!("{page}.html")), "{name}");
        assert!(files["index.html"].contains(&format!("href=\"{page}.html\"")));
    }
    let rules = parsed(&files["spinmail-rules.html"]);
    let ids = ids(&rules);
    for rule in spinmail::testing::rules::all() {
        assert!(ids.contains(rule.id), "{}", rule.id);
    }
    let settings = parsed(&files["farm.toml.html"]);
    let terms: BTreeSet<String> = settings
        .descendants()
        .filter(|node| node.has_tag_name("dt"))
        .map(text_of)
        .collect();
    for setting in spinmail::testing::farm::SETTINGS {
        let name = setting.name;
        assert!(
            terms.contains(name) || terms.contains(&format!("{name} (required)")),
            "{name}"
        );
    }
}

#[test]
fn html_without_a_folder_is_wrong_usage() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["man", "--html"]).code, 2);
    assert_eq!(folder.run(&["man", "--html", "not-there"]).code, 4);
}
