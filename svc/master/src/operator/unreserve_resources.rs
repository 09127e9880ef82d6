use wire_mesos::v1::{
    master::call::UnreserveResources,
    offer::{
        self,
        operation::{Type, Unreserve},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// UNRESERVE_RESOURCES: takes a reservation off.
pub(super) async fn run(master: &Master, caller: &Caller, call: UnreserveResources) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.value;
    let operation = offer::Operation {
        unreserve: Some(Unreserve {
            resources: call.resources,
        }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::Unreserve, operation).await
}
