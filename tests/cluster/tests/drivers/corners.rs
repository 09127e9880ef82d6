use std::{
    io::{Read, Write},
    net::TcpStream,
};

use cluster::{Cluster, eventually};
use wire_mesos::{
    internal::{
        AuthenticateMessage, AuthenticationErrorMessage, DeactivateFrameworkMessage, FrameworkRegisteredMessage,
        FrameworkReregisteredMessage, KillTaskMessage, RegisterFrameworkMessage, ReregisterFrameworkMessage,
        ResourceOffersMessage,
    },
    protobuf::to_protobuf,
    v1::{FrameworkId, FrameworkInfo, TaskId},
};

use super::native::Driver;

fn framework(failover_timeout: f64) -> FrameworkInfo {
    FrameworkInfo {
        user: "root".into(),
        name: "native".into(),
        failover_timeout: Some(failover_timeout),
        ..Default::default()
    }
}

fn with_id(id: &str) -> FrameworkInfo {
    FrameworkInfo {
        id: Some(FrameworkId { value: id.into() }),
        ..framework(60.0)
    }
}

/// Whether a framework is connected; `None` if it is not there.
fn connected(cluster: &Cluster, id: &str) -> Option<bool> {
    let state = cluster.mesos("GET", "/state", None).json();
    let frameworks = state["frameworks"].as_array()?;
    frameworks.iter().find(|framework| framework["id"] == id)?["connected"].as_bool()
}

#[test]
fn whoever_asks_twice_is_answered_twice_and_is_one_framework() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let id = driver.register(&framework(60.0));
    assert_eq!(driver.register(&framework(60.0)), id);

    // The same driver, after it thought that the master had changed.
    let framework = with_id(&id);
    let failover = false;
    driver.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(driver.expect::<FrameworkReregisteredMessage>().framework_id.value, id);

    // One that was replaced without knowing it.
    let other = Driver::new(&cluster);
    let framework = with_id(&id);
    other.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(other.expect_error(), "Framework failed over");
    assert_eq!(connected(&cluster, &id), Some(true));

    // One that takes over.
    let framework = with_id(&id);
    let failover = true;
    other.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(other.expect::<FrameworkRegisteredMessage>().framework_id.value, id);
    assert_eq!(driver.expect_error(), "Framework failed over");

    // A driver that has a framework cannot be another one's.
    let second = driver.register(&self::framework(60.0));
    let framework = with_id(&id);
    driver.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(driver.register(&self::framework(60.0)), second);
    assert_eq!(connected(&cluster, &id), Some(true));
}

#[test]
fn a_driver_whose_link_breaks_is_disconnected_and_told_so() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let id = driver.register(&framework(60.0));
    assert_eq!(connected(&cluster, &id), Some(true));
    driver.cut();
    assert_eq!(driver.expect_error(), "Framework disconnected");
    eventually("it is disconnected", Some(false), || connected(&cluster, &id));

    // It may not have heard of it.
    let kill = KillTaskMessage {
        framework_id: FrameworkId { value: id.clone() },
        task_id: TaskId { value: "t".into() },
        kill_policy: None,
    };
    assert_eq!(driver.post(&kill), 202);
    assert_eq!(driver.expect_error(), "Framework disconnected");
    let framework = with_id(&id);
    let failover = true;
    driver.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(driver.expect::<FrameworkRegisteredMessage>().framework_id.value, id);

    // Without time for a failover it is history at once.
    let short = Driver::new(&cluster);
    let id = short.register(&self::framework(0.0));
    short.cut();
    eventually("it is history", None, || connected(&cluster, &id));
}

