use std::collections::BTreeMap;

use core_control::Control;
use core_master::Master as Pool;
use io_engine::Snapshot;
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use io_machine::Machine;
use model_cluster::TaskState;
use model_resources::{Resources, Scalar, Value};
use wire_mesos::metrics;

use crate::{Master, view};

/// `/metrics/snapshot` under Mesos' names: what the state says at this moment, and what was counted since the start.
pub(super) async fn show(State(master): State<Master>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    Ok(jsonp.answer(&all(&master, &snapshot)))
}

/// All metrics. What Mesos measures and this master does not have is 0.
pub(crate) fn all(master: &Master, snapshot: &Snapshot<Control>) -> BTreeMap<String, f64> {
    let pool = &snapshot.state.master;
    let mut all: BTreeMap<String, f64> = metrics::ALL.iter().map(|name| ((*name).to_owned(), 0.0)).collect();
    all.extend(
        master
            .counters
            .all()
            .into_iter()
            .map(|(name, count)| (name, count as f64)),
    );
    let mut set = |name: &str, value: f64| {
        all.insert(name.to_owned(), value);
    };
    set(metrics::UPTIME_SECS, master.started.elapsed().as_secs_f64());
    set(metrics::ELECTED, 1.0);
    set(metrics::OUTSTANDING_OFFERS, pool.offers().count() as f64);
    set(metrics::OPERATOR_EVENT_STREAM_SUBSCRIBERS, master.hub.count() as f64);
    set(metrics::REGISTRAR_LOG_RECOVERED, 1.0);
    set(metrics::REGISTRAR_LOG_ENSEMBLE_SIZE, 1.0);
    agents(pool, &mut set);
    frameworks(pool, &mut set);
    tasks(pool, &mut set);
    machine(&mut set);
    all
}

fn agents(pool: &Pool, set: &mut impl FnMut(&str, f64)) {
    let (mut active, mut disconnected, mut unreachable) = (0u32, 0u32, 0u32);
    let (mut total, mut used, mut offered) = (Amounts::default(), Amounts::default(), Amounts::default());
    for (slot, agent) in pool.agents() {
        if !view::is_present(agent) {
            unreachable += 1;
            continue;
        }
        total.add(&pool.total_of(slot));
        used.add(&agent.used);
        offered.add(&pool.offered(slot));
        if pool.is_agent_ready(slot) {
            active += 1;
        } else {
            disconnected += 1;
        }
    }
    set(metrics::SLAVES_ACTIVE, active.into());
    set(metrics::SLAVES_CONNECTED, active.into());
    set(metrics::SLAVES_DISCONNECTED, disconnected.into());
    set(metrics::SLAVES_INACTIVE, disconnected.into());
    set(metrics::SLAVES_UNREACHABLE, unreachable.into());
    for name in ["cpus", "mem", "disk", "gpus"] {
        for (suffix, revocable) in [("", false), ("_revocable", true)] {
            let (all, taken) = (total.get(name, revocable), used.get(name, revocable));
            set(&format!("master/{name}{suffix}_total"), all);
            set(&format!("master/{name}{suffix}_used"), taken);
            let share = if all > 0.0 { taken / all } else { 0.0 };
            set(&format!("master/{name}{suffix}_percent"), share);
        }
        if name != "gpus" {
            let busy = used.get(name, false) + offered.get(name, false);
            set(
                &format!("allocator/mesos/resources/{name}/total"),
                total.get(name, false),
            );
            set(&format!("allocator/mesos/resources/{name}/offered_or_allocated"), busy);
        }
    }
}

/// Scalars summed up by name, those that are revocable apart.
#[derive(Default)]
struct Amounts(BTreeMap<(String, bool), Scalar>);

impl Amounts {
    fn add(&mut self, resources: &Resources) {
        for resource in resources.iter() {
            if let Value::Scalar(amount) = resource.value {
                let key = (resource.name.to_string(), resource.detail().revocable);
                *self.0.entry(key).or_insert(Scalar::ZERO) += amount;
            }
        }
    }

    fn get(&self, name: &str, revocable: bool) -> f64 {
        let amount = self.0.get(&(name.to_owned(), revocable));
        amount.map_or(0.0, |amount| amount.to_f64())
    }
}

fn frameworks(pool: &Pool, set: &mut impl FnMut(&str, f64)) {
    let (mut connected, mut disconnected) = (0u32, 0u32);
    for (_, framework) in pool.frameworks().filter(|(_, framework)| !view::is_removed(framework)) {
        if view::is_connected(pool, framework) {
            connected += 1;
        } else {
            disconnected += 1;
        }
    }
    set(metrics::FRAMEWORKS_ACTIVE, connected.into());
    set(metrics::FRAMEWORKS_CONNECTED, connected.into());
    set(metrics::FRAMEWORKS_DISCONNECTED, disconnected.into());
    set(metrics::FRAMEWORKS_INACTIVE, disconnected.into());
}

/// Tasks that are not over, by state; those that are over were counted.
fn tasks(pool: &Pool, set: &mut impl FnMut(&str, f64)) {
    let names = [
        metrics::TASKS_STAGING,
        metrics::TASKS_STARTING,
        metrics::TASKS_RUNNING,
        metrics::TASKS_KILLING,
        metrics::TASKS_UNREACHABLE,
    ];
    let mut counts: BTreeMap<&str, u64> = names.map(|name| (name, 0)).into();
    for (_, task) in pool.tasks() {
        let name = match task.state() {
            TaskState::Staging => metrics::TASKS_STAGING,
            TaskState::Starting => metrics::TASKS_STARTING,
            TaskState::Running => metrics::TASKS_RUNNING,
            TaskState::Killing => metrics::TASKS_KILLING,
            TaskState::Unreachable => metrics::TASKS_UNREACHABLE,
            _ => continue,
        };
        *counts.entry(name).or_default() += 1;
    }
    for (name, count) in counts {
        set(name, count as f64);
    }
}

fn machine(set: &mut impl FnMut(&str, f64)) {
    let machine = Machine::now();
    set(metrics::SYSTEM_CPUS_TOTAL, machine.cpus);
    set(metrics::SYSTEM_LOAD_1MIN, machine.load[0]);
    set(metrics::SYSTEM_LOAD_5MIN, machine.load[1]);
    set(metrics::SYSTEM_LOAD_15MIN, machine.load[2]);
    set(metrics::SYSTEM_MEM_TOTAL_BYTES, machine.memory_total_bytes as f64);
    set(metrics::SYSTEM_MEM_FREE_BYTES, machine.memory_free_bytes as f64);
}
