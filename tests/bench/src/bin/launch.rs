//! Launch end to end in one process: `launch [INSTANCES [AGENTS [RUNS]]]` puts one app and waits until all of its instances
//! are seen RUNNING on the event stream, with the journal on disk and the links' codec in both directions.
//!
//! Then the same in one thread without a disk and with a stopwatch on each part. `launch inline [INSTANCES [AGENTS]]` does
//! only that, for a profiler.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use bench::cluster::{Cluster, LINKS, WRITER};
use bench::inline::Inline;
use bench::report::{Report, Row};
use bench::runs::{argument, short, spread, timed};
use bench::{nouns, usage};
use core_apps::{Condition, Event as AppsEvent};
use core_control::{Control, Event};
use io_engine::Committed;
use tokio::sync::broadcast::Receiver;

const TENTHS: usize = 10;
/// Longer than this without any instance running means that it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("inline") {
        let mut report = Report::begin("Launch in one thread, no disk")?;
        inline(&mut report, argument(2, 100_000), argument(3, 10_000));
        report.end();
        return Ok(());
    }
    let (instances, agents, runs) = (argument(1, 100_000), argument(2, 10_000), argument(3, 3));
    let mut report = Report::begin("Launch end to end in process (row 4-P)")?;
    let figures: Vec<Figures> = (0..runs)
        .map(|_| run(instances, agents))
        .collect::<anyhow::Result<_>>()?;
    print(&mut report, instances, agents, &figures);
    inline(&mut report, instances, agents);
    report.end();
    Ok(())
}

struct Figures {
    /// From the PUT to the last RUNNING, in seconds.
    total: f64,
    /// When each tenth was RUNNING, in seconds after the PUT.
    tenths: Vec<f64>,
    /// CPU-seconds of the writer's thread, of the links' thread, and of the process.
    cpu: [f64; 3],
    /// Seconds inside of appends.
    append: f64,
    /// Appends, records and bytes of the journal.
    journal: (u64, u64, u64),
}

fn run(instances: usize, agents: usize) -> anyhow::Result<Figures> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let cluster = Cluster::start(agents).await?;
        let figures = measure(&cluster, instances).await?;
        cluster.stop().await;
        Ok(figures)
    })
}

async fn measure(cluster: &Cluster, instances: usize) -> anyhow::Result<Figures> {
    let used = || {
        [
            usage::thread_cpu_seconds(WRITER),
            usage::thread_cpu_seconds(LINKS),
            usage::cpu_seconds(),
        ]
    };
    let events = cluster.handle.events();
    let (cpu, append, journal) = (used(), cluster.meter.seconds(), cluster.meter.counts());
    let start = Instant::now();
    cluster.put(nouns::app("/bench", u32::try_from(instances)?)).await?;
    let tenths = all_running(events, instances, start).await?;
    let (cpu_after, after) = (used(), cluster.meter.counts());
    Ok(Figures {
        total: tenths.last().copied().unwrap_or_default(),
        tenths,
        cpu: [0, 1, 2].map(|part: usize| cpu_after[part] - cpu[part]),
        append: cluster.meter.seconds() - append,
        journal: (after.0 - journal.0, after.1 - journal.1, after.2 - journal.2),
    })
}

/// When each tenth of the instances was seen RUNNING.
async fn all_running(
    mut events: Receiver<Arc<Committed<Control>>>,
    instances: usize,
    start: Instant,
) -> anyhow::Result<Vec<f64>> {
    let (mut running, mut tenths) = (0, Vec::with_capacity(TENTHS));
    while running < instances {
        let batch = tokio::time::timeout(PATIENCE, events.recv()).await;
        let batch = batch.with_context(|| format!("{running} of {instances} instances run, and no more come"))??;
        running += batch.events.iter().filter(|event| is_running(event)).count();
        while tenths.len() < TENTHS && running * TENTHS >= (tenths.len() + 1) * instances {
            tenths.push(start.elapsed().as_secs_f64());
        }
    }
    Ok(tenths)
}

fn is_running(event: &Event) -> bool {
    matches!(
        event,
        Event::Apps(AppsEvent::InstanceUpdated {
            condition: Condition::Running,
            ..
        })
    )
}

fn print(report: &mut Report, instances: usize, agents: usize, figures: &[Figures]) {
    let all = |figure: &dyn Fn(&Figures) -> f64| figures.iter().map(figure).collect::<Vec<f64>>();
    let count = instances as f64;
    let floor = format!("{}; {}", report.floor().disk(), report.floor().memory());
    report.row(Row {
        what: format!("{instances} instances on {agents} agents, PUT to all RUNNING"),
        figure: spread(&all(&|f| count / f.total), "instances/s"),
        first: "20,000/s",
        target: "60,000/s",
        floor,
    });
    let tenth = |f: &Figures, n: usize| f.tenths[n] - if n == 0 { 0.0 } else { f.tenths[n - 1] };
    report.row(Row {
        what: "last tenth against the first (after the first instance ran)".to_owned(),
        figure: spread(
            &all(&|f| tenth(f, TENTHS - 1) / tenth(f, 1)),
            "× the time of the second tenth",
        ),
        first: "",
        target: "1.1 ×",
        floor: String::new(),
    });
    report.detail("first tenth RUNNING after", spread(&all(&|f| f.tenths[0] * 1e3), "ms"));
    let micros = |seconds: f64| seconds * 1e6 / count;
    for (part, name) in [WRITER, LINKS, "all threads"].into_iter().enumerate() {
        report.detail(
            format!("CPU an instance, {name}"),
            spread(&all(&|f| micros(f.cpu[part])), "µs"),
        );
    }
    report.detail(
        "in appends to the journal, an instance",
        spread(&all(&|f| micros(f.append)), "µs"),
    );
    let (appends, records, bytes) = figures.last().map(|f| f.journal).unwrap_or_default();
    let each = |number: u64| short(number as f64 / count);
    let text = format!(
        "{appends} appends, {} records and {} bytes an instance",
        each(records),
        each(bytes)
    );
    report.detail("journal", text);
}

/// Where the time goes.
fn inline(report: &mut Report, instances: usize, agents: usize) {
    let mut world = Inline::new(agents);
    let app = nouns::app("/bench", u32::try_from(instances).unwrap_or(u32::MAX));
    let (time, ()) = timed(|| world.put(app));
    let control = world.state();
    let running = control
        .master
        .tasks()
        .filter(|(_, task)| task.state() == model_cluster::TaskState::Running)
        .count();
    assert_eq!(running, instances, "all run");
    let costs = &world.costs;
    report.detail(
        format!("one thread without a disk, {} turns", costs.turns),
        format!("{} instances/s", short(instances as f64 / time)),
    );
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / instances as f64;
    for (part, time) in costs.parts() {
        let share = time.as_secs_f64() * 100.0 / costs.total().as_secs_f64();
        report.detail(
            format!("of that, {part}"),
            format!("{} µs an instance ({share:.0} %)", short(micros(time))),
        );
    }
    report.detail(
        "journal",
        format!(
            "{} bytes an instance",
            short(costs.journal_bytes as f64 / instances as f64)
        ),
    );
}
