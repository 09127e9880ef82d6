use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::{MachineId, master::call::StartMaintenance};

use super::{Answer, CallError, agent_command, machines};
use crate::{Master, access::Caller};

/// START_MAINTENANCE: takes machines down that are scheduled.
pub(super) async fn run(master: &Master, caller: &Caller, call: StartMaintenance) -> Result<Answer, CallError> {
    start(master, caller, &call.machines).await
}

/// The same, as the older endpoint does it too.
pub(crate) async fn start(master: &Master, caller: &Caller, wire: &[MachineId]) -> Result<Answer, CallError> {
    let machines = machines(wire)?;
    for machine in &machines {
        caller.demand(Action::StartMaintenance, &Object::Machine(machine))?;
    }
    agent_command(master, caller, Command::StartMaintenance { machines }).await
}
