//! What the whole forest reports about mail addresses.

use super::census::SharedValue;
use crate::facts::{Answer, Unknown};
use serde::{Deserialize, Serialize};

/// The answers from beyond the container: from the whole forest if that was possible.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what the forest says, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Forest"))]
pub struct ForestFacts {
    /// The server that was asked.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub url: String,
    /// Whether it was a global catalog, and not the domain controller of one domain.
    #[serde(default)]
    pub is_catalog: bool,
    /// The distinguished names of the forest's domains; none if they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub domains: Vec<String>,
    /// Why the whole forest was not searched, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// The addresses that were searched for, each with the names of the objects that have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<RecipientFacts>,
    /// The addresses and aliases of the container's contacts and groups, searched for outside of
    /// it.
    #[serde(default)]
    pub addresses: Answer<ComparedAddresses>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// An address that was searched for in the forest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an address and its objects, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Recipient"))]
pub struct RecipientFacts {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub address: String,
    /// The distinguished names of the objects that have it, the first of them.
    #[cfg_attr(test, schemars(extend("holds" = "dn")))]
    pub answer: Answer<Vec<String>>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The addresses and aliases of a container, compared with all objects outside of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "addresses that were compared, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ComparedAddresses {
    /// How many were searched for.
    pub compared: u64,
    /// How many were not searched for.
    #[serde(default)]
    pub beyond: u64,
    /// Those that objects outside the container share, with the names of these objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<SharedValue>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl ForestFacts {
    /// Returns the objects with an address, or `None` if it was not searched for.
    pub(crate) fn holders(&self, address: &str) -> Option<&Answer<Vec<String>>> {
        let mut recipients = self.recipients.iter();
        recipients
            .find(|recipient| recipient.address.eq_ignore_ascii_case(address))
            .map(|recipient| &recipient.answer)
    }

    /// Returns these facts merged over older ones, which stay for questions that were not asked
    /// again.
    pub(super) fn over(mut self, older: Self) -> Self {
        for recipient in older.recipients {
            if self.holders(&recipient.address).is_none() {
                self.recipients.push(recipient);
            }
        }
        self.addresses = self.addresses.over(older.addresses, |newer, _| newer);
        self
    }
}
