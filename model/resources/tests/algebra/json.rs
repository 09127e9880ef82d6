use model_resources::json::{Format, parse, to_json};
use model_resources::{Reservation, Resource, Resources, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::strategies::resources;
use crate::{dynamic, res, role, volume};

/// JSON does not tell use counts.
fn used_once(a: &Resources) -> Resources {
    a.map(|r| {
        let shared = r.is_shared();
        r.with_shared(shared)
    })
}

/// The pre-refinement format tells neither principal nor labels of a static reservation.
fn bare_static(a: &Resources) -> Resources {
    a.map(|mut r| {
        r.update(|d| {
            for one in d.reservations.iter_mut().filter(|one| !one.is_dynamic()) {
                *one = Reservation::fixed(one.role.clone());
            }
        });
        r
    })
}

fn written(a: &Resources, format: Format) -> Value {
    serde_json::to_value(to_json(a, format).unwrap()).unwrap()
}

fn read(json: Value) -> Result<Resources, String> {
    parse(&json.to_string(), &Role::any()).map_err(|e| e.to_string())
}

proptest! {
    #[test]
    fn every_format_reads_back_whole(a in resources()) {
        let a = used_once(&a);
        prop_assume!(a.validate().is_ok());
        for format in [Format::PostRefinement, Format::Endpoint, Format::PreRefinement] {
            let Ok(messages) = to_json(&a, format) else {
                prop_assert!(format == Format::PreRefinement && a.iter().any(Resource::is_refined));
                continue;
            };
            let back = parse(&serde_json::to_string(&messages).unwrap(), &Role::any());
            let back = back.map_err(|e| TestCaseError::fail(e.to_string()))?;
            let told = if format == Format::PreRefinement { bare_static(&a) } else { a.clone() };
            prop_assert_eq!(&back, &told);
            // Equality overlooks where volumes are mounted; bytes do not.
            prop_assert_eq!(minicbor::to_vec(&back).unwrap(), minicbor::to_vec(&told).unwrap());
        }
    }

    #[test]
    fn serde_reads_back_whole(a in resources()) {
        let a = used_once(&a);
        prop_assume!(a.validate().is_ok());
        let back: Resources = serde_json::from_str(&serde_json::to_string(&a).unwrap()).unwrap();
        prop_assert_eq!(back, a);
    }

    #[test]
    fn no_array_makes_the_parser_panic(text in "\\[(\\{(\"(name|type|scalar|role)\":(\"[a-z*/]{0,3}\"|\\{\"value\":-?[0-9e.]{1,4}\\}),?){0,3}\\},?){0,2}\\]?") {
        let _ = Resources::parse(&text);
    }

    #[test]
    fn a_missing_field_never_panics(a in resources(), skip in 0usize..8) {
        let mut list = written(&a, Format::Endpoint);
        for message in list.as_array_mut().unwrap() {
            let fields = message.as_object_mut().unwrap();
            if let Some(key) = fields.keys().nth(skip).cloned() {
                fields.remove(&key);
            }
        }
        if let Ok(parsed) = read(list) {
            prop_assert_eq!(parsed.validate(), Ok(()));
        }
    }
}

#[test]
fn the_formats_of_mesos() {
    let one = json!([{"name": "cpus", "type": "SCALAR", "scalar": {"value": 2}, "role": "*"}]);
    assert_eq!(read(one), Ok(res("cpus:2")));
    assert_eq!(
        written(&res("cpus:2.5"), Format::Endpoint),
        json!([{"name": "cpus", "type": "SCALAR", "scalar": {"value": 2.5}, "role": "*"}])
    );
    assert_eq!(
        written(&res("ports:[1-2]"), Format::PostRefinement),
        json!([{"name": "ports", "type": "RANGES", "ranges": {"range": [{"begin": 1, "end": 2}]}}])
    );
    let reserved = res("disks(eng, bob):{a}");
    let (pre, post) = (
        json!({"principal": "bob"}),
        json!([{"type": "DYNAMIC", "role": "eng", "principal": "bob"}]),
    );
    let set = json!({"item": ["a"]});
    assert_eq!(
        written(&reserved, Format::PreRefinement),
        json!([{"name": "disks", "type": "SET", "set": set, "role": "eng", "reservation": pre}])
    );
    assert_eq!(
        written(&reserved, Format::PostRefinement),
        json!([{"name": "disks", "type": "SET", "set": set, "reservations": post}])
    );
    assert_eq!(
        written(&reserved, Format::Endpoint),
        json!([{"name": "disks", "type": "SET", "set": set, "role": "eng", "reservation": pre, "reservations": post}])
    );
}

#[test]
fn a_shared_volume_of_a_provider() {
    let r = volume("v", 10, None)
        .with_shared(true)
        .with_provider(Some("csi".into()));
    assert_eq!(
        written(
            &r.clone().with_allocation(Some(role("eng"))).into(),
            Format::PostRefinement
        ),
        json!([{
            "provider_id": {"value": "csi"}, "name": "disk", "type": "SCALAR", "scalar": {"value": 10.0},
            "allocation_info": {"role": "eng"}, "reservations": [{"type": "DYNAMIC", "role": "eng"}],
            "disk": {"persistence": {"id": "v"}, "volume": {"container_path": "data", "mode": "RW"}}, "shared": {}
        }])
    );
}

#[test]
fn the_default_role_serves_entries_without_role() {
    let text = r#"[{"name":"cpus","type":"SCALAR","scalar":{"value":1}},
                   {"name":"mem","type":"SCALAR","scalar":{"value":1},"role":"*"}]"#;
    assert_eq!(
        Resources::parse_for(text, &role("eng")).unwrap(),
        res("cpus(eng):1;mem:1")
    );
}

