//! What the service manager of Windows says.

use crate::facts::{Answer, ServiceFacts, ServiceState, StartType};
use windows_service::service::{self, ServiceAccess, ServiceStartType};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{Error, Result};

/// ERROR_SERVICE_DOES_NOT_EXIST.
const NO_SUCH_SERVICE: i32 = 1060;

/// The state of a service of this machine, and how it starts.
pub fn ask(name: &str) -> Answer<ServiceFacts> {
    look(name).map_or_else(
        |error| match code(&error) {
            Some(NO_SUCH_SERVICE) => Answer::Absent(format!("there is no service {name}")),
            _ => Answer::Failed(text(&error)),
        },
        Answer::Known,
    )
}

fn look(name: &str) -> Result<ServiceFacts> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)?;
    let state = manager.open_service(name, ServiceAccess::QUERY_STATUS)?.query_status()?.current_state;
    // Another right: who may see the state may not see this.
    let start = manager.open_service(name, ServiceAccess::QUERY_CONFIG).and_then(|service| service.query_config());
    let start = start.map_or_else(|error| Answer::Failed(text(&error)), |config| start_type(config.start_type));
    Ok(ServiceFacts { state: state_of(state), start })
}

fn state_of(state: service::ServiceState) -> ServiceState {
    match state {
        service::ServiceState::Stopped => ServiceState::Stopped,
        service::ServiceState::StartPending => ServiceState::StartPending,
        service::ServiceState::StopPending => ServiceState::StopPending,
        service::ServiceState::Running => ServiceState::Running,
        service::ServiceState::ContinuePending => ServiceState::ContinuePending,
        service::ServiceState::PausePending => ServiceState::PausePending,
        service::ServiceState::Paused => ServiceState::Paused,
    }
}

fn start_type(start: ServiceStartType) -> Answer<StartType> {
    Answer::Known(match start {
        ServiceStartType::AutoStart => StartType::Automatic,
        ServiceStartType::OnDemand => StartType::Manual,
        ServiceStartType::Disabled => StartType::Disabled,
        ServiceStartType::SystemStart | ServiceStartType::BootStart => {
            return Answer::Failed("it starts as a driver does".to_owned());
        }
    })
}

fn code(error: &Error) -> Option<i32> {
    match error {
        Error::Winapi(error) => error.raw_os_error(),
        _ => None,
    }
}

fn text(error: &Error) -> String {
    match error {
        Error::Winapi(error) => error.to_string(),
        other => other.to_string(),
    }
}
