//! `--facts`: recorded facts, merged if there are several files of them.

use crate::cli::clock;
use crate::cli::paths::{Target, expand};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::{Farm, Server};
use crate::fs::read_text;
use clap::ValueHint;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Recorded facts, which are checked instead of the real world.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct FactsArgs {
    /// Check against these facts, which `spinmail gather` recorded, and ask nothing
    #[arg(
        long,
        value_name = "PATH",
        value_hint = ValueHint::FilePath,
        conflicts_with = "folder",
        long_help = long_help("Check against these facts, which `spinmail gather` recorded, and ask nothing")
    )]
    pub(crate) facts: Vec<PathBuf>,
    /// Report what rests on older facts as undecided: 1d, 12h, 90m
    #[arg(
        long,
        value_name = "DURATION",
        long_help = "Report what rests on older facts as undecided: 1d, 12h, 90m. Newer facts of other \
                     servers are judged; facts without a time are too old"
    )]
    pub(crate) max_age: Option<humantime::Duration>,
}

impl FactsArgs {
    /// Returns how old facts may be, or `None` if they may be of any age.
    pub(crate) fn max_age(&self) -> Option<Duration> {
        self.max_age.map(Into::into)
    }
}

/// Leaves out what is older than is allowed. It comes before a merge, after which what is new may
/// have parts that are old.
pub(crate) fn keep_new(files: &mut [(String, Facts)], max_age: Option<Duration>) {
    let Some(limit) = max_age else {
        return;
    };
    for (_, facts) in files {
        *facts = std::mem::take(facts).without_older_than(limit, &clock::now().text);
    }
}

/// Returns the long help of `--facts`, which begins with its purpose.
pub(crate) fn long_help(purpose: &str) -> String {
    format!(
        "{purpose}. A folder means its *.json; repeat the option for several files.\nIf several files \
         answer the same question, the newest answer counts. If machines got different answers, \
         each is checked, and the report says where it comes from"
    )
}

/// Reads and merges recorded facts that are new enough: `None` if no file is named. They must be
/// about this farm.
///
/// # Errors
/// A file cannot be read, does not fit the others, or is about another farm.
pub(crate) fn load_facts(
    named: &[PathBuf],
    farm: Option<&Farm>,
    max_age: Option<Duration>,
) -> Result<Option<Facts>, Error> {
    let mut all = expand(named, "json")
        .into_iter()
        .map(read_facts)
        .collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() {
        return Ok(None);
    }
    let about_farm = all
        .iter()
        .find(|(_, facts)| facts.farm.is_some())
        .map(|(path, _)| path.clone())
        .unwrap_or_default();
    let names: Vec<&str> = farm
        .iter()
        .flat_map(|farm| farm.servers.iter().map(Server::name))
        .collect();
    for (_, facts) in &mut all {
        facts.name_servers(&names);
    }
    keep_new(&mut all, max_age);
    let facts = Facts::merge(all)?;
    match (&facts.farm, farm.and_then(|farm| farm.name.as_ref())) {
        (Some(theirs), Some(ours)) if theirs != ours => Err(Error::usage(format!(
            "`{about_farm}` is about the farm `{theirs}`, the farm file about `{ours}`"
        ))),
        _ => Ok(Some(facts)),
    }
}

/// Reads a file of facts, which is returned with its name.
fn read_facts((file, error): Target) -> Result<(String, Facts), Error> {
    error.map_or(Ok(()), Err)?;
    let name = file.path().to_string_lossy().into_owned();
    let mut facts = Facts::from_json(&read_text(&file)?, &name)?;
    facts.note_future(&clock::now().text);
    Ok((name, facts))
}

impl FactsArgs {
    /// Returns the error for a further file of facts on the command line, or `None` if the word is
    /// not one.
    pub(crate) fn unrepeated(&self, word: &str) -> Option<Error> {
        let last = self.facts.last()?.to_string_lossy();
        is_file(word, ".json").then(|| repeat_error("--facts", &last, &[word]))
    }
}

/// Options that take one path and can be repeated, with the ending of the files that they take.
const REPEATABLE: [(&str, &str); 2] = [("--facts", ".json"), ("--farms", ".toml")];

/// Returns the error for a command line in which more files follow the one that `--facts` or
/// `--farms` takes, as a shell writes them for `*.json`, or `None` if something else is wrong.
pub(crate) fn unrepeated_option(arguments: &[OsString]) -> Option<Error> {
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    REPEATABLE.iter().find_map(|(option, ending)| {
        let at = words.iter().position(|word| word == option)?;
        let (first, rest) = words.get(at + 1..)?.split_first()?;
        let others = rest.iter().map(AsRef::as_ref);
        let others: Vec<&str> = others.take_while(|word| is_file(word, ending)).collect();
        (!others.is_empty()).then(|| repeat_error(option, first, &others))
    })
}

fn is_file(word: &str, ending: &str) -> bool {
    !word.starts_with('-') && (word.ends_with(ending) || Path::new(word).exists())
}

/// Returns the error for files that follow an option which takes one.
fn repeat_error(option: &str, first: &str, others: &[&str]) -> Error {
    let second = others.first().copied().unwrap_or_default();
    let mut repeated = format!("{option} {first}");
    for other in others {
        repeated.push_str(&format!(" {option} {other}"));
    }
    Error::usage(format!(
        "`{option}` takes one file, and `{second}` is another"
    ))
    .hint(format!("repeat the option: {repeated}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        unrepeated_option(&words).map_or_else(Vec::new, |error| error.hints)
    }

    #[test]
    fn files_behind_the_one_of_an_option_get_a_hint() {
        for (line, hint) in [
            (
                "spinmail verify --facts a.json b.json",
                "repeat the option: --facts a.json --facts b.json",
            ),
            (
                "spinmail verify --facts a.json b.json c.json --only dns",
                "repeat the option: --facts a.json --facts b.json --facts c.json",
            ),
            (
                "spinmail verify --farms a.toml b.toml --facts a.json",
                "repeat the option: --farms a.toml --farms b.toml",
            ),
        ] {
            assert_eq!(hints(line), [hint], "{line}");
        }
        for line in [
            "spinmail verify --facts a.json dsn",
            "spinmail verify --facts a.json --since b.json",
            "spinmail verify --facts",
            "spinmail verify b.json",
        ] {
            assert_eq!(hints(line), [""; 0], "{line}");
        }
    }
}
