//! Running the binary.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::server::Server;

/// What it said and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output of a run that must succeed.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// Standard error of a run that must end with `code`.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        self.err
    }
}

/// Runs a command line against a server.
pub fn on(server: &Server, line: &str) -> Ran {
    with_input(server, &line.split_whitespace().collect::<Vec<_>>(), "")
}

/// The same with words that hold spaces, and something on standard input.
pub fn with_input(server: &Server, args: &[&str], input: &str) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let mut command = command(home.path());
    command
        .env("HARMONY_CLUSTER", format!("{0},{0}", server.url))
        .args(args);
    ended(command, input)
}

/// Runs a command line without a cluster; `home` holds what is remembered.
pub fn local(home: &Path, args: &[&str]) -> Ran {
    let mut command = command(home);
    command.args(args);
    ended(command, "")
}

fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harmony"));
    command
        .env_remove("HARMONY_CLUSTER")
        .env("XDG_STATE_HOME", home)
        .env("HOME", home);
    command
}

fn ended(mut command: Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}
