//! Checks that the files of a crate do not import each other in circles.
//!
//! A file imports another if one of its paths (in a `use` or in code) leads to an item that the
//! other defines. A re-exported item counts for the file that defines it. `mod x;` and a parent's
//! `pub use x::…` are not imports: a parent may re-export the items of its children.

use super::sources::{self, PathRole, PathUse, Source};
use std::collections::{BTreeMap, BTreeSet};

/// Permitted circles, each with its reason. The list should be empty.
const KEPT: [(&[&str], &str); 0] = [];

/// The modules of a crate, and what its names refer to.
struct Names<'a> {
    /// The file of each module.
    modules: BTreeMap<Vec<String>, &'a str>,
    /// The file that defines each path.
    defined: BTreeMap<Vec<String>, &'a str>,
    /// The imports of each module: absolute paths by their local name. `*` holds the globs.
    imported: BTreeMap<Vec<String>, Vec<Vec<String>>>,
}

impl<'a> Names<'a> {
    fn new(sources: &'a [Source]) -> Self {
        let mut names = Self {
            modules: BTreeMap::new(),
            defined: BTreeMap::new(),
            imported: BTreeMap::new(),
        };
        for source in sources {
            names.modules.insert(source.module.clone(), &source.path);
            for (inside, name) in source.definitions() {
                let path = [&source.module[..], &inside, &[name]].concat();
                names.defined.insert(path, &source.path);
            }
            for path in source.paths() {
                if let PathRole::Import { alias, .. } = &path.role {
                    let module = [&source.module[..], &path.inside].concat();
                    let key = [&module[..], std::slice::from_ref(alias)].concat();
                    let target = absolute(&module, &path.segments);
                    names.imported.entry(key).or_default().push(target);
                }
            }
        }
        // A module with its own file is defined there, not at its `mod x;`.
        for module in names.modules.keys() {
            names.defined.remove(module);
        }
        names
    }

    /// Returns the files that define the item at an absolute path: none if the path leads out of
    /// the crate, several if the platforms differ.
    fn resolve(&self, path: &[String], steps: usize) -> BTreeSet<&'a str> {
        let mut module: &[String] = &[];
        for end in 1..=path.len() {
            let (reached, rest) = path.split_at(end);
            if let Some(file) = self
                .defined
                .get(reached)
                .filter(|_| !self.is_inline(reached))
            {
                return BTreeSet::from([*file]);
            }
            if self.modules.contains_key(reached) || self.is_inline(reached) {
                module = reached;
                continue;
            }
            let glob = [module, &["*".to_owned()]].concat();
            let named = self.imported.get(reached).into_iter().flatten();
            let globbed = self.imported.get(&glob).into_iter().flatten();
            let targets = named
                .map(|target| [target, rest].concat())
                .chain(globbed.map(|target| [target, &path[end - 1..]].concat()));
            return match steps {
                0 => BTreeSet::new(),
                _ => targets
                    .flat_map(|target| self.resolve(&target, steps - 1))
                    .collect(),
            };
        }
        let file = self.modules.get(module).or(self.defined.get(module));
        file.copied().into_iter().collect()
    }

    /// Returns whether a path is a module within a file.
    fn is_inline(&self, path: &[String]) -> bool {
        let below = self.defined.range(path.to_vec()..).nth(1);
        self.defined.contains_key(path) && below.is_some_and(|(next, _)| next.starts_with(path))
    }

    /// Returns the files that a path of a source leads to, except items that a parent re-exports.
    fn targets(&self, source: &Source, path: &PathUse) -> BTreeSet<&'a str> {
        let module = [&source.module[..], &path.inside].concat();
        let climbs = matches!(path.segments[0].as_str(), "crate" | "super");
        let own = match &path.role {
            PathRole::Import { exported, .. } => *exported && !climbs,
            PathRole::Inline => path.segments.len() < 2,
        };
        if own {
            return BTreeSet::new();
        }
        self.resolve(&absolute(&module, &path.segments), 8)
    }
}

