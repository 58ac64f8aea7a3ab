//! Who may do what to the drop folder and to the next message in it.

mod accounts;
mod groups;
mod held;
mod list;
mod party;
mod share;
mod view;
mod words;

use crate::rules::{Judge, Rule, rule};

/// The rules about rights on the drop folders.
pub static RULES: &[Rule] = &[
    rule!(
        "folder-no-list",
        Folder,
        Error,
        "The drop folder has no list of permissions: everyone may do everything.",
        "The drop folder has a list of permissions.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(list::missing)
    ),
    rule!(
        "folder-timer-cannot-read",
        Folder,
        Error,
        "The Timer service's account cannot read the mail in the drop folder.",
        "The Timer service's account can list the drop folder and read new messages.",
        ["farm.timer-account", "incoming-email.drop-folder"],
        Judge::Case(accounts::timer_cannot_read),
        Rights
    ),
    rule!(
        "folder-timer-cannot-delete",
        Folder,
        Error,
        "The Timer service's account cannot delete the mail that it has taken: it comes again and \
         again.",
        "The Timer service's account can delete new messages.",
        ["farm.timer-account", "incoming-email.drop-folder"],
        Judge::Case(accounts::timer_cannot_delete),
        Rights
    ),
    rule!(
        "folder-pool-cannot-read",
        Folder,
        Error,
        "A web application's account cannot read the mail in the drop folder.",
        "The account can read new messages.",
        [
            "web-application.NAME.account",
            "farm.central-administration-account",
            "incoming-email.drop-folder"
        ],
        Judge::Case(accounts::pool_cannot_read),
        Rights
    ),
    rule!(
        "folder-not-inherited",
        Folder,
        Error,
        "An entry of the list counts for the drop folder and not for new messages.",
        "What the list grants, it grants on new messages too.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(accounts::not_inherited),
        Rights
    ),
    rule!(
        "folder-share-limits",
        Folder,
        Error,
        "The share's own permissions take away what the folder's list grants.",
        "The share's own permissions let through what the account needs.",
        [
            "incoming-email.drop-folder",
            "farm.timer-account",
            "web-application.NAME.account"
        ],
        Judge::Case(share::limits),
        Rights
    ),
    rule!(
        "folder-local-group-on-share",
        Folder,
        Warning,
        "The list of a folder on a share names a group or account that its server does not know.",
        "The share's server knows everyone whom the list names.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(share::local_group)
    ),
    rule!(
        "folder-admin-group-missing",
        Folder,
        Warning,
        "The group WSS_ADMIN_WPG lacks Full control of the drop folder, and its accounts lack \
         what they need.",
        "The group WSS_ADMIN_WPG has Full control of the drop folder, or its accounts have what \
         they need.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(groups::admin_missing)
    ),
    rule!(
        "folder-web-group-missing",
        Folder,
        Warning,
        "The group WSS_WPG cannot read the mail in the drop folder, and the accounts themselves \
         cannot either.",
        "The group WSS_WPG, or every account that needs it, can read the mail in the drop folder.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(groups::web_missing)
    ),
    rule!(
        "folder-open-to-everyone",
        Folder,
        Warning,
        "Everyone may put files into the drop folder, or change what lies there.",
        "Not everyone may write in the drop folder.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(list::open_to_everyone)
    ),
    rule!(
        "folder-order-odd",
        Folder,
        Warning,
        "The entries of the list are not in the order in which Windows puts them.",
        "The entries of the list are in the order in which Windows puts them.",
        ["incoming-email.drop-folder", "server.NAME.drop-folder"],
        Judge::Case(list::order_odd)
    ),
];
