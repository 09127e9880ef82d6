use base_clock::Timestamp;
use base_ids::AgentId;

use crate::{
    Master,
    state::{Drain, KillRequest, Task},
};

impl Master {
    pub(super) fn start_drain(
        &mut self,
        at: Timestamp,
        agent_id: &AgentId,
        max_grace_ms: Option<u64>,
        mark_gone: bool,
    ) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        let drain = Drain {
            since: at,
            max_grace_ms,
            mark_gone,
            drained: false,
        };
        agent.drain = Some(drain);
        agent.deactivated = true;
        for task in agent.tasks.clone() {
            if let Some(task) = self.hard.tasks.get_mut(task) {
                drain_task(at, &drain, task);
            }
        }
        self.review_drain(slot);
    }

    pub(super) fn finish_drain(&mut self, agent_id: &AgentId) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        if let Some(drain) = &mut agent.drain {
            drain.drained = true;
        }
        self.review_drain(slot);
    }

    pub(super) fn close_to_work(&mut self, agent_id: &AgentId) {
        if let Some((_, agent)) = self.agent_mut(agent_id) {
            agent.deactivated = true;
        }
    }

    pub(super) fn open_to_work(&mut self, agent_id: &AgentId) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        (agent.drain, agent.deactivated) = (None, false);
        self.soft.dirty.agents.insert(slot);
        self.review_drain(slot);
    }

    /// A task that an agent brought along while it was being drained must end too.
    pub(super) fn drain_adopted(&mut self, at: Timestamp, slot: u32) {
        let Some(task) = self.hard.tasks.get_mut(slot) else {
            return;
        };
        let drain = self.hard.agents.get(task.agent).and_then(|agent| agent.drain);
        if let Some(drain) = drain {
            drain_task(at, &drain, task);
        }
    }

    /// Notes whether an agent's drain is at its end: it is here, has nothing to tell any more, runs nothing, and no
    /// framework waits for one of its operations.
    pub(super) fn review_drain(&mut self, slot: u32) {
        let agent = self.hard.agents.get(slot);
        let ending = agent.is_some_and(|agent| {
            agent.drain.is_some_and(|drain| !drain.drained)
                && agent.tasks.is_empty()
                && agent.executors.is_empty()
                && self.operations_of_agent(slot).next().is_none()
        });
        let link = self.soft.links.get(&slot);
        let quiet = link.is_some_and(|link| link.reported && link.strays.is_empty());
        if ending && quiet {
            self.soft.drained.insert(slot);
        } else {
            self.soft.drained.remove(&slot);
        }
    }
}

fn drain_task(at: Timestamp, drain: &Drain, task: &mut Task) {
    if task.is_over() {
        return;
    }
    let before = task.kill;
    let own = before.and_then(|kill| kill.grace_ms).or(task.spec.kill_grace_ms);
    task.kill = Some(KillRequest {
        at: before.map_or(at, |kill| kill.at),
        grace_ms: drain.grace_ms(own).or(before.and_then(|kill| kill.grace_ms)),
    });
}
