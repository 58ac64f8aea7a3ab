use super::member::MAX_TEXT;
use super::*;

fn contact(name: &str) -> Member {
    Member {
        name: format!("CN={name},OU=Contacts,DC=x"),
        classes: ["top", "person", "contact"].map(str::to_owned).to_vec(),
        alias: Some(name.to_owned()),
        addresses: vec![format!("SMTP:{name}@sp.x.test")],
        mail: Some(format!("{name}@sp.x.test")),
        target: Some(format!("SMTP:{name}@sp.x.test")),
        encoding: Some(ENCODING.to_owned()),
        mapi: Some(NO_MAPI.to_owned()),
        authenticated: Some(AUTHENTICATED.to_owned()),
        version: Some("44220983382016".to_owned()),
        group_type: None,
    }
}

fn counted(wanted: CensusOptions, members: &[Member]) -> Members {
    let mut census = Census::new(wanted);
    members.iter().for_each(|member| census.add(member));
    census.finish()
}

fn options() -> CensusOptions {
    CensusOptions {
        domains: vec!["sp.x.test".to_owned()],
        all: false,
        others: true,
    }
}

fn summary(seen: &[CountedObjects]) -> Vec<(Option<&str>, u64, usize)> {
    seen.iter()
        .map(|seen| (seen.value.as_deref(), seen.count, seen.names.len()))
        .collect()
}

#[test]
fn wanted_values_keep_counts_without_names() {
    let members: Vec<Member> = (0..100).map(|n| contact(&format!("list{n}"))).collect();
    let counts = counted(options(), &members);
    assert_eq!((counts.contacts, counts.groups), (100, 0));
    assert_eq!(summary(&counts.encodings), [(Some(ENCODING), 100, 0)]);
    assert_eq!(summary(&counts.targets), [(Some("sp.x.test"), 100, 0)]);
    assert_eq!(counts.without_version, CountedObjects::default());
    assert_eq!(counts.others, Some(vec![]));
}

#[test]
fn names_are_limited_unless_all_are_wanted() {
    let odd_member = |n: usize| Member {
        encoding: None,
        mapi: Some("TRUE".to_owned()),
        ..contact(&format!("list{n}"))
    };
    let members: Vec<Member> = (0..30).map(odd_member).collect();
    assert_eq!(
        summary(&counted(options(), &members).encodings),
        [(None, 30, 20)]
    );
    let all = CensusOptions {
        all: true,
        ..options()
    };
    assert_eq!(
        summary(&counted(all, &members).mapi),
        [(Some("TRUE"), 30, 30)]
    );
}

#[test]
fn values_beyond_the_limit_are_counted_together() {
    let odd_member = |n: usize| Member {
        encoding: Some(n.to_string()),
        ..contact(&format!("list{n}"))
    };
    let members: Vec<Member> = (0..200).map(odd_member).collect();
    let seen = counted(options(), &members).encodings;
    assert_eq!(seen.len(), 51);
    assert_eq!(seen.iter().map(|seen| seen.count).sum::<u64>(), 200);
}

#[test]
fn duplicates_are_candidates_once_in_any_case() {
    let one = Member {
        addresses: vec!["SMTP:a@x".to_owned(), "smtp:A@X".to_owned()],
        ..contact("Docs")
    };
    let two = Member {
        addresses: vec!["smtp:A@x".to_owned()],
        ..contact("docs")
    };
    let mut census = Census::new(options());
    for member in [&one, &contact("other"), &two, &two] {
        census.add(member);
    }
    let found: Vec<_> = census
        .candidates()
        .map(|found| (found.attribute, found.value, found.shown))
        .collect();
    assert_eq!(
        found,
        [
            ("mailNickname", "docs", "alias docs"),
            ("proxyAddresses", "smtp:a@x", "smtp:a@x")
        ]
    );
}

#[test]
fn distinct_values_are_not_candidates() {
    let mut census = Census::new(options());
    (0..10_000).for_each(|n| census.add(&contact(&format!("list{n}"))));
    assert_eq!(census.candidates().count(), 0);
}

