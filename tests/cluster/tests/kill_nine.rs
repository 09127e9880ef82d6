//! `kill -9` of every part in turn: tasks go on, and nothing that was acknowledged is lost.

use cluster::{Cluster, eventually, kill_nine, named, parent_of, until};
use serde_json::{Value, json};

/// Three tasks that can be told from all others by their argument.
fn sleepers(cluster: &Cluster) -> String {
    let mark = format!("77{}", cluster.up_pid());
    let app = json!({ "id": "/sleepers", "args": ["sleep", mark], "cpus": 0.1, "mem": 32, "instances": 3 });
    cluster.deploy(&app);
    mark
}

fn pids(mark: &str) -> Vec<u32> {
    named(&["sleep", mark])
        .into_iter()
        .filter(|pid| std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.starts_with(b"sleep\0")))
        .collect()
}

/// The memory cgroup above a task's own, which holds those of all tasks of its agent.
fn agents_cgroup(pid: u32) -> std::path::PathBuf {
    let all = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).expect("the task runs");
    let of_memory = all
        .lines()
        .find_map(|line| line.split_once(":memory:"))
        .map(|(_, path)| ("memory", path));
    let (mount, path) = of_memory
        .or_else(|| Some(("", all.trim().split_once("::")?.1)))
        .expect("a memory cgroup");
    let own = std::path::Path::new("/sys/fs/cgroup")
        .join(mount)
        .join(path.trim_start_matches('/'));
    own.parent().expect("it has a parent").to_owned()
}

fn connected(cluster: &Cluster, agents: u64) {
    eventually("all agents are back", agents, || {
        cluster.mesos_status()["agents"]["connected"].as_u64().unwrap_or(0)
    });
}

trait Status {
    fn mesos_status(&self) -> Value;
}

impl Status for Cluster {
    fn mesos_status(&self) -> Value {
        cluster::request(self.mesos_address(), "GET", "/harmony/v1/status", None).map_or(Value::Null, |a| a.json())
    }
}

#[test]
fn the_agent_dies_and_the_same_processes_are_adopted() {
    let cluster = Cluster::start(2);
    let mark = sleepers(&cluster);
    let (before, tasks) = (pids(&mark), cluster.task_ids("/sleepers"));
    assert_eq!(before.len(), 3);
    for pid in cluster.agent_pids() {
        kill_nine(pid);
    }
    connected(&cluster, 2);
    cluster.settle("/sleepers");
    assert_eq!((pids(&mark), cluster.task_ids("/sleepers")), (before, tasks));
}

#[test]
fn an_exit_while_the_agent_is_dead_is_reported() {
    let cluster = Cluster::start(1);
    let mark = sleepers(&cluster);
    let victim = pids(&mark)[0];
    let tasks = cluster.task_ids("/sleepers");
    kill_nine(cluster.up_pid());
    until("all daemons die with up", || {
        cluster.agent_pids().is_empty().then_some(())
    });
    kill_nine(victim);
    let mut cluster = cluster;
    cluster.wait_up();
    cluster.up();
    cluster.settle("/sleepers");
    let after = cluster.task_ids("/sleepers");
    assert_eq!(after.len(), 3);
    assert_eq!(
        after.iter().filter(|id| tasks.contains(id)).count(),
        2,
        "{tasks:?} {after:?}"
    );
    let failure = cluster.app("/sleepers")["lastTaskFailure"].clone();
    assert_eq!(failure["message"], "Command terminated with signal Killed", "{failure}");
}

#[test]
fn the_master_dies_and_knows_everything_again() {
    let cluster = Cluster::start(2);
    let mark = sleepers(&cluster);
    let (before, tasks) = (pids(&mark), cluster.task_ids("/sleepers"));
    kill_nine(cluster.master_pid());
    connected(&cluster, 2);
    cluster.settle("/sleepers");
    assert_eq!((pids(&mark), cluster.task_ids("/sleepers")), (before, tasks));
    let answer = cluster.marathon("PUT", "/v2/apps//sleepers", Some(r#"{"instances": 4}"#));
    assert_eq!(answer.status, 200, "{}", answer.text);
    cluster.settle("/sleepers");
    assert_eq!(pids(&mark).len(), 4);
}

#[test]
fn up_dies_and_the_next_up_adopts_the_tasks() {
    let mut cluster = Cluster::start(2);
    let mark = sleepers(&cluster);
    let (before, tasks) = (pids(&mark), cluster.task_ids("/sleepers"));
    kill_nine(cluster.up_pid());
    until("all daemons die with up", || {
        cluster.agent_pids().is_empty().then_some(())
    });
    assert_eq!(pids(&mark), before, "tasks go on without any of Harmony's daemons");
    cluster.wait_up();
    cluster.up();
    cluster.settle("/sleepers");
    assert_eq!((pids(&mark), cluster.task_ids("/sleepers")), (before, tasks));
}

#[test]
fn a_shim_dies_with_its_container_and_the_task_is_replaced() {
    let cluster = Cluster::start(1);
    let mark = sleepers(&cluster);
    let victim = pids(&mark)[0];
    let init = parent_of(victim).expect("the task has an init");
    kill_nine(parent_of(init).expect("the init has a shim"));
    eventually("the task died with its shim", false, || pids(&mark).contains(&victim));
    eventually("it is replaced", 3, || pids(&mark).len());
    cluster.settle("/sleepers");
    let failure = cluster.app("/sleepers")["lastTaskFailure"].clone();
    assert_eq!(failure["state"], "TASK_FAILED", "{failure}");
}

#[test]
fn down_leaves_nothing() {
    let cluster = Cluster::start(2);
    let mark = sleepers(&cluster);
    let dir = cluster.dir().to_string_lossy().into_owned();
    let cgroup = agents_cgroup(pids(&mark)[0]);
    assert!(cgroup.exists(), "{}", cgroup.display());
    cluster.cli_ok(&["down", "--dir", &dir]);
    assert_eq!(pids(&mark), [0u32; 0]);
    assert_eq!(named(&[&dir, "harmony"]), [0u32; 0]);
    assert!(!cgroup.exists(), "{} is left", cgroup.display());
}
