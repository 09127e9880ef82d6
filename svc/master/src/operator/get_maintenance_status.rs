use wire_mesos::v1::master::response::{GetMaintenanceStatus, Type};

use super::Answer;

/// GET_MAINTENANCE_STATUS: machines that are draining or down. Nobody can schedule maintenance in this release.
pub(super) fn answer() -> Answer {
    let status = GetMaintenanceStatus::default();
    Answer::message(Type::GetMaintenanceStatus, |response| {
        response.get_maintenance_status = Some(status);
    })
}
