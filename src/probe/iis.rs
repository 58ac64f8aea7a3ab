//! Reads the configuration of the SMTP service: this machine's own, or a copied metabase.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::{own_metabase, own_service};
#[cfg(windows)]
use windows::{own_metabase, own_service};

use super::LocalHost;
use super::deadline::timed_out;
use super::elevation::explained_at;
use super::failure::from_io;
use crate::error::Error;
use crate::facts::{
    Answer, FailureKind, FolderFiles, FolderRole, IisFacts, IisServer, MailFolder,
    RecordedMetabase, Unknown,
};
use crate::farm::Farm;
use crate::farm::values::{FolderPath, FromText, is_same_host};
use crate::fs::read_ordinary_up_to;
use iis_metabase::Metabase;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The largest metabase that is read, in bytes. Those of large web farms have a few megabytes.
const MAX_METABASE: u64 = 256 << 20;

/// Which metabase to read, and its server.
#[derive(Debug, Clone, Default)]
pub(crate) struct MetabaseSource {
    /// The server, as the farm file names it; else this machine.
    pub server: Option<String>,
    /// A copy of its metabase; else this machine's own.
    pub metabase: Option<PathBuf>,
}

/// The server whose settings are read, and the path of its metabase.
struct IisTarget {
    server: String,
    /// Whether it is this machine, whose services and folders can be probed too.
    is_this_machine: bool,
    metabase: PathBuf,
}

/// Returns why this machine cannot read any settings, and what to do instead, or `None` if it can.
pub(crate) fn obstacle(farm: &Farm, source: &MetabaseSource) -> Option<String> {
    target(farm, source).err()
}

fn target(farm: &Farm, source: &MetabaseSource) -> Result<IisTarget, String> {
    if let Some(metabase) = source.metabase.clone() {
        let server = source.server.clone().or_else(|| only_mail_server(farm));
        let server =
            server.ok_or("the metabase's server is not given; name it with `--server NAME`")?;
        return Ok(IisTarget {
            server,
            is_this_machine: false,
            metabase,
        });
    }
    let elsewhere = "the settings of the SMTP service are on its server; run `spinmail gather iis` \
        there, or bring its MetaBase.xml here and run `spinmail gather iis --metabase FILE \
        --server NAME`";
    let metabase = own_metabase().ok_or(elsewhere)?;
    let host = LocalHost::host_name().unwrap_or_default();
    let server = match (&source.server, &server_names(farm, &host)[..]) {
        (_, []) => return Err("this machine is not one of the recorded servers".to_owned()),
        (Some(named), names) => *names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(named))
            .ok_or(elsewhere)?,
        (None, [only]) => only,
        (None, _) => {
            return Err(
                "several recorded servers begin with this machine's name; name the right one with \
                 `--server NAME`"
                    .to_owned(),
            );
        }
    };
    Ok(IisTarget {
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

/// Returns the recorded servers that a machine may be, by its host name.
fn server_names<'a>(farm: &'a Farm, host: &str) -> Vec<&'a str> {
    farm.servers
        .iter()
        .map(|server| server.name())
        .filter(|name| is_same_host(name, host))
        .collect()
}

/// Reads the settings of one server. Each of its folders may take up to the limit.
///
/// # Errors
/// There is no server to read, or the named metabase cannot be read at all.
pub(crate) fn gather(
    farm: &Farm,
    source: &MetabaseSource,
    limit: Duration,
) -> Result<IisFacts, Error> {
    let target = target(farm, source).map_err(match source.metabase {
        Some(_) => Error::usage,
        None => Error::unfinished,
    })?;
    let metabase = read_metabase(&target)?;
    let folders = match &metabase {
        Answer::Known(metabase) if target.is_this_machine => mail_folders(metabase.keys(), limit),
        _ => Vec::new(),
    };
    let written = fs::metadata(&target.metabase)
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(rfc3339);
    let server = IisServer {
        server: target.server,
        looked: rfc3339(SystemTime::now()),
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

/// Reads the metabase. If a file that the user named cannot be read, that is an error; if this
/// machine's own cannot be read, that is an answer.
fn read_metabase(target: &IisTarget) -> Result<Answer<RecordedMetabase>, Error> {
    let shown = target.metabase.display();
    let answer = match read_ordinary_up_to(&target.metabase, MAX_METABASE) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Answer::Absent(format!("`{shown}` does not exist"))
        }
        Err(error) => {
            let failure = from_io(&error).with_detail(format!("`{shown}` cannot be read: {error}"));
            Answer::Failed(explained_at(&target.metabase, failure))
        }
        Ok(bytes) => match iis_metabase::read(&bytes) {
            Ok(metabase) => Answer::Known(metabase.into()),
            Err(fault) => Answer::failed(
                FailureKind::Malformed,
                format!("`{shown}` cannot be read as a metabase: {fault}"),
            ),
        },
    };
    match answer {
        Answer::Absent(_) | Answer::Failed(_) if !target.is_this_machine => {
            Err(Error::usage(answer.why_not())
                .hint("`spinmail inspect metabase FILE` shows what a metabase contains"))
        }
        answer => Ok(answer),
    }
}

