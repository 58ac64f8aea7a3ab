//! The manual as HTML: an index, and a file for each page. The files load nothing and refer only to
//! each other.

use super::page::{Element, File, Mark, Page};
use super::text::{Font, Text};
use crate::rules;
use quick_xml::escape::escape;

const STYLE: &str = include_str!("manual.css");

/// The page that explains the rules.
const RULES: &str = "spinmail-rules";

/// The sections of the manual, and what is in them.
const SECTIONS: [(char, &str); 3] = [('1', "Commands"), ('5', "Files"), ('7', "Rules")];

/// Returns the index and every page.
pub(super) fn files(pages: &[Page]) -> Vec<File> {
    let index = File {
        name: "index.html".to_owned(),
        text: index(pages),
    };
    let others = pages.iter().map(|page| File {
        name: file_name(page),
        text: Renderer {
            page,
            pages,
            anchors: anchors(&page.elements),
        }
        .document(),
    });
    [index].into_iter().chain(others).collect()
}

fn file_name(page: &Page) -> String {
    format!("{}.html", page.name)
}

/// Returns how a page is called, such as `spinmail(1)`.
fn title(page: &Page) -> String {
    format!("{}({})", page.name, page.section)
}

fn index(pages: &[Page]) -> String {
    let mut body = String::from("<header>\n<h1>Manual of spinmail</h1>\n</header>\n");
    body.push_str("<main id=\"main\">\n");
    for (section, name) in SECTIONS {
        body.push_str(&format!("<h2>{name}</h2>\n<dl>\n"));
        for page in pages.iter().filter(|page| page.section == section) {
            body.push_str(&format!(
                "<dt><a href=\"{}\">{}</a></dt>\n<dd>{}</dd>\n",
                file_name(page),
                title(page),
                escape(&*page.about)
            ));
        }
        body.push_str("</dl>\n");
    }
    body.push_str("</main>\n");
    framed("Manual of spinmail", &body)
}

/// Puts the head and the foot around a body.
fn framed(title: &str, body: &str) -> String {
    let style = STYLE.replace("\r\n", "\n");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'; base-uri 'none'; form-action 'none'\" />\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\" />\n<meta name=\"color-scheme\" \
         content=\"light dark\" />\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n\
         <body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n{body}\
         <footer>spinmail {}</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// Makes a page's file.
struct Renderer<'a> {
    page: &'a Page,
    /// The pages that can be referred to.
    pages: &'a [Page],
    /// The id of each element that is a heading.
    anchors: Vec<Option<String>>,
}

