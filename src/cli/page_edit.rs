//! Edits of the page's settings by its own commands.

use super::args::{EditArgs, SettingArgs, SettingGroup};
use super::change::{self, Change};
use super::console::Console;
use super::edit;
use crate::error::Error;
use crate::farm::key::{Key, Owner};
use crate::farm::{Farm, Relevance, Setting, SettingValue};
use crate::remedy;
use crate::report::Exit;

/// Returns the change that sets a setting of the page to a value.
pub(crate) fn change_to(setting: &'static Setting, value: SettingValue) -> Change {
    let key = Key {
        setting,
        owner: Owner::Farm,
    };
    (key, Some(value))
}

/// Sets settings of the page to the typed values.
///
/// # Errors
/// A value is not one of its setting's, or the page would not show its field.
pub(crate) fn edit_page<G: SettingGroup>(
    settings: &SettingArgs<G>,
    edit: &EditArgs,
    console: &Console,
) -> Result<Exit, Error> {
    let changes: Vec<Change> = settings
        .values()?
        .into_iter()
        .map(|(setting, value)| change_to(setting, value))
        .collect();
    let options: Vec<&str> = G::options().iter().map(|setting| setting.name).collect();
    edit::edit_file(edit, console, |text, document| {
        refuse_hidden(&options, &changes, &document.farm)?;
        change::apply(text, document, &changes)
    })
}

/// Refuses an option whose field the page would not show after the changes.
fn refuse_hidden(options: &[&str], changes: &[Change], farm: &Farm) -> Result<(), Error> {
    let mut farm = farm.clone();
    for (key, value) in changes {
        // A wrong value is reported when it is applied.
        let _ = key.write(&mut farm, value.as_ref());
    }
    // Options may be set before incoming e-mail is enabled.
    farm.incoming.enabled = Some(true);
    let given = changes
        .iter()
        .filter(|(key, _)| options.contains(&key.setting.name));
    for (key, _) in given {
        if let Relevance::Inactive(why) = (key.setting.relevance)(&farm) {
            return Err(Error::usage(format!(
                "`--{}` does not go with this: {why}",
                key.setting.name
            ))
            .hint(format!(
                "`{command}` records it all the same",
                command = remedy::spinmail("set {SETTING} VALUE", &[&key.setting.key()]),
            ))
            .hint("nothing was changed"));
        }
    }
    Ok(())
}
