//! `wizard`: the page at a terminal.

mod changes;
mod plain;
mod suggest;
mod terminal;

use super::change;
use super::console::{self, Console};
use super::{files, logon, verify};
use crate::error::Error;
use crate::farm::template::{Scenario, text};
use crate::farm::{Document, Farm, Setting, read};
use crate::fs;
use crate::report::Exit;
use crate::text::shown;
use crate::wizard::{Answer, Asker, Walk, WizardQuestion};
use changes::Changes;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::Path;

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
/// Narrower lines cannot be read.
const NARROWEST: usize = 30;

pub fn command() -> Command {
    let command = Command::new("wizard")
        .about("Walk through the page, section by section")
        .after_help(
            "Examples:\n  spinmail wizard\n  spinmail wizard --plain --file \
             farms/fabrikam.toml\n\nEvery answer is checked at once, and nothing is written \
             before the summary.\nOf a domain controller that `probe.directory` names, the units \
             are offered for the container.\nIt needs a terminal; scripts use the page commands \
             or `spinmail set`.",
        )
        .arg(
            Arg::new("plain")
                .long("plain")
                .action(ArgAction::SetTrue)
                .help(
                    "One question a line, nothing redrawn, no colour: for screen readers and \
                     plain consoles",
                ),
        );
    // The answers are worth no question of their own.
    let command = logon::with_account(command).mut_arg("bind-password-file", |arg| {
        arg.help(
            "Its password's file; else SPINMAIL_LDAP_PASSWORD, else the directory is asked as \
             nobody",
        )
    });
    change::with_options(command)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    if !console.has_person() {
        return Err(
            Error::usage("the wizard needs a terminal, and this is none").hint(
                "`spinmail set KEY VALUE` and the page commands (`spinmail mode`, `spinmail dms`, \
                 …) do the same in scripts",
            ),
        );
    }
    let is_plain =
        matches.get_flag("plain") || std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    leave_on_interrupt(is_plain);
    let (path, _) = files::chosen(matches);
    let name = shown(&path.to_string_lossy()).into_owned();
    let only_look = matches.get_flag("dry-run") || matches.get_flag("check");
    let is_new = !path.exists();
    let document = if is_new {
        Document::default()
    } else {
        files::load_path(&path, console)?.document
    };
    let blank = if is_new {
        text(Scenario::Blank)
    } else {
        fs::read_text(&path)?
    };
    let mut asker: Box<dyn Asker> = match is_plain {
        true => Box::new(plain::Plain { console }),
        false => Box::new(terminal::Terminal::new(console)),
    };
    let found = suggest::Found::new(logon::look_unasked(matches, &document.farm)?);
    let suggest = |setting: &Setting, farm: &Farm| found.suggest(setting, farm);
    let mut walk = Walk::new(&document.farm, &suggest);
    let intro =
        "Enter keeps what is there, `<` goes back, Ctrl-C ends; nothing is written before the end.";
    console.ask(&format!(
        "{}\n",
        textwrap::fill(intro, fitting(console.width().saturating_sub(1)))
    ));
    let changes = loop {
        let wanted = walk.run(asker.as_mut())?;
        let changes = Changes::between(&document.farm, &wanted);
        if changes.is_empty() {
            console.say("nothing changes");
            return Ok(Exit::Clean);
        }
        let (_, lines) = changes.apply(&blank, &read(&blank).unwrap_or_default())?;
        let summary = summary(&name, &lines, console.width());
        if only_look {
            console.data(&summary);
            console.say("nothing was written");
            return Ok(if matches.get_flag("check") {
                Exit::Findings
            } else {
                Exit::Clean
            });
        }
        console.ask(&summary);
        match confirm(
            asker.as_mut(),
            &format!("Write {name}?"),
            ["write it", "write nothing"],
            true,
        )? {
            Answer::Given(true) => break changes,
            Answer::Given(false) => {
                console.say("nothing was written");
                return Ok(Exit::Clean);
            }
            Answer::Back => walk.back(),
        }
    };
    write(&path, is_new, &changes, matches, console)?;
    let choices = [
        "look at DNS and the mail servers now",
        "later, with `spinmail verify`",
    ];
    match confirm(asker.as_mut(), "Verify it?", choices, false)? {
        Answer::Given(true) => run_verify(&path, console),
        _ => Ok(Exit::Clean),
    }
}

