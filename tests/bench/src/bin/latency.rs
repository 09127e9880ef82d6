//! Latency of a single launch: `latency [SECONDS [AGENTS]]` puts one app after the other, each of one instance, and takes the
//! time until its RUNNING is on the event stream, while other apps are put so that 500 instances start each second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base_ids::Uuid;
use bench::cluster::Cluster;
use bench::nouns;
use bench::report::{Report, Row};
use bench::runs::{argument, millis, percentiles};
use core_apps::{Condition, Event as AppsEvent, instance_uuid};
use core_control::{Control, Event};
use io_engine::Committed;
use tokio::sync::broadcast::Receiver;
use tokio::time::{MissedTickBehavior, interval, timeout};

const BACKGROUND_APPS: u64 = 50;
const BACKGROUND_INSTANCES: u32 = 10;
const PROBES: u64 = 20;
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> anyhow::Result<()> {
    let (seconds, agents) = (argument(1, 10), argument(2, 0));
    let mut report = Report::begin("Latency of a single launch (row 5)")?;
    let sizes = if agents > 0 {
        vec![agents]
    } else {
        vec![100, 1_000, 10_000]
    };
    for agents in sizes {
        for busy in [false, true] {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()?;
            let times = runtime.block_on(run(agents, seconds as u64, busy))?;
            report.row(Row {
                what: format!(
                    "{agents} agents, {}: PUT to RUNNING",
                    if busy {
                        "500 other launches a second"
                    } else {
                        "nothing else"
                    }
                ),
                figure: percentiles(times, "ms"),
                first: "",
                target: if busy { "p50 3 ms, p99 15 ms" } else { "" },
                floor: format!("{}; {}", report.floor().disk(), report.floor().tcp()),
            });
        }
    }
    report.end();
    Ok(())
}

async fn run(agents: usize, seconds: u64, busy: bool) -> anyhow::Result<Vec<f64>> {
    let cluster = Arc::new(Cluster::start(agents).await?);
    let background = busy.then(|| tokio::spawn(background(cluster.clone())));
    let mut times = Vec::new();
    let mut pace = paced(PROBES);
    for number in 0..seconds * PROBES {
        pace.tick().await;
        times.push(probe(&cluster, number).await?);
    }
    if let Some(background) = background {
        background.abort();
        drop(background.await);
    }
    if let Some(cluster) = Arc::into_inner(cluster) {
        cluster.stop().await;
    }
    Ok(times)
}

fn paced(a_second: u64) -> tokio::time::Interval {
    let mut pace = interval(Duration::from_secs(1) / u32::try_from(a_second).unwrap_or(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
    pace
}

async fn background(cluster: Arc<Cluster>) -> anyhow::Result<()> {
    let mut pace = paced(BACKGROUND_APPS);
    for number in 0u64.. {
        pace.tick().await;
        cluster
            .put(nouns::app(&format!("/background-{number}"), BACKGROUND_INSTANCES))
            .await?;
    }
    Ok(())
}

/// One launch, in ms.
async fn probe(cluster: &Cluster, number: u64) -> anyhow::Result<f64> {
    let events = cluster.handle.events();
    let start = Instant::now();
    let outcome = cluster.put(nouns::app(&format!("/probe-{number}"), 1)).await?;
    let scheduled = outcome.events.iter().find_map(|event| match event {
        Event::Apps(AppsEvent::InstancesScheduled { seed, .. }) => Some(instance_uuid(*seed, 0)),
        _ => None,
    });
    let instance = anyhow::Context::context(scheduled, "a new app schedules an instance")?;
    timeout(PATIENCE, running(events, instance)).await??;
    Ok(millis(start.elapsed()))
}

async fn running(mut events: Receiver<Arc<Committed<Control>>>, wanted: Uuid) -> anyhow::Result<()> {
    loop {
        let batch = events.recv().await?;
        let states: BTreeMap<Uuid, Condition> = batch.events.iter().filter_map(state).collect();
        if states.get(&wanted) == Some(&Condition::Running) {
            return Ok(());
        }
    }
}

fn state(event: &Event) -> Option<(Uuid, Condition)> {
    match event {
        Event::Apps(AppsEvent::InstanceUpdated {
            instance, condition, ..
        }) => Some((*instance, *condition)),
        _ => None,
    }
}
