//! Active Directory: the container, the rights on it, the schema, and every contact and group in
//! it.

mod accounts;
mod contacts;
mod container;
mod delegation;
mod farm_account;
mod rights;
mod view;

use super::{Rule, rule};

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
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "directory-signing-needed",
        area: Directory,
        severity: Error,
        summary: "The controller refuses logons that are neither signed nor encrypted.",
        pass_message: "The controller takes the logon.",
        about: ["probe.directory"],
        judge: container::signing_needed,
    },
    rule! {
        id: "directory-schema-old",
        area: Directory,
        severity: Error,
        summary: "The schema lacks the mail attributes that SharePoint writes.",
        pass_message: "The schema has the mail attributes that SharePoint writes.",
        about: ["directory-management.service"],
        judge: container::schema_old,
    },
    rule! {
        id: "directory-container-missing",
        area: Directory,
        severity: Error,
        summary: "The container is not in the directory.",
        pass_message: "The container is in the directory.",
        about: ["directory-management.container"],
        judge: container::missing,
    },
    rule! {
        id: "directory-container-not-a-unit",
        area: Directory,
        severity: Warning,
        summary: "The container is no organizational unit.",
        pass_message: "The container is an organizational unit.",
        about: ["directory-management.container"],
        judge: container::not_a_unit,
    },
    rule! {
        id: "directory-container-shared",
        area: Directory,
        severity: Warning,
        summary: "The container holds other objects than contacts and groups.",
        pass_message: "The container holds nothing but contacts and groups.",
        about: ["directory-management.container"],
        judge: container::shared,
    },
    rule! {
        id: "directory-account-missing",
        area: Directory,
        severity: Error,
        summary: "An account of the farm is not in the directory.",
        pass_message: "The account is in the directory.",
        about: ["farm.central-administration-account", "farm.timer-account"],
        judge: accounts::missing,
    },
    rule! {
        id: "directory-account-disabled",
        area: Directory,
        severity: Error,
        summary: "An account of the farm is disabled, locked or expired.",
        pass_message: "The account is in use.",
        about: ["farm.central-administration-account", "farm.timer-account"],
        judge: accounts::disabled,
    },
    rule! {
        id: "directory-wizard-only",
        area: Directory,
        severity: Error,
        summary: "Nothing but the wizard's task for users is delegated.",
        pass_message: "It is not the wizard's task for users alone that is delegated.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::wizard_only,
    },
    rule! {
        id: "directory-rights-elsewhere",
        area: Directory,
        severity: Warning,
        summary: "The timer's account has the rights, that of Central Administration has not.",
        pass_message: "The account of Central Administration has the rights itself.",
        about: [
            "directory-management.container",
            "farm.central-administration-account",
            "farm.timer-account",
        ],
        judge: rights::rights_elsewhere,
    },
    rule! {
        id: "directory-cannot-create-contacts",
        area: Directory,
        severity: Error,
        summary: "SharePoint cannot create contacts.",
        pass_message: "SharePoint can create contacts.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::cannot_create_contacts,
    },
    rule! {
        id: "directory-cannot-create-groups",
        area: Directory,
        severity: Error,
        summary: "SharePoint cannot create groups.",
        pass_message: "SharePoint can create groups.",
        about: [
            "directory-management.container",
            "farm.central-administration-account",
            "directory-management.distribution-groups",
        ],
        judge: rights::cannot_create_groups,
    },
    rule! {
        id: "directory-cannot-delete-contacts",
        area: Directory,
        severity: Error,
        summary: "SharePoint cannot delete contacts.",
        pass_message: "SharePoint can delete contacts.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::cannot_delete_contacts,
    },
    rule! {
        id: "directory-cannot-delete-groups",
        area: Directory,
        severity: Error,
        summary: "SharePoint cannot delete groups.",
        pass_message: "SharePoint can delete groups.",
        about: [
            "directory-management.container",
            "farm.central-administration-account",
            "directory-management.distribution-groups",
        ],
        judge: rights::cannot_delete_groups,
    },
    rule! {
        id: "directory-cannot-delete-subtree",
        area: Directory,
        severity: Error,
        summary: "Delete Subtree does not reach the contacts, so lists cannot be disabled.",
        pass_message: "Delete Subtree reaches the contacts.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::cannot_delete_subtree,
    },
    rule! {
        id: "directory-cannot-change",
        area: Directory,
        severity: Warning,
        summary: "SharePoint cannot change contacts and groups.",
        pass_message: "SharePoint can change contacts and groups.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::cannot_change,
    },
    rule! {
        id: "directory-rights-too-wide",
        area: Directory,
        severity: Warning,
        summary: "An account may create or delete beyond the container.",
        pass_message: "The account may create and delete nothing beyond the container.",
        about: [
            "directory-management.container",
            "farm.central-administration-account",
            "farm.timer-account",
        ],
        judge: rights::rights_too_wide,
    },
    rule! {
        id: "directory-contact-encoding",
        area: Directory,
        severity: Error,
        summary: "Contacts lack the encoding that keeps attachments.",
        pass_message: "Every contact has the encoding that keeps attachments.",
        about: ["directory-management.container"],
        judge: contacts::encoding,
    },
    rule! {
        id: "directory-contact-mapi",
        area: Directory,
        severity: Error,
        summary: "Contacts count as MAPI recipients, or do not say that they are none.",
        pass_message: "Every contact says that it is no MAPI recipient.",
        about: ["directory-management.container"],
        judge: contacts::mapi,
    },
    rule! {
        id: "directory-contact-target",
        area: Directory,
        severity: Error,
        summary: "Contacts lead to another domain.",
        pass_message: "Every contact leads to this farm.",
        about: [
            "directory-management.container",
            "incoming-email.display-address",
            "directory-management.smtp-server",
        ],
        judge: contacts::target,
    },
    rule! {
        id: "directory-contact-open",
        area: Directory,
        severity: Warning,
        summary: "Contacts take mail from anybody though only authenticated users may send.",
        pass_message: "Contacts and groups take mail from authenticated users only.",
        about: ["directory-management.authenticated-users-only"],
        judge: contacts::open,
    },
    rule! {
        id: "directory-alias-duplicate",
        area: Directory,
        severity: Error,
        summary: "Contacts or groups share an alias or a proxy address.",
        pass_message: "No two contacts or groups share an alias or a proxy address.",
        about: ["directory-management.container"],
        judge: contacts::alias_duplicate,
    },
    rule! {
        id: "directory-alias-too-long",
        area: Directory,
        severity: Error,
        summary: "An alias is longer than 128 characters.",
        pass_message: "No alias is longer than 128 characters.",
        about: ["directory-management.container"],
        judge: contacts::alias_too_long,
    },
    rule! {
        id: "directory-legacy-object",
        area: Directory,
        severity: Note,
        summary: "Contacts or groups have no version of Exchange.",
        pass_message: "Every contact and group has a version of Exchange.",
        about: ["directory-management.container"],
        judge: contacts::legacy,
    },
    rule! {
        id: "directory-group-no-address",
        area: Directory,
        severity: Warning,
        summary: "A distribution group has no mail address.",
        pass_message: "Every distribution group has a mail address.",
        about: ["directory-management.distribution-groups"],
        judge: contacts::group_no_address,
    },
];
