use wire_mesos::v1::{
    master::call::ShrinkVolume,
    offer::{
        self,
        operation::{ShrinkVolume as Shrink, Type},
    },
};

use super::{Answer, CallError, convert};
use crate::{Master, access::Caller};

/// SHRINK_VOLUME: takes disk from a persistent volume.
pub(super) async fn run(master: &Master, caller: &Caller, call: ShrinkVolume) -> Result<Answer, CallError> {
    let agent_id = call.agent_id.map(|id| id.value).unwrap_or_default();
    let operation = offer::Operation {
        shrink_volume: Some(Shrink {
            volume: call.volume,
            subtract: call.subtract,
        }),
        ..Default::default()
    };
    convert::wire(master, caller, &agent_id, Type::ShrinkVolume, operation).await
}
