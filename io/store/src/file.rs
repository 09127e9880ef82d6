//! The journal in one file of an embedded store (redb), for a master on one machine.
//!
//! Each batch is one value under the index of its first record, so a group commit is one small transaction with one
//! sync. The embedded store keeps the file whole across a crash; the checksums of [`crate::frame`] find bytes that
//! changed afterwards, which it would not notice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use crate::frame::{self, Frame};
use crate::guard::{guarded, locate, translate};
use crate::store::Ends;
use crate::tip::Tip;
use crate::{
    BATCH_LIMIT_BYTES, Batch, ClusterId, DirLock, Entries, Epoch, Fault, Index, Position, Store, disk, meta, walk,
};

/// Index of the first record to stored batch.
const JOURNAL: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("journal");
/// The journal is read once and then only written, so a small cache does.
const CACHE_BYTES: usize = 8 << 20;
/// What a transaction may write beside the value itself: copies of tree pages, and its own records.
const OVERHEAD_BYTES: u64 = 256 << 10;
/// What the largest batch needs.
const LARGEST_BYTES: u64 = BATCH_LIMIT_BYTES as u64 + OVERHEAD_BYTES;

/// How a journal file is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOptions {
    /// An append that would leave less than this free on the disk is refused as [`Fault::Full`].
    pub headroom_bytes: u64,
    /// The identity of a journal that does not exist yet; `None` draws one.
    pub new_cluster: Option<ClusterId>,
}

impl Default for FileOptions {
    /// 64 MiB of headroom, a drawn identity.
    fn default() -> FileOptions {
        FileOptions {
            headroom_bytes: 64 << 20,
            new_cluster: None,
        }
    }
}

/// A [`Store`] in a directory of its own, which it locks while it is open.
#[derive(Debug)]
pub struct FileStore {
    db: Option<Database>,
    path: PathBuf,
    cluster: ClusterId,
    ends: Ends,
    headroom_bytes: u64,
    poison: Mutex<Option<String>>,
    tip: Option<Tip>,
    lock: Option<DirLock>,
}

impl FileStore {
    /// The name of the journal in its directory.
    pub const FILE_NAME: &'static str = "journal.redb";

    /// Opens the journal in `dir`, or creates both. After an unclean end all of it is checked first, which takes a second
    /// for a few hundred megabytes. [`Fault::Locked`] when another process has it, [`Fault::Corrupt`] when the file or
    /// its last batch is damaged or acknowledged records are missing; damage further in is found by [`Store::read`].
    pub fn open(dir: &Path, options: &FileOptions) -> Result<FileStore, Fault> {
        disk::create_dir(dir)?;
        let lock = DirLock::take(dir)?;
        let path = dir.join(Self::FILE_NAME);
        if !path
            .try_exists()
            .map_err(|source| Fault::io("look for", &path, source))?
        {
            create(&path, options)?;
        }
        if path
            .metadata()
            .map_err(|source| Fault::io("look at", &path, source))?
            .len()
            == 0
        {
            return Err(Fault::corrupt(&path, "an empty file"));
        }
        let mut builder = Builder::new();
        let builder = builder.set_cache_size(CACHE_BYTES);
        let open = || {
            builder
                .open(&path)
                .map_err(|error| translate(error, "open", &path, Index::ZERO))
        };
        let db = guarded(&path, Index::ZERO, open).map_err(|fault| locate(&path, fault))?;
        let mut store = FileStore::load(db, path, options.headroom_bytes)?;
        store.tip = Some(Tip::open(&store.path, store.ends.last)?);
        store.lock = Some(lock);
        Ok(store)
    }

    /// A journal on a device of the caller's. `path` names it in faults and says which disk must have space.
    #[cfg(test)]
    pub(crate) fn on_device(
        device: impl redb::StorageBackend,
        path: PathBuf,
        options: &FileOptions,
    ) -> Result<FileStore, Fault> {
        let db = guarded(&path, Index::ZERO, || {
            let fresh = device.len().map_err(|source| Fault::io("look at", &path, source))? == 0;
            let mut builder = Builder::new();
            let db = builder.set_cache_size(CACHE_BYTES).create_with_backend(device);
            let db = db.map_err(|error| translate(error, "open", &path, Index::ZERO))?;
            if fresh {
                initialize(&db, options).map_err(|error| translate(error, "create", &path, Index::ZERO))?;
            }
            Ok(db)
        })?;
        FileStore::load(db, path, options.headroom_bytes)
    }

