//! `[AREA…]`: the areas to check.

use crate::rules::{Area, AreaPart, area_from_word};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A word for an area, or for a part of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AreaWord {
    area: Area,
    part: Option<&'static AreaPart>,
}

impl AreaWord {
    fn from_word(word: &str) -> Option<Self> {
        Some(Self {
            area: area_from_word(word)?,
            part: AreaPart::from_word(word),
        })
    }
}

/// Returns a parser that takes the words for these areas and for their parts.
pub(crate) fn area_parser(areas: &[Area]) -> impl TypedValueParser<Value = AreaWord> + use<> {
    let names = areas
        .iter()
        .map(|area| PossibleValue::new(area.name()).aliases(area.aliases()));
    let parts = AreaPart::ALL
        .iter()
        .filter(|part| areas.contains(&part.area))
        .map(|part| PossibleValue::new(part.word));
    PossibleValuesParser::new(names.chain(parts).collect::<Vec<_>>())
        .try_map(|word| AreaWord::from_word(&word).ok_or("there is no such area"))
}

/// Returns the areas that were named.
pub(crate) fn areas(words: &[AreaWord]) -> Vec<Area> {
    words.iter().map(|word| word.area).collect()
}

/// Returns the parts of areas that were named, except those of areas that were named as a whole.
pub(crate) fn parts(words: &[AreaWord]) -> Vec<&'static AreaPart> {
    let whole: Vec<Area> = words
        .iter()
        .filter(|word| word.part.is_none())
        .map(|word| word.area)
        .collect();
    let parts = words.iter().filter_map(|word| word.part);
    parts.filter(|part| !whole.contains(&part.area)).collect()
}
