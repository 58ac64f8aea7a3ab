//! Reads the rights on local and shared folders on Windows, as the user who runs the program.
#![allow(unsafe_code)]

use super::{AclOptions, Location, domain_sids, local_descriptor};
use crate::facts::{
    Answer, DescriptorSource, DropFolder, FailureKind, ObservedAccount, ObservedDescriptor,
    SidKind, SidName,
};
use crate::farm::values::{SharePath, computer_account};
use crate::probe::failure::failed;
use data_encoding::HEXLOWER;
use std::ffi::{OsStr, c_void};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::Duration;
use windows_security::Sid;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_INSUFFICIENT_BUFFER, ERROR_NONE_MAPPED, ERROR_PATH_NOT_FOUND, LUID,
    LocalFree,
};
use windows_sys::Win32::NetworkManagement::NetManagement::NetApiBufferFree;
use windows_sys::Win32::Security::Authorization::{
    AUTHZ_RM_FLAG_NO_AUDIT, AuthzContextInfoGroupsSids, AuthzFreeContext, AuthzFreeResourceManager,
    AuthzGetInformationFromContext, AuthzInitializeContextFromSid, AuthzInitializeResourceManager,
    GetNamedSecurityInfoW, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, GetLengthSid,
    GetSecurityDescriptorControl, GetSecurityDescriptorLength, IsValidSecurityDescriptor,
    IsValidSid, LookupAccountNameW, LookupAccountSidW, OWNER_SECURITY_INFORMATION,
    PSECURITY_DESCRIPTOR, SE_SELF_RELATIVE, SID_NAME_USE, TOKEN_GROUPS,
};
use windows_sys::Win32::Storage::FileSystem::{NetShareGetInfo, SHARE_INFO_502};

/// Reads the rights on one folder after the other.
#[derive(Debug)]
pub(crate) struct FolderSecurity {
    limit: Duration,
}

impl FolderSecurity {
    /// Windows logs on to other servers as the user who runs the program, so the options for the
    /// logon are ignored, and the SIDs from the options are already in the facts.
    pub(crate) fn new(_: &AclOptions, limit: Duration) -> Self {
        Self { limit }
    }

    /// Reads the folder's descriptor, unless it is known; with it the share's own, the names of the
    /// SIDs and the accounts, as the folder's server knows them.
    pub(crate) async fn read(&mut self, folder: &mut DropFolder, location: &Location) {
        if location.is_saved {
            return;
        }
        folder.descriptor = local_descriptor(folder, location, self.limit, descriptor).await;
        if !matches!(folder.descriptor, Answer::Known(_)) {
            return;
        }
        // Names of local groups are valid only on the folder's server.
        let server = location
            .on_share
            .as_ref()
            .map(|share| wide(format!(r"\\{}", share.server)));
        if let (Some(share), true) = (&location.on_share, location.is_share) {
            folder.share = share_descriptor(share);
        }
        folder.names = domain_sids(folder)
            .into_iter()
            .map(|sid| {
                let name = name(server.as_deref(), &sid);
                (sid, name)
            })
            .collect();
        for account in &mut folder.accounts {
            look_up(account, server.as_deref());
        }
    }
}

/// Adds an account's SID and token. A token that Windows computes is valid only for this machine.
fn look_up(account: &mut ObservedAccount, server: Option<&[u16]>) {
    if account.sid == Answer::NotAsked {
        account.sid = sid(server, account);
    }
    if let (None, Answer::Known(sid), Answer::NotAsked) = (server, &account.sid, &account.token) {
        account.token = token(sid);
    }
}

/// Encodes a text for the Windows API: UTF-16 with a final zero.
fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

fn error(code: u32) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}

/// Returns the code of this thread's last error.
fn last() -> u32 {
    io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or_default()
        .cast_unsigned()
}

/// Reads the descriptor of a folder.
pub(crate) fn descriptor(path: &Path) -> Answer<ObservedDescriptor> {
    let name = wide(path);
    let mut found: PSECURITY_DESCRIPTOR = null_mut();
    let parts = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    // SAFETY: the name ends with a zero; the parts that are not wanted may be null; `found` takes
    // what is freed below.
    let code = unsafe {
        GetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            parts,
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut found,
        )
    };
    match code {
        0 => {
            let bytes = bytes_of(found);
            // SAFETY: the descriptor came from the call above, and is not used any more.
            unsafe { LocalFree(found) };
            from_bytes(bytes)
        }
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Answer::Absent(error(code).to_string()),
        _ => failed(&error(code)),
    }
}

