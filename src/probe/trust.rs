//! Whom to trust when a certificate is shown.

use crate::error::Error;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::Arc;

/// Whom to trust: the system's certificate authorities, and those of a file.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    pub provider: Arc<CryptoProvider>,
    /// What judges certificates; else why nothing can.
    pub verifier: Result<Arc<Verifier>, String>,
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
            (Err(error), None) => Err(format!("no certificate authorities to check with: {error}")),
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
    let odd = |error: rustls::pki_types::pem::Error| {
        Error::usage(format!(
            "cannot read the certificate authorities in `{}`: {error}",
            path.display()
        ))
        .hint("`probe.ca-file` names a file of certificates in PEM form")
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(odd)?.collect();
    match found.map_err(odd)? {
        none if none.is_empty() => Err(Error::usage(format!(
            "`{}` holds no certificate",
            path.display()
        ))),
        found => Ok(found),
    }
}
