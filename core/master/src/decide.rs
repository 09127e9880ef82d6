//! Which facts follow from a command: one file for each.

mod accept_offers;
mod acknowledge_operation;
mod acknowledge_status;
mod allocate_offers;
mod answer_inverse_offers;
mod close_agent;
mod close_framework;
mod commit_launches;
mod convert_offered;
mod convert_resources;
mod deactivate_agent;
mod decline_offers;
mod drain_agent;
mod end_tasks;
mod executors;
mod fail_volumes;
mod hear_holdings;
mod join_agent;
mod kill_task;
mod make_inverse_offers;
mod mark_agent_gone;
mod oversubscribe_agent;
mod prune_registry;
mod reconcile_operations;
mod reconcile_tasks;
mod reconfigure_agent;
mod remove_agent;
mod remove_framework;
mod report_agent;
mod schedule_maintenance;
mod settle_group;
mod start_maintenance;
mod stop_maintenance;
mod subscribe_framework;
mod tick;
mod update_framework;
mod update_quota;
mod update_task;
mod update_weights;
mod validate;
mod want_offers;

use std::sync::Arc;

use base_ids::AgentId;
use core_allocator::Allocator;
use core_machine::Ctx;

use crate::{Command, Config, Drop, Event, Master, Offer, Reject};

pub(crate) type Cx<'a> = Ctx<'a, Config>;
pub(crate) type Decided = Result<Vec<Event>, Reject>;

impl Master {
    pub(crate) fn decide_command(&self, index: &Allocator, cx: &mut Cx<'_>, command: Command) -> Decided {
        match command {
            Command::JoinAgent(join) => self.join_agent(cx, join),
            Command::AgentReport { agent_id, tasks } => self.report_agent(cx, &agent_id, tasks),
            Command::AgentUpdate { agent_id, update } => self.update_task(&agent_id, update),
            Command::AgentExecutors { agent_id, executors } => self.report_executors(cx.config, &agent_id, executors),
            Command::ExecutorExited { agent_id, exit } => self.end_executor(&agent_id, exit),
            Command::ShutdownExecutor {
                framework_id,
                agent_id,
                executor_id,
            } => self.shut_down_executor(&framework_id, &agent_id, executor_id),
            Command::AgentPong { agent_id } => self.hear(&agent_id),
            Command::AgentClosed { agent_id, connection } => self.close_agent(cx, &agent_id, connection),
            Command::MarkAgentGone { agent_id } => self.mark_agent_gone(cx, &agent_id),
            Command::DrainAgent {
                agent_id,
                max_grace,
                mark_gone,
            } => self.drain_agent(&agent_id, max_grace, mark_gone),
            Command::DeactivateAgent { agent_id } => self.deactivate_agent(&agent_id),
            Command::ReactivateAgent { agent_id } => self.reactivate_agent(&agent_id),
            Command::ScheduleMaintenance { windows } => self.schedule_maintenance(windows),
            Command::StartMaintenance { machines } => self.start_maintenance(cx, machines),
            Command::StopMaintenance { machines } => self.stop_maintenance(machines),
            Command::AnswerInverseOffers {
                framework_id,
                offer_ids,
                accepted,
                refuse,
            } => self.answer_inverse_offers(cx, &framework_id, &offer_ids, accepted, refuse),
            Command::Tick => Ok(self.tick_events(cx)),
            Command::Allocate => Ok(self.allocate_offers(index, cx)),
            Command::Subscribe(subscribe) => self.subscribe_framework(cx, subscribe),
            Command::UpdateFramework { framework_id, spec } => self.respecify_framework(&framework_id, spec),
            Command::FrameworkClosed {
                framework_id,
                connection,
            } => self.close_framework(cx, &framework_id, connection),
            Command::Accept {
                framework_id,
                offer_ids,
                operations,
                refuse,
            } => self.accept_offers(cx, &framework_id, &offer_ids, operations, refuse),
            Command::Decline {
                framework_id,
                offer_ids,
                refuse,
            } => self.decline_offers(cx, &framework_id, &offer_ids, refuse),
            Command::Revive { framework_id, roles } => self.revive_offers(&framework_id, roles),
            Command::Suppress { framework_id, roles } => self.suppress_offers(&framework_id, roles),
            Command::Kill {
                framework_id,
                task_id,
                agent_id,
                grace,
            } => self.kill_task(&framework_id, task_id, agent_id, grace),
            Command::Acknowledge {
                framework_id,
                task_id,
                uuid,
                ..
            } => self.acknowledge(&framework_id, &task_id, uuid),
            Command::Reconcile { framework_id, tasks } => self.reconcile_tasks(&framework_id, tasks),
            Command::AcknowledgeOperation {
                framework_id,
                operation_id,
                uuid,
            } => self.acknowledge_operation(&framework_id, &operation_id, uuid),
            Command::ReconcileOperations {
                framework_id,
                operations,
            } => self.reconcile_operations(&framework_id, operations),
            Command::ConvertResources { agent_id, operation } => self.convert_resources(cx, &agent_id, operation),
            Command::AgentHolds {
                agent_id,
                holdings,
                failures,
            } => self.hear_holdings(cx, &agent_id, &holdings, &failures),
            Command::AgentOversubscribes { agent_id, resources } => self.oversubscribe_agent(&agent_id, resources),
            Command::Teardown { framework_id } => self.tear_down(cx, &framework_id),
            Command::UpdateWeights { weights } => self.update_weights(weights),
            Command::UpdateQuota { quotas, force } => self.update_quota(index, quotas, force),
            Command::SetQuota { role, guarantee, force } => self.set_quota(role, guarantee, force),
            Command::RemoveQuota { role } => self.remove_quota(role),
            Command::Commit { framework_id, launches } => self.commit_launches(index, cx, &framework_id, launches),
        }
    }

    fn hear(&self, agent_id: &AgentId) -> Decided {
        let (slot, _) = self.find_agent(agent_id)?;
        let link = self
            .soft
            .links
            .get(&slot)
            .ok_or_else(|| Reject::AgentNotConnected(agent_id.clone()))?;
        let silent = link.unanswered > 0;
        Ok(silent
            .then(|| Event::AgentHeard {
                agent_id: agent_id.clone(),
            })
            .into_iter()
            .collect())
    }

    fn drop_agent_offers(&self, agent: u32, why: Drop) -> impl Iterator<Item = Event> {
        let offers = self.soft.offers_of_agent(agent).iter();
        let offers = offers.map(move |offer| dropped(offer, why));
        offers.chain(self.inverse_offers_of_agent_dropped(agent))
    }

    fn drop_framework_offers(&self, framework: u32) -> impl Iterator<Item = Event> {
        self.soft
            .offers_of_framework(framework)
            .map(|offer| dropped(offer, Drop::FrameworkLost))
            .chain(self.inverse_offers_of_framework_dropped(framework))
    }
}

fn dropped(offer: &Arc<Offer>, why: Drop) -> Event {
    Event::OfferDropped {
        offer: offer.clone(),
        why,
    }
}
