use wire_mesos::v1::{
    master::call::DestroyVolumes,
    offer::{
        self,
        operation::{Destroy, Type},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// DESTROY_VOLUMES: removes persistent volumes and their data.
pub(super) async fn run(master: &Master, caller: &Caller, call: DestroyVolumes) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.value;
    let operation = offer::Operation {
        destroy: Some(Destroy { volumes: call.volumes }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::Destroy, operation).await
}
