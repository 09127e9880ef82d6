//! The bytes of each fact in the journal, for ever: what an old release wrote is read, and what is written is what is
//! expected. `UPDATE=1` adds new lines; a change of an old one needs a new number instead.
#![expect(clippy::disallowed_methods, reason = "UPDATE=1 writes the expected files")]

mod facts;

use std::{collections::BTreeMap, fs, path::Path};

use core_machine::Machine;
use core_master::{Event, Master};

#[test]
fn facts_keep_their_bytes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/facts.txt");
    let ours: BTreeMap<String, String> = facts::all()
        .iter()
        .map(|(name, event)| (name.to_string(), hex(&minicbor::to_vec(event).unwrap())))
        .collect();
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut golden: BTreeMap<String, String> = text
        .lines()
        .map(|line| line.split_once(' ').expect("a name and bytes"))
        .map(|(name, bytes)| (name.into(), bytes.into()))
        .collect();
    if std::env::var_os("UPDATE").is_some() {
        for (name, bytes) in &ours {
            golden.entry(name.clone()).or_insert_with(|| bytes.clone());
        }
        let lines: String = golden.iter().map(|(name, bytes)| format!("{name} {bytes}\n")).collect();
        fs::write(&path, lines).unwrap();
    }
    assert_eq!(ours, golden);
}

#[test]
fn golden_bytes_are_read() {
    let text = include_str!("golden/facts.txt");
    let known: BTreeMap<&str, Event> = facts::all().into_iter().collect();
    for line in text.lines() {
        let (name, bytes) = line.split_once(' ').unwrap();
        let event: Event = minicbor::decode(&unhex(bytes)).unwrap();
        assert_eq!(event, known[name], "{name}");
    }
}

#[test]
fn numbers_tell_hard_from_soft() {
    for (name, event) in facts::all() {
        let bytes = minicbor::to_vec(&event).unwrap();
        let mut decoder = minicbor::Decoder::new(&bytes);
        decoder.array().unwrap();
        assert_eq!(decoder.u32().unwrap() >= 64, Master::is_soft(&event), "{name}");
    }
}

#[test]
fn an_unknown_fact_is_an_error() {
    let of_a_later_release = [0x82, 0x18, 0x3f, 0x80];
    assert!(minicbor::decode::<Event>(&of_a_later_release).is_err());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
