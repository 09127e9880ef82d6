//! `/state` and GET_STATE of a large pool: `state [AGENTS [TASKS]]` writes each form cold, again when nothing has changed,
//! and again after a hundredth of the tasks has. One thread; no socket.

use std::ops::Range;

use base_ids::{AgentId, TaskId};
use bench::{
    nouns,
    pool::Pool,
    report::{Report, Row},
    runs::{argument, short, spread, timed},
};
use core_master::{Command, Event, Face};
use model_resources::Role;
use svc_master::{Form, Pids, Printer, Section};
use wire_mesos::state::MasterHead;

const BATCH: usize = 1000;
const RUNS: usize = 5;

fn main() -> anyhow::Result<()> {
    let (agents, tasks) = (argument(1, 10_000), argument(2, 100_000));
    let mut report = Report::begin("The whole state (row 7)")?;
    let mut pool = Pool::new();
    let ids = pool.add_agents(agents);
    pool.turn(nouns::subscribe(0, Role::any(), Face::Watch));
    for from in (0..tasks).step_by(BATCH) {
        commit(&mut pool, &ids, from..(from + BATCH).min(tasks));
    }
    for (name, form) in [
        ("/state", Form::Older),
        ("GET_STATE in JSON", Form::Json),
        ("GET_STATE in protobuf", Form::Protobuf),
    ] {
        let cold: Vec<_> = (0..RUNS).map(|_| print(&mut Printer::new(form), &pool)).collect();
        let mut printer = Printer::new(form);
        print(&mut printer, &pool);
        let warm: Vec<_> = (0..RUNS).map(|_| print(&mut printer, &pool)).collect();
        let changed: Vec<_> = (0..RUNS)
            .map(|run| {
                change(&mut pool, tasks, run);
                print(&mut printer, &pool)
            })
            .collect();
        for (when, runs) in [
            ("nothing kept", cold),
            ("nothing changed", warm),
            ("a hundredth of the tasks changed", changed),
        ] {
            row(&mut report, &format!("{name}, {when}"), &runs);
        }
    }
    report.end();
    Ok(())
}

/// One text: its bytes, the seconds it took, and those to its first part.
struct Written {
    bytes: usize,
    seconds: f64,
    first: f64,
}

fn print(printer: &mut Printer, pool: &Pool) -> Written {
    let (mut bytes, mut first) = (0, None);
    let started = std::time::Instant::now();
    let (seconds, ()) = timed(|| {
        let beside = (&MasterHead::default(), &Pids::new());
        printer.print(beside, pool.state(), Section::State, &mut |part| {
            first.get_or_insert_with(|| started.elapsed().as_secs_f64());
            bytes += part.len();
        });
    });
    Written {
        bytes,
        seconds,
        first: first.unwrap_or(seconds),
    }
}

fn row(report: &mut Report, what: &str, runs: &[Written]) {
    let rate: Vec<f64> = runs.iter().map(|run| run.bytes as f64 / run.seconds / 1e6).collect();
    let first: Vec<f64> = runs.iter().map(|run| run.first * 1e3).collect();
    let megabytes = runs.last().map_or(0.0, |run| run.bytes as f64 / 1e6);
    report.row(Row {
        what: format!("{what}, {} MB", short(megabytes)),
        figure: format!(
            "{} a core; first part after {}",
            spread(&rate, "MB/s"),
            spread(&first, "ms")
        ),
        first: "",
        target: "300 MB/s",
        floor: String::new(),
    });
}

fn commit(pool: &mut Pool, ids: &[AgentId], numbers: Range<usize>) {
    let launches = numbers
        .map(|number| nouns::launch(number, ids[number % ids.len()].clone()))
        .collect();
    let (events, _) = pool.turn(Command::Commit {
        framework_id: nouns::framework_id(0),
        launches,
    });
    let refused = events
        .iter()
        .any(|event| matches!(event, Event::CommitAnswered { refused, .. } if !refused.is_empty()));
    assert!(!refused, "all fit");
}

/// Asks for the end of a hundredth of the tasks, other ones in each run, while a reader holds the state as it was.
fn change(pool: &mut Pool, tasks: usize, run: usize) {
    let reader = pool.state().clone();
    for number in (run..tasks).step_by(100) {
        pool.turn(Command::Kill {
            framework_id: nouns::framework_id(0),
            task_id: TaskId::from(format!("web.{number:08}")),
            agent_id: None,
            grace: None,
        });
    }
    drop(reader);
}
