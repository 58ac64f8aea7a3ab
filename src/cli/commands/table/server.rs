//! `server`.

use super::{ActionTexts, RowCommand, Texts};
use crate::farm::Table;

/// The table.
#[derive(Debug, Clone)]
pub(crate) struct Servers;

impl RowCommand for Servers {
    const TABLE: Table = Table::Server;
    const TEXTS: Texts = Texts {
        about: "Add, remove or list the farm's servers in the farm file",
        after_help: "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                  --incoming-email-service yes\n  spinmail server list\n\n`spinmail set \
                  server.NAME.SETTING VALUE` changes a setting of one server.",
        name: "The server's name",
        removed_name: "The server's name",
        add: ActionTexts {
            about: "Add a server to the farm file",
            after_help: "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                      --incoming-email-service yes\n  spinmail server add wfe2.fabrikam.com \
                      --role front-end --smtp-service no --dry-run\n\nA setting that is not \
                      given is not recorded.",
        },
        set: None,
        remove: ActionTexts {
            about: "Remove a server and its settings from the farm file",
            after_help: "Examples:\n  spinmail server remove sp2.fabrikam.com\n  spinmail server \
                      remove sp2.fabrikam.com --dry-run",
        },
        list: ActionTexts {
            about: "List the servers of the farm file",
            after_help: "Examples:\n  spinmail server list\n  spinmail server list --format json",
        },
    };
}
