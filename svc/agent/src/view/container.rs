use base_ids::ContainerId;
use core_agent::{Agent, Phase, Task};
use io_runtime::{Runtime, Stats};
use wire_mesos::v1::{
    self,
    agent::{call::GetContainers, response::get_containers::Container},
};

use super::{Executor, now};
use crate::{access::Viewer, operator::path};

/// The containers of executors that run and that a viewer may see.
pub(crate) fn containers<'a>(
    state: &'a Agent,
    runtime: &'a Runtime,
    viewer: &'a Viewer,
) -> impl Iterator<Item = (Executor<'a>, Container)> {
    let seen = Executor::all(state).filter(|executor| viewer.container(*executor));
    let running = seen.filter(|executor| executor.phase() == Phase::Running);
    running.map(|executor| {
        let id = container_id(executor.container_id(), None);
        (
            executor,
            container(executor, id, statistics_of(state, runtime, executor)),
        )
    })
}

/// The containers within those of the agent's own executors: one for each task.
pub(crate) fn nested_containers<'a>(
    state: &'a Agent,
    runtime: &'a Runtime,
    viewer: &'a Viewer,
) -> impl Iterator<Item = Container> {
    let seen = Executor::all(state).filter(|executor| viewer.container(*executor));
    seen.flat_map(move |executor| {
        let tasks = nested(state, executor);
        let parent = executor.container_id();
        tasks.map(move |task| {
            let id = container_id(&task.container_id, Some(parent));
            container(executor, id, measured(runtime, &task.container_id))
        })
    })
}

/// The containers that somebody asked for and that run: in others, and standing alone, as far as the call wants them.
pub(crate) fn guests<'a>(
    state: &'a Agent,
    runtime: &'a Runtime,
    viewer: &'a Viewer,
    call: &'a GetContainers,
) -> impl Iterator<Item = Container> {
    let wanted = |nested: bool| {
        if nested {
            call.show_nested()
        } else {
            call.show_standalone()
        }
    };
    let running = state.guests().filter(|(_, guest)| guest.phase == Phase::Running);
    let seen = running.filter(|(path, _)| viewer.guest(state, path));
    let shown = seen.filter(move |(path, _)| wanted(path.ids().len() > 1));
    shown.map(|(path, guest)| {
        let id = path::to_wire(path);
        Container {
            container_status: Some(v1::ContainerStatus {
                container_id: Some(id.clone()),
                ..Default::default()
            }),
            container_id: id,
            resource_statistics: measured(runtime, &guest.container_id),
            ..Default::default()
        }
    })
}

/// What an executor uses. The agent's own is no process: it uses what its tasks use.
pub(crate) fn statistics_of(
    state: &Agent,
    runtime: &Runtime,
    executor: Executor<'_>,
) -> Option<v1::ResourceStatistics> {
    match executor {
        Executor::Asked(_, asked) if !asked.is_custom() => {
            let tasks = nested(state, executor);
            let all = tasks.filter_map(|task| runtime.stats(task.container_id.as_str()).ok());
            all.reduce(|a, b| sum(&a, &b)).map(|stats| statistics(&stats))
        }
        _ => measured(runtime, executor.container_id()),
    }
}

/// The running tasks of the agent's own executors, which have containers themselves.
fn nested<'a>(state: &'a Agent, executor: Executor<'a>) -> impl Iterator<Item = &'a Task> {
    let own = matches!(executor, Executor::Asked(_, asked) if !asked.is_custom());
    let tasks = if own { executor.tasks(state) } else { Vec::new() };
    let tasks = tasks.into_iter().map(|(_, task)| task);
    tasks.filter(|task| task.phase == Phase::Running)
}

fn measured(runtime: &Runtime, id: &ContainerId) -> Option<v1::ResourceStatistics> {
    runtime.stats(id.as_str()).ok().map(|stats| statistics(&stats))
}

fn container(executor: Executor<'_>, id: v1::ContainerId, statistics: Option<v1::ResourceStatistics>) -> Container {
    Container {
        framework_id: Some(v1::FrameworkId {
            value: executor.framework_id().to_string(),
        }),
        executor_id: Some(v1::ExecutorId {
            value: executor.id().to_owned(),
        }),
        executor_name: Some(executor.name()),
        container_status: Some(v1::ContainerStatus {
            container_id: Some(id.clone()),
            ..Default::default()
        }),
        container_id: id,
        resource_statistics: statistics,
    }
}

fn container_id(id: &ContainerId, parent: Option<&ContainerId>) -> v1::ContainerId {
    v1::ContainerId {
        value: id.to_string(),
        parent: parent.map(|parent| Box::new(container_id(parent, None))),
    }
}

/// What a container uses.
fn statistics(stats: &Stats) -> v1::ResourceStatistics {
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    v1::ResourceStatistics {
        timestamp: now(),
        processes: stats.pids.map(small),
        cpus_user_time_secs: Some(stats.cpu_user_secs),
        cpus_system_time_secs: Some(stats.cpu_system_secs),
        cpus_limit: stats.cpus_limit,
        cpus_nr_periods: stats.cpu_periods.map(small),
        cpus_nr_throttled: stats.cpu_throttled_periods.map(small),
        cpus_throttled_time_secs: stats.cpu_throttled_secs,
        mem_total_bytes: stats.memory_total_bytes,
        mem_limit_bytes: stats.memory_limit_bytes,
        mem_cache_bytes: stats.memory_cache_bytes,
        mem_rss_bytes: Some(stats.memory_rss_bytes),
        ..Default::default()
    }
}

/// What two containers use together; a limit only if both have one.
fn sum(a: &Stats, b: &Stats) -> Stats {
    let count = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
    let amount = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
    Stats {
        cpu_user_secs: a.cpu_user_secs + b.cpu_user_secs,
        cpu_system_secs: a.cpu_system_secs + b.cpu_system_secs,
        cpus_limit: amount(a.cpus_limit, b.cpus_limit),
        cpu_periods: count(a.cpu_periods, b.cpu_periods),
        cpu_throttled_periods: count(a.cpu_throttled_periods, b.cpu_throttled_periods),
        cpu_throttled_secs: amount(a.cpu_throttled_secs, b.cpu_throttled_secs),
        memory_rss_bytes: a.memory_rss_bytes + b.memory_rss_bytes,
        memory_total_bytes: count(a.memory_total_bytes, b.memory_total_bytes),
        memory_cache_bytes: count(a.memory_cache_bytes, b.memory_cache_bytes),
        memory_limit_bytes: count(a.memory_limit_bytes, b.memory_limit_bytes),
        memory_peak_bytes: count(a.memory_peak_bytes, b.memory_peak_bytes),
        pids: count(a.pids, b.pids),
        pids_limit: count(a.pids_limit, b.pids_limit),
    }
}
