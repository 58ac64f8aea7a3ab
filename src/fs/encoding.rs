//! The encodings of text files: UTF-8, or UTF-16 as Windows PowerShell 5.1 and Notepad write it.

use encoding_rs::{UTF_16BE, UTF_16LE};

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// The position at which a file is not valid text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadByte {
    /// The offset in bytes from the start of the file.
    pub at: usize,
    /// The line, from 1.
    pub line: usize,
}

impl TextEncoding {
    /// Returns the name of the encoding for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }

    /// Returns the encoding of a file by its BOM, otherwise by its first character: files that this
    /// program reads begin with an ASCII character, one byte of which is zero in UTF-16.
    pub(super) fn detect(bytes: &[u8]) -> Self {
        match bytes {
            [0xff, 0xfe, ..] | [1..=0x7f, 0, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// Returns the text of a file; a BOM is its first character.
    ///
    /// # Errors
    /// Returns the position of the first byte that is not valid text in this encoding.
    pub(super) fn decode(self, bytes: Vec<u8>) -> Result<String, BadByte> {
        let encoding = match self {
            Self::Utf8 => {
                return String::from_utf8(bytes).map_err(|error| {
                    let at = error.utf8_error().valid_up_to();
                    let before = error.as_bytes().iter().take(at);
                    let line = before.filter(|byte| **byte == b'\n').count() + 1;
                    BadByte { at, line }
                });
            }
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        };
        match encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
            Some(text) => Ok(text.into_owned()),
            None => Err(self.first_bad_byte(&bytes)),
        }
    }

    /// Returns the bytes of a text.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// Returns the position of a surrogate without its pair, or of an odd last byte.
    fn first_bad_byte(self, bytes: &[u8]) -> BadByte {
        let (units, _) = bytes.as_chunks::<2>();
        let units = units.iter().map(|unit| match self {
            Self::Utf16Be => u16::from_be_bytes(*unit),
            _ => u16::from_le_bytes(*unit),
        });
        let mut bad = BadByte { at: 0, line: 1 };
        for letter in char::decode_utf16(units) {
            match letter {
                Ok(letter) => {
                    bad.at += 2 * letter.len_utf16();
                    bad.line += usize::from(letter == '\n');
                }
                Err(_) => break,
            }
        }
        bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_survive_encoding_and_decoding() {
        for text in ["", "a = \"ü😀\"\r\n", "\u{feff}{\"facts\": 1}"] {
            for encoding in [
                TextEncoding::Utf8,
                TextEncoding::Utf16Le,
                TextEncoding::Utf16Be,
            ] {
                let bytes = encoding.encode(text);
                let found = TextEncoding::detect(&bytes);
                assert!(found == encoding || text.is_empty(), "{text} {encoding:?}");
                assert_eq!(encoding.decode(bytes), Ok(text.to_owned()));
            }
        }
    }

    #[test]
    fn bad_bytes_are_located() {
        for (bytes, at, line) in [
            (&b"a\n\xff"[..], 2, 2),
            (b"\xff\xfea\0b", 4, 1),
            (b"\xff\xfe\n\0\0\xd8b\0", 4, 2),
            (b"\xfe\xff\0a\xdc\0", 4, 1),
        ] {
            let found = TextEncoding::detect(bytes).decode(bytes.to_vec());
            assert_eq!(found, Err(BadByte { at, line }), "{bytes:?}");
        }
    }
}
