use std::sync::Arc;

use base_ids::AgentId;
use model_cluster::{OperationState, OperationStatus};
use model_resources::{Resource, Resources};
use wire_link::{Failure, Holdings};

use super::{Cx, Decided};
use crate::{Agent, Config, Drop, Event, Master, Reject, state::OperationRecord};

impl Master {
    /// An agent says what it holds: operations up to there are finished. What the journal has lost is adopted.
    pub(super) fn hear_holdings(
        &self,
        cx: &mut Cx<'_>,
        agent_id: &AgentId,
        theirs: &Holdings,
        failures: &[Failure],
    ) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        let link = self.soft.links.get(&slot);
        let link = link.ok_or_else(|| Reject::AgentNotConnected(agent_id.clone()))?;
        let ours = &agent.holdings;
        let same = (theirs.version, theirs.leadership) == (ours.version, ours.leadership);
        let mut events = Vec::new();
        // Versions of another leadership say nothing unless they are the very same: its journal may not be this one.
        let known = same || theirs.leadership == cx.config.leadership;
        let version = match (known, failures.is_empty()) {
            (true, true) => theirs.version,
            (true, false) => link.held.unwrap_or(0),
            (false, _) => 0,
        };
        if !known && let Some(holdings) = recovered(cx.config, agent, theirs) {
            events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
            events.push(Event::HoldingsChanged {
                agent_id: agent_id.clone(),
                holdings,
            });
        }
        events.push(Event::AgentHolds {
            agent_id: agent_id.clone(),
            version,
        });
        if same && !failures.is_empty() {
            events.extend(self.fail_volumes(cx, slot, agent, failures));
        }
        if known && failures.is_empty() {
            for (_, operation) in self.operations_of_agent(slot) {
                if operation.is_pending() && operation.version <= theirs.version {
                    events.extend(self.finished(cx, operation));
                }
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

/// What an agent is to hold that has what another journal made of it; `None` if that is only older than ours. If ours did
/// not change meanwhile it is all of theirs; else those volumes that we have never heard of, as far as they fit. What does
/// not fit stays an orphan at the agent.
fn recovered(config: &Config, agent: &Agent, theirs: &Holdings) -> Option<Holdings> {
    let (ours, leadership) = (&agent.holdings, config.leadership);
    let version = ours.version.max(theirs.version) + 1;
    let unchanged = ours.leadership != leadership && ours.born.iter().all(|birth| theirs.knows(birth));
    if theirs.version > ours.version && unchanged && fits(agent, &theirs.resources) {
        return Some(ours.following(version, leadership, theirs.resources.clone(), &theirs.born));
    }
    let (mut resources, mut known) = (ours.resources.clone(), Vec::new());
    for birth in theirs.born.iter().filter(|birth| !ours.knows(birth)) {
        let is_it = |r: &&Resource| r.reserved_role() == Some(&birth.role) && r.persistence_id() == Some(&birth.id);
        let volume = theirs.resources.iter().find(is_it);
        let with = volume.map(|volume| &resources + &volume.clone().into());
        let taken = ours.born(&birth.role, &birth.id).is_some();
        if let Some(with) = with.filter(|with| !taken && fits(agent, with)) {
            resources = with;
            known.push(birth.clone());
        }
    }
    let news = !known.is_empty() || theirs.version >= ours.version;
    news.then(|| ours.following(version, leadership, resources, &known))
}

/// Whether an agent can hold this beside what the journal knows to be in use.
fn fits(agent: &Agent, holdings: &Resources) -> bool {
    let total: Option<Resources> = agent.spec.resources.with_checkpointed(holdings).ok();
    total.is_some_and(|total| total.validate().is_ok() && total.supports(&agent.needed()))
}
