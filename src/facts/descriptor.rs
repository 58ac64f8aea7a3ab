//! The rights on a drop folder, as its server reports them.

#[cfg(test)]
use super::schema::SidSchema;
use super::{Answer, Unknown};
use serde::{Deserialize, Serialize};
use windows_security::icacls::Saved;
use windows_security::sid::Domains;
use windows_security::{Descriptor, Sid, samba, source};

/// A security descriptor as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "DescriptorSeen")
)]
pub struct ObservedDescriptor {
    pub from: DescriptorSource,
    /// SDDL, hexadecimal digits, or a program's output, unchanged.
    #[cfg_attr(test, schemars(extend("holds" = "seen")))]
    pub text: String,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The source of a descriptor, which decides how to read its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Source"))]
pub enum DescriptorSource {
    /// Windows itself; hexadecimal.
    WindowsApi,
    /// `smbcacls --numeric`.
    Smbcacls,
    /// `rpcclient`, of a share.
    Rpcclient,
    /// An extended attribute of this name; hexadecimal.
    Xattr(#[cfg_attr(test, schemars(extend("holds" = "plain")))] String),
    Sddl,
    /// A file that `icacls /save` wrote; the SDDL of one folder in it.
    Icacls,
}

/// A SID's name, as the folder's server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SidName {
    /// With its domain or machine: `FABRIKAM\sp_farm`.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    pub kind: SidKind,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl SidName {
    pub fn new(name: String, kind: SidKind) -> Self {
        Self {
            name,
            kind,
            unknown: Unknown::new(),
        }
    }
}

/// The kind of account that a SID identifies (SID_NAME_USE, MS-LSAT 2.2.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum SidKind {
    User,
    /// A group of a domain.
    Group,
    Domain,
    /// A group that is local to a machine or a domain.
    Alias,
    WellKnown,
    Deleted,
    Invalid,
    Computer,
    Other,
}

impl SidKind {
    /// Returns the kind with this number.
    pub fn from_number(number: u32) -> Self {
        match number {
            1 => Self::User,
            2 => Self::Group,
            3 => Self::Domain,
            4 => Self::Alias,
            5 => Self::WellKnown,
            6 => Self::Deleted,
            7 => Self::Invalid,
            9 => Self::Computer,
            _ => Self::Other,
        }
    }

    /// Returns whether it cannot have members.
    pub fn is_account(self) -> bool {
        matches!(self, Self::User | Self::Computer)
    }
}

/// An account of the farm as the folder's server sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "AccountSeen"))]
pub struct ObservedAccount {
    /// As the farm file names it.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    /// The server whose computer account it is on other servers, if it has no account of its own
    /// there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub computer: Option<String>,
    /// Absent means that the server does not know the name.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Answer<SidSchema>"))]
    pub sid: Answer<Sid>,
    /// Every SID of its token on the folder's server. Known means that there are no others.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Answer<Vec<SidSchema>>"))]
    pub token: Answer<Vec<Sid>>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl ObservedDescriptor {
    pub fn new(from: DescriptorSource, text: String) -> Self {
        Self {
            from,
            text,
            unknown: Unknown::new(),
        }
    }

    /// The descriptor itself.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(&self) -> Result<Descriptor, String> {
        let read = match &self.from {
            DescriptorSource::Smbcacls => samba::smbcacls(&self.text),
            DescriptorSource::Rpcclient => {
                samba::share(&self.text).map(|share| share.unwrap_or_else(Descriptor::empty))
            }
            DescriptorSource::WindowsApi
            | DescriptorSource::Xattr(_)
            | DescriptorSource::Sddl
            | DescriptorSource::Icacls => {
                let found = source::from_text(&self.text, &Domains::default())
                    .map_err(|fault| fault.to_string())?;
                return match <[Saved; 1]>::try_from(found.saved) {
                    Ok([only]) => Ok(only.descriptor),
                    Err(several) => Err(format!("it holds {} descriptors", several.len())),
                };
            }
        };
        read.map_err(|fault| fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use windows_security::{binary, sddl};

    #[test]
    fn descriptors_of_every_source_are_read() {
        let sddl = "O:BAG:BAD:P(A;OICI;0x1301bf;;;SY)";
        let descriptor = sddl::read(sddl, &Domains::default()).unwrap();
        let hex = HEXLOWER.encode(&binary::write(&descriptor).unwrap());
        let numeric = "REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-32-544\nGROUP:S-1-5-32-544\nACL:\
                       S-1-5-18:0/0x3/0x001301bf\n";
        for (from, text) in [
            (DescriptorSource::WindowsApi, hex.as_str()),
            (
                DescriptorSource::Xattr("system.ntfs_acl".to_owned()),
                &hex.to_uppercase(),
            ),
            (DescriptorSource::Smbcacls, numeric),
            (DescriptorSource::Sddl, sddl),
            (DescriptorSource::Icacls, sddl),
        ] {
            let seen = ObservedDescriptor::new(from, text.to_owned());
            let json = serde_json::to_string(&seen).unwrap();
            assert_eq!(
                serde_json::from_str::<ObservedDescriptor>(&json).unwrap(),
                seen
            );
            assert_eq!(seen.read().as_ref(), Ok(&descriptor), "{json}");
        }
        let two = format!("Drop\n{sddl}\nOther\n{sddl}\n");
        for text in ["", "0", "0g", "é0", "01 0", &two] {
            assert!(
                ObservedDescriptor::new(DescriptorSource::WindowsApi, text.to_owned())
                    .read()
                    .is_err(),
                "{text}"
            );
        }
    }
}
