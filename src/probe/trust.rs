//! The trusted certificates. Whether one was revoked is not asked.

mod names;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::Authorities;
#[cfg(windows)]
use windows::Authorities;

use crate::error::Error;
use crate::facts::{Failure, FailureKind};
use crate::fs::{InputFile, read_bytes};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The trusted certificate authorities: the system's, and those of a file.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    pub provider: Arc<CryptoProvider>,
    /// The certificate authorities, or why there are none.
    pub authorities: Result<Arc<Authorities>, Failure>,
}

impl Trust {
    /// Trusts the system's certificate authorities, and those of a file.
    ///
    /// # Errors
    /// Fails if the file of further authorities cannot be used.
    pub(super) fn new(authorities: Option<&Path>) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let further = match authorities {
            Some(path) => read_authorities(path)?,
            None => Vec::new(),
        };
        let known = match (Authorities::new(further, &provider), authorities) {
            (Ok(known), _) => Ok(Arc::new(known)),
            (Err(error), None) => Err(Failure::new(
                FailureKind::Unsupported,
                format!("no certificate authorities to check against: {error}"),
            )),
            (Err(error), Some(path)) => {
                let what = format!(
                    "cannot use the certificate authorities in `{}`: {error}",
                    path.display()
                );
                return Err(Error::usage(what));
            }
        };
        Ok(Self {
            provider,
            authorities: known,
        })
    }

    fn algorithms(&self) -> &WebPkiSupportedAlgorithms {
        &self.provider.signature_verification_algorithms
    }
}

fn read_authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    // It is read for each farm, so it must not be a pipe, even if the command line names it.
    const HINT: &str = "`probe.ca-file` and `--ca-file` name an ordinary file of certificates in PEM \
                        form";
    let bytes = read_bytes(&InputFile::found(path)).map_err(|error| Error {
        hints: vec![HINT.to_owned()],
        ..error
    })?;
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
            "`{}` contains no certificate",
            path.display()
        )));
    }
    Ok(certificates)
}

/// Which certificates end the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrustPolicy {
    /// Untrusted certificates end it.
    Trusted,
    /// No certificate ends it: errors are only recorded.
    Any,
}

/// Verifies certificates, and records the certificate and its error: errors of a handshake do not
/// contain them.
#[derive(Debug)]
pub(super) struct NotingVerifier {
    trust: Trust,
    demand: TrustPolicy,
    /// Other valid names for the certificate.
    other_names: Vec<ServerName<'static>>,
    seen: Mutex<ObservedCertificate>,
}

#[derive(Debug, Clone, Default)]
struct ObservedCertificate {
    certificate: Option<Vec<u8>>,
    fault: Option<rustls::Error>,
}

impl NotingVerifier {
    pub(super) fn new(trust: &Trust, demand: TrustPolicy) -> Self {
        Self {
            trust: trust.clone(),
            demand,
            other_names: Vec::new(),
            seen: Mutex::default(),
        }
    }

    /// Also accepts the certificate for these names.
    #[must_use]
    pub(super) fn or_for(mut self, names: impl IntoIterator<Item = ServerName<'static>>) -> Self {
        self.other_names.extend(names);
        self
    }

    /// Returns the server's own certificate, or `None` if it sent none.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        self.seen().certificate
    }

    /// Returns the error of the certificate, or `None` if it was not verified or has none.
    pub(super) fn fault(&self) -> Option<rustls::Error> {
        self.seen().fault
    }

    fn seen(&self) -> ObservedCertificate {
        let seen = self.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns a TLS configuration with this verifier.
    ///
    /// # Errors
    /// Fails if no TLS version is available.
    pub(super) fn config(self: &Arc<Self>) -> Result<Arc<ClientConfig>, Failure> {
        let config = ClientConfig::builder_with_provider(self.trust.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::new(FailureKind::Unsupported, error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(self.clone())
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

impl ServerCertVerifier for NotingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = match &self.trust.authorities {
            Ok(known) => {
                let names: Vec<&ServerName<'_>> = std::iter::once(server_name)
                    .chain(&self.other_names)
                    .collect();
                let verified = known.verify(end_entity, intermediates, &names, now);
                verified.map(|()| ServerCertVerified::assertion())
            }
            Err(why) => Err(rustls::Error::General(why.to_string())),
        };
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.certificate = Some(end_entity.to_vec());
            seen.fault = verified.as_ref().err().cloned();
        }
        match self.demand {
            TrustPolicy::Trusted => verified,
            TrustPolicy::Any => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, self.trust.algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, self.trust.algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust.algorithms().supported_schemes()
    }
}
