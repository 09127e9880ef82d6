//! Allocation through the whole master: `allocation [RUNS]` lets the master offer all free agents, every framework declines
//! with a filter, and all is offered again to the next, as Mesos' `DeclineOffers` benchmark does. Then the same from 1,000 to
//! 50,000 agents, on agents of mixed sizes that are partly used, and while frameworks come.

use std::collections::BTreeMap;
use std::time::Duration;

use base_ids::{FrameworkId, OfferId};
use bench::nouns;
use bench::pool::Pool;
use bench::report::{Report, Row};
use bench::runs::{argument, percentile, short, sorted, spread, timed};
use core_master::{Command, Event, Face};
use model_resources::Role;

/// Agents, frameworks, and the milliseconds of Mesos 1.11.0 with a role each and with one role for all.
const GRID: [(usize, usize, &str, &str); 4] = [
    (1_000, 50, "23", "21"),
    (1_000, 200, "31", "23"),
    (5_000, 200, "148", "132"),
    (10_000, 1_000, "1,000", "360"),
];
/// Agents and frameworks of the sizes between which an offer must cost the same.
const SIZES: [(usize, usize); 5] = [
    (1_000, 100),
    (5_000, 500),
    (10_000, 1_000),
    (20_000, 2_000),
    (50_000, 5_000),
];
/// What agents of mixed sizes have, in turn.
const MIXED: [&str; 4] = [
    "cpus:4;mem:16384;disk:100000;ports:[31000-32000]",
    "cpus:16;mem:65536;disk:400000;ports:[31000-32000]",
    "cpus:32;mem:262144;disk:800000;ports:[31000-32000]",
    "cpus:96;mem:393216;disk:1600000;ports:[31000-32000]",
];
/// Cycles after the first, each with everything declined before.
const ROUNDS: usize = 4;
/// Longer than any run.
const REFUSE: Duration = Duration::from_secs(10 * 24 * 3600);

type Offers = BTreeMap<FrameworkId, Vec<OfferId>>;

fn main() -> anyhow::Result<()> {
    let runs = argument(1, 3);
    let mut report = Report::begin("Allocation of all free agents (row 1)")?;
    for (agents, frameworks, own, shared) in GRID {
        for (one_role, mesos) in [(false, own), (true, shared)] {
            let roles = if one_role { "one role" } else { "a role each" };
            let figures: Vec<Figures> = (0..runs).map(|_| run(agents, frameworks, one_role)).collect();
            print(
                &mut report,
                &format!("{agents} × {frameworks}, {roles}"),
                agents,
                mesos,
                &figures,
            );
        }
    }
    flatness(&mut report, runs);
    let times: Vec<f64> = (0..runs).map(|_| mixed(10_000, 1_000)).collect();
    let what = "10000 × 1000, a role each, mixed sizes, half partly used, 40 filters an agent: cycle";
    single(&mut report, what, &times, "50 ms");
    let times: Vec<f64> = (0..runs).map(|_| coming(10_000, 1_000)).collect();
    let what = "adding 1000 frameworks of a role each to 10000 agents, a cycle after each (Mesos 33,000 ms)";
    single(&mut report, what, &times, "");
    for (agents, frameworks, mesos) in [(1_000, 50, "223"), (1_000, 200, "975")] {
        let times: Vec<f64> = (0..runs).map(|_| filtered(agents, frameworks)).collect();
        let what = format!("{agents} × {frameworks}, every pair filtered: cycle (Mesos {mesos} ms)");
        single(&mut report, &what, &times, "");
    }
    report.end();
    Ok(())
}

/// Milliseconds against a target.
fn single(report: &mut Report, what: &str, times: &[f64], target: &str) {
    report.row(Row {
        what: what.to_owned(),
        figure: spread(times, "ms"),
        first: "",
        target,
        floor: report.floor().memory(),
    });
}

