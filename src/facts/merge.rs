//! Merges the facts of several machines and times.
//!
//! Each question keeps its newest answer. If machines got different answers to a question, all of
//! them stay, each with the machines that got it ([`Observation`]), and all of them are checked.
//!
//! A new part of the facts needs a few lines:
//!
//! 1. Each record gets a field `observed_by: Vec<Observation>` (`#[serde(rename = "seen", default,
//!    skip_serializing_if = "Vec::is_empty")]`) and implements [`MergeRecord`]: the key of its
//!    question, and which answers count as equal. The key includes the server that the question is
//!    about: `C:\drop` on two servers is two questions.
//! 2. The part implements [`Merge`]: its lists use [`merged`], its other fields take the newest
//!    value.
//! 3. [`Facts::merge`](super::Facts::merge) and its helper `for_each_observation` get one line each
//!    for the part.
//!
//! A rule may then find several answers to one question; [`observer_names`] names the machines of
//! each answer.

use super::{Answer, NetworkView, Unknown};
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Which machine got an answer, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "who got an answer and when, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Sighting"))]
pub struct Observation {
    /// The machine; nothing if its file did not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: Option<String>,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub gathered: Option<String>,
    /// The machine's own address in the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The machine's network view, if `gather` was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<NetworkView>,
    /// Whether its time is in the future, so that its age is not known.
    #[serde(skip)]
    pub(crate) is_ahead: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Observation {
    pub fn new(server: Option<String>, gathered: Option<String>) -> Self {
        Self {
            server,
            gathered,
            address: None,
            view: None,
            is_ahead: false,
            unknown: Unknown::new(),
        }
    }

    /// Machine, time and address.
    fn identity(&self) -> (&Option<String>, &Option<String>, Option<IpAddr>) {
        (&self.server, &self.gathered, self.address)
    }

    /// Returns the time in a comparable form, or `None` if it cannot be read or is in the future.
    pub fn time(&self) -> Option<impl Ord + use<>> {
        let gathered = self.gathered.as_deref().filter(|_| !self.is_ahead);
        gathered.and_then(time)
    }
}

/// Returns a time in a comparable form, or `None` if it cannot be read.
pub(super) fn time(text: &str) -> Option<impl Ord + use<>> {
    humantime::parse_rfc3339_weak(text).ok()
}

/// A part of the facts.
pub(crate) trait Merge: Sized {
    /// Merges several parts into one, the oldest first, each with the machine and the time of its
    /// file.
    fn merge(parts: Vec<(Observation, Self)>) -> Self;

    /// Calls a function for the observations of each record.
    fn for_each_observation(&mut self, each: &mut dyn FnMut(&mut Vec<Observation>));
}

/// A question and its answer.
pub(crate) trait MergeRecord: Clone {
    type MergeKey: Clone + Ord;

    /// Returns the question's key. Records with the same key answer the same question.
    fn merge_key(&self) -> Self::MergeKey;

    /// Returns the topic of the question. A newer file of the same machine replaces all answers of
    /// a topic, including those to questions that it did not ask again.
    fn topic(&self) -> Self::MergeKey {
        self.merge_key()
    }

    /// Returns whether the question was asked.
    fn is_answered(&self) -> bool;

    /// Returns whether rules treat another answer to the same question like this one.
    fn agrees(&self, other: &Self) -> bool;

