//! Reads descriptors in every form that tools write: SDDL, hexadecimal digits, base64, and files.

use super::icacls::Saved;
use super::sid::Domains;
use super::{Descriptor, ParseError, binary, icacls, ntacl, sddl};
use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use encoding_rs::{Encoding, UTF_8, UTF_16LE};

/// The form of a descriptor source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// SDDL text.
    Sddl,
    /// A self-relative descriptor.
    Binary,
    /// Samba's extended attribute.
    Ntacl,
    /// The output of `icacls /save`.
    Icacls,
    /// The output of `Get-Acl | Format-List`, in which the SDDL is wrapped over several lines.
    FormatList,
}

/// The descriptors that were read from a text or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedSource {
    /// The form that was recognized.
    pub form: SourceFormat,
    /// The descriptors, at least one. Only the output of `icacls /save` contains several, and
    /// paths.
    pub saved: Vec<Saved>,
}

impl ParsedSource {
    fn one(form: SourceFormat, descriptor: Descriptor) -> Self {
        Self {
            form,
            saved: vec![Saved {
                path: String::new(),
                descriptor,
            }],
        }
    }
}

/// Reads a file: a binary descriptor, Samba's attribute, or any supported text in UTF-8 or UTF-16.
///
/// # Errors
/// Fails if the bytes have none of these forms. Offsets count the bytes of the file or, if it
/// contains encoded digits, the decoded bytes.
pub fn from_bytes(bytes: &[u8], domains: &Domains) -> Result<ParsedSource, ParseError> {
    // A text never begins with such a byte.
    if bytes.first().is_some_and(|first| *first < b'\t') && !is_wide(bytes) {
        return from_binary(bytes);
    }
    let decoded = Decoded::new(bytes)?;
    from_text(&decoded.text, domains)
        .map_err(|inner| ParseError::new(decoded.offset_of(inner.offset), inner.message))
}

fn from_binary(bytes: &[u8]) -> Result<ParsedSource, ParseError> {
    if ntacl::is_ntacl(bytes) {
        return Ok(ParsedSource::one(SourceFormat::Ntacl, ntacl::read(bytes)?));
    }
    Ok(ParsedSource::one(
        SourceFormat::Binary,
        binary::read(bytes)?,
    ))
}

/// Reads a text: SDDL, hexadecimal digits, base64, or the output of `getfattr`, `icacls /save` or
/// `Get-Acl | Format-List`.
///
/// # Errors
/// Fails if the text has none of these forms. Offsets count the bytes of the text or, if it
/// contains encoded digits, the decoded bytes.
pub fn from_text(text: &str, domains: &Domains) -> Result<ParsedSource, ParseError> {
    if looks_like_sddl(text) {
        return Ok(ParsedSource::one(
            SourceFormat::Sddl,
            sddl::read(text, domains)?,
        ));
    }
    if let Some(list) = FormatList::find(text) {
        return list.read(domains);
    }
    let (value, is_base64) = attribute_value(text);
    if !is_base64 && let Some(bytes) = from_digits(value)? {
        return from_binary(&bytes);
    }
    if text.lines().nth(1).is_some_and(looks_like_sddl) {
        return Ok(ParsedSource {
            form: SourceFormat::Icacls,
            saved: icacls::read(text, domains)?,
        });
    }
    match from_base64(value) {
        Some(bytes) => from_binary(&bytes),
        None => Err(ParseError::new(
            0,
            "not a descriptor: neither SDDL, nor hexadecimal digits, nor base64, nor `icacls \
             /save`",
        )),
    }
}

/// Returns whether a text begins with a part of a descriptor such as `D:`, and not with a drive
/// letter.
fn looks_like_sddl(text: &str) -> bool {
    let mut letters = text.trim_start().chars();
    let is_part = letters
        .next()
        .is_some_and(|letter| "OGDSogds".contains(letter));
    let mut rest = letters.as_str().trim_start().chars();
    is_part && rest.next() == Some(':') && !rest.as_str().starts_with(['\\', '/'])
}

/// The value `Sddl` in the output of PowerShell's `Format-List`: `Name : value`, where a long value
/// continues in further lines with the same indentation.
struct FormatList {
    /// The joined lines of the value, and for each line its offset in the text and in the value.
    value: String,
    begins: Vec<(usize, usize)>,
    /// The offset of a second such value, which belongs to another folder.
    second: Option<usize>,
}

