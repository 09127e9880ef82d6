//! The records in a container's runtime directory.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use minicbor::{Decode, Encode};

use super::cgroup::Cgroup;
use crate::identity::Ids;
use crate::{Error, Launch, ProcessId, Result};

/// What to run: the launch, with all that the agent has found out for the shim.
pub const ORDER: &str = "launch";
/// Who runs it.
pub const STATE: &str = "state";
/// How it ended.
pub const EXIT: &str = "exit";
/// Where the shim answers.
pub const SOCKET: &str = "sock";
/// What the shim has to say.
pub const LOG: &str = "shim.log";

/// The order to a shim. Fields are only added.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Order {
    #[n(0)]
    pub launch: Launch,
    /// The ids to take on; `None` keeps the agent's.
    #[n(1)]
    pub ids: Option<Ids>,
    /// Whether to make namespaces.
    #[n(2)]
    pub namespaces: bool,
    /// The cgroup to make; none in plain mode.
    #[n(3)]
    pub cgroup: Option<Cgroup>,
    /// The cgroup of another container to be in instead.
    #[n(4)]
    pub shared: Option<Cgroup>,
}

impl Order {
    /// The cgroup that its processes are in, its own or another's.
    pub fn home(&self) -> Option<&Cgroup> {
        self.cgroup.as_ref().or(self.shared.as_ref())
    }
}

/// Who runs a container. Fields are only added.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct State {
    #[n(0)]
    pub shim: ProcessId,
    #[n(1)]
    pub init: ProcessId,
    /// The boot in which these pids mean something.
    #[n(2)]
    pub boot_id: String,
    /// Milliseconds since 1970.
    #[n(3)]
    pub started_ms: u64,
}

/// What a shim tells the agent that started it, once, through the pipe it was given.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Report {
    /// The task's program is executing.
    #[n(0)]
    Running(#[n(0)] State),
    /// It is not, and nothing is left of it.
    #[n(1)]
    Failed {
        #[n(0)]
        stage: String,
        #[n(1)]
        reason: String,
    },
}

/// The bytes of a record. Memory is the only sink, so it fails only for a path that is not UTF-8.
pub fn encode(record: &impl Encode<()>) -> io::Result<Vec<u8>> {
    minicbor::to_vec(record).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))
}

/// Writes a record so that readers see all of it or nothing; `durable` makes it survive a crash of the machine.
pub fn write(dir: &Path, name: &str, record: &impl Encode<()>, durable: bool) -> io::Result<()> {
    let draft = dir.join(format!("{name}.new"));
    let mut file = File::create(&draft)?;
    file.write_all(&encode(record)?)?;
    if durable {
        file.sync_data()?;
    }
    fs::rename(&draft, dir.join(name))?;
    if durable { File::open(dir)?.sync_data() } else { Ok(()) }
}

/// Reads a record; `None` if it is not there.
pub fn read<T: for<'b> Decode<'b, ()>>(dir: &Path, name: &str) -> Result<Option<T>> {
    let path: PathBuf = dir.join(name);
    match fs::read(&path) {
        Ok(bytes) => decode(&path, &bytes).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", &path)(error)),
    }
}

/// Decodes a record that was read from `path`.
pub fn decode<T: for<'b> Decode<'b, ()>>(path: &Path, bytes: &[u8]) -> Result<T> {
    minicbor::decode(bytes).map_err(|error| Error::Decode {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// Now, in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Exit, ExitStatus, Limits};

    fn unhex(text: &str) -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(byte).collect()
    }

    fn hex(record: &impl Encode<()>) -> String {
        encode(record)
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The bytes of the first release: an agent must read what an older one's shims have left.
    #[test]
    fn records_of_the_first_release_stay_readable() {
        let process = ProcessId {
            pid: 7,
            start_ticks: 500,
        };
        let state = State {
            shim: process,
            init: process,
            boot_id: "b".to_owned(),
            started_ms: 1,
        };
        assert_eq!(hex(&state), ["84", "82071901f4", "82071901f4", "6162", "01"].concat());
        let exit = Exit {
            status: ExitStatus::Signal(9),
            oom: true,
            memory_limit_bytes: Some(100),
            memory_peak_bytes: None,
            started_ms: 1,
            ended_ms: 2,
            kill_requested: false,
            forced: false,
            output_lost_bytes: 0,
        };
        assert_eq!(
            hex(&exit),
            ["89", "82018109", "f5", "1864", "f6", "01", "02", "f4", "f4", "00"].concat()
        );
        let mut launch = Launch::new("c", Command::Shell("x".to_owned()), "/s");
        launch.env = vec![("A".to_owned(), "B".to_owned())];
        launch.limits = Limits {
            pids_max: Some(3),
            ..Limits::default()
        };
        let ids = Some(Ids {
            uid: 1,
            gid: 2,
            groups: vec![2],
        });
        let order = Order {
            launch,
            ids,
            namespaces: true,
            cgroup: None,
            shared: None,
        };
        let fields = [
            "6163",
            "8200816178",
            "818261416142",
            "f6",
            "622f73",
            "84f6f6f603",
            "f5",
            "821a00a0000009",
            "190bb8",
        ];
        let (fields, rest) = (fields.concat(), "83010281".to_owned() + "02" + "f5");
        assert_eq!(hex(&order), format!("838a{fields}80{rest}"));
        let first: Order = minicbor::decode(&unhex(&format!("8389{fields}{rest}"))).unwrap();
        assert_eq!(first, order);
        assert_eq!(minicbor::decode::<Order>(&encode(&order).unwrap()).unwrap(), order);
    }

    /// Fields of a later release are skipped.
    #[test]
    fn unknown_fields_are_skipped() {
        let bytes = [0x85, 0x82, 7, 8, 0x82, 9, 10, 0x61, b'b', 1, 0x63, b'n', b'e', b'w'];
        let state: State = minicbor::decode(&bytes).unwrap();
        assert_eq!((state.shim.pid, state.init.start_ticks, state.started_ms), (7, 10, 1));
    }
}
