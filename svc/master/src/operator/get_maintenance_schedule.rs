use wire_mesos::{
    cluster::schedule_to_wire,
    v1::{
        maintenance::Schedule,
        master::response::{GetMaintenanceSchedule, Type},
    },
};

use super::{Answer, CallError};
use crate::Master;

/// GET_MAINTENANCE_SCHEDULE: the windows.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    let schedule = schedule(master).await?;
    Ok(Answer::message(Type::GetMaintenanceSchedule, |response| {
        response.get_maintenance_schedule = Some(GetMaintenanceSchedule { schedule });
    }))
}

/// The schedule, as the older endpoint shows it too.
pub(crate) async fn schedule(master: &Master) -> Result<Schedule, CallError> {
    let snapshot = master.handle.state().await?;
    Ok(schedule_to_wire(&snapshot.state.master.maintenance().windows))
}
