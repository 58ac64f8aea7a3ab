use super::*;
use crate::farm;
use std::fs::File;

const SEVERAL: &str = "[[server]]\nname = \"sp1.a.com\"\nsmtp-service = true\n[[server]]\nname = \"sp2.a.com\"\n\
                       smtp-service = true\n[[server]]\nname = \"sp2.b.com\"\n";

fn farm_of(text: &str) -> Farm {
    farm::read(text).unwrap().farm
}

#[test]
fn which_server_is_meant() {
    let farm = farm_of(SEVERAL);
    let name = |text: &str| named(&farm, text).map(Server::name);
    assert_eq!(
        (name("SP1.a.com."), name("sp1"), name("sp2.B.com")),
        (Ok("sp1.a.com"), Ok("sp1.a.com"), Ok("sp2.b.com"))
    );
    // Two begin so.
    assert_eq!(name("sp2").unwrap_err().message, "the farm file records no server `sp2`");
    let typo = name("sp1.a.co").unwrap_err();
    assert_eq!(typo.hints, ["did you mean `sp1.a.com`?", "its servers: sp1.a.com, sp2.a.com, sp2.b.com"]);
    assert!(name("other.c.org").unwrap_err().hints.last().unwrap().starts_with("its servers"));
    assert!(only_mail_server(&farm).unwrap_err().hints[0].ends_with("sp1.a.com, sp2.a.com"));
    let one = farm_of("[[server]]\nname = \"sp1.a.com\"\nsmtp-service = true\n[[server]]\nname = \"sp2.a.com\"\n");
    assert_eq!(only_mail_server(&one).map(Server::name), Ok("sp1.a.com"));
    assert!(only_mail_server(&farm_of("")).is_err());
}

#[test]
fn a_copy_tells_nothing_of_services_and_folders() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metabase/alias.xml"));
    let request = IisRequest::new(&farm_of(SEVERAL), Some("sp1"), Some(path)).unwrap();
    let facts = gather(&farm_of(SEVERAL), &request, Some("2026-11-25T10:00:00Z"), Duration::from_secs(5));
    let [server] = &facts.servers[..] else { panic!("{facts:?}") };
    assert_eq!((server.server.as_str(), server.gathered.as_deref()), ("sp1.a.com", Some("2026-11-25T10:00:00Z")));
    assert_eq!((&server.smtp_service, &server.admin_service), (&Answer::NotAsked, &Answer::NotAsked));
    assert!(matches!(&server.metabase, Answer::Known(file) if file.modified.is_some() && file.keys.servers.len() == 1));
    assert_eq!(server.folders, []);
}

#[test]
fn folders_are_those_that_the_virtual_servers_name() {
    let keys = metabase::read(include_bytes!("../../../tests/metabase/several-servers.xml")).unwrap();
    let folders = folders(&keys, |path| Answer::Failed(path.to_owned()));
    let drops: Vec<_> = folders.iter().filter(|folder| folder.purpose == FolderPurpose::Drop).collect();
    let [one, two] = drops[..] else { panic!("{folders:?}") };
    assert_eq!((one.number, one.path.as_str(), two.number, two.path.as_str()), (1, r"D:\mailroot\Drop", 2, r"E:\Drop"));
    assert_eq!((&two.count, folders.len()), (&Answer::Failed(r"E:\Drop".to_owned()), 6));
}

#[test]
fn a_file_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("MetaBase.xml");
    std::fs::write(&path, "<a/>").unwrap();
    let error = IisRequest::new(&farm_of(SEVERAL), Some("sp1"), Some(&path)).unwrap_err();
    assert!(error.message.ends_with("it is no metabase: `a` has no MBProperty (line 1, column 1)"), "{error}");
    assert_eq!(error.kind, crate::error::Kind::Usage);
    // The machine's own is an answer whatever it is.
    assert!(matches!(own_metabase(folder.path()), Answer::Absent(why) if why.starts_with("there is no file")));
    let inetsrv = folder.path().join("System32/inetsrv");
    std::fs::create_dir_all(&inetsrv).unwrap();
    std::fs::copy(&path, inetsrv.join("MetaBase.xml")).unwrap();
    assert!(matches!(own_metabase(folder.path()), Answer::Failed(why) if why.contains("no metabase")));
    std::fs::write(inetsrv.join("MetaBase.xml"), "<MBProperty/>").unwrap();
    assert!(matches!(own_metabase(folder.path()), Answer::Known(file) if file.keys.servers.is_empty()));
}

#[test]
fn files_are_counted_and_folders_are_not() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(folder::files(folder.path()).unwrap(), FolderCount::default());
    std::fs::create_dir(folder.path().join("in it")).unwrap();
    let written = |name: &str, seconds: u64| {
        let file = File::create(folder.path().join(name)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    };
    written("a.eml", 1_000_000_000);
    written("b.eml", 1_100_000_000);
    let count = folder::files(folder.path()).unwrap();
    assert_eq!((count.files, count.oldest.as_deref()), (2, Some("2001-09-09T01:46:40Z")));
    // Both came here just now, where the disk tells.
    assert!(count.newest.as_deref() >= Some("2004-11-09T11:33:20Z"));
    assert_eq!(folder::files(&folder.path().join("none")).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn odd_paths_are_not_looked_at() {
    for path in ["", "drop", r"\\.\pipe\x", "/etc"] {
        assert!(matches!(folder::count(path, Duration::from_secs(5)), Answer::Failed(_)), "{path}");
    }
}

#[test]
fn times_that_no_calendar_has() {
    let after = |seconds| timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!((after(0).as_deref(), after(253_402_300_800)), (Some("1970-01-01T00:00:00Z"), None));
    assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(1)), None);
}

#[cfg(windows)]
#[test]
fn a_service_that_is_not_there_is_absent_and_no_stop() {
    assert!(matches!(service("SpinmailNoSuchService"), Answer::Absent(_)));
    let known = service("RpcSs");
    assert!(matches!(&known, Answer::Known(facts) if matches!(facts.start, Answer::Known(_))), "{known:?}");
}
