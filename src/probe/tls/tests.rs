use super::*;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{InvalidMessage, OtherError, PeerMisbehaved};
use std::sync::Arc;
use std::time::Duration;

fn time() -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(1))
}

#[test]
fn every_error_is_described_without_debug_output() {
    use CertificateError as Fault;
    let name = ServerName::try_from("dc1.test").expect("a name");
    let faults = [
        (Fault::BadEncoding, "cannot be read"),
        (Fault::Expired, "has expired"),
        (
            Fault::ExpiredContext {
                time: time(),
                not_after: time(),
            },
            "has expired",
        ),
        (Fault::NotValidYet, "not valid yet"),
        (
            Fault::NotValidYetContext {
                time: time(),
                not_before: time(),
            },
            "not valid yet",
        ),
        (Fault::Revoked, "revoked"),
        (Fault::UnhandledCriticalExtension, "critical extension"),
        (
            Fault::UnknownIssuer,
            "authority that this machine does not trust",
        ),
        (Fault::UnknownRevocationStatus, "revoked is not known"),
        (Fault::ExpiredRevocationList, "revoked is not known"),
        (Fault::BadSignature, "cannot be verified"),
        (
            Fault::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![6, 8, 42],
                supported_algorithms: Vec::new(),
            },
            "signature algorithm",
        ),
        (
            Fault::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: vec![6, 8, 42],
                public_key_algorithm_id: vec![6, 7, 42],
            },
            "signature algorithm",
        ),
        (Fault::NotValidForName, "another name"),
        (
            Fault::NotValidForNameContext {
                expected: name,
                presented: vec!["x".to_owned()],
            },
            "another name",
        ),
        (Fault::InvalidPurpose, "not meant for servers"),
        (Fault::InvalidOcspResponse, "OCSP"),
        (Fault::ApplicationVerificationFailure, "not accepted"),
        (
            Fault::Other(OtherError(Arc::new(std::fmt::Error))),
            "not accepted",
        ),
    ];
    let certificates = faults.map(|(fault, words)| (Error::InvalidCertificate(fault), words));
    let others = [
        (Error::NoCertificatesPresented, "no certificate"),
        (
            Error::AlertReceived(AlertDescription::HandshakeFailure),
            "none of the ciphers",
        ),
        (
            Error::AlertReceived(AlertDescription::ProtocolVersion),
            "TLS 1.2",
        ),
        (
            Error::AlertReceived(AlertDescription::UnknownCA),
            "does not accept the client",
        ),
        (
            Error::AlertReceived(AlertDescription::Unknown(7)),
            "could not use",
        ),
        (
            Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
            "neither TLS 1.2",
        ),
        (
            Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered),
            "in common",
        ),
        (
            Error::PeerMisbehaved(PeerMisbehaved::IllegalMiddleboxChangeCipherSpec),
            "violates the TLS protocol",
        ),
        (
            Error::InappropriateMessage {
                expect_types: Vec::new(),
                got_type: rustls::ContentType::Alert,
            },
            "violates the TLS protocol",
        ),
        (
            Error::InvalidMessage(InvalidMessage::InvalidContentType),
            "not TLS",
        ),
        (Error::DecryptError, "decrypted"),
        (Error::PeerSentOversizedRecord, "violates the TLS protocol"),
        (Error::HandshakeNotComplete, "not finished"),
        (
            Error::Other(OtherError(Arc::new(std::fmt::Error))),
            "failed",
        ),
    ];
    for (error, part) in certificates.into_iter().chain(others) {
        let words = words(&error);
        assert!(words.contains(part), "{error:?}: {words}");
        let is_debug = words.contains(['{', '[']) || words.contains("Error(");
        assert!(!is_debug, "{error:?}: {words}");
    }
}

#[test]
fn description_has_names_issuer_validity_and_key() {
    let names = ["dc1.test".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).expect("parameters");
    params.not_before = rcgen::date_time_ymd(2024, 2, 3);
    params.not_after = rcgen::date_time_ymd(2025, 4, 5);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    assert_eq!(
        description(certificate.der()).as_deref(),
        Some(
            "it names dc1.test, 127.0.0.1; issuer: CN=rcgen self signed cert; valid from \
             2024-02-03 to 2025-04-05; elliptic-curve key of 256 bits"
        )
    );
    assert_eq!(description(b"nonsense"), None);
    assert_eq!(
        words_about(&Error::DecryptError, Some(b"nonsense")),
        "what it sends cannot be decrypted"
    );
}

/// A certificate with an RSA key of 1024 bits, `CN=dc1.test`, made by openssl.
const SHORT_KEY: &[u8] = include_bytes!("short_key.der");

#[test]
fn short_rsa_key_is_reported_as_too_short() {
    let error = Error::InvalidCertificate(CertificateError::BadSignature);
    let words = words_about(&error, Some(SHORT_KEY));
    assert!(
        words.contains("its RSA key has 1024 bits, and at least 2048 are accepted"),
        "{words}"
    );
    assert!(words.contains("it names dc1.test;"), "{words}");
}
