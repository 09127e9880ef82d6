//! The links to simulated agents: every message is encoded and decoded as on a real one, in both directions.

use base_clock::Timestamp;
use base_ids::{AgentId, Uuid};
use core_master::Command;
use model_cluster::{Source, TaskState, TaskStatus};
use wire_link::{ToAgent, ToMaster, Update, decode, encode};

/// All agents at once: each task that one gets runs at once.
#[derive(Default)]
pub struct Links {
    frames: Vec<u8>,
    updates: u64,
    /// Messages in both directions.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Updates that the master has acknowledged.
    pub acknowledged: u64,
}

impl Links {
    /// Sends an order and gives what the master hears then.
    pub fn send(&mut self, now: Timestamp, agent_id: AgentId, message: &ToAgent) -> Option<Command> {
        let answer = match self.carry(message) {
            ToAgent::Run(order) => {
                self.updates += 1;
                let mut status = TaskStatus::new(order.task.task_id.clone(), TaskState::Running, Source::Executor, now);
                status.uuid = Some(Uuid::from_random(u128::from(self.updates) << 64 | 0xbe));
                ToMaster::Update(Update {
                    framework_id: order.framework_id,
                    status,
                })
            }
            ToAgent::Ping { .. } => ToMaster::Pong,
            ToAgent::Ack { .. } => {
                self.acknowledged += 1;
                return None;
            }
            ToAgent::Welcome(_)
            | ToAgent::Refused { .. }
            | ToAgent::Kill(_)
            | ToAgent::Hold(_)
            | ToAgent::Shutdown(_)
            | ToAgent::Message(_) => return None,
        };
        match self.carry(&answer) {
            ToMaster::Update(update) => Some(Command::AgentUpdate { agent_id, update }),
            ToMaster::Pong => Some(Command::AgentPong { agent_id }),
            _ => None,
        }
    }

    /// What the other end reads.
    fn carry<M>(&mut self, message: &M) -> M
    where
        M: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
    {
        self.frames.clear();
        encode(message, &mut self.frames);
        self.messages += 1;
        self.bytes += self.frames.len() as u64;
        let frame = decode(&self.frames).expect("what was encoded can be decoded");
        frame.expect("the frame is whole").0
    }
}