impl FormatList {
    /// Finds the value, or returns `None` if the text is not such output.
    fn find(text: &str) -> Option<Self> {
        let mut list: Option<Self> = None;
        let mut is_inside = false;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let is_first = sddl_line(line).is_some();
            is_inside = is_first || (is_inside && line.starts_with(' ') && !line.trim().is_empty());
            if is_inside {
                let value = sddl_line(line).unwrap_or(line).trim();
                let start = at + (value.as_ptr().addr() - line.as_ptr().addr());
                match &mut list {
                    Some(list) if is_first => list.second = list.second.or(Some(at)),
                    Some(list) if list.second.is_none() => list.add(value, start),
                    Some(_) => {}
                    None => {
                        let mut first = Self {
                            value: String::new(),
                            begins: Vec::new(),
                            second: None,
                        };
                        first.add(value, start);
                        list = Some(first);
                    }
                }
            }
            at += line.len();
        }
        list
    }

    fn add(&mut self, value: &str, at: usize) {
        self.begins.push((at, self.value.len()));
        self.value.push_str(value);
    }

    fn read(&self, domains: &Domains) -> Result<ParsedSource, ParseError> {
        if let Some(at) = self.second {
            let message = "several descriptors: give only the folder's";
            return Err(ParseError::new(at, message));
        }
        match sddl::read(&self.value, domains) {
            Ok(descriptor) => Ok(ParsedSource::one(SourceFormat::FormatList, descriptor)),
            Err(inner) => Err(ParseError::new(self.place(inner.offset), inner.message)),
        }
    }

    /// Converts an offset in the value to an offset in the text.
    fn place(&self, offset: usize) -> usize {
        let lines = self.begins.iter().rev();
        let mut before = lines.skip_while(|(_, start)| *start > offset);
        before
            .next()
            .map_or(offset, |(at, start)| at + offset - start)
    }
}

/// Returns the text after `Sddl :` in a line that begins like that.
fn sddl_line(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    name.trim_end()
        .eq_ignore_ascii_case("Sddl")
        .then_some(value)
}

/// Returns the value in the output of `getfattr`, `name=0x…` or `name=0s…`, and whether it is
/// marked as base64. Returns other texts unchanged.
fn attribute_value(text: &str) -> (&str, bool) {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    match line.split_once('=') {
        Some((name, value)) if name.contains('.') => match value.strip_prefix("0s") {
            Some(value) => (value, true),
            None => (value, false),
        },
        _ => (text, false),
    }
}

/// Decodes hexadecimal digits, which may be separated by spaces, commas, hyphens or line breaks, or
/// returns `None` if the text contains other characters.
fn from_digits(text: &str) -> Result<Option<Vec<u8>>, ParseError> {
    let text = text.trim();
    let text = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("hex:"))
        .unwrap_or(text);
    let digits: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !",-\\".contains(*letter))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(None);
    }
    match HEXLOWER_PERMISSIVE.decode(digits.as_bytes()) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(_) => Err(ParseError::new(
            digits.len() / 2,
            "the number of hexadecimal digits is odd: half of the last byte is missing",
        )),
    }
}

/// Decodes a descriptor in base64, with or without padding.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let dense: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let bytes = BASE64
        .decode(dense.as_bytes())
        .or_else(|_| BASE64_NOPAD.decode(dense.as_bytes()));
    // Short words can be valid base64, too.
    bytes.ok().filter(|bytes| bytes.len() >= binary::HEAD)
}

/// The decoded text of a file, with the original offsets.
struct Decoded {
    text: String,
    /// The length of the byte order mark.
    mark: usize,
    is_wide: bool,
}

/// Returns whether bytes without a byte order mark are UTF-16 little-endian: some high bytes are
/// zero, as for ASCII, and no low byte is.
fn is_wide(bytes: &[u8]) -> bool {
    let (units, _) = bytes.as_chunks::<2>();
    units.iter().any(|[_, high]| *high == 0) && units.iter().all(|[low, _]| *low != 0)
}

impl Decoded {
    fn new(bytes: &[u8]) -> Result<Self, ParseError> {
        let unmarked = if is_wide(bytes) { UTF_16LE } else { UTF_8 };
        let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((unmarked, 0));
        let body = bytes.get(mark..).unwrap_or_default();
        match encoding.decode_without_bom_handling_and_without_replacement(body) {
            Some(text) => Ok(Self {
                text: text.into_owned(),
                mark,
                is_wide: encoding != UTF_8,
            }),
            None => Err(ParseError::new(
                mark,
                format!("it is neither a descriptor nor text in {}", encoding.name()),
            )),
        }
    }

