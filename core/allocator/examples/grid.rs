//! Times the allocation of all free agents, agents × frameworks with a role each, as Mesos' `DeclineOffers` benchmark does:
//! everything is offered, declined with a filter, and offered to the next. Prints microseconds an offer and the floor of
//! this machine. Run with `cargo run --release -p core-allocator --example grid`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::{Duration, Instant};

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Filters, Grant, default_minimums};
use model_resources::{Resources, Role};

const GRID: [(u32, u32); 4] = [(1_000, 50), (1_000, 200), (5_000, 200), (10_000, 1_000)];
const RUNS: usize = 5;
const ROUNDS: usize = 5;
const SINGLES: usize = 500;

fn main() {
    println!(
        "floor: {:.0} ns for a dependent random load over 64 MiB",
        random_load().as_secs_f64() * 1e9
    );
    println!(
        "{:>8} {:>11} | {:>10} {:>9} {:>9} | {:>14} | {:>11} | {:>13} | {:>15}",
        "agents",
        "frameworks",
        "cycle ms",
        "µs/offer",
        "worst",
        "declined µs",
        "nothing µs",
        "one agent µs",
        "all filtered ms"
    );
    for (agents, frameworks) in GRID {
        let mut runs: Vec<Figures> = (0..RUNS).map(|_| run(agents, frameworks)).collect();
        runs.sort_by_key(|run| run.cycle);
        let (median, worst) = (&runs[RUNS / 2], &runs[RUNS - 1]);
        let each = |cycle: Duration| cycle.as_secs_f64() * 1e6 / f64::from(agents);
        println!(
            "{agents:>8} {frameworks:>11} | {:>10.2} {:>9.2} {:>9.2} | {:>14.2} | {:>11.2} | {:>13.2} | {:>15}",
            median.cycle.as_secs_f64() * 1e3,
            each(median.cycle),
            each(worst.cycle),
            median.declined.as_secs_f64() * 1e6,
            median.nothing.as_secs_f64() * 1e6,
            median.single.as_secs_f64() * 1e6,
            median
                .filtered
                .map_or("-".into(), |time| format!("{:.2}", time.as_secs_f64() * 1e3)),
        );
    }
}

struct Figures {
    /// The first cycle: decided and made facts.
    cycle: Duration,
    /// An offer of the later cycles, with decline and filter.
    declined: Duration,
    /// A cycle with nothing to do.
    nothing: Duration,
    /// A cycle for one agent, on the average of some.
    single: Duration,
    /// A cycle where every framework has declined every agent; only for the smaller grids.
    filtered: Option<Duration>,
}

fn run(agents: u32, frameworks: u32) -> Figures {
    let (mut allocator, all) = cluster(agents, frameworks);
    let mut filters = Filters::default();
    let start = Instant::now();
    let mut grants = cycle(&mut allocator, &filters, &all);
    let first = start.elapsed();
    assert_eq!(grants.len(), agents as usize);

    let start = Instant::now();
    for _ in 0..ROUNDS {
        for grant in grants.drain(..) {
            decline(&mut allocator, &mut filters, grant);
        }
        grants = cycle(&mut allocator, &filters, &all);
        assert_eq!(grants.len(), agents as usize);
    }
    let declined = start.elapsed() / (ROUNDS as u32 * agents);

    let start = Instant::now();
    let idle = allocator.allocate(Timestamp::EPOCH, &filters, &Dirty::default());
    let nothing = start.elapsed();
    assert!(idle.is_empty());

    let mut single = Duration::ZERO;
    for last in grants.drain(..).take(SINGLES) {
        let one = Dirty {
            agents: [last.agent].into_iter().collect(),
            ..Dirty::default()
        };
        decline(&mut allocator, &mut filters, last);
        let start = Instant::now();
        let next = cycle(&mut allocator, &filters, &one);
        single += start.elapsed() / SINGLES as u32;
        assert_eq!(next.len(), 1);
    }
    let filtered = (agents * frameworks <= 200_000).then(|| all_filtered(agents, frameworks));
    Figures {
        cycle: first,
        declined,
        nothing,
        single,
        filtered,
    }
}

fn all_filtered(agents: u32, frameworks: u32) -> Duration {
    let (allocator, all) = cluster(agents, frameworks);
    let mut filters = Filters::default();
    for agent in 0..agents {
        let free = allocator.free(agent).expect("the agent is there").clone();
        for framework in 0..frameworks {
            filters.insert(framework, agent, role(framework), free.clone(), Timestamp::MAX);
        }
    }
    let start = Instant::now();
    assert!(allocator.allocate(Timestamp::EPOCH, &filters, &all).is_empty());
    start.elapsed()
}

fn role(framework: u32) -> Role {
    Role::new(&format!("role{framework}")).expect("a role")
}

fn cluster(agents: u32, frameworks: u32) -> (Allocator, Dirty) {
    let total = resources("cpus:24;mem:4096;disk:4096;ports:[31000-32000]");
    let task = resources("cpus:1;mem:128;ports:[31000-31009]");
    let mut allocator = Allocator::new(default_minimums());
    let roles: Vec<Role> = (0..frameworks).map(role).collect();
    for (slot, role) in (0..).zip(&roles) {
        allocator.set_framework(slot, Abilities::default());
        allocator.set_wants(slot, std::slice::from_ref(role));
    }
    for slot in 0..agents {
        allocator.add_agent(slot, &total);
        allocator.set_ready(slot, true);
        let owner = slot.wrapping_mul(2_654_435_761) % frameworks;
        allocator.charge(owner, &roles[owner as usize], slot, &task);
    }
    let all = Dirty {
        agents: (0..agents).collect(),
        ..Dirty::default()
    };
    (allocator, all)
}

fn cycle(allocator: &mut Allocator, filters: &Filters, dirty: &Dirty) -> Vec<Grant> {
    let grants = allocator.allocate(Timestamp::EPOCH, filters, dirty);
    for grant in &grants {
        allocator.charge(grant.framework, &grant.role, grant.agent, &grant.resources);
    }
    allocator.settle();
    grants
}

fn decline(allocator: &mut Allocator, filters: &mut Filters, grant: Grant) {
    allocator.refund(grant.framework, &grant.role, grant.agent, &grant.resources);
    filters.insert(
        grant.framework,
        grant.agent,
        grant.role,
        grant.resources,
        Timestamp::MAX,
    );
}

fn resources(text: &str) -> Resources {
    Resources::parse(text).expect("resources")
}

/// How long this machine takes to follow a random pointer.
fn random_load() -> Duration {
    const SLOTS: usize = 8 << 20;
    const LOADS: u32 = 2_000_000;
    let mut next: Vec<u64> = (0..SLOTS as u64).collect();
    let mut random = 1u64;
    for at in (1..SLOTS).rev() {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        next.swap(at, (random >> 33) as usize % at);
    }
    let (start, mut at) = (Instant::now(), 0u64);
    for _ in 0..LOADS {
        at = next[at as usize];
    }
    std::hint::black_box(at);
    start.elapsed() / LOADS
}
