use core_agent::{Command, ExecutorKey};
use io_httpd::{Bytes, pour};
use tokio::sync::mpsc;
use tracing::debug;
use wire_mesos::driver::Route;

use crate::{api::Agent, executor::principal};

/// Carries an executor's events to its driver. The end of the connection, whoever ends it, is the executor's.
pub(super) async fn carry(
    agent: Agent,
    key: ExecutorKey,
    connection: u64,
    route: Route,
    mut events: mpsc::Receiver<Bytes>,
) {
    if let Err(error) = pour(route.to.address, &mut events).await {
        debug!(executor_id = %key.executor_id, driver = %route.to, %error, "the link to a driver broke");
    }
    agent.executors.close(connection);
    let closed = Command::CloseExecutor { key, connection };
    drop(agent.handle.tell(&principal(), closed));
}
