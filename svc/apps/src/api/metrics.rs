use std::collections::{BTreeMap, BTreeSet};

use core_apps::{Apps, Counts};
use io_httpd::State;
use model_cluster::TaskState;
use wire_marathon::{Counter, Gauge, Metrics};

use super::{
    answer::{self, Answer},
    apps::live,
};
use crate::Edge;

/// `GET /metrics`: Marathon's names (`docs/docs/metrics.md`), as far as they mean something here.
pub(super) async fn snapshot(State(edge): State<Edge>) -> Answer {
    let snapshot = edge.state().await?;
    let mut gauges = of_state(&snapshot.state.apps);
    let uptime = edge.started.elapsed().as_secs_f64();
    gauges.insert("marathon.uptime.gauge.seconds", uptime);
    gauges.insert("marathon.leadership.duration.gauge.seconds", uptime);
    gauges.insert("marathon.http.event-streams.active.gauge", edge.hub.count() as f64);
    gauges.insert(
        "marathon.http.requests.active.gauge",
        edge.tallies.active_requests.get() as f64,
    );
    let gauge = |(name, value): (&str, f64)| (name.to_owned(), Gauge { value });
    answer::ok(&Metrics {
        gauges: gauges.into_iter().map(gauge).collect(),
        counters: counters(&edge),
        ..Metrics::default()
    })
}

fn of_state(apps: &Apps) -> BTreeMap<&'static str, f64> {
    let counts: Vec<Counts> = live(apps).map(core_apps::App::counts).collect();
    let sum = |field: fn(&Counts) -> u32| counts.iter().map(|counts| f64::from(field(counts))).sum::<f64>();
    BTreeMap::from([
        ("marathon.apps.active.gauge", counts.len() as f64),
        ("marathon.pods.active.gauge", 0.0),
        ("marathon.groups.active.gauge", groups(apps) as f64),
        ("marathon.deployments.active.gauge", apps.deployments().len() as f64),
        ("marathon.instances.running.gauge", sum(|counts| counts.running)),
        ("marathon.instances.staged.gauge", sum(|counts| counts.staged)),
        ("marathon.instances.inflight-kills.gauge", sum(|counts| counts.killing)),
    ])
}

/// The root and every group that an app is in.
fn groups(apps: &Apps) -> usize {
    let mut groups = BTreeSet::from([""]);
    for app in live(apps) {
        let mut path = app.spec().id.as_str();
        while let Some((group, _)) = path.rsplit_once('/') {
            if !groups.insert(group) {
                break;
            }
            path = group;
        }
    }
    groups.len()
}

fn counters(edge: &Edge) -> BTreeMap<String, Counter> {
    let tallies = &edge.tallies;
    let named = [
        ("marathon.deployments.counter", &tallies.deployments),
        ("marathon.deployments.dismissed.counter", &tallies.dismissed),
        ("marathon.tasks.launched.counter", &tallies.launches),
        (
            "marathon.http.responses.event-stream.size.counter.bytes",
            &tallies.event_bytes,
        ),
        ("marathon.http.requests.size.counter.bytes", &tallies.request_bytes),
    ];
    let named = named.into_iter().map(|(name, count)| (name.to_owned(), count));
    let statuses = TaskState::ALL.into_iter().map(|state| {
        let name = state.name().to_ascii_lowercase().replace('_', "-");
        (
            format!("marathon.mesos.task-updates.{name}.counter"),
            tallies.status(state),
        )
    });
    named
        .chain(statuses)
        .map(|(name, count)| (name, Counter { count: count.get() }))
        .collect()
}
