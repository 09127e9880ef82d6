//! Commands that need no cluster to answer.

use io_store::{Batch, DirLock, Epoch, FileOptions, FileStore, Index, MachineTag, Store};
use serde_json::Value;

use crate::run::local;

#[test]
fn completions_name_the_commands() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let out = local(home.path(), &["completions", shell]).ok();
        assert!(out.contains("deployment") && out.contains("rollback"), "{shell}");
    }
}

#[test]
fn a_directory_in_use_is_refused_by_name() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("d");
    std::fs::create_dir(&dir).unwrap();
    let held = DirLock::take(&dir).unwrap();
    for more in [&[][..], &["--detach"]] {
        let args: Vec<&str> = ["up", "--dir", dir.to_str().unwrap()]
            .iter()
            .chain(more)
            .copied()
            .collect();
        let said = local(home.path(), &args).fails(7);
        let this = format!("in use by process {}", std::process::id());
        assert!(said.contains(&this) && said.contains("harmony down --dir"), "{said}");
    }
    drop(held);
    assert!(
        !home.path().join("harmony/last").exists(),
        "what was refused is not remembered"
    );
}

#[test]
fn an_open_address_needs_a_word() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("d");
    let said = local(
        home.path(),
        &["up", "--dir", dir.to_str().unwrap(), "--bind", "0.0.0.0"],
    )
    .fails(4);
    assert!(said.contains("0.0.0.0") && said.contains("--insecure"), "{said}");
    assert!(!dir.exists());
}

#[test]
fn down_needs_a_cluster() {
    let home = tempfile::tempdir().unwrap();
    let said = local(home.path(), &["down"]).fails(5);
    assert!(said.contains("--dir"), "{said}");
    let said = local(home.path(), &["down", "--dir", home.path().to_str().unwrap()]).fails(5);
    assert!(said.contains("not the directory of a cluster"), "{said}");
    let said = local(home.path(), &["down", "--cluster", "http://127.0.0.1:1"]).fails(2);
    assert!(said.contains("where it runs"), "{said}");
}

#[test]
fn down_is_fine_with_nothing_to_do() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("d");
    std::fs::create_dir_all(dir.join("agents/1")).unwrap();
    let out = local(home.path(), &["down", "--dir", dir.to_str().unwrap(), "-o", "json"]).ok();
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&json["was_up"], &json["tasks_stopped"]),
        (&Value::from(false), &Value::from(0))
    );
}

#[test]
fn a_journal_is_read_where_it_lies() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("d/master/journal");
    std::fs::create_dir_all(&dir).unwrap();
    let mut store = FileStore::open(
        &dir,
        &FileOptions {
            headroom_bytes: 0,
            new_cluster: None,
        },
    )
    .unwrap();
    store.fence(Epoch(3)).unwrap();
    let mut batch = Batch::new();
    for byte in [0xab, 0xcd] {
        batch.push(MachineTag(99), 7, &[byte]).unwrap();
    }
    store.append(Epoch(3), Index(0), &batch).unwrap();

    let args = [
        "journal",
        "--dir",
        home.path().join("d").to_str().unwrap(),
        "-o",
        "json",
        "--from",
        "2",
    ]
    .map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = local(home.path(), &args).fails(7);
    assert!(said.contains("in use by process"), "{said}");
    drop(store);

    let out = local(home.path(), &args).ok();
    let record: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&record["index"], &record["epoch"]), (&Value::from(2), &Value::from(3)));
    assert_eq!(record["machine"], "machine 99");
    assert!(record["event"].as_str().unwrap().ends_with(": cd"), "{record}");
    local(
        home.path(),
        &["journal", "--dir", home.path().join("x").to_str().unwrap()],
    )
    .fails(5);
}
