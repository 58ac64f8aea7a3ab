//! Checking whether a port accepts connections.

use crate::facts::{Answer, PortCheck};
use crate::probe::deadline::within;
use crate::probe::failure::failed;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// Connects and closes the connection. Only a refusal shows that nothing listens; silence or a
/// missing route does not.
pub(super) async fn check(address: SocketAddr, limit: Duration) -> PortCheck {
    let answer = match within(limit, TcpStream::connect(address)).await {
        Ok(_) => Answer::Known(()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            Answer::Absent("connection refused".to_owned())
        }
        Err(error) => failed(&error),
    };
    PortCheck::new(address, answer)
}