impl Renderer<'_> {
    fn document(&self) -> String {
        let title = title(self.page);
        let mut body = format!(
            "<header>\n<p><a href=\"index.html\">Manual of spinmail</a></p>\n<h1>{title}</h1>\n\
             <p class=\"quiet\">{}</p>\n</header>\n{}<main id=\"main\">\n",
            escape(&*self.page.about),
            contents(&self.page.elements, &self.anchors),
        );
        let rest = self.blocks(&self.page.elements, Level::Section, &mut body);
        debug_assert!(rest.is_empty(), "{rest:?}");
        body.push_str("</main>\n");
        framed(&title, &body)
    }

    /// Writes elements up to the end of their indent, and returns those after it.
    fn blocks<'e>(
        &self,
        mut elements: &'e [Element],
        mut level: Level,
        out: &mut String,
    ) -> &'e [Element] {
        while let Some((element, rest)) = elements.split_first() {
            elements = match element {
                Element::Outdent => return rest,
                Element::Section(title) => {
                    level = Level::Section;
                    self.push_heading("h2", elements, &sentence(title), out);
                    rest
                }
                Element::Subsection(title) => {
                    level = Level::Subsection;
                    self.push_heading("h3", elements, title, out);
                    rest
                }
                Element::Heading(text) => {
                    let tag = level.heading_within();
                    out.push_str(&format!("<{tag}>{}</{tag}>\n", self.inline(text)));
                    rest
                }
                Element::Text(_) => self.running_text(elements, out),
                Element::Paragraph(text) => {
                    out.push_str(&format!("<p>{}</p>\n", self.inline(text)));
                    rest
                }
                Element::Term(_) => self.terms(elements, level, out),
                Element::Item { mark, .. } => self.items(*mark, elements, level, out),
                Element::Space => rest,
                Element::Indent(_) => {
                    out.push_str("<div>\n");
                    let rest = self.blocks(rest, level, out);
                    out.push_str("</div>\n");
                    rest
                }
                Element::Lines(lines) => {
                    out.push_str(&format!("<pre>{}</pre>\n", escape(lines.join("\n"))));
                    rest
                }
            };
        }
        elements
    }

    /// Writes the heading that `elements` begin with.
    fn push_heading(&self, tag: &str, elements: &[Element], text: &str, out: &mut String) {
        let place = self.page.elements.len() - elements.len();
        let anchor = self.anchors.get(place).and_then(Option::as_deref);
        let id = anchor.unwrap_or_default();
        out.push_str(&format!("<{tag} id=\"{id}\">{}</{tag}>\n", escape(text)));
    }

    /// Writes texts that follow each other as one paragraph, and returns the elements after them.
    fn running_text<'e>(&self, mut elements: &'e [Element], out: &mut String) -> &'e [Element] {
        let mut texts = Vec::new();
        while let Some((Element::Text(text), rest)) = elements.split_first() {
            texts.push(text.as_slice());
            elements = rest;
        }
        let lines = self.references(&texts).unwrap_or_else(|| {
            let lines: Vec<String> = texts.iter().map(|text| self.inline(text)).collect();
            lines.join("\n")
        });
        out.push_str(&format!("<p>{lines}</p>\n"));
        elements
    }

    /// Returns the links of a list of pages, whose names and sections are texts of their own, or
    /// `None` if the texts are something else.
    fn references(&self, texts: &[&[Text]]) -> Option<String> {
        let names = texts.iter().map(|text| match text {
            [name, section] if name.font == Font::Bold => {
                let whole = format!("{}{}", name.text, section.text);
                let (page, comma) = match whole.strip_suffix(',') {
                    Some(page) => (page, ","),
                    None => (whole.as_str(), ""),
                };
                let target = self.target(page)?;
                Some(format!("<a href=\"{target}\">{page}</a>{comma}"))
            }
            _ => None,
        });
        let links: Option<Vec<String>> = names.collect();
        links.map(|links| links.join("\n"))
    }

    /// Writes terms that follow each other, and returns the elements after them.
    fn terms<'e>(
        &self,
        mut elements: &'e [Element],
        level: Level,
        out: &mut String,
    ) -> &'e [Element] {
        out.push_str("<dl>\n");
        while let Some((Element::Term(term), rest)) = elements.split_first() {
            out.push_str(&format!("<dt>{}</dt>\n<dd>\n", self.inline(term)));
            elements = self.explanation(rest, level, out);
            out.push_str("</dd>\n");
        }
        out.push_str("</dl>\n");
        elements
    }

    /// Writes items that follow each other, and returns the elements after them.
    fn items<'e>(
        &self,
        first: Mark,
        mut elements: &'e [Element],
        level: Level,
        out: &mut String,
    ) -> &'e [Element] {
        let (open, close) = match first {
            Mark::Bullet => ("<ul>".to_owned(), "</ul>"),
            Mark::Number(1) => ("<ol>".to_owned(), "</ol>"),
            Mark::Number(number) => (format!("<ol start=\"{number}\">"), "</ol>"),
        };
        let mut expected = first;
        out.push_str(&format!("{open}\n"));
        while let Some((Element::Item { mark, text, .. }, rest)) = elements.split_first() {
            if *mark != expected {
                break;
            }
            expected = mark.next();
            out.push_str(&format!("<li>{}\n", self.inline(text)));
            elements = self.explanation(rest, level, out);
            out.push_str("</li>\n");
        }
        out.push_str(&format!("{close}\n"));
        elements
    }

    /// Writes what belongs to a term or an item, and returns the elements after it.
    fn explanation<'e>(
        &self,
        mut elements: &'e [Element],
        level: Level,
        out: &mut String,
    ) -> &'e [Element] {
        loop {
            elements = match elements.split_first() {
                Some((Element::Text(_), _)) => self.running_text(elements, out),
                Some((Element::Space, rest)) => rest,
                Some((Element::Indent(_), rest)) => self.blocks(rest, level, out),
                _ => return elements,
            };
        }
    }

    /// Returns texts in their fonts, with links to the pages and rules that they name.
    fn inline(&self, texts: &[Text]) -> String {
        let pieces = texts.iter().map(|piece| match piece.font {
            Font::Roman => self.prose(&piece.text),
            Font::Bold => self.code(&piece.text),
            Font::Italic => format!("<em>{}</em>", self.linked(&piece.text)),
        });
        pieces.collect()
    }

    /// Returns a text, with what stands between backticks as code.
    fn prose(&self, text: &str) -> String {
        let pieces: Vec<&str> = text.split('`').collect();
        if pieces.len().is_multiple_of(2) {
            return self.linked(text);
        }
        let pieces = pieces.iter().enumerate();
        let pieces = pieces.map(|(at, piece)| match at % 2 {
            0 => self.linked(piece),
            _ => self.code(piece),
        });
        pieces.collect()
    }

    fn code(&self, text: &str) -> String {
        format!("<code>{}</code>", self.linked(text))
    }

    /// Returns a text with a link for each word that names a page or a rule.
    fn linked(&self, text: &str) -> String {
        let words = text.split_inclusive(char::is_whitespace).map(|word| {
            let name = word.trim_end().trim_end_matches([',', '.', ';', ':']);
            match (self.target(name), word.strip_prefix(name)) {
                (Some(target), Some(rest)) => {
                    format!("<a href=\"{target}\">{}</a>{}", escape(name), escape(rest))
                }
                _ => escape(word).into_owned(),
            }
        });
        words.collect()
    }

    /// Returns where a name of a page, such as `spinmail(1)`, or of a rule leads, or `None` if it
    /// is neither.
    fn target(&self, name: &str) -> Option<String> {
        if let Some(page) = self.pages.iter().find(|page| title(page) == name) {
            return Some(file_name(page));
        }
        let rule = rules::find(name)?;
        Some(match self.page.name.as_str() {
            RULES => format!("#{}", rule.id),
            _ => format!("{RULES}.html#{}", rule.id),
        })
    }
}

