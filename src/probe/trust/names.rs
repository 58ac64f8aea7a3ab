//! Certificates that may be for one of several names.

use rustls::pki_types::ServerName;

/// Returns whether one of several names passes, or the error of the first.
pub(super) fn any_of(
    names: &[&ServerName<'_>],
    verify: impl Fn(&ServerName<'_>) -> Result<(), rustls::Error>,
) -> Result<(), rustls::Error> {
    let Some((first, others)) = names.split_first() else {
        return Err(rustls::Error::General("no name is given".to_owned()));
    };
    verify(first).or_else(
        |error| match others.iter().any(|name| verify(name).is_ok()) {
            true => Ok(()),
            false => Err(error),
        },
    )
}
