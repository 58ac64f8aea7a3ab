//! What the farm file wants, as far as rules may rely on it; otherwise the outcome that follows.
//! The rules of the page judge each of these preconditions.

use super::{Judged, Outcome};
use crate::farm::values::{
    Checked, Container, DomainName, FolderError, FolderPath, Service, Size, Words, checked,
};
use crate::farm::{Delivery, Farm, Server};
use crate::formats::dn::DomainFault;

/// Returns the outcome of a rule about a setting that is not recorded and may be left out.
pub(super) fn not_recorded(key: &str) -> Outcome {
    Outcome::not_applicable(format!("`{key}` is not recorded"))
}

/// Returns the outcome of a rule about what an enabled farm needs, where it is not recorded whether
/// incoming e-mail is enabled.
pub(super) fn not_known_to_be_enabled() -> Outcome {
    Outcome::because(
        "page-disabled",
        "it is not recorded whether incoming e-mail is enabled",
    )
}

/// Returns the display address with its text, if it means the same everywhere.
pub(super) fn display_address(farm: &Farm) -> Judged<(&str, &DomainName)> {
    let (text, domain) = display_domain(farm)?;
    if domain.is_qualified() {
        Ok((text, domain))
    } else {
        Err(Outcome::because(
            "page-display-address-single-label",
            "the display address is a single label",
        ))
    }
}

/// Returns the display address with its text, if it is a domain name.
pub(super) fn display_domain(farm: &Farm) -> Judged<(&str, &DomainName)> {
    match checked(&farm.incoming.display_address) {
        Checked::Valid(text, domain) => Ok((text, domain)),
        Checked::Missing => Err(Outcome::because(
            "page-display-address-missing",
            "no display address is recorded",
        )),
        Checked::Invalid(..) => Err(Outcome::because(
            "page-display-address-not-a-domain",
            "the display address is not a domain name",
        )),
    }
}

/// Makes sure that the Directory Management Service is of one of these kinds.
pub(super) fn service_is(farm: &Farm, wanted: &[Service]) -> Judged<()> {
    match farm.directory.service {
        Some(service) if wanted.contains(&service) => Ok(()),
        Some(service) => Err(Outcome::not_applicable(
            ["the Directory Management Service is `", service.word(), "`"].concat(),
        )),
        None => Err(not_recorded("directory-management.service")),
    }
}

/// Returns the container that the farm's own service uses, with its text. Its domain is written as
/// domains are.
pub(super) fn container(farm: &Farm) -> Judged<(&str, &Container)> {
    let (text, container) = container_in_order(farm)?;
    match container.name.odd_label() {
        Some(DomainFault::Dotted { .. }) => Err(Outcome::because(
            "page-container-domain-in-one-part",
            "the container's domain is not split into labels",
        )),
        _ => Ok((text, container)),
    }
}

/// Returns the container, if its domain's parts are last in it.
pub(super) fn container_in_order(farm: &Farm) -> Judged<(&str, &Container)> {
    let (text, container) = container_name(farm)?;
    match container.name.misplaced_domain() {
        Some(_) => Err(Outcome::because(
            "page-container-reversed",
            "the container's parts are not in the right order",
        )),
        None => Ok((text, container)),
    }
}

/// Returns the container if it is a distinguished name, whatever its parts are.
pub(super) fn container_name(farm: &Farm) -> Judged<(&str, &Container)> {
    service_is(farm, &[Service::Yes])?;
    match checked(&farm.directory.container) {
        Checked::Valid(text, container) => Ok((text, container)),
        Checked::Missing => Err(Outcome::because(
            "page-container-missing",
            "no container is recorded",
        )),
        Checked::Invalid(..) => Err(Outcome::because(
            "page-container-not-a-name",
            "the container is not a distinguished name",
        )),
    }
}

/// Returns the largest message that any web application takes.
pub(super) fn largest_message(farm: &Farm) -> Judged<&Size> {
    farm.largest_message().ok_or_else(|| {
        Outcome::not_applicable("no web application's maximum message size is recorded")
    })
}

/// Makes sure that the mode is automatic.
pub(super) fn automatic_mode(farm: &Farm) -> Judged<()> {
    match farm.delivery() {
        Delivery::Automatic => Ok(()),
        Delivery::AutomaticRemoved => Err(automatic_mode_removed()),
        Delivery::Advanced { .. } => Err(Outcome::not_applicable("the mode is advanced")),
        Delivery::ModeMissing => Err(without_mode()),
    }
}

/// Makes sure that the mode is advanced, and returns the page's drop folder.
pub(super) fn advanced_mode(farm: &Farm) -> Judged<Checked<'_, FolderPath>> {
    match farm.delivery() {
        Delivery::Advanced { drop_folder } => Ok(drop_folder),
        Delivery::AutomaticRemoved => Err(automatic_mode_removed()),
        Delivery::Automatic => Err(Outcome::not_applicable("the mode is automatic")),
        Delivery::ModeMissing => Err(without_mode()),
    }
}

pub(super) fn without_mode() -> Outcome {
    Outcome::because("page-mode-missing", "no mode is recorded")
}

fn automatic_mode_removed() -> Outcome {
    Outcome::because(
        "page-automatic-removed",
        "this SharePoint has no automatic mode",
    )
}

/// Returns the page's drop folder with its text.
pub(super) fn page_folder(farm: &Farm) -> Judged<(&str, &FolderPath)> {
    valid_folder(farm, advanced_mode(farm)?)
}

/// Returns the folder that a server takes mail from, with its text.
pub(super) fn polled_folder<'a>(
    farm: &'a Farm,
    server: &'a Server,
) -> Judged<(&'a str, &'a FolderPath)> {
    valid_folder(farm, farm.polled_folder(server))
}

fn valid_folder<'a>(
    farm: &'a Farm,
    folder: Checked<'a, FolderPath>,
) -> Judged<(&'a str, &'a FolderPath)> {
    match folder {
        Checked::Valid(text, path) => Ok((text, path)),
        Checked::Missing => {
            advanced_mode(farm)?;
            Err(Outcome::because(
                "page-drop-folder-missing",
                "no drop folder is recorded",
            ))
        }
        Checked::Invalid(_, error) => Err(invalid_folder(error)),
    }
}

/// Returns the outcome of rules about a folder whose path is not valid.
pub(super) fn invalid_folder(error: &FolderError) -> Outcome {
    match error {
        FolderError::NoShare { .. } => {
            Outcome::because("page-drop-folder-no-share", "the folder names no share")
        }
        _ => Outcome::because(
            "page-drop-folder-not-absolute",
            "the folder is not an absolute path",
        ),
    }
}
