//! The null MX: a domain that takes no mail (RFC 7505).

use crate::rules::Outcome;
use crate::rules::dns_view::Exchanger;

/// Returns the outcome of rules about exchangers if there is a null MX alone.
pub(super) fn only_null_mx() -> Outcome {
    Outcome::because("dns-null-mx", "it has a null MX")
}

pub(super) fn are_all_null(exchangers: &[Exchanger]) -> bool {
    exchangers.iter().all(Exchanger::is_null)
}
