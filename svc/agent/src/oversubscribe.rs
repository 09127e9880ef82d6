//! What is given and not used: looked at every now and then, told to the machine, and taken back when it is needed.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use base_ids::{ContainerId, Principal};
use core_agent::{Agent, Command, Estimator, Event, Owner, Phase, QosController, Usage, Used};
use io_machine::Machine;
use io_runtime::Runtime;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::{
    Handle,
    view::{self, Executor},
};

/// How an agent oversubscribes its machine.
#[derive(Clone, Debug)]
pub struct Oversubscription {
    /// Says what there is beyond what is offered for sure, under the name that it was asked for by; nothing if not given.
    pub estimator: Option<(String, Arc<dyn Estimator>)>,
    /// Between two estimates (Mesos' `--oversubscribed_resources_interval`).
    pub estimate_interval: Duration,
    /// Says who must go, under the name that it was asked for by; nobody if not given.
    pub qos: Option<(String, Arc<dyn QosController>)>,
    /// Between two corrections, at least (Mesos' `--qos_correction_interval_min`).
    pub correction_interval: Duration,
    /// Whether revocable cores count for little against others (Mesos' `--revocable_cpu_low_priority`).
    pub low_priority: bool,
}

impl Default for Oversubscription {
    /// Nothing beyond, with Mesos' times.
    fn default() -> Self {
        Self {
            estimator: None,
            estimate_interval: Duration::from_secs(15),
            qos: None,
            correction_interval: Duration::ZERO,
            low_priority: true,
        }
    }
}

/// Nobody needs a correction more often, whatever interval is given: Mesos' default is none.
const SHORTEST: Duration = Duration::from_secs(1);

/// Looks at what runs on this agent.
#[derive(Clone)]
pub(crate) struct Watcher {
    pub(crate) handle: Handle,
    pub(crate) runtime: Runtime,
    pub(crate) who: Principal,
    /// How many containers were killed for others.
    pub(crate) preempted: Arc<AtomicU64>,
}

impl Watcher {
    /// Begins to look, if anything is asked for.
    pub(crate) fn start(self, options: &Oversubscription) {
        if let Some((_, estimator)) = options.estimator.clone() {
            tokio::spawn(self.clone().estimate(estimator, options.estimate_interval));
        }
        if let Some((_, controller)) = options.qos.clone() {
            tokio::spawn(self.correct(controller, options.correction_interval.max(SHORTEST)));
        }
    }

    async fn estimate(self, estimator: Arc<dyn Estimator>, interval: Duration) {
        let mut meter = Meter::default();
        while let Ok(snapshot) = self.handle.state().await {
            let usage = meter.read(&snapshot.state, &self.runtime);
            let command = Command::TakeEstimate(estimator.estimate(&usage));
            if let Err(error) = self.handle.tell(&self.who, command) {
                warn!(%error, "an estimate was not taken");
            }
            sleep(interval).await;
        }
    }

    async fn correct(self, controller: Arc<dyn QosController>, interval: Duration) {
        let mut meter = Meter::default();
        while let Ok(snapshot) = self.handle.state().await {
            let owners = controller.corrections(&meter.read(&snapshot.state, &self.runtime));
            if !owners.is_empty() {
                self.preempt(owners).await;
            }
            sleep(interval).await;
        }
    }

    async fn preempt(&self, owners: Vec<Owner>) {
        match self.handle.submit(&self.who, Command::Preempt(owners)).await {
            Ok(outcome) => {
                let ended =
                    |event: &&Event| matches!(event, Event::TaskPreempted { .. } | Event::ExecutorDoomed { .. });
                for event in outcome.events.iter().filter(ended) {
                    info!(task = ?event.key(), executor = ?event.executor(), "preempted, as others need what it uses");
                    self.preempted.fetch_add(1, Ordering::Relaxed);
                }
            }
            Err(error) => warn!(%error, "a correction was not taken"),
        }
    }
}

/// Makes a usage of cores from what the kernel counts up.
#[derive(Default)]
struct Meter(HashMap<ContainerId, (Instant, f64)>);

impl Meter {
    fn read(&mut self, state: &Agent, runtime: &Runtime) -> Usage {
        let mut now = HashMap::new();
        let running = Executor::all(state).filter(|executor| executor.phase() == Phase::Running);
        let used = running.map(|executor| Used {
            owner: match executor {
                Executor::OfTask(key, _) | Executor::Over(key, ..) => Owner::Task(key.clone()),
                Executor::Asked(key, _) => Owner::Executor(key.clone()),
            },
            allocated: executor.allocated(state),
            cpus: self.cpus(state, runtime, executor, &mut now),
        });
        let used = used.collect();
        self.0 = now;
        let load = Machine::now().load;
        Usage { load, used }
    }

    fn cpus(
        &self,
        state: &Agent,
        runtime: &Runtime,
        executor: Executor<'_>,
        now: &mut HashMap<ContainerId, (Instant, f64)>,
    ) -> Option<f64> {
        let counted = view::statistics_of(state, runtime, executor)?;
        let busy = counted.cpus_user_time_secs? + counted.cpus_system_time_secs?;
        let (id, at) = (executor.container_id(), Instant::now());
        now.insert(id.clone(), (at, busy));
        let (since, before) = self.0.get(id)?;
        let span = at.duration_since(*since).as_secs_f64();
        (span > 0.0).then(|| (busy - before).max(0.0) / span)
    }
}