/// Returns the path from the crate's root.
pub fn absolute(module: &[String], segments: &[String]) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = segments;
    while let [first, behind @ ..] = rest {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ => break,
        }
        rest = behind;
    }
    base.extend_from_slice(rest);
    base
}

/// For each file, the files that it imports from, each with one of the paths.
type Imports<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

fn imports(sources: &[Source]) -> Imports<'_> {
    let names = Names::new(sources);
    let mut imports = Imports::new();
    for source in sources {
        let own = imports.entry(&source.path).or_default();
        for path in source.paths() {
            for target in names.targets(source, &path) {
                if target != source.path {
                    let text = path.segments.join("::");
                    let all = own.entry(target).or_default();
                    if !all.split(' ').any(|other| other == text) {
                        *all += &format!(" {text}");
                    }
                }
            }
        }
    }
    imports
}

/// Returns groups of files that import each other, directly or indirectly.
fn circles<'a>(imports: &Imports<'a>) -> BTreeSet<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|file| (*file, reachable(imports, file)))
        .collect();
    reached
        .iter()
        .filter(|(file, from)| from.contains(*file))
        .map(|(file, from)| {
            let meets = |other: &&&str| reached[**other].contains(file);
            from.iter().filter(meets).copied().collect()
        })
        .collect()
}

/// Returns the files that a file imports, directly or indirectly.
fn reachable<'a>(imports: &Imports<'a>, file: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = imports[file].keys().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(imports[next].keys());
        }
    }
    found
}

/// Describes a circle, with the paths that close it.
fn described(imports: &Imports, circle: &[&str]) -> String {
    let mut lines = vec![format!("circle: {}", circle.join(" "))];
    for file in circle {
        for (target, paths) in imports[file].iter().filter(|(to, _)| circle.contains(to)) {
            lines.push(format!("  {file} -> {target}:{paths}"));
        }
    }
    lines.join("\n")
}

/// Returns the circles between made-up files.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source::new(path, text))
        .collect();
    circles(&imports(&sources))
        .into_iter()
        .map(|circle| circle.into_iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn circles_in_made_up_files_are_found() {
    for (text_a, text_b) in [
        (
            "pub use b::g; pub struct A; fn f() { b::g() }",
            "use super::A; pub fn g() {}",
        ),
        (
            "use b::{self, B}; pub struct A;",
            "fn f(a: crate::a::A) {} pub struct B;",
        ),
        // Through a name that a third file re-exports.
        (
            "use b::B; pub struct A;",
            "use crate::Handed; pub struct B;",
        ),
    ] {
        let files = [
            ("lib.rs", "mod a; pub use a::A as Handed;"),
            ("a.rs", text_a),
            ("a/b.rs", text_b),
        ];
        assert_eq!(
            circles_of(&files),
            [["a.rs", "a/b.rs"]],
            "{text_a} {text_b}"
        );
    }
}

#[test]
fn reexports_of_parents_and_uses_by_tests_are_not_circles() {
    for (text_a, text_b) in [
        (
            "mod b; pub use b::B; pub struct A;",
            "use super::A; pub struct B;",
        ),
        (
            "use b::B; pub struct A;",
            "#[cfg(test)] use super::A; pub struct B;",
        ),
        (
            "use b::B; pub struct A;",
            "pub(in crate::a) struct B; // super::A",
        ),
    ] {
        let files = [("lib.rs", "mod a;"), ("a.rs", text_a), ("a/b.rs", text_b)];
        assert!(circles_of(&files).is_empty(), "{text_a} {text_b}");
    }
}

#[test]
fn files_do_not_import_each_other_in_circles() {
    let mut found = Vec::new();
    for folder in [
        "src",
        "crates/iis-metabase/src",
        "crates/windows-security/src",
    ] {
        let sources = sources::below(folder);
        let imports = imports(&sources);
        let new = circles(&imports)
            .into_iter()
            .filter(|circle| !KEPT.iter().any(|(kept, _)| kept == circle));
        found.extend(new.map(|circle| format!("{folder}: {}", described(&imports, &circle))));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