/// Yes or no, each with what it does; yes is offered.
fn confirm(
    asker: &mut dyn Asker,
    label: &str,
    [yes, no]: [&str; 2],
    can_go_back: bool,
) -> Result<Answer<bool>, Error> {
    let question = WizardQuestion {
        label,
        help: "",
        example: "",
        suggestions: &[],
        can_go_back,
    };
    let choices = [format!("yes: {yes}"), format!("no: {no}")];
    Ok(asker
        .choose(&question, &choices, 0)?
        .map(|picked| picked == 0))
}

/// Lines of a width; names are broken only where nothing else helps.
fn fitting<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(NARROWEST))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// What changes, old → new.
fn summary(name: &str, lines: &[String], width: usize) -> String {
    let options = fitting(width)
        .initial_indent("  ")
        .subsequent_indent("    ");
    let wrapped = lines
        .iter()
        .map(|line| textwrap::fill(&shown(line), &options) + "\n");
    format!("\nWhat changes in {name}:\n{}", wrapped.collect::<String>())
}

fn write(
    path: &Path,
    is_new: bool,
    changes: &Changes,
    matches: &ArgMatches,
    console: &Console,
) -> Result<(), Error> {
    let written = format!("{}: written", shown(&path.to_string_lossy()));
    if is_new {
        let blank = text(Scenario::Blank);
        let (new_text, _) = changes.apply(&blank, &read(&blank).unwrap_or_default())?;
        fs::create_new(path, &new_text)?;
        console.data(&format!("{written}\n"));
        change::tell_new(&new_text, &path.to_string_lossy(), console);
        return Ok(());
    }
    // The file may have changed while the questions were answered: only what was answered goes in.
    change::edit_file(matches, console, |text, document| {
        Ok((changes.apply(text, document)?.0, vec![written.clone()]))
    })?;
    Ok(())
}

/// `spinmail verify` of the file just written, as if it had been typed.
fn run_verify(path: &Path, console: &Console) -> Result<Exit, Error> {
    let arguments = [
        "spinmail".as_ref(),
        "verify".as_ref(),
        "--file".as_ref(),
        path.as_os_str(),
    ];
    let matches = super::command()
        .try_get_matches_from(arguments)
        .map_err(|error| Error::unfinished(format!("cannot verify: {error}")))?;
    match matches.subcommand_matches("verify") {
        Some(verify) => verify::run(verify, console),
        None => Ok(Exit::Clean),
    }
}

/// Lets Ctrl-C end the program. Lists hide the cursor while they wait, and would leave it so.
fn leave_on_interrupt(is_plain: bool) {
    // Where no handler can be set, the system ends the program by itself.
    let _ = ctrlc::set_handler(move || {
        if !is_plain {
            console::show_cursor();
        }
        std::process::exit(INTERRUPTED)
    });
}

/// An answer that could not be read.
fn gone(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::Interrupted {
        // The handler is about to end the program; nothing more is to be said or done.
        loop {
            std::thread::park();
        }
    }
    Error::unfinished(format!("the answer could not be read: {error}")).hint("nothing was written")
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_summary_fits_the_width() {
        let lines = [
            "incoming-email.enabled: not set → true".to_owned(),
            "directory-management.container: OU=Old,DC=fabrikam,DC=com → \
             OU=SharePointContacts,DC=fabrikam,DC=com"
                .into(),
            "farm.name: a\u{1b}[31m → b".to_owned(),
        ];
        let expected = "\nWhat changes in farm.toml:\n  incoming-email.enabled: not set → true\n  \
                        directory-management.container: OU=Old,DC=fabrikam,DC=com\n    → \
                        OU=SharePointContacts,DC=fabrikam,DC=com\n  farm.name: a\\u{1b}[31m → b\n";
        assert_eq!(summary("farm.toml", &lines, 60), expected);
    }
}
