//! A real cluster on this machine: `up`, what is killed under it, and `down`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::{Ran, local};

/// Loopback addresses that no other test uses, so that nobody takes their ports meanwhile.
const ADDRESSES: [&str; 3] = ["127.9.8.1", "127.9.8.2", "127.9.8.3"];

/// A directory with a plan for two agents; its tasks end with it, also when a test fails.
struct Cluster {
    home: tempfile::TempDir,
}

impl Cluster {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let held = ADDRESSES.map(|ip| TcpListener::bind((ip, 0)).unwrap());
        let marathon = TcpListener::bind((ADDRESSES[0], 0)).unwrap();
        let at = |listener: &TcpListener| listener.local_addr().unwrap().to_string();
        let agent = |listener: &TcpListener| json!({"address": at(listener), "resources": "cpus:2;mem:256;disk:256;ports:[31000-31100]"});
        let endpoints = json!({
            "mesos": format!("http://{}", at(&held[0])), "marathon": format!("http://{}", at(&marathon)),
            "bind": ADDRESSES[0], "agents": [agent(&held[1]), agent(&held[2])],
        });
        let cluster = Self { home };
        fs::create_dir(cluster.dir()).unwrap();
        fs::write(cluster.dir().join("endpoints.json"), endpoints.to_string()).unwrap();
        cluster
    }

    fn dir(&self) -> PathBuf {
        self.home.path().join("c")
    }

    /// Runs a command line; `DIR` in it is the cluster's directory.
    fn run(&self, line: &str) -> Ran {
        let dir = self.dir();
        let word = |word: &str| {
            if word == "DIR" {
                dir.display().to_string()
            } else {
                word.to_owned()
            }
        };
        let words: Vec<String> = line.split_whitespace().map(word).collect();
        local(self.home.path(), &words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.run(&format!("{line} --output json")).ok()).unwrap()
    }

    /// The ids of the running tasks, in order.
    fn running(&self) -> Vec<String> {
        let tasks = self.json("task list");
        let running = tasks
            .as_array()
            .unwrap()
            .iter()
            .filter(|task| task["state"] == "TASK_RUNNING");
        let mut ids: Vec<String> = running.map(|task| task["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    }

    fn supervisor(&self) -> u32 {
        fs::read_to_string(self.dir().join("lock"))
            .unwrap()
            .trim()
            .parse()
            .unwrap()
    }

    /// The process whose command line has this path under the cluster's directory behind `--dir`.
    fn daemon(&self, under: &str) -> Option<u32> {
        let wanted = format!("--dir\0{}\0", self.dir().canonicalize().unwrap().join(under).display());
        processes().into_iter().find(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&wanted)
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.run("down --yes --grace 0 --dir DIR"));
    }
}

fn processes() -> Vec<u32> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn signal(name: &str, pid: u32) {
    let command = format!("kill -{name} {pid}");
    assert!(
        Command::new("sh").args(["-c", &command]).status().unwrap().success(),
        "{command}"
    );
}

#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn foreground(home: &Path, dir: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harmony"));
    command.args(["up", "--dir"]).arg(dir).env("XDG_STATE_HOME", home);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn tasks_outlive_everything_but_down() {
    let cluster = Cluster::new();
    let out = cluster.run("up --detach --dir DIR").ok();
    assert!(out.contains("Mesos API") && out.contains("harmony down --dir"), "{out}");
    let app = cluster.home.path().join("app.json");
    fs::write(
        &app,
        r#"{"id": "/s", "cmd": "sleep 1000", "cpus": 0.1, "mem": 16, "instances": 2}"#,
    )
    .unwrap();
    cluster.run(&format!("app add {}", app.display())).ok();
    let tasks = cluster.running();
    assert_eq!(tasks.len(), 2);
    assert!(cluster.run("up --dir DIR").fails(7).contains("in use by process"));

    // A dead daemon is started again.
    for daemon in ["agents/1", "master"] {
        let pid = cluster.daemon(daemon).unwrap();
        signal("KILL", pid);
        until("another takes its place", || {
            cluster.daemon(daemon).is_some_and(|now| now != pid)
        });
        until("all are connected", || {
            let status = cluster.run("status --output json");
            status.code == 0 && serde_json::from_str::<Value>(&status.out).unwrap()["agents"]["connected"] == 2
        });
    }
    assert_eq!(cluster.running(), tasks);

    // A dead supervisor takes its daemons with it, and leaves the tasks.
    signal("KILL", cluster.supervisor());
    until("the daemons end", || {
        ["master", "agents/1", "agents/2"]
            .iter()
            .all(|it| cluster.daemon(it).is_none())
    });
    let up = foreground(cluster.home.path(), &cluster.dir());
    until("the cluster is back", || cluster.run("status").code == 0);
    until("the tasks are adopted", || cluster.running() == tasks);

    // Ctrl-C stops the control plane, leaves the tasks and says so.
    signal("INT", up.id());
    let ended = up.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(
        ended.status.success() && said.contains("2 tasks go on running"),
        "{said}"
    );
    cluster.run("status").fails(10);

    // Down stops what is left, with nobody there to help.
    let down = cluster.json("down --yes --dir DIR");
    assert_eq!((&down["was_up"], &down["tasks_stopped"]), (&json!(false), &json!(2)));
    for agent in ["1", "2"] {
        assert_eq!(
            fs::read_dir(cluster.dir().join("agents").join(agent).join("run"))
                .unwrap()
                .count(),
            0
        );
    }
}

#[test]
fn a_daemon_that_does_not_start_is_told_with_its_words() {
    let cluster = Cluster::new();
    let text = fs::read_to_string(cluster.dir().join("endpoints.json")).unwrap();
    fs::write(cluster.dir().join("endpoints.json"), text.replace("cpus:2", "cpus:-2")).unwrap();
    let said = cluster.run("up --dir DIR").fails(10);
    assert!(said.contains("agent") && said.contains("--resources"), "{said}");
    let said = cluster.run("up --detach --dir DIR").fails(10);
    assert!(said.contains("agent") && said.contains("--resources"), "{said}");
}
