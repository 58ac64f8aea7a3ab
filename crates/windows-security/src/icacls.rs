//! Reads the files that `icacls NAME /save FILE` writes: pairs of lines, a path and the DACL of
//! that file or folder in SDDL. Owners are not saved.

use super::sid::Domains;
use super::{Descriptor, ParseError, sddl};

/// The saved DACL of one file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The path, relative to the folder that `icacls` was called with.
    pub path: String,
    /// Its DACL, without an owner.
    pub descriptor: Descriptor,
}

/// Reads the text of a file that `icacls /save` has written.
///
/// # Errors
/// Fails if the text is not such a file; offsets are in bytes.
pub fn read(text: &str, domains: &Domains) -> Result<Vec<Saved>, ParseError> {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\r', '\n']))
    });
    let mut saved = Vec::new();
    while let Some((start, path)) = lines.next() {
        // The path of a drive's root is empty, and so is the line at the end of the file.
        let Some((line, descriptor)) = lines.next() else {
            return if path.trim().is_empty() {
                Ok(saved)
            } else {
                Err(ParseError::new(start, "no descriptor follows the path"))
            };
        };
        if path.trim().is_empty() && descriptor.trim().is_empty() {
            continue;
        }
        let descriptor = sddl::read(descriptor, domains).map_err(|inner| {
            ParseError::new(
                line + inner.offset,
                format!("the descriptor of `{path}`: {}", inner.message),
            )
        })?;
        saved.push(Saved {
            path: path.to_owned(),
            descriptor,
        });
    }
    Ok(saved)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn paths(text: &str) -> Result<Vec<(String, String)>, usize> {
        let saved = read(text, &Domains::default()).map_err(|error| error.offset)?;
        let pair = |saved: Saved| (saved.path, sddl::write(&saved.descriptor).unwrap());
        Ok(saved.into_iter().map(pair).collect())
    }

    #[test]
    fn pairs_of_lines_are_read() {
        let list = "D:PAI(A;OICI;FA;;;SY)";
        let same = "D:PAI(A;OICI;0x1f01ff;;;SY)";
        let pair = |path: &str| (path.to_owned(), same.to_owned());
        assert_eq!(
            paths(&format!("Drop\r\n{list}\r\n")),
            Ok(vec![pair("Drop")])
        );
        assert_eq!(paths(&format!("Drop\n{list}")), Ok(vec![pair("Drop")]));
        let two = format!("Drop\r\n{list}\r\nDrop\\a b.eml\r\n{list}\r\n\r\n");
        assert_eq!(paths(&two), Ok(vec![pair("Drop"), pair("Drop\\a b.eml")]));
        assert_eq!(paths(&format!("\r\n{list}\r\n")), Ok(vec![pair("")]));
        assert_eq!(paths(""), Ok(vec![]));
        assert_eq!(paths("Drop\r\n"), Err(0));
        assert_eq!(paths("Drop\r\nD:(A;;ZZ;;;SY)\r\n"), Err(12));
        assert_eq!(paths(&format!("Drop\r\n{list}\r\nOther\r\n")), Err(29));
    }

    proptest! {
        #[test]
        fn any_text_does_not_panic(text in "[ -~\r\n]{0,80}", descriptor in any_descriptor(MadeUpData::Text)) {
            let list = sddl::write(&descriptor).unwrap_or_default();
            for text in [format!("{text}\n{list}"), format!("a\n{list}\n{text}")] {
                if let Err(error) = read(&text, &Domains::default()) {
                    prop_assert!(error.offset <= text.len());
                }
            }
        }
    }
}
