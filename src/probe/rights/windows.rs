//! Reads the rights on local and shared folders on Windows, as the user who runs the program.
#![allow(unsafe_code)]

use super::{AclOptions, Location, domain_sids, local_descriptor};
use crate::facts::{
    Answer, DescriptorSource, DropFolder, Failure, FailureKind, ObservedAccount,
    ObservedDescriptor, SidKind, SidName,
};
use crate::farm::values::{SharePath, computer_account};
use crate::probe::deadline::{Deadline, READ_STALL_FACTOR, on_a_thread};
use crate::probe::elevation::explained_at;
use crate::probe::failure::{failed, from_io};
use data_encoding::HEXLOWER;
use std::ffi::{OsStr, c_void};
use std::fs::OpenOptions;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::Duration;
use windows_security::Sid;
use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_NONE_MAPPED, LUID, LocalFree,
};
use windows_sys::Win32::NetworkManagement::NetManagement::NetApiBufferFree;
use windows_sys::Win32::Security::Authorization::{
    AUTHZ_RM_FLAG_NO_AUDIT, AuthzContextInfoGroupsSids, AuthzFreeContext, AuthzFreeResourceManager,
    AuthzGetInformationFromContext, AuthzInitializeContextFromSid, AuthzInitializeResourceManager,
    GetSecurityInfo, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, GetLengthSid,
    GetSecurityDescriptorControl, GetSecurityDescriptorLength, IsValidSecurityDescriptor,
    IsValidSid, LookupAccountNameW, LookupAccountSidW, OWNER_SECURITY_INFORMATION,
    PSECURITY_DESCRIPTOR, SE_SELF_RELATIVE, SID_NAME_USE, TOKEN_GROUPS,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, NetShareGetInfo, READ_CONTROL, SECURITY_IDENTIFICATION,
    SHARE_INFO_502, SHARE_INFO_1005, SHI1005_FLAGS_DFS_ROOT,
};

/// Reads the rights on one folder after the other.
#[derive(Debug)]
pub(crate) struct FolderSecurity {
    limit: Duration,
}

impl FolderSecurity {
    /// Creates a reader. Windows logs on to other servers as the user who runs the program, so the
    /// logon options are ignored, and the SIDs from the options are already in the facts.
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
        let questions = Questions {
            limit: self.limit,
            deadline: Deadline::after(self.limit * READ_STALL_FACTOR),
        };
        let mut behind: Option<Failure> = None;
        if let Some(share) = location.on_share.clone() {
            let path = share.clone();
            behind = match questions.ask(move || share_is_dfs(&path)).await {
                Answer::Known(true) => Some(behind_dfs(&share)),
                Answer::Failed(failure) => Some(failure),
                _ => None,
            };
            if location.is_share {
                folder.share = match behind.clone() {
                    Some(failure) => Answer::Failed(failure),
                    None => questions.ask(move || share_descriptor(&share)).await,
                };
            }
        }
        // Names of local groups are valid only on the folder's server.
        let server = location.on_share.as_ref().map(|share| &*share.server);
        for asked in domain_sids(folder) {
            let name = match behind.clone() {
                Some(failure) => Answer::Failed(failure),
                None => {
                    let (server, asked) = (server.map(as_server), asked.clone());
                    questions.ask(move || name(server.as_deref(), &asked)).await
                }
            };
            folder.names.insert(asked, name);
        }
        for account in &mut folder.accounts {
            questions.look_up(account, server).await;
        }
    }
}

/// The questions about one folder's names and accounts, which may wait for domain controllers. Each
/// runs on its own thread with a timeout, and all together have another timeout.
struct Questions {
    limit: Duration,
    deadline: Deadline,
}

impl Questions {
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let limit = self.deadline.shorten(self.limit);
        if limit.is_zero() {
            return Answer::Failed(self.deadline.timed_out(limit));
        }
        match on_a_thread(limit, question).await {
            Ok(answer) => answer,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                Answer::Failed(self.deadline.timed_out(limit))
            }
            Err(error) => failed(&error),
        }
    }

    /// Adds an account's SID and token. A token that Windows computes is valid only for this
    /// machine.
    async fn look_up(&self, account: &mut ObservedAccount, server: Option<&str>) {
        if account.sid == Answer::NotAsked {
            let server = server.map(as_server);
            let computer = account.computer.as_deref().map(computer_account);
            let name = computer.unwrap_or_else(|| account.name.clone());
            account.sid = self.ask(move || sid(server.as_deref(), &name)).await;
        }
        if let (None, Answer::Known(sid), Answer::NotAsked) = (server, &account.sid, &account.token)
        {
            let sid = sid.clone();
            account.token = self.ask(move || token(&sid)).await;
        }
    }
}

/// Returns a server's name in the form for the Windows API.
fn as_server(name: &str) -> Vec<u16> {
    wide(format!(r"\\{name}"))
}

