//! Allocation under quota: `quota [RUNS]`, Mesos' `LargeAndSmallQuota/2`. 2,500 roles are promised half an agent each and 500
//! two agents each, which is what a role may have at most, too; a framework in each role, 3,000 agents, all free.

use bench::nouns;
use bench::pool::Pool;
use bench::report::{Report, Row};
use bench::runs::{argument, spread, timed};
use core_master::{Command, Event, Face};
use model_cluster::Quota;
use model_resources::{Name, Quantities, Role, Scalar};

const SMALL: usize = 2_500;
const LARGE: usize = 500;
const AGENT: &str = "cpus:2;mem:2048;disk:2048";

fn main() -> anyhow::Result<()> {
    let runs = argument(1, 5);
    let mut report = Report::begin("Allocation under quota (row 2)")?;
    let exact: Vec<Figures> = (0..runs).map(|_| run(SMALL / 5 + LARGE * 5)).collect();
    print(&mut report, "3000 agents, 3000 roles with quota", &exact, "100 ms");
    let beside: Vec<Figures> = (0..runs).map(|_| run(6_000)).collect();
    print(
        &mut report,
        "the same on 6000 agents, of which half is left",
        &beside,
        "",
    );
    report.end();
    Ok(())
}

#[derive(Default)]
struct Figures {
    /// All times in ms: of the first cycle, of one with nothing changed, of one after one agent came, of 3,000 subscriptions
    /// with a cycle after them.
    first: f64,
    nothing: f64,
    agent: f64,
    adding: f64,
}

fn print(report: &mut Report, what: &str, figures: &[Figures], target: &str) {
    let all = |figure: fn(&Figures) -> f64| figures.iter().map(figure).collect::<Vec<f64>>();
    let floor = report.floor().memory();
    for (part, times, target) in [
        ("first cycle (Mesos, 3000 agents: 15,300 ms)", all(|f| f.first), target),
        ("cycle with nothing changed (14,000 ms)", all(|f| f.nothing), "1 ms"),
        ("cycle after one more agent", all(|f| f.agent), ""),
        ("adding 3000 frameworks, and a cycle (17,000 ms)", all(|f| f.adding), ""),
    ] {
        report.row(Row {
            what: format!("{what}: {part}"),
            figure: spread(&times, "ms"),
            first: "",
            target,
            floor: floor.clone(),
        });
    }
}

fn run(agents: usize) -> Figures {
    let (small, large) = (quota(1), quota(4));
    let mut pool = Pool::new();
    (0..agents).for_each(|number| drop(pool.add_agent(number, AGENT)));
    let quotas = (0..SMALL + LARGE).map(|number| (role(number), if number < SMALL { &small } else { &large }.clone()));
    pool.turn(Command::UpdateQuota {
        quotas: quotas.collect(),
        force: false,
    });
    (0..SMALL + LARGE).for_each(|number| subscribe(&mut pool, number));
    let (first, offered) = allocate(&mut pool);
    assert_eq!(offered, (SMALL + LARGE * 4) as i64 * 1000, "every role gets its quota");
    let (nothing, offered) = allocate(&mut pool);
    assert_eq!(offered, 0, "there is no more to give");
    pool.add_agent(agents, AGENT);
    let (agent, offered) = allocate(&mut pool);
    assert_eq!(offered, 0, "nobody may have more");
    let (adding, ()) = timed(|| {
        (SMALL + LARGE..2 * (SMALL + LARGE)).for_each(|number| subscribe(&mut pool, number));
        allocate(&mut pool);
    });
    Figures {
        first,
        nothing,
        agent,
        adding: adding * 1e3,
    }
}

/// So many agents' halves.
fn quota(cpus: u32) -> Quota {
    let amounts = [(Name::Cpus, cpus), (Name::Mem, 1024 * cpus), (Name::Disk, 1024 * cpus)];
    let amounts: Quantities = amounts
        .map(|(name, units)| (name, Scalar::from_units(units)))
        .into_iter()
        .collect();
    Quota::of_guarantee(amounts)
}

/// The role of a framework: those that come later are in the roles of the first.
fn role(number: usize) -> Role {
    Role::new(&format!("role{}", number % (SMALL + LARGE))).expect("a role")
}

fn subscribe(pool: &mut Pool, number: usize) {
    pool.turn(nouns::subscribe(number, role(number), Face::Offers));
}

/// The time of a cycle in ms, and the thousandths of cpus that it offered.
fn allocate(pool: &mut Pool) -> (f64, i64) {
    let (seconds, (events, _)) = timed(|| pool.turn(Command::Allocate));
    let made = events.iter().filter_map(|event| match event {
        Event::OffersMade { offers, .. } => Some(offers),
        _ => None,
    });
    let cpus = made.flatten().map(|offer| offer.resources.scalar(&Name::Cpus).millis());
    (seconds * 1e3, cpus.sum())
}
