//! Values as shells, editors and slips leave them: refused with the cause, and never written.

use crate::support::Folder;

const FARM: &str = "[farm]\nname = \"fabrikam\"\n\n[[server]]\nname = \"sp1.fabrikam.com\"\n\n\
                    [[web-application]]\nname = \"Intranet\"\n";

#[test]
fn values_in_quotes_are_refused_with_the_cause() {
    for (words, cause, instead) in [
        (
            &["farm.timer-account", r"'FABRIKAM\sp_farm'"][..],
            "cmd.exe",
            Some(r"FABRIKAM\sp_farm"),
        ),
        // cmd.exe splits at the space.
        (
            &["farm.timer-account", r"'NT AUTHORITY\NETWORK", "SERVICE'"],
            "cmd.exe",
            Some(r"NT AUTHORITY\NETWORK SERVICE"),
        ),
        (
            &["farm.timer-account", r"“FABRIKAM\sp_farm”"],
            "`“`, which no shell removes",
            Some(r"FABRIKAM\sp_farm"),
        ),
        (&["farm.name", "'fabrikam'"], "cmd.exe", Some("fabrikam")),
        (&["drop-folder", r"'C:\drop'"], "cmd.exe", Some(r"C:\drop")),
        (
            &["display-address", "\"sp.fabrikam.com\""],
            "in quotes",
            Some("sp.fabrikam.com"),
        ),
        (
            &["container", "'OU=x,DC=fabrikam,DC=com'"],
            "cmd.exe",
            Some("OU=x,DC=fabrikam,DC=com"),
        ),
        (&["enabled", "'yes'"], "cmd.exe", Some("yes")),
        (&["farm.version", "'2016'"], "cmd.exe", Some("2016")),
        (&["probe.smtp-port", "'25'"], "cmd.exe", Some("25")),
        (
            &["probe.dns-servers", "192.0.2.1", "'192.0.2.2'"],
            "cmd.exe",
            None,
        ),
        (
            &["server.sp1.fabrikam.com.drop-folder", r"'D:\drop'"],
            "cmd.exe",
            Some(r"D:\drop"),
        ),
    ] {
        let folder = Folder::with_farm(FARM);
        let run = folder.run(&[&["set"], words].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (2, ""),
            "{words:?}: {}",
            run.err
        );
        assert!(run.err.contains(cause), "{words:?}: {}", run.err);
        if let Some(instead) = instead {
            let hint = format!("did you mean `{instead}`?");
            assert!(run.err.contains(&hint), "{words:?}: {}", run.err);
        }
        assert_eq!(folder.read("farm.toml"), FARM);
    }
}

#[test]
fn accounts_are_names() {
    for (text, cause) in [
        ("10.0.0.6", Some("it is an IP address")),
        ("sp farm", Some(r"`DOMAIN\sp farm`")),
        (r" FABRIKAM\sp_farm", Some("begins or ends with a space")),
        (r"FABRIKAM\ sp_farm", Some("there is a space next to")),
        ("svc @fabrikam.com", Some("there is a space next to")),
        ("FABRIKAM\\sp\u{a0}farm", Some("\\u{a0}")),
        ("mailto:svc@fabrikam.com", Some("it is an e-mail address")),
        // A user principal name looks like a mail address.
        ("svc@fabrikam.com", None),
        ("svc@corp.example", None),
        (r"FABRIKAM\o'brien", None),
        (r"FABRIKAM\sp farm", None),
        (r"NT AUTHORITY\NETWORK SERVICE", None),
        ("Network Service", None),
    ] {
        let folder = Folder::with_farm(FARM);
        let run = folder.run(&["set", "farm.timer-account", text]);
        match cause {
            Some(cause) => {
                assert_eq!(run.code, 2, "{text}: {}", run.err);
                assert!(run.err.contains(cause), "{text}: {}", run.err);
            }
            None => assert_eq!(run.code, 0, "{text}: {}", run.err),
        }
    }
}

