use core_authorizer::{Action, Object};
use wire_mesos::v1::{
    Flag,
    agent::response::{GetFlags, Type},
};

use super::{Answer, CallError};
use crate::{access::Caller, api::Agent, flags};

/// GET_FLAGS.
pub(super) fn answer(agent: &Agent, caller: &Caller) -> Result<Answer, CallError> {
    caller.demand(Action::ViewFlags, &Object::Any)?;
    let flag = |(name, value): (&str, String)| Flag {
        name: name.to_owned(),
        value: Some(value),
    };
    let flags = GetFlags {
        flags: flags::all(&agent.options).into_iter().map(flag).collect(),
    };
    Ok(Answer::message(Type::GetFlags, |response| {
        response.get_flags = Some(flags)
    }))
}
