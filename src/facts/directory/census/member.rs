//! An object of a container, with the attributes that are counted.

/// The most characters of a text that are kept.
pub(super) const MAX_TEXT: usize = 400;
/// The beginning of an alias among addresses, which begin with their kind (`smtp:`).
pub(super) const ALIAS: &str = "alias ";

/// A contact, group or other object, with the attributes that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its distinguished name.
    pub name: String,
    /// Its object classes, the most special last.
    pub classes: Vec<String>,
    /// `mailNickname`.
    pub alias: Option<String>,
    /// `proxyAddresses`.
    pub addresses: Vec<String>,
    pub mail: Option<String>,
    /// `targetAddress`.
    pub target: Option<String>,
    /// `internetEncoding`.
    pub encoding: Option<String>,
    /// `mAPIRecipient`.
    pub mapi: Option<String>,
    /// `msExchRequireAuthToSendTo`.
    pub authenticated: Option<String>,
    /// `msExchVersion`.
    pub version: Option<String>,
    /// `groupType`.
    pub group_type: Option<String>,
}

impl Member {
    pub(super) fn is(&self, class: &str) -> bool {
        self.classes
            .iter()
            .any(|own| own.eq_ignore_ascii_case(class))
    }

    /// Returns its SMTP addresses without their kind, the main one first.
    pub(super) fn smtp_addresses(&self) -> impl Iterator<Item = &str> {
        let main = self.addresses.iter().filter(|own| own.starts_with("SMTP:"));
        let others = self
            .addresses
            .iter()
            .filter(|own| !own.starts_with("SMTP:"));
        main.chain(others)
            .filter_map(|address| smtp_address(address))
    }

    /// Returns whether it has an attribute that makes it a mail recipient. A plain security group
    /// has none.
    pub(super) fn is_mail_enabled(&self) -> bool {
        let has_text = self.mail.is_some() || self.alias.is_some() || self.target.is_some();
        has_text || !self.addresses.is_empty()
    }

    /// Returns the domain of its own address, in lowercase.
    pub(super) fn own_domain(&self) -> Option<String> {
        let main = self
            .mail
            .as_deref()
            .or_else(|| self.smtp_addresses().next());
        main.map(domain_of)
    }
}

/// Returns an SMTP address without its kind, or `None` for one of another system such as `X500:`.
fn smtp_address(address: &str) -> Option<&str> {
    let (kind, address) = address.split_at_checked(5)?;
    kind.eq_ignore_ascii_case("smtp:").then_some(address)
}

/// Returns the domain of a mail address after its kind, in lowercase, or all of another text.
pub(super) fn domain_of(target: &str) -> String {
    let target = target.to_lowercase();
    match target
        .strip_prefix("smtp:")
        .unwrap_or(&target)
        .rsplit_once('@')
    {
        Some((_, domain)) => domain.trim_end_matches('.').to_owned(),
        None => target,
    }
}

/// Returns a text from outside, cut after [`MAX_TEXT`] characters.
pub(crate) fn brief(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
