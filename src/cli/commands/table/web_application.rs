//! `web-application`.

use super::{ActionTexts, RowCommand, Texts};
use crate::farm::Table;

/// The table.
#[derive(Debug, Clone)]
pub(crate) struct WebApplications;

impl RowCommand for WebApplications {
    const TABLE: Table = Table::WebApplication;
    const TEXTS: Texts = Texts {
        about: "Add, remove or list the farm's web applications in the farm file",
        after_help: "Examples:\n  spinmail web-application add Extranet --account \
                  \"FABRIKAM\\sp_web\"\n  spinmail web-application list\n\n`spinmail set \
                  web-application.NAME.SETTING VALUE` changes a setting of one web application.",
        name: "The web application's name",
        removed_name: "The web application's name",
        add: ActionTexts {
            about: "Add a web application to the farm file",
            after_help: "Examples:\n  spinmail web-application add Extranet --account \
                      \"FABRIKAM\\sp_web\"\n  spinmail web-application add \"Human Resources\" \
                      --account \"FABRIKAM\\sp_hr\" --maximum-message-size \"50 MB\" \
                      --dry-run\n\nA setting that is not given is not recorded.",
        },
        set: None,
        remove: ActionTexts {
            about: "Remove a web application and its settings from the farm file",
            after_help: "Examples:\n  spinmail web-application remove Suppliers\n  spinmail \
                      web-application remove Suppliers --dry-run",
        },
        list: ActionTexts {
            about: "List the web applications of the farm file",
            after_help: "Examples:\n  spinmail web-application list\n  spinmail web-application \
                      list --format json",
        },
    };
}