#[test]
fn groups_and_other_objects_are_counted_apart() {
    let member_of = |classes: &[&str]| Member {
        name: "CN=x".to_owned(),
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        ..Member::default()
    };
    let group = |kind: &str, mail: Option<&str>| Member {
        group_type: Some(kind.to_owned()),
        mail: mail.map(str::to_owned),
        ..member_of(&["top", "group"])
    };
    let counts = counted(
        options(),
        &[
            group("2", None),
            group("2", Some("a@x")),
            group("-2147483646", None),
            member_of(&["top", "person", "organizationalPerson", "user"]),
            member_of(&["top", "organizationalUnit"]),
            member_of(&[]),
        ],
    );
    assert_eq!((counts.contacts, counts.groups), (0, 3));
    assert_eq!(counts.groups_without_address.count, 1);
    assert_eq!(summary(&counts.others.unwrap()), [(Some("user"), 1, 1)]);
    assert_eq!(counts.unreadable.count, 1);
    assert!(counts.encodings.is_empty());
}

#[test]
fn foreign_targets_are_told_apart_by_the_own_address() {
    let leading = |name: &str, target: &str, mail: Option<&str>| Member {
        target: Some(target.to_owned()),
        mail: mail.map(str::to_owned),
        ..contact(name)
    };
    let members = [
        leading("a", "SMTP:a@sp.x.test", Some("a@sp.y.test")),
        leading("b", "SMTP:b@sp.y.test", Some("b@Sp.Y.Test")),
        leading("c", "SMTP:c@sp.y.test", Some("c@sp.x.test")),
        leading("d", "SMTP:d@sp.y.test", None),
    ];
    let counts = counted(options(), &members);
    let found: Vec<_> = counts
        .targets
        .iter()
        .map(|seen| {
            (
                seen.value.as_deref(),
                seen.own_domain.as_deref(),
                seen.count,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("sp.x.test"), None, 1),
            (Some("sp.y.test"), Some("sp.x.test"), 2),
            (Some("sp.y.test"), Some("sp.y.test"), 1),
        ]
    );
}

#[test]
fn objects_that_no_mail_can_be_sent_to_are_neither_open_nor_legacy() {
    let security_group = Member {
        classes: ["top", "group"].map(str::to_owned).to_vec(),
        name: "CN=g".to_owned(),
        group_type: Some("-2147483646".to_owned()),
        ..Member::default()
    };
    let open = Member {
        authenticated: None,
        version: None,
        ..contact("open")
    };
    let counts = counted(options(), &[security_group, open, contact("closed")]);
    assert_eq!(counts.mail_enabled, Some(2));
    assert_eq!(
        summary(&counts.authenticated),
        [(None, 1, 1), (Some(AUTHENTICATED), 1, 0)]
    );
    assert_eq!(counts.without_version.count, 1);
    assert_eq!(counts.closed_contacts.map(|closed| closed.count), Some(1));
}

#[test]
fn aliases_are_counted_by_both_limits() {
    let of_length = |length: usize| Member {
        alias: Some("ä".repeat(length)),
        ..contact(&length.to_string())
    };
    let members = [64, 65, 128, 129].map(of_length);
    let counts = counted(options(), &members);
    assert_eq!(counts.aliases_over_64.map(|long| long.count), Some(3));
    assert_eq!(counts.long_aliases.count, 1);
}

#[test]
fn long_texts_are_cut() {
    let long = "ä".repeat(500);
    let counts = counted(
        options(),
        &[Member {
            encoding: Some(long.clone()),
            alias: Some(long),
            ..contact("x")
        }],
    );
    assert_eq!(counts.long_aliases.count, 1);
    assert_eq!(
        counts.encodings[0]
            .value
            .as_ref()
            .map(|value| value.chars().count()),
        Some(MAX_TEXT + 1)
    );
}

#[test]
fn target_domain_is_lowercase_or_whole_text() {
    for (target, domain) in [
        ("SMTP:a@SP.x.test", "sp.x.test"),
        ("a@b@x.test.", "x.test"),
        ("X400:c=US;a= ;p=x", "x400:c=us;a= ;p=x"),
        ("", ""),
    ] {
        assert_eq!(domain_of(target), domain);
    }
}

#[test]
fn a_full_memory_is_reported_and_still_compared() {
    let mut census = Census::new(options());
    census.add(&contact("first"));
    census.seen_hashes.0.extend(0..MAX_REMEMBERED as u64);
    for name in ["second", "second", "FIRST"] {
        census.add(&contact(name));
    }
    let found: Vec<_> = census.candidates().map(|found| found.value).collect();
    assert_eq!(found, ["first", "smtp:first@sp.x.test"]);
    let members = census.finish();
    assert!(members.shared_unknown.is_some());
}
