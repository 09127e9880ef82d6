use wire_mesos::v1::{
    Flag,
    master::response::{GetFlags, Type},
};

use super::Answer;
use crate::{Master, flags};

/// GET_FLAGS.
pub(super) fn answer(master: &Master) -> Answer {
    let flag = |(name, value): (&str, String)| Flag {
        name: name.to_owned(),
        value: Some(value),
    };
    let flags = GetFlags {
        flags: flags::all(&master.options).into_iter().map(flag).collect(),
    };
    Answer::message(Type::GetFlags, |response| response.get_flags = Some(flags))
}
