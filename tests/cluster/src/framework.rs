use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use serde_json::Value;

use crate::{Cluster, until};

/// A framework that runs beside the test, says what it sees and obeys lines.
pub struct Framework {
    process: Child,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Framework {
    /// Runs a script of `frameworks/` by the Python that the variable `interpreter` names.
    pub fn start(interpreter: &str, script: &str, args: &[&str]) -> Self {
        let python = program(interpreter);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks").join(script);
        Self::run(Command::new(python).arg(script).args(args))
    }

    /// Launches a group of one task for each shell command: `v1_task_group.py`, whose options may come first.
    pub fn group(cluster: &Cluster, commands: &[&str]) -> Self {
        let master = cluster.mesos_address().to_string();
        let args = [&[&*master], commands].concat();
        Self::start("HARMONY_PYTHON_AVMESOS", "v1_task_group.py", &args)
    }

    /// Runs a program that prints one JSON line for each event.
    pub fn run(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the framework starts");
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

    /// Gives it a line to obey.
    pub fn obey(&mut self, line: &str) {
        let stdin = self.process.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{line}").expect("the framework reads");
    }

    /// What it has said so far.
    pub fn lines(&self) -> Vec<Value> {
        self.lines.lock().expect("no thread panics with it").clone()
    }

    /// What it has said of one kind of event.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let lines = self.lines().into_iter();
        lines.filter(|line| line["event"] == kind).collect()
    }

    /// The states of a task, in the order in which it heard of them.
    pub fn states(&self, task: &str) -> Vec<String> {
        let lines = self.lines();
        let of_task = lines.iter().filter(|line| line["task"] == task);
        of_task
            .filter_map(|line| line["state"].as_str().map(str::to_owned))
            .collect()
    }

    /// Waits for the answer of the executor to `say echo X`; gives its process.
    pub fn echo(&mut self, text: &str) -> u32 {
        let expected = format!("echoed echo {text} by ");
        self.obey(&format!("say echo {text}"));
        until("the executor answers", || {
            let lines = self.lines();
            let texts = lines.iter().filter_map(|line| line["text"].as_str());
            texts
                .filter_map(|text| text.strip_prefix(&expected)?.parse().ok())
                .next()
        })
    }
}

impl Drop for Framework {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program that a variable of `cargo xtask test` names.
pub fn program(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `cargo xtask test`"))
}

/// Whether the tests of this name are left out by HARMONY_SKIP; then it says so.
pub fn left_out(name: &str) -> bool {
    let skipped = std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|one| one == name));
    if skipped {
        println!("left out by HARMONY_SKIP={name}");
    }
    skipped
}
