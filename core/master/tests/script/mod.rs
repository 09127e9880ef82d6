//! The language of the scenarios.

mod parse;
mod show;

use std::fmt::Write;

use core_machine::Machine;
use core_master::{Effect, Event, Master};

use crate::support::World;

/// Runs a script and returns it with what followed.
pub fn run(text: &str) -> String {
    let (mut world, mut out) = (World::with(Master::default(), |_| ()), String::new());
    let output = |line: &&str| !line.starts_with("  ");
    for line in text.lines().filter(output) {
        writeln!(out, "{line}").unwrap();
        let Some(command) = line.strip_prefix("> ") else {
            continue;
        };
        let mut words = command.split_whitespace();
        match words.next().unwrap() {
            "wait" => {
                let (events, effects) = world.wait(parse::seconds(words.next().unwrap()));
                print(&mut out, &events, &effects);
            }
            "offer_timeout" => {
                let timeout = parse::seconds(words.next().unwrap());
                world = World::with(Master::default(), |config| config.offer_timeout = Some(timeout));
            }
            "removal_interval" => {
                let interval = parse::seconds(words.next().unwrap());
                world = World::with(Master::default(), |config| config.removal_interval = Some(interval));
            }
            "registry" => {
                let age = parse::seconds(words.next().unwrap());
                let count = words.next().unwrap().parse().unwrap();
                world = World::with(Master::default(), |config| {
                    (config.registry_max_agent_age, config.registry_max_agent_count) = (age, count);
                });
            }
            "sleep" => world.now = world.now + parse::seconds(words.next().unwrap()),
            "restart" => {
                let mut replayed = Master::default();
                world.journal.iter().for_each(|(at, event)| replayed.apply(*at, event));
                let (now, journal) = (world.now, std::mem::take(&mut world.journal));
                let bytes = minicbor::to_vec(&replayed).unwrap();
                assert_eq!(
                    bytes,
                    minicbor::to_vec(world.driver.state()).unwrap(),
                    "a replay differs"
                );
                let (mut leadership, mut limit) = (world.driver.config().leadership, 1.0);
                for (name, value) in words.filter_map(|word| word.split_once('=')) {
                    match name {
                        "leadership" => leadership = value.parse().unwrap(),
                        "limit" => limit = value.parse().unwrap(),
                        _ => panic!("restart has no {name}"),
                    }
                }
                world = World::with(minicbor::decode(&bytes).unwrap(), |config| {
                    (config.leadership, config.recovery_removal_limit) = (leadership, limit);
                });
                (world.now, world.journal) = (now, journal);
            }
            verb => match world.submit(parse::command(&world, verb, &words.collect::<Vec<_>>())) {
                Ok((events, effects)) => print(&mut out, &events, &effects),
                Err(reject) => writeln!(out, "  ! {}: {reject}", reject.class()).unwrap(),
            },
        }
    }
    out
}

fn print(out: &mut String, events: &[Event], effects: &[Effect]) {
    for event in events {
        let mark = if Master::is_soft(event) { "~ " } else { "" };
        writeln!(out, "  {mark}{}", show::event(event)).unwrap();
    }
    for effect in effects {
        writeln!(out, "  -> {}", show::effect(effect)).unwrap();
    }
}