/// The heading that a text is under.
#[derive(Debug, Clone, Copy)]
enum Level {
    Section,
    Subsection,
}

impl Level {
    fn heading_within(self) -> &'static str {
        match self {
            Self::Section => "h3",
            Self::Subsection => "h4",
        }
    }
}

impl Mark {
    /// Returns the mark of the next item in a list.
    fn next(self) -> Self {
        match self {
            Self::Bullet => Self::Bullet,
            Self::Number(number) => Self::Number(number.saturating_add(1)),
        }
    }
}

/// Returns the list of a page's sections, with their subsections.
fn contents(elements: &[Element], anchors: &[Option<String>]) -> String {
    let mut out = String::from("<nav aria-label=\"On this page\">\n<ul>\n");
    let mut subsections = String::new();
    for (element, anchor) in elements.iter().zip(anchors) {
        match (element, anchor) {
            (Element::Section(title), Some(anchor)) => {
                end_section(&mut subsections, &mut out);
                out.push_str(&row(anchor, &sentence(title)));
            }
            (Element::Subsection(title), Some(anchor)) => {
                subsections.push_str(&row(anchor, title));
            }
            _ => {}
        }
    }
    end_section(&mut subsections, &mut out);
    out.push_str("</ul>\n</nav>\n");
    out
}

/// Returns a row of the contents.
fn row(anchor: &str, text: &str) -> String {
    format!("<li><a href=\"#{anchor}\">{}</a></li>\n", escape(text))
}

/// Adds the subsections of a section to the contents.
fn end_section(subsections: &mut String, out: &mut String) {
    if !subsections.is_empty() {
        let kept = out.trim_end().trim_end_matches("</li>").len();
        out.truncate(kept);
        out.push_str(&format!("\n<ul>\n{subsections}</ul>\n</li>\n"));
        subsections.clear();
    }
}

/// Returns the id of each element that is a heading. Headings with the same text are numbered.
fn anchors(elements: &[Element]) -> Vec<Option<String>> {
    let mut used: Vec<String> = Vec::new();
    let anchors = elements.iter().map(|element| match element {
        Element::Section(title) | Element::Subsection(title) => {
            let name = anchor(title);
            let earlier = used.iter().filter(|other| **other == name).count();
            used.push(name.clone());
            Some(match earlier {
                0 => name,
                count => format!("{name}-{}", count + 1),
            })
        }
        _ => None,
    });
    anchors.collect()
}

