//! When a daemon ends: when it is asked to, or when the process that started it is gone.

use std::io::Read;

use crate::platform::Stop;

/// Resolves when this daemon shall stop: on SIGTERM or Ctrl-C and, if `die_with_parent`, when its standard input ends,
/// for that is a pipe whose other end dies with the supervisor, however it dies.
///
/// # Errors
/// The signals cannot be listened to.
pub fn stop_signal(die_with_parent: bool) -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut stop = Stop::listen()?;
    let (gone, parent) = tokio::sync::oneshot::channel::<()>();
    let mut never = Some(gone);
    if die_with_parent {
        let gone = never.take();
        // A thread of its own, not one of the runtime's: the runtime would wait for it at the end.
        std::thread::Builder::new().name("parent".into()).spawn(move || {
            wait_for_end(std::io::stdin());
            drop(gone);
        })?;
    }
    Ok(async move {
        let _never = never;
        tokio::select! {
            () = stop.asked() => {}
            _ = parent => {}
        }
    })
}

/// Reads until nothing more can come.
fn wait_for_end(mut input: impl Read) {
    let mut bytes = [0; 64];
    while !matches!(input.read(&mut bytes), Ok(0)) {
        // Nobody writes here; what comes all the same means nothing.
    }
}
