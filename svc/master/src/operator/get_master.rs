use wire_mesos::v1::master::response::{GetMaster, Type};

use super::{Answer, CallError};
use crate::{Master, identity};

/// GET_MASTER: who leads.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    let started = master.started_at().await?;
    let leader = GetMaster {
        master_info: Some(identity::info(&master.options)),
        start_time: Some(started),
        elected_time: Some(started),
    };
    Ok(Answer::message(Type::GetMaster, |response| {
        response.get_master = Some(leader)
    }))
}