/// Counts the files in the folders of every virtual server.
fn mail_folders(metabase: &Metabase, limit: Duration) -> Vec<MailFolder> {
    let mut folders = Vec::new();
    for server in metabase.virtual_servers() {
        let roles = [
            (FolderRole::Queue, server.queue_directory()),
            (FolderRole::BadMail, server.bad_mail_directory()),
            (FolderRole::Drop, server.drop_directory()),
        ];
        for (role, path) in roles {
            let Some(path) = path else { continue };
            folders.push(MailFolder {
                virtual_server: server.server.number,
                role,
                path: path.to_owned(),
                files: files_in(path, limit),
                unknown: Unknown::new(),
            });
        }
    }
    folders
}

/// Counts the files of a folder in a metabase. A folder that does not answer, such as a share of a
/// machine that is off, costs one timeout.
fn files_in(folder: &str, limit: Duration) -> Answer<FolderFiles> {
    if let Err(fault) = FolderPath::from_text(folder) {
        let detail = format!("it is not a folder that can be read: {fault}");
        return Answer::failed(FailureKind::Unsupported, detail);
    }
    count_within(PathBuf::from(folder), limit)
}

fn count_within(folder: PathBuf, limit: Duration) -> Answer<FolderFiles> {
    let (sender, receiver) = channel();
    // After the limit the thread is abandoned; it ends with the program.
    let path = folder.clone();
    std::thread::spawn(move || sender.send(count(&path)));
    match receiver.recv_timeout(limit) {
        Ok(Ok(seen)) => Answer::Known(seen),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Answer::Absent("there is no such folder".to_owned())
        }
        Ok(Err(error)) => Answer::Failed(explained_at(&folder, from_io(&error))),
        Err(RecvTimeoutError::Timeout) => Answer::Failed(timed_out(limit)),
        Err(RecvTimeoutError::Disconnected) => {
            Answer::failed(FailureKind::Other, "counting failed unexpectedly")
        }
    }
}

fn count(folder: &Path) -> io::Result<FolderFiles> {
    let mut count = 0;
    let mut times: Option<(SystemTime, SystemTime)> = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A file may be removed between listing and reading.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if !metadata.is_file() {
            continue;
        }
        count += 1;
        if let Ok(time) = metadata.modified() {
            times = Some(times.map_or((time, time), |(oldest, newest)| {
                (oldest.min(time), newest.max(time))
            }));
        }
    }
    let (oldest, newest) = times.unzip();
    Ok(FolderFiles {
        count,
        oldest: oldest.and_then(rfc3339),
        newest: newest.and_then(rfc3339),
        ..FolderFiles::default()
    })
}

/// Returns a time in the form of facts, or `None` beyond the year 9999: a disk may contain any
/// time.
fn rfc3339(time: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10000).then(|| humantime::format_rfc3339_seconds(time).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn farm(servers: &str) -> Farm {
        crate::farm::read(servers).expect("a farm").farm
    }

    #[test]
    fn server_of_a_copied_metabase_is_named_or_the_only_one() {
        let one = farm("[[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n");
        let two = farm(
            "[[server]]\nname = \"a.b.c\"\nsmtp-service = true\n[[server]]\nname = \
             \"b.b.c\"\nsmtp-service = true\n",
        );
        let of_server = |server: Option<&str>| MetabaseSource {
            server: server.map(str::to_owned),
            metabase: Some(PathBuf::from("MetaBase.xml")),
        };
        assert_eq!(
            target(&one, &of_server(None))
                .map(|target| target.server)
                .as_deref(),
            Ok("sp1.fabrikam.com")
        );
        assert_eq!(
            target(&two, &of_server(Some("b.b.c")))
                .map(|target| target.server)
                .as_deref(),
            Ok("b.b.c")
        );
        assert!(obstacle(&two, &of_server(None)).is_some());
    }

    #[test]
    fn files_are_counted_and_folders_are_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("below")).expect("a folder");
        for name in ["a", "b"] {
            fs::write(folder.path().join(name), name).expect("a file");
        }
        let limit = Duration::from_secs(5);
        let count_in = |path: &Path| count_within(path.to_owned(), limit);
        let Answer::Known(seen) = count_in(folder.path()) else {
            panic!("no count")
        };
        assert_eq!(seen.count, 2);
        assert!(seen.oldest.is_some() && seen.newest.is_some());
        assert!(matches!(
            count_in(&folder.path().join("none")),
            Answer::Absent(_)
        ));
        assert!(matches!(
            count_in(&folder.path().join("a")),
            Answer::Failed(_)
        ));
        // Neither a folder of another system, nor a pipe, nor whatever lies where the program runs.
        for path in ["", "drop", r"\\.\pipe\x", "/etc"] {
            assert!(matches!(files_in(path, limit), Answer::Failed(_)), "{path}");
        }
    }

    #[test]
    fn times_beyond_the_calendar_are_left_out() {
        let after = |seconds| rfc3339(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(
            (after(0).as_deref(), after(253_402_300_800)),
            (Some("1970-01-01T00:00:00Z"), None)
        );
        assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    #[test]
    fn servers_are_found_by_full_name_or_first_label() {
        let several = farm(
            "[[server]]\nname = \"sp1.a.com\"\n[[server]]\nname = \"SP1.b.com\"\n[[server]]\nname \
             = \"sp2.a.com\"\n",
        );
        assert_eq!(server_names(&several, "sp1"), ["sp1.a.com", "SP1.b.com"]);
        assert_eq!(server_names(&several, "sp1.b.com"), ["SP1.b.com"]);
        assert_eq!(server_names(&several, "SP2"), ["sp2.a.com"]);
        assert!(server_names(&several, "sp").is_empty());
    }
}