#[test]
fn a_scheduler_over_http_takes_over_from_a_driver_and_back() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let id = driver.register(&framework(60.0));
    assert_eq!(pid(&cluster, &id), driver.route.from.to_string());

    let info = format!(r#"{{"user": "root", "name": "http", "failover_timeout": 60, "id": {{"value": "{id}"}}}}"#);
    let body = format!(
        r#"{{"type": "SUBSCRIBE", "framework_id": {{"value": "{id}"}}, "subscribe": {{"framework_info": {info}}}}}"#
    );
    let mut stream = TcpStream::connect(cluster.mesos_address()).expect("the master listens");
    let head = format!(
        "POST /api/v1/scheduler HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).expect("the master reads");
    assert_eq!(driver.expect_error(), "Framework failed over");
    eventually("a driver has no framework any more", String::new(), || {
        pid(&cluster, &id)
    });

    let framework = with_id(&id);
    let failover = true;
    driver.post(&ReregisterFrameworkMessage { framework, failover });
    driver.expect::<FrameworkRegisteredMessage>();
    // The stream ends, and with this event.
    let mut events = String::new();
    stream.read_to_string(&mut events).expect("the stream ends");
    assert!(
        events.contains("SUBSCRIBED") && events.contains("Framework failed over"),
        "{events}"
    );
    assert_eq!(connected(&cluster, &id), Some(true));
}

/// The driver that the master shows; empty if there is none.
fn pid(cluster: &Cluster, id: &str) -> String {
    let state = cluster.mesos("GET", "/state", None).json();
    let frameworks = state["frameworks"].as_array().cloned().unwrap_or_default();
    let framework = frameworks.iter().find(|framework| framework["id"] == id);
    let pid = framework.and_then(|framework| framework["pid"].as_str());
    pid.unwrap_or_default().to_owned()
}

#[test]
fn an_aborted_driver_gives_its_offers_back() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let id = driver.register(&framework(60.0));
    assert_eq!(driver.expect::<ResourceOffersMessage>().offers.len(), 1);
    let framework_id = FrameworkId { value: id.clone() };
    driver.post(&DeactivateFrameworkMessage { framework_id });
    let other = Driver::new(&cluster);
    other.register(&framework(60.0));
    assert_eq!(other.expect::<ResourceOffersMessage>().offers.len(), 1);
    assert_eq!(connected(&cluster, &id), Some(true));
}

#[test]
fn wrong_messages_are_dropped_or_refused() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let framework = with_id("somebody");
    driver.post(&RegisterFrameworkMessage { framework });
    assert_eq!(driver.expect_error(), "Registering with 'id' already set");
    let framework = self::framework(60.0);
    let failover = true;
    driver.post(&ReregisterFrameworkMessage { framework, failover });
    assert_eq!(driver.expect_error(), "Re-registering without an 'id'");
    let framework = FrameworkInfo {
        role: Some("/".into()),
        ..self::framework(60.0)
    };
    driver.post(&RegisterFrameworkMessage { framework });
    let error = driver.expect_error();
    assert!(error.contains("role '/' is invalid"), "{error}");

    let pid = driver.address().to_string();
    driver.post(&AuthenticateMessage { pid });
    let error = driver.expect::<AuthenticationErrorMessage>().error;
    assert_eq!(error.as_deref(), Some("No authenticator loaded"));

    // Not the framework's driver.
    let id = driver.register(&self::framework(60.0));
    let other = Driver::new(&cluster);
    let framework_id = FrameworkId { value: id.clone() };
    other.post(&wire_mesos::internal::UnregisterFrameworkMessage { framework_id });
    // Nonsense, a name that nobody knows, and a sender that is none.
    let pid = driver.route.from.to_string();
    assert_eq!(driver.send(&raw(&pid, "mesos.internal.RegisterFrameworkMessage")), 202);
    assert_eq!(driver.send(&raw(&pid, "mesos.internal.NonsenseMessage")), 202);
    assert_eq!(driver.send(&raw("nobody", "mesos.internal.NonsenseMessage")), 404);
    assert_eq!(cluster.mesos("GET", "/master/nothing", None).status, 404);
    assert_eq!(connected(&cluster, &id), Some(true));
}

#[test]
fn a_driver_as_they_were_in_2016_is_understood() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let framework = self::framework(60.0);
    let body = to_protobuf(&RegisterFrameworkMessage { framework });
    // As pymesos 0.1.7 posts it: HTTP/1.0 with chunks, and its host by name.
    let head = format!(
        "POST /master/mesos.internal.RegisterFrameworkMessage HTTP/1.0\r\nUser-Agent: \
         libprocess/scheduler(1)@no-such-host:{}\r\nConnection: Keep-Alive\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        driver.address().port(),
        body.len()
    );
    assert_eq!(driver.send(&[head.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()), 202);
    let id = driver.expect::<FrameworkRegisteredMessage>().framework_id.value;
    assert_eq!(pid(&cluster, &id), driver.route.from.to_string());
}

fn raw(from: &str, name: &str) -> Vec<u8> {
    format!("POST /master/{name} HTTP/1.1\r\nHost: \r\nLibprocess-From: {from}\r\nContent-Length: 4\r\n\r\n\u{7}???")
        .into_bytes()
}
