//! The connection to a controller: TCP, and TLS from the first byte or after StartTLS.

use super::error::DirectoryError;
use super::message::{Response, START_TLS, message_length};
use crate::facts::FailureKind;
use crate::facts::directory::Protection;
use crate::probe::stream::Duplex;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// The ports of `ldap` and `ldaps` (RFC 4516 2, IANA).
const LDAP_PORT: u16 = 389;
const LDAPS_PORT: u16 = 636;

/// Connects to the host and port of a URL; other parts of the URL (RFC 4516) are ignored.
///
/// # Errors
/// The connection or its encryption fails, or the controller refuses StartTLS.
pub(super) async fn connect(
    url: &Url,
    protection: Protection,
    tls: Arc<ClientConfig>,
) -> Result<Box<dyn Duplex>, DirectoryError> {
    let host = url.host_str().unwrap_or_default();
    let default_port = if url.scheme() == "ldaps" {
        LDAPS_PORT
    } else {
        LDAP_PORT
    };
    let port = url.port().unwrap_or(default_port);
    let mut stream = TcpStream::connect(format!("{host}:{port}")).await?;
    if protection == Protection::StartTls {
        start_tls(&mut stream).await?;
    }
    if !matches!(protection, Protection::Tls | Protection::StartTls) {
        return Ok(Box::new(stream));
    }
    let stream = TlsConnector::from(tls)
        .connect(server_name(url)?, stream)
        .await?;
    Ok(Box::new(stream))
}

/// Returns the name that the controller's certificate must have.
fn server_name(url: &Url) -> Result<ServerName<'static>, DirectoryError> {
    match url.host() {
        Some(Host::Ipv4(address)) => Ok(ServerName::from(std::net::IpAddr::from(address))),
        Some(Host::Ipv6(address)) => Ok(ServerName::from(std::net::IpAddr::from(address))),
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|error| {
            DirectoryError::no_answer(FailureKind::Unsupported, error.to_string())
        }),
        None => Err(DirectoryError::no_answer(
            FailureKind::Unsupported,
            "its URL has no host",
        )),
    }
}

/// Asks for TLS on this connection (RFC 4511 4.14). Nothing may follow the answer before the
/// handshake, so nothing beyond it is read.
async fn start_tls(stream: &mut TcpStream) -> Result<(), DirectoryError> {
    stream.write_all(START_TLS).await?;
    let mut message = Vec::new();
    let length = loop {
        if let Some(length) = message_length(&message).map_err(|_| DirectoryError::malformed())? {
            break length;
        }
        let byte = stream.read_u8().await.map_err(unread)?;
        message.push(byte);
    };
    let head = message.len();
    message.resize(length, 0);
    let rest = message.get_mut(head..).unwrap_or_default();
    stream.read_exact(rest).await.map_err(unread)?;
    match Response::read(&message) {
        Ok((_, Response::Extended(result))) if result.code == 0 => Ok(()),
        Ok((_, Response::Extended(result))) => Err(DirectoryError::Result(result)),
        Ok(_) | Err(_) => Err(DirectoryError::malformed()),
    }
}

fn unread(error: io::Error) -> DirectoryError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => DirectoryError::closed(),
        _ => error.into(),
    }
}
