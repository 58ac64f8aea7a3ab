//! Questions that are not on the page, but that most checks need.

use super::question::{self, Answer, Asker, Suggestion, WalkStart, WizardQuestion};
use crate::error::Error;
use crate::farm::values::{FromText, ServerName, Service};
use crate::farm::{Access, Farm, Server, Setting, SettingValue, Table};

/// A question that is not on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExtraStep {
    /// Whether to ask any of the others.
    Offer,
    /// A setting of the farm: its table and name.
    Setting(Table, &'static str),
    /// The farm's servers.
    Servers,
    /// Which servers have a flag, by the setting's name.
    Flag(&'static str),
}

/// Every extra step, in the order in which they are asked.
pub(super) const STEPS: [ExtraStep; 10] = [
    ExtraStep::Offer,
    ExtraStep::Setting(Table::Farm, "version"),
    ExtraStep::Setting(Table::Farm, "timer-account"),
    ExtraStep::Setting(Table::Farm, "central-administration-account"),
    ExtraStep::Servers,
    ExtraStep::Flag("incoming-email-service"),
    ExtraStep::Flag("smtp-service"),
    ExtraStep::Setting(Table::Probe, "dns-servers"),
    ExtraStep::Setting(Table::Probe, "directory"),
    ExtraStep::Setting(Table::Probe, "bind-as"),
];

impl ExtraStep {
    pub(super) fn is_relevant(self, farm: &Farm, with_extra_steps: bool) -> bool {
        farm.is_enabled()
            && match self {
                Self::Offer => true,
                // Who creates the contacts, and where they are, matters only if this farm creates
                // them.
                Self::Setting(_, "central-administration-account" | "directory") => {
                    with_extra_steps && farm.directory.service == Some(Service::Yes)
                }
                Self::Setting(_, "bind-as") => {
                    with_extra_steps
                        && farm.directory.service == Some(Service::Yes)
                        && farm.probe.directory.is_some()
                }
                Self::Setting(..) | Self::Servers => with_extra_steps,
                Self::Flag(_) => with_extra_steps && !farm.servers.is_empty(),
            }
    }

    /// Asks, and stores the answer in the farm.
    pub(super) fn ask(
        self,
        farm: &mut Farm,
        start: WalkStart<'_>,
        asker: &mut dyn Asker,
    ) -> Result<Answer<()>, Error> {
        match self {
            Self::Offer => Ok(Answer::Given(())),
            Self::Setting(table, name) => match row(table, name) {
                Some(setting) => question::ask_setting(setting, farm, start, true, asker),
                None => Ok(Answer::Given(())),
            },
            Self::Servers => ask_servers(farm, start, asker),
            Self::Flag(name) => match row(Table::Server, name) {
                Some(setting) => ask_flag(setting, farm, asker),
                None => Ok(Answer::Given(())),
            },
        }
    }

    /// Restores what the step asks for.
    pub(super) fn restore(self, farm: &mut Farm, before: &Farm) {
        match self {
            Self::Setting(table, name) => {
                if let Some(Access::Farm(lens)) = row(table, name).map(|setting| setting.access) {
                    // The value was in the file, so its field accepts it.
                    let _ = (lens.write)(farm, (lens.read)(before).as_ref());
                }
            }
            Self::Servers => farm.servers.clone_from(&before.servers),
            // A flag is a part of a server.
            Self::Offer | Self::Flag(_) => {}
        }
    }
}

fn row(table: Table, name: &str) -> Option<&'static Setting> {
    table.rows().find(|row| row.name == name)
}

/// Asks whether to continue with the settings that are not on the page. The proposed answer is yes
/// if none of them is recorded.
pub(super) fn offer(
    farm: &Farm,
    with_extra_steps: bool,
    asker: &mut dyn Asker,
) -> Result<Answer<bool>, Error> {
    let question = WizardQuestion {
        label: "Record what the checks need besides the page?",
        help: "The SharePoint version, the accounts, the servers and the DNS and directory servers to ask. \
               `spinmail verify` checks what is recorded.",
        example: "",
        suggestions: &[],
        can_go_back: true,
    };
    let choices = ["yes: ask for these too", "no: only the page for now"].map(str::to_owned);
    let wanted = with_extra_steps || (farm.version.is_none() && farm.servers.is_empty());
    Ok(asker
        .choose(&question, &choices, usize::from(!wanted))?
        .map(|picked| picked == 0))
}

