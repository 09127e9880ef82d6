use core_master::Command;
use wire_mesos::{
    cluster::schedule_from_wire,
    v1::{maintenance::Schedule, master::call::UpdateMaintenanceSchedule},
};

use super::{Answer, CallError, agent_command};
use crate::Master;

/// UPDATE_MAINTENANCE_SCHEDULE: replaces the windows.
pub(super) async fn run(master: &Master, call: UpdateMaintenanceSchedule) -> Result<Answer, CallError> {
    update(master, &call.schedule).await
}

/// Replaces the schedule, as the older endpoint does too.
pub(crate) async fn update(master: &Master, schedule: &Schedule) -> Result<Answer, CallError> {
    let windows = schedule_from_wire(schedule).map_err(CallError::bad)?;
    agent_command(master, Command::ScheduleMaintenance { windows }).await
}
