//! Service placement: `placement [RUNS]` places instances on 5,000, 15,000 and 50,000 nodes in demands of 2,000, as the app
//! scheduler asks for them: without rules, on unique hosts, spread over zones, and on matching attributes.

use base_ids::{AgentId, Uuid};
use bench::nouns::{AGENT_RESOURCES, resources};
use bench::report::{Report, Row};
use bench::runs::{argument, spread, timed};
use core_placement::{Candidate, Demand, Placer, Policy, Pool};
use model_app::Constraint;
use model_cluster::Domain;
use model_resources::{Attributes, Scalar};

const NODES: [usize; 3] = [5_000, 15_000, 50_000];
const DEMAND: u128 = 2_000;
const DEMANDS: u128 = 10;
const ZONES: usize = 10;
const RACKS: usize = 50;

/// What is asked for, by which constraint, and the rate wanted in the end.
const KINDS: [(&str, &[&str], &str); 4] = [
    ("plain", &[], "200,000/s"),
    ("unique host", &["hostname", "UNIQUE"], "50,000/s"),
    ("GROUP_BY zone", &["@zone", "GROUP_BY"], "50,000/s"),
    ("attribute LIKE", &["rack", "LIKE", "rack-[0-9]"], "50,000/s"),
];

fn main() -> anyhow::Result<()> {
    let runs = argument(1, 3);
    let mut report = Report::begin("Service placement (row 3)")?;
    for nodes in NODES {
        let pool = pool(nodes);
        for (kind, constraint, target) in KINDS {
            let constraint: Vec<String> = constraint.iter().map(|part| (*part).to_owned()).collect();
            let constraint = (!constraint.is_empty()).then(|| Constraint::parse(&constraint).expect("a constraint"));
            let rates: Vec<f64> = (0..runs).map(|_| run(&pool, constraint.as_ref())).collect();
            report.row(Row {
                what: format!("{nodes} nodes, {kind}"),
                figure: spread(&rates, "placements/s"),
                first: "",
                target,
                floor: report.floor().memory(),
            });
        }
        let times: Vec<f64> = (0..runs)
            .map(|_| timed(|| Placer::new(pool.clone(), Policy::Spread)).0 * 1e3)
            .collect();
        report.detail(format!("{nodes} nodes, index of the pool"), spread(&times, "ms"));
    }
    report.end();
    Ok(())
}

/// Placements a second, the index of the pool not counted.
fn run(pool: &Pool, constraint: Option<&Constraint>) -> f64 {
    let mut placer = Placer::new(pool.clone(), Policy::Spread);
    let demands: Vec<Demand> = (0..DEMANDS).map(|number| demand(number, constraint)).collect();
    let (time, placed) = timed(|| {
        demands
            .iter()
            .map(|demand| placer.place(demand).placements.len())
            .sum::<usize>()
    });
    assert_eq!(placed as u128, DEMAND * DEMANDS, "there is room for all");
    placed as f64 / time
}

/// An app of its own: nothing of it runs yet.
fn demand(number: u128, constraint: Option<&Constraint>) -> Demand {
    let uuids = (0..DEMAND)
        .map(|n| Uuid::from_random((number * DEMAND + n) << 3))
        .collect();
    let mut demand = Demand::plain(Scalar::from_millis(100), Scalar::from_units(32), uuids);
    demand.constraints.extend(constraint.cloned());
    demand
}

fn pool(nodes: usize) -> Pool {
    let free = resources(AGENT_RESOURCES);
    let candidate = |n: usize| Candidate {
        agent_id: AgentId::from(format!("agent-{n}")),
        hostname: format!("host-{n}"),
        ip: [127, 0, 0, 1].into(),
        attributes: Attributes::parse(&format!("rack:rack-{}", n % RACKS)).expect("attributes"),
        domain: Some(Domain {
            region: "region".into(),
            zone: format!("zone-{}", n % ZONES),
        }),
        total: free.clone(),
        free: free.clone(),
        connected: true,
        closed: None,
    };
    Pool {
        agents: (0..nodes).map(candidate).collect(),
    }
}
