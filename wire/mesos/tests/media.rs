//! Which content types are read and written, and the statuses where none fits.

use wire_mesos::ContentType::{Json, Protobuf};
use wire_mesos::media::{Body, accepts, request_type, response_type, streaming_request, streaming_response};

#[test]
fn request_types() {
    assert_eq!(request_type(Some("application/json")), Ok(Json));
    assert_eq!(request_type(Some("Application/JSON; charset=utf-8")), Ok(Json));
    assert_eq!(request_type(Some("application/x-protobuf")), Ok(Protobuf));
    let absent = request_type(None).expect_err("absent");
    assert_eq!(
        (absent.status(), absent.to_string()),
        (400, "Expecting 'Content-Type' to be present".into())
    );
    let other = request_type(Some("text/plain")).expect_err("unsupported");
    assert_eq!(other.status(), 415);
    assert_eq!(
        other.to_string(),
        "Expecting 'Content-Type' of application/json or application/x-protobuf"
    );
}

#[test]
fn response_types() {
    for (accept, expected) in [
        (None, Json),
        (Some("*/*"), Json),
        (Some("application/*"), Json),
        (Some("application/x-protobuf"), Protobuf),
        (Some("application/x-protobuf, application/json"), Json),
        (Some("application/json;q=0, application/x-protobuf;q=0.1"), Protobuf),
        (Some("application/json;q=0.0, */*"), Protobuf),
    ] {
        assert_eq!(response_type(accept), Ok(expected), "{accept:?}");
    }
    for accept in ["text/html", "", "application/json;q=0", "application/json;q=none"] {
        let error = response_type(Some(accept)).expect_err(accept);
        assert_eq!(error.status(), 406);
        assert_eq!(
            error.to_string(),
            "Expecting 'Accept' to allow 'application/json' or 'application/x-protobuf'"
        );
    }
}

#[test]
fn the_most_specific_entry_decides() {
    assert!(!accepts(Some("*/*, application/json;q=0"), "application/json"));
    assert!(accepts(Some("*/*;q=0, application/json"), "application/json"));
    assert!(!accepts(Some("text/*"), "application/json"));
}

#[test]
fn streams_need_the_type_of_their_messages() {
    let recordio = Some("application/recordio");
    let json = Some("application/json");
    assert_eq!(streaming_request(recordio, json), Ok(Body::Records(Json)));
    assert_eq!(streaming_request(json, None), Ok(Body::Message(Json)));
    assert_eq!(streaming_request(recordio, None).expect_err("absent").status(), 400);
    assert_eq!(
        streaming_request(recordio, Some("text/plain"))
            .expect_err("unsupported")
            .status(),
        415
    );
    assert_eq!(streaming_request(json, json).expect_err("unexpected").status(), 415);
    assert_eq!(
        streaming_request(Some("text/plain"), None)
            .expect_err("unsupported")
            .status(),
        415
    );

    assert_eq!(streaming_response(None, None), Ok(Body::Message(Json)));
    assert_eq!(
        streaming_response(recordio, Some("application/x-protobuf")),
        Ok(Body::Records(Protobuf))
    );
    assert_eq!(streaming_response(recordio, None), Ok(Body::Records(Json)));
    let error = streaming_response(recordio, Some("text/plain")).expect_err("nothing fits");
    assert_eq!(error.status(), 406);
    assert!(error.to_string().contains("'Message-Accept'"), "{error}");
}
