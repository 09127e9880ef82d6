//! The link to the leader: dial, introduce, report, then obey.

use std::{net::SocketAddr, time::Duration};

use base_ids::Principal;
use core_agent::{Command, Key, Reject};
use io_engine::Failure;
use io_httpd::{Router, serve_stream};
use io_link::{Control, DialError, Outbox, Streams, dial};
use model_cluster::AgentSpec;
use thiserror::Error;
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};
use wire_link::{Hello, PROTOCOL, ReconfigurationPolicy, ToAgent, ToMaster, Welcome};

use crate::{Handle, effects::Uplink, executor::Executors};

const PATIENCE: Duration = Duration::from_secs(10);
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug, Error)]
enum Broken {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error(transparent)]
    Lost(#[from] io_link::Lost),
    #[error("the master was silent for {0:?}")]
    Silent(Duration),
    #[error("the master refuses this agent: {0}")]
    Refused(String),
    #[error("{0}")]
    Machine(#[from] Failure<Reject>),
    #[error("this agent has no credential and no join token")]
    NoToken,
}

/// Keeps a link for ever.
pub(crate) struct Link {
    pub(crate) masters: Vec<SocketAddr>,
    pub(crate) join_token: Option<String>,
    pub(crate) spec: AgentSpec,
    pub(crate) policy: ReconfigurationPolicy,
    pub(crate) handle: Handle,
    pub(crate) uplink: Uplink,
    pub(crate) who: Principal,
    pub(crate) router: Router,
    pub(crate) executors: Executors,
}

impl Link {
    pub(crate) async fn run(self) {
        let mut wait = SHORTEST_WAIT;
        let (mut next, mut leader) = (0, None);
        loop {
            let address = leader.take().unwrap_or_else(|| {
                next += 1;
                self.masters[next % self.masters.len()]
            });
            let broken = match self.session(address, &mut wait).await {
                Err(Broken::Dial(DialError::Refused {
                    location: Some(location),
                    ..
                })) => {
                    leader = leader_of(&location);
                    Broken::Silent(Duration::ZERO)
                }
                Err(broken) => broken,
                Ok(never) => match never {},
            };
            self.uplink.set(None);
            if leader.is_none() {
                if wait > Duration::from_secs(1) {
                    warn!(error = %broken, "no link to a master; tasks go on, trying again");
                } else {
                    debug!(error = %broken, "no link to a master");
                }
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }

    /// One connection from its start to its end.
    async fn session(&self, address: SocketAddr, wait: &mut Duration) -> Result<std::convert::Infallible, Broken> {
        let snapshot = self.handle.state().await?;
        let agent = &snapshot.state;
        let bearer = agent
            .credential()
            .or(self.join_token.as_deref())
            .ok_or(Broken::NoToken)?;
        let (outbox, mut control, streams) = dial(address, bearer).await?;
        let (epoch, index) = agent.seen();
        outbox.send(ToMaster::Hello(Hello {
            protocol: PROTOCOL,
            agent_id: agent.agent_id().cloned(),
            cluster_id: agent.cluster_id().cloned(),
            epoch,
            index,
            spec: self.spec.clone(),
            policy: Some(self.policy),
            leadership: snapshot.state.leadership(),
        }));
        let welcome = self.welcome(&mut control).await?;
        let silence = Duration::from_millis(welcome.ping_interval_ms.max(100)) * 5;
        let agent_id = welcome.agent_id.clone();
        self.handle.submit(&self.who, Command::Join(welcome)).await?;
        self.report(&outbox).await?;
        info!(%agent_id, %address, "linked");
        *wait = SHORTEST_WAIT;
        self.serve(streams);
        loop {
            match timeout(silence, control.recv())
                .await
                .map_err(|_| Broken::Silent(silence))??
            {
                ToAgent::Ping { epoch, index } => {
                    outbox.send(ToMaster::Pong);
                    self.handle.tell(&self.who, Command::SeeEpoch { epoch, index })?;
                }
                ToAgent::Refused { why, .. } => return Err(Broken::Refused(why)),
                message => self.obey(message, &outbox).await?,
            }
        }
    }

    async fn welcome(&self, control: &mut Control<ToAgent>) -> Result<Welcome, Broken> {
        match timeout(PATIENCE, control.recv())
            .await
            .map_err(|_| Broken::Silent(PATIENCE))??
        {
            ToAgent::Welcome(welcome) => Ok(welcome),
            ToAgent::Refused { why, .. } => Err(Broken::Refused(why)),
            other => Err(Broken::Refused(format!("it answered the introduction with {other:?}"))),
        }
    }

    /// Tells all that is here, then the updates that nobody has acknowledged.
    async fn report(&self, outbox: &Outbox<ToMaster>) -> Result<(), Broken> {
        // Before the state is looked at: an update that comes between is sent at once, or is in the state.
        self.uplink.set(Some(outbox.clone()));
        let snapshot = self.handle.state().await?;
        if let Some(held) = snapshot.state.held() {
            outbox.send(ToMaster::Held(held.clone()));
        } else if let Some(unmade) = snapshot.state.unmade() {
            outbox.send(ToMaster::Unmade(unmade));
        }
        outbox.send(ToMaster::Executors(snapshot.state.executor_report()));
        outbox.send(ToMaster::Report(snapshot.state.report()));
        for (key, task) in snapshot.state.tasks() {
            if let Some(update) = task.update(&key.framework_id) {
                outbox.send(ToMaster::Update(update));
            }
        }
        // Again, now that the master knows which tasks are over: an executor that is missing may have been kept for one.
        outbox.send(ToMaster::Executors(snapshot.state.executor_report()));
        // By the machine, so that it does not come after a later one.
        self.handle.submit(&self.who, Command::RepeatEstimate).await?;
        Ok(())
    }

    async fn obey(&self, message: ToAgent, outbox: &Outbox<ToMaster>) -> Result<(), Broken> {
        let command = match message {
            ToAgent::Run(order) => Command::RunTask(order),
            ToAgent::Hold(order) => Command::Hold(order),
            ToAgent::Kill(order) => {
                let answer = self.handle.submit(&self.who, Command::KillTask(order)).await;
                if let Err(Failure::Rejected(Reject::UnknownTask(_))) = answer {
                    return self.report(outbox).await;
                }
                answer?;
                return Ok(());
            }
            ToAgent::Ack {
                framework_id,
                task_id,
                uuid,
            } => Command::Acknowledge(Key { framework_id, task_id }, uuid),
            ToAgent::Shutdown(order) => {
                let answer = self.handle.submit(&self.who, Command::ShutdownExecutor(order)).await;
                if let Err(Failure::Rejected(Reject::UnknownExecutor(_))) = answer {
                    let snapshot = self.handle.state().await?;
                    outbox.send(ToMaster::Executors(snapshot.state.executor_report()));
                    return Ok(());
                }
                answer?;
                return Ok(());
            }
            ToAgent::Message(message) => {
                let snapshot = self.handle.state().await?;
                self.executors.pass_on(&snapshot.state, &message);
                return Ok(());
            }
            ToAgent::Welcome(_) | ToAgent::Refused { .. } | ToAgent::Ping { .. } => return Ok(()),
        };
        Ok(self.handle.tell(&self.who, command)?)
    }

    fn serve(&self, mut streams: Streams) {
        let router = self.router.clone();
        tokio::spawn(async move {
            while let Some(stream) = streams.next().await {
                tokio::spawn(serve_stream(stream, router.clone()));
            }
        });
    }
}

/// The address in `//host:port` or `http://host:port/path`.
fn leader_of(location: &str) -> Option<SocketAddr> {
    let rest = location.trim_start_matches("http:").trim_start_matches("//");
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_leader_in_a_location() {
        let address = "127.0.0.1:5050".parse().ok();
        assert_eq!(leader_of("//127.0.0.1:5050"), address);
        assert_eq!(leader_of("http://127.0.0.1:5050/harmony/v1/link"), address);
        assert_eq!(leader_of("//[::1]:5050"), "[::1]:5050".parse().ok());
        assert_eq!(leader_of("nonsense"), None);
    }
}
