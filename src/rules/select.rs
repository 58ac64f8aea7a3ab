//! Which rules run.

use super::{Area, Judge, Rule, all};
use crate::error::{Error, nearest};

/// A choice of rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these areas, where any is named.
    areas: Vec<Area>,
    only: Vec<String>,
    skip: Vec<String>,
}

/// The area of a word of the command line.
pub fn area_of_word(word: &str) -> Option<Area> {
    Area::ALL.into_iter().find(|area| area.name() == word || area.aliases().contains(&word))
}

impl Selection {
    /// A choice by areas, and by ids or the words that ids begin with (`dns`, `dns-mx`).
    ///
    /// # Errors
    /// A word that no rule's id begins with.
    pub fn new(areas: &[Area], only: &[String], skip: &[String]) -> Result<Self, Error> {
        for word in only.iter().chain(skip) {
            if !all().any(|rule| begins(rule.id, word)) {
                let areas =
                    Area::ALL.into_iter().map(Area::name).filter(|name| all().any(|rule| begins(rule.id, name)));
                let near = nearest(word, areas.chain(all().map(|rule| rule.id)));
                return Err(Error::usage(format!("no rule's id is or begins with `{word}`"))
                    .did_you_mean(near.as_deref())
                    .hint("`spinmail explain` lists the rules"));
            }
        }
        Ok(Self { areas: areas.to_vec(), only: only.to_vec(), skip: skip.to_vec() })
    }

    /// Whether the rule runs. The rules about acceptances speak of what the others said, so they run with every area,
    /// and say nothing where it does not concern them.
    pub fn takes(&self, rule: &Rule) -> bool {
        let in_area =
            self.areas.is_empty() || self.areas.contains(&rule.area) || matches!(rule.judge, Judge::Verdicts(_));
        let named = |words: &[String]| words.iter().any(|word| begins(rule.id, word));
        in_area && (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }

    /// Whether any rule of the area runs.
    pub fn reaches(&self, area: Area) -> bool {
        all().any(|rule| rule.area == area && self.takes(rule))
    }

    /// Whether the area was asked for by name, or none was.
    pub fn names(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.contains(&area)
    }
}

/// Whether an id is the word, or begins with it and a hyphen.
fn begins(id: &str, word: &str) -> bool {
    let word = word.strip_suffix('-').unwrap_or(word);
    id.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
