//! What stands around the state in an answer and in an event.

use std::time::Duration;

use io_httpd::Bytes;
use wire_mesos::v1::master::{event, response};

use super::{Form, Section, form::head};

/// The numbers of `get_state` in `Response`, and of `subscribed` and its parts in `Event`.
const SUBSCRIBED: u32 = 2;
const GET_STATE: u32 = 1;
const HEARTBEAT_INTERVAL: u32 = 2;

/// The type of an answer, the name of its part, and that part's number.
fn part(section: Section) -> (response::Type, &'static str, u32) {
    match section {
        Section::State => (response::Type::GetState, "get_state", 9),
        Section::Tasks => (response::Type::GetTasks, "get_tasks", 13),
        Section::Executors => (response::Type::GetExecutors, "get_executors", 12),
        Section::Frameworks => (response::Type::GetFrameworks, "get_frameworks", 11),
        Section::Agents => (response::Type::GetAgents, "get_agents", 10),
    }
}

/// What stands before and behind a section in a JSON answer.
pub(crate) fn json(section: Section) -> (Bytes, Bytes) {
    let (kind, name, _) = part(section);
    let before = format!("{{\"type\":\"{}\",\"{name}\":", kind.as_str_name());
    (before.into(), Bytes::from_static(b"}"))
}

/// A section as a protobuf answer.
pub(crate) fn protobuf(section: Section, parts: Vec<Bytes>) -> Vec<Bytes> {
    let (kind, _, number) = part(section);
    let mut before = Vec::new();
    prost::encoding::int32::encode(1, &(kind as i32), &mut before);
    head(number, length(&parts), &mut before);
    front(before, parts)
}

/// The state as a SUBSCRIBED event, framed as a record.
pub(crate) fn subscribed(form: Form, parts: Vec<Bytes>, heartbeat: Duration) -> Vec<Bytes> {
    let (before, after) = match form {
        Form::Protobuf => subscribed_protobuf(length(&parts), heartbeat),
        Form::Json | Form::Older => (
            b"{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"get_state\":".to_vec(),
            format!(",\"heartbeat_interval_seconds\":{:?}}}}}", heartbeat.as_secs_f64()).into_bytes(),
        ),
    };
    let total = before.len() + length(&parts) + after.len();
    let mut record = format!("{total}\n").into_bytes();
    record.extend_from_slice(&before);
    let mut all = front(record, parts);
    all.push(after.into());
    all
}

fn subscribed_protobuf(state: usize, heartbeat: Duration) -> (Vec<u8>, Vec<u8>) {
    let (mut inner, mut after) = (Vec::new(), Vec::new());
    head(GET_STATE, state, &mut inner);
    prost::encoding::double::encode(HEARTBEAT_INTERVAL, &heartbeat.as_secs_f64(), &mut after);
    let mut before = Vec::new();
    prost::encoding::int32::encode(1, &(event::Type::Subscribed as i32), &mut before);
    head(SUBSCRIBED, inner.len() + state + after.len(), &mut before);
    before.extend_from_slice(&inner);
    (before, after)
}

fn length(parts: &[Bytes]) -> usize {
    parts.iter().map(Bytes::len).sum()
}

fn front(before: Vec<u8>, parts: Vec<Bytes>) -> Vec<Bytes> {
    std::iter::once(before.into()).chain(parts).collect()
}
