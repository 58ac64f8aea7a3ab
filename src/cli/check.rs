//! Checks one farm: the rules judge facts, recorded or gathered now.

use super::areas;
use super::args::{CredentialArgs, ProbeArgs, ReportArgs, RuleFilter, load_facts, with_known};
use super::clock;
use super::console::Console;
use super::coverage::{Origin, Scope};
use super::exit::exit_of;
use super::output::Output;
use super::probing::Probing;
use super::progress::Bar;
use super::report_writer::{ReportContext, ReportWriter};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::probe::{self, NoProgress, ProbeOptions, ProbeRequest};
use crate::report::{Exit, Report, RunOptions};
use crate::rules::{self, Area, Case, Selection};
use std::path::PathBuf;
use std::time::Duration;

/// What to check of a farm, and how.
#[derive(Clone, Copy)]
pub(crate) struct Check<'a> {
    /// Recorded facts; without any, the world is probed.
    pub(crate) facts: &'a [PathBuf],
    /// How old facts may be.
    pub(crate) max_age: Option<Duration>,
    /// The areas that were named; without any, all for which there are or can be facts.
    pub(crate) areas: &'a [Area],
    pub(crate) filter: &'a RuleFilter,
    /// The areas that must be judged.
    pub(crate) required: &'a [Area],
    pub(crate) probe: &'a ProbeArgs,
    pub(crate) credentials: &'a CredentialArgs,
    /// The address of the message whose route is judged, or `None`.
    pub(crate) address: Option<&'a str>,
    pub(crate) console: &'a Console,
}

impl Check<'_> {
    /// Judges a farm, and returns how probing went too.
    ///
    /// # Errors
    /// The facts or an option cannot be used for this farm, or no rule is left to judge.
    pub(crate) fn judge(&self, loaded: Loaded) -> Result<(Report, Exit), Error> {
        let farm = &loaded.document.farm;
        let recorded = load_facts(self.facts, Some(farm), self.max_age)?;
        let probing = Probing {
            farm,
            probe: self.probe,
            credentials: self.credentials,
            console: self.console,
        };
        let mut options = probing.options(self.areas)?;
        options.smtp.recipients = self.address.map(str::to_owned).into_iter().collect();
        let areas = self.judged_areas(farm, recorded.as_ref(), &options);
        let selection = self.filter.selection(&areas)?;
        let is_recorded = recorded.is_some();
        let (facts, exit) = match recorded {
            Some(facts) => (with_known(facts, farm, &options), Exit::Clean),
            None => {
                let wanted = probed_areas(&selection);
                if !wanted.is_empty() {
                    probing.log_on(&mut options, &selection)?;
                    options.directory.address = self.address.map(str::to_owned);
                }
                self.gather(farm, &wanted, &options)
            }
        };
        let obstacle = |area| probe::obstacle(area, &self.request(farm, &options));
        let scope = Scope {
            farm,
            facts: &facts,
            selection: &selection,
            named: self.areas,
            required: self.required,
            origin: match is_recorded {
                true => Origin::Recorded,
                false => Origin::Probed(&obstacle),
            },
        };
        let coverage = scope.coverage();
        let report = Report {
            coverage,
            ..report(loaded, facts, &selection, self.address)
        };
        Ok((report, exit))
    }

    /// Returns the probe request for the areas and rules to check.
    fn request<'r>(&'r self, farm: &'r Farm, options: &'r ProbeOptions) -> ProbeRequest<'r> {
        ProbeRequest {
            farm,
            areas: self.areas,
            options,
            server: None,
            progress: &NoProgress,
        }
    }

    /// Returns the areas to judge: those that were named, else all for which there are or can be
    /// facts. Rules that are named are judged whatever the facts hold or this machine can probe.
    fn judged_areas(
        &self,
        farm: &Farm,
        recorded: Option<&Facts>,
        options: &ProbeOptions,
    ) -> Vec<Area> {
        if !self.areas.is_empty() {
            return self.areas.to_vec();
        }
        match recorded {
            _ if self.filter.names_rules() => Vec::new(),
            Some(facts) => areas::recorded(facts),
            None => areas::reachable(&self.request(farm, options)),
        }
    }

    /// Probes the world. The rules of an area that could not be probed are undecided; the others
    /// are judged.
    fn gather(&self, farm: &Farm, areas: &[Area], options: &ProbeOptions) -> (Facts, Exit) {
        if areas.is_empty() {
            return (Facts::default(), Exit::Clean);
        }
        let progress = Bar::new(self.console);
        let request = ProbeRequest {
            farm,
            areas,
            options,
            server: options.iis.server.as_deref(),
            progress: &progress,
        };
        let (facts, errors) = probe::gather(&request);
        for error in &errors {
            self.console.error(error);
        }
        (facts, exit_of(&errors))
    }

    /// Judges a farm and writes the report.
    ///
    /// # Errors
    /// Those of [`Self::judge`], and a report that cannot be written.
    pub(crate) fn run(
        &self,
        loaded: Loaded,
        args: &ReportArgs,
        run: RunOptions,
    ) -> Result<Exit, Error> {
        let baseline = args.baseline()?;
        let (report, probed) = self.judge(loaded)?;
        let context = ReportContext {
            options: args.options(self.console, run),
            baseline,
        };
        let output = Output::begin(args.out.path(), self.console)?;
        let mut writer = ReportWriter::begin(output, &context)?;
        writer.write(&context.complete(report, probed))?;
        writer.finish(Exit::Clean)
    }
}

/// Returns the areas that have to be probed for the rules of a selection.
pub(crate) fn probed_areas(selection: &Selection) -> Vec<Area> {
    Area::ALL
        .into_iter()
        .filter(|area| !area.is_offline() && selection.includes_area(*area))
        .collect()
}

/// Judges a farm by its facts. With an address, only the route of its mail is judged.
pub(crate) fn report(
    loaded: Loaded,
    facts: Facts,
    selection: &Selection,
    address: Option<&str>,
) -> Report {
    let Loaded { path, document, .. } = loaded;
    let now = clock::now().text;
    let case = Case::new(&document, &facts, clock::today())
        .at(&now)
        .for_mail_to(address);
    let verdicts = rules::judge(&case, selection);
    // A route needs more than the farm file, and a fleet has thousands of files.
    let is_looked_at = address.is_some() || !facts.sources.is_empty();
    let routes = match is_looked_at {
        true => case.routes().outlines(address),
        false => Vec::new(),
    };
    Report {
        routes,
        ..Report::judged(path.to_string_lossy().into_owned(), document.farm, verdicts)
    }
}
