use wire_mesos::v1::{
    master::call::GrowVolume,
    offer::{
        self,
        operation::{GrowVolume as Grow, Type},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// GROW_VOLUME: gives a persistent volume more disk.
pub(super) async fn run(master: &Master, caller: &Caller, call: GrowVolume) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.map(|id| id.value).unwrap_or_default();
    let operation = offer::Operation {
        grow_volume: Some(Grow {
            volume: call.volume,
            addition: call.addition,
        }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::GrowVolume, operation).await
}
