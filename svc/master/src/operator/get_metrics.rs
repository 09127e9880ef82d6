use wire_mesos::v1::{
    Metric,
    master::response::{GetMetrics, Type},
};

use super::{Answer, CallError};
use crate::{Master, endpoints};

/// GET_METRICS. They are there at once, so the call's timeout is of no matter.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    let snapshot = master.handle.state().await?;
    let metric = |(name, value)| Metric {
        name,
        value: Some(value),
    };
    let metrics = GetMetrics {
        metrics: endpoints::all_metrics(master, &snapshot)
            .into_iter()
            .map(metric)
            .collect(),
    };
    Ok(Answer::message(Type::GetMetrics, |response| {
        response.get_metrics = Some(metrics);
    }))
}
