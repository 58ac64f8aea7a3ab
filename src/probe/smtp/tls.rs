//! The handshake after STARTTLS. As a sending server does, it accepts a certificate that is not
//! trusted; what is wrong with it is recorded.

use crate::facts::{Answer, Failure, FailureKind, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::failure::{from_io, tls_cause};
use crate::probe::tls::{with_certificate, words_about};
use crate::probe::trust::Trust;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Does the handshake with the first name, and returns what came of it. The certificate is good if
/// it is trusted for any of the names.
///
/// # Errors
/// Why there is no encrypted connection.
pub(super) async fn handshake(
    stream: TcpStream,
    names: &[String],
    trust: &Trust,
    limit: Duration,
) -> Result<(TlsStream<TcpStream>, TlsFacts), Failure> {
    let host = names.first().map(String::as_str).unwrap_or_default();
    let name = server_name(host)
        .map_err(|error| Failure::new(FailureKind::Unsupported, error.to_string()))?;
    let other_names = names.iter().skip(1);
    let recorder = Arc::new(RecordingVerifier {
        trust: trust.clone(),
        other_names: other_names
            .filter_map(|other| server_name(other).ok())
            .collect(),
        fault: Mutex::new(None),
        certificate: Mutex::new(None),
    });
    let config = ClientConfig::builder_with_provider(trust.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(FailureKind::Unsupported, error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = within(limit, connector.connect(name, stream))
        .await
        .map_err(|error| handshake_error(&error, recorder.certificate().as_deref()))?;
    let version = stream
        .get_ref()
        .1
        .protocol_version()
        .map(|version| format!("{version:?}"));
    let fault = recorder
        .fault
        .lock()
        .map(|fault| fault.clone())
        .unwrap_or_default();
    let certificate = match (&trust.verifier, fault) {
        (Err(why), _) => Answer::Failed(why.clone()),
        (Ok(_), Some(fault)) => Answer::Absent(fault),
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

/// Returns why the handshake failed. Servers as old as Windows Server 2008 R2 offer only versions of
/// TLS that are not supported here any more; senders as old as they are still use them.
fn handshake_error(error: &io::Error, certificate: Option<&[u8]>) -> Failure {
    let failure = from_io(error);
    let words = failure.to_string();
    match failure.kind {
        FailureKind::NoCommonTls => failure.with_detail(format!(
            "no version of TLS or cipher in common (TLS 1.2 or later is spoken here): {words}"
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

/// Accepts every certificate, and records what the real verifier finds wrong with it.
#[derive(Debug)]
struct RecordingVerifier {
    trust: Trust,
    /// Other names under which senders come to the server.
    other_names: Vec<ServerName<'static>>,
    fault: Mutex<Option<String>>,
    /// The server's own certificate.
    certificate: Mutex<Option<Vec<u8>>>,
}

impl RecordingVerifier {
    fn certificate(&self) -> Option<Vec<u8>> {
        self.certificate.lock().ok()?.clone()
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok(mut certificate) = self.certificate.lock() {
            *certificate = Some(end_entity.to_vec());
        }
        if let Ok(verifier) = &self.trust.verifier {
            let verify = |name| {
                verifier.verify_server_cert(end_entity, intermediates, name, ocsp_response, now)
            };
            let is_good_for_other = || self.other_names.iter().any(|name| verify(name).is_ok());
            if let Err(error) = verify(server_name)
                && !is_good_for_other()
                && let Ok(mut fault) = self.fault.lock()
            {
                *fault = Some(words_about(&error, Some(end_entity)));
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.trust.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.trust.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust
            .provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
