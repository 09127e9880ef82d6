use std::collections::BTreeSet;

use base_clock::Timestamp;
use core_apps::{App, Apps};
use wire_marathon::{AppInfo, Counts, Embed, Identifiable, TaskFailure};

use super::{stats, task};

/// An app with what was asked to be embedded.
pub(crate) fn info(apps: &Apps, app: &App, embed: &BTreeSet<Embed>, now: Timestamp) -> AppInfo {
    let spec = app.spec();
    let with = |what| embed.contains(&what);
    let deployments = || {
        app.deployment
            .iter()
            .map(|id| Identifiable { id: id.to_string() })
            .collect()
    };
    let tasks = || {
        apps.instances(&spec.id)
            .filter_map(|instance| task::task(app, instance))
            .collect()
    };
    AppInfo {
        app: wire_marathon::app::App::from(spec.as_ref()),
        counts: with(Embed::Counts).then(|| counts(app)),
        deployments: with(Embed::Deployments).then(deployments),
        // Readiness checks gate nothing yet, so none has a result.
        readiness_check_results: with(Embed::Readiness).then(Vec::new),
        tasks: with(Embed::Tasks).then(tasks),
        last_task_failure: if with(Embed::LastTaskFailure) {
            last_failure(app)
        } else {
            None
        },
        task_stats: with(Embed::TaskStats).then(|| stats::of(apps, app, now)),
    }
}

/// How many tasks of an app are in which state.
pub(crate) fn counts(app: &App) -> Counts {
    let counts = app.counts();
    Counts {
        tasks_staged: counts.staged,
        tasks_running: counts.running,
        tasks_healthy: counts.healthy,
        tasks_unhealthy: counts.unhealthy,
    }
}

fn last_failure(app: &App) -> Option<TaskFailure> {
    let failure = app.last_failure()?;
    Some(TaskFailure {
        app_id: app.spec().id.to_string(),
        host: failure.hostname.clone(),
        message: failure.message.clone(),
        state: failure.state.name().to_owned(),
        task_id: failure.task_id.to_string(),
        timestamp: failure.at,
        version: failure.version,
        slave_id: failure.agent_id.as_ref().map(ToString::to_string),
    })
}
