//! Where Mesos' JSON differs from protobuf's own, and what its errors say.

use proptest::prelude::*;
use wire_mesos::json::{JsonError, from_json, to_json};
use wire_mesos::protobuf::{ProtobufError, from_protobuf, to_protobuf};
use wire_mesos::v1::scheduler::{Call, Event};
use wire_mesos::{ContentType, decode, encode, v1};

fn json<M: wire_mesos::WireMessage>(message: &M) -> String {
    String::from_utf8(to_json(message)).expect("UTF-8")
}

fn error<M: wire_mesos::WireMessage + std::fmt::Debug>(text: &str) -> String {
    from_json::<M>(text.as_bytes()).expect_err(text).to_string()
}

#[test]
fn declared_defaults_are_printed_unless_deprecated() {
    assert_eq!(json(&v1::CommandInfo::default()), r#"{"shell":true}"#);
    let info = v1::FrameworkInfo {
        user: "u".into(),
        name: "n".into(),
        ..v1::FrameworkInfo::default()
    };
    assert_eq!(
        json(&info),
        r#"{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false}"#
    );
    assert_eq!(json(&v1::network_info::IpAddress::default()), r#"{"protocol":"IPv4"}"#);
    assert_eq!(json(&v1::Labels::default()), "{}");
}

#[test]
fn integers_of_64_bits_are_numbers_and_exact() {
    let span = v1::DurationInfo { nanoseconds: i64::MIN };
    assert_eq!(json(&span), r#"{"nanoseconds":-9223372036854775808}"#);
    assert_eq!(from_json::<v1::DurationInfo>(json(&span).as_bytes()), Ok(span));
    let range = v1::value::Range {
        begin: 0,
        end: u64::MAX,
    };
    assert_eq!(from_json::<v1::value::Range>(json(&range).as_bytes()), Ok(range));
}

#[test]
fn numbers_and_booleans_may_be_strings_and_integers_may_have_a_point() {
    let range: v1::value::Range = from_json(br#"{"begin": "31000", "end": 31001.0}"#).expect("coerced");
    assert_eq!(
        range,
        v1::value::Range {
            begin: 31000,
            end: 31001
        }
    );
    let command: v1::CommandInfo = from_json(br#"{"shell": "false"}"#).expect("coerced");
    assert_eq!(command.shell, Some(false));
    let filters: v1::Filters = from_json(br#"{"refuse_seconds": "Infinity"}"#).expect("coerced");
    assert_eq!(filters.refuse_seconds, Some(f64::INFINITY));
    assert_eq!(json(&filters), r#"{"refuse_seconds":"Infinity"}"#);
}

#[test]
fn null_and_unknown_names_are_ignored() {
    let call: Call = from_json(br#"{"type": "TEARDOWN", "kill": null, "nobody_knows": {"this": 1}}"#).expect("ignored");
    assert_eq!(
        call,
        Call {
            r#type: Some(2),
            ..Call::default()
        }
    );
}

#[test]
fn an_unknown_enum_value_is_ignored_unless_required() {
    assert_eq!(
        from_json::<Call>(br#"{"type": "A_CALL_OF_MESOS_2"}"#),
        Ok(Call::default())
    );
    let problem = error::<v1::Value>(r#"{"type": "COMPLEX"}"#);
    assert_eq!(
        problem,
        "Field 'type': Failed to find enum for 'COMPLEX': Type has SCALAR, RANGES, SET, TEXT"
    );
    assert_eq!(
        error::<Call>(r#"{"type": 1}"#),
        "Field 'type': Expecting the name of an enum value, not a JSON number"
    );
}

#[test]
fn maps_go_both_ways() {
    let text = r#"{"name":"n","task_id":{"value":"t"},"agent_id":{"value":"a"},"limits":{"cpus":{"value":2.5},"mem":{"value":0.0}}}"#;
    let task: v1::TaskInfo = from_json(text.as_bytes()).expect("a task");
    assert_eq!(task.limits["cpus"].value, 2.5);
    assert_eq!(json(&task), text);
}

#[test]
fn missing_required_fields_are_named_with_their_path() {
    let text = r#"{"type": "ACCEPT", "accept": {"offer_ids": [{}], "operations": [{"type": "LAUNCH", "launch": {"task_infos": [{"name": "x", "task_id": {"value": "t"}, "resources": [{"name": "cpus"}]}]}}]}}"#;
    assert_eq!(
        error::<Call>(text),
        "Missing required fields: accept.offer_ids[0].value, \
         accept.operations[0].launch.task_infos[0].resources[0].type, \
         accept.operations[0].launch.task_infos[0].agent_id"
    );
}

#[test]
fn the_same_check_stands_for_protobuf() {
    // field 3 (subscribe) { field 1 (framework_info) { field 2 (name) "n" } }
    let bytes = [0x10, 1, 0x1a, 5, 0x0a, 3, 0x12, 1, b'n'];
    let missing = ProtobufError::Missing(vec!["subscribe.framework_info.user".into()]);
    assert_eq!(from_protobuf::<Call>(&bytes), Err(missing));
    let truncated = decode::<Call>(ContentType::Protobuf, &bytes[..7]).expect_err("cut short");
    assert!(
        truncated
            .to_string()
            .starts_with("Failed to parse body into Call protobuf: "),
        "{truncated}"
    );
}

#[test]
fn numbers_on_the_wire_are_those_of_mesos() {
    let status = v1::TaskStatus {
        task_id: v1::TaskId { value: "t".into() },
        state: v1::TaskState::TaskStaging.into(),
        uuid: Some(vec![7]),
        ..v1::TaskStatus::default()
    };
    assert_eq!(to_protobuf(&status), [0x0a, 3, 0x0a, 1, b't', 0x10, 6, 0x5a, 1, 7]);
    let acknowledge: Call = from_json(
        br#"{"type": "ACKNOWLEDGE", "acknowledge": {"agent_id": {"value": "a"}, "task_id": {"value": "t"}, "uuid": "Bw"}}"#,
    )
    .expect("a call");
    let bytes = [
        0x10, 8, 0x42, 13, 0x0a, 3, 0x0a, 1, b'a', 0x12, 3, 0x0a, 1, b't', 0x1a, 1, 7,
    ];
    assert_eq!(to_protobuf(&acknowledge), bytes);
}

#[test]
fn errors_say_what_and_where() {
    assert_eq!(error::<Call>("[]"), "Expecting a JSON object, not a JSON array");
    assert!(matches!(from_json::<Call>(b"{\"type\": "), Err(JsonError::Syntax(_))));
    let text = r#"{"decline": {"filters": {"refuse_seconds": "soon"}}}"#;
    assert_eq!(
        error::<Call>(text),
        "Field 'decline.filters.refuse_seconds': Expecting a JSON number, not a JSON string"
    );
    let text = r#"{"kill": {"task_id": {"value": 7}}}"#;
    assert_eq!(
        error::<Call>(text),
        "Field 'kill.task_id.value': Expecting a JSON string, not a JSON number"
    );
    assert_eq!(
        error::<v1::value::Ranges>(r#"{"range": [{"begin": 0.5, "end": 1}]}"#),
        "Field 'range[0].begin': 0.5 is not an integer from 0 to 18446744073709551615"
    );
    assert_eq!(
        error::<v1::Address>(r#"{"port": 3000000000}"#),
        "Field 'port': 3000000000 is not an integer from -2147483648 to 2147483647"
    );
    assert!(error::<v1::Uuid>(r#"{"value": "no base64!"}"#).starts_with("Field 'value': Failed to base64 decode"));
    let whole = decode::<Call>(ContentType::Json, b"{")
        .expect_err("cut short")
        .to_string();
    assert!(whole.starts_with("Failed to parse body into JSON: "), "{whole}");
    let whole = decode::<Call>(ContentType::Json, b"7")
        .expect_err("no object")
        .to_string();
    assert_eq!(
        whole,
        "Failed to convert JSON into Call protobuf: Expecting a JSON object, not a JSON number"
    );
}

#[test]
fn deep_nesting_is_an_error() {
    let text = format!("{}{}", r#"{"value":"c","parent":"#.repeat(5000), "}".repeat(5000));
    assert!(matches!(
        from_json::<v1::ContainerId>(text.as_bytes()),
        Err(JsonError::Syntax(_))
    ));
}

#[test]
fn operator_calls_are_there_for_the_next_step() {
    let text = r#"{"type":"DRAIN_AGENT","drain_agent":{"agent_id":{"value":"a"},"max_grace_period":{"seconds":600},"mark_gone":false}}"#;
    let call: v1::master::Call = from_json(text.as_bytes()).expect("a call");
    assert_eq!(
        call.drain_agent
            .as_ref()
            .and_then(|drain| drain.max_grace_period)
            .map(|span| span.seconds),
        Some(600)
    );
    assert_eq!(json(&call), text);
}

prop_compose! {
    fn task()(
        (name, data) in (".*", prop::collection::vec(any::<u8>(), 0..40)),
        scalar in prop::num::f64::NORMAL | prop::num::f64::ZERO,
        ranges in prop::collection::vec(any::<(u64, u64)>(), 0..4),
        labels in prop::collection::vec((".*", prop::option::of(".*")), 0..4),
        (shell, grace) in any::<(Option<bool>, Option<i64>)>(),
        limits in prop::collection::btree_map("[a-z]{1,4}", any::<f64>().prop_filter("is a number", |n| !n.is_nan()), 0..3),
    ) -> v1::TaskInfo {
        let resource = |name: &str, kind: v1::value::Type| v1::Resource {
            name: name.into(), r#type: kind.into(), ..v1::Resource::default()
        };
        v1::TaskInfo {
            name,
            data: Some(data),
            resources: vec![
                v1::Resource { scalar: Some(v1::value::Scalar { value: scalar }), ..resource("cpus", v1::value::Type::Scalar) },
                v1::Resource {
                    ranges: Some(v1::value::Ranges {
                        range: ranges.into_iter().map(|(begin, end)| v1::value::Range { begin, end }).collect(),
                    }),
                    ..resource("ports", v1::value::Type::Ranges)
                },
            ],
            labels: Some(v1::Labels { labels: labels.into_iter().map(|(key, value)| v1::Label { key, value }).collect() }),
            command: Some(v1::CommandInfo { shell: Some(shell.unwrap_or(true)), ..v1::CommandInfo::default() }),
            kill_policy: Some(v1::KillPolicy {
                grace_period: grace.map(|nanoseconds| v1::DurationInfo { nanoseconds }),
            }),
            limits: limits.into_iter().map(|(name, value)| (name, v1::value::Scalar { value })).collect(),
            ..v1::TaskInfo::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_codecs_round_trip(task in task()) {
        for content_type in [ContentType::Json, ContentType::Protobuf] {
            let bytes = encode(content_type, &task);
            prop_assert_eq!(decode::<v1::TaskInfo>(content_type, &bytes), Ok(task.clone()));
        }
        prop_assert!(to_json(&task).is_ascii());
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode::<Call>(ContentType::Json, &bytes);
        let _ = decode::<Call>(ContentType::Protobuf, &bytes);
        let _ = decode::<Event>(ContentType::Protobuf, &bytes);
    }

    #[test]
    fn no_flipped_byte_makes_a_decoder_panic(task in task(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        for content_type in [ContentType::Json, ContentType::Protobuf] {
            let mut bytes = encode(content_type, &task);
            let at = at.index(bytes.len());
            bytes[at] = with;
            let _ = decode::<v1::TaskInfo>(content_type, &bytes);
        }
    }
}
