//! Explains TLS errors and untrusted certificates, and describes a certificate.

use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

/// The minimum accepted size of an RSA key in bits (RFC 9325 4.5).
const MIN_RSA_BITS: usize = 2048;
/// The maximum number of shown names of a certificate.
const MAX_NAMES: usize = 5;
/// The maximum length of a shown name, in characters.
const MAX_NAME: usize = 100;

/// Returns why TLS failed, as the end of a sentence.
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(fault) => fault_words(fault),
        Error::NoCertificatesPresented => "it shows no certificate".to_owned(),
        Error::AlertReceived(alert) => {
            format!("it refuses the TLS handshake: {}", alert_words(*alert))
        }
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            "it supports neither TLS 1.2 nor TLS 1.3".to_owned()
        }
        Error::PeerIncompatible(_) => {
            "it has no TLS version, cipher or curve in common with spinmail".to_owned()
        }
        Error::PeerMisbehaved(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerSentOversizedRecord => "it violates the TLS protocol".to_owned(),
        Error::InvalidMessage(_) => "what it sends is not TLS".to_owned(),
        Error::DecryptError => "what it sends cannot be decrypted".to_owned(),
        Error::UnsupportedNameType => "no certificate can have its name".to_owned(),
        Error::HandshakeNotComplete => "the handshake was not finished".to_owned(),
        Error::InvalidCertRevocationList(_) => {
            "a certificate revocation list (CRL) is invalid".to_owned()
        }
        Error::FailedToGetCurrentTime | Error::FailedToGetRandomBytes | Error::EncryptError => {
            "TLS failed on this machine".to_owned()
        }
        Error::General(text) => text.clone(),
        _ => "the TLS handshake failed".to_owned(),
    }
}

/// Returns why a certificate is not trusted. A name in the certificate's subject is ignored: it
/// must be in subjectAltName.
fn fault_words(fault: &CertificateError) -> String {
    use CertificateError as Fault;
    let words = match fault {
        Fault::BadEncoding => "its certificate cannot be read",
        Fault::Expired | Fault::ExpiredContext { .. } => "its certificate has expired",
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => "its certificate is not valid yet",
        Fault::Revoked => "its certificate was revoked",
        Fault::UnhandledCriticalExtension => "its certificate has an unknown critical extension",
        Fault::UnknownIssuer => {
            "its certificate is from an authority that this machine does not trust; add it with \
             `probe.ca-file`, or with `--ca-file` if a password is sent"
        }
        Fault::UnknownRevocationStatus
        | Fault::ExpiredRevocationList
        | Fault::ExpiredRevocationListContext { .. } => {
            "whether its certificate was revoked is not known"
        }
        Fault::BadSignature => {
            "a signature of its certificate, or one made with its key, cannot be verified"
        }
        Fault::UnsupportedSignatureAlgorithmContext { .. }
        | Fault::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its certificate's signature algorithm is not accepted, or does not fit its key"
        }
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
            "its certificate is for another name (subjectAltName counts, not the subject)"
        }
        Fault::InvalidPurpose | Fault::InvalidPurposeContext { .. } => NOT_FOR_SERVERS,
        Fault::InvalidOcspResponse => "the OCSP response with its certificate is invalid",
        Fault::ApplicationVerificationFailure => "its certificate is not accepted",
        _ => "its certificate is not accepted",
    };
    words.to_owned()
}

const NOT_FOR_SERVERS: &str = "its certificate is not meant for servers (extended key usage)";

/// Returns the meaning of an alert (RFC 8446 6.2).
fn alert_words(alert: AlertDescription) -> &'static str {
    use AlertDescription as Alert;
    match alert {
        Alert::HandshakeFailure => "it accepts none of the ciphers that were offered",
        Alert::ProtocolVersion => "it does not support TLS 1.2 or TLS 1.3",
        Alert::InsufficientSecurity => "it requires stronger ciphers",
        Alert::UnrecognisedName => "it does not know the requested name (SNI)",
        Alert::CertificateRequired | Alert::NoCertificate => "it requires a client certificate",
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied => "it does not accept the client",
        Alert::InternalError => "it has an internal error",
        Alert::UserCanceled | Alert::CloseNotify => "it ended the handshake",
        _ => "it could not use what the client sent",
    }
}

/// Returns [`words`], and a description of the certificate if there was one.
pub(super) fn words_about(error: &Error, certificate: Option<&[u8]>) -> String {
    with_certificate(words(error), certificate)
}

/// Adds a certificate's description to a sentence about it.
pub(super) fn with_certificate(words: String, certificate: Option<&[u8]>) -> String {
    match certificate.and_then(description) {
        Some(description) => format!("{words} ({description})"),
        None => words,
    }
}

/// Returns a certificate's names, issuer, validity and key; or `None` if it cannot be read.
fn description(certificate: &[u8]) -> Option<String> {
    let (_, read) = X509Certificate::from_der(certificate).ok()?;
    let validity = read.validity();
    Some(format!(
        "it names {}; issuer: {}; valid from {} to {}; {}",
        names(&read),
        short(&read.issuer().to_string()),
        day(validity.not_before),
        day(validity.not_after),
        key(&read)
    ))
}

fn names(certificate: &X509Certificate<'_>) -> String {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension
        .iter()
        .flat_map(|names| &names.value.general_names);
    let mut shown: Vec<String> = Vec::new();
    let mut count = 0_usize;
    for name in names {
        let name = match name {
            GeneralName::DNSName(name) => (*name).to_owned(),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => continue,
        };
        count += 1;
        if count <= MAX_NAMES {
            shown.push(short(&name));
        }
    }
    match (count, count.saturating_sub(MAX_NAMES)) {
        (0, _) => {
            let subject = short(&certificate.subject().to_string());
            format!("no host in subjectAltName, only the subject {subject}")
        }
        (_, 0) => shown.join(", "),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

fn address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return std::net::Ipv4Addr::from(four).to_string();
    }
    match <[u8; 16]>::try_from(bytes) {
        Ok(six) => std::net::Ipv6Addr::from(six).to_string(),
        Err(_) => "an invalid address".to_owned(),
    }
}

fn short(name: &str) -> String {
    let mut letters = name.chars();
    let mut short: String = letters.by_ref().take(MAX_NAME).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

fn day(of: ASN1Time) -> String {
    let seconds = u64::try_from(of.timestamp()).unwrap_or(0);
    let time = std::time::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds));
    // Years with five digits cannot be formatted.
    let latest = std::time::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_799);
    let shown = time.filter(|time| *time <= latest).unwrap_or(latest);
    let text = humantime::format_rfc3339_seconds(shown).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

fn key(certificate: &X509Certificate<'_>) -> String {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => {
            let bits = significant_bits(key.modulus);
            if bits < MIN_RSA_BITS {
                format!("its RSA key has {bits} bits, and at least {MIN_RSA_BITS} are accepted")
            } else {
                format!("RSA key of {bits} bits")
            }
        }
        Ok(PublicKey::EC(point)) => format!("elliptic-curve key of {} bits", point.key_size()),
        Ok(PublicKey::DSA(_)) => "its key is DSA, which TLS does not use".to_owned(),
        Ok(_) | Err(_) => "a key of another kind".to_owned(),
    }
}

/// Returns the number of bits of a number, without leading zeros.
fn significant_bits(number: &[u8]) -> usize {
    let digits = number.iter().skip_while(|byte| **byte == 0);
    let first = digits
        .clone()
        .next()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    digits.count() * 8 - first
}

#[cfg(test)]
mod tests;
