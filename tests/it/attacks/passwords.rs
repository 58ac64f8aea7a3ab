//! Which servers get a password: a farm file may come from someone else, such as in a pull request.

use crate::ldap_server::{Asked, LdapServer, sound};
use crate::smtp_server::Certificates;
#[cfg(unix)]
use crate::support::install;
use crate::support::{Folder, Run};
#[cfg(unix)]
use std::fs;

const SECRET: &str = "s3cret-of-auditor";

/// Returns a farm that names only this directory server.
fn farm(url: &str, more: &str) -> String {
    format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         display-address = \"sp.fabrikam.test\"\ndrop-folder = 'C:\\drop'\n\n\
         [directory-management]\nservice = \"yes\"\n\
         container = \"OU=SharePointContacts,DC=fabrikam,DC=test\"\n\n\
         [probe]\ndirectory = [\"{url}\"]\nbind-as = 'FABRIKAM\\auditor'\ntimeout = \"5s\"\n{more}\n"
    )
}

fn run(folder: &Folder, arguments: &[&str], named: &str) -> Run {
    let mut command = folder.command(&[&["verify", "directory"], arguments].concat());
    command
        .env("SPINMAIL_LDAP_PASSWORD", SECRET)
        .env("SPINMAIL_DIRECTORY", named);
    Run::of(command.output().expect("the program runs"))
}

fn is_told(server: &LdapServer) -> bool {
    server.asked().iter().any(Asked::is_bind)
}

#[test]
fn controller_only_in_the_farm_file_does_not_get_the_password() {
    for (options, named, expected) in [
        (&[][..], "", false),
        (&["--directory", "dc1.fabrikam.test"], "", false),
        (&[], "127.0.0.1.evil.example localhost", false),
        (&["--directory", "127.0.0.1"], "", true),
        (&["--directory", "ldaps://127.0.0.1"], "", true),
        (&[], "dc1,127.0.0.1", true),
    ] {
        let server = LdapServer::start(None, sound);
        let url = format!("ldap://127.0.0.1:{}", server.port);
        let folder = Folder::with_farm(&farm(&url, ""));
        let run = run(&folder, &[&["--insecure-bind"], options].concat(), named);
        assert_eq!(is_told(&server), expected, "{options:?} {named}: {run:?}");
        if !expected {
            assert!(
                run.code == 3 && run.out.contains("--directory 127.0.0.1"),
                "{run:?}"
            );
        }
    }
}

#[test]
fn controller_of_a_fleets_farm_does_not_get_the_password() {
    let server = LdapServer::start(None, sound);
    let url = format!("ldap://127.0.0.1:{}", server.port);
    let folder = Folder::with_farm(&farm(&url, ""));
    let fleet = ["--farms", ".", "--insecure-bind"];
    run(&folder, &fleet, "dc1.fabrikam.test");
    assert!(!is_told(&server));
    run(&folder, &fleet, "127.0.0.1");
    assert!(is_told(&server));
}

/// The certificate of an authority that only the farm file names proves no more than the farm file.
#[test]
fn authority_only_in_the_farm_file_does_not_release_the_password() {
    let certificates = Certificates::shared();
    for (options, expected) in [(&[][..], false), (&["--ca-file", "ca.pem"], true)] {
        let server = LdapServer::start(Some(certificates.server("good")), sound);
        let url = format!("ldaps://localhost:{}", server.port);
        let folder = Folder::with_farm(&farm(&url, "ca-file = \"ca.pem\""));
        folder.write("ca.pem", &certificates.authority);
        let run = run(&folder, options, "localhost");
        assert_eq!(is_told(&server), expected, "{options:?}: {run:?}");
        if !expected {
            assert!(
                run.code == 3 && run.out.contains("`--ca-file` if a password is sent"),
                "{run:?}"
            );
        }
    }
}

/// On Windows, no helper gets the password.
#[cfg(unix)]
#[test]
fn share_only_in_the_farm_file_does_not_get_the_password() {
    for (options, named, expected) in [
        (&[][..], "", false),
        (&["--smb-server", "fs"], "", false),
        (&["--smb-server", "fs.fabrikam.com"], "", true),
        (&[], "FS.fabrikam.com", true),
    ] {
        let folder = Folder::with_farm(
            "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
             drop-folder = '\\\\fs.fabrikam.com\\drop'\n\n[probe]\ntimeout = \"2s\"\n",
        );
        fs::create_dir(folder.path("bin")).expect("a folder");
        for name in ["smbcacls", "rpcclient"] {
            let script = "#!/bin/sh\n/bin/echo \"$PASSWD\" >>\"$SPINMAIL_TEST\"\nexit 1\n";
            let text = folder.write(&format!("bin/{name}.sh"), script);
            install(&text, &folder.path(&format!("bin/{name}")));
        }
        let mut command = folder.command(
            &[
                &["gather", "folder", "--smb-user", r"FABRIKAM\auditor"],
                options,
            ]
            .concat(),
        );
        command
            .env("SPINMAIL_SMB_PASSWORD", SECRET)
            .env("SPINMAIL_SMB_SERVER", named)
            .env("SPINMAIL_TEST", folder.path("seen"))
            .env("PATH", folder.path("bin"));
        let run = Run::of(command.output().expect("the program runs"));
        let seen = fs::read_to_string(folder.path("seen")).unwrap_or_default();
        assert_eq!(seen.contains(SECRET), expected, "{options:?}: {run:?}");
        if !expected {
            assert!(
                seen.is_empty() && run.out.contains("--smb-server fs.fabrikam.com"),
                "{run:?}"
            );
        }
    }
}
