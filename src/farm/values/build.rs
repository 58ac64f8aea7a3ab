//! SharePoint build numbers.

use super::FromText;
use std::fmt;

/// A farm's build, such as 16.0.5456.1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build([u32; 4]);

impl Build {
    /// The December 2013 cumulative update, since which the delivery job runs on every server again
    /// (KB2849961 of Foundation, the lower of the two products' builds).
    pub const DECEMBER_2013: Self = Self([15, 0, 4551, 1508]);
}

impl FromText for Build {
    type Error = String;
    const EXPECTED: &'static str = "a build number such as `16.0.5456.1000`";

    fn from_text(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
        match numbers.and_then(|numbers| <[u32; 4]>::try_from(numbers).ok()) {
            Some(numbers) => Ok(Self(numbers)),
            None => Err("it is not four numbers separated by dots".into()),
        }
    }
}

/// Returns a number if the text is only digits, or `None`. The parser of `u32` also accepts a `+`.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

impl fmt::Display for Build {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, revision] = self.0;
        write!(out, "{major}.{minor}.{build}.{revision}")
    }
}