    fn load(db: Database, path: PathBuf, headroom_bytes: u64) -> Result<FileStore, Fault> {
        let (cluster, ends, poison) = (ClusterId([0; 16]), Ends::empty(), Mutex::new(None));
        let mut store = FileStore {
            db: Some(db),
            path,
            cluster,
            ends,
            headroom_bytes,
            poison,
            tip: None,
            lock: None,
        };
        let db = store.usable()?;
        (store.cluster, store.ends) = guarded(&store.path, Index::ZERO, || find_ends(db, &store.path))?;
        Ok(store)
    }

    /// Whether the largest batch would find the disk full.
    fn short_of_space(&self) -> bool {
        matches!(
            disk::require_free(&self.path, LARGEST_BYTES, self.headroom_bytes),
            Err(Fault::Full { .. })
        )
    }

    fn usable(&self) -> Result<&Database, Fault> {
        let poison = self.poison.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*poison, &self.db) {
            (None, Some(db)) => Ok(db),
            (cause, _) => Err(Fault::Poisoned {
                cause: cause.clone().unwrap_or_else(|| "it is closed".to_string()),
            }),
        }
    }

    /// One durable transaction. Whatever goes wrong in it poisons the store: after a failed write or sync nobody knows
    /// what the disk holds, and trying again would only hide it.
    fn write(&self, change: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>) -> Result<(), Fault> {
        let db = self.usable()?;
        let commit = || -> Result<(), redb::Error> {
            let transaction = db.begin_write()?;
            change(&transaction)?;
            Ok(transaction.commit()?)
        };
        let at = self.ends.last.index.next();
        guarded(&self.path, at, || {
            commit().map_err(|error| translate(error, "write", &self.path, at))
        })
        .inspect_err(|fault| self.poison(fault))
    }

    fn poison(&self, fault: &Fault) {
        self.poison
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| fault.to_string());
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        // Closing reads the file once more, and so may meet its damage; there is nobody left to tell.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self.db.take())));
    }
}

impl Store for FileStore {
    fn cluster(&self) -> ClusterId {
        self.cluster
    }

    fn held(&self) -> Epoch {
        self.ends.held
    }

    fn last(&self) -> Position {
        self.ends.last
    }

    fn first(&self) -> Index {
        self.ends.first
    }

    fn fence(&mut self, epoch: Epoch) -> Result<(), Fault> {
        self.usable()?;
        self.ends.admit_fence(epoch)?;
        self.write(|transaction| meta::set_held(&mut transaction.open_table(meta::TABLE)?, epoch))?;
        self.ends.held = epoch;
        Ok(())
    }

    fn room(&self) -> Result<(), Fault> {
        disk::require_free(&self.path, LARGEST_BYTES, self.headroom_bytes)
    }

    fn append(&mut self, epoch: Epoch, prev_index: Index, batch: &Batch) -> Result<Index, Fault> {
        self.usable()?;
        self.ends.admit_append(epoch, prev_index)?;
        if batch.is_empty() {
            return Ok(prev_index);
        }
        // The embedded store rounds a value up to a power of two.
        let size = batch.size_bytes().next_power_of_two() as u64;
        disk::require_free(&self.path, size + OVERHEAD_BYTES, self.headroom_bytes)?;
        let first = prev_index.next();
        self.write(|transaction| {
            let mut journal = transaction.open_table(JOURNAL)?;
            let mut value = journal.insert_reserve(first.0, batch.size_bytes())?;
            let (head, body) = value.as_mut().split_at_mut(frame::BATCH_HEADER_BYTES);
            head.copy_from_slice(&frame::header(batch, epoch, first));
            body.copy_from_slice(batch.body());
            Ok(())
        })?;
        self.ends.last = Position {
            epoch,
            index: prev_index.plus(batch.len() as u64),
        };
        let noted = self.tip.as_mut().map_or(Ok(()), |tip| tip.write(self.ends.last));
        noted.inspect_err(|fault| self.poison(fault))?;
        Ok(self.ends.last.index)
    }

