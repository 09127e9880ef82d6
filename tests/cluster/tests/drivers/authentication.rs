//! A native driver proves who it is by CRAM-MD5, in a process beside it.

use std::fs;

use base_ids::Secret;
use cluster::Cluster;
use io_auth::Cram;
use wire_mesos::{
    internal::{
        AuthenticateMessage, AuthenticationCompletedMessage, AuthenticationErrorMessage, AuthenticationFailedMessage,
        AuthenticationMechanismsMessage, AuthenticationStartMessage, AuthenticationStepMessage,
        RegisterFrameworkMessage,
    },
    v1::FrameworkInfo,
};

use super::native::Driver;

/// The process that carries a driver's conversation.
fn authenticatee(cluster: &Cluster) -> Driver {
    let mut process = Driver::process("crammd5-authenticatee(1)");
    process.route.to.address = cluster.mesos_address();
    process
}

/// Goes through the conversation for a driver up to the answer that decides.
fn answer(by: &Driver, driver: &Driver, principal: &str, secret: &str) {
    let pid = driver.route.from.to_string();
    by.post(&AuthenticateMessage { pid });
    assert_eq!(
        by.expect::<AuthenticationMechanismsMessage>().mechanisms,
        [Cram::MECHANISM]
    );
    let mechanism = Cram::MECHANISM.to_owned();
    by.post(&AuthenticationStartMessage { mechanism, data: None });
    let question = by.expect::<AuthenticationStepMessage>().data;
    let cram = Cram::of(String::from_utf8(question).expect("a question"));
    let data = cram.answer(principal, &Secret::new(secret)).into_bytes();
    by.post(&AuthenticationStepMessage { data });
}

fn framework(principal: Option<&str>) -> FrameworkInfo {
    FrameworkInfo {
        user: "root".into(),
        name: "native".into(),
        principal: principal.map(str::to_owned),
        ..FrameworkInfo::default()
    }
}

#[test]
fn only_a_driver_that_proves_who_it_is_becomes_a_framework() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("credentials");
    fs::write(&file, "ads a secret\nweb another\n").expect("a file");
    let acls = r#"{"register_frameworks": [{"principals": {"values": ["ads"]}, "roles": {"values": ["ads"]}},
                                            {"principals": {"values": ["ads"]}, "roles": {"type": "NONE"}}]}"#;
    let credentials = file.display().to_string();
    let options = [
        "--credentials",
        &credentials,
        "--authenticate-frameworks",
        "--acls",
        acls,
    ];
    let cluster = Cluster::start_with(1, &options, None);
    let (driver, by) = (Driver::new(&cluster), authenticatee(&cluster));
    let pid = &driver.route.from;
    let register = |framework: FrameworkInfo| driver.post(&RegisterFrameworkMessage { framework });

    register(framework(None));
    assert_eq!(
        driver.expect_error(),
        format!("Framework at {pid} is not authenticated")
    );
    answer(&by, &driver, "ads", "not its secret");
    by.expect::<AuthenticationFailedMessage>();
    register(framework(None));
    assert_eq!(
        driver.expect_error(),
        format!("Framework at {pid} is not authenticated")
    );

    by.post(&AuthenticationStepMessage { data: Vec::new() });
    let error = by.expect::<AuthenticationErrorMessage>().error;
    assert_eq!(error.as_deref(), Some("Unexpected authentication 'step' received"));

    answer(&by, &driver, "ads", "a secret");
    by.expect::<AuthenticationCompletedMessage>();
    register(framework(Some("web")));
    assert_eq!(
        driver.expect_error(),
        "Framework principal 'web' does not match authenticated principal 'ads'"
    );
    register(framework(None));
    assert_eq!(
        driver.expect_error(),
        "Not authorized to register framework  with roles { * }"
    );
    let id = driver.register(&FrameworkInfo {
        role: Some("ads".into()),
        ..framework(None)
    });
    let state = cluster.mesos("GET", "/frameworks", None).json();
    let found = state["frameworks"].as_array().into_iter().flatten();
    let principal = found
        .filter(|one| one["id"] == id.as_str())
        .map(|one| one["principal"].clone());
    assert_eq!(principal.collect::<Vec<_>>(), ["ads"]);
}
