use wire_mesos::v1::{
    master::call::ReserveResources,
    offer::{
        self,
        operation::{Reserve, Type},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// RESERVE_RESOURCES: reserves free resources for a role.
pub(super) async fn run(master: &Master, caller: &Caller, call: ReserveResources) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.value;
    let operation = offer::Operation {
        reserve: Some(Reserve {
            source: call.source,
            resources: call.resources,
        }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::Reserve, operation).await
}