/// Asks for servers to add to those that were recorded before the walk. A second answer replaces
/// the first.
fn ask_servers(
    farm: &mut Farm,
    start: WalkStart<'_>,
    asker: &mut dyn Asker,
) -> Result<Answer<()>, Error> {
    let Some(setting) = row(Table::Server, "name") else {
        return Ok(Answer::Given(()));
    };
    let found = (start.suggest)(setting, farm).into_iter();
    let suggestions = question::distinct(found.filter(|suggestion| {
        parse_name(setting, &suggestion.value).is_ok()
            && server_named(farm, &suggestion.value).is_none()
    }));
    let present = farm
        .servers
        .iter()
        .map(Server::name)
        .collect::<Vec<_>>()
        .join(", ");
    let question = WizardQuestion {
        label: "Servers of the farm",
        help: "The full names of the servers to add, on one line. Servers in the file stay.",
        example: "sp1.fabrikam.com wfe1.fabrikam.com",
        suggestions: &suggestions,
        can_go_back: true,
    };
    let answer = asker.text(&question, &present, &|typed| {
        resolve_names(typed, &suggestions)
            .iter()
            .try_for_each(|name| parse_name(setting, name).map(|_| ()))
    })?;
    let names = match &answer {
        Answer::Given(typed) => resolve_names(typed, &suggestions),
        Answer::Back => Vec::new(),
    };
    if !names.is_empty() {
        let answered = std::mem::replace(
            farm,
            Farm {
                servers: start.before.servers.clone(),
                ..farm.clone()
            },
        );
        for name in names {
            let name = parse_name(setting, &name).map_err(Error::usage)?;
            if server_named(farm, name.as_str()).is_none() {
                let server = server_named(&answered, name.as_str()).cloned();
                farm.servers.push(server.unwrap_or_else(|| Server {
                    name: Some(name),
                    ..Server::default()
                }));
            }
        }
    }
    Ok(answer.map(|_| ()))
}

/// Returns the farm's server with that name, or `None` if there is none.
fn server_named<'a>(farm: &'a Farm, name: &str) -> Option<&'a Server> {
    farm.servers
        .iter()
        .find(|known| ServerName::same(known.name(), name))
}

/// Returns the names of servers in a typed line.
fn resolve_names(typed: &str, suggestions: &[Suggestion]) -> Vec<String> {
    question::entries(question::resolve_suggestion(typed, suggestions))
}

fn parse_name(setting: &Setting, name: &str) -> Result<ServerName, String> {
    ServerName::from_text(name)
        .map_err(|fault| format!("`{name}`: {fault}; expected {}", setting.kind))
}

/// Asks which servers have a flag. Once one mark is changed, the servers without a mark get `no`.
fn ask_flag(
    setting: &'static Setting,
    farm: &mut Farm,
    asker: &mut dyn Asker,
) -> Result<Answer<()>, Error> {
    let Access::Server(lens) = setting.access else {
        return Ok(Answer::Given(()));
    };
    let yes = SettingValue::Flag(true);
    let names: Vec<String> = farm
        .servers
        .iter()
        .map(|server| server.name().to_owned())
        .collect();
    let marks: Vec<bool> = farm
        .servers
        .iter()
        .map(|server| (lens.read)(server).as_ref() == Some(&yes))
        .collect();
    let help = "Mark the servers that it runs on.";
    let question = WizardQuestion {
        label: setting.label,
        help,
        example: "",
        suggestions: &[],
        can_go_back: true,
    };
    let answer = asker.choose_any(&question, &names, &marks)?;
    if let Answer::Given(picked) = &answer {
        let now: Vec<bool> = (0..names.len()).map(|at| picked.contains(&at)).collect();
        if now != marks {
            for (server, runs) in farm.servers.iter_mut().zip(now) {
                let value = SettingValue::Flag(runs);
                (lens.write)(server, Some(&value))
                    .map_err(|fault| Error::usage(question::explain_fault(setting, &fault)))?;
            }
        }
    }
    Ok(answer.map(|_| ()))
}
