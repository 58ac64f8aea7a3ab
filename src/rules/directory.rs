//! Active Directory: the container, the rights on it, the schema, and every contact and group in
//! it.

mod accounts;
mod contacts;
mod container;
mod delegation;
mod rights;
mod view;

use super::{Judge, Rule, rule};

const SERVICE: &str = "directory-management.service";
const CONTAINER: &str = "directory-management.container";
const GROUPS: &str = "directory-management.distribution-groups";
const SERVER: &str = "directory-management.smtp-server";
const CONTROLLERS: &str = "probe.directory";
const CENTRAL: &str = "farm.central-administration-account";
const TIMER: &str = "farm.timer-account";

/// How many names a finding shows, unless all were asked for.
const SHOWN: usize = 20;
const WITH_ALL: &str = "`--all` names them all";

/// The rules about Active Directory.
pub static RULES: &[Rule] = &[
    rule!(
        "directory-signing-needed",
        Directory,
        Error,
        "The controller refuses logons that are neither signed nor encrypted.",
        "The controller takes the logon.",
        ["probe.directory"],
        Judge::Case(container::signing_needed)
    ),
    rule!(
        "directory-schema-old",
        Directory,
        Error,
        "The schema lacks the mail attributes that SharePoint writes.",
        "The schema has the mail attributes that SharePoint writes.",
        ["directory-management.service"],
        Judge::Case(container::schema_old)
    ),
    rule!(
        "directory-container-missing",
        Directory,
        Error,
        "The container is not in the directory.",
        "The container is in the directory.",
        ["directory-management.container"],
        Judge::Case(container::missing)
    ),
    rule!(
        "directory-container-not-a-unit",
        Directory,
        Warning,
        "The container is no organizational unit.",
        "The container is an organizational unit.",
        ["directory-management.container"],
        Judge::Case(container::not_a_unit)
    ),
    rule!(
        "directory-container-shared",
        Directory,
        Warning,
        "The container holds other objects than contacts and groups.",
        "The container holds nothing but contacts and groups.",
        ["directory-management.container"],
        Judge::Case(container::shared)
    ),
    rule!(
        "directory-account-missing",
        Directory,
        Error,
        "An account of the farm is not in the directory.",
        "The account is in the directory.",
        ["farm.central-administration-account", "farm.timer-account"],
        Judge::Case(accounts::missing)
    ),
    rule!(
        "directory-account-disabled",
        Directory,
        Error,
        "An account of the farm is disabled, locked or expired.",
        "The account is in use.",
        ["farm.central-administration-account", "farm.timer-account"],
        Judge::Case(accounts::disabled)
    ),
    rule!(
        "directory-wizard-only",
        Directory,
        Error,
        "Nothing but the wizard's task for users is delegated.",
        "It is not the wizard's task for users alone that is delegated.",
        [
            "directory-management.container",
            "farm.central-administration-account"
        ],
        Judge::Case(rights::wizard_only)
    ),
    rule!(
        "directory-rights-elsewhere",
        Directory,
        Warning,
        "The timer's account has the rights, that of Central Administration has not.",
        "The account of Central Administration has the rights itself.",
        [
            "directory-management.container",
            "farm.central-administration-account",
            "farm.timer-account"
        ],
        Judge::Case(rights::rights_elsewhere)
    ),
    rule!(
        "directory-cannot-create-contacts",
        Directory,
        Error,
        "SharePoint cannot create contacts.",
        "SharePoint can create contacts.",
        [
            "directory-management.container",
            "farm.central-administration-account"
        ],
        Judge::Case(rights::cannot_create_contacts)
    ),
    rule!(
        "directory-cannot-create-groups",
        Directory,
        Error,
        "SharePoint cannot create groups.",
        "SharePoint can create groups.",
        [
            "directory-management.container",
            "farm.central-administration-account",
            "directory-management.distribution-groups"
        ],
        Judge::Case(rights::cannot_create_groups)
    ),
    rule!(
        "directory-cannot-delete-contacts",
        Directory,
        Error,
        "SharePoint cannot delete contacts.",
        "SharePoint can delete contacts.",
        [
            "directory-management.container",
            "farm.central-administration-account"
        ],
        Judge::Case(rights::cannot_delete_contacts)
    ),
    rule!(
        "directory-cannot-delete-groups",
        Directory,
        Error,
        "SharePoint cannot delete groups.",
        "SharePoint can delete groups.",
        [
            "directory-management.container",
            "farm.central-administration-account",
            "directory-management.distribution-groups"
        ],
        Judge::Case(rights::cannot_delete_groups)
    ),
    rule!(
        "directory-cannot-delete-subtree",
        Directory,
        Error,
        "Delete Subtree does not reach the contacts, so lists cannot be disabled.",
        "Delete Subtree reaches the contacts.",
        [
            "directory-management.container",
            "farm.central-administration-account"
        ],
        Judge::Case(rights::cannot_delete_subtree)
    ),
    rule!(
        "directory-cannot-change",
        Directory,
        Warning,
        "SharePoint cannot change contacts and groups.",
        "SharePoint can change contacts and groups.",
        [
            "directory-management.container",
            "farm.central-administration-account"
        ],
        Judge::Case(rights::cannot_change)
    ),
    rule!(
        "directory-rights-too-wide",
        Directory,
        Warning,
        "An account may create or delete beyond the container.",
        "The account may create and delete nothing beyond the container.",
        [
            "directory-management.container",
            "farm.central-administration-account",
            "farm.timer-account"
        ],
        Judge::Case(rights::rights_too_wide)
    ),
    rule!(
        "directory-contact-encoding",
        Directory,
        Error,
        "Contacts lack the encoding that keeps attachments.",
        "Every contact has the encoding that keeps attachments.",
        ["directory-management.container"],
        Judge::Case(contacts::encoding)
    ),
    rule!(
        "directory-contact-mapi",
        Directory,
        Error,
        "Contacts count as MAPI recipients, or do not say that they are none.",
        "Every contact says that it is no MAPI recipient.",
        ["directory-management.container"],
        Judge::Case(contacts::mapi)
    ),
    rule!(
        "directory-contact-target",
        Directory,
        Error,
        "Contacts lead to another domain.",
        "Every contact leads to this farm.",
        [
            "directory-management.container",
            "incoming-email.display-address",
            "directory-management.smtp-server"
        ],
        Judge::Case(contacts::target)
    ),
    rule!(
        "directory-contact-open",
        Directory,
        Warning,
        "Contacts take mail from anybody though only authenticated users may send.",
        "Contacts and groups take mail from authenticated users only.",
        ["directory-management.authenticated-users-only"],
        Judge::Case(contacts::open)
    ),
    rule!(
        "directory-alias-duplicate",
        Directory,
        Error,
        "Contacts or groups share an alias or a proxy address.",
        "No two contacts or groups share an alias or a proxy address.",
        ["directory-management.container"],
        Judge::Case(contacts::alias_duplicate)
    ),
    rule!(
        "directory-alias-too-long",
        Directory,
        Error,
        "An alias is longer than 128 characters.",
        "No alias is longer than 128 characters.",
        ["directory-management.container"],
        Judge::Case(contacts::alias_too_long)
    ),
    rule!(
        "directory-legacy-object",
        Directory,
        Note,
        "Contacts or groups have no version of Exchange.",
        "Every contact and group has a version of Exchange.",
        ["directory-management.container"],
        Judge::Case(contacts::legacy)
    ),
    rule!(
        "directory-group-no-address",
        Directory,
        Warning,
        "A distribution group has no mail address.",
        "Every distribution group has a mail address.",
        ["directory-management.distribution-groups"],
        Judge::Case(contacts::group_no_address)
    ),
];
