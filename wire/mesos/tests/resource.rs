//! Resources in each of the three formats, to the algebra and back.

use model_resources::{
    Attributes, Disk, Mode, Persistence, Quantities, Reservation, Resource, Resources, Role, Scalar, Source,
    SourceKind, Volume,
};
use proptest::prelude::*;
use wire_mesos::json::{from_json, to_json};
use wire_mesos::resource::{
    Format, all_from_wire, all_to_wire, attributes_from_wire, attributes_to_wire, quantities_from_wire,
    quantities_to_wire, to_wire,
};
use wire_mesos::v1;

const FORMATS: [Format; 3] = [Format::PreRefinement, Format::PostRefinement, Format::Endpoint];

fn role(name: &str) -> Role {
    Role::new(name).expect("a role")
}

fn cpus() -> Resource {
    Resource::new("cpus", Scalar::from_units(2))
}

fn json(resource: &Resource, format: Format) -> String {
    let wire = to_wire(resource, format).expect("the format can tell it");
    String::from_utf8(to_json(&wire)).expect("UTF-8")
}

fn read(text: &str) -> Result<Resource, String> {
    let wire: v1::Resource = from_json(text.as_bytes()).expect(text);
    Resource::try_from(&wire).map_err(|problem| problem.to_string())
}

#[test]
fn unreserved() {
    let base = r#"{"name":"cpus","type":"SCALAR","scalar":{"value":2.0}"#;
    assert_eq!(json(&cpus(), Format::PreRefinement), format!(r#"{base},"role":"*"}}"#));
    assert_eq!(json(&cpus(), Format::PostRefinement), format!("{base}}}"));
    assert_eq!(json(&cpus(), Format::Endpoint), format!(r#"{base},"role":"*"}}"#));
}

#[test]
fn reserved_once() {
    let fixed = cpus().with_reservation(Reservation::fixed(role("web")));
    let base = r#"{"name":"cpus","type":"SCALAR","scalar":{"value":2.0}"#;
    assert_eq!(json(&fixed, Format::PreRefinement), format!(r#"{base},"role":"web"}}"#));
    let stack = r#""reservations":[{"type":"STATIC","role":"web"}]"#;
    assert_eq!(json(&fixed, Format::PostRefinement), format!(r"{base},{stack}}}"));
    assert_eq!(
        json(&fixed, Format::Endpoint),
        format!(r#"{base},"role":"web",{stack}}}"#)
    );

    let dynamic = cpus().with_reservation(Reservation::dynamic(role("web"), Some("ops".into())));
    let old = r#""role":"web","reservation":{"principal":"ops"}"#;
    assert_eq!(json(&dynamic, Format::PreRefinement), format!("{base},{old}}}"));
    let stack = r#""reservations":[{"type":"DYNAMIC","role":"web","principal":"ops"}]"#;
    assert_eq!(json(&dynamic, Format::Endpoint), format!("{base},{old},{stack}}}"));
}

#[test]
fn refined() {
    let refined = cpus()
        .with_reservation(Reservation::fixed(role("eng")))
        .with_reservation(Reservation::dynamic(role("eng/web"), None));
    assert_eq!(to_wire(&refined, Format::PreRefinement), None);
    let stack = r#""reservations":[{"type":"STATIC","role":"eng"},{"type":"DYNAMIC","role":"eng/web"}]"#;
    let text = format!(r#"{{"name":"cpus","type":"SCALAR","scalar":{{"value":2.0}},{stack}}}"#);
    assert_eq!(json(&refined, Format::PostRefinement), text);
    assert_eq!(json(&refined, Format::Endpoint), text);
    assert_eq!(read(&text), Ok(refined.clone()));
    let both: Resources = [cpus(), refined].into_iter().collect();
    assert_eq!(all_to_wire(&both, Format::PreRefinement).len(), 1);
}

#[test]
fn what_frameworks_may_not_send() {
    let cpus = |rest: &str| {
        read(&format!(
            r#"{{"name":"cpus","type":"SCALAR","scalar":{{"value":1}}{rest}}}"#
        ))
    };
    let ports = |ranges: &str| {
        read(&format!(
            r#"{{"name":"ports","type":"RANGES","ranges":{{"range":[{ranges}]}}}}"#
        ))
    };
    for (result, problem) in [
        (cpus(r#","reservation":{}"#), "cannot be dynamically reserved"),
        (
            cpus(r#","role":"web","reservation":{"role":"web"}"#),
            "must not be set in 'reservation'",
        ),
        (cpus(r#","role":"a b""#), "a b"),
        (
            cpus(r#","reservations":[{"role":"web"}]"#),
            "'type' must be STATIC or DYNAMIC",
        ),
        (cpus(r#","reservations":[{"type":"STATIC"}]"#), "'role' must be set"),
        (cpus(r#","reservations":[{"type":"STATIC","role":"*"}]"#), "*"),
        (
            cpus(r#","role":"a","reservations":[{"type":"STATIC","role":"b"}]"#),
            "differ",
        ),
        (
            cpus(r#","reservations":[{"type":"STATIC","role":"a"},{"type":"DYNAMIC","role":"b"}]"#),
            "role b does not refine a",
        ),
        (cpus(r#","disk":{"source":{"type":"RAW"}}"#), "disk"),
        (cpus(r#","shared":{}"#), "shared"),
        (cpus(r#","ranges":{}"#), "Invalid scalar resource"),
        (read(r#"{"name":"x","type":"SCALAR"}"#), "Invalid scalar resource"),
        (read(r#"{"name":"x","type":"TEXT"}"#), "Unsupported resource type"),
        (
            read(r#"{"name":"x","type":"SCALAR","scalar":{"value":-1}}"#),
            "negative",
        ),
        (
            read(r#"{"name":"x","type":"SCALAR","scalar":{"value":0.0001}}"#),
            "less than 0.001",
        ),
        (
            read(r#"{"name":"x","type":"SCALAR","scalar":{"value":"Infinity"}}"#),
            "finite",
        ),
        (read(r#"{"name":"","type":"SCALAR","scalar":{"value":1}}"#), "empty"),
        (ports(r#"{"begin":2,"end":1}"#), "begin 2 > end 1"),
        (
            ports(r#"{"begin":1,"end":5},{"begin":5,"end":9}"#),
            "overlapping ranges at 5",
        ),
        (
            read(r#"{"name":"s","type":"SET","set":{"item":["a","a"]}}"#),
            "duplicated element 'a'",
        ),
        (
            read(r#"{"name":"disk","type":"SCALAR","scalar":{"value":1},"disk":{"source":{"type":"RAW","mount":{}}}}"#),
            "'mount' with MOUNT only",
        ),
    ] {
        let error = result.expect_err(problem);
        assert!(error.contains(problem), "{error:?} should hold {problem:?}");
    }
}

#[test]
fn a_list_says_which_one_is_wrong() {
    let wire = [
        to_wire(&cpus(), Format::PreRefinement).expect("plain"),
        v1::Resource {
            name: "x".into(),
            ..Default::default()
        },
    ];
    let error = all_from_wire(&wire).expect_err("the second has no value");
    assert_eq!(
        error.to_string(),
        "resource 1 ('x'): Invalid scalar resource: expecting 'scalar' and no other value"
    );
}

#[test]
fn volumes_and_sharing() {
    let disk = Disk {
        persistence: Some(Persistence {
            id: "db".into(),
            principal: Some("ops".into()),
        }),
        volume: Some(Volume {
            container_path: "data".into(),
            mode: Mode::ReadWrite,
            host_path: None,
        }),
        source: Some(Source::new(SourceKind::Mount, Some("/mnt/1".into()))),
    };
    let volume = Resource::new("disk", Scalar::from_units(64))
        .with_disk(disk)
        .with_reservation(Reservation::dynamic(role("web"), Some("ops".into())))
        .with_allocation(Some(role("web")))
        .with_shared(true);
    let text = r#"{"name":"disk","type":"SCALAR","scalar":{"value":64.0},"allocation_info":{"role":"web"},"reservations":[{"type":"DYNAMIC","role":"web","principal":"ops"}],"disk":{"persistence":{"id":"db","principal":"ops"},"volume":{"mode":"RW","container_path":"data"},"source":{"type":"MOUNT","mount":{"root":"/mnt/1"}}},"shared":{}}"#;
    assert_eq!(json(&volume, Format::PostRefinement), text);
    assert_eq!(read(text), Ok(volume.clone()));
    // Two uses of one volume are two messages.
    let twice: Resources = [volume.clone(), volume].into_iter().collect();
    let wire = all_to_wire(&twice, Format::PostRefinement);
    assert_eq!(wire.len(), 2);
    assert_eq!(all_from_wire(&wire), Ok(twice));
}

#[test]
fn attributes_and_quantities() {
    let attributes = Attributes::parse("rack:r1;n:3;r:[1-2];rack:r2").expect("attributes");
    assert_eq!(attributes_from_wire(&attributes_to_wire(&attributes)), Ok(attributes));
    let wrong: v1::Attribute = from_json(br#"{"name": "rack", "type": "TEXT"}"#).expect("well-formed");
    let error = attributes_from_wire(&[wrong]).expect_err("no text");
    assert_eq!(
        error.to_string(),
        "Invalid attribute 'rack': expecting the value of its type"
    );

    let quantities = Quantities::parse("cpus:2.5;mem:64").expect("quantities");
    assert_eq!(quantities_from_wire(&quantities_to_wire(&quantities)), Ok(quantities));
}

fn reservations() -> impl Strategy<Value = Vec<Reservation>> {
    let principal = || prop::option::of("[a-z]{1,5}").prop_map(|name| name.map(|name| name.as_str().into()));
    (
        any::<bool>(),
        "[a-z]{1,5}",
        prop::collection::vec(("[a-z]{1,5}", principal()), 0..3),
        0..3_usize,
    )
        .prop_map(|(fixed, top, below, depth)| {
            let mut path = top.clone();
            let first = if fixed {
                Reservation::fixed(role(&top))
            } else {
                Reservation::dynamic(role(&top), None)
            };
            let mut stack = vec![first];
            for (component, principal) in below {
                path = format!("{path}/{component}");
                stack.push(Reservation::dynamic(role(&path), principal));
            }
            stack.truncate(depth);
            stack
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_round_trips(
        millis in 1..i64::from(u32::MAX),
        ports in prop::collection::vec((0..60_000_u64, 0..100_u64), 1..5),
        stack in reservations(),
        allocation in prop::option::of("[a-z]{1,5}"),
        provider in prop::option::of("[a-z]{1,5}"),
    ) {
        let ports: model_resources::Ranges = ports.into_iter().map(|(begin, length)| begin..=begin + length).collect();
        for resource in [Resource::new("mem", Scalar::from_millis(millis)), Resource::new("ports", ports)] {
            let resource = stack.iter().cloned().fold(resource, Resource::with_reservation)
                .with_allocation(allocation.as_deref().map(role))
                .with_provider(provider.clone());
            for format in FORMATS {
                match to_wire(&resource, format) {
                    Some(wire) => prop_assert_eq!(Resource::try_from(&wire), Ok(resource.clone())),
                    None => prop_assert!(format == Format::PreRefinement && stack.len() > 1),
                }
            }
        }
    }
}
