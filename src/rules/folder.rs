//! The drop folders: each folder that the farm polls on its own.

mod ages;
mod contents;
mod message;
mod messages;
mod observed;
mod receivers;
pub(super) mod rights;
mod wording;

pub(crate) use message::{KnownFarm, MessageVerdict, Receiver, judge_head};

use super::{Rule, rule};

/// The rules about the drop folders.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "folder-missing",
        area: Folder,
        severity: Error,
        summary: "The drop folder does not exist.",
        pass_message: "The drop folder exists.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: contents::missing,
    },
    rule! {
        id: "folder-disk-low",
        area: Folder,
        severity: Warning,
        summary: "The drop folder's volume is almost full.",
        pass_message: "There is space on the drop folder's volume.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: DropDirectory,
        judge: contents::disk_low,
    },
    rule! {
        id: "folder-backlog",
        area: Folder,
        severity: Warning,
        summary: "The drop folder holds so many files that the delivery job slows down.",
        pass_message: "The drop folder holds few files.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: contents::backlog,
    },
    rule! {
        id: "folder-mail-stuck",
        area: Folder,
        severity: Warning,
        summary: "Messages have been in the drop folder for more than ten minutes.",
        pass_message: "Its messages are taken within ten minutes.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: ages::stuck,
    },
    rule! {
        id: "folder-mail-expiring",
        area: Folder,
        severity: Error,
        summary: "Messages in the drop folder will soon be deleted unread.",
        pass_message: "None of its messages is about to be deleted unread.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: Job,
        judge: ages::expiring,
    },
    rule! {
        id: "folder-mail-unroutable",
        area: Folder,
        severity: Error,
        summary: "A message in the drop folder names no recipient.",
        pass_message: "Every message in the drop folder names a recipient.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: List,
        judge: receivers::unroutable,
    },
    rule! {
        id: "folder-alias-unknown",
        area: Folder,
        severity: Warning,
        summary: "A message in the drop folder is for an alias that no list has.",
        pass_message: "A list has the alias.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        hop: List,
        judge: receivers::alias_unknown,
    },
    rule! {
        id: "folder-domain-foreign",
        area: Folder,
        severity: Warning,
        summary: "A message in the drop folder is for a domain other than the display address.",
        pass_message: "Every message in the drop folder is for the display address.",
        about: ["incoming-email.display-address"],
        judge: receivers::domain_foreign,
    },
    rule! {
        id: "folder-loop-guard",
        area: Folder,
        severity: Warning,
        summary: "SharePoint itself sent a message in the drop folder, and will discard it.",
        pass_message: "No message in the drop folder is one that SharePoint sent.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::loop_guard,
    },
    rule! {
        id: "folder-attachments-wrapped",
        area: Folder,
        severity: Warning,
        summary: "A message's attachments are packed in a winmail.dat, and will be lost.",
        pass_message: "No message's attachments are packed in a winmail.dat.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::attachments_wrapped,
    },
    rule! {
        id: "folder-mail-too-large",
        area: Folder,
        severity: Warning,
        summary: "A message is larger than the web applications accept.",
        pass_message: "No message is larger than the web applications accept.",
        about: ["web-application.NAME.maximum-message-size"],
        judge: messages::too_large,
    },
    rule! {
        id: "folder-other-files",
        area: Folder,
        severity: Note,
        summary: "The drop folder holds files that are not messages.",
        pass_message: "The drop folder holds only messages.",
        about: ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        judge: messages::other_files,
    },
];
