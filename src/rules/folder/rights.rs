//! Who may do what to the drop folder and to the next message in it.

mod access;
mod accounts;
mod acl;
mod describe;
mod each;
mod groups;
mod identity;
mod inheritance;
mod needs;
mod open;
mod service_account;
mod share;
mod view;
mod writers;

use crate::rules::{Rule, rule};

/// The rules about rights on the drop folders.
pub(crate) static RULES: &[Rule] = &[
    rule! {
        id: "folder-no-list",
        area: Folder,
        severity: Error,
        summary: "The drop folder has a NULL DACL: everyone has full control.",
        pass_message: "The drop folder has a DACL.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Rights,
        judge: acl::null_dacl,
    },
    rule! {
        id: "folder-account-unknown",
        area: Folder,
        severity: Warning,
        summary: "Windows knows no account of this name.",
        pass_message: "Windows knows the account.",
        about: [
            "farm.timer-account",
            "farm.central-administration-account",
            "web-application.NAME.account",
        ],
        judge: accounts::account_unknown,
    },
    rule! {
        id: "folder-timer-cannot-read",
        area: Folder,
        severity: Error,
        summary: "The Timer service's account cannot list the drop folder or read new messages in \
                  it.",
        pass_message: "The Timer service's account can list the drop folder and read new messages.",
        about: ["farm.timer-account", "incoming-email.drop-folder"],
        hop: Rights,
        judge: accounts::timer_cannot_read,
    },
    rule! {
        id: "folder-timer-cannot-delete",
        area: Folder,
        severity: Error,
        summary: "The Timer service's account cannot delete new messages, so lists get \
                  duplicates.",
        pass_message: "The Timer service's account can delete new messages.",
        about: ["farm.timer-account", "incoming-email.drop-folder"],
        hop: Rights,
        judge: accounts::timer_cannot_delete,
    },
    rule! {
        id: "folder-pool-cannot-read",
        area: Folder,
        severity: Error,
        summary: "A web application's account cannot read new messages in the drop folder.",
        pass_message: "The account can read new messages.",
        about: [
            "web-application.NAME.account",
            "farm.central-administration-account",
            "incoming-email.drop-folder",
        ],
        hop: Rights,
        judge: accounts::pool_cannot_read,
    },
    rule! {
        id: "folder-writer-cannot-write",
        area: Folder,
        severity: Error,
        summary: "An account that writes the messages cannot create files in the drop folder.",
        pass_message: "The account that writes the messages can create files in the drop folder.",
        about: [
            "incoming-email.drop-folder",
            "server.NAME.smtp-service",
            "mail-host.NAME.accounts",
        ],
        hop: Rights,
        judge: writers::cannot_write,
    },
    rule! {
        id: "folder-not-inherited",
        area: Folder,
        severity: Error,
        summary: "An ACE grants rights on the drop folder, but not on new messages.",
        pass_message: "New messages inherit the rights that the DACL grants.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Rights,
        judge: inheritance::not_inherited,
    },
    rule! {
        id: "folder-share-limits",
        area: Folder,
        severity: Error,
        summary: "The share permissions grant an account less than the NTFS permissions do, and \
                  less than it needs.",
        pass_message: "The share's permissions grant the account what it needs.",
        about: ["incoming-email.drop-folder", "farm.timer-account", "web-application.NAME.account"],
        hop: Rights,
        judge: share::limits,
    },
    rule! {
        id: "folder-local-group-on-share",
        area: Folder,
        severity: Warning,
        summary: "The DACL of a drop folder on a share names a group or account that the share's \
                  server does not know.",
        pass_message: "The file server knows every account that the DACL names.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: share::local_group,
    },
    rule! {
        id: "folder-admin-group-missing",
        area: Folder,
        severity: Warning,
        summary: "The group WSS_ADMIN_WPG does not have Full control of the drop folder, and its \
                  accounts lack what they need.",
        pass_message: "The group WSS_ADMIN_WPG has Full control of the drop folder, or its \
                       accounts have what they need.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: groups::admin_group_missing,
    },
    rule! {
        id: "folder-web-group-missing",
        area: Folder,
        severity: Warning,
        summary: "The group WSS_WPG cannot read the mail in the drop folder, and the web \
                  applications' accounts cannot either.",
        pass_message: "The group WSS_WPG, or every account that needs it, can read the mail in the \
                       drop folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: groups::web_group_missing,
    },
    rule! {
        id: "folder-open-to-everyone",
        area: Folder,
        severity: Warning,
        summary: "A group with nearly every user in it may write to the drop folder.",
        pass_message: "No group with nearly every user in it may write to the drop folder.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: open::open_to_everyone,
    },
    rule! {
        id: "folder-order-odd",
        area: Folder,
        severity: Warning,
        summary: "The ACEs of the drop folder are not in canonical order.",
        pass_message: "The ACEs of the drop folder are in canonical order.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: acl::unusual_order,
    },
];
