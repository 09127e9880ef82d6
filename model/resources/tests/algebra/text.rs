use model_resources::{ParseError, Quantities, Resources, TextError};
use proptest::prelude::*;

use crate::strategies::{plain_text_resources, resources};
use crate::{dynamic, res, role, volume};

fn error(text: &str) -> TextError {
    match Resources::parse(text) {
        Err(ParseError::Text(e)) => e,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_canonical_text() {
    let shown = |text: &str| res(text).to_string();
    assert_eq!(
        shown("ports:[31000-32000, 5-6];mem:1024; cpus : 2 ;disks:{b,a};cpus(eng):3;"),
        "cpus:2;cpus(eng):3;mem:1024;ports:[5-6, 31000-32000];disks:{a, b}"
    );
    assert_eq!(
        shown("cpus(*):2;cpus:0.1234;cpus( eng , alice ):1"),
        "cpus:2.123;cpus(eng, alice):1"
    );
    assert_eq!(shown("ports:[1-2,3-4,2-8]"), "ports:[1-8]");
    assert_eq!(shown(" ;; cpus:0;ports:[];disks:{};"), "");
}

#[test]
fn the_default_role_reserves_what_names_none() {
    let parsed = Resources::parse_for("cpus:1;mem(*):2;disk(ops):3", &role("eng")).unwrap();
    assert_eq!(parsed, res("cpus(eng):1;mem:2;disk(ops):3"));
}

#[test]
fn rare_properties_show_as_in_mesos_logs() {
    let shared = volume("v", 10, None)
        .with_shared(true)
        .with_allocation(Some(role("eng/web")));
    assert_eq!(
        shared.to_string(),
        "disk(allocated: eng/web)(reservations: [(DYNAMIC,eng)])[v:data]<SHARED>:10"
    );
    let refined = res("cpus(eng):1").push_reservation(&dynamic("eng/web")).unwrap();
    assert_eq!(
        refined.to_string(),
        "cpus(reservations: [(STATIC,eng), (DYNAMIC,eng/web)]):1"
    );
    assert_eq!(
        Resources::from(crate::disk(1).with_revocable(true)).to_string(),
        "disk{REV}:1"
    );
}

#[test]
fn errors_name_token_and_position() {
    let show = |text: &str| error(text).to_string();
    assert_eq!(show("cpus:2;mem"), "at byte 10: expected ':', found the end");
    assert_eq!(
        show("cpus:2;mem:abc"),
        "at byte 11: expected a number, [ranges] or {set}, found abc"
    );
    assert_eq!(
        show("cpus:-1"),
        "at byte 5: expected a number of units; the amount -1 is negative, found -1"
    );
    assert_eq!(
        show("ports:[5-3]"),
        "at byte 7: expected a range whose begin is not above its end, found 5-3"
    );
    assert_eq!(show("ports:[5]"), "at byte 8: expected '-', found ]");
    assert_eq!(show("ports:[1-2"), "at byte 10: expected ']', found the end");
    assert_eq!(
        show("ports:[+1-2]"),
        "at byte 7: expected a whole number of at most 64 bits, found +1"
    );
    assert_eq!(
        show("disks:{a,a}"),
        "at byte 9: expected a word not used before, found a"
    );
    assert_eq!(show("cpus(eng"), "at byte 8: expected ')', found the end");
}

#[test]
fn bad_roles_are_errors() {
    assert_eq!(error("cpus(a/..):1").at, 5);
    assert_eq!(error("cpus():1").found, ")");
    assert_eq!(error("cpus(*, alice):1").found, "*");
    assert_eq!(
        error("cpus(eng, a,b):1").to_string(),
        "at byte 11: expected ')', found ,"
    );
    assert_eq!(error(":1").expected, "a resource name");
    assert_eq!(error("cpus:nan").found, "nan");
}

#[test]
fn amounts() {
    assert_eq!(
        Quantities::parse("mem:4096;cpus:1.5").unwrap().to_string(),
        "cpus:1.5;mem:4096"
    );
    assert_eq!(Quantities::parse("cpus:1;cpus:2").unwrap_err().at, 7);
    assert_eq!(Quantities::parse("cpus:[1-2]").unwrap_err().at, 5);
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(a in plain_text_resources()) {
        prop_assert_eq!(res(&a.to_string()), a);
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in ".*") {
        let _ = Resources::parse(&text);
        let _ = Quantities::parse(&text);
    }

    #[test]
    fn what_parses_prints_and_parses_again(text in "([a-c]{1,2}(\\([ab*,/ ]{0,5}\\))?:([0-9.e]{1,3}|\\[[0-9, -]{0,9}\\]|\\{[a-c, ]{0,6}\\})[; ]){0,3}") {
        if let Ok(parsed) = Resources::parse(&text) {
            prop_assert_eq!(res(&parsed.to_string()), parsed);
        }
    }

    #[test]
    fn everything_can_be_shown(a in resources()) {
        prop_assert_eq!(a.to_string().is_empty(), a.is_empty());
    }
}
