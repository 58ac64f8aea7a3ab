//! Searches the forest for the contacts' addresses: in its only domain, or in a global catalog.

use super::*;
use serde_json::json;

const MISSING_CONTACT: &str = "directory-contact-missing";
const TAKEN: &str = "directory-address-taken";

const MAIL_HOST: &str = "recipient = \"news\"\n\n[[mail-host]]\nname = \"ex1.fabrikam.test\"\n\
                         kind = \"exchange\"\ndelivers-as = [\"sp1.fabrikam.test\"]\n";

/// Returns whether a search covers the whole forest or the whole domain.
fn is_of_forest(asked: &Asked) -> bool {
    let is_wide = asked.base.is_empty() || asked.base == DOMAIN;
    asked.is_search() && asked.scope == 2 && is_wide && asked.filters("proxyAddresses")
}

fn is_of_units(asked: &Asked) -> bool {
    asked.is_search() && asked.base == DOMAIN && asked.filters("organizationalUnit")
}

/// Returns the answer with more objects.
fn with(said: Vec<Said>, asked: &Asked) -> Vec<Said> {
    said.into_iter().chain(sound(asked)).collect()
}

fn ask(server: &LdapServer, arguments: &[&str]) -> Run {
    let url = format!("ldap://127.0.0.1:{}", server.port);
    verify(
        &farm(&[url], "3s", MAIL_HOST),
        &[&["contacts", "--insecure-bind"], arguments].concat(),
    )
}

fn elsewhere(name: &str, attribute: &'static str, value: &str) -> Said {
    Said::entry(
        &format!("CN={name},OU=Staff,{DOMAIN}"),
        &[(attribute, &[value])],
    )
}

#[test]
fn the_only_domain_counts_as_the_whole_forest() {
    let server = LdapServer::start(None, sound);
    let run = ask(&server, &[]);
    assert_eq!(outcome(&run, TAKEN), "pass", "{run:?}");
    assert_eq!(outcome(&run, MISSING_CONTACT), "fail", "{run:?}");
    let asked = server.asked();
    let values: Vec<&Asked> = asked.iter().filter(|asked| is_of_forest(asked)).collect();
    assert!(
        values.len() == 2 && values.iter().all(|asked| asked.base == DOMAIN),
        "{values:?}"
    );
    assert!(values[0].filters("news@sp.fabrikam.test"), "{values:?}");
    assert!(
        values[1].filters("smtp:docs@sp.fabrikam.test") && values[1].filters("mailNickname"),
        "{values:?}"
    );
}

#[test]
fn an_object_that_has_the_address_is_found() {
    let server = LdapServer::start(None, |asked| {
        if is_of_forest(asked) && asked.filters("news@") {
            with(
                vec![elsewhere("News", "mail", "news@sp.fabrikam.test")],
                asked,
            )
        } else {
            sound(asked)
        }
    });
    let run = ask(&server, &[]);
    assert_eq!(outcome(&run, MISSING_CONTACT), "pass", "{run:?}");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn addresses_of_other_objects_are_found() {
    for (found, severity) in [
        (
            elsewhere("Mailbox", "proxyAddresses", "SMTP:Docs@sp.fabrikam.test"),
            "error",
        ),
        (elsewhere("User", "mail", "docs@sp.fabrikam.test"), "error"),
        (elsewhere("Alias", "mailNickname", "DOCS"), "warning"),
    ] {
        let server = LdapServer::start(None, move |asked| {
            if is_of_forest(asked) && asked.filters("mailNickname") {
                let own = Said::entry(
                    &format!("CN=docs,OU=Nested,{CONTAINER}"),
                    &[("mail", &["docs@sp.fabrikam.test"])],
                );
                with(vec![own, found.clone()], asked)
            } else {
                sound(asked)
            }
        });
        let run = ask(&server, &[]);
        let verdict = verdicts(&run)
            .into_iter()
            .find(|verdict| verdict["rule"] == TAKEN)
            .expect("a verdict");
        assert_eq!(
            (&verdict["outcome"], &verdict["severity"]),
            (&json!("fail"), &json!(severity)),
            "{run:?}"
        );
        let evidence = verdict["evidence"].to_string();
        assert!(
            evidence.contains("OU=Staff") && !evidence.contains("OU=Nested"),
            "{evidence}"
        );
    }
}

/// The objects of a unit that may not be listed are missing from the answer.
#[test]
fn units_that_may_not_be_listed_leave_addresses_undecided() {
    let unit = |list: Vec<u8>| {
        let name = format!("OU=Secret,{DOMAIN}");
        Said::Entry(name.into(), vec![("nTSecurityDescriptor", vec![list])])
    };
    let answers = move |asked: &Asked| {
        if is_of_units(asked) {
            with(vec![unit(hidden_descriptor(ALL))], asked)
        } else {
            sound(asked)
        }
    };
    let server = LdapServer::start(None, answers);
    let run = ask(&server, &[]);
    for rule in [TAKEN, MISSING_CONTACT] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
        assert!(message(&run, rule).contains("OU=Secret"), "{run:?}");
    }
    let server = LdapServer::start(None, move |asked| match is_root(asked) {
        true => with(
            vec![as_member_of(&[&ADMINISTRATORS], &[])],
            &Asked {
                operation: 0x60,
                ..asked.clone()
            },
        ),
        false => answers(asked),
    });
    let run = ask(&server, &[]);
    assert_eq!(outcome(&run, TAKEN), "pass", "{run:?}");
    assert!(!server.asked().iter().any(is_of_units), "{run:?}");
}

