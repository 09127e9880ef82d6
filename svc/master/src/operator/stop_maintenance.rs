use core_master::Command;
use wire_mesos::v1::{MachineId, master::call::StopMaintenance};

use super::{Answer, CallError, agent_command, machines};
use crate::Master;

/// STOP_MAINTENANCE: brings machines up that are down.
pub(super) async fn run(master: &Master, call: StopMaintenance) -> Result<Answer, CallError> {
    stop(master, &call.machines).await
}

/// The same, as the older endpoint does it too.
pub(crate) async fn stop(master: &Master, wire: &[MachineId]) -> Result<Answer, CallError> {
    let machines = machines(wire)?;
    agent_command(master, Command::StopMaintenance { machines }).await
}
