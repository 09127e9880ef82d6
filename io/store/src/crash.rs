//! Power cuts at every write of the embedded store, on a device that forgets what was not synced.

use std::io;
use std::sync::{Arc, Mutex};

use crate::{Batch, ClusterId, Epoch, Fault, FileOptions, FileStore, Index, MachineTag, Store};

/// One call that the embedded store made on its device.
#[derive(Debug, Clone)]
enum Call {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    trace: Vec<Call>,
    syncs: u64,
    fail_sync: bool,
    fail_write: Option<io::ErrorKind>,
}

/// A device in memory that keeps a trace.
#[derive(Debug, Clone, Default)]
struct Device(Arc<Mutex<State>>);

impl Device {
    fn holding(bytes: Vec<u8>) -> Device {
        Device(Arc::new(Mutex::new(State {
            bytes,
            ..State::default()
        })))
    }

    fn with<T>(&self, run: impl FnOnce(&mut State) -> T) -> T {
        run(&mut self.0.lock().unwrap())
    }

    fn open(&self) -> Result<FileStore, Fault> {
        let options = FileOptions {
            headroom_bytes: 0,
            new_cluster: Some(ClusterId([5; 16])),
        };
        FileStore::on_device(self.clone(), std::env::temp_dir(), &options)
    }
}

fn play(bytes: &mut Vec<u8>, call: &Call) {
    match call {
        Call::Write(at, data) => bytes[*at as usize..*at as usize + data.len()].copy_from_slice(data),
        Call::SetLen(len) => bytes.resize(*len as usize, 0),
        Call::Sync => {}
    }
}

impl State {
    fn call(&mut self, call: Call) {
        play(&mut self.bytes, &call);
        self.trace.push(call);
    }
}

