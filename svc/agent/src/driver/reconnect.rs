use std::{collections::BTreeMap, time::Duration};

use core_agent::{Agent, ExecutorKey};
use io_httpd::drop_off;
use tokio::{task::JoinHandle, time::sleep};
use tracing::debug;
use wire_mesos::{
    driver::{Pid, Route, executor::post_reconnect},
    v1::AgentId,
};

use super::PROCESS;
use crate::{Handle, Options};

/// Between two attempts. Libraries before Mesos 1.1.2 may hear only the second, as their link is half open.
const INTERVAL: Duration = Duration::from_secs(2);
/// How often an executor is asked; by then it has been waited for for long enough.
const ATTEMPTS: usize = 30;

/// The executors that are being asked to come back.
#[derive(Default)]
pub(crate) struct Reconnects(BTreeMap<ExecutorKey, JoinHandle<()>>);

impl Reconnects {
    /// Asks the driver that listens at `pid` until its executor is connected or over. One that is being asked already is
    /// left alone.
    pub(crate) fn ask(&mut self, options: &Options, handle: &Handle, key: ExecutorKey, pid: &str) {
        self.0.retain(|_, asking| !asking.is_finished());
        if self.0.contains_key(&key) {
            return;
        }
        let to = match pid.parse::<Pid>() {
            Ok(to) => to,
            Err(error) => {
                debug!(executor_id = %key.executor_id, %error, "an executor can't be reached");
                return;
            }
        };
        let from = Pid {
            id: PROCESS.to_owned(),
            address: options.endpoint(),
        };
        let asking = tokio::spawn(ask(handle.clone(), key.clone(), Route { from, to }));
        self.0.insert(key, asking);
    }
}

async fn ask(handle: Handle, key: ExecutorKey, route: Route) {
    for _ in 0..ATTEMPTS {
        let Ok(snapshot) = handle.state().await else {
            return;
        };
        let Some(agent_id) = away(&snapshot.state, &key) else {
            return;
        };
        drop_off(route.to.address, post_reconnect(&route, &agent_id).into());
        sleep(INTERVAL).await;
    }
}

/// The agent's id, if the executor is to come back.
fn away(agent: &Agent, key: &ExecutorKey) -> Option<AgentId> {
    let executor = agent.executor(key).filter(|executor| executor.doom.is_none())?;
    let away = executor.running && agent.connection(key).is_none();
    let agent_id = agent.agent_id().filter(|_| away)?;
    Some(AgentId {
        value: agent_id.to_string(),
    })
}
