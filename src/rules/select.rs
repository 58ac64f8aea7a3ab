//! Which rules run.

use super::{Area, Judge, Rule, all};
use crate::error::Error;
use crate::text::nearest;

/// A word of the command line for some of an area's rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub word: &'static str,
    pub area: Area,
    /// What their ids begin with.
    begins: &'static [&'static str],
}

impl Part {
    pub const ALL: &'static [Self] = &[Self {
        word: "contacts",
        area: Area::Directory,
        begins: &[
            "directory-contact",
            "directory-alias",
            "directory-legacy-object",
            "directory-group-no-address",
        ],
    }];

    fn takes(&self, rule: &Rule) -> bool {
        self.begins.iter().any(|word| begins(rule.id, word))
    }
}

/// The part of an area that a word of the command line stands for.
pub(crate) fn part_of_word(word: &str) -> Option<&'static Part> {
    Part::ALL.iter().find(|part| part.word == word)
}

/// A choice of rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these areas, where any is named.
    areas: Vec<Area>,
    /// Of their areas only these parts.
    parts: Vec<&'static Part>,
    only: Vec<String>,
    skip: Vec<String>,
}

/// The area of a word of the command line, or of the part that it stands for.
pub(crate) fn area_of_word(word: &str) -> Option<Area> {
    let whole = Area::ALL
        .into_iter()
        .find(|area| area.name() == word || area.aliases().contains(&word));
    whole.or_else(|| part_of_word(word).map(|part| part.area))
}

impl Selection {
    /// A choice by areas, and by ids or the words that ids begin with (`dns`, `dns-mx`).
    ///
    /// # Errors
    /// A word that no rule's id begins with.
    pub fn new(areas: &[Area], only: &[String], skip: &[String]) -> Result<Self, Error> {
        for word in only.iter().chain(skip) {
            if !all().any(|rule| begins(rule.id, word)) {
                let areas = Area::ALL
                    .into_iter()
                    .map(Area::name)
                    .filter(|name| all().any(|rule| begins(rule.id, name)));
                let near = nearest(word, areas.chain(all().map(|rule| rule.id)));
                return Err(Error::usage(format!(
                    "no rule's id is `{word}` or begins with `{word}-`"
                ))
                .did_you_mean(near.as_deref())
                .hint("`spinmail explain` lists the rules"));
            }
        }
        Ok(Self {
            areas: areas.to_vec(),
            parts: Vec::new(),
            only: only.to_vec(),
            skip: skip.to_vec(),
        })
    }

    /// The choice with some areas' rules narrowed to parts of them.
    #[must_use]
    pub fn narrowed(mut self, parts: Vec<&'static Part>) -> Self {
        self.parts = parts;
        self
    }

    /// Whether the rule runs. The rules about acceptances speak of what the others said, so they
    /// run with every area, and say nothing where it does not concern them.
    pub fn takes(&self, rule: &Rule) -> bool {
        let in_area = self.areas.is_empty()
            || self.areas.contains(&rule.area)
            || matches!(rule.judge, Judge::Verdicts(_));
        let mut parts = self
            .parts
            .iter()
            .filter(|part| part.area == rule.area)
            .peekable();
        let in_part = parts.peek().is_none() || parts.any(|part| part.takes(rule));
        let named = |words: &[String]| words.iter().any(|word| begins(rule.id, word));
        in_area && in_part && (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }

    /// Whether any rule of the area runs.
    pub fn reaches(&self, area: Area) -> bool {
        all().any(|rule| rule.area == area && self.takes(rule))
    }

    /// Whether any rule of the area runs that is in none of its parts.
    pub fn reaches_beyond_parts(&self, area: Area) -> bool {
        let in_part = |rule: &Rule| Part::ALL.iter().any(|part| part.takes(rule));
        all().any(|rule| rule.area == area && self.takes(rule) && !in_part(rule))
    }

    /// Whether the area was asked for by name, or none was.
    pub fn names(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.contains(&area)
    }
}

/// Whether an id is the word, or begins with it and a hyphen.
fn begins(id: &str, word: &str) -> bool {
    let word = word.strip_suffix('-').unwrap_or(word);
    id.strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