impl redb::StorageBackend for Device {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.with(|state| state.bytes.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.with(
            |state| match state.bytes.get(offset as usize..offset as usize + out.len()) {
                Some(bytes) => {
                    out.copy_from_slice(bytes);
                    Ok(())
                }
                None => Err(io::ErrorKind::UnexpectedEof.into()),
            },
        )
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.with(|state| state.call(Call::SetLen(len)));
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.with(|state| {
            state.syncs += 1;
            if state.fail_sync {
                return Err(io::Error::other("the device lost its cache"));
            }
            state.call(Call::Sync);
            Ok(())
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.with(|state| match state.fail_write {
            Some(kind) => Err(kind.into()),
            None => {
                state.call(Call::Write(offset, data.to_vec()));
                Ok(())
            }
        })
    }
}

fn batch(after: Index) -> Batch {
    let mut batch = Batch::new();
    for n in 1..=1 + after.0 % 4 {
        batch.push(MachineTag(1), 1, &content(after.plus(n))).unwrap();
    }
    batch
}

fn content(index: Index) -> Vec<u8> {
    index.0.to_le_bytes().repeat(1 + (index.0 * 53 % 300) as usize)
}

/// Appends, fences and cuts; the trace, and after how many of its calls which index was acknowledged.
fn run() -> (Vec<Call>, Vec<(usize, Index)>) {
    let device = Device::default();
    let mut store = device.open().unwrap();
    let mut acknowledged = vec![(device.with(|state| state.trace.len()), Index(0))];
    for round in 1..=14 {
        let prev = store.last().index;
        let last = store.append(store.held(), prev, &batch(prev)).unwrap();
        acknowledged.push((device.with(|state| state.trace.len()), last));
        match round {
            5 | 9 => store.fence(Epoch(round)).unwrap(),
            7 | 12 => store.truncate(Index(last.0 / 2)).unwrap(),
            _ => {}
        }
    }
    let trace = device.with(|state| state.trace.clone());
    (trace, acknowledged)
}

/// Opens what the device kept: everything up to `acknowledged` is there, in order and unharmed.
fn check(bytes: Vec<u8>, acknowledged: Index, how: &str) {
    let store = Device::holding(bytes)
        .open()
        .unwrap_or_else(|fault| panic!("{how}: {fault}"));
    let last = store.last().index;
    assert!(
        last >= acknowledged,
        "{how}: {acknowledged} was acknowledged, the journal ends at {last}"
    );
    let mut next = store.first();
    for entry in store.read(next).unwrap() {
        let entry = entry.unwrap_or_else(|fault| panic!("{how}: {fault}"));
        assert_eq!(
            (entry.index, entry.record.bytes.to_vec()),
            (next, content(next)),
            "{how}"
        );
        next = next.next();
    }
    assert_eq!(next, last.next(), "{how}");
}

/// Places to tear a write at: every byte of a small one, which a commit's header is, and some of a page.
fn tears(len: usize) -> impl Iterator<Item = usize> {
    (0..len).step_by(if len <= 512 { 1 } else { len / 7 })
}

#[test]
fn a_power_cut_at_any_write_keeps_what_was_acknowledged() {
    let (trace, acknowledged) = run();
    let created = acknowledged[0].0;
    let (mut durable, mut pending) = (Vec::new(), Vec::new());
    let (mut cuts, mut dice) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    for (place, call) in trace.iter().enumerate() {
        let promised = acknowledged
            .iter()
            .rev()
            .find(|(calls, _)| *calls <= place)
            .map(|(_, index)| *index);
        if let (Some(promised), true) = (promised, place >= created) {
            // All, none, or any part of what was not synced reached the device.
            let part = |keep: &mut dyn FnMut(usize) -> bool| {
                let mut bytes: Vec<u8> = durable.clone();
                for (n, call) in pending.iter().enumerate() {
                    if keep(n) || matches!(call, Call::SetLen(_)) {
                        play(&mut bytes, call);
                    }
                }
                bytes
            };
            check(part(&mut |_| true), promised, &format!("call {place}, all"));
            check(part(&mut |_| false), promised, &format!("call {place}, none"));
            for seed in 0..8 {
                let some = part(&mut |_| {
                    dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    dice >> 63 == 1
                });
                check(some, promised, &format!("call {place}, part {seed}"));
            }
            if let Call::Write(at, data) = call {
                for len in tears(data.len()) {
                    let mut torn = part(&mut |_| true);
                    play(&mut torn, &Call::Write(*at, data[..len].to_vec()));
                    check(
                        torn,
                        promised,
                        &format!("call {place}, torn after {len} of {} bytes", data.len()),
                    );
                    cuts += 1;
                }
            }
        }
        match call {
            Call::Sync => pending.drain(..).for_each(|call| play(&mut durable, &call)),
            call => pending.push(call.clone()),
        }
    }
    assert!(cuts > 1000, "only {cuts} torn writes");
}

/// Every way into a poisoned store.
fn all_refuse(store: &mut FileStore) {
    let prev = store.last().index;
    assert!(matches!(
        store.append(store.held(), prev, &batch(prev)),
        Err(Fault::Poisoned { .. })
    ));
    assert!(matches!(store.fence(Epoch(99)), Err(Fault::Poisoned { .. })));
    assert!(matches!(store.truncate(prev), Err(Fault::Poisoned { .. })));
    assert!(matches!(store.read(Index(1)).err(), Some(Fault::Poisoned { .. })));
}

#[test]
fn a_failed_sync_is_never_retried() {
    let device = Device::default();
    let mut store = device.open().unwrap();
    store.append(Epoch(0), Index(0), &batch(Index(0))).unwrap();
    let last = store.last().index;
    let syncs = device.with(|state| {
        state.fail_sync = true;
        state.syncs
    });
    let failed = store.append(Epoch(0), last, &batch(last)).unwrap_err();
    assert!(
        matches!(failed, Fault::Io { .. }) && failed.to_string().contains("lost its cache"),
        "{failed}"
    );
    // From here on a sync would succeed and prove nothing: the device has dropped the bytes.
    device.with(|state| state.fail_sync = false);
    all_refuse(&mut store);
    drop(store);
    assert_eq!(device.with(|state| state.syncs), syncs + 1);
}

#[test]
fn a_failed_write_poisons_and_a_restart_goes_on() {
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
        let device = Device::default();
        let mut store = device.open().unwrap();
        let last = store.append(Epoch(0), Index(0), &batch(Index(0))).unwrap();
        device.with(|state| state.fail_write = Some(kind));
        assert!(matches!(
            store.append(Epoch(0), last, &batch(last)),
            Err(Fault::Io { .. })
        ));
        device.with(|state| state.fail_write = None);
        all_refuse(&mut store);
        drop(store);
        let mut store = device.open().unwrap();
        assert_eq!(store.last().index, last);
        store.append(Epoch(0), last, &batch(last)).unwrap();
    }
}
