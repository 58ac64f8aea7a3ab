//! `wizard`: the page at a terminal.

use super::change::{self, Change};
use super::console::{self, Console};
use super::files;
use crate::error::{Error, shown};
use crate::farm::key::{Key, Owner};
use crate::farm::template::{Scenario, text};
use crate::farm::{Access, Document, Farm, Section, file, read};
use crate::report::Exit;
use crate::wizard::{Asker, ask};
use clap::{ArgMatches, Command};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, MultiSelect, Select};

pub fn command() -> Command {
    let command = Command::new("wizard").about("Walk through the page, section by section").after_help(
        "Example:\n  spinmail wizard\n\nIt needs a terminal; scripts use the page commands or `spinmail set`.",
    );
    change::with_options(command)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    if !console.has_person() {
        return Err(Error::usage("the wizard needs a terminal, and this is none")
            .hint("`spinmail set KEY VALUE` and the page commands (`spinmail mode`, `spinmail dms`, …) do the same in scripts"));
    }
    leave_on_interrupt();
    let (path, _) = files::chosen(matches);
    let only_look = matches.get_flag("dry-run") || matches.get_flag("check");
    let is_new = !path.exists();
    let document = if is_new { Document::default() } else { files::load_path(&path, console)?.document };
    let mut asker = Terminal { console };
    let wanted = ask(&document.farm, &mut asker)?;
    let changes = differences(&document.farm, &wanted);
    if changes.is_empty() {
        console.say("nothing changes");
        return Ok(Exit::Clean);
    }
    let blank = if is_new { text(Scenario::Blank) } else { file::read_text(&path)? };
    let before = read(&blank).unwrap_or_default();
    let (new_text, lines) = change::apply(&blank, &before, &changes)?;
    console.say("\nWhat changes:");
    lines.iter().for_each(|line| console.data(&format!("  {}\n", shown(line))));
    if only_look {
        console.say("nothing was written");
        return Ok(if matches.get_flag("check") { Exit::Findings } else { Exit::Clean });
    }
    let name = shown(&path.to_string_lossy()).into_owned();
    if !asker.confirm(&format!("Write {name}?"), true)? {
        console.say("nothing was written");
        return Ok(Exit::Clean);
    }
    let written = format!("{name}: written");
    if is_new {
        file::create(&path, &new_text)?;
        console.data(&format!("{written}\n"));
        change::tell_new(&new_text, &path.to_string_lossy(), console);
        return Ok(Exit::Clean);
    }
    // The file may have changed while the questions were answered: only what was answered goes in.
    change::edit_file(matches, console, |text, document| {
        Ok((change::apply(text, document, &changes)?.0, vec![written.clone()]))
    })
}

/// The settings of the page that differ.
fn differences(before: &Farm, after: &Farm) -> Vec<Change> {
    let rows = Section::PAGE.into_iter().flat_map(Section::rows);
    let change = |setting| {
        let Access::Farm(lens) = (setting as &crate::farm::Setting).access else { return None };
        let (old, new) = ((lens.read)(before), (lens.read)(after));
        (old != new).then_some((Key { setting, owner: Owner::Farm }, new))
    };
    rows.filter_map(change).collect()
}

/// A person at a terminal.
struct Terminal<'a> {
    console: &'a Console,
}

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Lets Ctrl-C end the program. The prompts hide the cursor while they wait, and would leave it so.
fn leave_on_interrupt() {
    // Where no handler can be set, the system ends the program by itself.
    let _ = ctrlc::set_handler(|| {
        console::show_cursor();
        std::process::exit(INTERRUPTED)
    });
}

fn gone(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(error) = error;
    if error.kind() == std::io::ErrorKind::Interrupted {
        // The handler is about to end the program; nothing more is to be said or done.
        loop {
            std::thread::park();
        }
    }
    Error::unfinished(format!("the answer could not be read: {error}")).hint("nothing was written")
}

impl Asker for Terminal<'_> {
    fn heading(&mut self, title: &str) {
        self.console.say(&format!("\n{title}"));
    }

    fn help(&mut self, text: &str) {
        self.console.say(&format!("  {text}"));
    }

    fn choose(&mut self, label: &str, choices: &[String], present: usize) -> Result<usize, Error> {
        let theme = ColorfulTheme::default();
        Select::with_theme(&theme).with_prompt(label).items(choices).default(present).interact().map_err(gone)
    }

    fn choose_any(&mut self, label: &str, choices: &[String], present: &[bool]) -> Result<Vec<usize>, Error> {
        let theme = ColorfulTheme::default();
        MultiSelect::with_theme(&theme)
            .with_prompt(format!("{label} (space marks, enter ends)"))
            .items(choices)
            .defaults(present)
            .interact()
            .map_err(gone)
    }

    fn text(
        &mut self,
        label: &str,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Error> {
        let theme = ColorfulTheme::default();
        let mut input: Input<'_, String> =
            Input::with_theme(&theme).with_prompt(label).allow_empty(true).validate_with(|typed: &String| check(typed));
        if !present.is_empty() {
            input = input.default(present.to_owned());
        }
        input.interact_text().map_err(gone)
    }

    fn confirm(&mut self, label: &str, present: bool) -> Result<bool, Error> {
        let theme = ColorfulTheme::default();
        Confirm::with_theme(&theme).with_prompt(label).default(present).interact().map_err(gone)
    }
}
