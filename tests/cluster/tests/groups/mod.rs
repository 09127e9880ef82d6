//! A framework that launches a group of tasks, says what it sees and obeys lines.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use cluster::Cluster;
use serde_json::Value;

pub struct Group {
    process: Child,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Group {
    /// One task in the default executor for each shell command.
    pub fn start(cluster: &Cluster, commands: &[&str]) -> Self {
        Self::run(cluster, &[], commands)
    }

    /// The same in an executor of its own.
    pub fn in_executor(cluster: &Cluster, script: &str, commands: &[&str]) -> Self {
        Self::run(cluster, &["--executor", script], commands)
    }

    fn run(cluster: &Cluster, options: &[&str], commands: &[&str]) -> Self {
        let name = "HARMONY_PYTHON_AVMESOS";
        let python = std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/v1_task_group.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(cluster.mesos_address().to_string())
            .args(options)
            .args(commands)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python runs");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, kept) = (process.stdout.take().expect("it is piped"), lines.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    kept.lock().expect("no thread panics with it").push(value);
                }
            }
        });
        Self { process, lines }
    }

    pub fn obey(&mut self, line: &str) {
        let stdin = self.process.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{line}").expect("the framework reads");
    }

    pub fn lines(&self) -> Vec<Value> {
        self.lines.lock().expect("no thread panics with it").clone()
    }

    pub fn states(&self, task: &str) -> Vec<String> {
        let lines = self.lines();
        let of_task = lines.iter().filter(|line| line["task"] == task);
        of_task
            .filter_map(|line| line["state"].as_str().map(str::to_owned))
            .collect()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
