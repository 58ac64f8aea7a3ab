//! The SMTP service as it is configured: this machine's own, or a copied metabase.

#[cfg(windows)]
mod windows;

use super::deadline::timed_out;
use crate::error::Error;
use crate::facts::{
    Answer, FilesSeen, FolderRole, IisFacts, IisServer, MailFolder, MetabaseSeen, ServiceSeen,
    Unknown,
};
use crate::farm::Farm;
use crate::farm::values::{FolderPath, FromText};
use iis_metabase::Metabase;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The largest metabase that is read; those of large web farms have a few megabytes.
const LARGEST_METABASE: u64 = 256 << 20;

/// How to look at the SMTP service's settings.
#[derive(Debug, Clone, Default)]
pub struct IisLook {
    /// The server that is looked at, as the farm file names it; else this machine.
    pub server: Option<String>,
    /// A copy of its metabase; else this machine's own.
    pub metabase: Option<PathBuf>,
}

/// Which server is looked at, and where its metabase lies.
struct Target {
    server: String,
    /// The machine's own has services and folders beside its file.
    is_this_machine: bool,
    metabase: PathBuf,
}

/// Why nothing can be looked at from here, and what to do instead.
pub fn out_of_reach(farm: &Farm, look: &IisLook) -> Option<String> {
    target(farm, look).err()
}

fn target(farm: &Farm, look: &IisLook) -> Result<Target, String> {
    if let Some(metabase) = look.metabase.clone() {
        let server = look.server.clone().or_else(|| only_mail_server(farm));
        let server =
            server.ok_or("which server the metabase is of is not said; `--server NAME` says it")?;
        return Ok(Target {
            server,
            is_this_machine: false,
            metabase,
        });
    }
    let elsewhere = "the settings of the SMTP service lie on its server; run `spinmail gather \
                     iis` there, or bring its MetaBase.xml here and run `spinmail gather iis \
                     --metabase FILE --server NAME`";
    let metabase = own_metabase().ok_or(elsewhere)?;
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    let server = match (&look.server, &names_of(farm, &host)[..]) {
        (_, []) => return Err("this machine is none of the recorded servers".to_owned()),
        (Some(named), names) => *names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(named))
            .ok_or(elsewhere)?,
        (None, [only]) => only,
        (None, _) => {
            return Err(
                "several recorded servers begin with this machine's name; `--server NAME` says \
                 which it is"
                    .to_owned(),
            );
        }
    };
    Ok(Target {
        server: server.to_owned(),
        is_this_machine: true,
        metabase,
    })
}

fn only_mail_server(farm: &Farm) -> Option<String> {
    let mut servers = farm.mail_servers();
    let first = servers.next()?;
    servers.next().is_none().then(|| first.name().to_owned())
}

/// The recorded servers that a machine may be, by its name or the first part of it.
fn names_of<'a>(farm: &'a Farm, host: &str) -> Vec<&'a str> {
    let first = |name: &str| {
        name.split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let is_it = |name: &&str| {
        name.eq_ignore_ascii_case(host)
            || (!host.contains('.') && first(name) == host.to_ascii_lowercase())
    };
    farm.servers
        .iter()
        .map(|server| server.name())
        .filter(is_it)
        .collect()
}

/// Looks at one server; a folder may take as long as the limit.
///
/// # Errors
/// There is none to look at, or the named metabase cannot be read at all.
pub fn gather(farm: &Farm, look: &IisLook, limit: Duration) -> Result<IisFacts, Error> {
    let target = target(farm, look).map_err(|why| {
        if look.metabase.is_some() {
            Error::usage(why)
        } else {
            Error::unfinished(why)
        }
    })?;
    let metabase = read_metabase(&target)?;
    let folders = match &metabase {
        Answer::Known(metabase) if target.is_this_machine => {
            folders(metabase.keys(), |path| files_in(path, limit))
        }
        _ => Vec::new(),
    };
    let written = fs::metadata(&target.metabase)
        .and_then(|about| about.modified())
        .ok()
        .and_then(text_of);
    let server = IisServer {
        server: target.server,
        looked: text_of(SystemTime::now()),
        metabase,
        written,
        service: if target.is_this_machine {
            own_service()
        } else {
            Answer::NotAsked
        },
        folders,
        ..IisServer::default()
    };
    Ok(IisFacts {
        servers: vec![server],
        ..IisFacts::default()
    })
}

