//! Certificate chains by Windows' own stores, which group policy fills.
//!
//! Windows would otherwise fetch missing authorities and lists of revoked certificates from
//! addresses in the certificate, which the asked server chooses, and wait for them during the
//! handshake. Neither is done here: revocation is not checked. Windows may still fetch a root
//! certificate from Microsoft, for a short time.
#![allow(unsafe_code)]

use super::names::any_of;
use rustls::CertificateError::{
    Expired, InvalidPurpose, NotValidYet, Other, Revoked, UnknownIssuer,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{OtherError, RootCertStore};
use std::io;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use windows_sys::Win32::Foundation::{
    CERT_E_CHAINING, CERT_E_EXPIRED, CERT_E_UNTRUSTEDCA, CERT_E_UNTRUSTEDROOT, CERT_E_WRONG_USAGE,
    CRYPT_E_REVOKED, FILETIME,
};
use windows_sys::Win32::Security::Cryptography::{
    AUTHTYPE_SERVER, CERT_CHAIN_CONTEXT, CERT_CHAIN_DISABLE_AIA, CERT_CHAIN_PARA,
    CERT_CHAIN_POLICY_PARA, CERT_CHAIN_POLICY_SSL, CERT_CHAIN_POLICY_STATUS, CERT_CONTEXT,
    CERT_STORE_ADD_ALWAYS, CERT_STORE_PROV_MEMORY, CERT_TRUST_IS_PARTIAL_CHAIN,
    CERT_TRUST_IS_UNTRUSTED_ROOT, CTL_USAGE, CertAddEncodedCertificateToStore, CertCloseStore,
    CertFreeCertificateChain, CertFreeCertificateContext, CertGetCertificateChain, CertOpenStore,
    CertVerifyCertificateChainPolicy, HCERTSTORE, HTTPSPolicyCallbackData, USAGE_MATCH_TYPE_AND,
    X509_ASN_ENCODING, szOID_PKIX_KP_SERVER_AUTH,
};

/// The system's certificate authorities, and further ones.
#[derive(Debug)]
pub(in crate::probe) struct Authorities {
    further: Option<Arc<WebPkiServerVerifier>>,
}

impl Authorities {
    /// # Errors
    /// A further authority cannot be used.
    pub(super) fn new(
        further: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, rustls::Error> {
        if further.is_empty() {
            return Ok(Self { further: None });
        }
        let mut roots = RootCertStore::empty();
        for authority in further {
            roots.add(authority)?;
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let verifier = verifier.build().map_err(|error| {
            rustls::Error::General(format!("the authorities cannot be used: {error}"))
        })?;
        Ok(Self {
            further: Some(verifier),
        })
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
        let by_further = self.further.as_ref().map(|further| {
            any_of(names, |name| {
                let verified =
                    further.verify_server_cert(end_entity, intermediates, name, &[], now);
                verified.map(|_| ())
            })
        });
        if by_further == Some(Ok(())) {
            return Ok(());
        }
        match verify_chain(end_entity, intermediates, now) {
            // Windows does not know the further authorities, which may have found another fault.
            Err(error) if error == UNKNOWN => Err(match by_further {
                Some(Err(other)) => other,
                _ => error,
            }),
            Err(error) => Err(error),
            // Names are compared as on other systems: Windows also takes the subject's common name.
            Ok(()) => {
                let parsed = ParsedCertificate::try_from(end_entity)?;
                any_of(names, |name| {
                    rustls::client::verify_server_name(&parsed, name)
                })
            }
        }
    }
}

const UNKNOWN: rustls::Error = rustls::Error::InvalidCertificate(UnknownIssuer);

/// A store of certificates in memory. It is closed with this value.
struct Store(HCERTSTORE);

impl Store {
    fn new() -> io::Result<Self> {
        // SAFETY: this kind of store takes no parameters.
        let store = unsafe { CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, null()) };
        match store.is_null() {
            true => Err(io::Error::last_os_error()),
            false => Ok(Self(store)),
        }
    }

    /// Adds a certificate, and returns it as Windows reads it.
    fn add(&self, certificate: &CertificateDer<'_>) -> io::Result<Certificate> {
        let mut context: *mut CERT_CONTEXT = null_mut();
        let length = u32::try_from(certificate.len()).map_err(io::Error::other)?;
        // SAFETY: the store is open; the length is that of the bytes; `context` takes what is freed
        // with the value that is returned.
        let added = unsafe {
            CertAddEncodedCertificateToStore(
                self.0,
                X509_ASN_ENCODING,
                certificate.as_ptr(),
                length,
                CERT_STORE_ADD_ALWAYS,
                &raw mut context,
            )
        };
        match added {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(Certificate(context)),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: the store is open, and is not used any more.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

/// A certificate as Windows reads it.
struct Certificate(*const CERT_CONTEXT);

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: the certificate came from Windows, and is not used any more.
        unsafe { CertFreeCertificateContext(self.0) };
    }
}

/// A chain that Windows built.
struct Chain(*mut CERT_CHAIN_CONTEXT);

impl Chain {
    /// Returns whether the chain does not end at a trusted authority.
    fn lacks_issuer(&self) -> bool {
        const MISSING: u32 = CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_UNTRUSTED_ROOT;
        // SAFETY: the chain came from Windows, and lives as long as this value.
        let status = unsafe { (*self.0).TrustStatus };
        status.dwErrorStatus & MISSING != 0
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        // SAFETY: the chain came from Windows, and is not used any more.
        unsafe { CertFreeCertificateChain(self.0) };
    }
}

/// Verifies a server's certificate by Windows' stores, without its name.
fn verify_chain(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    now: UnixTime,
) -> Result<(), rustls::Error> {
    let chain = build_chain(end_entity, intermediates, now).map_err(other)?;
    match policy_error(&chain).map_err(other)? {
        0 => Ok(()),
        // Without the issuer Windows may name another fault first: the signature's.
        _ if chain.lacks_issuer() => Err(UNKNOWN),
        code => Err(rustls::Error::InvalidCertificate(match code {
            CERT_E_EXPIRED if is_early(end_entity, now) => NotValidYet,
            CERT_E_EXPIRED => Expired,
            CERT_E_UNTRUSTEDROOT | CERT_E_CHAINING | CERT_E_UNTRUSTEDCA => UnknownIssuer,
            CERT_E_WRONG_USAGE => InvalidPurpose,
            CRYPT_E_REVOKED => Revoked,
            code => Other(OtherError(Arc::new(io::Error::from_raw_os_error(code)))),
        })),
    }
}

/// Returns whether the certificate is not valid yet. Windows does not tell that from an expired one.
fn is_early(certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
    let parsed = x509_parser::parse_x509_certificate(certificate);
    parsed.is_ok_and(|(_, parsed)| {
        let begin = u64::try_from(parsed.validity().not_before.timestamp());
        begin.is_ok_and(|begin| begin > now.as_secs())
    })
}

fn other(error: io::Error) -> rustls::Error {
    rustls::Error::Other(OtherError(Arc::new(error)))
}

/// How long Windows may fetch a root certificate from Microsoft. The probes wait for it.
const FETCH_MILLISECONDS: u32 = 2_000;

/// Builds the chain of a certificate at a time, for a server.
fn build_chain(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    now: UnixTime,
) -> io::Result<Chain> {
    let store = Store::new()?;
    for certificate in intermediates {
        // What Windows cannot read is no part of the chain.
        let _ = store.add(certificate);
    }
    let certificate = store.add(end_entity)?;
    let mut usages = [szOID_PKIX_KP_SERVER_AUTH.cast_mut()];
    let mut parameters = CERT_CHAIN_PARA {
        cbSize: size_of::<CERT_CHAIN_PARA>() as u32,
        dwUrlRetrievalTimeout: FETCH_MILLISECONDS,
        ..CERT_CHAIN_PARA::default()
    };
    parameters.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
    parameters.RequestedUsage.Usage = CTL_USAGE {
        cUsageIdentifier: 1,
        rgpszUsageIdentifier: usages.as_mut_ptr(),
    };
    let time = file_time(now);
    let mut chain: *mut CERT_CHAIN_CONTEXT = null_mut();
    // SAFETY: certificate and store are open; the parameters live until the call returns; `chain`
    // takes what is freed with the value that is returned.
    let built = unsafe {
        CertGetCertificateChain(
            null_mut(),
            certificate.0,
            &raw const time,
            store.0,
            &raw const parameters,
            CERT_CHAIN_DISABLE_AIA,
            null(),
            &raw mut chain,
        )
    };
    match built {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(Chain(chain)),
    }
}

/// Returns what Windows' policy for TLS servers says of a chain: 0, or an HRESULT.
fn policy_error(chain: &Chain) -> io::Result<i32> {
    let mut for_server = HTTPSPolicyCallbackData {
        dwAuthType: AUTHTYPE_SERVER,
        ..HTTPSPolicyCallbackData::default()
    };
    for_server.Anonymous.cbStruct = size_of::<HTTPSPolicyCallbackData>() as u32;
    let parameters = CERT_CHAIN_POLICY_PARA {
        cbSize: size_of::<CERT_CHAIN_POLICY_PARA>() as u32,
        dwFlags: 0,
        pvExtraPolicyPara: (&raw mut for_server).cast(),
    };
    let mut status = CERT_CHAIN_POLICY_STATUS {
        cbSize: size_of::<CERT_CHAIN_POLICY_STATUS>() as u32,
        ..CERT_CHAIN_POLICY_STATUS::default()
    };
    // SAFETY: the chain is open; the structures have the sizes in them, and live until the call
    // returns.
    let asked = unsafe {
        CertVerifyCertificateChainPolicy(
            CERT_CHAIN_POLICY_SSL,
            chain.0,
            &raw const parameters,
            &raw mut status,
        )
    };
    match asked {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(status.dwError.cast_signed()),
    }
}

/// Returns a time in the form of Windows: tenths of microseconds since 1601.
fn file_time(time: UnixTime) -> FILETIME {
    const SECONDS_TO_1970: u64 = 11_644_473_600;
    const TICKS: u64 = 10_000_000;
    let ticks = (time.as_secs().saturating_add(SECONDS_TO_1970)).saturating_mul(TICKS);
    FILETIME {
        dwLowDateTime: (ticks & u64::from(u32::MAX)) as u32,
        dwHighDateTime: (ticks >> 32) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa,
        KeyPair,
    };
    use std::time::Duration;

    const NAME: &str = "dc1.fabrikam.com";
    const NOW: u64 = 1_800_000_000;

    /// An authority, and a certificate of it for the name.
    fn certificates() -> (CertificateDer<'static>, CertificateDer<'static>) {
        let mut authority = CertificateParams::new(vec![]).expect("an authority's parameters");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(authority, key).expect("an authority");
        let mut server = CertificateParams::new(vec![NAME.to_owned()]).expect("a server's");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = server.signed_by(&key, &issuer).expect("a certificate");
        (issuer.der().clone(), certificate.der().clone())
    }

    fn verify(
        further: Vec<CertificateDer<'static>>,
        certificate: &CertificateDer<'_>,
        name: &str,
        seconds: u64,
    ) -> Result<(), rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let known = Authorities::new(further, &provider).expect("authorities");
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let other = ServerName::try_from("other.example").expect("a name");
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        known.verify(certificate, &[], &[&name, &other], now)
    }

    #[test]
    fn only_a_known_authority_is_trusted() {
        let (authority, certificate) = certificates();
        assert_eq!(
            verify(vec![], &certificate, NAME, NOW),
            Err(rustls::Error::InvalidCertificate(UnknownIssuer))
        );
        let known = || vec![authority.clone()];
        assert_eq!(verify(known(), &certificate, NAME, NOW), Ok(()));
        for (name, seconds, expected) in [
            ("dc2.fabrikam.com", NOW, "NotValidForName"),
            (NAME, 1, "NotValidYet"),
            (NAME, 99_000_000_000, "Expired"),
        ] {
            let fault = verify(known(), &certificate, name, seconds);
            let fault = format!("{:?}", fault.expect_err("a fault"));
            assert!(fault.contains(expected), "{expected}: {fault}");
        }
    }

    #[test]
    fn times_are_those_of_windows() {
        let time = file_time(UnixTime::since_unix_epoch(Duration::from_secs(0)));
        let ticks = (u64::from(time.dwHighDateTime) << 32) | u64::from(time.dwLowDateTime);
        assert_eq!(ticks, 116_444_736_000_000_000);
    }
}
