//! The settings that the rules point at, and how many names a finding shows.

pub(super) const CONTAINER: &str = "directory-management.container";
pub(super) const GROUPS: &str = "directory-management.distribution-groups";
pub(super) const SERVER: &str = "directory-management.smtp-server";
pub(super) const SERVES: &str = "directory-management.serves-domains";
pub(super) const DISPLAY: &str = "incoming-email.display-address";
pub(super) const CONTROLLERS: &str = "probe.directory";
pub(super) const CENTRAL: &str = "farm.central-administration-account";
pub(super) const TIMER: &str = "farm.timer-account";

/// How many names a finding shows, unless all were asked for.
pub(super) const SHOWN: usize = 20;
pub(super) const WITH_ALL: &str = "`--all` names all of them";
