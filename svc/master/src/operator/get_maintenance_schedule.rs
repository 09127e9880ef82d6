use wire_mesos::v1::master::response::{GetMaintenanceSchedule, Type};

use super::Answer;

/// GET_MAINTENANCE_SCHEDULE: the windows. Nobody can schedule maintenance in this release.
pub(super) fn answer() -> Answer {
    let schedule = GetMaintenanceSchedule::default();
    Answer::message(Type::GetMaintenanceSchedule, |response| {
        response.get_maintenance_schedule = Some(schedule);
    })
}
