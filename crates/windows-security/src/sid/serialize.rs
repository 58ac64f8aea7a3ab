//! Serializes SIDs as text, such as `"S-1-5-18"`.

use super::Sid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn sid_is_read_from_its_text() {
        let read = |text| Sid::deserialize(StrDeserializer::<Error>::new(text));
        assert_eq!(read("S-1-5-18"), Ok(Sid::nt(18)));
        assert!(read("SYSTEM").is_err());
    }
}
