//! What Windows itself tells, of its own folders and of those on shares, as whoever runs the
//! program.

use super::{OnShare, sids};
use crate::facts::{
    AccountSeen, Answer, DescriptorSeen, DropFolder, SidKind, SidName, Source, hexadecimal,
};
use crate::farm::values::computer_account;
use std::ffi::{OsStr, c_void};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{null, null_mut};
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

/// A text as Windows takes it.
fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

fn reason(code: u32) -> String {
    io::Error::from_raw_os_error(code.cast_signed()).to_string()
}

/// The last failure of this thread.
fn last() -> u32 {
    io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or_default()
        .cast_unsigned()
}

/// The descriptor of a folder.
pub fn descriptor(path: &Path) -> Answer<DescriptorSeen> {
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
            seen(bytes)
        }
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Answer::Absent(reason(code)),
        _ => Answer::Failed(reason(code)),
    }
}

fn seen(bytes: Option<Vec<u8>>) -> Answer<DescriptorSeen> {
    match bytes {
        Some(bytes) => Answer::Known(DescriptorSeen::new(Source::WindowsApi, hexadecimal(&bytes))),
        None => Answer::Failed("Windows gave no whole descriptor".to_owned()),
    }
}

/// The bytes of a self-relative descriptor.
fn bytes_of(descriptor: PSECURITY_DESCRIPTOR) -> Option<Vec<u8>> {
    let (mut control, mut revision) = (0, 0);
    // SAFETY: a descriptor that Windows gave, or null, which is looked at first; its length is what
    // Windows says.
    unsafe {
        if descriptor.is_null() || IsValidSecurityDescriptor(descriptor) == 0 {
            return None;
        }
        let told = GetSecurityDescriptorControl(descriptor, &raw mut control, &raw mut revision);
        if told == 0 || control & SE_SELF_RELATIVE == 0 {
            return None;
        }
        let length = GetSecurityDescriptorLength(descriptor) as usize;
        Some(std::slice::from_raw_parts(descriptor.cast::<u8>(), length).to_vec())
    }
}

/// Adds the share's own descriptor, the names of the SIDs, and the accounts, as the folder's server
/// knows them.
pub fn ask(folder: &mut DropFolder, on_share: Option<&OnShare>, is_share: bool, is_seen: bool) {
    if !is_seen {
        return;
    }
    // Names of local groups mean something on the server of the folder only.
    let server = on_share.map(|on| wide(format!(r"\\{}", on.server)));
    let server = server.as_deref();
    if let (Some(on), true) = (on_share, is_share) {
        folder.share = share(on);
    }
    folder.names = sids(folder)
        .into_iter()
        .map(|sid| (sid.clone(), name(server, &sid)))
        .collect();
    for account in &mut folder.accounts {
        if account.sid == Answer::NotAsked {
            account.sid = sid(server, account);
        }
        // What Windows computes holds for this machine.
        if let (None, Answer::Known(sid), Answer::NotAsked) = (server, &account.sid, &account.token)
        {
            account.token = token(sid);
        }
    }
}

fn share(on: &OnShare) -> Answer<DescriptorSeen> {
    const DESCRIPTOR: u32 = 502;
    let (server, name) = (wide(&on.server), wide(&on.share));
    let mut buffer: *mut u8 = null_mut();
    // SAFETY: both names end with a zero; `buffer` takes what is freed below.
    let code =
        unsafe { NetShareGetInfo(server.as_ptr(), name.as_ptr(), DESCRIPTOR, &raw mut buffer) };
    if code != 0 || buffer.is_null() {
        return Answer::Failed(reason(code));
    }
    // SAFETY: the buffer holds what level 502 is documented to give, aligned by Windows.
    let bytes = unsafe { bytes_of((*buffer.cast::<SHARE_INFO_502>()).shi502_security_descriptor) };
    // SAFETY: the buffer came from the call above, and is not used any more.
    unsafe { NetApiBufferFree(buffer.cast::<c_void>()) };
    seen(bytes)
}

/// A text that Windows wrote into a buffer.
fn text(buffer: &[u16], length: u32) -> String {
    String::from_utf16_lossy(buffer.get(..length as usize).unwrap_or(buffer))
}

fn pointer(text: Option<&[u16]>) -> *const u16 {
    text.map_or(null(), <[u16]>::as_ptr)
}

/// Longer names Windows has not.
const LONGEST: usize = 1024;

