//! Allocation through the whole master: `allocation [RUNS]` lets the master offer all free agents, every framework declines
//! with a filter, and all is offered again to the next, as Mesos' `DeclineOffers` benchmark does.

use std::collections::BTreeMap;
use std::time::Duration;

use base_ids::{FrameworkId, OfferId};
use bench::nouns;
use bench::pool::Pool;
use bench::report::{Report, Row};
use bench::runs::{argument, short, spread, timed};
use core_master::{Command, Event, Face};
use model_resources::Role;

/// Agents, frameworks, and the milliseconds of Mesos 1.11.0 with a role each and with one role for all.
const GRID: [(usize, usize, &str, &str); 4] = [
    (1_000, 50, "23", "21"),
    (1_000, 200, "31", "23"),
    (5_000, 200, "148", "132"),
    (10_000, 1_000, "1,000", "360"),
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
    for (agents, frameworks, mesos) in [(1_000, 50, "223"), (1_000, 200, "975")] {
        let times: Vec<f64> = (0..runs).map(|_| filtered(agents, frameworks)).collect();
        report.row(Row {
            what: format!("{agents} × {frameworks}, every pair filtered: cycle (Mesos {mesos} ms)"),
            figure: spread(&times, "ms"),
            first: "",
            target: "",
            floor: report.floor().memory(),
        });
    }
    report.end();
    Ok(())
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
    for number in 0..frameworks {
        let role = if one_role {
            "shared".to_owned()
        } else {
            format!("role{number}")
        };
        pool.turn(nouns::subscribe(
            number,
            Role::new(&role).expect("a role"),
            Face::Offers,
        ));
    }
    pool
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
