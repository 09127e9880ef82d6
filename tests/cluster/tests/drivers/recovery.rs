//! What an agent does with what an earlier one left, and what its executors are given.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
};

use cluster::{ByHand, Cluster, eventually, until};
use serde_json::{Value, json};
use wire_mesos::{internal::StatusUpdateMessage, v1::TaskState};

use super::executor_corners::{Pair, executor_id};

const RESOURCES: [&str; 2] = ["--resources", "cpus:1;mem:256;ports:[41000-41010]"];

/// A file that the executor wrote, once all of it is there.
fn file(extra: &ByHand, pair: &Pair, name: &str) -> String {
    let (agent, framework, executor) = (&pair.agent_id.value, &pair.framework_id.value, executor_id().value);
    let run = format!("slaves/{agent}/frameworks/{framework}/executors/{executor}/runs/latest/{name}");
    let path: PathBuf = extra.agent_dir().join(run);
    until(name, || {
        std::fs::read_to_string(&path)
            .ok()
            .filter(|text| text.ends_with("end\n"))
    })
}

fn variable<'a>(environment: &'a str, name: &str) -> &'a str {
    let mut lines = environment.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default()
}

/// SUBSCRIBE as an executor; the head of the answer.
fn subscribe(extra: &ByHand, pair: &Pair, executor: &str, token: Option<&str>) -> String {
    let call = json!({
        "type": "SUBSCRIBE",
        "framework_id": { "value": pair.framework_id.value },
        "executor_id": { "value": executor },
        "subscribe": {},
    });
    let body = call.to_string();
    let token = token.map_or_else(String::new, |token| format!("Authorization: {token}\r\n"));
    let request = format!(
        "POST /api/v1/executor HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n{token}Content-Length: \
         {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(extra.address()).expect("the agent listens");
    stream.write_all(request.as_bytes()).expect("the agent reads");
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("the agent answers") > 0 {
        head.extend(byte);
    }
    String::from_utf8(head).expect("text")
}

#[test]
fn executors_find_the_agents_settings_and_prove_themselves_by_their_token() {
    let cluster = Cluster::start(1);
    let dir = tempfile::tempdir().expect("a directory");
    let mut extra = ByHand::new(dir.path());
    let key = dir.path().join("key");
    std::fs::write(&key, b"a key of no secrecy\n").expect("the key is written");
    let key = key.to_string_lossy();
    let mut args = vec!["--authenticate-http-executors", "--jwt-secret-key", &key];
    args.extend([
        "--executor_shutdown_grace_period",
        "7secs",
        "--recovery-timeout",
        "1hrs",
    ]);
    args.extend([
        "--executor-environment-variables",
        r#"{"SITE": "eu", "MESOS_SLAVE_ID": "x"}"#,
    ]);
    args.extend(RESOURCES);
    extra.start(&cluster, &args);
    extra.says("linked");
    let pair = Pair::launch(
        &cluster,
        "extra",
        "env > environment; echo end >> environment; exec sleep 1000",
    );
    let environment = file(&extra, &pair, "environment");
    for (name, value) in [
        ("SITE", "eu"),
        ("MESOS_SLAVE_ID", pair.agent_id.value.as_str()),
        ("MESOS_CHECKPOINT", "1"),
        ("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "7secs"),
        ("MESOS_RECOVERY_TIMEOUT", "60mins"),
        ("MESOS_SUBSCRIPTION_BACKOFF_MAX", "15secs"),
    ] {
        assert_eq!(variable(&environment, name), value, "{name}: {environment}");
    }

    let token = format!(
        "Bearer {}",
        variable(&environment, "MESOS_EXECUTOR_AUTHENTICATION_TOKEN")
    );
    let status = |token: Option<&str>| subscribe(&extra, &pair, "e", token);
    let refused = status(None).to_lowercase();
    assert!(refused.starts_with("http/1.1 401 "), "{refused}");
    assert!(
        refused.contains("www-authenticate: bearer realm=\"mesos-agent-executor\"\r\n"),
        "{refused}"
    );
    let refused = status(Some(&token[..token.len() - 4]));
    assert!(
        refused.starts_with("HTTP/1.1 401 ") && refused.contains("invalid_token"),
        "{refused}"
    );
    let refused = subscribe(&extra, &pair, "other", Some(&token));
    assert!(
        refused.starts_with("HTTP/1.1 400 "),
        "there is no such executor: {refused}"
    );
    let accepted = status(Some(&token));
    assert!(accepted.starts_with("HTTP/1.1 200 "), "{accepted}");

    let flags = cluster::request(extra.address(), "GET", "/flags", None).expect("the agent answers");
    let flags = flags.json();
    assert_eq!(flags["flags"]["authenticate_http_executors"], "true", "{flags}");
    assert_eq!(flags["flags"]["recovery_timeout"], "1hrs", "{flags}");
    assert!(extra.run(&cluster, &cleanup()).success(), "{}", extra.log());
}

fn cleanup() -> Vec<&'static str> {
    let mut args = vec!["--recover", "cleanup", "--executor-shutdown-grace-period", "100ms"];
    args.extend(RESOURCES);
    args
}

#[test]
fn an_agent_that_cleans_up_ends_what_an_earlier_one_left_and_then_itself() {
    let cluster = Cluster::start(1);
    let dir = tempfile::tempdir().expect("a directory");
    let mut extra = ByHand::new(dir.path());
    extra.start(&cluster, &RESOURCES);
    extra.says("linked");
    let pair = Pair::launch(&cluster, "extra", "echo $$ > pid; echo end >> pid; exec sleep 1000");
    let pid = file(&extra, &pair, "pid");
    let process = Path::new("/proc").join(pid.lines().next().expect("a pid"));
    let constraints: Value = json!([["hostname", "CLUSTER", "extra"]]);
    cluster.deploy(&json!({
        "id": "/web", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "constraints": constraints,
    }));
    let before = cluster.task_ids("/web");
    assert!(process.exists());

    assert!(extra.run(&cluster, &cleanup()).success(), "{}", extra.log());
    assert!(!process.exists(), "the executor is over");
    extra.start(&cluster, &RESOURCES);
    let update = pair.scheduler.expect::<StatusUpdateMessage>().update;
    assert_eq!(update.status.state(), TaskState::TaskFailed, "{update:?}");
    eventually("another instance runs", true, || {
        let ids = cluster.task_ids("/web");
        ids.len() == 1 && ids != before
    });
    cluster.settle("/web");
    assert!(extra.run(&cluster, &cleanup()).success(), "{}", extra.log());
}

#[test]
fn a_strict_agent_does_not_run_beside_broken_records() {
    let cluster = Cluster::start(1);
    let dir = tempfile::tempdir().expect("a directory");
    let mut extra = ByHand::new(dir.path());
    extra.start(&cluster, &RESOURCES);
    extra.says("linked");
    extra.stop();
    let records = extra.agent_dir().join("run/broken");
    std::fs::create_dir_all(&records).expect("a directory");
    for name in ["launch", "state"] {
        std::fs::write(records.join(name), b"no record").expect("a file");
    }
    let strict: Vec<_> = RESOURCES.into_iter().chain(["--strict"]).collect();
    assert!(!extra.run(&cluster, &strict).success());
    let log = extra.log();
    assert!(
        log.contains("--strict=false") && log.contains("run/broken/launch"),
        "{log}"
    );
    extra.start(&cluster, &RESOURCES);
    extra.says("a container's records are broken");
    extra.says("linked");
}