#[test]
fn mail_addresses_of_the_farm_are_no_accounts() {
    const COMPANY: &str = "display-address = \"fabrikam.com\"\n[[mail-host]]\nname = \
                           \"ex1.fabrikam.com\"\ndelivers-as = [\"sp.fabrikam.com\"]\n";
    const OWN: &str = "display-address = \"sp.fabrikam.com\"\n[[web-application]]\nname = \"HR\"\n\
                       incoming-address = \"hr.fabrikam.com\"\n";
    const BY_SERVER: &str =
        "display-address = \"fabrikam.com\"\n[[server]]\nname = \"SP1.Fabrikam.com\"\n";
    const BY_CONTROLLER: &str = "display-address = \"fabrikam.com\"\n[probe]\n\
                                 directory = [\"ldaps://dc1.fabrikam.com\"]\n";
    const BY_CONTAINER: &str = "display-address = \"fabrikam.com\"\n[directory-management]\n\
                                container = \"OU=Lists,DC=Fabrikam,DC=com\"\n";
    const BY_OTHERS: &str = "display-address = \"fabrikam.com\"\n[[server]]\n\
                             name = \"sp1.corp.fabrikam.com\"\n";
    let set = |account: &'static str| vec!["set", "farm.timer-account", account];
    for (domains, arguments, is_refused) in [
        (OWN, set("docs@sp.fabrikam.com"), true),
        (OWN, set("docs@SP.Fabrikam.com"), true),
        (OWN, set("docs@sp.fabrikam.com."), true),
        (OWN, set(r"FABRIKAM\docs@sp.fabrikam.com"), true),
        (OWN, set(r"FABRIKAM\svc@corp.example"), false),
        // Mail may go to a server's own name, but accounts do not have it.
        (BY_SERVER, set("docs@sp1.fabrikam.com"), true),
        (OWN, set("jobs@hr.fabrikam.com"), true),
        (OWN, set("svc@fabrikam.com"), false),
        (OWN, set("svc@corp.example"), false),
        (OWN, set(r"SP\docs"), false),
        (
            OWN,
            vec![
                "web-application",
                "add",
                "IT",
                "--account",
                "docs@sp.fabrikam.com",
            ],
            true,
        ),
        (
            OWN,
            vec![
                "mail-host",
                "add",
                "gw",
                "--accounts",
                "docs@sp.fabrikam.com",
            ],
            true,
        ),
        // The company's mail domain is often the suffix of its accounts, too.
        (COMPANY, set("svc@fabrikam.com"), false),
        (COMPANY, set("docs@sp.fabrikam.com"), true),
        // What else is recorded says that the mail domain is one of Active Directory, too.
        (BY_SERVER, set("sp_farm@fabrikam.com"), false),
        (BY_CONTROLLER, set("sp_farm@fabrikam.com"), false),
        (BY_CONTAINER, set("sp_farm@fabrikam.com"), false),
        (BY_OTHERS, set("sp_farm@fabrikam.com"), true),
        (
            OWN,
            vec!["set", "probe.bind-as", "docs@sp.fabrikam.com"],
            false,
        ),
    ] {
        let farm = format!("[incoming-email]\n{domains}");
        let folder = Folder::with_farm(&farm);
        let run = folder.run(&arguments);
        assert_eq!(
            run.code,
            if is_refused { 2 } else { 0 },
            "{arguments:?}: {}",
            run.err
        );
        if is_refused {
            assert!(
                run.err.contains("is an e-mail address of the farm"),
                "{}",
                run.err
            );
            let name = ["docs", "jobs", "sp_farm"]
                .into_iter()
                .find(|name| run.err.contains(&format!("`DOMAIN\\{name}`")));
            assert!(name.is_some(), "{}", run.err);
            assert_eq!(folder.read("farm.toml"), farm);
        }
    }
}

#[test]
fn stray_spaces_in_names_are_refused() {
    for (words, cause) in [
        (
            &["set", "farm.name", "fabrikam "][..],
            "may come from copying",
        ),
        (
            &["server", "add", " sp2.fabrikam.com"],
            "may come from copying",
        ),
        (&["server", "add", "sp 2"], "it contains a space"),
        (
            &["web-application", "add", "Intranet 2 "],
            "may come from copying",
        ),
        (&["set", "display-address", "sp.fabrikam.com "], "a space"),
        (
            &["set", "display-address", "sp\u{200b}.fabrikam.com"],
            "an invisible character",
        ),
    ] {
        let folder = Folder::with_farm(FARM);
        let run = folder.run(words);
        assert_eq!(run.code, 2, "{words:?}: {}", run.err);
        assert!(run.err.contains(cause), "{words:?}: {}", run.err);
        assert_eq!(folder.read("farm.toml"), FARM);
    }
}

#[test]
fn quotes_within_the_file_are_named_too() {
    let folder = Folder::with_farm(
        "[farm]\ntimer-account = \"'FABRIKAM\\\\sp_farm'\"\n[incoming-email]\nenabled = true\n\
         display-address = \"'sp.fabrikam.com'\"\n",
    );
    let run = folder.run(&["validate"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("cmd.exe"), "{run:?}");
    let text = folder
        .read("farm.toml")
        .replace("\"'FABRIKAM\\\\sp_farm'\"", "\"a\\\\b\"");
    folder.write("farm.toml", text);
    let run = folder.run(&["validate", "--only", "page-display-address-not-a-domain"]);
    assert!(
        run.out.contains("Set it to `sp.fabrikam.com`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("cmd.exe"), "{}", run.out);
}

#[test]
fn command_of_the_removed_mode_leads_into_no_other_error() {
    let farm = |more: &str| {
        format!(
            "[farm]\nversion = \"2019\"\n\n[incoming-email]\nenabled = true\nmode = \"automatic\"\n\
             display-address = \"sp.contoso.com\"\n{more}"
        )
    };
    let commands = |folder: &Folder| -> Vec<Vec<String>> {
        let run = folder.run(&["validate", "--only", "page-automatic-removed"]);
        let lines = run.out.lines().map(str::trim);
        lines
            .filter_map(|line| line.strip_prefix("spinmail "))
            .filter(|line| line.starts_with("set ") || line.starts_with("unset "))
            .map(|line| line.split(' ').map(str::to_owned).collect())
            .collect()
    };
    // Without a folder there is no command that would do.
    assert!(commands(&Folder::with_farm(&farm(""))).is_empty());
    let folder = Folder::with_farm(&farm(
        "drop-folder = 'C:\\drop'\nsafe-servers = [\"192.0.2.5\"]\n",
    ));
    let all = commands(&folder);
    assert_eq!(all.len(), 2, "{all:?}");
    for command in &all {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        assert_eq!(folder.run(&words).code, 0, "{command:?}");
    }
    let run = folder.run(&["validate", "--only", "page"]);
    assert_eq!(
        (run.code, run.out.contains("nothing found")),
        (0, true),
        "{}",
        run.out
    );
}
