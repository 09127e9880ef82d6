use serde_json::{Value, json};

use crate::run::on;
use crate::server::Server;

fn node(id: &str, ip: &str) -> Value {
    json!({
        "id": id, "hostname": ip, "ip": ip, "port": 5051, "state": "connected", "attributes": "node:n1", "domain": null,
        "total": "cpus:2;mem:1024;disk:4096;ports:[31000-31332]", "used": "cpus(a):0.3;cpus:0.2;mem:64", "tasks": 1,
    })
}

#[test]
fn lists_go_on_page_after_page() {
    let server = Server::new([
        (
            "GET /harmony/v1/agents",
            200,
            json!({"items": [node("S0", "127.0.0.1")], "continue": "a b"}),
        ),
        (
            "GET /harmony/v1/agents?continue=a%20b",
            200,
            json!({"items": [node("S1", "127.0.0.2")], "continue": null}),
        ),
    ]);
    let expected = "ID  HOSTNAME   IP         STATE      TASKS  CPUS     MEMORY            DISK         ATTRIBUTES\n\
                    S0  127.0.0.1  127.0.0.1  connected  1      0.5 / 2  64 MiB / 1.0 GiB  0 / 4.0 GiB  node:n1\n\
                    S1  127.0.0.2  127.0.0.2  connected  1      0.5 / 2  64 MiB / 1.0 GiB  0 / 4.0 GiB  node:n1\n";
    assert_eq!(on(&server, "node list").ok(), expected);
}

#[test]
fn one_is_named_by_address_or_beginning() {
    let nodes = json!({"items": [node("aS0", "127.0.0.1"), node("aS1", "127.0.0.2")], "continue": null});
    let server = Server::new([
        ("GET /harmony/v1/agents", 200, nodes),
        ("GET /harmony/v1/agents/aS1", 200, node("aS1", "127.0.0.2")),
    ]);
    let out = on(&server, "node show 127.0.0.2").ok();
    assert!(
        out.contains("address     127.0.0.2 port 5051\n") && out.contains("ports       [31000-31332]\n"),
        "{out}"
    );
    let said = on(&server, "node show a").fails(7);
    assert!(said.contains("aS0") && said.contains("aS1"), "{said}");
    on(&server, "node show x").fails(5);
}

#[test]
fn frameworks_are_listed() {
    let one = json!({"id": "f1", "name": "marathon", "roles": ["*"], "principal": "marathon", "state": "active", "face": "commit", "tasks": 2});
    let server = Server::new([(
        "GET /harmony/v1/frameworks",
        200,
        json!({"items": [one], "continue": null}),
    )]);
    let expected =
        "ID  NAME      STATE   FACE    ROLES  PRINCIPAL  TASKS\nf1  marathon  active  commit  *      marathon   2\n";
    assert_eq!(on(&server, "framework list").ok(), expected);
}