fn from_bytes(bytes: Option<Vec<u8>>) -> Answer<ObservedDescriptor> {
    match bytes {
        Some(bytes) => Answer::Known(ObservedDescriptor::new(
            DescriptorSource::WindowsApi,
            HEXLOWER.encode(&bytes),
        )),
        None => Answer::failed(
            FailureKind::Malformed,
            "Windows returned an incomplete descriptor",
        ),
    }
}

/// Copies the bytes of a self-relative descriptor.
fn bytes_of(descriptor: PSECURITY_DESCRIPTOR) -> Option<Vec<u8>> {
    let (mut control, mut revision) = (0, 0);
    // SAFETY: a descriptor that Windows gave, or null, which is looked at first; its length is what
    // Windows says.
    unsafe {
        if descriptor.is_null() || IsValidSecurityDescriptor(descriptor) == 0 {
            return None;
        }
        let ok = GetSecurityDescriptorControl(descriptor, &raw mut control, &raw mut revision);
        if ok == 0 || control & SE_SELF_RELATIVE == 0 {
            return None;
        }
        let length = GetSecurityDescriptorLength(descriptor) as usize;
        Some(std::slice::from_raw_parts(descriptor.cast::<u8>(), length).to_vec())
    }
}

/// Reads the share's own descriptor.
fn share_descriptor(on: &SharePath) -> Answer<ObservedDescriptor> {
    const DESCRIPTOR: u32 = 502;
    let (server, name) = (wide(&on.server), wide(&on.share));
    let mut buffer: *mut u8 = null_mut();
    // SAFETY: both names end with a zero; `buffer` takes what is freed below.
    let code =
        unsafe { NetShareGetInfo(server.as_ptr(), name.as_ptr(), DESCRIPTOR, &raw mut buffer) };
    if code != 0 || buffer.is_null() {
        return failed(&error(code));
    }
    // SAFETY: the buffer holds what level 502 is documented to give, aligned by Windows.
    let bytes = unsafe { bytes_of((*buffer.cast::<SHARE_INFO_502>()).shi502_security_descriptor) };
    // SAFETY: the buffer came from the call above, and is not used any more.
    unsafe { NetApiBufferFree(buffer.cast::<c_void>()) };
    from_bytes(bytes)
}

/// Reads a text that Windows has written into a buffer.
fn text(buffer: &[u16], length: u32) -> String {
    String::from_utf16_lossy(buffer.get(..length as usize).unwrap_or(buffer))
}

fn pointer(text: Option<&[u16]>) -> *const u16 {
    text.map_or(null(), <[u16]>::as_ptr)
}

/// The maximum length of an account's or a domain's name, in characters.
const MAX_NAME: usize = 1024;

fn name(server: Option<&[u16]>, sid: &Sid) -> Answer<SidName> {
    let bytes = sid.to_bytes();
    let (mut name, mut domain) = ([0u16; MAX_NAME], [0u16; MAX_NAME]);
    let (mut length, mut domain_length) = (MAX_NAME as u32, MAX_NAME as u32);
    let mut kind: SID_NAME_USE = 0;
    // SAFETY: the bytes are a whole SID; the lengths are those of the buffers.
    let found = unsafe {
        LookupAccountSidW(
            pointer(server),
            bytes.as_ptr().cast_mut().cast(),
            name.as_mut_ptr(),
            &raw mut length,
            domain.as_mut_ptr(),
            &raw mut domain_length,
            &raw mut kind,
        )
    };
    if found == 0 {
        return missing(last());
    }
    let (name, domain) = (text(&name, length), text(&domain, domain_length));
    let name = if domain.is_empty() {
        name
    } else {
        format!("{domain}\\{name}")
    };
    match SidKind::from_number(kind.cast_unsigned()) {
        SidKind::Other | SidKind::Invalid => {
            Answer::Absent("the server does not know this SID".to_owned())
        }
        kind => Answer::Known(SidName::new(name, kind)),
    }
}

fn missing<T>(code: u32) -> Answer<T> {
    if code == ERROR_NONE_MAPPED {
        Answer::Absent(error(code).to_string())
    } else {
        failed(&error(code))
    }
}

