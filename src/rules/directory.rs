//! Active Directory: the container, the rights on it, the schema, and every contact and group in
//! it.

mod accounts;
mod contacts;
mod container;
mod delegation;
mod farm_account;
mod forest;
mod right;
mod rights;
mod settings;
mod targets;
mod view;

pub(super) use right::{DirectoryRight, RightOnObject, Way};

use super::{Rule, rule};

/// The rules about Active Directory.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "directory-signing-needed",
        area: Directory,
        severity: Error,
        summary: "A domain controller refuses a bind that is neither signed nor encrypted.",
        pass_message: "The domain controller accepts the bind.",
        about: ["probe.directory"],
        judge: container::signing_needed,
    },
    rule! {
        id: "directory-schema-old",
        area: Directory,
        severity: Error,
        summary: "The schema of the forest lacks the mail attributes that SharePoint writes.",
        pass_message: "The schema has the mail attributes that SharePoint writes.",
        about: ["directory-management.service"],
        judge: container::schema_old,
    },
    rule! {
        id: "directory-container-missing",
        area: Directory,
        severity: Error,
        summary: "The container of the contacts and groups is not in Active Directory.",
        pass_message: "The container is in Active Directory.",
        about: ["directory-management.container"],
        judge: container::missing,
    },
    rule! {
        id: "directory-container-not-a-unit",
        area: Directory,
        severity: Warning,
        summary: "The container is not an organizational unit.",
        pass_message: "The container is an organizational unit.",
        about: ["directory-management.container"],
        judge: container::not_a_unit,
    },
    rule! {
        id: "directory-container-shared",
        area: Directory,
        severity: Warning,
        summary: "The container holds objects other than contacts and groups.",
        pass_message: "The container holds only contacts and groups.",
        about: ["directory-management.container"],
        judge: container::shared,
    },
    rule! {
        id: "directory-account-missing",
        area: Directory,
        severity: Error,
        summary: "An account of the farm is not in Active Directory.",
        pass_message: "The account is in Active Directory.",
        about: ["farm.central-administration-account", "farm.timer-account"],
        judge: accounts::missing,
    },
    rule! {
        id: "directory-account-disabled",
        area: Directory,
        severity: Error,
        summary: "An account of the farm is disabled, locked out or expired.",
        pass_message: "The account is enabled, not locked out and not expired.",
        about: ["farm.central-administration-account", "farm.timer-account"],
        judge: accounts::disabled,
    },
    rule! {
        id: "directory-wizard-only",
        area: Directory,
        severity: Error,
        summary: "Only the wizard's task for user accounts is delegated.",
        pass_message: "More than the wizard's task for users is delegated.",
        about: ["directory-management.container", "farm.central-administration-account"],
        judge: rights::wizard_only,
    },
    rule! {
        id: "directory-rights-elsewhere",
        area: Directory,
        severity: Warning,
        summary: "The account of the Timer service has the rights, but the account of Central \
                  Administration does not.",
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
        summary: "An account of the farm may create or delete objects beyond the container.",
        pass_message: "The account may not create or delete anything beyond the container.",
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
        summary: "Contacts have an `internetEncoding` other than 1310720.",
        pass_message: "Every contact has the `internetEncoding` that keeps attachments.",
        about: ["directory-management.container"],
        judge: contacts::encoding,
    },
    rule! {
        id: "directory-contact-mapi",
        area: Directory,
        severity: Error,
        summary: "Contacts have a `mAPIRecipient` other than FALSE.",
        pass_message: "Every contact has `mAPIRecipient` set to FALSE.",
        about: ["directory-management.container"],
        judge: contacts::mapi,
    },
    rule! {
        id: "directory-contact-target",
        area: Directory,
        severity: Error,
        summary: "Contacts lead to another domain.",
        pass_message: "Every contact's `targetAddress` is in a domain of this farm.",
        about: [
            "directory-management.container",
            "incoming-email.display-address",
            "directory-management.smtp-server",
            "directory-management.serves-domains",
        ],
        judge: targets::target,
    },
    rule! {
        id: "directory-contact-open",
        area: Directory,
        severity: Warning,
        summary: "Contacts or groups accept mail from anyone, though only authenticated users may \
                  send.",
        pass_message: "Contacts and groups accept mail from authenticated users only.",
        about: ["directory-management.authenticated-users-only"],
        judge: contacts::open,
    },
    rule! {
        id: "directory-contact-closed",
        area: Directory,
        severity: Warning,
        summary: "Contacts accept mail from authenticated senders only, although mail from \
                  outside is wanted.",
        pass_message: "Contacts accept mail from outside too.",
        about: [
            "directory-management.authenticated-users-only",
            "farm.mail-from-outside",
        ],
        hop: Host,
        judge: forest::contact_closed,
    },
    rule! {
        id: "directory-contact-missing",
        area: Directory,
        severity: Error,
        summary: "No object of the forest has the address by which a mail host would pass the \
                  mail on.",
        pass_message: "An object of the forest has the address.",
        about: ["probe.recipient", "directory-management.container"],
        hop: Host,
        judge: forest::contact_missing,
    },
    rule! {
        id: "directory-address-taken",
        area: Directory,
        severity: Error,
        summary: "An object outside the container has an address of a contact or group in it.",
        pass_message: "No object outside the container has an address of a contact or group.",
        about: ["directory-management.container"],
        hop: Host,
        judge: forest::address_taken,
    },
    rule! {
        id: "directory-alias-duplicate",
        area: Directory,
        severity: Error,
        summary: "Several contacts or groups have the same alias or proxy address.",
        pass_message: "No two contacts or groups have the same alias or proxy address.",
        about: ["directory-management.container"],
        judge: contacts::alias_duplicate,
    },
    rule! {
        id: "directory-alias-too-long",
        area: Directory,
        severity: Error,
        summary: "An alias is longer than 64 characters.",
        pass_message: "No alias is longer than 64 characters.",
        about: ["directory-management.container"],
        judge: contacts::alias_too_long,
    },
    rule! {
        id: "directory-legacy-object",
        area: Directory,
        severity: Note,
        summary: "Contacts or groups have no Exchange version.",
        pass_message: "Every contact and group has an Exchange version.",
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
