use core_master::Command;
use wire_mesos::v1::{MachineId, master::call::StartMaintenance};

use super::{Answer, CallError, agent_command, machines};
use crate::Master;

/// START_MAINTENANCE: takes machines down that are scheduled.
pub(super) async fn run(master: &Master, call: StartMaintenance) -> Result<Answer, CallError> {
    start(master, &call.machines).await
}

/// The same, as the older endpoint does it too.
pub(crate) async fn start(master: &Master, wire: &[MachineId]) -> Result<Answer, CallError> {
    let machines = machines(wire)?;
    agent_command(master, Command::StartMaintenance { machines }).await
}