/// A file that the user named must be there and be a metabase; the machine's own may fail, as an
/// answer.
fn read_metabase(target: &Target) -> Result<Answer<MetabaseSeen>, Error> {
    let shown = target.metabase.display();
    let answer = match read_limited(&target.metabase) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Answer::Absent(format!("there is no `{shown}`"))
        }
        Err(error) => Answer::Failed(format!("`{shown}` cannot be read: {error}")),
        Ok(bytes) => match iis_metabase::read(&bytes) {
            Ok(metabase) => Answer::Known(metabase.into()),
            Err(fault) => Answer::Failed(format!(
                "`{shown}` is no metabase that can be read: {fault}"
            )),
        },
    };
    match answer {
        Answer::Absent(why) | Answer::Failed(why) if !target.is_this_machine => {
            Err(Error::usage(why)
                .hint("`spinmail inspect metabase FILE` shows what a metabase holds"))
        }
        answer => Ok(answer),
    }
}

fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > LARGEST_METABASE {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is larger than any metabase",
        ));
    }
    fs::read(path)
}

/// What lies in the folders of every virtual server.
fn folders(metabase: &Metabase, files_in: impl Fn(&str) -> Answer<FilesSeen>) -> Vec<MailFolder> {
    let files_in = &files_in;
    metabase
        .virtual_servers()
        .flat_map(|server| {
            let roles = [
                (FolderRole::Queue, server.queue_directory()),
                (FolderRole::BadMail, server.bad_mail_directory()),
                (FolderRole::Drop, server.drop_directory()),
            ];
            let number = server.server.number;
            roles.into_iter().filter_map(move |(role, path)| {
                let path = path?.to_owned();
                let files = files_in(&path);
                Some(MailFolder {
                    virtual_server: number,
                    role,
                    path,
                    files,
                    unknown: Unknown::new(),
                })
            })
        })
        .collect()
}

/// Counts the files of a folder that a metabase names, one by one. One that does not answer, such
/// as a share of a machine that is off, costs one time-out.
fn files_in(folder: &str, limit: Duration) -> Answer<FilesSeen> {
    if let Err(fault) = FolderPath::from_text(folder) {
        return Answer::Failed(format!("it is no folder that can be looked at: {fault}"));
    }
    counted(PathBuf::from(folder), limit)
}

fn counted(folder: PathBuf, limit: Duration) -> Answer<FilesSeen> {
    let (sender, receiver) = channel();
    // Nobody waits for a thread that is late; it ends with the program.
    std::thread::spawn(move || sender.send(count(&folder)));
    match receiver.recv_timeout(limit) {
        Ok(Ok(seen)) => Answer::Known(seen),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Answer::Absent("there is no such folder".to_owned())
        }
        Ok(Err(error)) => Answer::Failed(error.to_string()),
        Err(RecvTimeoutError::Timeout) => Answer::Failed(timed_out(limit)),
        Err(RecvTimeoutError::Disconnected) => Answer::Failed("counting broke down".to_owned()),
    }
}

fn count(folder: &Path) -> io::Result<FilesSeen> {
    let mut count = 0;
    let mut times: Option<(SystemTime, SystemTime)> = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A file may be taken away between being listed and being looked at.
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if !about.is_file() {
            continue;
        }
        count += 1;
        if let Ok(time) = about.modified() {
            times = Some(times.map_or((time, time), |(oldest, newest)| {
                (oldest.min(time), newest.max(time))
            }));
        }
    }
    let (oldest, newest) = times.unzip();
    Ok(FilesSeen {
        count,
        oldest: oldest.and_then(text_of),
        newest: newest.and_then(text_of),
        ..FilesSeen::default()
    })
}