fn sid(server: Option<&[u16]>, account: &ObservedAccount) -> Answer<Sid> {
    /// The maximum size of a SID, with fifteen subauthorities (SECURITY_MAX_SID_SIZE), in bytes.
    const MAX_SID: usize = 68;
    let name = wide(
        account
            .computer
            .as_deref()
            .map_or_else(|| account.name.clone(), computer_account),
    );
    let (mut bytes, mut domain) = ([0u8; MAX_SID], [0u16; MAX_NAME]);
    let (mut length, mut domain_length) = (MAX_SID as u32, MAX_NAME as u32);
    let mut kind: SID_NAME_USE = 0;
    // SAFETY: the name ends with a zero; the lengths are those of the buffers.
    let found = unsafe {
        LookupAccountNameW(
            pointer(server),
            name.as_ptr(),
            bytes.as_mut_ptr().cast(),
            &raw mut length,
            domain.as_mut_ptr(),
            &raw mut domain_length,
            &raw mut kind,
        )
    };
    if found == 0 {
        return missing(last());
    }
    match Sid::from_bytes(&bytes) {
        Ok((sid, _)) => Answer::Known(sid),
        Err(fault) => Answer::failed(FailureKind::Malformed, fault.to_string()),
    }
}

/// Computes all groups in the account's token on this machine.
fn token(account: &Sid) -> Answer<Vec<Sid>> {
    let bytes = account.to_bytes();
    let (mut manager, mut context) = (null_mut(), null_mut());
    // SAFETY: no call-backs are given; the handles are freed below; the bytes are a whole SID.
    unsafe {
        let flags = AUTHZ_RM_FLAG_NO_AUDIT;
        if AuthzInitializeResourceManager(flags, None, None, None, null(), &raw mut manager) == 0 {
            return failed(&error(last()));
        }
        let none = LUID {
            LowPart: 0,
            HighPart: 0,
        };
        let sid = bytes.as_ptr().cast_mut().cast();
        let made =
            AuthzInitializeContextFromSid(0, sid, manager, null(), none, null(), &raw mut context);
        let answer = if made == 0 {
            failed(&error(last()))
        } else {
            let answer = groups(context).map_or_else(|code| failed(&error(code)), Answer::Known);
            AuthzFreeContext(context);
            answer
        };
        AuthzFreeResourceManager(manager);
        answer
    }
}

/// Copies the groups of a token.
///
/// # Safety
/// The context must be one that Windows has created.
unsafe fn groups(context: *mut c_void) -> Result<Vec<Sid>, u32> {
    let mut size = 0;
    // SAFETY: without a buffer, Windows says how large it must be.
    let asked = unsafe {
        AuthzGetInformationFromContext(
            context,
            AuthzContextInfoGroupsSids,
            0,
            &raw mut size,
            null_mut(),
        )
    };
    if asked == 0 && last() != ERROR_INSUFFICIENT_BUFFER {
        return Err(last());
    }
    // Elements of eight bytes, so that the structure is aligned.
    let mut buffer = vec![0u64; (size as usize).div_ceil(8).max(1)];
    let mut written = 0;
    // SAFETY: the buffer is as large as Windows wants it.
    let copied = unsafe {
        let buffer = buffer.as_mut_ptr().cast::<c_void>();
        AuthzGetInformationFromContext(
            context,
            AuthzContextInfoGroupsSids,
            size,
            &raw mut written,
            buffer,
        )
    };
    if copied == 0 {
        return Err(last());
    }
    let groups = buffer.as_ptr().cast::<TOKEN_GROUPS>();
    // SAFETY: Windows has written a count and as many entries into the buffer, whose SIDs lie in it
    // too.
    unsafe {
        let entries = (&raw const (*groups).Groups)
            .cast::<windows_sys::Win32::Security::SID_AND_ATTRIBUTES>();
        let entries = std::slice::from_raw_parts(entries, (*groups).GroupCount as usize);
        Ok(entries
            .iter()
            .filter_map(|entry| copied_sid(entry.Sid))
            .collect())
    }
}

/// Copies a SID.
///
/// # Safety
/// The pointer must be null, or one that Windows returned for a SID.
unsafe fn copied_sid(pointer: *mut c_void) -> Option<Sid> {
    // SAFETY: a pointer that Windows gave; null is checked first. The length is what Windows says.
    let bytes = unsafe {
        if pointer.is_null() || IsValidSid(pointer) == 0 {
            return None;
        }
        std::slice::from_raw_parts(pointer.cast::<u8>(), GetLengthSid(pointer) as usize)
    };
    Sid::from_bytes(bytes).ok().map(|(sid, _)| sid)
}
