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