/// A time as facts hold it; nothing for one that no calendar of four digits has, since a disk may
/// hold any.
fn text_of(time: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10000).then(|| humantime::format_rfc3339_seconds(time).to_string())
}

#[cfg(windows)]
fn own_metabase() -> Option<PathBuf> {
    let root = std::env::var_os("SystemRoot")?;
    Some(
        PathBuf::from(root)
            .join("System32")
            .join("inetsrv")
            .join("MetaBase.xml"),
    )
}

#[cfg(windows)]
fn own_service() -> Answer<ServiceSeen> {
    windows::service("SMTPSVC")
}

/// Only Windows has the SMTP service.
#[cfg(not(windows))]
fn own_metabase() -> Option<PathBuf> {
    None
}

#[cfg(not(windows))]
fn own_service() -> Answer<ServiceSeen> {
    Answer::NotAsked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn farm(servers: &str) -> Farm {
        crate::farm::read(servers).expect("a farm").farm
    }

    #[test]
    fn the_server_of_a_copy() {
        let one = farm("[[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n");
        let two = farm(
            "[[server]]\nname = \"a.b.c\"\nsmtp-service = true\n[[server]]\nname = \
             \"b.b.c\"\nsmtp-service = true\n",
        );
        let look = |server: Option<&str>| IisLook {
            server: server.map(str::to_owned),
            metabase: Some(PathBuf::from("MetaBase.xml")),
        };
        assert_eq!(
            target(&one, &look(None))
                .map(|target| target.server)
                .as_deref(),
            Ok("sp1.fabrikam.com")
        );
        assert_eq!(
            target(&two, &look(Some("b.b.c")))
                .map(|target| target.server)
                .as_deref(),
            Ok("b.b.c")
        );
        assert!(out_of_reach(&two, &look(None)).is_some());
    }

    #[test]
    fn files_are_counted_and_folders_are_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("below")).expect("a folder");
        for name in ["a", "b"] {
            fs::write(folder.path().join(name), name).expect("a file");
        }
        let limit = Duration::from_secs(5);
        let of = |path: &Path| counted(path.to_owned(), limit);
        let Answer::Known(seen) = of(folder.path()) else {
            panic!("no count")
        };
        assert_eq!(seen.count, 2);
        assert!(seen.oldest.is_some() && seen.newest.is_some());
        assert!(matches!(of(&folder.path().join("none")), Answer::Absent(_)));
        assert!(matches!(of(&folder.path().join("a")), Answer::Failed(_)));
        // Neither a folder of another system, nor a pipe, nor whatever lies where the program runs.
        for path in ["", "drop", r"\\.\pipe\x", "/etc"] {
            assert!(matches!(files_in(path, limit), Answer::Failed(_)), "{path}");
        }
    }

    #[test]
    fn times_that_no_calendar_has() {
        let after = |seconds| text_of(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(
            (after(0).as_deref(), after(253_402_300_800)),
            (Some("1970-01-01T00:00:00Z"), None)
        );
        assert_eq!(text_of(UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    #[test]
    fn a_machine_is_not_taken_for_another_of_its_name() {
        let several = farm(
            "[[server]]\nname = \"sp1.a.com\"\n[[server]]\nname = \"SP1.b.com\"\n[[server]]\nname \
             = \"sp2.a.com\"\n",
        );
        assert_eq!(names_of(&several, "sp1"), ["sp1.a.com", "SP1.b.com"]);
        assert_eq!(names_of(&several, "sp1.b.com"), ["SP1.b.com"]);
        assert_eq!(names_of(&several, "SP2"), ["sp2.a.com"]);
        assert!(names_of(&several, "sp").is_empty());
    }
}
