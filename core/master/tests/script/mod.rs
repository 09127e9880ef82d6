//! The language of the scenarios.

mod parse;
mod show;

use std::fmt::Write;

use core_machine::Machine;
use core_master::{Effect, Event, Master};

use crate::support::World;

/// Runs a script and returns it with what followed.
pub fn run(text: &str) -> String {
    let (mut world, mut out) = (World::new(Master::default(), None), String::new());
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
                world = World::new(Master::default(), Some(timeout));
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
                world = World::new(minicbor::decode(&bytes).unwrap(), None);
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
