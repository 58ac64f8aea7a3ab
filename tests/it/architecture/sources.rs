//! Reads the program's own sources as tokens, without comments and test code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::rc::Rc;

/// A source file.
pub struct Source {
    /// Its path below the source folder, with `/` as separator.
    pub path: String,
    /// The path of its module: empty for the crate's root.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    /// The paths of the files that `#[cfg(test)] mod NAME;` includes.
    pub test_files: Vec<String>,
}

/// A name, a literal, `::`, or one punctuation character.
pub struct Token {
    pub line: usize,
    pub text: String,
}

impl Token {
    pub fn is_name(&self) -> bool {
        self.text
            .starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
    }
}

/// A path as written: `a::b`, or one leaf of a `use` tree.
pub struct PathUse {
    pub line: usize,
    /// The inline modules that contain it.
    pub inside: Rc<[String]>,
    pub segments: Vec<String>,
    pub role: PathRole,
}

/// The use of a path.
#[derive(Clone, PartialEq, Eq)]
pub enum PathRole {
    /// The path is used in code.
    Inline,
    /// The path is imported by `use path as alias;`, or under its last name. The alias may be `*`.
    Import { alias: String, exported: bool },
}

impl Source {
    /// Reads a file's text. `path` is relative to the source folder.
    pub fn new(path: &str, text: &str) -> Self {
        let stream: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let file = path.trim_end_matches(".rs");
        let module = match file.strip_suffix("/mod").unwrap_or(file) {
            "lib" | "main" => Vec::new(),
            module => module.split('/').map(str::to_owned).collect(),
        };
        let mut source = Self {
            path: path.to_owned(),
            module,
            tokens: Vec::new(),
            test_files: Vec::new(),
        };
        source.add(stream);
        source
    }

    /// Adds the tokens of a stream, except items with `#[cfg(test)]`.
    fn add(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        let mut after_hash = false;
        while let Some(tree) = trees.next() {
            if after_hash && is_test_attribute(&tree) {
                self.tokens.pop();
                self.skip_item(&mut trees);
                after_hash = false;
                continue;
            }
            after_hash = matches!(&tree, TokenTree::Punct(mark) if mark.as_char() == '#');
            self.add_tree(tree);
        }
    }

    fn add_tree(&mut self, tree: TokenTree) {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                self.push(line, open);
                self.add(group.stream());
                self.push(group.span_close().start().line, close);
            }
            TokenTree::Punct(mark) if mark.as_char() == ':' => match self.tokens.last_mut() {
                Some(last) if last.text == ":" => last.text.push(':'),
                _ => self.push(line, ":"),
            },
            other => self.push(line, &other.to_string()),
        }
    }

    fn push(&mut self, line: usize, text: &str) {
        let text = text.to_owned();
        self.tokens.push(Token { line, text });
    }

    /// Skips an item up to its block or its semicolon, and notes the file of a module.
    fn skip_item(&mut self, trees: &mut impl Iterator<Item = TokenTree>) {
        let mut names = Vec::new();
        for tree in trees {
            match tree {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                TokenTree::Punct(mark) if mark.as_char() == ';' => break,
                TokenTree::Ident(name) => names.push(name.to_string()),
                _ => {}
            }
        }
        if let [.., keyword, name] = &names[..]
            && keyword == "mod"
        {
            let below = [&self.module[..], std::slice::from_ref(name)].concat();
            self.test_files.push(format!("{}.rs", below.join("/")));
        }
    }

    /// Returns all paths of the source; a `use` tree is split into its leaves.
    pub fn paths(&self) -> Vec<PathUse> {
        let mut paths = Vec::new();
        for (at, inside) in self.places() {
            let before = at.checked_sub(1).map_or("", |at| &self.tokens[at].text);
            let leads_on = matches!(before, "::" | "." | "'");
            let is_visibility = before == "in" && at >= 3 && self.text(at - 3) == "pub";
            if !self.tokens[at].is_name() || leads_on || is_visibility || self.text(at) == "use" {
                continue;
            }
            let mut reader = TreeReader {
                source: self,
                inside: &inside,
                paths: Vec::new(),
            };
            if before == "use" {
                let exported = at >= 2 && matches!(self.text(at - 2), "pub" | ")");
                reader.read(at, &[], Some(exported));
            } else {
                reader.read(at, &[], None);
            }
            paths.append(&mut reader.paths);
        }
        paths
    }

    /// Returns the names defined outside functions and blocks, with the inline modules that contain
    /// them.
    pub fn definitions(&self) -> Vec<(Rc<[String]>, String)> {
        const KEYWORDS: [&str; 9] = [
            "fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod",
        ];
        let mut definitions = Vec::new();
        let mut depth = 0;
        for (at, inside) in self.places() {
            match self.text(at) {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                word if depth == inside.len() && (at == 0 || self.text(at - 1) != "'") => {
                    let name = match word {
                        "macro_rules" => self.text(at + 2),
                        _ if KEYWORDS.contains(&word) => self.text(at + 1),
                        _ => continue,
                    };
                    definitions.push((inside, name.to_owned()));
                }
                _ => {}
            }
        }
        definitions
    }

    /// Returns each token's index, with the inline modules that contain it.
    fn places(&self) -> impl Iterator<Item = (usize, Rc<[String]>)> {
        let mut blocks: Vec<Option<String>> = Vec::new();
        let mut inside: Rc<[String]> = Rc::default();
        (0..self.tokens.len()).map(move |at| {
            match self.text(at) {
                "{" if at >= 2 && self.text(at - 2) == "mod" => {
                    blocks.push(Some(self.text(at - 1).to_owned()));
                    inside = blocks.iter().flatten().cloned().collect();
                }
                "{" => blocks.push(None),
                "}" if blocks.pop().flatten().is_some() => {
                    inside = blocks.iter().flatten().cloned().collect();
                }
                _ => {}
            }
            (at, Rc::clone(&inside))
        })
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }
}