    /// Converts an offset in the text to an offset in the file.
    fn offset_of(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        self.mark
            + if self.is_wide {
                2 * before.encode_utf16().count()
            } else {
                before.len()
            }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use data_encoding::HEXUPPER;
    use proptest::prelude::*;

    const LIST: &str = "D:PAI(A;OICI;0x1f01ff;;;SY)";

    fn sddl_of(found: Result<ParsedSource, ParseError>, form: SourceFormat) -> String {
        let found = found.unwrap();
        assert_eq!((found.form, found.saved.len()), (form, 1));
        sddl::write(&found.saved[0].descriptor).unwrap()
    }

    fn wide(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        mark.encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    }

    #[test]
    fn every_form_is_read() {
        let bytes = binary::write(&sd(LIST)).unwrap();
        let digits = to_hex(&bytes);
        let none = Domains::default();
        let with = |between: &str| {
            bytes
                .iter()
                .map(|byte| HEXUPPER.encode(&[*byte]))
                .collect::<Vec<_>>()
                .join(between)
        };
        let base64 = "AQAElAAAAAAAAAAAAAAAABQAAAACABwAAQAAAAADFAD/AR8AAQEAAAAAAAUSAAAA";
        let lines = format!("{}\r\n{}\r\n", &base64[..30], &base64[30..]);
        for text in [
            &digits,
            &digits.to_uppercase(),
            &format!("0x{digits}\n"),
            &with(" "),
            &with("-"),
            &format!("hex:{}", with(",\\\r\n  ")),
            base64,
            &lines,
            &format!("# file: drop\nsystem.ntfs_acl=0x{digits}\n\n"),
            &format!("# file: drop\nsystem.cifs_acl=0s{base64}\n\n"),
        ] {
            assert_eq!(
                sddl_of(from_text(text, &none), SourceFormat::Binary),
                LIST,
                "{text}"
            );
            assert_eq!(
                sddl_of(from_bytes(text.as_bytes(), &none), SourceFormat::Binary),
                LIST,
                "{text}"
            );
        }
        assert_eq!(
            sddl_of(from_bytes(&bytes, &none), SourceFormat::Binary),
            LIST
        );
        assert_eq!(sddl_of(from_text(LIST, &none), SourceFormat::Sddl), LIST);
        for bytes in [
            LIST.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", LIST.as_bytes()].concat(),
            wide(LIST, true),
            wide(LIST, false),
        ] {
            assert_eq!(sddl_of(from_bytes(&bytes, &none), SourceFormat::Sddl), LIST);
        }
        let saved = format!("Ѕдроп\r\n{LIST}\r\n");
        for bytes in [
            saved.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", saved.as_bytes()].concat(),
            wide(&saved, true),
            wide(&saved, false),
        ] {
            assert_eq!(
                sddl_of(from_bytes(&bytes, &none), SourceFormat::Icacls),
                LIST
            );
        }
    }

    #[test]
    fn format_list_of_powershell_is_read() {
        let none = Domains::default();
        let printed = "\r\n\r\nPath   : Microsoft.PowerShell.Core\\FileSystem::D:\\drop\r\n\
                       Owner  : BUILTIN\\Administrators\r\n\
                       Access : NT AUTHORITY\\SYSTEM Allow  FullControl\r\n\
                       \x20        BUILTIN\\Users Allow  ReadAndExecute, Synchronize\r\n\
                       Audit  : \r\n\
                       Sddl   : D:PAI(A;OICI;0x1f0\r\n\
                       \x20        1ff;;;SY)\r\n\r\n\r\n";
        assert_eq!(
            sddl_of(from_text(printed, &none), SourceFormat::FormatList),
            LIST
        );
        for bytes in [printed.as_bytes().to_vec(), wide(printed, true)] {
            assert_eq!(
                sddl_of(from_bytes(&bytes, &none), SourceFormat::FormatList),
                LIST
            );
        }
        let broken = printed.replace(";;;SY", ";;;QQ");
        let error = from_text(&broken, &none).unwrap_err();
        assert_eq!(broken.get(error.offset..error.offset + 2), Some("QQ"));
        let two = [printed, printed].concat();
        assert!(from_text(&two, &none).unwrap_err().offset > printed.len());
    }

    #[test]
    fn unknown_forms_are_rejected() {
        let none = Domains::default();
        let error_offset = |text: &str| from_text(text, &none).map_err(|error| error.offset);
        for text in [
            "",
            "drop.txt",
            "D:\\acl.txt",
            "d:/acl.txt",
            "not a descriptor!",
            "=",
            "äöü",
            "drop",
        ] {
            assert_eq!(error_offset(text), Err(0), "{text}");
        }
        assert_eq!(error_offset("010"), Err(1));
        assert_eq!(error_offset("D:(A;;ZZ;;;SY)"), Err(6));
        let in_file = |bytes: &[u8]| from_bytes(bytes, &none).map_err(|error| error.offset);
        assert_eq!(in_file(&wide("D:(A;;ZZ;;;SY)", true)), Err(14));
        assert_eq!(in_file(&wide("Ürop\r\nD:(A;;ZZ;;;SY)\r\n", true)), Err(26));
        assert_eq!(in_file(b"\xef\xbb\xbfD:(A;;ZZ;;;SY)"), Err(9));
        assert_eq!(in_file(b"D:\xff"), Err(0));
        assert_eq!(in_file(&[1, 0, 4]), Err(0));
    }

    proptest! {
        #[test]
        fn any_input_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..120), text in "\\PC{0,60}") {
            let none = Domains::default();
            if let Err(error) = from_bytes(&bytes, &none) {
                prop_assert!(error.offset <= bytes.len());
            }
            if let Err(error) = from_bytes(text.as_bytes(), &none) {
                prop_assert!(error.offset <= text.len());
            }
            for mark in [true, false] {
                let bytes = wide(&text, mark);
                if let Err(error) = from_bytes(&bytes, &none) {
                    prop_assert!(error.offset <= bytes.len());
                }
            }
        }
    }
}