    fn read(&self, from: Index) -> Result<Entries<'_>, Fault> {
        let db = self.usable()?;
        self.ends.admit_read(from)?;
        let open = || -> Result<_, redb::Error> { Ok(db.begin_read()?.open_table(JOURNAL)?) };
        let table = guarded(&self.path, from, || {
            open().map_err(|error| translate(error, "read", &self.path, from))
        })?;
        let find = move |at: Index| {
            guarded(&self.path, at, || {
                find_batch(&table, at).map_err(|error| translate(error, "read", &self.path, at))
            })
            .inspect_err(|fault| {
                if matches!(fault, Fault::Io { .. }) {
                    self.poison(fault)
                }
            })
        };
        Ok(walk::entries(
            from,
            self.ends.last.index,
            self.path.display().to_string(),
            find,
        ))
    }

    fn truncate(&mut self, to: Index) -> Result<(), Fault> {
        self.usable()?;
        self.ends.admit_truncate(to)?;
        let mut first = self.ends.first;
        self.write(|transaction| {
            let mut journal = transaction.open_table(JOURNAL)?;
            let kept = journal
                .range(..=to.next().0)?
                .next_back()
                .transpose()?
                .map(|(key, _)| Index(key.value()));
            first = self.ends.first_after_cut(to, kept);
            journal.retain_in(..first.0, |_, _| false)?;
            let dropped = Position {
                epoch: self.ends.last.epoch,
                index: Index(first.0 - 1),
            };
            meta::set_dropped(&mut transaction.open_table(meta::TABLE)?, dropped)
        })?;
        self.ends.first = first;
        if self.short_of_space() {
            self.compact()?;
        }
        Ok(())
    }
}

impl FileStore {
    /// Gives pages that are free inside the file back to the disk. Slow, so only when the disk asks for it.
    fn compact(&mut self) -> Result<(), Fault> {
        let Some(db) = self.db.as_mut() else { return Ok(()) };
        let path = &self.path;
        guarded(path, Index::ZERO, || {
            db.compact()
                .map_err(|error| translate(error, "compact", path, Index::ZERO))
        })
        .map(drop)
        .inspect_err(|fault| self.poison(fault))
    }
}

/// Creates the journal under another name first: a crash on the way leaves no half-made journal.
fn create(path: &Path, options: &FileOptions) -> Result<(), Fault> {
    let temporary = path.with_extension("new");
    disk::remove(&temporary)?;
    disk::require_free(path.parent().unwrap_or(path), OVERHEAD_BYTES, options.headroom_bytes)?;
    guarded(path, Index::ZERO, || {
        let make = || -> Result<(), redb::Error> { initialize(&Builder::new().create(&temporary)?, options) };
        make().map_err(|error| translate(error, "create", &temporary, Index::ZERO))
    })?;
    disk::publish(&temporary, path)
}

fn initialize(db: &Database, options: &FileOptions) -> Result<(), redb::Error> {
    let transaction = db.begin_write()?;
    transaction.open_table(JOURNAL)?;
    meta::create(
        &mut transaction.open_table(meta::TABLE)?,
        options.new_cluster.unwrap_or_else(ClusterId::random),
    )?;
    Ok(transaction.commit()?)
}

fn find_ends(db: &Database, path: &Path) -> Result<(ClusterId, Ends), Fault> {
    let what = path.display().to_string();
    let open = || -> Result<_, redb::Error> {
        let transaction = db.begin_read()?;
        Ok((transaction.open_table(JOURNAL)?, transaction.open_table(meta::TABLE)?))
    };
    let (journal, facts) = open().map_err(|error| translate(error, "read", path, Index::ZERO))?;
    let meta = meta::load(&facts, &what)?;
    let ends = || -> Result<_, redb::Error> {
        let first = journal.first()?.map(|(key, _)| Index(key.value()));
        Ok(first.zip(find_batch(&journal, Index(u64::MAX))?))
    };
    let mut found = Ends {
        held: meta.held,
        first: meta.dropped.index.next(),
        last: meta.dropped,
    };
    if let Some((first, (key, value))) = ends().map_err(|error| translate(error, "read", path, found.first))? {
        if first != found.first {
            return Err(Fault::Corrupt {
                index: found.first,
                what,
                found: format!("a first batch at {first}"),
            });
        }
        found.last = Frame::check(key, value, &what)?.last();
    }
    Ok((meta.cluster, found))
}

/// The batch with the highest first index at or below `at`.
fn find_batch(
    journal: &impl ReadableTable<u64, &'static [u8]>,
    at: Index,
) -> Result<Option<(Index, Bytes)>, redb::Error> {
    let found = journal.range(..=at.0)?.next_back().transpose()?;
    Ok(found.map(|(key, value)| (Index(key.value()), Bytes::copy_from_slice(value.value()))))
}
