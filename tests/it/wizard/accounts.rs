//! The wizard refuses an e-mail address of the farm as an account, also after going back.

use super::Answer::{Back, Keep, Pick, Type};
use super::*;
use spinmail::testing::wizard::Walk;

/// A page of a new file, up to the questions besides it.
const PAGE: [(&str, Answer); 5] = [
    (ENABLED, Pick("yes")),
    (SERVICE, Pick("no")),
    (ADDRESS, Type(&["sp.fabrikam.com"])),
    (OFFER, Pick("yes")),
    (VERSION, Keep),
];

#[test]
fn own_addresses_are_refused_at_the_question() {
    for texts in [
        &["docs@sp.fabrikam.com", r"FABRIKAM\sp_farm"],
        &[r"FABRIKAM\docs@SP.fabrikam.com", r"FABRIKAM\sp_farm"],
    ] {
        let answers = [&PAGE[..], &[(TIMER, Type(texts))]].concat();
        let (after, script) = walk(&Farm::default(), &answers);
        assert_eq!(script.refused.len(), 1, "{:?}", script.refused);
        let reason = &script.refused[0].1;
        assert!(
            reason.contains("is an e-mail address of the farm"),
            "{reason}"
        );
        assert!(reason.contains(r"`DOMAIN\docs`"), "{reason}");
        let account = after.timer_account.expect("an account");
        assert_eq!(account.as_str(), r"FABRIKAM\sp_farm");
    }
}

#[test]
fn account_is_checked_again_after_going_back() {
    // The account is taken, and then the display address becomes its domain.
    let back = [
        (TIMER, Type(&["svc@lists.fabrikam.com"])),
        (SERVERS, Back),
        (TIMER, Back),
        (VERSION, Back),
        (OFFER, Back),
        (SAFE, Back),
        (ADDRESS, Type(&["lists.fabrikam.com"])),
        (OFFER, Pick("yes")),
        (TIMER, Type(&["", r"FABRIKAM\svc"])),
    ];
    let page = [
        (ENABLED, Pick("yes")),
        (MODE, Pick("automatic")),
        (SERVICE, Pick("no")),
        (ADDRESS, Type(&["sp.fabrikam.com"])),
        (OFFER, Pick("yes")),
    ];
    let (after, script) = walk(&Farm::default(), &[&page[..], &back].concat());
    assert_eq!(script.refused.len(), 1, "{:?}", script.refused);
    assert_eq!(script.refused[0].0, "", "what is kept is checked too");
    let account = after.timer_account.expect("an account");
    assert_eq!(account.as_str(), r"FABRIKAM\svc");
}

#[test]
fn recorded_accounts_are_kept() {
    let text = "[farm]\ntimer-account = 'docs@sp.fabrikam.com'\n[incoming-email]\nenabled = true\n\
                display-address = \"sp.fabrikam.com\"\n";
    let (after, script) = walk(&farm(text), &[(OFFER, Pick("yes")), (TIMER, Keep)]);
    assert!(script.refused.is_empty(), "{:?}", script.refused);
    assert_eq!(after, farm(text));
}

#[test]
fn answers_that_do_not_fit_together_are_a_fault() {
    // The server says that the mail domain is one of Active Directory, too; then it is replaced.
    let before = Farm::default();
    let mut walk = Walk::new(&before, &suggestions);
    let mut script = Script::new(&[
        (ENABLED, Pick("yes")),
        (SERVICE, Pick("no")),
        (ADDRESS, Type(&["fabrikam.com"])),
        (OFFER, Pick("yes")),
        (SERVERS, Type(&["sp1.fabrikam.com"])),
        (RECEIVERS, Back),
        (SERVERS, Back),
        (TIMER, Type(&["svc@fabrikam.com"])),
        (SERVERS, Type(&["sp1.corp.example"])),
    ]);
    let after = walk.run(&mut script).expect("a farm");
    assert!(script.answers.is_empty(), "{:?}", script.answers);
    let fault = walk.fault(&after).expect("a fault");
    assert!(
        fault.starts_with("`svc@fabrikam.com` is an e-mail address"),
        "{fault}"
    );
}