    /// The machines and times of the answer, unless they are only those of the file.
    fn observed_by(&mut self) -> &mut Vec<Observation>;
}

/// One record of one machine. For equal times the later file is the newer one.
struct MergeEntry<R> {
    observation: Observation,
    file: usize,
    record: R,
}

impl<R> MergeEntry<R> {
    fn is_newer(&self, other: &Self) -> bool {
        (self.observation.time(), self.file) > (other.observation.time(), other.file)
    }
}

impl<R: MergeRecord> MergeEntry<R> {
    /// Returns the machine and the topic of the record.
    fn source(&self) -> (Option<String>, R::MergeKey) {
        (self.observation.server.clone(), self.record.topic())
    }
}

/// Merges the records of several files into one list, in the order of their first appearance.
pub(crate) fn merged<R: MergeRecord>(files: Vec<(Observation, Vec<R>)>) -> Vec<R> {
    let mut order: Vec<R::MergeKey> = Vec::new();
    let mut answers: BTreeMap<R::MergeKey, Vec<MergeEntry<R>>> = BTreeMap::new();
    for entry in current(entries(files)) {
        let key = entry.record.merge_key();
        let of_key = answers.entry(key.clone()).or_default();
        if of_key.is_empty() {
            order.push(key);
        }
        of_key.push(entry);
    }
    order
        .iter()
        .filter_map(|key| answers.remove(key))
        .flat_map(distinct)
        .collect()
}

/// Returns one record for each key, for records that name their server: other machines have no
/// different answers then. The oldest come first; `over` merges a record over an older one.
pub(crate) fn layered<R, Key: Ord>(
    records: impl IntoIterator<Item = R>,
    key: impl Fn(&R) -> Key,
    over: impl Fn(R, R) -> R,
) -> Vec<R> {
    let mut layers: BTreeMap<Key, R> = BTreeMap::new();
    for record in records {
        let key = key(&record);
        let whole = match layers.remove(&key) {
            Some(older) => over(record, older),
            None => record,
        };
        layers.insert(key, whole);
    }
    layers.into_values().collect()
}

/// Returns every record once for each machine that observed it. A record that was not asked is
/// dropped if another machine asked.
fn entries<R: MergeRecord>(files: Vec<(Observation, Vec<R>)>) -> Vec<MergeEntry<R>> {
    let mut all = Vec::new();
    for (file, (own, records)) in files.into_iter().enumerate() {
        for mut record in records {
            let mut observed_by = std::mem::take(record.observed_by());
            if observed_by.is_empty() {
                observed_by.push(own.clone());
            }
            all.extend(observed_by.into_iter().map(|observation| MergeEntry {
                observation,
                file,
                record: record.clone(),
            }));
        }
    }
    let answered: BTreeSet<R::MergeKey> = all
        .iter()
        .filter(|entry| entry.record.is_answered())
        .map(|entry| entry.record.merge_key())
        .collect();
    all.retain(|entry| entry.record.is_answered() || !answered.contains(&entry.record.merge_key()));
    all
}

/// Returns the records of the newest file of each machine, topic by topic.
fn current<R: MergeRecord>(all: Vec<MergeEntry<R>>) -> Vec<MergeEntry<R>> {
    let mut newest: BTreeMap<_, usize> = BTreeMap::new();
    for (at, entry) in all.iter().enumerate() {
        let best = newest.entry(entry.source()).or_insert(at);
        if all.get(*best).is_some_and(|best| entry.is_newer(best)) {
            *best = at;
        }
    }
    // Several records of a topic in one file are equally new.
    let is_current: Vec<bool> = all
        .iter()
        .map(|entry| {
            let best = newest.get(&entry.source()).and_then(|at| all.get(*at));
            best.is_none_or(|best| !best.is_newer(entry))
        })
        .collect();
    all.into_iter()
        .zip(is_current)
        .filter_map(|(entry, is_current)| is_current.then_some(entry))
        .collect()
}

/// Returns the different answers to one question; of equal answers the newest, with all machines
/// that got it.
fn distinct<R: MergeRecord>(mut entries: Vec<MergeEntry<R>>) -> Vec<R> {
    entries.sort_by(|one, two| {
        two.observation
            .time()
            .cmp(&one.observation.time())
            .then(two.file.cmp(&one.file))
    });
    let mut answers: Vec<R> = Vec::new();
    for mut entry in entries {
        match answers
            .iter_mut()
            .find(|answer| answer.agrees(&entry.record))
        {
            Some(answer) => answer.observed_by().push(entry.observation),
            None => {
                *entry.record.observed_by() = vec![entry.observation];
                answers.push(entry.record);
            }
        }
    }
    for answer in &mut answers {
        answer
            .observed_by()
            .sort_by(|one, two| one.identity().cmp(&two.identity()));
        answer
            .observed_by()
            .dedup_by(|two, one| one.identity() == two.identity());
    }
    answers
}

/// Returns the machines of an answer, for the sentence "… from sp1, wfe1".
pub(crate) fn observer_names(observed_by: &[Observation]) -> String {
    let names: Vec<&str> = observed_by
        .iter()
        .map(|observation| observation.server.as_deref().unwrap_or(NAMELESS))
        .collect();
    names.join(", ")
}

/// The name in sentences for a machine whose file does not name it. No host has such a name.
pub(crate) const NAMELESS: &str = "a machine without a name";

impl<T> Answer<T> {
    /// Returns whether another answer counts as equal: both have the same known value, or both are
    /// absent, or both failed for any reason.
    pub fn agrees(&self, other: &Self, known: impl Fn(&T, &T) -> bool) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(two)) => known(one, two),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// Returns the farm that the files name.
///
/// # Errors
/// Two files that name different farms.
pub(super) fn one_farm<'a>(
    files: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<Option<String>, Error> {
    let mut first: Option<(&str, &str)> = None;
    for (path, farm) in files {
        match (first, farm) {
            (Some((other_path, other)), Some(farm)) if other != farm => {
                let message = format!(
                    "`{other_path}` is about the farm `{other}`, `{path}` about the farm `{farm}`"
                );
                return Err(Error::usage(message).hint(
                    "only one farm's facts can be checked at a \
                    time",
                ));
            }
            (None, Some(farm)) => first = Some((path, farm)),
            _ => {}
        }
    }
    Ok(first.map(|(_, farm)| farm.to_owned()))
}

#[cfg(test)]
mod tests;
