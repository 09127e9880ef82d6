use std::{
    path::{Path, PathBuf},
    process::{Child, Command},
};

use crate::{Cluster, until};

/// An agent that a test starts by hand, and kills at the end. Its host name is `extra`.
pub struct ByHand {
    dir: PathBuf,
    child: Option<Child>,
}

impl ByHand {
    /// One with its directory and its log in `dir`, not started yet.
    pub fn new(dir: &Path) -> Self {
        let dir = dir.to_owned();
        Self { dir, child: None }
    }

    /// Starts it with these arguments, after it was stopped if it ran.
    pub fn start(&mut self, cluster: &Cluster, args: &[&str]) {
        self.stop();
        let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN");
        let log = std::fs::File::create(self.dir.join("log")).expect("a log");
        let mut command = Command::new(bin);
        command
            .args(["agent", "--plain", "--port", "0", "--hostname", "extra"])
            .args(args);
        command.arg("--dir").arg(self.dir.join("agent"));
        command.arg("--master").arg(cluster.mesos_address().to_string());
        command
            .arg("--join-token-file")
            .arg(cluster.dir().join("master/join-token"));
        self.child = Some(command.stderr(log).spawn().expect("the agent starts"));
    }

    /// Waits until its log has a word.
    pub fn says(&self, word: &str) {
        until(word, || {
            let text = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
            text.contains(word).then_some(())
        });
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
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
