use std::{
    env, fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Answer, eventually, named, request, until};

/// A master with options of its own, and agents of exactly the sizes that a test names; its tasks are plain processes.
pub struct Pool {
    dir: TempDir,
    master: Child,
    address: SocketAddr,
    marathon: SocketAddr,
    agents: Vec<Child>,
}

impl Pool {
    /// Starts a master; `options` are those of `harmony master`.
    pub fn start(options: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let log = dir.path().join("master.log");
        let mut command = harmony("master", &dir, "master");
        command
            .args(["--mesos-port", "0", "--marathon-port", "0"])
            .args(options);
        let master = command
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("a log"))
            .spawn()
            .expect("a master starts");
        let (address, marathon) = until("the master says where it listens", || {
            let text = fs::read_to_string(&log).ok()?;
            let line = text.lines().find(|line| line.contains("the master serves"))?;
            let word = |name: &str| line.split(' ').find_map(|word| word.strip_prefix(name)?.parse().ok());
            Some((word("address=")?, word("marathon=")?))
        });
        Self {
            dir,
            master,
            address,
            marathon,
            agents: Vec::new(),
        }
    }

    /// Starts an agent; `options` are those of `harmony agent`.
    pub fn agent(&mut self, resources: &str, options: &[&str]) {
        let name = format!("agent{}", self.agents.len());
        let mut command = harmony("agent", &self.dir, &name);
        command
            .args(["--hostname", &name, "--port", "0", "--plain"])
            .args(["--master", &self.address.to_string(), "--resources", resources])
            .arg("--join-token-file")
            .arg(self.dir.path().join("master/join-token"))
            .args(options)
            .stderr(fs::File::create(self.dir.path().join(format!("{name}.log"))).expect("a log"));
        self.agents.push(command.spawn().expect("an agent starts"));
    }

    /// Waits until so many agents are connected.
    pub fn ready(&self, agents: usize) {
        eventually("connected agents", Some(agents as u64), || {
            self.mesos("GET", "/harmony/v1/status", None).json()["agents"]["connected"].as_u64()
        });
    }

    /// Where the Mesos API is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What an agent has written to its log.
    pub fn agent_log(&self, number: usize) -> String {
        fs::read_to_string(self.dir.path().join(format!("agent{number}.log"))).unwrap_or_default()
    }

    /// A request to the Mesos port that must be answered.
    pub fn mesos(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        request(self.address, method, path, body).expect("the master answers")
    }

    /// A call of the operator API: its status, and its answer or what is wrong.
    pub fn operator(&self, call: &Value) -> (u16, Value) {
        let answer = self.mesos("POST", "/api/v1", Some(&call.to_string()));
        let value = serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text));
        (answer.status, value)
    }

    /// A request to the Marathon port that must be answered.
    pub fn marathon(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        request(self.marathon, method, path, body).expect("Marathon answers")
    }

    /// Ends all that frameworks and apps run here.
    fn clear(&self) -> Option<()> {
        let state = request(self.address, "GET", "/state", None).ok()?.json();
        let apps = request(self.marathon, "GET", "/v2/apps", None).ok()?.json();
        for app in apps["apps"].as_array().into_iter().flatten() {
            let path = format!("/v2/apps{}?force=true", app["id"].as_str()?);
            request(self.marathon, "DELETE", &path, None).ok()?;
        }
        for framework in state["frameworks"].as_array().into_iter().flatten() {
            let body = format!("frameworkId={}", framework["id"].as_str()?);
            request(self.address, "POST", "/teardown", Some(&body)).ok()?;
        }
        let dir = self.dir.path().to_string_lossy().into_owned();
        eventually("no shim is left", 0, || named(&["shim", &dir]).len());
        Some(())
    }
}

fn harmony(verb: &str, dir: &TempDir, name: &str) -> Command {
    let bin = env::var_os("HARMONY_BIN").expect("HARMONY_BIN is not set: run `cargo xtask test`, which builds it");
    let mut command = Command::new(bin);
    command.arg(verb).arg("--dir").arg(dir.path().join(name));
    command.arg("--die-with-parent").stdin(Stdio::piped());
    command
}

impl Drop for Pool {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let text = fs::read_to_string(self.dir.path().join("master.log")).unwrap_or_default();
            let tail: Vec<&str> = text.lines().rev().take(40).collect();
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        if self.clear().is_none() {
            eprintln!("{}", json!({ "left": named(&[&self.dir.path().to_string_lossy()]) }));
        }
        for child in self.agents.iter_mut().chain([&mut self.master]) {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