fn name(server: Option<&[u16]>, sid: &Sid) -> Answer<SidName> {
    let bytes = sid.to_bytes();
    let (mut name, mut domain) = ([0u16; LONGEST], [0u16; LONGEST]);
    let (mut length, mut domain_length) = (LONGEST as u32, LONGEST as u32);
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
    match SidKind::of_number(kind.cast_unsigned()) {
        SidKind::Other | SidKind::Invalid => {
            Answer::Absent("the server knows no such SID".to_owned())
        }
        kind => Answer::Known(SidName::new(name, kind)),
    }
}

fn missing<T>(code: u32) -> Answer<T> {
    if code == ERROR_NONE_MAPPED {
        Answer::Absent(reason(code))
    } else {
        Answer::Failed(reason(code))
    }
}

fn sid(server: Option<&[u16]>, account: &AccountSeen) -> Answer<Sid> {
    /// A SID has at most fifteen numbers.
    const LARGEST: usize = 68;
    let name = wide(
        account
            .computer
            .as_deref()
            .map_or_else(|| account.name.clone(), computer_account),
    );
    let (mut bytes, mut domain) = ([0u8; LARGEST], [0u16; LONGEST]);
    let (mut length, mut domain_length) = (LARGEST as u32, LONGEST as u32);
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
        Err(fault) => Answer::Failed(fault.to_string()),
    }
}

/// Every group that the account's token has on this machine, as Windows works it out.
fn token(account: &Sid) -> Answer<Vec<Sid>> {
    let bytes = account.to_bytes();
    let (mut manager, mut context) = (null_mut(), null_mut());
    // SAFETY: no call-backs are given; the handles are freed below; the bytes are a whole SID.
    unsafe {
        let flags = AUTHZ_RM_FLAG_NO_AUDIT;
        if AuthzInitializeResourceManager(flags, None, None, None, null(), &raw mut manager) == 0 {
            return Answer::Failed(reason(last()));
        }
        let none = LUID {
            LowPart: 0,
            HighPart: 0,
        };
        let sid = bytes.as_ptr().cast_mut().cast();
        let made =
            AuthzInitializeContextFromSid(0, sid, manager, null(), none, null(), &raw mut context);
        let answer = if made == 0 {
            Answer::Failed(reason(last()))
        } else {
            let answer =
                groups(context).map_or_else(|code| Answer::Failed(reason(code)), Answer::Known);
            AuthzFreeContext(context);
            answer
        };
        AuthzFreeResourceManager(manager);
        answer
    }
}

/// The groups of a token.
///
/// # Safety
/// The context is one that Windows has made.
unsafe fn groups(context: *mut c_void) -> Result<Vec<Sid>, u32> {
    let mut size = 0;
    // SAFETY: without a buffer, Windows says how large it must be.
    let told = unsafe {
        AuthzGetInformationFromContext(
            context,
            AuthzContextInfoGroupsSids,
            0,
            &raw mut size,
            null_mut(),
        )
    };
    if told == 0 && last() != ERROR_INSUFFICIENT_BUFFER {
        return Err(last());
    }
    // Of eight bytes each, so that the structure lies as it must.
    let mut buffer = vec![0u64; (size as usize).div_ceil(8).max(1)];
    let mut written = 0;
    // SAFETY: the buffer is as large as Windows wants it.
    let told = unsafe {
        let buffer = buffer.as_mut_ptr().cast::<c_void>();
        AuthzGetInformationFromContext(
            context,
            AuthzContextInfoGroupsSids,
            size,
            &raw mut written,
            buffer,
        )
    };
    if told == 0 {
        return Err(last());
    }
    let groups = buffer.as_ptr().cast::<TOKEN_GROUPS>();
    // SAFETY: Windows has written a count and as many entries into the buffer, whose SIDs lie in it
    // too.
    unsafe {
        let entries = (&raw const (*groups).Groups)
            .cast::<windows_sys::Win32::Security::SID_AND_ATTRIBUTES>();
        let entries = std::slice::from_raw_parts(entries, (*groups).GroupCount as usize);
        let sid = |pointer: *mut c_void| {
            if pointer.is_null() || IsValidSid(pointer) == 0 {
                return None;
            }
            let bytes =
                std::slice::from_raw_parts(pointer.cast::<u8>(), GetLengthSid(pointer) as usize);
            Sid::from_bytes(bytes).ok().map(|(sid, _)| sid)
        };
        Ok(entries.iter().filter_map(|entry| sid(entry.Sid)).collect())
    }
}
