use serde_json::{Value, json};

use crate::run::{local, on};
use crate::server::Server;

fn status() -> Value {
    json!({
        "cluster_id": "c1", "version": "0.1.0", "epoch": 2, "index": 77, "uptime_secs": 3725,
        "agents": {"connected": 3, "disconnected": 0, "unreachable": 1}, "frameworks": 1,
        "tasks": {"TASK_RUNNING": 4}, "total": {"cpus": 6, "mem": 3072, "disk": 9000}, "used": {"cpus": 0.4, "mem": 128, "disk": 0},
    })
}

#[test]
fn addresses_and_counts() {
    let server = Server::new([("GET /harmony/v1/status", 200, status())]);
    let url = &server.url;
    let expected = format!(
        "cluster       c1\nversion       0.1.0\nMesos API     {url}\nMarathon API  {url}\nup for        1h 2m\n\
         journal       index 77, epoch 2\nagents        3 connected, 1 unreachable\nframeworks    1\n\
         tasks         TASK_RUNNING=4\ncpus          0.4 / 6\nmemory        128 MiB / 3.0 GiB\ndisk          0 MiB / 8.8 GiB\n"
    );
    assert_eq!(on(&server, "status").ok(), expected);
    let json: Value = serde_json::from_str(&on(&server, "status --output json").ok()).unwrap();
    assert_eq!(json["index"], 77);
    assert_eq!(json["addresses"], json!({"mesos": url, "marathon": url, "dir": null}));
}

#[test]
fn removals_that_are_held_back_are_told() {
    let mut status = status();
    status["held_removals"] = json!({"missing": 3, "known": 4, "limit": 0.5, "until": "2026-01-01T00:00:00.000Z"});
    let server = Server::new([("GET /harmony/v1/status", 200, status)]);
    let said = on(&server, "status").ok();
    let expected =
        "held back     3 of 4 agents did not come back to this master, more than 50%: none of them is given up";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn errors_of_ours_set_the_exit_code() {
    let error = json!({"error": {"code": "unavailable", "message": "no leader"}});
    let server = Server::new([("GET /harmony/v1/status", 503, error)]);
    let said = on(&server, "status").fails(10);
    assert!(
        said.starts_with("error: no leader\n") && said.contains("try again"),
        "{said}"
    );
    let said: Value = serde_json::from_str(&on(&server, "status -o json").fails(10)).unwrap();
    assert_eq!(said["error"]["code"], "unavailable");
}

#[test]
fn a_cluster_is_found_by_flag_then_variable_then_the_last_one() {
    let server = Server::new([("GET /harmony/v1/status", 200, status())]);
    let home = tempfile::tempdir().unwrap();
    let said = local(home.path(), &["status"]).fails(5);
    assert!(
        said.contains("no cluster is named") && said.contains("harmony up"),
        "{said}"
    );

    let dir = home.path().join("d");
    std::fs::create_dir(&dir).unwrap();
    let endpoints = json!({"mesos": server.url, "marathon": server.url});
    std::fs::write(dir.join("endpoints.json"), endpoints.to_string()).unwrap();
    let dir = dir.to_str().unwrap();
    let out = local(home.path(), &["status", "--cluster", dir]).ok();
    assert!(out.contains(&format!("directory     {dir}\n")), "{out}");

    std::fs::create_dir(home.path().join("harmony")).unwrap();
    std::fs::write(home.path().join("harmony/last"), format!("{dir}\n")).unwrap();
    local(home.path(), &["status"]).ok();
    assert_eq!(
        on(&server, "status --cluster http://127.0.0.1:1").code,
        10,
        "the flag wins over the variable"
    );
}

#[test]
fn who_does_not_answer_is_named() {
    let home = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let said = local(home.path(), &["--cluster", &format!("http://{closed}"), "status"]).fails(10);
    assert!(
        said.contains(&format!("cannot reach the cluster at {closed}")) && said.contains("--cluster"),
        "{said}"
    );
}

#[test]
fn a_bad_command_line_is_invalid() {
    let home = tempfile::tempdir().unwrap();
    local(home.path(), &["app", "scale", "/a", "many"]).fails(2);
    local(home.path(), &["nonsense"]).fails(2);
    local(home.path(), &["--cluster", "https://h:1", "status"]).fails(2);
}

#[test]
fn a_followers_word_leads_to_the_leader() {
    let leader = Server::new([("GET /harmony/v1/status", 200, status())]);
    let io = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = io.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let follower = format!("http://{}", listener.local_addr().unwrap());
    let to = format!("{}/harmony/v1/status", leader.url);
    let redirect = move || async move {
        (
            io_httpd::StatusCode::TEMPORARY_REDIRECT,
            [(io_httpd::header::LOCATION, to)],
        )
    };
    io.spawn(io_httpd::serve(
        listener,
        io_httpd::Router::new().fallback(redirect),
        std::future::pending(),
    ));
    let home = tempfile::tempdir().unwrap();
    local(home.path(), &["--cluster", &follower, "status"]).ok();
    assert_eq!(leader.asked(), ["GET /harmony/v1/status"]);
}
