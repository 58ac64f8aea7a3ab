//! The handshake behind STARTTLS: done even with a certificate that is not trusted, and what is
//! wrong with it is noted, as a sending server would do.

use crate::facts::{Answer, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::trust::Trust;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Shakes hands, and says what came of it.
pub(super) async fn shake(
    stream: TcpStream,
    host: &str,
    trust: &Trust,
    limit: Duration,
) -> Result<(TlsStream<TcpStream>, TlsFacts), String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let noted = Arc::new(Noting {
        trust: trust.clone(),
        fault: Mutex::new(None),
    });
    let config = ClientConfig::builder_with_provider(trust.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(noted.clone())
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = within(limit, connector.connect(name, stream))
        .await
        .map_err(|error| unshaken(&error))?;
    let version = stream
        .get_ref()
        .1
        .protocol_version()
        .map(|version| format!("{version:?}"));
    let fault = noted
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

/// Why no handshake came about. Servers as old as Windows Server 2008 R2 offer only what is not
/// spoken here any more, and senders as old as they are get on with them.
fn unshaken(error: &io::Error) -> String {
    use rustls::AlertDescription::{HandshakeFailure, InsufficientSecurity, ProtocolVersion};
    let cause = error
        .get_ref()
        .and_then(|cause| cause.downcast_ref::<rustls::Error>());
    match cause {
        Some(
            rustls::Error::PeerIncompatible(_)
            | rustls::Error::AlertReceived(HandshakeFailure | InsufficientSecurity | ProtocolVersion),
        ) => format!(
            "{} (TLS 1.2 or later is spoken here): {error}",
            TlsFacts::NOTHING_IN_COMMON
        ),
        _ => error.to_string(),
    }
}

/// Lets every certificate pass, and notes what the real verifier has against it.
#[derive(Debug)]
struct Noting {
    trust: Trust,
    fault: Mutex<Option<String>>,
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok(verifier) = &self.trust.verifier {
            let verified = verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
            if let (Err(error), Ok(mut fault)) = (verified, self.fault.lock()) {
                *fault = Some(error.to_string());
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
