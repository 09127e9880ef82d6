use wire_mesos::{
    driver::{Route, post_event},
    internal,
    protobuf::from_protobuf,
    v1::{
        self, FrameworkId,
        scheduler::{Event, event},
    },
};

use super::recorded::{Post, take_apart};

fn route() -> Route {
    Route {
        from: "master@10.0.0.1:5050".parse().expect("a pid"),
        to: "scheduler(1)@10.0.0.2:4000".parse().expect("a pid"),
    }
}

/// The event as it is posted to a driver.
fn answered(event: Event) -> Post {
    let id = FrameworkId { value: "f-0001".into() };
    let bytes = post_event(&route(), &id, false, &event).expect("drivers hear of it");
    let post = take_apart(&bytes);
    assert_eq!(post.from, route().from);
    post
}

#[test]
fn the_bytes_of_an_answer() {
    let error = event::Error { message: "no".into() };
    let event = Event {
        r#type: Some(event::Type::Error as i32),
        error: Some(error),
        ..Default::default()
    };
    let bytes = post_event(&route(), &FrameworkId::default(), false, &event).expect("drivers hear of it");
    let expected = "POST /scheduler(1)/mesos.internal.FrameworkErrorMessage HTTP/1.1\r\nUser-Agent: \
                    libprocess/master@10.0.0.1:5050\r\nLibprocess-From: master@10.0.0.1:5050\r\nConnection: \
                    Keep-Alive\r\nHost: 10.0.0.2:4000\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\u{12}\u{2}no\r\n0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
}

#[test]
fn a_status_with_a_uuid_names_a_process_that_takes_acknowledgements() {
    let update = |uuid: Option<Vec<u8>>| {
        let status = v1::TaskStatus {
            uuid,
            timestamp: Some(7.5),
            ..Default::default()
        };
        let post = answered(Event {
            r#type: Some(event::Type::Update as i32),
            update: Some(event::Update { status }),
            ..Default::default()
        });
        assert_eq!(post.path, "/scheduler(1)/mesos.internal.StatusUpdateMessage");
        from_protobuf::<internal::StatusUpdateMessage>(&post.body).expect("a status")
    };
    let with = update(Some(vec![7; 16]));
    assert_eq!(with.pid.as_deref(), Some("master@10.0.0.1:5050"));
    assert_eq!((with.update.uuid, with.update.timestamp), (Some(vec![7; 16]), 7.5));
    let without = update(None);
    assert_eq!((without.pid, without.update.uuid), (None, Some(Vec::new())));
}

#[test]
fn each_offer_has_a_process() {
    let post = answered(Event {
        r#type: Some(event::Type::Offers as i32),
        offers: Some(event::Offers {
            offers: vec![v1::Offer::default(); 2],
        }),
        ..Default::default()
    });
    let message: internal::ResourceOffersMessage = from_protobuf(&post.body).expect("offers");
    assert_eq!((message.offers.len(), message.pids.len()), (2, 2));
}

#[test]
fn a_lost_agent_and_an_exited_executor_are_failures() {
    let failure = |executor_id: Option<v1::ExecutorId>| {
        answered(Event {
            r#type: Some(event::Type::Failure as i32),
            failure: Some(event::Failure {
                agent_id: Some(v1::AgentId { value: "s".into() }),
                executor_id,
                status: Some(9),
            }),
            ..Default::default()
        })
        .path
    };
    assert!(failure(None).ends_with("LostSlaveMessage"));
    assert!(failure(Some(v1::ExecutorId { value: "e".into() })).ends_with("ExitedExecutorMessage"));
}

#[test]
fn drivers_do_not_hear_of_heartbeats() {
    let event = Event {
        r#type: Some(event::Type::Heartbeat as i32),
        ..Default::default()
    };
    assert_eq!(post_event(&route(), &FrameworkId::default(), false, &event), None);
}
