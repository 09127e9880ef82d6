//! Volumes whose master has forgotten them, and volumes that can't be: nothing is wiped but what was destroyed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use cluster::{Cluster, eventually, kill_nine, named, request, until};
use serde_json::{Value, json};

/// An agent beside those of `up`, which the test starts and kills.
struct Extra {
    dir: PathBuf,
    child: Option<Child>,
}

impl Extra {
    fn new(cluster: &Cluster) -> Self {
        let dir = cluster.dir().join("extra");
        Self { dir, child: None }
    }

    fn start(&mut self, cluster: &Cluster, resources: &str) {
        self.stop();
        let mut command = Command::new(std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN is set"));
        command.args(["agent", "--hostname", "extra", "--port", "0", "--plain"]);
        command.args([
            "--master",
            &cluster.mesos_address().to_string(),
            "--resources",
            resources,
        ]);
        command.arg("--dir").arg(&self.dir);
        command
            .arg("--join-token-file")
            .arg(cluster.dir().join("master/join-token"));
        let log = fs::File::create(cluster.dir().join("extra.log")).expect("a log");
        let command = command.stdin(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().expect("an agent starts"));
        until("the extra agent", || {
            let status = get(cluster, "/harmony/v1/status")?;
            (status["agents"]["connected"] == 2 && agent(cluster)?["active"] == true).then_some(())
        });
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    fn volume(&self) -> PathBuf {
        self.dir.join("volumes/roles/db/v")
    }
}

impl Drop for Extra {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the master says, unless it is just starting again.
fn get(cluster: &Cluster, path: &str) -> Option<Value> {
    let answer = request(cluster.mesos_address(), "GET", path, None).ok()?;
    (answer.status == 200).then(|| answer.json())
}

/// The extra agent as `/slaves` shows it.
fn agent(cluster: &Cluster) -> Option<Value> {
    let agents = get(cluster, "/slaves")?["slaves"].as_array().cloned()?;
    agents.into_iter().find(|agent| agent["hostname"] == "extra")
}

/// The ids of its volumes.
fn volumes(cluster: &Cluster) -> Vec<String> {
    agent(cluster).map_or_else(Vec::new, |agent| ids(&agent))
}

fn ids(agent: &Value) -> Vec<String> {
    let disks = agent["reserved_resources_full"]["db"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let ids = disks
        .iter()
        .filter_map(|disk| disk["disk"]["persistence"]["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// The volumes that it says to have made itself.
fn made(cluster: &Cluster) -> Vec<String> {
    let pid = agent(cluster).and_then(|agent| agent["pid"].as_str().map(str::to_owned));
    let address = pid.and_then(|pid| pid.split_once('@')?.1.parse().ok());
    let state = address.and_then(|address| request(address, "GET", "/state", None).ok());
    state.map_or_else(Vec::new, |state| ids(&state.json()))
}

fn post(cluster: &Cluster, path: &str, field: &str, resource: &Value) {
    let id = agent(cluster).expect("the agent")["id"].clone();
    let body = format!("slaveId={}&{field}={}", id.as_str().expect("an id"), json!([resource]));
    let answer = cluster.mesos("POST", path, Some(&body));
    assert_eq!(answer.status, 202, "{path} {}", answer.text);
}

fn disk(size: u32) -> Value {
    json!({ "name": "disk", "type": "SCALAR", "scalar": { "value": size },
            "reservations": [{ "type": "DYNAMIC", "role": "db" }] })
}

fn volume(size: u32) -> Value {
    let mut volume = disk(size);
    volume["disk"] = json!({
        "persistence": { "id": "v" },
        "volume": { "mode": "RW", "container_path": "data" },
    });
    volume
}

/// Makes the volume and writes into it.
fn make(cluster: &Cluster, extra: &Extra, size: u32, text: &str) {
    post(cluster, "/reserve", "resources", &disk(size));
    post(cluster, "/create-volumes", "volumes", &volume(size));
    eventually("the volume is made", vec!["v".to_owned()], || made(cluster));
    fs::write(extra.volume().join("file"), text).expect("a file");
}

fn halt(cluster: &mut Cluster) {
    kill_nine(cluster.up_pid());
    cluster.wait_up();
    let dir = cluster.dir().to_string_lossy().into_owned();
    eventually("no daemon is left", true, || {
        named(&["--dir", &dir, "--die-with-parent"]).is_empty()
    });
}

fn copied(from: &Path, to: &Path) {
    drop(fs::remove_dir_all(to));
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "{} is copied",
        from.display()
    );
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[test]
fn a_volume_that_the_journal_lost_keeps_its_data() {
    let mut cluster = Cluster::start(1);
    let (journal, copy) = (cluster.dir().join("master/journal"), cluster.dir().join("copy"));
    let mut extra = Extra::new(&cluster);
    extra.start(&cluster, "cpus:1;mem:512;disk:100");
    extra.stop();
    halt(&mut cluster);
    copied(&journal, &copy);
    cluster.up();
    extra.start(&cluster, "cpus:1;mem:512;disk:100");
    make(&cluster, &extra, 60, "first");
    extra.stop();

    // An older copy of the journal, which comes to the same epoch by its own way: the agent brings its volume back.
    halt(&mut cluster);
    copied(&copy, &journal);
    cluster.up();
    assert_eq!(volumes(&cluster), [] as [&str; 0]);
    extra.start(&cluster, "cpus:1;mem:512;disk:100");
    eventually("the volume is back", vec!["v".to_owned()], || volumes(&cluster));
    assert_eq!(read(&extra.volume().join("file")).as_deref(), Some("first"));

    // The copy once more. Before the agent is there, another volume gets the name: what there was is moved aside.
    extra.stop();
    halt(&mut cluster);
    copied(&copy, &journal);
    cluster.up();
    post(&cluster, "/reserve", "resources", &disk(50));
    post(&cluster, "/create-volumes", "volumes", &volume(50));
    extra.start(&cluster, "cpus:1;mem:512;disk:100");
    let orphans = extra.dir.join("volumes/orphans/db/v");
    let orphan = until("the orphan", || fs::read_dir(&orphans).ok()?.flatten().next()).path();
    assert_eq!(read(&orphan.join("file")).as_deref(), Some("first"));
    eventually("the new volume is made", vec!["v".to_owned()], || made(&cluster));
    assert_eq!(
        fs::read_dir(extra.volume()).expect("a directory").count(),
        0,
        "and empty"
    );
    fs::write(extra.volume().join("file"), "second").expect("a file");
    let log = read(&cluster.dir().join("extra.log")).unwrap_or_default();
    assert!(log.contains("does not know any more"), "{log}");

    // A DESTROY wipes what it names, also if the agent hears of it only later, and nothing else.
    extra.stop();
    post(&cluster, "/destroy-volumes", "volumes", &volume(50));
    assert_eq!(read(&extra.volume().join("file")).as_deref(), Some("second"));
    kill_nine(cluster.master_pid());
    extra.start(&cluster, "cpus:1;mem:512;disk:100");
    eventually("the volume is wiped", false, || extra.volume().exists());
    assert_eq!(read(&orphan.join("file")).as_deref(), Some("first"));
}

#[test]
fn a_volume_that_cannot_be_made_is_undone() {
    let cluster = Cluster::start(1);
    let mount = cluster.dir().join("mount");
    fs::create_dir(&mount).expect("a directory");
    fs::write(mount.join("file"), "somebody's").expect("a file");
    let disk = |persistent: bool| {
        let mut disk = disk(64);
        disk["disk"] = json!({ "source": { "type": "MOUNT", "mount": { "root": mount } } });
        if persistent {
            disk["disk"]["persistence"] = json!({ "id": "v" });
            disk["disk"]["volume"] = json!({ "mode": "RW", "container_path": "data" });
        }
        disk
    };
    let mut bare = disk(false);
    bare.as_object_mut().expect("an object").remove("reservations");
    let cpus = json!({ "name": "cpus", "type": "SCALAR", "scalar": { "value": 1 } });
    let mut extra = Extra::new(&cluster);
    extra.start(&cluster, &json!([bare, cpus]).to_string());
    post(&cluster, "/reserve", "resources", &disk(false));
    post(&cluster, "/create-volumes", "volumes", &disk(true));
    eventually("the disk is not empty, so there is no volume", Vec::new(), || {
        volumes(&cluster)
    });
    let log = || read(&cluster.dir().join("extra.log")).unwrap_or_default();
    eventually("the agent says why", true, || log().contains("the disk is not empty"));
    assert_eq!(
        read(&mount.join("file")).as_deref(),
        Some("somebody's"),
        "it is not wiped"
    );
    fs::remove_file(mount.join("file")).expect("the disk is emptied");
    eventually("the volume is made", vec!["v".to_owned()], || {
        if volumes(&cluster).is_empty() {
            post(&cluster, "/create-volumes", "volumes", &disk(true));
        }
        volumes(&cluster)
    });
}
