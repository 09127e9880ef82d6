use std::collections::BTreeSet;

use model_cluster::MachineId;

use super::{
    Decided,
    schedule_maintenance::{check_machines, invalid, show},
};
use crate::{Event, Master};

impl Master {
    /// Brings machines up; they leave the schedule.
    pub(super) fn stop_maintenance(&self, machines: Vec<MachineId>) -> Decided {
        check_machines(&machines, &mut BTreeSet::new())?;
        for machine in &machines {
            if !self.hard.maintenance.has(machine) {
                return invalid(format!(
                    "Machine '{}' is not part of a maintenance schedule",
                    show(machine)
                ));
            }
            if !self.hard.maintenance.down.contains(machine) {
                return invalid(format!(
                    "Machine '{}' is not in DOWN mode and cannot be brought up",
                    show(machine)
                ));
            }
        }
        Ok(vec![Event::MaintenanceStopped { machines }])
    }
}
