//! The SMTP service of this machine: its metabase, and its state in the service control manager.

use crate::facts::{Answer, FailureKind, ServiceStart, ServiceState, ServiceStatus, Unknown};
use crate::probe::elevation::explained;
use crate::probe::failure::from_io;
use std::path::PathBuf;
use windows_service::service::{ServiceAccess, ServiceStartType, ServiceState as State};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

/// ERROR_SERVICE_DOES_NOT_EXIST.
const NO_SUCH_SERVICE: i32 = 1060;

/// Returns where IIS keeps the metabase of this machine.
pub(crate) fn own_metabase() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("SystemRoot")?);
    Some(root.join("System32").join("inetsrv").join("MetaBase.xml"))
}

/// Asks for the state of the SMTP service.
pub(crate) fn own_service() -> Answer<ServiceStatus> {
    service("SMTPSVC")
}

/// Asks for the state and the start type of a service.
fn service(name: &str) -> Answer<ServiceStatus> {
    match ask(name) {
        Ok(seen) => Answer::Known(seen),
        Err(windows_service::Error::Winapi(error))
            if error.raw_os_error() == Some(NO_SUCH_SERVICE) =>
        {
            Answer::Absent(format!("the service {name} is not installed"))
        }
        Err(windows_service::Error::Winapi(error)) => Answer::Failed(explained(from_io(&error))),
        Err(error) => Answer::failed(FailureKind::Other, error.to_string()),
    }
}

fn ask(name: &str) -> Result<ServiceStatus, windows_service::Error> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)?;
    let service = manager.open_service(
        name,
        ServiceAccess::QUERY_STATUS | ServiceAccess::QUERY_CONFIG,
    )?;
    let state = match service.query_status()?.current_state {
        State::Running => ServiceState::Running,
        State::Stopped => ServiceState::Stopped,
        _ => ServiceState::Between,
    };
    let start = match service.query_config()?.start_type {
        ServiceStartType::AutoStart => ServiceStart::Automatic,
        ServiceStartType::OnDemand => ServiceStart::Manual,
        ServiceStartType::Disabled => ServiceStart::Disabled,
        ServiceStartType::SystemStart | ServiceStartType::BootStart => ServiceStart::System,
    };
    Ok(ServiceStatus {
        state,
        start,
        unknown: Unknown::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_service_is_absent() {
        assert!(matches!(
            service("SpinmailNoSuchService"),
            Answer::Absent(_)
        ));
        // Every Windows has it.
        assert!(matches!(service("RpcSs"), Answer::Known(_)));
    }
}
