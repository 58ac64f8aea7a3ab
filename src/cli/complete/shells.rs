//! The shells: their scripts, how they ask, and the form of the answers.
//!
//! A completed line will be run, and file names can contain anything. So each candidate must be one
//! word that the shell does not expand: bash, zsh, fish and Elvish quote candidates that are marked
//! as names, PowerShell's script does it itself. Candidates with invisible or control characters
//! are not offered.

use super::words::unquoted;
use crate::text::is_unsafe;
use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::{EnvCompleter, Shells};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

/// A shell.
struct Shell {
    /// The names of its program.
    names: &'static [&'static str],
    script: &'static str,
    /// Whether its words still have their quotes.
    words: Words,
    /// Returns a candidate as the script reads it.
    line: fn(&str, Option<String>) -> String,
}

/// How the shell passes the words of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    AsTyped,
    Unquoted,
}

pub(super) const SHELLS: Shells<'static> = Shells(&[&BASH, &ELVISH, &FISH, &POWERSHELL, &ZSH]);

/// Who quotes a candidate that is not a plain word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// The shell's script.
    Script,
    /// The shell, and only if it is the name of a file.
    Files,
}

/// Returns who quotes the candidates of a shell.
pub(super) fn quoting(shell: &str) -> Quoting {
    if POWERSHELL.names.contains(&shell) {
        Quoting::Script
    } else {
        Quoting::Files
    }
}

const BASH: Shell = Shell {
    names: &["bash"],
    script: include_str!("bash.sh"),
    words: Words::AsTyped,
    line: |value, _| value.to_owned(),
};

const ELVISH: Shell = Shell {
    names: &["elvish"],
    script: include_str!("elvish.elv"),
    words: Words::Unquoted,
    line: |value, _| value.to_owned(),
};

const FISH: Shell = Shell {
    names: &["fish"],
    script: include_str!("fish.fish"),
    words: Words::AsTyped,
    line: with_tab,
};

const POWERSHELL: Shell = Shell {
    names: &["powershell", "pwsh", "powershell_ise"],
    script: include_str!("powershell.ps1"),
    words: Words::Unquoted,
    line: with_tab,
};

const ZSH: Shell = Shell {
    names: &["zsh"],
    script: include_str!("zsh.zsh"),
    words: Words::AsTyped,
    line: |value, help| {
        let value = value.replace('\\', "\\\\").replace(':', "\\:");
        match help {
            Some(help) => format!("{value}:{}", help.replace('\\', "\\\\")),
            None => value,
        }
    },
};

fn with_tab(value: &str, help: Option<String>) -> String {
    match help {
        Some(help) => format!("{value}\t{help}"),
        None => value.to_owned(),
    }
}

impl EnvCompleter for Shell {
    fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    fn write_registration(
        &self,
        _var: &str,
        _name: &str,
        _bin: &str,
        _completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let last = arguments.len().saturating_sub(1);
        let index = variable("_CLAP_COMPLETE_INDEX").and_then(|text| text.parse().ok());
        let index = index.unwrap_or(last);
        let Some(mut words) = self.words.plain(arguments, index) else {
            return Ok(());
        };
        if words.len() == index {
            words.push(OsString::new());
        }
        let separator = variable("_CLAP_IFS").unwrap_or_else(|| "\n".to_owned());
        let candidates = complete(command, words, index, folder)?;
        let lines: Vec<String> = candidates
            .iter()
            .filter_map(|candidate| self.shown(candidate))
            .collect();
        out.write_all(lines.join(&separator).as_bytes())
    }
}

impl Shell {
    /// Returns a candidate as the script reads it, or `None` if it has invisible characters.
    fn shown(&self, candidate: &CompletionCandidate) -> Option<String> {
        let value = candidate.get_value().to_str()?;
        if value.contains(is_unsafe) {
            return None;
        }
        let help = candidate.get_help().map(ToString::to_string);
        let first = help.and_then(|help| help.lines().next().map(str::to_owned));
        Some((self.line)(value, first))
    }
}

impl Words {
    /// Returns the words without quotes, or `None` if the completed word is not plain text: the
    /// shell would have to run something to expand it.
    fn plain(self, arguments: Vec<OsString>, index: usize) -> Option<Vec<OsString>> {
        if self == Self::Unquoted {
            return Some(arguments);
        }
        let words =
            arguments
                .into_iter()
                .enumerate()
                .map(|(at, word)| match word.to_str().map(unquoted) {
                    Some(Some(plain)) => Some(plain.into()),
                    Some(None) if at == index => None,
                    _ => Some(word),
                });
        words.collect()
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
