use io_httpd::{Json, Query, Router, routing::get};
use serde_json::{Value, json};

use crate::run::{local, on};
use crate::server::Server;

fn task(id: &str) -> Value {
    json!({
        "id": id, "name": "a", "framework_id": "f 1", "framework_name": "marathon", "agent_id": "S0", "hostname": "127.0.0.1",
        "state": "TASK_RUNNING", "healthy": true, "started_at": null, "message": "", "resources": "cpus:0.1;mem:32", "ports": [31000],
    })
}

fn tasks() -> Value {
    json!({"items": [task("a.11"), task("a.12"), task("b.1")], "continue": null})
}

#[test]
fn the_list_and_its_filters() {
    let nodes = json!({"items": [{"id": "S0", "ip": "127.0.0.1"}], "continue": null});
    let server = Server::new([
        ("GET /harmony/v1/tasks", 200, tasks()),
        ("GET /harmony/v1/agents", 200, nodes),
    ]);
    let out = on(&server, "task list --app /a --node 127.0.0.1").ok();
    let expected = "a.11  a     marathon   TASK_RUNNING  yes      127.0.0.1  31000";
    assert_eq!(out.lines().nth(1), Some(expected), "{out}");
    assert_eq!(server.asked()[1..], ["GET /harmony/v1/tasks?app=%2Fa&agent=S0"]);
}

#[test]
fn a_unique_beginning_names_a_task() {
    let server = Server::new([
        ("GET /harmony/v1/tasks", 200, tasks()),
        ("GET /harmony/v1/tasks/f%201/b.1", 200, task("b.1")),
        ("POST /harmony/v1/tasks/f%201/b.1/kill", 200, json!({})),
    ]);
    let out = on(&server, "task show b").ok();
    assert!(out.contains("resources  cpus:0.1;mem:32\n"), "{out}");
    assert_eq!(on(&server, "task kill b").ok(), "b.1 is being killed\n");
    let said = on(&server, "task kill a.1").fails(7);
    assert!(said.contains("a.11\n") && said.contains("a.12\n"), "{said}");
    assert_eq!(
        server.asked().iter().filter(|asked| asked.starts_with("POST")).count(),
        1
    );
}

#[test]
fn files_are_listed() {
    let entries = json!([{"path": "x/stdout", "size": 2048, "mtime": null}, {"path": "x/data", "directory": true, "mtime": null}]);
    let server = Server::new([
        ("GET /harmony/v1/tasks", 200, tasks()),
        ("GET /harmony/v1/tasks/f%201/b.1/files/browse", 200, entries),
    ]);
    assert_eq!(
        on(&server, "task ls b").ok(),
        "SIZE     CHANGED  NAME\n2.0 KiB           stdout\n                  data/\n"
    );
}

#[derive(serde::Deserialize)]
struct At {
    offset: i64,
    length: usize,
}

/// A cluster with one task whose `stdout` is `content`, read as an agent reads it: bytes, then text.
fn with_log(content: Vec<u8>, args: &[&str]) -> String {
    let io = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = io.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let read = move |Query(At { offset, length }): Query<At>| async move {
        let Ok(offset) = usize::try_from(offset) else {
            return Json(json!({"data": "", "offset": content.len()}));
        };
        let end = (offset + length).min(content.len());
        Json(json!({"data": String::from_utf8_lossy(&content[offset..end]), "offset": offset}))
    };
    let finished = || async {
        let mut task = task("b.1");
        task["state"] = json!("TASK_FINISHED");
        Json(task)
    };
    let router = Router::new()
        .route("/harmony/v1/tasks", get(|| async { Json(tasks()) }))
        .route("/harmony/v1/tasks/{framework}/{task}", get(finished))
        .route("/harmony/v1/tasks/{framework}/{task}/files/read", get(read));
    io.spawn(io_httpd::serve(listener, router, std::future::pending()));
    let home = tempfile::tempdir().unwrap();
    let args: Vec<&str> = ["--cluster", &url, "task", "log", "b"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    local(home.path(), &args).ok()
}

#[test]
fn a_log_is_read_whole_across_its_pieces() {
    // Characters of three bytes never end where a piece does.
    let content = "日本語\n".repeat(20_000);
    assert_eq!(with_log(content.clone().into_bytes(), &[]), content);
}

#[test]
fn the_last_lines_of_a_log() {
    let content: String = (0..30_000).map(|line| format!("line {line}\n")).collect();
    assert_eq!(
        with_log(content.clone().into_bytes(), &["-n", "2"]),
        "line 29998\nline 29999\n"
    );
    assert_eq!(with_log(content.clone().into_bytes(), &["-n", "0"]), "");
    assert_eq!(
        with_log(content.clone().into_bytes(), &["-n", "29999"]).lines().next(),
        Some("line 1")
    );
    assert_eq!(with_log(b"a\nb".to_vec(), &["-n", "1"]), "b");
    assert_eq!(with_log(b"a\nb\n".to_vec(), &["-n", "9"]), "a\nb\n");
}

#[test]
fn following_ends_with_the_task() {
    assert_eq!(with_log(b"over\n".to_vec(), &["-f"]), "over\n");
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    assert_eq!(with_log(b"a\xff\n\xfe".to_vec(), &[]), "a\u{fffd}\n\u{fffd}");
}
