use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Answer, Login, eventually, named, request_as, until};

/// A running cluster.
pub struct Cluster {
    bin: PathBuf,
    dir: TempDir,
    up: Option<Child>,
    agents: usize,
    /// Further options of `harmony up`.
    options: Vec<String>,
    /// Who asks, where the cluster wants to know.
    login: Option<Login>,
    /// What was mounted for it.
    mount: Option<PathBuf>,
}

impl Cluster {
    /// Starts `harmony up` with some agents on a fresh directory and waits until all of them are connected.
    pub fn start(agents: usize) -> Self {
        let mut cluster = Self::unstarted(agents);
        cluster.up();
        cluster
    }

    /// The same, with further options of `harmony up`, and asked by somebody.
    pub fn start_with(agents: usize, options: &[&str], login: Option<Login>) -> Self {
        let mut cluster = Self::unstarted(agents);
        cluster.options = options.iter().map(|option| (*option).to_owned()).collect();
        cluster.login = login;
        cluster.up();
        cluster
    }

    /// The same, with the master's state on a disk of its own of so many MiB; `None` where nothing may be mounted.
    pub fn start_on_small_disk(agents: usize, mib: u32) -> Option<Self> {
        let mut cluster = Self::unstarted(agents);
        let disk = cluster.dir().join("master");
        fs::create_dir(&disk).expect("a directory");
        let size = format!("size={mib}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&disk);
        if !mount.status().is_ok_and(|status| status.success()) {
            return None;
        }
        cluster.mount = Some(disk);
        cluster.up();
        Some(cluster)
    }

    fn unstarted(agents: usize) -> Self {
        let bin = env::var_os("HARMONY_BIN").expect("HARMONY_BIN is not set: run `cargo xtask test`, which builds it");
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self {
            bin: bin.into(),
            dir,
            up: None,
            agents,
            options: Vec::new(),
            login: None,
            mount: None,
        }
    }

    /// Starts `harmony up` again on the same directory.
    pub fn up(&mut self) {
        let log = fs::File::create(self.dir().join("up.log")).expect("a log file");
        let mut command = Command::new(&self.bin);
        command
            .arg("up")
            .arg("--apart")
            .arg("--dir")
            .arg(self.dir())
            .args(["--agents", &self.agents.to_string()])
            .args(&self.options);
        command.env("XDG_STATE_HOME", self.dir().join("state"));
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log);
        self.up = Some(command.spawn().expect("harmony up starts"));
        self.ready();
    }

    /// Waits until every agent is connected.
    pub fn ready(&self) {
        eventually("connected agents", self.agents as u64, || {
            self.try_mesos("GET", "/harmony/v1/status")
                .map_or(0, |a| a.json()["agents"]["connected"].as_u64().unwrap_or(0))
        });
    }

    /// The cluster's directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The pid of `harmony up`.
    pub fn up_pid(&self) -> u32 {
        self.up.as_ref().map(Child::id).expect("up runs")
    }

    /// Waits for the end of `harmony up`.
    pub fn wait_up(&mut self) {
        if let Some(mut up) = self.up.take() {
            up.wait().expect("up ends");
        }
    }

    /// The pid of the master.
    pub fn master_pid(&self) -> u32 {
        let dir = self.dir().join("master").to_string_lossy().into_owned();
        until("the master", || named(&["master", "--dir", &dir]).first().copied())
    }

    /// The pids of the agents.
    pub fn agent_pids(&self) -> Vec<u32> {
        let dir = self.dir().join("agents").to_string_lossy().into_owned();
        named(&["agent", "--dir", &dir])
    }

    fn endpoint(&self, name: &str) -> Option<SocketAddr> {
        let text = fs::read_to_string(self.dir().join("endpoints.json")).ok()?;
        let endpoints: Value = serde_json::from_str(&text).ok()?;
        endpoints[name]
            .as_str()?
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse()
            .ok()
    }

    /// Where the Mesos API is.
    pub fn mesos_address(&self) -> SocketAddr {
        self.endpoint("mesos").expect("the Mesos API has an address")
    }

    /// Where the Marathon API is.
    pub fn marathon_address(&self) -> SocketAddr {
        self.endpoint("marathon").expect("the Marathon API has an address")
    }