/// Answers as a forest of two domains.
fn two_domains(asked: &Asked) -> Vec<Said> {
    if !asked.base.starts_with("CN=Partitions") {
        return sound(asked);
    }
    let other = [
        ("nETBIOSName", &["EMEA"][..]),
        ("nCName", &["DC=emea,DC=fabrikam,DC=test"]),
        ("dnsRoot", &["emea.fabrikam.test"]),
    ];
    with(
        vec![Said::entry(&format!("CN=EMEA,{}", asked.base), &other)],
        asked,
    )
}

#[test]
fn one_of_several_domains_is_not_the_whole_forest() {
    let server = LdapServer::start(None, two_domains);
    let run = ask(&server, &[]);
    for rule in [TAKEN, MISSING_CONTACT] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
        assert!(
            message(&run, rule).contains("the forest has 2 domains, and no global catalog"),
            "{run:?}"
        );
    }
}

/// The global catalog is asked at its own port of the controller, or at the address in the farm
/// file.
#[test]
fn the_global_catalog_covers_the_whole_forest() {
    let held = |asked: &Asked| {
        let names = ["mail", "proxyAddresses", "mailNickname"].map(|name| {
            Said::entry(
                &format!("CN={name},{SCHEMA}"),
                &[("lDAPDisplayName", &[name])],
            )
        });
        with(
            names.to_vec(),
            &Asked {
                operation: 0x60,
                ..asked.clone()
            },
        )
    };
    let catalog = LdapServer::start_at("127.0.53.77:3268", None, move |asked| {
        if asked.filters("isMemberOfPartialAttributeSet") {
            held(asked)
        } else if is_of_forest(asked) && asked.filters("mailNickname") {
            let name = "CN=Docs,CN=Users,DC=emea,DC=fabrikam,DC=test";
            let mail = [("mail", &["docs@sp.fabrikam.test"][..])];
            with(
                vec![Said::entry(name, &mail)],
                &Asked {
                    operation: 0x60,
                    ..asked.clone()
                },
            )
        } else {
            two_domains(asked)
        }
    });
    let domain = LdapServer::start_at("127.0.53.77:0", None, two_domains);
    let url = format!("ldap://127.0.53.77:{}", domain.port);
    let named = LdapServer::start(None, two_domains);
    let named = format!("ldap://127.0.0.1:{}", named.port);
    let catalog_url = "ldap://127.0.53.77:3268".to_owned();
    for urls in [&[url][..], &[catalog_url, named]] {
        let run = verify(
            &farm(urls, "3s", MAIL_HOST),
            &["contacts", "--insecure-bind"],
        );
        assert_eq!(outcome(&run, MISSING_CONTACT), "fail", "{run:?}");
        assert_eq!(outcome(&run, TAKEN), "fail", "{run:?}");
        assert!(run.out.contains("DC=emea"), "{run:?}");
    }
    assert!(
        catalog
            .asked()
            .iter()
            .filter(|asked| is_of_forest(asked))
            .all(|asked| asked.base.is_empty()),
        "all of the forest"
    );
}

/// A search for an attribute that the catalog does not contain finds nothing.
#[test]
fn a_catalog_without_the_attributes_decides_nothing() {
    let _catalog = LdapServer::start_at("127.0.53.78:3268", None, two_domains);
    let domain = LdapServer::start_at("127.0.53.78:0", None, two_domains);
    let url = format!("ldap://127.0.53.78:{}", domain.port);
    let run = verify(
        &farm(&[url], "3s", MAIL_HOST),
        &["contacts", "--insecure-bind"],
    );
    for rule in [TAKEN, MISSING_CONTACT] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
        assert!(
            message(&run, rule).contains("does not hold `mail`"),
            "{run:?}"
        );
    }
}
