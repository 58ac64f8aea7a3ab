//! Asks for the page's settings: walks `SETTINGS` with an [`Asker`], forwards and back.
//!
//! Values that can be found are suggested; only answers are recorded.

mod extra_step;
mod question;

pub use question::{Answer, Asker, Suggestion, WizardQuestion};
pub(crate) use question::{Suggest, resolve_suggestion};

use crate::error::Error;
use crate::farm::{Access, Farm, Relevance, Section, Setting};
use extra_step::ExtraStep;
use question::WalkStart;

/// One question of the walk.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A field of the page.
    Page(&'static Setting),
    /// A question that is not on the page, but that the checks need.
    ExtraStep(ExtraStep),
}

/// A walk through the page: its position, and the answers so far.
pub struct Walk<'a> {
    before: Farm,
    farm: Farm,
    suggest: &'a Suggest<'a>,
    steps: Vec<Step>,
    at: usize,
    /// The questions asked before the present one, for going back.
    asked: Vec<usize>,
    /// Whether to ask the questions that are not on the page.
    with_extra_steps: bool,
    heading: Option<&'static str>,
}

impl<'a> Walk<'a> {
    /// Creates a walk that begins at the page's first question, with the settings of a farm.
    pub fn new(before: &Farm, suggest: &'a Suggest<'a>) -> Self {
        let page = Section::PAGE
            .into_iter()
            .flat_map(Section::rows)
            .map(Step::Page);
        Self {
            before: before.clone(),
            farm: before.clone(),
            suggest,
            steps: page.chain(extra_step::STEPS.map(Step::ExtraStep)).collect(),
            at: 0,
            asked: Vec::new(),
            with_extra_steps: false,
            heading: None,
        }
    }

    /// Asks every question that is relevant with the answers so far, from the present position to
    /// the end, and returns the changed farm.
    ///
    /// # Errors
    /// Those of the asker.
    pub fn run(&mut self, asker: &mut dyn Asker) -> Result<Farm, Error> {
        while let Some(step) = self.steps.get(self.at).copied() {
            if !self.is_relevant(step) {
                self.at += 1;
                continue;
            }
            let title = step.section().title();
            if self.heading.replace(title) != Some(title) {
                asker.heading(title);
            }
            match self.ask(step, asker)? {
                Answer::Given(()) => {
                    self.asked.push(self.at);
                    self.at += 1;
                }
                Answer::Back => self.back(),
            }
        }
        Ok(self.normalized())
    }

    /// Returns the fault of the answers together, which they did not have one by one, or `None` if
    /// they are good.
    pub fn fault(&self, answered: &Farm) -> Option<String> {
        answered
            .misnamed_account(&self.before)
            .map(question::sentence)
    }

    /// Goes back to the last question; its answer and the later ones become the present values.
    pub fn back(&mut self) {
        if let Some(last) = self.asked.pop() {
            self.at = last;
        }
    }

    fn is_relevant(&self, step: Step) -> bool {
        match step {
            Step::Page(setting) => (setting.relevance)(&self.farm) == Relevance::Active,
            Step::ExtraStep(step) => step.is_relevant(&self.farm, self.with_extra_steps),
        }
    }

    fn ask(&mut self, step: Step, asker: &mut dyn Asker) -> Result<Answer<()>, Error> {
        let can_go_back = !self.asked.is_empty();
        let start = WalkStart {
            before: &self.before,
            suggest: self.suggest,
        };
        match step {
            Step::Page(setting) => {
                question::ask_setting(setting, &mut self.farm, start, can_go_back, asker)
            }
            Step::ExtraStep(ExtraStep::Offer) => {
                let answer = extra_step::offer(&self.farm, self.with_extra_steps, asker)?;
                Ok(answer.map(|with_extra_steps| self.with_extra_steps = with_extra_steps))
            }
            Step::ExtraStep(step) => step.ask(&mut self.farm, start, asker),
        }
    }

    /// Returns the farm as answered. Answers that became irrelevant by going back are restored to
    /// what they were before.
    fn normalized(&self) -> Farm {
        let mut farm = self.farm.clone();
        let page = Section::PAGE.into_iter().flat_map(Section::rows);
        for setting in page.filter(|row| (row.relevance)(&self.farm) != Relevance::Active) {
            if let Access::Farm(lens) = setting.access {
                // The value was in the file, so its field accepts it.
                let _ = (lens.write)(&mut farm, (lens.read)(&self.before).as_ref());
            }
        }
        let extra = extra_step::STEPS.into_iter();
        for step in extra.filter(|step| !step.is_relevant(&self.farm, self.with_extra_steps)) {
            step.restore(&mut farm, &self.before);
        }
        farm
    }
}

impl Step {
    fn section(self) -> Section {
        match self {
            Self::Page(setting) => setting.section,
            Self::ExtraStep(_) => Section::OffPage,
        }
    }
}

/// Walks once through everything.
///
/// # Errors
/// Those of the asker.
pub fn ask(farm: &Farm, suggest: &Suggest<'_>, asker: &mut dyn Asker) -> Result<Farm, Error> {
    Walk::new(farm, suggest).run(asker)
}
