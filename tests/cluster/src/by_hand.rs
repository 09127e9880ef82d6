use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
};

use crate::{Cluster, until};

/// An agent that a test starts by hand beside a cluster's own, and kills at the end. Its name is `extra`.
pub struct ByHand {
    dir: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl ByHand {
    /// An agent with a directory of its own; nothing runs yet.
    pub fn new(dir: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        Self {
            dir: dir.to_owned(),
            port: free.expect("a free port").port(),
            child: None,
        }
    }

    fn command(&self, cluster: &Cluster, args: &[&str]) -> Command {
        let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN");
        let log = std::fs::File::create(self.dir.join("log")).expect("a log");
        let mut command = Command::new(bin);
        command
            .args(["agent", "--plain", "--hostname", "extra", "--port"])
            .arg(self.port.to_string())
            .args(args);
        command.arg("--dir").arg(self.agent_dir());
        command.arg("--master").arg(cluster.mesos_address().to_string());
        command
            .arg("--join-token-file")
            .arg(cluster.dir().join("master/join-token"));
        command.stderr(log);
        command
    }

    /// Starts it with some options, after killing it if it runs.
    pub fn start(&mut self, cluster: &Cluster, args: &[&str]) {
        self.stop();
        self.child = Some(self.command(cluster, args).spawn().expect("the agent starts"));
    }

    /// Runs it with some options until it ends by itself, after killing it if it runs.
    pub fn run(&mut self, cluster: &Cluster, args: &[&str]) -> ExitStatus {
        self.stop();
        self.command(cluster, args).status().expect("the agent starts")
    }

    /// What it has logged since it was started.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// Waits until it logs a text.
    pub fn says(&self, text: &str) {
        until(text, || self.log().contains(text).then_some(()));
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
    }

    /// Its state directory.
    pub fn agent_dir(&self) -> PathBuf {
        self.dir.join("agent")
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
