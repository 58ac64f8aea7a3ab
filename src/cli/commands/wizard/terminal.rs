//! Prompts at a terminal that can redraw: lists with arrow keys, and line editing.

use crate::cli::console::{self, Console};
use crate::error::Error;
use crate::text::shown;
use crate::wizard::{Answer, Asker, WizardQuestion};
use anstyle::{AnsiColor, Style};
use dialoguer::theme::Theme;
use dialoguer::{Input, MultiSelect, Select};
use std::fmt;

const BACK: &str = "<";
/// The columns before the text of a list's row: `> [x] `.
const MARK_WIDTH: usize = 6;

pub(super) struct Terminal<'a> {
    console: &'a Console,
    theme: TerminalTheme,
}

impl<'a> Terminal<'a> {
    pub(super) fn new(console: &'a Console) -> Self {
        Self {
            console,
            theme: TerminalTheme {
                colour: console.has_stderr_colour(),
            },
        }
    }

    fn width(&self) -> usize {
        self.console.width().max(super::prompt::MIN_WIDTH)
    }

    /// Returns a text wrapped into lines.
    fn lines(&self, text: &str, indent: &str) -> String {
        let options = super::prompt::fitting(self.width() - 1)
            .initial_indent(indent)
            .subsequent_indent(indent);
        textwrap::fill(&shown(text), options) + "\n"
    }

    fn introduce(&self, question: &WizardQuestion<'_>) {
        let bold = Style::new().bold();
        let label = self.lines(question.label, "");
        let mut text = format!("\n{bold}{}{bold:#}\n", label.trim_end());
        if !question.help.is_empty() {
            text.push_str(&self.lines(question.help, "  "));
        }
        if !question.example.is_empty() {
            text.push_str(&self.lines(&format!("for example: {}", question.example), "  "));
        }
        for (at, suggestion) in question.suggestions.iter().enumerate() {
            text.push_str(&self.lines(
                &format!("{}. {} ({})", at + 1, suggestion.value, suggestion.what),
                "  ",
            ));
        }
        self.console.prompt(&text);
    }

    /// Prints the answer in place of the prompt.
    fn answered(&self, answer: &str) {
        let green = AnsiColor::Green.on_default();
        self.console.prompt(&format!(
            "{green}>{green:#} {}",
            self.lines(answer, "  ").trim_start()
        ));
    }

    /// Returns the rows of a list; the last row goes back.
    fn rows(&self, choices: &[String], question: &WizardQuestion<'_>) -> Vec<String> {
        let options = super::prompt::fitting(self.width() - MARK_WIDTH - 1);
        let wrapped = choices
            .iter()
            .map(|choice| textwrap::fill(&shown(choice), &options));
        wrapped
            .chain(question.can_go_back.then(|| format!("{BACK} back")))
            .collect()
    }
}