    fn try_mesos(&self, method: &str, path: &str) -> Option<Answer> {
        request_as(self.login, self.endpoint("mesos")?, method, path, None).ok()
    }

    /// What a path of the Mesos port has; null while nobody answers.
    pub fn mesos_if_there(&self, path: &str) -> Value {
        self.try_mesos("GET", path).map_or(Value::Null, |answer| answer.json())
    }

    /// A request to the Mesos port that must be answered.
    pub fn mesos(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        request_as(self.login, self.mesos_address(), method, path, body).expect("the master answers")
    }

    /// A request to the Marathon port that must be answered.
    pub fn marathon(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        request_as(self.login, self.marathon_address(), method, path, body).expect("Marathon answers")
    }

    /// Posts an app and waits until all of its instances run and are healthy, if it has health checks.
    pub fn deploy(&self, app: &Value) {
        let answer = self.marathon("POST", "/v2/apps", Some(&app.to_string()));
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.settle(app["id"].as_str().expect("an id"));
    }

    /// Waits until an app has no deployment and all of its instances run.
    pub fn settle(&self, id: &str) {
        eventually(&format!("{id} is settled"), (Some(true), 0), || {
            let app = self.app(id);
            let wanted = app["instances"].as_u64();
            let running = app["tasksRunning"].as_u64();
            (
                Some(wanted.is_some() && wanted == running),
                app["deployments"].as_array().map_or(9, Vec::len),
            )
        });
    }

    /// An app as Marathon shows it.
    pub fn app(&self, id: &str) -> Value {
        let answer = request_as(
            self.login,
            self.marathon_address(),
            "GET",
            &format!("/v2/apps{id}"),
            None,
        );
        answer.map_or(Value::Null, |answer| answer.json()["app"].clone())
    }

    /// The tasks of an app, by id.
    pub fn tasks(&self, id: &str) -> Vec<Value> {
        let answer = self.marathon("GET", &format!("/v2/apps{id}/tasks"), None);
        let mut tasks = answer.json()["tasks"].as_array().cloned().unwrap_or_default();
        tasks.sort_by_key(|task| task["id"].as_str().unwrap_or_default().to_owned());
        tasks
    }

    /// The ids of an app's tasks.
    pub fn task_ids(&self, id: &str) -> Vec<String> {
        self.tasks(id)
            .iter()
            .filter_map(|task| task["id"].as_str().map(str::to_owned))
            .collect()
    }

    /// A file in a task's sandbox, read through the master.
    pub fn file(&self, task: &str, path: &str) -> String {
        let target = format!("/harmony/v1/tasks/marathon/{task}/files/read?path={path}&offset=0");
        self.mesos("GET", &target, None).json()["data"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Runs the command line against this cluster.
    pub fn cli(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.bin);
        command
            .args(args)
            .env("HARMONY_CLUSTER", self.dir())
            .env("XDG_STATE_HOME", self.dir().join("state"));
        if let Some((principal, secret)) = self.login {
            command
                .env("HARMONY_PRINCIPAL", principal)
                .env("HARMONY_SECRET", secret);
        }
        command.output().expect("harmony runs")
    }

    /// Runs the command line, which must succeed, and gives what it printed.
    pub fn cli_ok(&self, args: &[&str]) -> String {
        let output = self.cli(args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "harmony {args:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for name in ["up.log", "log/master.log"] {
                if let Ok(text) = fs::read_to_string(self.dir().join(name)) {
                    let tail: Vec<&str> = text.lines().rev().take(60).collect();
                    eprintln!("--- the end of {name}");
                    tail.iter().rev().for_each(|line| eprintln!("{line}"));
                }
            }
        }
        let down = self.cli(&["down", "--dir", &self.dir().to_string_lossy()]);
        if !down.status.success() {
            eprintln!("harmony down: {}", String::from_utf8_lossy(&down.stderr));
        }
        self.wait_up();
        if let Some(mount) = &self.mount {
            let unmounted = Command::new("umount").arg(mount).status();
            assert!(
                unmounted.is_ok_and(|status| status.success()),
                "umount {}",
                mount.display()
            );
        }
    }
}
