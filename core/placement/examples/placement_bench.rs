//! How fast plain placements are made on 10,000 agents. Run with `--release`; the floor is what ordering the same number of
//! entries in the standard library's tree costs on this machine.

#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::{collections::BTreeSet, hint::black_box, time::Instant};

use base_ids::{AgentId, Uuid};
use core_placement::{Candidate, Demand, Placer, Policy, Pool};
use model_resources::{Attributes, Resources, Scalar};

const AGENTS: u32 = 10_000;
const PLACEMENTS: u32 = 100_000;

fn main() {
    let pool = pool();
    let floor = floor();
    println!("floor: {floor:.0} tree updates/s");
    let started = Instant::now();
    black_box(Placer::new(&pool, Policy::Spread));
    println!("index of {AGENTS} agents: {:?}", started.elapsed());
    for policy in [Policy::Spread, Policy::Pack] {
        report(
            &format!("{policy:?}, one demand"),
            floor,
            run(&pool, policy, PLACEMENTS),
        );
        report(&format!("{policy:?}, demands of one"), floor, run(&pool, policy, 1));
    }
}

fn report(what: &str, floor: f64, rate: f64) {
    println!(
        "{what}: {rate:.0} placements/s ({:.1} % of the floor)",
        rate / floor * 100.0
    );
}

/// Placements a second, in demands of `batch` instances.
fn run(pool: &Pool, policy: Policy, batch: u32) -> f64 {
    let uuids: Vec<Uuid> = (0..batch).map(|n| Uuid::from_random(u128::from(n) << 3)).collect();
    let mut placer = Placer::new(pool, policy);
    let started = Instant::now();
    let mut placed = 0;
    while placed < PLACEMENTS {
        let demand = Demand::plain(Scalar::from_millis(100), Scalar::from_units(32), uuids.clone());
        let outcome = placer.place(&demand);
        assert!(outcome.refusal.is_none(), "the pool has room");
        placed += outcome.placements.len() as u32;
    }
    f64::from(placed) / started.elapsed().as_secs_f64()
}

fn pool() -> Pool {
    let agents = (0..AGENTS).map(|i| {
        let cpus = 16 + i % 48;
        let free = Resources::parse(&format!(
            "cpus:{cpus};mem:{};disk:100000;ports:[31000-32000]",
            cpus * 2048
        ));
        let free = free.expect("resources");
        Candidate {
            agent_id: AgentId::from(format!("agent-{i}")),
            hostname: format!("host-{i}"),
            ip: [127, 0, 0, 1].into(),
            attributes: Attributes::new(),
            domain: None,
            total: free.clone(),
            free,
            connected: true,
        }
    });
    Pool {
        agents: agents.collect(),
    }
}

fn floor() -> f64 {
    let mut tree: BTreeSet<(i64, u32)> = (0..AGENTS).map(|i| (i64::from(i % 977), i)).collect();
    let started = Instant::now();
    for _ in 0..PLACEMENTS {
        if let Some((key, node)) = tree.pop_last() {
            tree.insert((key - 10, node));
        }
    }
    f64::from(PLACEMENTS) / started.elapsed().as_secs_f64()
}
