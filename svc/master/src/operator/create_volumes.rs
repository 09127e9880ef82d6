use wire_mesos::v1::{
    master::call::CreateVolumes,
    offer::{
        self,
        operation::{Create, Type},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// CREATE_VOLUMES: makes persistent volumes of reserved disk.
pub(super) async fn run(master: &Master, caller: &Caller, call: CreateVolumes) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.value;
    let operation = offer::Operation {
        create: Some(Create { volumes: call.volumes }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::Create, operation).await
}
