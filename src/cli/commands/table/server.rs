//! `server`.

use super::{ActionTexts, RowCommand, Texts};
use crate::farm::Table;

/// The table.
#[derive(Debug, Clone)]
pub(crate) struct Servers;

impl RowCommand for Servers {
    const TABLE: Table = Table::Server;
    const TEXTS: Texts = Texts {
        about: "The servers of the farm",
        after_help: "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                  --incoming-email-service yes\n  spinmail server list\n\n`spinmail set \
                  server.NAME.SETTING VALUE` changes one.",
        name: "The server's name",
        removed_name: "The server's name",
        add: ActionTexts {
            about: "Add a server",
            after_help: "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                      --incoming-email-service yes\n  spinmail server add wfe2.fabrikam.com \
                      --role front-end --smtp-service no --dry-run\n\nWhat is not given stays \
                      unrecorded.",
        },
        set: None,
        remove: ActionTexts {
            about: "Remove a server and its settings",
            after_help: "Examples:\n  spinmail server remove sp2.fabrikam.com\n  spinmail server \
                      remove sp2.fabrikam.com --dry-run",
        },
        list: ActionTexts {
            about: "List the servers",
            after_help: "Examples:\n  spinmail server list\n  spinmail server list --format json",
        },
    };
}
