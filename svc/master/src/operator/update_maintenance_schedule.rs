use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::{
    cluster::schedule_from_wire,
    v1::{maintenance::Schedule, master::call::UpdateMaintenanceSchedule},
};

use super::{Answer, CallError, agent_command};
use crate::{Master, access::Caller};

/// UPDATE_MAINTENANCE_SCHEDULE: replaces the windows.
pub(super) async fn run(
    master: &Master,
    caller: &Caller,
    call: UpdateMaintenanceSchedule,
) -> Result<Answer, CallError> {
    update(master, caller, &call.schedule).await
}

/// Replaces the schedule, as the older endpoint does too.
pub(crate) async fn update(master: &Master, caller: &Caller, schedule: &Schedule) -> Result<Answer, CallError> {
    let windows = schedule_from_wire(schedule).map_err(CallError::bad)?;
    for machine in windows.iter().flat_map(|window| &window.machines) {
        caller.demand(Action::UpdateMaintenanceSchedule, &Object::Machine(machine))?;
    }
    agent_command(master, caller, Command::ScheduleMaintenance { windows }).await
}