/// Returns why the share behind a DFS namespace is not known: the server in the path answers for the
/// namespace.
fn behind_dfs(share: &SharePath) -> Failure {
    let SharePath { server, share, .. } = share;
    Failure::new(
        FailureKind::Unsupported,
        format!(
            r"`\\{server}\{share}` is a DFS namespace, and its server does not know the share behind it"
        ),
    )
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

/// Reads the descriptor of a folder. The folder is opened first, so that the path may be long, and
/// a junction or mount point leads to its target.
fn descriptor(path: &Path) -> Answer<ObservedDescriptor> {
    let opened = OpenOptions::new()
        .access_mode(READ_CONTROL)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
        // A server in the path may learn who we are, but not act in our name.
        .security_qos_flags(SECURITY_IDENTIFICATION)
        .open(path);
    let folder = match opened {
        Ok(folder) => folder,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Answer::Absent(error.to_string());
        }
        Err(error) => return Answer::Failed(explained_at(path, from_io(&error))),
    };
    let mut found: PSECURITY_DESCRIPTOR = null_mut();
    let parts = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    // SAFETY: the handle is open; the parts that are not wanted may be null; `found` takes what is
    // freed below.
    let code = unsafe {
        GetSecurityInfo(
            folder.as_raw_handle(),
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

/// Returns whether a share is a DFS namespace (SHARE_INFO_1005). Every user may ask this.
fn share_is_dfs(on: &SharePath) -> Answer<bool> {
    const FLAGS: u32 = 1005;
    let (server, name) = (wide(&on.server), wide(&on.share));
    let mut buffer: *mut u8 = null_mut();
    // SAFETY: both names end with a zero; `buffer` takes what is freed below.
    let code = unsafe { NetShareGetInfo(server.as_ptr(), name.as_ptr(), FLAGS, &raw mut buffer) };
    if code != 0 || buffer.is_null() {
        return failed(&error(code));
    }
    // SAFETY: the buffer holds what level 1005 is documented to give, aligned by Windows.
    let flags = unsafe { (*buffer.cast::<SHARE_INFO_1005>()).shi1005_flags };
    // SAFETY: the buffer came from the call above, and is not used any more.
    unsafe { NetApiBufferFree(buffer.cast::<c_void>()) };
    Answer::Known(flags & SHI1005_FLAGS_DFS_ROOT != 0)
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

fn sid(server: Option<&[u16]>, account: &str) -> Answer<Sid> {
    /// The maximum size of a SID, with fifteen subauthorities (SECURITY_MAX_SID_SIZE), in bytes.
    const MAX_SID: usize = 68;
    let name = wide(account);
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
            let answer = match groups(context) {
                Ok(groups) => held(groups),
                Err(code) => failed(&error(code)),
            };
            AuthzFreeContext(context);
            answer
        };
        AuthzFreeResourceManager(manager);
        answer
    }
}

/// Copies the groups of a token, each with its attributes.
///
/// # Safety
/// The context must be one that Windows has created.
unsafe fn groups(context: *mut c_void) -> Result<Vec<(Sid, u32)>, u32> {
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
            .filter_map(|entry| Some((copied_sid(entry.Sid)?, entry.Attributes)))
            .collect())
    }
}

/// Returns the groups that apply to granting and denying. A disabled group applies to neither. A
/// deny-only group makes the answer a failure, because the facts have only one kind of group
/// (SID_AND_ATTRIBUTES).
fn held(groups: Vec<(Sid, u32)>) -> Answer<Vec<Sid>> {
    /// The attributes SE_GROUP_ENABLED and SE_GROUP_USE_FOR_DENY_ONLY.
    const ENABLED: u32 = 0x4;
    const DENIES_ONLY: u32 = 0x10;
    let for_denials = groups
        .iter()
        .find(|(_, attributes)| attributes & DENIES_ONLY != 0);
    if let Some((group, _)) = for_denials {
        let detail = format!("the token holds {group} for denials only, which is not computed");
        return Answer::failed(FailureKind::Unsupported, detail);
    }
    let held = groups
        .into_iter()
        .filter(|(_, attributes)| attributes & ENABLED != 0);
    Answer::Known(held.map(|(group, _)| group).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enabled_groups_are_in_the_token() {
        let [on, off] = [545, 546].map(Sid::builtin);
        let groups = vec![(on.clone(), 0x7), (off.clone(), 0)];
        assert_eq!(held(groups), Answer::Known(vec![on.clone()]));
        let answer = held(vec![(on, 0x7), (off, 0x10)]);
        assert!(matches!(answer, Answer::Failed(_)), "{answer:?}");
    }

    #[test]
    fn a_folder_has_a_descriptor_at_a_path_of_any_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut deep = folder.path().to_owned();
        while deep.as_os_str().len() < 300 {
            deep.push("a-part-of-a-long-path");
        }
        std::fs::create_dir_all(&deep).expect("a deep folder");
        for path in [folder.path(), &deep] {
            let answer = descriptor(path);
            let read = answer.known().and_then(|seen| seen.read().ok());
            assert!(read.is_some(), "{}: {answer:?}", path.display());
        }
        let missing = descriptor(&folder.path().join("missing"));
        assert!(matches!(missing, Answer::Absent(_)), "{missing:?}");
    }

    #[test]
    fn names_and_sids_of_this_machine_are_found() {
        let everyone = Sid::from_name("Everyone").expect("a SID");
        assert!(matches!(name(None, &everyone), Answer::Known(_)));
        assert_eq!(sid(None, "SYSTEM"), Answer::Known(Sid::nt(18)));
        assert!(matches!(sid(None, "no-such-account"), Answer::Absent(_)));
    }

    #[test]
    fn a_question_that_is_never_answered_ends_with_its_time() {
        let runtime = crate::probe::runtime().expect("a runtime");
        runtime.block_on(slow_questions());
        runtime.shutdown_background();
    }

    async fn slow_questions() {
        let questions = Questions {
            limit: Duration::from_millis(20),
            deadline: Deadline::after(Duration::from_millis(50)),
        };
        let never = || {
            std::thread::sleep(Duration::from_millis(400));
            Answer::Known(())
        };
        for _ in 0..5 {
            let answer = questions.ask(never).await;
            let Answer::Failed(failure) = answer else {
                panic!("{answer:?}")
            };
            assert_eq!(failure.kind, FailureKind::TimedOut);
        }
        let deadline = Deadline::after(Duration::from_secs(5));
        let questions = Questions {
            limit: Duration::from_secs(5),
            deadline,
        };
        assert_eq!(questions.ask(|| Answer::Known(1)).await, Answer::Known(1));
    }
}
