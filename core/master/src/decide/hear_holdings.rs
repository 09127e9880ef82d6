use std::sync::Arc;

use base_ids::AgentId;
use model_cluster::{OperationState, OperationStatus};
use model_resources::Resources;
use wire_link::Holdings;

use super::{Cx, Decided};
use crate::{Agent, Drop, Event, Master, Reject, state::OperationRecord};

impl Master {
    /// An agent says what it holds: operations up to there are finished. What the journal has lost is adopted.
    pub(super) fn hear_holdings(&self, cx: &mut Cx<'_>, agent_id: &AgentId, theirs: &Holdings) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        let link = self.soft.links.get(&slot);
        let link = link.ok_or_else(|| Reject::AgentNotConnected(agent_id.clone()))?;
        let mut events = Vec::new();
        if link.ahead && theirs.version > agent.holdings.version && fits(agent, theirs) {
            events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
            events.push(Event::HoldingsChanged {
                agent_id: agent_id.clone(),
                holdings: theirs.clone(),
            });
        }
        events.push(Event::AgentHolds {
            agent_id: agent_id.clone(),
            version: theirs.version,
        });
        for (_, operation) in self.operations_of_agent(slot) {
            if operation.is_pending() && operation.version <= theirs.version {
                events.extend(self.finished(cx, operation));
            }
        }
        Ok(events)
    }

    /// Tells once that an agent's operations may not come to an end.
    pub(super) fn tell_operations(&self, agent: u32, state: OperationState, why: &str) -> Vec<Event> {
        let told = self.operations_of_agent(agent).filter_map(|(_, operation)| {
            let status = OperationStatus::new(operation.operation_id.clone(), state);
            Some(Event::OperationTold {
                framework_id: self.hard.frameworks.get(operation.framework)?.framework_id.clone(),
                status: Arc::new(status.because(why).on(operation.agent_id.clone())),
            })
        });
        told.collect()
    }

    fn finished(&self, cx: &mut Cx<'_>, operation: &OperationRecord) -> Option<Event> {
        let framework = self.hard.frameworks.get(operation.framework)?;
        let conversions = operation.operation.conversions().unwrap_or_default();
        let status = OperationStatus {
            converted: conversions.into_iter().map(|conversion| conversion.converted).sum(),
            uuid: Some(cx.uuid()),
            ..OperationStatus::new(operation.operation_id.clone(), OperationState::Finished)
                .on(operation.agent_id.clone())
        };
        Some(Event::OperationRecorded {
            framework_id: framework.framework_id.clone(),
            status: Arc::new(status),
        })
    }
}

/// Whether an agent's own word can be true beside what the journal knows to be in use.
fn fits(agent: &Agent, theirs: &Holdings) -> bool {
    let total: Option<Resources> = agent.spec.resources.with_checkpointed(&theirs.resources).ok();
    total.is_some_and(|total| total.supports(&agent.needed()))
}
