//! What has happened since this master started, under the names of Mesos' metrics.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use core_control::Event as Fact;
use core_master::{Event, RegistryEvent};
use model_cluster::TaskStatus;
use tokio::sync::broadcast::error::RecvError;
use tracing::warn;
use wire_mesos::{
    metrics,
    v1::{
        TaskState,
        scheduler::call::Type,
        task_status::{Reason, Source},
    },
};

use crate::Master;

/// Counters by name. A clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Counters(Arc<Mutex<BTreeMap<String, u64>>>);

impl Counters {
    fn counters(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that are not 0.
    pub(crate) fn all(&self) -> BTreeMap<String, u64> {
        self.counters().clone()
    }

    /// Counts one more.
    fn add(&self, name: &str) {
        let mut counters = self.counters();
        match counters.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(counters.insert(name.to_owned(), 1)),
        }
    }

    /// A scheduler called.
    pub(crate) fn call(&self, kind: Type, is_new: bool) {
        self.add(match kind {
            Type::Subscribe if is_new => metrics::MESSAGES_REGISTER_FRAMEWORK,
            Type::Subscribe => metrics::MESSAGES_REREGISTER_FRAMEWORK,
            Type::Teardown => metrics::MESSAGES_UNREGISTER_FRAMEWORK,
            Type::Accept => metrics::MESSAGES_LAUNCH_TASKS,
            Type::Decline => metrics::MESSAGES_DECLINE_OFFERS,
            Type::Revive => metrics::MESSAGES_REVIVE_OFFERS,
            Type::Suppress => metrics::MESSAGES_SUPPRESS_OFFERS,
            Type::Kill => metrics::MESSAGES_KILL_TASK,
            Type::Acknowledge => metrics::MESSAGES_STATUS_UPDATE_ACKNOWLEDGEMENT,
            Type::AcknowledgeOperationStatus => metrics::MESSAGES_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT,
            Type::Reconcile => metrics::MESSAGES_RECONCILE_TASKS,
            Type::ReconcileOperations => metrics::MESSAGES_RECONCILE_OPERATIONS,
            Type::Message => metrics::MESSAGES_FRAMEWORK_TO_EXECUTOR,
            Type::Request => metrics::MESSAGES_RESOURCE_REQUEST,
            _ => return,
        });
    }

    fn batch(&self, facts: &[Fact]) {
        let joined = facts.iter().filter_map(|fact| match fact {
            Fact::Master(Event::AgentJoined { agent_id, .. }) => Some(agent_id),
            _ => None,
        });
        let joined: Vec<_> = joined.collect();
        for fact in facts {
            match fact {
                Fact::Master(Event::AgentConnected { agent_id, .. }) if !joined.contains(&agent_id) => {
                    self.add(metrics::MESSAGES_REREGISTER_SLAVE);
                    self.add(metrics::SLAVE_REREGISTRATIONS);
                }
                Fact::Master(fact) => self.fact(fact),
                Fact::Apps(_) => {}
            }
        }
    }

    fn fact(&self, fact: &Event) {
        match fact {
            Event::AgentJoined { .. } => {
                self.add(metrics::MESSAGES_REGISTER_SLAVE);
                self.add(metrics::SLAVE_REGISTRATIONS);
            }
            Event::AgentUnreachable { .. } => {
                self.add(metrics::SLAVE_UNREACHABLE_SCHEDULED);
                self.add(metrics::SLAVE_UNREACHABLE_COMPLETED);
                self.add(metrics::SLAVE_REMOVALS);
                self.add(metrics::SLAVE_REMOVALS_REASON_UNHEALTHY);
            }
            Event::Registry(RegistryEvent::RemovalsHeld { missing, known, .. }) => {
                warn!(
                    missing,
                    known, "too many agents did not come back to this master: none of them is removed"
                );
            }
            Event::AgentGone { .. } => self.add(metrics::SLAVE_REMOVALS),
            Event::OffersMade { .. } => self.add(metrics::ALLOCATOR_MESOS_ALLOCATION_RUNS),
            Event::StatusRecorded { status, .. } => {
                self.add(metrics::MESSAGES_STATUS_UPDATE);
                self.add(metrics::VALID_STATUS_UPDATES);
                self.status(status);
            }
            Event::UpdateRepeated { .. } => self.add(metrics::MESSAGES_STATUS_UPDATE),
            Event::LaunchRefused { status, .. } => self.status(status),
            Event::StatusAcknowledged { .. } => self.add(metrics::VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS),
            _ => {}
        }
    }

    /// A task came into a state; one that is over is counted, and why.
    fn status(&self, status: &TaskStatus) {
        if !status.state.is_terminal() {
            return;
        }
        let name = status.state.name().to_ascii_lowercase();
        self.add(&format!("master/{}", name.replacen("task_", "tasks_", 1)));
        let state = TaskState::try_from(status.state as i32);
        let source = Source::try_from(status.source as i32);
        let reason = status.reason.map(|reason| Reason::try_from(reason as i32));
        if let (Ok(state), Ok(source), Some(Ok(reason))) = (state, source, reason) {
            self.add(&metrics::task_state(state, source, reason));
        }
    }
}

/// Counts facts until the engine ends. What passes too fast to be counted is not counted.
pub(crate) async fn follow(master: Master) {
    let mut facts = master.handle.events();
    loop {
        match facts.recv().await {
            Ok(batch) => master.counters.batch(&batch.events),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