#[test]
fn stacked_reservations_need_the_new_format() {
    let refined = res("cpus(eng):1").push_reservation(&dynamic("eng/web")).unwrap();
    let error = to_json(&refined, Format::PreRefinement).unwrap_err();
    assert!(error.to_string().contains("eng/web"), "{error}");
    assert!(written(&refined, Format::Endpoint)[0].get("role").is_none());
}

#[test]
fn errors_name_the_entry() {
    let entry = |change: Value| {
        let mut message = json!({"name": "cpus", "type": "SCALAR", "scalar": {"value": 1}});
        let fields = message.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        read(json!([{"name": "mem", "type": "SCALAR", "scalar": {"value": 1}}, message])).unwrap_err()
    };
    let cases = [
        (
            json!({"type": "RANGES"}),
            "type RANGES needs exactly the value field of that name",
        ),
        (
            json!({"set": {"item": []}}),
            "type SCALAR needs exactly the value field of that name",
        ),
        (json!({"type": "TEXT"}), "type TEXT is for attributes only"),
        (
            json!({"role": "a//b"}),
            "role 'a//b' cannot start or end with a slash or hold two slashes in a row",
        ),
        (
            json!({"role": "a", "reservation": {"role": "a"}}),
            "field 'reservation' must have neither 'type' nor 'role'",
        ),
        (json!({"reservation": {}}), "role * cannot be dynamically reserved"),
        (
            json!({"reservations": [{"role": "a"}]}),
            "each of 'reservations' needs a 'type' and a 'role'",
        ),
        (
            json!({"role": "b", "reservations": [{"role": "a", "type": "STATIC"}]}),
            "fields 'role' and 'reservation' contradict 'reservations'",
        ),
        (
            json!({"role": "a", "reservations": [{"role": "a", "type": "DYNAMIC"}]}),
            "fields 'role' and 'reservation' contradict 'reservations'",
        ),
        (
            json!({"shared": {}}),
            "resource 'cpus<SHARED>:1' is invalid: only persistent volumes can be shared",
        ),
        (
            json!({"disk": {"source": {"type": "RAW", "path": {}}}}),
            "a RAW disk has no 'path' or 'mount'",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(entry(change), format!("entry 1 ('cpus'): {expected}"));
    }
    let ranges = |list: Value| read(json!([{"name": "p", "type": "RANGES", "ranges": {"range": list}}])).unwrap_err();
    assert_eq!(
        ranges(json!([{"begin": 2, "end": 1}])),
        "entry 0 ('p'): range 2-1 ends before it begins"
    );
    let overlap = json!([{"begin": 1, "end": 4}, {"begin": 4, "end": 5}]);
    assert_eq!(ranges(overlap), "entry 0 ('p'): overlapping ranges");
    let twice = read(json!([{"name": "s", "type": "SET", "set": {"item": ["a", "a"]}}]));
    assert_eq!(twice.unwrap_err(), "entry 0 ('s'): item 'a' occurs twice");
    assert!(
        read(json!([{"name": "cpus", "type": "SCALAR", "scalar": {"value": -1}}]))
            .unwrap_err()
            .contains("negative")
    );
    assert!(
        read(json!([{"name": "cpus"}]))
            .unwrap_err()
            .contains("missing field `type`")
    );
}

#[test]
fn unknown_fields_are_ignored() {
    assert_eq!(
        read(json!([{"name": "cpus", "type": "SCALAR", "scalar": {"value": 1, "x": 1}, "future": {}}])),
        Ok(res("cpus:1"))
    );
}
