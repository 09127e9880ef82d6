use core_master::{Agent, Master as Pool, Task};
use prost::Message;
use wire_mesos::{
    json,
    v1::{
        self,
        master::response::{get_agents, get_executors, get_frameworks},
    },
};

use crate::{
    access::Viewer,
    view::{self, Kind},
};

/// How the state is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The JSON of `/state`.
    Older,
    /// GET_STATE in JSON.
    Json,
    /// GET_STATE in protobuf.
    Protobuf,
}

/// How much of the state is written in a form of the v1 API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// All of it: `GetState`.
    State,
    /// `GetTasks`.
    Tasks,
    /// `GetExecutors`.
    Executors,
    /// `GetFrameworks`.
    Frameworks,
    /// `GetAgents`.
    Agents,
}

impl Form {
    /// What stands between two elements of a list.
    pub(super) fn comma(self) -> &'static [u8] {
        match self {
            Self::Older | Self::Json => b",",
            Self::Protobuf => b"",
        }
    }

    /// Appends a task as an element of its list.
    pub(super) fn task(self, framework_id: &str, kind: Kind, task: &Task, out: &mut Vec<u8>) {
        match self {
            Self::Older => serde_json::to_writer(out, &view::task_to_json(framework_id, task)).expect(INFALLIBLE),
            Self::Json => {
                let mut bytes = Vec::with_capacity(1024);
                view::write_task(framework_id, task, &mut bytes);
                json::append_json::<v1::Task>(&bytes, out);
            }
            // The numbers of the lists in `GetTasks`.
            Self::Protobuf => {
                let list = match kind {
                    Kind::Live => 2,
                    Kind::Unreachable => 5,
                    Kind::Completed => 3,
                };
                view::message(list, out, |out| view::write_task(framework_id, task, out));
            }
        }
    }

    /// Appends an agent as an element of its list.
    pub(super) fn agent(self, pool: &Pool, (slot, agent): (u32, &Agent), viewer: Option<&Viewer>, out: &mut Vec<u8>) {
        let message = || -> get_agents::Agent { view::agent_to_wire(pool, slot, agent, viewer) };
        match self {
            Self::Older => {
                serde_json::to_writer(out, &view::agent_to_json(pool, slot, agent, viewer)).expect(INFALLIBLE);
            }
            Self::Json => out.extend_from_slice(&json::to_json(&message())),
            Self::Protobuf => field(1, &message(), out),
        }
    }

    /// Appends an executor of the v1 API as an element of the list in `GetExecutors`.
    pub(super) fn executor(self, executor: &get_executors::Executor, out: &mut Vec<u8>) {
        match self {
            Self::Older | Self::Json => out.extend_from_slice(&json::to_json(executor)),
            Self::Protobuf => field(1, executor, out),
        }
    }

    /// Appends a framework of the v1 API as an element of a list, which has this number in `GetFrameworks`.
    pub(super) fn framework(self, list: u32, framework: &get_frameworks::Framework, out: &mut Vec<u8>) {
        match self {
            Self::Older | Self::Json => out.extend_from_slice(&json::to_json(framework)),
            Self::Protobuf => field(list, framework, out),
        }
    }
}

/// A vector takes every write, and every key is a string.
pub(super) const INFALLIBLE: &str = "JSON of our own shapes";

fn field<M: Message>(number: u32, message: &M, out: &mut Vec<u8>) {
    head(number, message.encoded_len(), out);
    message.encode_raw(out);
}

/// The head of a field that is a message of this length, in bytes.
pub(super) fn head(number: u32, length: usize, out: &mut Vec<u8>) {
    prost::encoding::encode_key(number, prost::encoding::WireType::LengthDelimited, out);
    prost::encoding::encode_varint(length as u64, out);
}
