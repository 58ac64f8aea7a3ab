//! Which certificates are trusted.

use crate::error::Error;
use crate::facts::{Failure, FailureKind};
use crate::fs::read_ordinary_bytes;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The certificate authorities that are trusted: the system's, and those of a file.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    pub provider: Arc<CryptoProvider>,
    /// What verifies certificates, or why nothing can.
    pub verifier: Result<Arc<Verifier>, Failure>,
}

impl Trust {
    /// # Errors
    /// The file of further authorities cannot be used.
    pub(super) fn new(authorities: Option<&Path>) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let extra = match authorities {
            Some(path) => read_authorities(path)?,
            None => Vec::new(),
        };
        let verifier = match (
            Verifier::new_with_extra_roots(extra, provider.clone()),
            authorities,
        ) {
            (Ok(verifier), _) => Ok(Arc::new(verifier)),
            (Err(error), None) => Err(Failure::new(
                FailureKind::Unsupported,
                format!("no certificate authorities to check with: {error}"),
            )),
            (Err(error), Some(path)) => {
                let what = format!(
                    "cannot use the certificate authorities in `{}`: {error}",
                    path.display()
                );
                return Err(Error::usage(what));
            }
        };
        Ok(Self { provider, verifier })
    }
}

fn read_authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    const HINT: &str = "`probe.ca-file` names a file of certificates in PEM form";
    let bytes = read_ordinary_bytes(path).map_err(|error| error.hint(HINT))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates = read.map_err(|error| {
        Error::usage(format!(
            "cannot read the certificate authorities in `{}`: {error}",
            path.display()
        ))
        .hint(HINT)
    })?;
    if certificates.is_empty() {
        return Err(Error::usage(format!(
            "`{}` holds no certificate",
            path.display()
        )));
    }
    Ok(certificates)
}

/// Verifies certificates, and notes the one that it was shown: errors do not hold it.
#[derive(Debug)]
pub(super) struct NotingVerifier {
    verifier: Arc<Verifier>,
    shown: Mutex<Option<Vec<u8>>>,
}

impl NotingVerifier {
    pub(super) fn new(verifier: Arc<Verifier>) -> Self {
        Self {
            verifier,
            shown: Mutex::new(None),
        }
    }

    /// Returns the server's own certificate, or `None` if it has shown none.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        self.shown.lock().ok()?.clone()
    }
}

impl ServerCertVerifier for NotingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok(mut shown) = self.shown.lock() {
            *shown = Some(end_entity.to_vec());
        }
        let verifier = &self.verifier;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
