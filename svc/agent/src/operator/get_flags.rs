use wire_mesos::v1::{
    Flag,
    agent::response::{GetFlags, Type},
};

use super::Answer;
use crate::{api::Agent, flags};

/// GET_FLAGS.
pub(super) fn answer(agent: &Agent) -> Answer {
    let flag = |(name, value): (&str, String)| Flag {
        name: name.to_owned(),
        value: Some(value),
    };
    let flags = GetFlags {
        flags: flags::all(&agent.options).into_iter().map(flag).collect(),
    };
    Answer::message(Type::GetFlags, |response| response.get_flags = Some(flags))
}
