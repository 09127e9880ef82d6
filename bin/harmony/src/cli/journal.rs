use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base_fault::Class;
use io_store::{Entry, FileOptions, FileStore, Index, Store};
use serde_json::json;

use super::Context;
use crate::cluster::Cluster;
use crate::daemon::{self, journal::Told};
use crate::failure::Failure;
use crate::screen;

/// Prints the records of a journal, oldest first.
///
/// The cluster must be stopped.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony journal --dir ~/.local/state/harmony/default --from 1 --limit 10")]
pub struct Args {
    /// A cluster's, master's or agent's directory [default: the cluster's]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The first index
    #[arg(long)]
    from: Option<u64>,
    /// The most records
    #[arg(long)]
    limit: Option<usize>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let dir = match self.dir {
            Some(dir) => dir,
            None => Cluster::find(context.named.as_deref())?.dir.ok_or_else(|| {
                let url = Failure::new(
                    Class::Invalid,
                    "a journal is read from its directory, not over the network",
                );
                url.next("run this where the master is, with --dir DIR")
            })?,
        };
        let dir = locate(&dir)?;
        let store = FileStore::open(&dir, &FileOptions::default()).map_err(locked)?;
        let from = self.from.map_or(store.first(), Index);
        for entry in store.read(from)?.take(self.limit.unwrap_or(usize::MAX)) {
            show(&entry?, context.json())?;
        }
        Ok(())
    }
}

/// The directory at or under `dir` that holds the journal; the master's before an agent's.
fn locate(dir: &Path) -> anyhow::Result<PathBuf> {
    let mut places = vec![dir.to_owned(), dir.join("master"), dir.join("agent")];
    let master = std::fs::read_dir(dir.join("master")).into_iter().flatten().flatten();
    places.extend(master.map(|entry| entry.path()));
    let found = places
        .into_iter()
        .find(|place| place.join(FileStore::FILE_NAME).is_file());
    let missing = || {
        Failure::new(
            Class::NotFound,
            format!("{} holds no {}", dir.display(), FileStore::FILE_NAME),
        )
    };
    found
        .ok_or_else(missing)
        .with_context(|| format!("no journal under {}", dir.display()))
}

/// One text line, or one JSON object a line.
fn show(entry: &Entry, json: bool) -> std::io::Result<()> {
    let (index, epoch) = (entry.index.0, entry.epoch.0);
    let Told {
        time,
        principal,
        machine,
        event,
    } = daemon::journal::read(entry);
    if json {
        let mut record = json!({ "index": index, "epoch": epoch, "time": time, "machine": machine });
        record["principal"] = principal.into();
        record["event"] = event.into();
        return screen::line(&record.to_string());
    }
    screen::line(&format!(
        "{index:>8}  {epoch:>4}  {time}  {machine:<6}  {principal}  {event}"
    ))
}

fn locked(fault: io_store::Fault) -> anyhow::Error {
    let io_store::Fault::Locked { .. } = &fault else {
        return fault.into();
    };
    let failure = Failure::new(Class::Conflict, fault.to_string());
    failure
        .next("stop it first: Ctrl-C in `harmony up` leaves the tasks running")
        .into()
}
