//! A real master process, and requests to it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// Longer than any step takes.
pub const PATIENCE: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(5);

/// A master, killed when it is dropped.
pub struct Master {
    binary: PathBuf,
    /// Its directory.
    pub dir: PathBuf,
    /// Where it serves the Mesos API and links.
    pub mesos: SocketAddr,
    marathon: SocketAddr,
    /// Its process.
    pub process: Child,
}

impl Master {
    /// Starts one below a directory and waits until it answers.
    ///
    /// # Errors
    /// It ends, or does not answer in time.
    pub fn start(binary: &Path, dir: &Path) -> anyhow::Result<Self> {
        // Taken together, so that they are two; free again before the master takes them.
        let free = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
        let [mesos, marathon] = [free[0].local_addr()?, free[1].local_addr()?];
        drop(free);
        let process = spawn(binary, dir, mesos, marathon)?;
        let (binary, dir) = (binary.to_owned(), dir.join("master"));
        let mut master = Self {
            binary,
            dir,
            mesos,
            marathon,
            process,
        };
        master.wait_until_it_answers()?;
        Ok(master)
    }

    /// `kill -9`, and another one on the same directory and ports.
    ///
    /// # Errors
    /// As [`Master::start`].
    pub fn kill_and_start_again(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        let parent = self.dir.parent().context("the directory is below the run's")?;
        self.process = spawn(&self.binary, parent, self.mesos, self.marathon)?;
        self.wait_until_it_answers()
    }

    fn wait_until_it_answers(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.metric("master/elected").is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("the master ended with {status}; see {}", self.dir.display());
            }
            late(begun, "the master answers")?;
        }
        Ok(())
    }

    /// Waits until so many agents are active.
    ///
    /// # Errors
    /// They are not in time.
    pub fn wait_for_agents(&self, count: usize) -> anyhow::Result<()> {
        let begun = Instant::now();
        while (self.metric("master/slaves_active")? as usize) < count {
            late(begun, "all agents are active")?;
        }
        Ok(())
    }

    /// Posts an app of sleeping instances with ten labels.
    ///
    /// # Errors
    /// It is refused.
    pub fn put_app(&self, id: &str, instances: usize) -> anyhow::Result<()> {
        let labels: Vec<String> = (0..10)
            .map(|n| format!(r#""LABEL_{n}":"value-{n}-of-the-app""#))
            .collect();
        let app = format!(
            r#"{{"id":"{id}","cmd":"sleep 100000","cpus":0.1,"mem":32,"instances":{instances},"labels":{{{}}}}}"#,
            labels.join(",")
        );
        http(self.marathon, "POST", "/v2/apps", &app).map(drop)
    }

    /// A number of `/metrics/snapshot`.
    ///
    /// # Errors
    /// It is not there.
    pub fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let text = http(self.mesos, "GET", "/metrics/snapshot", "")?;
        let rest = text
            .split_once(&format!("\"{name}\":"))
            .context("the metric is there")?
            .1;
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        Ok(number.parse()?)
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn spawn(binary: &Path, dir: &Path, mesos: SocketAddr, marathon: SocketAddr) -> anyhow::Result<Child> {
    let mut command = Command::new(binary);
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(dir.join("log"))?;
    command.arg("master").arg("--dir").arg(dir.join("master"));
    command.args(["--mesos-port", &mesos.port().to_string()]);
    command.args(["--marathon-port", &marathon.port().to_string()]);
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn();
    child.with_context(|| format!("cannot start {}", binary.display()))
}

fn late(begun: Instant, what: &str) -> anyhow::Result<()> {
    if begun.elapsed() > PATIENCE {
        bail!("not within {} s: {what}", PATIENCE.as_secs());
    }
    std::thread::sleep(PAUSE);
    Ok(())
}

/// Asks once, on a connection of its own; the answer with its head.
///
/// # Errors
/// No answer, or one that is no success.
pub fn http(address: SocketAddr, method: &str, path: &str, body: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 20") {
        bail!("{method} {path}: {}", answer.lines().next().unwrap_or("no answer"));
    }
    Ok(answer)
}
