//! Prompts for screen readers and plain consoles: one question a line, no redrawing, no colours.

use crate::cli::console::Console;
use crate::error::Error;
use crate::text::{nearest, shown};
use crate::wizard::{Answer, Asker, WizardQuestion};

/// A prompt that prints and reads whole lines.
pub(super) struct Plain<'a> {
    pub console: &'a Console,
}

const BACK: &str = "<";

impl Plain<'_> {
    fn line(&self, text: &str) {
        self.console.prompt(&format!("{}\n", self.wrapped(text)));
    }

    /// Broken between words; a plain console would break within them.
    fn wrapped(&self, text: &str) -> String {
        textwrap::fill(
            &shown(text),
            super::prompt::fitting(self.console.width().saturating_sub(1)),
        )
    }

    fn introduce(&self, question: &WizardQuestion<'_>) {
        let colon = if question.label.ends_with(['?', ':']) || question.help.is_empty() {
            ""
        } else {
            ":"
        };
        let help = if question.help.is_empty() {
            String::new()
        } else {
            format!("{colon} {}", question.help)
        };
        self.line(&format!("{}{help}", question.label));
        if !question.example.is_empty() {
            self.line(&format!("For example: {}", question.example));
        }
        for (at, suggestion) in question.suggestions.iter().enumerate() {
            self.line(&format!(
                "Suggestion {}: {} ({})",
                at + 1,
                suggestion.value,
                suggestion.what
            ));
        }
    }

    /// Asks until an answer is valid.
    fn until_taken<T>(
        &self,
        question: &WizardQuestion<'_>,
        prompt: &str,
        take: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Answer<T>, Error> {
        let back = if question.can_go_back {
            "; < goes back"
        } else {
            ""
        };
        loop {
            self.console
                .prompt(&format!("{} ", self.wrapped(&format!("{prompt}{back}:"))));
            let line = self
                .console
                .read_line()
                .map_err(|error| super::prompt::prompt_error(&error))?;
            let typed = line.trim();
            if typed == BACK || typed.eq_ignore_ascii_case("back") {
                if question.can_go_back {
                    return Ok(Answer::Back);
                }
                self.line("This is the first question.");
                continue;
            }
            match take(typed) {
                Ok(value) => return Ok(Answer::Given(value)),
                Err(reason) => self.line(&format!("Not accepted: {reason}")),
            }
        }
    }
}

impl Asker for Plain<'_> {
    fn heading(&mut self, title: &str) {
        self.console.prompt("\n");
        self.line(&format!("Section: {title}"));
    }

    fn choose(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: usize,
    ) -> Result<Answer<usize>, Error> {
        self.introduce(question);
        for (at, choice) in choices.iter().enumerate() {
            self.line(&format!("{}. {choice}", at + 1));
        }
        let kept = choices.get(present).map_or("", |choice| word_of(choice));
        let prompt = format!("Number or word; Enter for {kept}");
        self.until_taken(question, &prompt, |typed| {
            if typed.is_empty() {
                Ok(present)
            } else {
                place_of(typed, choices)
            }
        })
    }

    fn choose_any(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: &[bool],
    ) -> Result<Answer<Vec<usize>>, Error> {
        self.introduce(question);
        let marked: Vec<usize> = (0..choices.len())
            .filter(|at| present.get(*at) == Some(&true))
            .collect();
        for (at, choice) in choices.iter().enumerate() {
            let mark = if marked.contains(&at) {
                " (marked)"
            } else {
                ""
            };
            self.line(&format!("{}. {choice}{mark}", at + 1));
        }
        let prompt = "Numbers with commas between, or none; Enter for those marked";
        self.until_taken(question, prompt, |typed| match typed {
            "" => Ok(marked.clone()),
            "none" => Ok(Vec::new()),
            _ => typed
                .split(',')
                .map(|part| place_of(part.trim(), choices))
                .collect(),
        })
    }

    fn text(
        &mut self,
        question: &WizardQuestion<'_>,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Answer<String>, Error> {
        self.introduce(question);
        let enter = match present {
            "" => "Enter leaves it empty".to_owned(),
            kept => format!("Enter for {kept}"),
        };
        let prompt = match question.suggestions {
            [] => format!("Text; {enter}"),
            _ => format!("Text, or a suggestion's number; {enter}"),
        };
        self.until_taken(question, &prompt, |typed| {
            check(typed).map(|()| typed.to_owned())
        })
    }
}

/// Returns the word that a choice begins with.
fn word_of(choice: &str) -> &str {
    choice.split_once(':').map_or(choice, |(word, _)| word)
}

/// Returns the index of the choice that a typed number or word means.
fn place_of(typed: &str, choices: &[String]) -> Result<usize, String> {
    if let Ok(number) = typed.parse::<usize>()
        && (1..=choices.len()).contains(&number)
    {
        return Ok(number - 1);
    }
    let lower = typed.to_lowercase();
    let words: Vec<String> = choices
        .iter()
        .map(|choice| word_of(choice).to_lowercase())
        .collect();
    if let Some(at) = words.iter().position(|word| *word == lower) {
        return Ok(at);
    }
    let begins: Vec<usize> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.starts_with(&lower))
        .map(|(at, _)| at)
        .collect();
    match begins.as_slice() {
        [at] if !lower.is_empty() => Ok(*at),
        _ => {
            let near = nearest(typed, choices.iter().map(|choice| word_of(choice)));
            let near = near
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            Err(format!(
                "`{typed}` is not one of the choices 1 to {}{near}",
                choices.len()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn numbers_words_and_beginnings_mean_choices() {
        let choices = ["automatic: a", "advanced: b", "leave unrecorded"].map(str::to_owned);
        for (typed, expected) in [
            ("1", Ok(0)),
            ("2", Ok(1)),
            ("Advanced", Ok(1)),
            ("au", Ok(0)),
            ("leave", Ok(2)),
            ("a", Err("`a` is not one of the choices 1 to 3")),
            ("0", Err("`0` is not one of the choices 1 to 3")),
            ("4", Err("`4` is not one of the choices 1 to 3")),
            ("", Err("`` is not one of the choices 1 to 3")),
            (
                "advnaced",
                Err("`advnaced` is not one of the choices 1 to 3; did you mean `advanced`?"),
            ),
        ] {
            assert_eq!(
                place_of(typed, &choices),
                expected.map_err(str::to_owned),
                "{typed}"
            );
        }
    }
}
