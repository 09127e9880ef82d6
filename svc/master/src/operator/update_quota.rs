use core_control::Command;
use io_httpd::StatusCode;
use wire_mesos::{cluster::quota_from_wire, v1::master::call::UpdateQuota};

use super::{Answer, CallError, principal};
use crate::Master;

/// UPDATE_QUOTA: all of them or none.
pub(super) async fn run(master: &Master, call: UpdateQuota) -> Result<Answer, CallError> {
    let quotas = call.quota_configs.iter().map(quota_from_wire).collect::<Result<_, _>>();
    let quotas = quotas.map_err(|why| CallError::bad(format!("Invalid QuotaConfig: {why}")))?;
    let force = call.force();
    let command = core_master::Command::UpdateQuota { quotas, force };
    master.handle.submit(&principal(), Command::Master(command)).await?;
    Ok(Answer::Done(StatusCode::OK))
}
