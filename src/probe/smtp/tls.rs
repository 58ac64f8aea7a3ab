//! The handshake after STARTTLS. As sending servers do, it accepts an untrusted certificate and
//! records why it is not trusted.

use crate::facts::{Answer, Failure, FailureKind, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::failure::{from_io, tls_cause};
use crate::probe::tls::{with_certificate, words_about};
use crate::probe::trust::{NotingVerifier, Trust, TrustPolicy};
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Does the handshake with the first name, and returns its result. The certificate is valid if it
/// is trusted for any of the names.
///
/// # Errors
/// Returns the reason why there is no encrypted connection.
pub(super) async fn handshake(
    stream: TcpStream,
    names: &[String],
    trust: &Trust,
    limit: Duration,
) -> Result<(TlsStream<TcpStream>, TlsFacts), Failure> {
    let host = names.first().map(String::as_str).unwrap_or_default();
    let name = server_name(host)
        .map_err(|error| Failure::new(FailureKind::Unsupported, error.to_string()))?;
    let others = names.iter().skip(1);
    let verifier = Arc::new(
        NotingVerifier::new(trust, TrustPolicy::Any)
            .or_for(others.filter_map(|other| server_name(other).ok())),
    );
    let connector = TlsConnector::from(verifier.config()?);
    let stream = within(limit, connector.connect(name, stream))
        .await
        .map_err(|error| handshake_error(&error, verifier.certificate().as_deref()))?;
    let version = stream
        .get_ref()
        .1
        .protocol_version()
        .map(|version| format!("{version:?}"));
    let certificate = match (&trust.authorities, verifier.fault()) {
        (Err(why), _) => Answer::Failed(why.clone()),
        (Ok(_), Some(fault)) => {
            Answer::Absent(words_about(&fault, verifier.certificate().as_deref()))
        }
        (Ok(_), None) => Answer::Known(()),
    };
    Ok((
        stream,
        TlsFacts {
            version,
            handshake: Answer::Known(()),
            certificate,
            ..TlsFacts::default()
        },
    ))
}

/// Returns why the handshake failed. Servers as old as Windows Server 2008 R2 only offer TLS
/// versions that this program does not support; senders of the same age still use them.
fn handshake_error(error: &io::Error, certificate: Option<&[u8]>) -> Failure {
    let failure = from_io(error);
    let words = failure.to_string();
    match failure.kind {
        FailureKind::NoCommonTls => failure.with_detail(format!(
            "no common TLS version or cipher (spinmail needs TLS 1.2 or later): {words}"
        )),
        _ if tls_cause(error).is_some() => {
            failure.with_detail(with_certificate(words, certificate))
        }
        _ => failure,
    }
}

fn server_name(name: &str) -> Result<ServerName<'static>, InvalidDnsNameError> {
    ServerName::try_from(name.to_owned())
}