/// What an offer costs at the largest size, against the smallest.
fn flatness(report: &mut Report, runs: usize) {
    let mut costs: Vec<[f64; 2]> = Vec::new();
    for (agents, frameworks) in SIZES {
        let figures: Vec<Figures> = (0..runs).map(|_| run(agents, frameworks, false)).collect();
        let offer = |figure: fn(&Figures) -> f64| -> Vec<f64> {
            figures.iter().map(|f| figure(f) * 1e3 / agents as f64).collect()
        };
        let (first, later) = (offer(|f| f.first), offer(|f| f.later));
        report.detail(
            format!("{agents} × {frameworks}, a role each: an offer, first cycle; later cycles"),
            format!("{}; {}", spread(&first, "µs"), spread(&later, "µs")),
        );
        costs.push([first, later].map(|all| percentile(&sorted(all), 0.5)));
    }
    if let (Some(small), Some(large)) = (costs.first(), costs.last()) {
        report.row(Row {
            what: "an offer at 50000 agents against one at 1000: first cycle; later cycles".to_owned(),
            figure: format!("{} ×; {} ×", short(large[0] / small[0]), short(large[1] / small[1])),
            first: "",
            target: "1.3 ×",
            floor: String::new(),
        });
    }
}

/// A cycle, in ms, over agents of mixed sizes, every other with tasks of three sizes, each refused by many already.
fn mixed(agents: usize, frameworks: usize) -> f64 {
    let mut pool = Pool::new();
    let ids: Vec<_> = (0..agents)
        .map(|number| pool.add_agent(number, MIXED[number % MIXED.len()]))
        .collect();
    pool.turn(nouns::subscribe(frameworks, Role::any(), Face::Watch));
    for (number, agent_id) in ids.iter().enumerate().step_by(2) {
        let mut launch = nouns::launch(number, agent_id.clone());
        launch.task.resources =
            nouns::resources(["cpus:0.5;mem:512", "cpus:1;mem:4096", "cpus:3;mem:1024"][number / 2 % 3]);
        pool.turn(Command::Commit {
            framework_id: nouns::framework_id(frameworks),
            launches: vec![launch],
        });
    }
    subscribe_all(&mut pool, frameworks, false);
    for _ in 0..40 {
        let (_, offers) = allocate(&mut pool, agents);
        decline(&mut pool, offers);
    }
    allocate(&mut pool, agents).0 * 1e3
}

/// How long it takes to add frameworks one after the other, in ms, with a cycle after each: the first gets everything.
fn coming(agents: usize, frameworks: usize) -> f64 {
    let mut pool = Pool::new();
    pool.add_agents(agents);
    let all = (0..frameworks).map(|number| nouns::subscribe(number, own_role(number), Face::Offers));
    let commands: Vec<Command> = all.flat_map(|subscribe| [subscribe, Command::Allocate]).collect();
    timed(|| commands.into_iter().for_each(|command| drop(pool.turn(command)))).0 * 1e3
}

#[derive(Default)]
struct Figures {
    /// The first cycle, in ms.
    first: f64,
    /// Later cycles, in ms.
    later: f64,
    /// A decline with its filter, in µs an offer.
    declined: f64,
    /// A cycle with nothing changed, in µs.
    nothing: f64,
}

fn print(report: &mut Report, what: &str, agents: usize, mesos: &str, figures: &[Figures]) {
    let all = |figure: fn(&Figures) -> f64| figures.iter().map(figure).collect::<Vec<f64>>();
    let per_offer = |cycles: Vec<f64>| cycles.iter().map(|ms| ms * 1e3 / agents as f64).collect::<Vec<f64>>();
    let (first, later) = (all(|f| f.first), all(|f| f.later));
    let largest = agents == 10_000;
    let memory = report.floor().memory();
    let mut row = |part: &str, figure: String, first, target| {
        report.row(Row {
            what: format!("{what}: {part}"),
            figure,
            first,
            target,
            floor: memory.clone(),
        });
    };
    row(
        &format!("first cycle (Mesos {mesos} ms)"),
        spread(&first, "ms"),
        "",
        if largest { "20 ms" } else { "" },
    );
    row(
        "an offer, first cycle",
        spread(&per_offer(first), "µs"),
        "20 µs",
        "2 µs",
    );
    row(
        "an offer, later cycles",
        spread(&per_offer(later), "µs"),
        "20 µs",
        "2 µs",
    );
    row("a decline", spread(&all(|f| f.declined), "µs an offer"), "", "");
    row(
        "cycle with nothing changed",
        spread(&all(|f| f.nothing), "µs"),
        "",
        "50 µs",
    );
}

