//! Message sizes.

use super::FromText;

/// A size in bytes, written with a unit of 1024 steps as SharePoint counts: `50 MB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    text: String,
    bytes: u64,
}

impl FromText for Size {
    type Error = String;
    const EXPECTED: &'static str = "a size such as `50 MB`";

    fn from_text(text: &str) -> Result<Self, String> {
        let end = text
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let step: u64 = match unit.trim().to_ascii_uppercase().as_str() {
            "B" | "BYTES" => 1,
            "KB" => 1 << 10,
            "MB" => 1 << 20,
            "GB" => 1 << 30,
            "" => return Err("its unit is missing (KB, MB or GB)".into()),
            other => return Err(format!("`{other}` is not a unit (B, KB, MB or GB)")),
        };
        let number: u64 = number
            .parse()
            .map_err(|_| "it does not begin with a whole number".to_owned())?;
        match number.checked_mul(step) {
            None | Some(0) => Err("no message can have this size".into()),
            Some(bytes) => Ok(Self {
                text: text.to_owned(),
                bytes,
            }),
        }
    }
}

impl Size {
    /// Returns the size as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns bytes as a text in the largest unit that holds them exactly.
    pub fn in_words(bytes: u64) -> String {
        let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
        match units
            .into_iter()
            .find(|(step, _)| bytes > 0 && bytes.is_multiple_of(*step))
        {
            Some((step, unit)) => format!("{} {unit}", bytes / step),
            None => format!("{bytes} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FromText, Size};

    #[test]
    fn a_size_in_words_is_the_same_size() {
        for (bytes, words) in [
            (2_097_152, "2 MB"),
            (1 << 30, "1 GB"),
            (3072, "3 KB"),
            (2_097_153, "2097153 bytes"),
        ] {
            assert_eq!(Size::in_words(bytes), words);
            assert_eq!(Size::from_text(words).map(|size| size.bytes()), Ok(bytes));
        }
        assert_eq!(Size::in_words(0), "0 bytes");
    }
}
