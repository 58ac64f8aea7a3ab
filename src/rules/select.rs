//! Which rules run.

use super::{Judge, Rule, all};
use crate::error::Error;
use crate::facts::Area;
use crate::text::nearest;
use std::sync::OnceLock;

/// A word of the command line for some of an area's rules.
#[derive(Debug, PartialEq, Eq)]
pub struct AreaPart {
    pub word: &'static str,
    pub area: Area,
    /// The words that the rules' ids begin with.
    id_prefixes: &'static [&'static str],
}

impl AreaPart {
    pub const ALL: &'static [Self] = &[Self {
        word: "contacts",
        area: Area::Directory,
        id_prefixes: &[
            "directory-contact",
            "directory-alias",
            "directory-address",
            "directory-legacy-object",
            "directory-group-no-address",
        ],
    }];

    /// Returns the part that a word of the command line names.
    pub fn from_word(word: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|part| part.word == word)
    }

    fn includes(&self, rule: &Rule) -> bool {
        self.id_prefixes
            .iter()
            .any(|prefix| has_prefix(rule.id, prefix))
    }
}

/// Returns the area that a word of the command line names, itself or by one of its parts.
pub(crate) fn area_from_word(word: &str) -> Option<Area> {
    let area = Area::ALL
        .into_iter()
        .find(|area| area.name() == word || area.aliases().contains(&word));
    area.or_else(|| Some(AreaPart::from_word(word)?.area))
}

/// A choice of rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these areas, or all if there is none.
    areas: Vec<Area>,
    /// Only these parts of their areas.
    parts: Vec<&'static AreaPart>,
    only: Vec<String>,
    skip: Vec<String>,
    /// The rules that run, for the many farms of a fleet.
    rules: OnceLock<Vec<PlacedRule>>,
    /// The areas of which every rule runs.
    whole_areas: OnceLock<Vec<Area>>,
}

/// A rule with its place in the order of the report.
type PlacedRule = (usize, &'static Rule);

impl Selection {
    /// A choice by areas, and by ids or the words that ids begin with (`dns`, `dns-mx`).
    ///
    /// # Errors
    /// A word that no rule's id begins with.
    pub fn new(areas: &[Area], only: &[String], skip: &[String]) -> Result<Self, Error> {
        for word in only.iter().chain(skip) {
            if !all().any(|rule| has_prefix(rule.id, word)) {
                return Err(unknown_rule(word));
            }
        }
        Ok(Self {
            areas: areas.to_vec(),
            parts: Vec::new(),
            only: only.to_vec(),
            skip: skip.to_vec(),
            rules: OnceLock::new(),
            whole_areas: OnceLock::new(),
        })
    }

    /// Restricts some areas to parts of them.
    #[must_use]
    pub fn restricted_to(mut self, parts: Vec<&'static AreaPart>) -> Self {
        self.parts = parts;
        self.rules = OnceLock::new();
        self.whole_areas = OnceLock::new();
        self
    }

    /// Returns the rules that run, in the order of the report.
    pub(super) fn rules(&self) -> &[PlacedRule] {
        self.rules.get_or_init(|| {
            let placed = all().enumerate();
            placed.filter(|(_, rule)| self.includes(rule)).collect()
        })
    }

    /// Returns the rules of an area that run.
    fn rules_of(&self, area: Area) -> impl Iterator<Item = &'static Rule> {
        let rules = self.rules().iter().map(|(_, rule)| *rule);
        rules.filter(move |rule| rule.area == area)
    }

    /// Returns whether the rule runs. The rules about acceptances are judged from the verdicts of
    /// the others, and the facts' age concerns every area, so these run with every area.
    pub fn includes(&self, rule: &Rule) -> bool {
        let in_area = self.names_area(rule.area) || !matches!(rule.judge, Judge::Case(_));
        in_area
            && self.includes_part_of(rule)
            && (self.only.is_empty() || names_rule(&self.only, rule))
            && !names_rule(&self.skip, rule)
    }

    /// Returns whether the rule is in one of its area's parts that are asked for, if any is.
    fn includes_part_of(&self, rule: &Rule) -> bool {
        let mut of_area = self
            .parts
            .iter()
            .filter(|part| part.area == rule.area)
            .peekable();
        of_area.peek().is_none() || of_area.any(|part| part.includes(rule))
    }

    /// Returns whether any rule of the area runs.
    pub fn includes_area(&self, area: Area) -> bool {
        self.rules_of(area).next().is_some()
    }

    /// Returns whether every rule of the area runs.
    pub fn includes_whole_area(&self, area: Area) -> bool {
        let whole_areas = self.whole_areas.get_or_init(|| {
            let is_whole = |each: &Area| {
                let of_area = all().filter(|rule| rule.area == *each);
                self.rules_of(*each).count() == of_area.count()
            };
            Area::ALL.into_iter().filter(is_whole).collect()
        });
        whole_areas.contains(&area)
    }

    /// Returns whether any rule of the area runs that is in none of its parts.
    pub fn includes_beyond_parts(&self, area: Area) -> bool {
        self.rules_of(area)
            .any(|rule| !AreaPart::ALL.iter().any(|part| part.includes(rule)))
    }

    /// Returns whether the area was asked for by name, or none was.
    pub fn names_area(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.contains(&area)
    }
}

fn unknown_rule(word: &str) -> Error {
    let areas = Area::ALL
        .into_iter()
        .map(Area::name)
        .filter(|name| all().any(|rule| has_prefix(rule.id, name)));
    let near = nearest(word, areas.chain(all().map(|rule| rule.id)));
    Error::usage(format!("no rule's id is `{word}` or begins with `{word}-`"))
        .did_you_mean(near.as_deref())
        .hint("`spinmail explain` lists the rules")
}

fn names_rule(words: &[String], rule: &Rule) -> bool {
    words.iter().any(|word| has_prefix(rule.id, word))
}

/// Returns whether an id is the word, or begins with it and a hyphen.
fn has_prefix(id: &str, word: &str) -> bool {
    let word = word.strip_suffix('-').unwrap_or(word);
    id.strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
