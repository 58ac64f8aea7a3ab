//! Which verdicts are about a message and its route.

use super::follower::Follower;
use super::index::station_key;
use super::ways::Stations;
use crate::farm::values::{ServerName, checked};
use crate::report::Report;
use crate::rules::{OutcomeKind, Verdict};

impl<'a, 'r> Follower<'a, 'r> {
    /// Returns whether a verdict is about this route. The existence of the drop folder says nothing
    /// about where an SMTP service drops the message.
    pub(super) fn counts(&self, verdict: &Verdict) -> bool {
        let is_folder_there =
            verdict.rule.id == "folder-missing" && verdict.outcome == OutcomeKind::Pass;
        let is_port_contradicted =
            verdict.rule.id == "iis-not-port-25" && self.is_answered(verdict);
        let is_harmless = is_harmless_null_dacl(verdict, self.report);
        !is_port_contradicted && !is_harmless && (!is_folder_there || self.is_by_files())
    }

    /// Returns whether something answers on port 25 of the server that a verdict is about.
    pub(super) fn is_answered(&self, verdict: &Verdict) -> bool {
        let Some(server) = self.station_of(verdict) else {
            return false;
        };
        self.report.verdicts().iter().any(|other| {
            let station = self.station_of(other);
            other.rule.id == "smtp-closed"
                && other.outcome == OutcomeKind::Pass
                && !self.is_of_other_side(other)
                && station.is_some_and(|name| ServerName::same(name, server))
        })
    }

    /// Returns whether a verdict is about a station of the hop, or about no station at all.
    pub(super) fn is_about(&self, verdict: &Verdict, stations: &Stations<'_>) -> bool {
        if self.is_of_other_side(verdict) {
            return false;
        }
        if self.is_about_other_domain(verdict) {
            return false;
        }
        match self.station_of(verdict) {
            Some(name) => stations.on.contains(&station_key(name)),
            None => true,
        }
    }

    /// Returns whether a verdict is about a domain other than that of the message's address.
    pub(super) fn is_about_other_domain(&self, verdict: &Verdict) -> bool {
        let farm = &self.report.wanted;
        let display = checked(&farm.incoming.display_address).valid();
        let display = display.map(|domain| domain.ascii());
        let Some(wanted) = self.domain.or(display) else {
            return false;
        };
        let about = verdict.scope.domain.as_deref().filter(|_| {
            // A looked-up name counts as a domain if it is not a station's name.
            verdict.scope.server.is_some() || self.station_of(verdict).is_none()
        });
        let is_of_web_application = |domain: &str| {
            let addresses = farm.web_applications.iter();
            let mut addresses = addresses.filter_map(|web| web.incoming_address.as_ref());
            addresses.any(|address| address.ascii() == domain)
        };
        let is_of_display = || {
            let key = verdict.about.as_ref().map(|place| place.setting.as_ref());
            key == Some("incoming-email.display-address") && self.domain.is_some()
        };
        match about {
            Some(about) if about.eq_ignore_ascii_case(wanted) => false,
            // Mail for the display address may have another domain when it reaches the server.
            Some(about) => self.domain.is_some() || is_of_web_application(about),
            None if self.station_of(verdict).is_some() => false,
            None => is_of_display() || self.is_about_other_web_application(verdict, wanted),
        }
    }

    /// Returns whether a verdict is about a web application's own address that is not the message's
    /// domain.
    pub(super) fn is_about_other_web_application(&self, verdict: &Verdict, wanted: &str) -> bool {
        let key = verdict.about.as_ref().map(|place| place.setting.as_ref());
        let mut web_applications = self.report.wanted.web_applications.iter();
        web_applications.any(|web| {
            let of_web = format!("web-application.{}.incoming-address", web.name());
            let address = web.incoming_address.as_ref();
            key == Some(of_web.as_str()) && address.is_none_or(|domain| domain.ascii() != wanted)
        })
    }
}

/// Returns whether a verdict is about a NULL DACL, which does not stop the Timer service.
pub(super) fn is_harmless_null_dacl(verdict: &Verdict, report: &Report) -> bool {
    let keeps_out = |other: &Verdict| {
        let is_of_timer = matches!(
            other.rule.id,
            "folder-timer-cannot-read" | "folder-timer-cannot-delete"
        );
        is_of_timer
            && other.because == Some(verdict.rule.id)
            && other.scope.has_same_folder(&verdict.scope)
    };
    verdict.rule.id == "folder-no-list" && !report.verdicts().iter().any(keeps_out)
}
