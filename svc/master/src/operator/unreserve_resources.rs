use wire_mesos::v1::{
    master::call::UnreserveResources,
    offer::{
        self,
        operation::{Type, Unreserve},
    },
};

use super::{Answer, CallError, convert};
use crate::Master;

/// UNRESERVE_RESOURCES: takes a reservation off.
pub(super) async fn run(master: &Master, call: UnreserveResources) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.value;
    let operation = offer::Operation {
        unreserve: Some(Unreserve {
            resources: call.resources,
        }),
        ..Default::default()
    };
    convert::wire(master, &agent_id, Type::Unreserve, operation).await
}
