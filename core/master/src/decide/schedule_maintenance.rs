use std::collections::BTreeSet;

use model_cluster::{MachineId, Window};

use super::Decided;
use crate::{Drop, Event, Maintenance, Master, Reject};

impl Master {
    /// Replaces the schedule. What it must be like is Mesos' `maintenance::validation::schedule`.
    pub(super) fn schedule_maintenance(&self, windows: Vec<Window>) -> Decided {
        let mut seen = BTreeSet::new();
        for window in &windows {
            if window.machines.is_empty() {
                return invalid("List of machines in the maintenance window is empty");
            }
            if window.unavailability.duration_nanos.is_some_and(|nanos| nanos < 0) {
                return invalid("Unavailability 'duration' is negative");
            }
            check_machines(&window.machines, &mut seen)?;
        }
        if let Some(down) = self.hard.maintenance.down.iter().find(|down| !seen.contains(down)) {
            return invalid(format!(
                "Machine '{}' is deactivated and cannot be removed from the schedule",
                show(down)
            ));
        }
        let next = Maintenance {
            windows,
            ..Maintenance::default()
        };
        let mut events = Vec::new();
        for (slot, agent) in self.hard.agents.iter() {
            // Offers say when their agent will not be there: frameworks hear it by new ones.
            if next.unavailability_of(&agent.spec) != self.scheduled.get(&slot).copied() {
                events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
            }
        }
        let windows = next.windows;
        events.push(Event::MaintenanceScheduled { windows });
        Ok(events)
    }
}

/// Machines that a request names: some, each once, each by something.
pub(super) fn check_machines<'a>(machines: &'a [MachineId], seen: &mut BTreeSet<&'a MachineId>) -> Result<(), Reject> {
    if machines.is_empty() {
        return invalid("List of machines is empty");
    }
    for machine in machines {
        if machine.hostname.is_none() && machine.ip.is_none() {
            return invalid("Both 'hostname' and 'ip' for a machine are empty");
        }
        if !seen.insert(machine) {
            return invalid(format!(
                "Machine '{}' appears more than once in the schedule",
                show(machine)
            ));
        }
    }
    Ok(())
}

pub(super) fn invalid<T>(why: impl Into<String>) -> Result<T, Reject> {
    Err(Reject::InvalidMaintenance(why.into()))
}

/// A machine as Mesos' errors show it.
pub(super) fn show(machine: &MachineId) -> String {
    let name = machine.hostname.as_ref().map(|name| format!(r#""hostname":"{name}""#));
    let ip = machine.ip.map(|ip| format!(r#""ip":"{ip}""#));
    let parts: Vec<String> = name.into_iter().chain(ip).collect();
    format!("{{{}}}", parts.join(","))
}
