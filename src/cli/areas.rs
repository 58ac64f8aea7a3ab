//! Which areas can be probed from here, and which areas recorded facts are about.

use super::console::Console;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::probe::{self, ProbeRequest, directory};
use crate::rules::Area;

/// Returns all areas that this machine can probe, and says why it cannot probe the others.
pub(crate) fn reachable(request: &ProbeRequest<'_>, console: &Console) -> Vec<Area> {
    let mut reachable = Vec::new();
    for area in Area::ALL {
        match probe::obstacle(area, request) {
            None => reachable.push(area),
            Some(why) => console.status(&format!("{} is left out: {why}", area.name())),
        }
    }
    reachable
}

/// Returns whether the facts have a part about an area, or it needs none.
pub(crate) fn has_facts(facts: &Facts, area: Area) -> bool {
    match area {
        Area::Page | Area::Farm => true,
        Area::Dns => facts.dns.is_some(),
        Area::Smtp => facts.smtp.is_some(),
        Area::Iis => facts.iis.is_some(),
        Area::Folder => facts.folder.is_some(),
        Area::Directory => facts.directory.is_some(),
    }
}

/// The areas of recorded facts.
pub(crate) struct RecordedAreas {
    pub(crate) recorded: Vec<Area>,
    /// Those that the farm uses, and that nothing was recorded about.
    pub(crate) missing: Vec<Area>,
}

impl RecordedAreas {
    pub(crate) fn new(facts: &Facts, farm: &Farm) -> Self {
        let (recorded, mut missing): (Vec<Area>, Vec<Area>) = Area::ALL
            .into_iter()
            .partition(|area| has_facts(facts, *area));
        // Don't report areas that the farm does not use.
        missing.retain(|area| is_used(*area, farm));
        Self { recorded, missing }
    }
}

fn is_used(area: Area, farm: &Farm) -> bool {
    match area {
        Area::Iis => farm.mail_servers().next().is_some(),
        Area::Folder => !farm.polled_folders().is_empty(),
        Area::Directory => directory::is_used(farm),
        _ => true,
    }
}
