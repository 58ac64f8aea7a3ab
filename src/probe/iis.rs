//! The SMTP service of Windows: its metabase, what the service manager says, and the folders of its virtual servers.

mod folder;
#[cfg(windows)]
mod services;

use crate::error::{Error, nearest};
use crate::facts::{Answer, FolderCount, FolderPurpose, IisFacts, IisServer, MailFolder, MetabaseFile, ServiceFacts};
use crate::farm::file::read_bytes;
use crate::farm::values::ServerName;
use crate::farm::{Farm, Server};
use crate::formats::metabase::{self, Metabase};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whose SMTP service can be seen, and where.
#[derive(Debug, Clone, Default)]
pub struct IisRequest {
    /// The recorded server that the copy is of; without one, the server that this machine is.
    pub server: Option<String>,
    /// A copy of a server's metabase.
    pub copy: Option<MetabaseFile>,
}

impl IisRequest {
    /// Reads a copy of a metabase, and finds out which of the farm's servers is meant.
    ///
    /// # Errors
    /// The file cannot be read or is no metabase, or whose it is is not clear.
    pub fn new(farm: &Farm, server: Option<&str>, copy: Option<&Path>) -> Result<Self, Error> {
        let server = match (server, copy) {
            (Some(name), _) => Some(named(farm, name)?),
            (None, Some(_)) => Some(only_mail_server(farm)?),
            (None, None) => None,
        };
        Ok(Self { server: server.map(|server| server.name().to_owned()), copy: copy.map(read).transpose()? })
    }
}

/// The recorded server of a name, its first label alone where no other begins so.
fn named<'a>(farm: &'a Farm, name: &str) -> Result<&'a Server, Error> {
    if let Some(server) = farm.servers.iter().find(|server| ServerName::same(server.name(), name)) {
        return Ok(server);
    }
    let by_label: Vec<&Server> = farm.servers.iter().filter(|server| is_host(server.name(), name)).collect();
    if let [server] = by_label[..] {
        return Ok(server);
    }
    let names = || farm.servers.iter().map(Server::name);
    let known = match names().collect::<Vec<_>>().join(", ") {
        list if list.is_empty() => "it records no server; `spinmail server add NAME` records one".to_owned(),
        list => format!("its servers: {list}"),
    };
    let error = Error::usage(format!("the farm file records no server `{name}`"));
    Err(error.did_you_mean(nearest(name, names()).as_deref()).hint(known))
}

/// Whether two names are one host's: one of them may be its first label only.
fn is_host(one: &str, two: &str) -> bool {
    let first = |name: &str| name.split('.').next().map(ServerName::canonical);
    ServerName::same(one, two) || ((!one.contains('.') || !two.contains('.')) && first(one) == first(two))
}

fn only_mail_server(farm: &Farm) -> Result<&Server, Error> {
    let servers: Vec<&Server> = farm.mail_servers().collect();
    match servers[..] {
        [server] => Ok(server),
        [] => Err(Error::usage(
            "`--metabase` is one server's file, and the farm file records no server that runs SMTP",
        )
        .hint(
            "`--server NAME` says whose it is; `spinmail set server.NAME.smtp-service yes` records that it runs SMTP",
        )),
        _ => {
            let names = servers.iter().map(|server| server.name()).collect::<Vec<_>>().join(", ");
            Err(Error::usage("`--metabase` is one server's file, and several servers run SMTP")
                .hint(format!("`--server NAME` says whose it is: {names}")))
        }
    }
}

/// Reads a metabase that was named.
fn read(path: &Path) -> Result<MetabaseFile, Error> {
    let keys = metabase::read(&read_bytes(path)?).map_err(|fault| {
        let place = format!("(line {}, column {})", fault.line, fault.column);
        Error::usage(format!("`{}` is no metabase that can be read: {} {place}", path.display(), fault.message))
            .hint(r"it is the file %SystemRoot%\System32\inetsrv\MetaBase.xml, or a copy of it")
    })?;
    Ok(MetabaseFile { path: path.to_string_lossy().into_owned(), modified: modified(path), keys })
}

