//! Certificate chains by the certificate authorities that the system has as files.

use super::names::any_of;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// The system's certificate authorities, and further ones.
#[derive(Debug)]
pub(in crate::probe) struct Authorities(Verifier);

impl Authorities {
    /// # Errors
    /// The system has no authorities, or a further one cannot be used.
    pub(super) fn new(
        further: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, rustls::Error> {
        Verifier::new_with_extra_roots(further, provider.clone()).map(Self)
    }

    /// Verifies a server's certificate for one of several names.
    ///
    /// # Errors
    /// The reason why it is not trusted for the first name.
    pub(super) fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        names: &[&ServerName<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        any_of(names, |name| {
            let verified = self
                .0
                .verify_server_cert(end_entity, intermediates, name, &[], now);
            verified.map(|_| ())
        })
    }
}
