//! Agents that are really connected, each by a TCP connection of its own: the agents' protocol without containers. Every
//! task that one gets runs at once and for ever.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, Secret, Uuid};
use io_link::{Control, Outbox, dial};
use model_cluster::{Source, TaskState, TaskStatus};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use wire_link::{Hello, Origin, RunTask, TaskReport, ToAgent, ToMaster, Update};

use crate::nouns;

/// How many dial at once: fewer than a listener lets wait.
const DIALLING: usize = 512;
/// As the agent's daemon has it.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What all agents of this process have in common. It tells on standard output when all are linked (`linked`), and when
/// the master has acknowledged a number of RUNNING, and each after that (`running COUNT`).
pub struct Fleet {
    master: SocketAddr,
    token: String,
    count: usize,
    /// With how many RUNNING it begins to tell.
    first: usize,
    linked: AtomicUsize,
    acknowledged: AtomicUsize,
    dialling: Semaphore,
}

/// One agent.
struct Agent {
    fleet: Arc<Fleet>,
    number: usize,
    known_as: Option<(AgentId, ClusterId, Secret)>,
    seen: (u64, u64),
    /// The leadership of that epoch.
    leadership: u64,
    tasks: Vec<(RunTask, TaskStatus)>,
}

impl Fleet {
    /// Keeps `count` agents linked to a master until this process is killed.
    pub async fn run(master: SocketAddr, token: String, count: usize, first: usize) {
        let fleet = Arc::new(Self {
            master,
            token,
            count,
            first,
            linked: AtomicUsize::new(0),
            acknowledged: AtomicUsize::new(0),
            dialling: Semaphore::new(DIALLING),
        });
        let agents = (0..count).map(|number| {
            let agent = Agent {
                fleet: fleet.clone(),
                number,
                known_as: None,
                seen: (0, 0),
                leadership: 0,
                tasks: Vec::new(),
            };
            tokio::spawn(agent.run())
        });
        futures::future::join_all(agents.collect::<Vec<_>>()).await;
    }

    fn link(&self) {
        if self.linked.fetch_add(1, Ordering::Relaxed) + 1 == self.count {
            say("linked");
        }
    }

    fn acknowledge(&self) {
        let acknowledged = self.acknowledged.fetch_add(1, Ordering::Relaxed) + 1;
        if acknowledged >= self.first {
            say(&format!("running {acknowledged}"));
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads any more: this process is about to be killed.
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

impl Agent {
    async fn run(mut self) {
        let mut wait = SHORTEST_WAIT;
        loop {
            let mut linked = false;
            let broken = self.session(&mut linked).await;
            if linked {
                self.fleet.linked.fetch_sub(1, Ordering::Relaxed);
                wait = SHORTEST_WAIT;
            }
            if let Err(broken) = broken
                && wait == LONGEST_WAIT
            {
                eprintln!("agent {}: {broken:#}", self.number);
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn session(&mut self, linked: &mut bool) -> anyhow::Result<()> {
        let (outbox, mut control, _streams) = {
            let _turn = self.fleet.dialling.acquire().await?;
            let known = self.known_as.as_ref();
            let bearer = known.map_or(self.fleet.token.as_str(), |(_, _, credential)| credential.reveal());
            dial(self.fleet.master, bearer).await?
        };
        outbox.send(ToMaster::Hello(self.hello()));
        self.enter(&mut control).await?;
        outbox.send(ToMaster::Executors(Vec::new()));
        outbox.send(ToMaster::Report(self.tasks.iter().map(report).collect()));
        *linked = true;
        self.fleet.link();
        loop {
            self.obey(control.recv().await?, &outbox);
        }
    }

    fn hello(&self) -> Hello {
        Hello {
            agent_id: self.known_as.as_ref().map(|known| known.0.clone()),
            cluster_id: self.known_as.as_ref().map(|known| known.1.clone()),
            epoch: self.seen.0,
            index: self.seen.1,
            leadership: self.leadership,
            ..nouns::hello(self.number, nouns::AGENT_RESOURCES)
        }
    }

    async fn enter(&mut self, control: &mut Control<ToAgent>) -> anyhow::Result<()> {
        let welcome = match control.recv().await? {
            ToAgent::Welcome(welcome) => welcome,
            other => bail!("the master answers with {other:?}"),
        };
        let credential = welcome.credential.or_else(|| Some(self.known_as.take()?.2));
        let credential = credential.context("a new agent gets a credential")?;
        self.known_as = Some((welcome.agent_id, welcome.cluster_id, credential));
        self.seen = (welcome.epoch, welcome.index);
        self.leadership = welcome.leadership;
        Ok(())
    }

    fn obey(&mut self, message: ToAgent, outbox: &Outbox<ToMaster>) {
        match message {
            ToAgent::Ping { epoch, index } => {
                self.seen = (epoch, index);
                outbox.send(ToMaster::Pong);
            }
            ToAgent::Run(order) => {
                let task_id = order.task.task_id.clone();
                if self.tasks.iter().any(|(known, _)| known.task.task_id == task_id) {
                    return;
                }
                let mut status = TaskStatus::new(task_id, TaskState::Running, Source::Executor, wall());
                let unique = (self.number as u128) << 64 | self.tasks.len() as u128;
                status.uuid = Some(Uuid::from_random(unique));
                outbox.send(ToMaster::Update(Update {
                    framework_id: order.framework_id.clone(),
                    status: status.clone(),
                }));
                self.tasks.push((order, status));
            }
            ToAgent::Ack { .. } => self.fleet.acknowledge(),
            _ => {}
        }
    }
}

fn report((order, status): &(RunTask, TaskStatus)) -> TaskReport {
    TaskReport {
        framework_id: order.framework_id.clone(),
        task: order.task.as_ref().clone(),
        state: status.state,
        last: Some(status.clone()),
        origin: Origin {
            leadership: order.leadership,
            index: order.index,
        },
    }
}

fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::EPOCH + since
}
