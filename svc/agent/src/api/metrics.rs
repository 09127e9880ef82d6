use std::{collections::BTreeMap, sync::atomic::Ordering};

use core_agent::Phase;
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use io_machine::Machine;
use model_resources::Resources;

use super::Agent;
use crate::view::{self, Executor};

/// `/metrics/snapshot` under Mesos' names (`src/slave/metrics.cpp`): what the state says at this moment.
pub(super) async fn snapshot(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    Ok(jsonp.answer(&all(&agent, &snapshot.state)))
}

/// All metrics.
pub(crate) fn all(agent: &Agent, state: &core_agent::Agent) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    let mut set = |name: String, value: f64| {
        all.insert(name, value);
    };
    let joined = state.agent_id().is_some();
    set("slave/registered".into(), f64::from(u8::from(joined)));
    set("slave/uptime_secs".into(), agent.started.elapsed().as_secs_f64());
    set(
        "slave/frameworks_active".into(),
        view::by_framework(view::Executor::all(state)).len() as f64,
    );
    for (name, phase) in [("tasks_staging", Phase::Accepted), ("tasks_running", Phase::Running)] {
        let count = state.tasks().filter(|(_, task)| task.phase == phase).count();
        set(format!("slave/{name}"), count as f64);
    }
    for (name, phase) in [
        ("executors_registering", Phase::Accepted),
        ("executors_running", Phase::Running),
        ("executors_terminating", Phase::Ended),
    ] {
        let count = Executor::all(state)
            .filter(|executor| executor.phase() == phase)
            .count();
        set(format!("slave/{name}"), count as f64);
    }
    let preempted = agent.preempted.load(Ordering::Relaxed);
    set("slave/executors_preempted".into(), preempted as f64);
    let used = view::used(state);
    resources("", &agent.options.spec.resources, &used.non_revocable(), &mut set);
    resources("_revocable", state.oversubscribed(), &used.revocable(), &mut set);
    let machine = Machine::now();
    set("system/cpus_total".into(), machine.cpus);
    set("system/load_1min".into(), machine.load[0]);
    set("system/load_5min".into(), machine.load[1]);
    set("system/load_15min".into(), machine.load[2]);
    set("system/mem_total_bytes".into(), machine.memory_total_bytes as f64);
    set("system/mem_free_bytes".into(), machine.memory_free_bytes as f64);
    all
}

/// How much there is and is used of each of the usual resources.
fn resources(suffix: &str, total: &Resources, used: &Resources, set: &mut impl FnMut(String, f64)) {
    for (name, of) in [
        ("cpus", Resources::cpus as fn(&Resources) -> _),
        ("mem", Resources::mem),
        ("disk", Resources::disk),
        ("gpus", Resources::gpus),
    ] {
        let (all, taken) = (of(total).to_f64(), of(used).to_f64());
        let share = if all > 0.0 { taken / all } else { 0.0 };
        set(format!("slave/{name}{suffix}_total"), all);
        set(format!("slave/{name}{suffix}_used"), taken);
        set(format!("slave/{name}{suffix}_percent"), share);
    }
}