fn world(agents: usize, frameworks: usize, one_role: bool) -> Pool {
    let mut pool = Pool::new();
    pool.add_agents(agents);
    subscribe_all(&mut pool, frameworks, one_role);
    pool
}

fn subscribe_all(pool: &mut Pool, frameworks: usize, one_role: bool) {
    for number in 0..frameworks {
        let role = if one_role { shared_role() } else { own_role(number) };
        pool.turn(nouns::subscribe(number, role, Face::Offers));
    }
}

fn own_role(number: usize) -> Role {
    Role::new(&format!("role{number}")).expect("a role")
}

fn shared_role() -> Role {
    Role::new("shared").expect("a role")
}

fn run(agents: usize, frameworks: usize, one_role: bool) -> Figures {
    let mut pool = world(agents, frameworks, one_role);
    let (first, mut offers) = allocate(&mut pool, agents);
    let (mut later, mut declined) = (0.0, 0.0);
    for _ in 0..ROUNDS {
        declined += decline(&mut pool, offers);
        let (time, next) = allocate(&mut pool, agents);
        later += time;
        offers = next;
    }
    let (nothing, (events, _)) = timed(|| pool.turn(Command::Allocate));
    assert!(events.is_empty(), "nothing is dirty");
    Figures {
        first: first * 1e3,
        later: later * 1e3 / ROUNDS as f64,
        declined: declined * 1e6 / (ROUNDS * agents) as f64,
        nothing: nothing * 1e6,
    }
}

/// A cycle, in ms, after every framework has declined every agent.
fn filtered(agents: usize, frameworks: usize) -> f64 {
    let mut pool = world(agents, frameworks, false);
    for round in 0..frameworks {
        let (_, offers) = allocate(&mut pool, agents);
        decline(&mut pool, offers);
        if round % 100 == 99 {
            eprintln!("{agents} × {frameworks}: {} rounds", short(round as f64 + 1.0));
        }
    }
    let (time, (events, _)) = timed(|| pool.turn(Command::Allocate));
    assert_eq!(offers_of(&events).len(), 0, "every pair is filtered");
    time * 1e3
}

/// One cycle, in seconds, and what it offered.
fn allocate(pool: &mut Pool, agents: usize) -> (f64, Offers) {
    let (time, (events, effects)) = timed(|| pool.turn(Command::Allocate));
    let offers = offers_of(&events);
    assert_eq!(
        offers.values().map(Vec::len).sum::<usize>(),
        agents,
        "every agent is offered once"
    );
    assert_eq!(effects.len(), offers.len(), "an effect for each framework with offers");
    (time, offers)
}

fn offers_of(events: &[Event]) -> Offers {
    let mut offers = Offers::new();
    for event in events {
        if let Event::OffersMade { offers: made, .. } = event {
            for offer in made {
                offers
                    .entry(offer.framework_id.clone())
                    .or_default()
                    .push(offer.offer_id.clone());
            }
        }
    }
    offers
}

/// Declines all of it, in seconds.
fn decline(pool: &mut Pool, offers: Offers) -> f64 {
    let decline = |(framework_id, offer_ids)| Command::Decline {
        framework_id,
        offer_ids,
        refuse: Some(REFUSE),
    };
    let commands: Vec<Command> = offers.into_iter().map(decline).collect();
    timed(|| commands.into_iter().for_each(|command| drop(pool.turn(command)))).0
}
