use wire_mesos::v1::master::response::{GetMaster, Type};

use super::Answer;
use crate::{Master, identity};

/// GET_MASTER: who leads.
pub(super) fn answer(master: &Master) -> Answer {
    let started = master.started_at;
    let leader = GetMaster {
        master_info: Some(identity::info(&master.options)),
        start_time: Some(started),
        elected_time: Some(started),
    };
    Answer::message(Type::GetMaster, |response| response.get_master = Some(leader))
}
