use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::{MachineId, master::call::StopMaintenance};

use super::{Answer, CallError, agent_command, machines};
use crate::{Master, access::Caller};

/// STOP_MAINTENANCE: brings machines up that are down.
pub(super) async fn run(master: &Master, caller: &Caller, call: StopMaintenance) -> Result<Answer, CallError> {
    stop(master, caller, &call.machines).await
}

/// The same, as the older endpoint does it too.
pub(crate) async fn stop(master: &Master, caller: &Caller, wire: &[MachineId]) -> Result<Answer, CallError> {
    let machines = machines(wire)?;
    for machine in &machines {
        caller.demand(Action::StopMaintenance, &Object::Machine(machine))?;
    }
    agent_command(master, caller, Command::StopMaintenance { machines }).await
}
