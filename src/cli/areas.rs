//! Which areas can be probed from here, and which areas recorded facts are about.

use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::values::Service;
use crate::probe::{self, ProbeRequest};
use crate::rules::Area;

/// Returns all areas that this machine can probe.
pub(crate) fn reachable(request: &ProbeRequest<'_>) -> Vec<Area> {
    let all = Area::ALL.into_iter();
    all.filter(|area| probe::obstacle(*area, request).is_none())
        .collect()
}

/// Returns the areas that recorded facts are about, be they too old.
pub(crate) fn recorded(facts: &Facts) -> Vec<Area> {
    let all = Area::ALL.into_iter();
    let is_recorded = |area: &Area| facts.holds(*area) || facts.stale(*area).is_some();
    all.filter(is_recorded).collect()
}

/// Returns whether the farm has something in an area. The other areas need no facts.
pub(crate) fn is_used(area: Area, farm: &Farm) -> bool {
    match area {
        Area::Iis => farm.mail_servers().next().is_some(),
        Area::Folder => !farm.polled_folders().is_empty(),
        Area::Directory => farm.directory.service == Some(Service::Yes),
        _ => true,
    }
}
