//! Maps typed errors of the system and of libraries to kinds of failures, independent of their
//! wording.

use super::tls;
use crate::facts::{Answer, Failure, FailureKind};
use std::io::{self, ErrorKind};

/// Returns the answer of a question that failed with an error.
pub(super) fn failed<T>(error: &io::Error) -> Answer<T> {
    Answer::Failed(from_io(error))
}

/// Converts an I/O error to a failure.
pub(super) fn from_io(error: &io::Error) -> Failure {
    Failure::new(kind_of_io(error), io_text(error))
}

/// Returns the text for an error of TLS or of the system.
fn io_text(error: &io::Error) -> String {
    tls_cause(error).map_or_else(|| error.to_string(), tls::words)
}

/// Returns the TLS error inside an I/O error, or `None` if there is none.
pub(super) fn tls_cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Returns the kind of an I/O error. TLS errors are inside I/O errors.
pub(super) fn kind_of_io(error: &io::Error) -> FailureKind {
    if let Some(tls_error) = tls_cause(error) {
        return kind_of_tls(tls_error);
    }
    match error.kind() {
        ErrorKind::TimedOut => FailureKind::TimedOut,
        ErrorKind::ConnectionRefused => FailureKind::Refused,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => FailureKind::Closed,
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable => FailureKind::Unreachable,
        ErrorKind::PermissionDenied => FailureKind::AccessDenied,
        ErrorKind::NotFound | ErrorKind::NotADirectory => FailureKind::NotFound,
        ErrorKind::InvalidData => FailureKind::Malformed,
        ErrorKind::FileTooLarge | ErrorKind::OutOfMemory => FailureKind::LimitExceeded,
        ErrorKind::Unsupported => FailureKind::Unsupported,
        _ => FailureKind::Other,
    }
}

/// Returns the kind of a TLS error.
pub(super) fn kind_of_tls(error: &rustls::Error) -> FailureKind {
    use rustls::AlertDescription::{HandshakeFailure, InsufficientSecurity, ProtocolVersion};
    use rustls::Error;
    match error {
        Error::PeerIncompatible(_)
        | Error::AlertReceived(HandshakeFailure | InsufficientSecurity | ProtocolVersion) => {
            FailureKind::NoCommonTls
        }
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => FailureKind::Untrusted,
        Error::InvalidMessage(_) => FailureKind::Malformed,
        _ => FailureKind::TlsFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_errors_have_a_kind_independent_of_their_text() {
        for (error, kind) in [
            (ErrorKind::TimedOut, FailureKind::TimedOut),
            (ErrorKind::ConnectionRefused, FailureKind::Refused),
            (ErrorKind::ConnectionReset, FailureKind::Closed),
            (ErrorKind::UnexpectedEof, FailureKind::Closed),
            (ErrorKind::BrokenPipe, FailureKind::Closed),
            (ErrorKind::NetworkUnreachable, FailureKind::Unreachable),
            (ErrorKind::HostUnreachable, FailureKind::Unreachable),
            (ErrorKind::PermissionDenied, FailureKind::AccessDenied),
            (ErrorKind::NotFound, FailureKind::NotFound),
            (ErrorKind::InvalidData, FailureKind::Malformed),
            (ErrorKind::FileTooLarge, FailureKind::LimitExceeded),
            (ErrorKind::Unsupported, FailureKind::Unsupported),
            (ErrorKind::Other, FailureKind::Other),
        ] {
            for text in ["timed out after 5s", "connection refused", ""] {
                assert_eq!(kind_of_io(&io::Error::new(error, text)), kind, "{error:?}");
            }
        }
    }

    #[test]
    fn tls_errors_are_found_inside_io_errors() {
        use rustls::AlertDescription::{HandshakeFailure, InternalError};
        use rustls::CertificateError::{Expired, UnknownIssuer};
        use rustls::{Error, InvalidMessage, PeerIncompatible};
        for (error, kind) in [
            (
                Error::AlertReceived(HandshakeFailure),
                FailureKind::NoCommonTls,
            ),
            (
                Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered),
                FailureKind::NoCommonTls,
            ),
            (Error::AlertReceived(InternalError), FailureKind::TlsFailed),
            (
                Error::InvalidCertificate(UnknownIssuer),
                FailureKind::Untrusted,
            ),
            (Error::InvalidCertificate(Expired), FailureKind::Untrusted),
            (
                Error::InvalidMessage(InvalidMessage::InvalidContentType),
                FailureKind::Malformed,
            ),
        ] {
            let inside = io::Error::new(ErrorKind::InvalidData, error.clone());
            assert_eq!(kind_of_io(&inside), kind, "{error}");
        }
    }
}