/// Reads one path, or the tree of one `use`.
struct TreeReader<'a> {
    source: &'a Source,
    inside: &'a Rc<[String]>,
    paths: Vec<PathUse>,
}

impl TreeReader<'_> {
    /// Reads the tree that begins at a token, with the prefix `before`, and returns the index of
    /// the token after it. `import` is `None` outside a `use`, otherwise whether the `use` is
    /// exported.
    fn read(&mut self, at: usize, before: &[String], import: Option<bool>) -> usize {
        let word = self.source.text(at);
        if word == "{" {
            let mut next = at + 1;
            while !matches!(self.source.text(next), "}" | "") {
                next = self.read(next, before, import);
                next += usize::from(self.source.text(next) == ",");
            }
            return next + 1;
        }
        let mut segments = before.to_vec();
        // `a::{self, b}` refers to `a` itself.
        if !matches!(word, "*") && (word != "self" || before.is_empty()) {
            segments.push(word.to_owned());
        }
        let continues = self.source.tokens.get(at + 2).is_some_and(Token::is_name)
            || (import.is_some() && matches!(self.source.text(at + 2), "{" | "*"));
        if self.source.text(at + 1) == "::" && continues {
            return self.read(at + 2, &segments, import);
        }
        let (alias, next) = match (import, self.source.text(at + 1)) {
            (Some(_), "as") => (self.source.text(at + 2).to_owned(), at + 3),
            _ if word == "*" => ("*".to_owned(), at + 1),
            _ => (segments.last().cloned().unwrap_or_default(), at + 1),
        };
        let role = import.map_or(PathRole::Inline, |exported| PathRole::Import {
            alias,
            exported,
        });
        self.paths.push(PathUse {
            line: self.source.tokens[at].line,
            inside: Rc::clone(self.inside),
            segments,
            role,
        });
        next
    }
}

/// Returns whether this is `[cfg(test)]` or a similar attribute.
fn is_test_attribute(tree: &TokenTree) -> bool {
    let text = tree.to_string().replace(' ', "");
    text == "[cfg(test)]" || text.starts_with("[cfg(all(test,")
}

/// Returns all source files below a folder of the repository, except test files.
pub fn below(folder: &str) -> Vec<Source> {
    let root = crate::support::root().join(folder);
    let files = walkdir::WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let mut sources: Vec<Source> = files
        .map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap();
            Source::new(
                &path.replace('\\', "/"),
                &fs::read_to_string(&file).unwrap(),
            )
        })
        .collect();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|source| source.test_files.clone())
        .collect();
    sources.retain(|source| !tests.contains(&source.path));
    sources
}
