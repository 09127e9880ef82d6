use core_agent::ExecutorKey;
use tracing::debug;
use wire_mesos::{driver::Route, v1::executor::Call};

use crate::{api::Agent, executor::perform};

/// A call other than SUBSCRIBE, from the driver that the executor has. What is lost here the driver keeps: it says it again
/// when it comes back.
pub(super) async fn call(agent: &Agent, route: &Route, key: ExecutorKey, call: Call) {
    let Ok(snapshot) = agent.handle.state().await else {
        return;
    };
    let executor = snapshot.state.executor(&key);
    let pid = executor.and_then(|executor| executor.pid.as_ref());
    if pid != Some(&route.from.to_string()) {
        debug!(executor_id = %key.executor_id, from = %route.from, "a call is not from the executor's driver");
        return;
    }
    let kind = call.r#type();
    if let Err(error) = perform(agent, key, call).await {
        debug!(from = %route.from, kind = kind.as_str_name(), %error, "a driver's call is refused");
    }
}