/// Returns a heading as an id.
fn anchor(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// Returns a heading in capitals as words of a sentence.
fn sentence(title: &str) -> String {
    if title.contains(|letter: char| letter.is_lowercase()) {
        return title.to_owned();
    }
    let mut letters = title.chars();
    let first = letters.next().into_iter();
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::man::page::Writer;
    use crate::cli::commands::man::text::{bold, italic, roman};

    fn body_of(write: fn(&mut Writer)) -> String {
        let mut writer = Writer::new("spinmail-x", '1', "does x");
        write(&mut writer);
        let page = writer.finish();
        let other = Writer::new("spinmail", '1', "checks").finish();
        let pages = [page, other];
        let files = files(&pages);
        let text = &files[1].text;
        let (_, body) = text.split_once("<main id=\"main\">\n").expect("a body");
        body.split_once("</main>").expect("an end").0.to_owned()
    }

    #[test]
    fn terms_hold_their_texts_and_lists() {
        let body = body_of(|writer| {
            writer.section("OPTIONS");
            writer.term([bold("--a"), roman(" "), italic("<B>")]);
            writer.text([roman("Is a.")]);
            writer.space();
            writer.text([italic("Possible values:")]);
            writer.indent_by(14);
            writer.item(Mark::Bullet, 2, [roman("one & two")]);
            writer.item(Mark::Bullet, 2, [roman("three")]);
            writer.outdent();
            writer.term([bold("-c")]);
            writer.text([roman("Is c.")]);
            writer.section("NOTES");
            writer.text([roman("Done.")]);
        });
        assert_eq!(
            body,
            "<h2 id=\"options\">Options</h2>\n<dl>\n<dt><code>--a</code> \
             <em>&lt;B&gt;</em></dt>\n<dd>\n<p>Is a.</p>\n<p><em>Possible \
             values:</em></p>\n<ul>\n<li>one &amp; \
             two\n</li>\n<li>three\n</li>\n</ul>\n</dd>\n<dt><code>-c</code></dt>\n<dd>\n<p>Is \
             c.</p>\n</dd>\n</dl>\n<h2 id=\"notes\">Notes</h2>\n<p>Done.</p>\n"
        );
    }

    #[test]
    fn headings_with_the_same_text_have_ids_of_their_own() {
        let body = body_of(|writer| {
            writer.section("NOTES");
            writer.section("NOTES");
        });
        assert_eq!(
            body,
            "<h2 id=\"notes\">Notes</h2>\n<h2 id=\"notes-2\">Notes</h2>\n"
        );
    }

    #[test]
    fn names_of_pages_and_rules_are_links() {
        let body = body_of(|writer| {
            writer.section("SEE IT");
            writer.paragraph([roman("As spinmail(1) says of `dns-no-mx`, and none(1).")]);
            writer.see_also(&["spinmail(1)", "spinmail-x(1)"]);
        });
        assert_eq!(
            body,
            "<h2 id=\"see-it\">See it</h2>\n<p>As <a href=\"spinmail.html\">spinmail(1)</a> says \
             of <code><a href=\"spinmail-rules.html#dns-no-mx\">dns-no-mx</a></code>, and none(1).</p>\n<h2 \
             id=\"see-also\">See also</h2>\n<p><a href=\"spinmail.html\">spinmail(1)</a>,\n<a \
             href=\"spinmail-x.html\">spinmail-x(1)</a></p>\n"
        );
    }

    #[test]
    fn lists_begin_again_with_another_mark() {
        let body = body_of(|writer| {
            writer.item(Mark::Number(2), 4, [roman("two")]);
            writer.indent();
            writer.lines(["a <b>"].into_iter());
            writer.outdent();
            writer.item(Mark::Number(3), 4, [roman("three")]);
            writer.item(Mark::Bullet, 4, [roman("dot")]);
        });
        assert_eq!(
            body,
            "<ol start=\"2\">\n<li>two\n<pre>a \
             &lt;b&gt;</pre>\n</li>\n<li>three\n</li>\n</ol>\n<ul>\n<li>dot\n</li>\n</ul>\n"
        );
    }
}
