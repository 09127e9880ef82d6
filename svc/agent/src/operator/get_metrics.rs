use wire_mesos::v1::{
    Metric,
    agent::response::{GetMetrics, Type},
};

use super::{Answer, CallError};
use crate::api::{Agent, metrics};

/// GET_METRICS. They are there at once, so the call's timeout is of no matter.
pub(super) async fn answer(agent: &Agent) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let metric = |(name, value)| Metric {
        name,
        value: Some(value),
    };
    let metrics = GetMetrics {
        metrics: metrics::all(agent, &snapshot.state).into_iter().map(metric).collect(),
    };
    Ok(Answer::message(Type::GetMetrics, |response| {
        response.get_metrics = Some(metrics);
    }))
}
