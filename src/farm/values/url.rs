//! The URL of a remote Directory Management Service.

use super::{FromText, ParseError};
use std::fmt;
use url::Url;

/// An http or https URL with a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    url: Url,
}

/// Why a text is not such a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlError {
    /// It has a space or a control character.
    Blank,
    /// It has no scheme.
    NoScheme {
        /// The text with `https://`, if it is valid.
        instead: Option<String>,
    },
    /// It has a scheme other than http and https.
    OtherScheme(String),
    /// It has no host.
    NoHost,
    /// It has a user name or a password.
    Credentials,
    /// Another fault that the URL parser reports.
    Other(String),
}

impl fmt::Display for UrlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => write!(out, "it contains a space or a control character"),
            Self::NoScheme { .. } => write!(out, "it must begin with `http://` or `https://`"),
            Self::OtherScheme(scheme) => write!(out, "`{scheme}` is neither http nor https"),
            Self::NoHost => write!(out, "it names no host"),
            Self::Credentials => write!(
                out,
                "it contains a user name or password, which do not belong in the file"
            ),
            Self::Other(reason) => write!(out, "{reason}"),
        }
    }
}

impl ParseError for UrlError {
    fn instead(&self) -> Option<String> {
        match self {
            Self::NoScheme { instead } => instead.clone(),
            _ => None,
        }
    }
}

impl FromText for ServiceUrl {
    type Error = UrlError;
    const EXPECTED: &'static str =
        "a URL such as `https://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx`";

    fn from_text(text: &str) -> Result<Self, UrlError> {
        // The URL standard silently drops these; the page would not.
        if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(UrlError::Blank);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let instead =
                Some(format!("https://{text}")).filter(|text| Self::from_text(text).is_ok());
            return Err(UrlError::NoScheme { instead });
        };
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(UrlError::OtherScheme(scheme.to_owned()));
        }
        if rest.is_empty() || rest.starts_with(['/', '\\', ':', '?', '#']) {
            return Err(UrlError::NoHost);
        }
        let url = Url::parse(text).map_err(|error| UrlError::Other(error.to_string()))?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::NoHost);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        Ok(Self { url })
    }
}

impl ServiceUrl {
    /// The path of the Directory Management Service.
    pub const PATH: &'static str = "/_vti_bin/SharePointEmailWS.asmx";

    /// Returns whether the scheme is https.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Returns whether the path is the service's own. Case is ignored, as IIS does.
    pub fn has_service_path(&self) -> bool {
        self.url.path().eq_ignore_ascii_case(Self::PATH)
    }

    /// Returns the path as it is in the URL.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// Returns the same URL with the service's path, without query and fragment.
    pub fn with_service_path(&self) -> String {
        let mut url = self.url.clone();
        url.set_path(Self::PATH);
        url.set_query(None);
        url.set_fragment(None);
        url.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked() {
        let url =
            ServiceUrl::from_text("http://ca.example.com:5555/_vti_bin/SharePointE-mailWS.asmx")
                .unwrap();
        assert!(!url.has_service_path() && !url.is_encrypted());
        assert_eq!(
            url.with_service_path(),
            "http://ca.example.com:5555/_vti_bin/SharePointEmailWS.asmx"
        );
        assert!(
            ServiceUrl::from_text("HTTPS://ca/_vti_bin/sharepointemailws.ASMX")
                .unwrap()
                .has_service_path()
        );
        let instead = ServiceUrl::from_text("ca/x")
            .expect_err("no scheme")
            .instead();
        assert_eq!(instead.as_deref(), Some("https://ca/x"));
        for bad in [
            "",
            "ftp://ca/",
            "http://",
            "https:///path",
            "http://a b/",
            "http://u:p@ca/",
            "http://[::1/",
            "http:ca",
        ] {
            assert!(ServiceUrl::from_text(bad).is_err(), "{bad}");
        }
    }
}
