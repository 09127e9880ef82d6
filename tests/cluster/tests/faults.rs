//! Bad input and broken surroundings: a clear error with the right status, and nothing half-done.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
};

use cluster::{Cluster, eventually, request, until};
use serde_json::json;

#[test]
fn bad_definitions_are_refused_with_marathons_status() {
    let cluster = Cluster::start(1);
    let post = |body: &str| cluster.marathon("POST", "/v2/apps", Some(body));
    assert_eq!(post("{").status, 400);
    let negative = post(r#"{"id": "/a", "cmd": "true", "cpus": -1}"#);
    assert_eq!(
        (negative.status, negative.json()["details"][0]["path"].as_str()),
        (422, Some("/cpus")),
        "{}",
        negative.text
    );
    assert_eq!(post(r#"{"id": "/Not OK", "cmd": "true"}"#).status, 422);
    assert_eq!(
        post(r#"{"id": "/a"}"#).status,
        422,
        "neither cmd nor args nor container"
    );
    assert_eq!(
        post(r#"{"id": "/a", "cmd": "sleep 1000", "cpus": 0.1, "mem": 32}"#).status,
        201
    );
    assert_eq!(post(r#"{"id": "/a", "cmd": "sleep 1000"}"#).status, 409);
    assert_eq!(cluster.marathon("GET", "/v2/apps//nobody", None).status, 404);
    cluster.settle("/a");
    let found = cluster.marathon("GET", "/v2/apps", None).json();
    assert_eq!(found["apps"].as_array().map(Vec::len), Some(1), "nothing half-done");
}

#[test]
fn a_locked_app_names_the_deployment_that_is_in_the_way() {
    let cluster = Cluster::start(1);
    let stuck = json!({ "id": "/stuck", "cmd": "true", "cpus": 100_000, "instances": 1 });
    let created = cluster.marathon("POST", "/v2/apps", Some(&stuck.to_string()));
    assert_eq!(created.status, 201, "{}", created.text);
    let locked = cluster.marathon("PUT", "/v2/apps//stuck", Some(r#"{"cpus": 0.1}"#));
    assert_eq!(locked.status, 409, "{}", locked.text);
    let deployments = cluster.marathon("GET", "/v2/deployments", None).json();
    assert_eq!(locked.json()["deployments"][0]["id"], deployments[0]["id"]);
    let forced = cluster.marathon(
        "PUT",
        "/v2/apps//stuck?force=true",
        Some(r#"{"cpus": 0.1, "cmd": "sleep 1000"}"#),
    );
    assert_eq!(forced.status, 200, "{}", forced.text);
    cluster.settle("/stuck");
}

#[test]
fn a_huge_body_is_refused_and_a_half_open_connection_hurts_nobody() {
    let cluster = Cluster::start(1);
    let mut half_open = TcpStream::connect(cluster.marathon_address()).expect("it connects");
    half_open
        .write_all(b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nContent-Le")
        .expect("half a head");
    let mut big = TcpStream::connect(cluster.marathon_address()).expect("it connects");
    let head =
        "POST /v2/apps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20971520\r\n\r\n";
    big.write_all(head.as_bytes()).expect("the head");
    let mut answer = [0u8; 64];
    let read = big.read(&mut answer).expect("an answer before the body");
    assert!(
        answer[..read].starts_with(b"HTTP/1.1 413"),
        "{}",
        String::from_utf8_lossy(&answer[..read])
    );
    assert_eq!(cluster.marathon("GET", "/ping", None).text.trim(), "pong");
}

/// An agent started by hand against a cluster; gives what it logged until a word appears.
fn agent_says(cluster: &Cluster, token: &str, dir: &std::path::Path, word: &str) -> String {
    let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN");
    std::fs::create_dir_all(dir).expect("a directory");
    let token_file = dir.join("token");
    std::fs::write(&token_file, token).expect("a token");
    let log = dir.join("log");
    let mut agent = Command::new(bin)
        .args([
            "agent",
            "--ip",
            "127.0.0.1",
            "--port",
            "0",
            "--resources",
            "cpus:1;mem:64;ports:[40000-40010]",
        ])
        .arg("--dir")
        .arg(dir.join("agent"))
        .arg("--master")
        .arg(cluster.mesos_address().to_string())
        .arg("--join-token-file")
        .arg(&token_file)
        .stderr(std::fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("the agent starts");
    let found = until(word, || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.contains(word).then_some(text)
    });
    agent.kill().expect("it runs");
    agent.wait().expect("it ends");
    found
}

#[test]
fn a_wrong_join_token_and_another_clusters_agent_are_refused() {
    let (ours, theirs) = (Cluster::start(1), Cluster::start(1));
    let dir = tempfile::tempdir().expect("a directory");
    agent_says(
        &ours,
        "wrong",
        &dir.path().join("wrong"),
        "the join token is not this cluster's",
    );
    let token = |cluster: &Cluster| std::fs::read_to_string(cluster.dir().join("master/join-token")).expect("a token");
    agent_says(&theirs, &token(&theirs), &dir.path().join("moved"), "linked");
    agent_says(
        &ours,
        &token(&ours),
        &dir.path().join("moved"),
        "the agent belongs to cluster",
    );
    let agents = ours.mesos("GET", "/harmony/v1/agents", None).json();
    assert_eq!(agents["items"].as_array().map(Vec::len), Some(1), "{agents}");
}

#[test]
fn a_port_that_is_taken_is_said_by_name() {
    let cluster = Cluster::start(1);
    let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN");
    let dir = tempfile::tempdir().expect("a directory");
    let port = cluster.mesos_address().port().to_string();
    let output = Command::new(bin)
        .args(["master", "--mesos-port", &port, "--marathon-port", "0", "--dir"])
        .arg(dir.path().join("master"))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{said}"
    );
}

#[test]
fn a_journal_that_is_cut_is_found_and_not_started_on() {
    let mut cluster = Cluster::start(1);
    cluster.deploy(&json!({ "id": "/a", "cmd": "sleep 1000", "cpus": 0.1, "mem": 32 }));
    let dir = cluster.dir().to_string_lossy().into_owned();
    cluster.cli_ok(&["down", "--dir", &dir]);
    cluster.wait_up();
    let journal = cluster.dir().join("master/journal/journal.redb");
    let length = std::fs::metadata(&journal).expect("the journal").len();
    std::fs::OpenOptions::new()
        .write(true)
        .open(&journal)
        .and_then(|f| f.set_len(length / 2))
        .expect("it is cut");
    let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN");
    let output = Command::new(bin)
        .args(["master", "--mesos-port", "0", "--marathon-port", "0", "--dir"])
        .arg(cluster.dir().join("master"))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("corrupt"), "{said}");
}

#[test]
fn the_scheduler_api_answers_as_mesos_does() {
    let cluster = Cluster::start(1);
    let call =
        |body: &str| request(cluster.mesos_address(), "POST", "/api/v1/scheduler", Some(body)).expect("an answer");
    assert_eq!(call("{").status, 400);
    assert_eq!(call(r#"{"type": "SUBSCRIBE"}"#).status, 400);
    let without = call(r#"{"type": "TEARDOWN", "framework_id": {"value": "nobody"}}"#);
    assert_eq!(without.status, 400, "{}", without.text);
    assert_eq!(cluster.mesos("GET", "/health", None).status, 200);
    assert_eq!(cluster.mesos("GET", "/version", None).json()["version"], "1.11.0");
    let metrics = cluster.mesos("GET", "/metrics/snapshot", None).json();
    eventually("one active agent", Some(1.0), || {
        metrics["master/slaves_active"].as_f64()
    });
    let state = cluster.mesos("GET", "/state", None).json();
    assert_eq!(state["slaves"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_full_disk_refuses_writes_with_503_and_reads_go_on() {
    let Some(cluster) = Cluster::start_on_small_disk(1, 100) else {
        println!("nothing can be mounted here: not tried");
        return;
    };
    cluster.deploy(&json!({ "id": "/a", "cmd": "sleep 1000", "cpus": 0.1, "mem": 32 }));
    let filler = cluster.dir().join("master/filler");
    std::fs::write(&filler, vec![0; 64 << 20]).expect("the disk is filled");
    let put = || cluster.marathon("PUT", "/v2/apps//a", Some(r#"{"instances": 2}"#));
    let refused = put();
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.text.contains("disk full"), "{}", refused.text);
    assert_eq!(
        cluster.app("/a")["instances"],
        1,
        "reads go on, and nothing is half-done"
    );
    assert_eq!(cluster.mesos("GET", "/state", None).status, 200);
    std::fs::remove_file(&filler).expect("the disk is freed");
    let taken = put();
    assert_eq!(taken.status, 200, "{}", taken.text);
    cluster.settle("/a");
}