impl Asker for Terminal<'_> {
    fn heading(&mut self, title: &str) {
        let style = AnsiColor::Cyan.on_default().bold();
        self.console.prompt(&format!(
            "\n{style}{}{style:#}\n",
            self.lines(title, "").trim_end()
        ));
    }

    fn choose(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: usize,
    ) -> Result<Answer<usize>, Error> {
        self.introduce(question);
        loop {
            let rows = self.rows(choices, question);
            let list = Select::with_theme(&self.theme)
                .items(rows)
                .default(present)
                .report(false);
            let picked = list
                .interact_opt()
                .map_err(|dialoguer::Error::IO(error)| super::prompt::prompt_error(&error))?;
            match picked.filter(|at| *at < choices.len()) {
                Some(at) => {
                    self.answered(choices.get(at).map_or("", String::as_str));
                    return Ok(Answer::Given(at));
                }
                None if question.can_go_back => {
                    self.answered(BACK);
                    return Ok(Answer::Back);
                }
                None => {}
            }
        }
    }

    fn choose_any(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: &[bool],
    ) -> Result<Answer<Vec<usize>>, Error> {
        self.introduce(question);
        self.console
            .prompt(&self.lines("Space marks, Enter ends.", "  "));
        loop {
            let rows = self.rows(choices, question);
            let list = MultiSelect::with_theme(&self.theme)
                .items(rows)
                .defaults(present)
                .report(false);
            let picked = list
                .interact_opt()
                .map_err(|dialoguer::Error::IO(error)| super::prompt::prompt_error(&error))?;
            // Marking the row "back" goes back.
            match picked.filter(|picked| picked.iter().all(|at| *at < choices.len())) {
                Some(picked) => {
                    let names: Vec<&str> = picked
                        .iter()
                        .filter_map(|at| choices.get(*at))
                        .map(String::as_str)
                        .collect();
                    self.answered(&if names.is_empty() {
                        "none".to_owned()
                    } else {
                        names.join(", ")
                    });
                    return Ok(Answer::Given(picked));
                }
                None if question.can_go_back => {
                    self.answered(BACK);
                    return Ok(Answer::Back);
                }
                None => {}
            }
        }
    }

    fn text(
        &mut self,
        question: &WizardQuestion<'_>,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Answer<String>, Error> {
        self.introduce(question);
        if !present.is_empty() {
            self.console
                .prompt(&self.lines(&format!("now: {present}"), "  "));
        }
        loop {
            let input: Input<'_, String> = Input::with_theme(&self.theme)
                .allow_empty(true)
                .report(false);
            let typed = input
                .interact_text()
                .map_err(|dialoguer::Error::IO(error)| super::prompt::prompt_error(&error))?;
            self.erase(&typed);
            let typed = typed.trim();
            match (typed, check(typed)) {
                (BACK, _) if question.can_go_back => {
                    self.answered(BACK);
                    return Ok(Answer::Back);
                }
                ("", Ok(())) => {
                    let kept = if present.is_empty() {
                        "nothing".to_owned()
                    } else {
                        format!("{present} (kept)")
                    };
                    self.answered(&kept);
                    return Ok(Answer::Given(String::new()));
                }
                (_, Ok(())) => {
                    self.answered(crate::wizard::resolve_suggestion(
                        typed,
                        question.suggestions,
                    ));
                    return Ok(Answer::Given(typed.to_owned()));
                }
                (_, Err(reason)) => {
                    let red = AnsiColor::Red.on_default();
                    self.console.prompt(&format!(
                        "{red}!{red:#} {}",
                        self.lines(&reason, "  ").trim_start()
                    ));
                }
            }
        }
    }
}

impl Terminal<'_> {
    /// Clears the upper rows of an input line that was wrapped; the prompt clears only its last
    /// row.
    fn erase(&self, typed: &str) {
        let rows = (dialoguer::console::measure_text_width(typed) + PROMPT.len()) / self.width();
        console::clear_rows(rows);
    }
}

const PROMPT: &str = "> ";

/// Draws lists and input lines. Characters mark the active row, so colour is not needed.
struct TerminalTheme {
    colour: bool,
}

impl TerminalTheme {
    fn row(
        &self,
        out: &mut dyn fmt::Write,
        text: &str,
        mark: &str,
        is_active: bool,
    ) -> fmt::Result {
        let style = if is_active && self.colour {
            AnsiColor::Cyan.on_default()
        } else {
            Style::new()
        };
        let point = if is_active { ">" } else { " " };
        let indent = format!("\n  {}", " ".repeat(mark.len()));
        write!(
            out,
            "{style}{point} {mark}{}{style:#}",
            text.replace('\n', &indent)
        )
    }
}

impl Theme for TerminalTheme {
    fn format_input_prompt(
        &self,
        out: &mut dyn fmt::Write,
        _: &str,
        _: Option<&str>,
    ) -> fmt::Result {
        out.write_str(PROMPT)
    }

    fn format_select_prompt_item(
        &self,
        out: &mut dyn fmt::Write,
        text: &str,
        active: bool,
    ) -> fmt::Result {
        self.row(out, text, "", active)
    }

    fn format_multi_select_prompt_item(
        &self,
        out: &mut dyn fmt::Write,
        text: &str,
        checked: bool,
        active: bool,
    ) -> fmt::Result {
        self.row(out, text, if checked { "[x] " } else { "[ ] " }, active)
    }
}
