use core_authorizer::{Action, Object};
use wire_mesos::{
    cluster::schedule_to_wire,
    v1::{
        maintenance::Schedule,
        master::response::{GetMaintenanceSchedule, Type},
    },
};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// GET_MAINTENANCE_SCHEDULE: the windows.
pub(super) async fn answer(master: &Master, caller: &Caller) -> Result<Answer, CallError> {
    let schedule = schedule(master, caller).await?;
    Ok(Answer::message(Type::GetMaintenanceSchedule, |response| {
        response.get_maintenance_schedule = Some(GetMaintenanceSchedule { schedule });
    }))
}

/// The schedule of the machines that may be shown, as the older endpoint shows it too.
pub(crate) async fn schedule(master: &Master, caller: &Caller) -> Result<Schedule, CallError> {
    let snapshot = master.handle.state().await?;
    let approver = caller.approver(Action::GetMaintenanceSchedule);
    let mut windows = snapshot.state.master.maintenance().windows.clone();
    for window in &mut windows {
        window
            .machines
            .retain(|machine| approver.approves(&Object::Machine(machine)));
    }
    windows.retain(|window| !window.machines.is_empty());
    Ok(schedule_to_wire(&windows))
}
