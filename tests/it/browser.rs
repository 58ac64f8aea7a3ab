//! Checks the HTML report in a real browser: it runs and loads nothing, and it is accessible.
//! `tests/run` installs Chromium if it can; without Chromium the test is skipped with a message.

mod devtools;

use crate::support::{Folder, root};
use devtools::Browser;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A farm with texts that are special in HTML.
const HOSTILE: &str = r#"
[farm]
name = "]]></style></title><script>alert(1)</script><img src=x onerror=alert(2)> &amp; \"x\" 'y' מייל"
version = "2016"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "<b onmouseover=alert(3)>`x`</b>\u001b[31m\u202Eevil"
drop-folder = 'C:drop<svg onload=alert(4)>'
safe-servers = ["<iframe src=javascript:alert(5)>", "-->", "</script>"]
[[web-application]]
name = "<a href=javascript:alert(6)>x</a>"
[[accept]]
rule = "page-safe-servers-in-advanced"
reason = "<script>alert(7)</script>"
"#;

fn farms() -> Folder {
    let example = |name: &str| {
        std::fs::read_to_string(root().join("examples").join(name)).expect("the example")
    };
    let folder = Folder::with_farm(&example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder.write("hostile.toml", HOSTILE);
    folder.write(
        "malformed.toml",
        "[farm]\n\"<script>alert(8)</script>\" = 1\nversion = \"</pre><script>alert(9)</script>\"\n",
    );
    folder
}

/// Writes the pages: a farm with all kinds of findings, a fleet with hostile and unreadable files,
/// and a comparison with an earlier report.
fn pages(folder: &Folder) -> Vec<PathBuf> {
    let write = |name: &str, arguments: &[&str]| {
        let run = folder.run(&[arguments, &["--format", "html", "--out", name]].concat());
        assert!(run.code <= 3, "{run:?}");
        folder.path(name)
    };
    folder.run(&[
        "validate",
        "hostile.toml",
        "--format",
        "json",
        "--out",
        "old.json",
    ]);
    vec![
        write("one.html", &["verify", "--facts", "facts.json"]),
        write("hostile.html", &["validate", "hostile.toml"]),
        write(
            "fleet.html",
            &[
                "validate",
                "farm.toml",
                "hostile.toml",
                "malformed.toml",
                "nowhere.toml",
            ],
        ),
        write(
            "since.html",
            &[
                "validate",
                "hostile.toml",
                "--since",
                "old.json",
                "--only",
                "page-drop,page-container",
            ],
        ),
    ]
}

/// The script that returns the faults of a page.
const FAULTS: &str = r##"(() => {
  const faults = [];
  const all = selector => [...document.querySelectorAll(selector)];
  const wants = (is, what) => { if (!is) faults.push(what); };
  wants(document.documentElement.scrollWidth <= innerWidth, `${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  wants(document.documentElement.lang === "en" && document.title, "no language or title");
  for (const one of ["main", "h1", "body > header", "body > footer"]) wants(all(one).length === 1, `not one ${one}`);
  wants(!all("script, iframe, object, img, form, link, base, [style]").length, "an element that has no business here");
  for (const element of all("*")) for (const name of element.getAttributeNames()) wants(!name.startsWith("on"), `${name}=`);
  for (const link of all("a")) wants(link.getAttribute("href").startsWith("#") && document.querySelector(link.hash), link.outerHTML);
  wants(all("a")[0].hash === "#main", "no link to the content first");
  const ids = all("[id]").map(element => element.id);
  wants(new Set(ids).size === ids.length, "an id comes twice");
  for (const element of all("[aria-labelledby]")) for (const id of element.getAttribute("aria-labelledby").split(" "))
    wants(document.getElementById(id), `no ${id}`);
  let before = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    wants(level <= before + 1 && heading.textContent.trim(), `${heading.tagName} behind h${before}`);
    before = level;
  }
  for (const cell of all("th")) wants(cell.scope, "a header cell without scope");
  for (const picture of all("svg")) wants(picture.getAttribute("aria-hidden") === "true", "a picture that is read out");
  for (const hop of all(".way > li")) wants(hop.querySelector(".state").textContent, "a hop's state in colour alone");
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    const [one, two] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => b - a);
    wants((one + 0.05) / (two + 0.05) >= 4.5, `contrast of ${element.outerHTML.slice(0, 80)}`);
  }
  return [...new Set(faults)];
})()"##;

#[test]
#[ignore = "needs Chromium"]
fn report_page_is_safe_and_accessible() {
    let mut browser = Browser::start();
    let folder = farms();
    let pages = pages(&folder);
    for page in &pages {
        let mut grounds = Vec::new();
        for (scheme, width) in [
            ("light", 360),
            ("dark", 360),
            ("light", 1100),
            ("dark", 800),
        ] {
            browser.look(scheme, "screen", width);
            browser.open(page);
            let seen = format!("{} {scheme} {width}", page.display());
            assert_eq!(browser.evaluate(FAULTS), json!([]), "{seen}");
            grounds.push(browser.evaluate("getComputedStyle(document.body).backgroundColor"));
        }
        assert_ne!(grounds[0], grounds[1], "dark is as light");
        assert_eq!(
            browser.requests(),
            vec!["file"; 4],
            "{}: something is loaded",
            page.display()
        );
        assert_eq!(
            browser.complaints(),
            Vec::<Value>::new(),
            "{}",
            page.display()
        );
    }
    // Its names are shown unchanged.
    browser.open(&pages[1]);
    let name = browser.evaluate("document.querySelector('h1').textContent");
    assert!(
        name.as_str().is_some_and(
            |name| name.starts_with("]]></style></title><script>alert(1)</script><img")
        ),
        "{name}"
    );
    // In print, nothing is collapsed and the colours are light.
    browser.look("dark", "print", 700);
    browser.open(&pages[0]);
    let folded = "[...document.querySelectorAll('details:not([open]) li')].filter(item => !item.checkVisibility()).length";
    assert_eq!(browser.evaluate(folded), 0);
    assert_eq!(
        browser.evaluate("document.querySelectorAll('details:not([open]) li').length > 50"),
        true
    );
    assert_eq!(
        browser.evaluate("getComputedStyle(document.body).backgroundColor"),
        "rgb(255, 255, 255)"
    );
    assert!(browser.prints_pages() >= 5);
}

/// The manual is read on a server, on a desktop and on a telephone.
#[test]
#[ignore = "needs Chromium"]
fn manual_reads_well_on_every_screen() {
    let mut browser = Browser::start();
    let folder = Folder::new();
    assert_eq!(folder.run(&["man", "--html", "."]).code, 0);
    // Its links lead to other pages; manual.rs follows them.
    let lines = FAULTS.lines().filter(|line| !line.contains("link.hash"));
    let faults: Vec<&str> = lines.collect();
    for page in [
        "index",
        "spinmail",
        "spinmail-verify",
        "farm.toml",
        "spinmail-rules",
    ] {
        let page = folder.path(&format!("{page}.html"));
        for (scheme, width) in [
            ("light", 375),
            ("dark", 375),
            ("light", 1280),
            ("dark", 1280),
        ] {
            browser.look(scheme, "screen", width);
            browser.open(&page);
            let seen = format!("{} {scheme} {width}", page.display());
            assert_eq!(browser.evaluate(&faults.join("\n")), json!([]), "{seen}");
        }
        assert_eq!(browser.requests(), vec!["file"; 4], "{}", page.display());
        assert_eq!(browser.complaints(), Vec::<Value>::new());
    }
}

/// Proves that the checks can fail.
#[test]
#[ignore = "needs Chromium"]
fn unsafe_or_inaccessible_page_is_detected() {
    let mut browser = Browser::start();
    let folder = Folder::new();
    let page = folder.write(
        "bad.html",
        "<!DOCTYPE html><title>x</title><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">\
         <h1>a</h1><h3 style='color:#999'>b</h3><table><th>c</table><div id=d><div id=d><img src=none.png onerror=alert(1)>\
         <script>alert(2)</script><p><a href='#e'>wide_________________________________________________________</a>",
    );
    browser.look("light", "screen", 360);
    browser.open(&page);
    let faults = browser.evaluate(FAULTS).to_string();
    for part in [
        "wide in",
        "no language",
        "not one main",
        "business",
        "onerror=",
        "comes twice",
        "H3 behind h1",
        "scope",
    ] {
        assert!(faults.contains(part), "no {part} in {faults}");
    }
    assert!(!browser.complaints().is_empty());
}
