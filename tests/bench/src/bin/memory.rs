//! Memory of the master: `memory [AGENTS [TASKS]]` loads agents and tasks with ten labels each, and reads how much this
//! process has grown. Each world has a process of its own, so that none uses what another has freed.

use anyhow::Context;
use base_ids::AgentId;
use bench::inline::Inline;
use bench::nouns::{self, LABELS};
use bench::pool::Pool;
use bench::report::{Report, Row};
use bench::runs::{argument, short};
use bench::usage::rss_bytes;
use core_master::{Command, Event, Face};
use model_resources::Role;

const BATCH: usize = 1000;

fn main() -> anyhow::Result<()> {
    let world = std::env::args().nth(3).unwrap_or_default();
    let (agents, tasks) = (argument(1, 10_000), argument(2, 100_000));
    match world.as_str() {
        "pool" => {
            println!("{}", line(pool(agents, tasks)));
            return Ok(());
        }
        "apps" => {
            println!("{}", line(apps(agents, tasks)));
            return Ok(());
        }
        _ => {}
    }
    let mut report = Report::begin("Memory of the master (row 10)")?;
    for (world, task) in [
        ("pool", "a task of a foreign framework, each with labels of its own"),
        ("apps", "an instance of one app, with its task: pool and app scheduler"),
    ] {
        let [agent_bytes, task_bytes] = child(world, agents, tasks)?;
        let mut row = |what: String, bytes: f64, target| {
            let (figure, floor) = (format!("{} KiB", short(bytes / 1024.0)), String::new());
            report.row(Row {
                what,
                figure,
                first: "",
                target,
                floor,
            });
        };
        row(format!("an agent of {agents} ({world})"), agent_bytes, "4 KiB");
        row(format!("{task}, {LABELS} labels, of {tasks}"), task_bytes, "1 KiB");
    }
    report.end();
    Ok(())
}

fn line([agent, task]: [f64; 2]) -> String {
    format!("{agent} {task}")
}

/// What another process of this program measures.
fn child(world: &str, agents: usize, tasks: usize) -> anyhow::Result<[f64; 2]> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    let output = command
        .args([&agents.to_string(), &tasks.to_string(), world])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (agent, task) = text.trim().split_once(' ').with_context(|| {
        format!(
            "the world {world} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    Ok([agent.parse()?, task.parse()?])
}

/// How much each of `count` takes that `load` brings in, in bytes.
fn each(count: usize, load: impl FnOnce()) -> f64 {
    let before = rss_bytes();
    load();
    rss_bytes().saturating_sub(before) as f64 / count as f64
}

fn pool(agents: usize, tasks: usize) -> [f64; 2] {
    let mut pool = Pool::new();
    let mut ids = Vec::new();
    let agent = each(agents, || ids = pool.add_agents(agents));
    pool.turn(nouns::subscribe(0, Role::any(), Face::Watch));
    let task = each(tasks, || {
        for from in (0..tasks).step_by(BATCH) {
            commit(&mut pool, &ids, from..(from + BATCH).min(tasks));
        }
    });
    assert_eq!(pool.state().tasks().count(), tasks);
    [agent, task]
}

fn commit(pool: &mut Pool, ids: &[AgentId], numbers: std::ops::Range<usize>) {
    let launches = numbers
        .map(|number| nouns::launch(number, ids[number % ids.len()].clone()))
        .collect();
    let (events, effects) = pool.turn(Command::Commit {
        framework_id: nouns::framework_id(0),
        launches,
    });
    let refused = events
        .iter()
        .any(|event| matches!(event, Event::CommitAnswered { refused, .. } if !refused.is_empty()));
    assert!(!refused && !effects.is_empty(), "all fit");
}

fn apps(agents: usize, tasks: usize) -> [f64; 2] {
    let mut world = None;
    let agent = each(agents, || world = Some(Inline::new(agents)));
    let Some(mut world) = world else { return [agent, 0.0] };
    let task = each(tasks, || {
        world.put(nouns::app("/bench", u32::try_from(tasks).unwrap_or(u32::MAX)))
    });
    assert_eq!(world.state().master.tasks().count(), tasks);
    [agent, task]
}