fn modified(path: &Path) -> Option<String> {
    std::fs::metadata(path).ok()?.modified().ok().and_then(timestamp)
}

/// A time as facts hold it; none for one that no calendar of four digits has.
fn timestamp(time: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10000).then(|| humantime::format_rfc3339_seconds(time).to_string())
}

/// Looks at the server that the request is about: through a copy of its metabase, or on the machine itself. What cannot
/// be seen from here is not asked. `now` is the time that the facts bear.
pub fn gather(farm: &Farm, request: &IisRequest, now: Option<&str>, limit: Duration) -> IisFacts {
    let seen = match (&request.copy, &request.server) {
        (Some(copy), Some(server)) => {
            // Its folders are another machine's, and a share that it names is not to be logged on to.
            let metabase = Answer::Known(copy.clone());
            Some(IisServer { server: server.clone(), metabase, ..IisServer::default() })
        }
        (None, server) => this_machine(farm, server.as_deref(), limit),
        (Some(_), None) => None,
    };
    let gathered = |server| IisServer { gathered: now.map(str::to_owned), ..server };
    IisFacts { servers: seen.map(gathered).into_iter().collect() }
}

/// The folders that virtual servers name, and what is in them.
fn folders(keys: &Metabase, count: impl Fn(&str) -> Answer<FolderCount>) -> Vec<MailFolder> {
    let of_server = |server: metabase::VirtualServer<'_>| {
        let named = [
            (FolderPurpose::Queue, server.queue_directory()),
            (FolderPurpose::BadMail, server.bad_mail_directory()),
            (FolderPurpose::Drop, server.drop_directory()),
        ];
        let number = server.server.number;
        let folder = |(purpose, path): (FolderPurpose, Option<&str>)| {
            path.map(|path| MailFolder { number, purpose, path: path.to_owned(), count: count(path) })
        };
        named.into_iter().filter_map(folder).collect::<Vec<_>>()
    };
    keys.virtual_servers().flat_map(of_server).collect()
}

/// What this machine says of itself, when it is one of the farm's.
fn this_machine(farm: &Farm, named: Option<&str>, limit: Duration) -> Option<IisServer> {
    let windows = windows_folder()?;
    let host = gethostname::gethostname();
    let is_this = |server: &&Server| is_host(server.name(), &host.to_string_lossy());
    let mut same = farm.servers.iter().filter(is_this).map(Server::name);
    let server = match (named, same.next(), same.next()) {
        (Some(server), ..) => server,
        (None, Some(server), None) => server,
        _ => return None,
    };
    let metabase = own_metabase(&windows);
    let folders = match &metabase {
        Answer::Known(file) => folders(&file.keys, |path| folder::count(path, limit)),
        _ => Vec::new(),
    };
    Some(IisServer {
        server: server.to_owned(),
        gathered: None,
        metabase,
        smtp_service: service("SMTPSVC"),
        admin_service: service("IISADMIN"),
        folders,
    })
}

/// Windows' folder on a machine that runs it.
fn windows_folder() -> Option<PathBuf> {
    cfg!(windows).then(|| std::env::var_os("SystemRoot").map_or_else(|| PathBuf::from(r"C:\Windows"), PathBuf::from))
}

/// The machine's own metabase: what is wrong with it is an answer.
fn own_metabase(windows: &Path) -> Answer<MetabaseFile> {
    let path: PathBuf =
        [windows, Path::new("System32"), Path::new("inetsrv"), Path::new("MetaBase.xml")].iter().collect();
    match path.try_exists() {
        Ok(false) => Answer::Absent(format!("there is no file `{}`", path.display())),
        _ => read(&path).map_or_else(|error| Answer::Failed(error.message), Answer::Known),
    }
}

#[cfg(windows)]
fn service(name: &str) -> Answer<ServiceFacts> {
    services::ask(name)
}

#[cfg(not(windows))]
fn service(_name: &str) -> Answer<ServiceFacts> {
    Answer::NotAsked
}

#[cfg(test)]
mod tests;
