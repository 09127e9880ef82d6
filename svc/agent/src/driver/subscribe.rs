use core_agent::ExecutorKey;
use io_httpd::drop_off;
use tracing::{debug, info};
use wire_mesos::{
    cluster::framework_to_wire,
    driver::{Route, executor::Addressee, post},
    internal::ShutdownExecutorMessage,
    v1::{self, executor::call::Subscribe},
};

use super::link;
use crate::{
    api::Agent,
    executor::{Form, enter, known, next_connection},
};

/// Subscribes an executor by its driver. One that has a link stays on it: `again` or not, it only missed the answer.
pub(super) async fn subscribe(agent: &Agent, route: &Route, key: ExecutorKey, subscribe: &Subscribe, again: bool) {
    let back = route.back();
    let Some(to) = addressee(agent, &back, &key).await else {
        return refuse(&back, &key, "it is not to run here");
    };
    if is_taken(agent, &key, route).await {
        return refuse(&back, &key, "another process is this executor");
    }
    let fresh = next_connection();
    let (connection, events) = match agent.executors.open(fresh, Form::Driver(to), known(subscribe)) {
        Ok(events) => (fresh, Some(events)),
        Err(connection) => (connection, None),
    };
    let pid = Some(route.from.to_string());
    let entered = enter(agent, &key, subscribe, connection, pid, again).await;
    match (entered, events) {
        (Ok(()), Some(events)) => drop(tokio::spawn(link::carry(agent.clone(), key, connection, back, events))),
        (Ok(()), None) => debug!(executor_id = %key.executor_id, "a driver that has a link registers"),
        (Err(error), events) => {
            if events.is_some() {
                agent.executors.close(connection);
            }
            refuse(&back, &key, &error.to_string());
        }
    }
}

/// Whom events are posted to; `None` if no such executor of a framework is to run here.
async fn addressee(agent: &Agent, route: &Route, key: &ExecutorKey) -> Option<Addressee> {
    let snapshot = agent.handle.state().await.ok()?;
    let executor = snapshot.state.executor(key).filter(|executor| executor.is_custom())?;
    Some(Addressee {
        route: route.clone(),
        framework: framework_to_wire(&key.framework_id, &executor.framework),
        agent_id: v1::AgentId {
            value: snapshot.state.agent_id()?.to_string(),
        },
        executor_id: v1::ExecutorId {
            value: key.executor_id.to_string(),
        },
    })
}

/// Whether another process is subscribed as this executor.
async fn is_taken(agent: &Agent, key: &ExecutorKey, route: &Route) -> bool {
    let Ok(snapshot) = agent.handle.state().await else {
        return false;
    };
    let connection = snapshot.state.connection(key);
    connection.is_some_and(|connection| agent.executors.driver(connection).as_ref() != Some(&route.from))
}

/// Tells a driver to shut down, as Mesos does: it has no use here.
fn refuse(route: &Route, key: &ExecutorKey, why: &str) {
    info!(executor_id = %key.executor_id, framework_id = %key.framework_id, driver = %route.to, why, "an executor is refused");
    let message = ShutdownExecutorMessage {
        executor_id: Some(v1::ExecutorId {
            value: key.executor_id.to_string(),
        }),
        framework_id: Some(v1::FrameworkId {
            value: key.framework_id.to_string(),
        }),
    };
    drop_off(route.to.address, post(route, &message).into());
}
