use core_authorizer::{Action, Object};
use core_master::{Answer as Said, Master as Pool};
use model_cluster::MachineId;
use wire_mesos::{
    cluster::machine_to_wire,
    v1::{
        self,
        allocator::{InverseOfferStatus, inverse_offer_status::Status},
        maintenance::{ClusterStatus, cluster_status::DrainingMachine},
        master::response::{GetMaintenanceStatus, Type},
    },
};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// GET_MAINTENANCE_STATUS: machines that are draining or down.
pub(super) async fn answer(master: &Master, caller: &Caller) -> Result<Answer, CallError> {
    let status = status(master, caller).await?;
    Ok(Answer::message(Type::GetMaintenanceStatus, |response| {
        response.get_maintenance_status = Some(GetMaintenanceStatus { status });
    }))
}

/// The status of the machines that may be shown, as the older endpoint shows it too.
pub(crate) async fn status(master: &Master, caller: &Caller) -> Result<ClusterStatus, CallError> {
    let snapshot = master.handle.state().await?;
    let pool = &snapshot.state.master;
    let maintenance = pool.maintenance();
    let scheduled = maintenance.windows.iter().flat_map(|window| &window.machines);
    let approver = caller.approver(Action::GetMaintenanceStatus);
    let may_be_shown = |machine: &&MachineId| approver.approves(&Object::Machine(machine));
    let draining = scheduled.filter(|machine| !maintenance.down.contains(machine));
    let down = maintenance.down.iter().filter(may_be_shown);
    Ok(ClusterStatus {
        draining_machines: draining
            .filter(may_be_shown)
            .map(|machine| draining_machine(pool, machine))
            .collect(),
        down_machines: down.map(machine_to_wire).collect(),
    })
}

/// A machine that is not down yet, and what the frameworks with tasks on it say to that.
fn draining_machine(pool: &Pool, machine: &MachineId) -> DrainingMachine {
    let agents = pool.agents().filter(|(_, agent)| machine.holds(&agent.spec));
    let said = agents.flat_map(|(slot, _)| pool.answers(slot));
    let status = |(framework_id, said): (&base_ids::FrameworkId, Said)| InverseOfferStatus {
        status: if said.accepted { Status::Accept } else { Status::Decline } as i32,
        framework_id: v1::FrameworkId {
            value: framework_id.to_string(),
        },
        timestamp: v1::TimeInfo {
            nanoseconds: said.at.as_micros().saturating_mul(1000),
        },
    };
    DrainingMachine {
        id: machine_to_wire(machine),
        statuses: said.map(status).collect(),
    }
}
