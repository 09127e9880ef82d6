use std::time::Duration;

use base_ids::Principal;
use core_control::{Command, Control};
use io_engine::{Failure, Outcome};
use tokio::time::sleep;
use tracing::{error, warn};

use crate::Handle;

/// Between two attempts while the engine has no room.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a command is tried that may have been dropped for another one's defect.
const ATTEMPTS: u32 = 3;

fn principal() -> Principal {
    Principal::from(core_control::MARATHON)
}

/// Submits a command, made anew for each attempt, again and again while there is no room. `None` if there is no command or
/// it can't be done; then the log says why.
pub(super) async fn submit(handle: &Handle, command: impl Fn() -> Option<Command>) -> Option<Outcome<Control>> {
    let who = principal();
    let mut defects = 0;
    loop {
        match handle.submit(&who, command()?).await {
            Ok(outcome) => return Some(outcome),
            Err(Failure::Exhausted(why)) => warn!(%why, "the app scheduler waits for room"),
            Err(failure @ Failure::Internal(_)) if defects + 1 < ATTEMPTS => {
                defects += 1;
                warn!(error = %failure, "a command of the app scheduler is tried again");
            }
            Err(Failure::Unavailable(_)) => return None,
            Err(failure) => {
                error!(error = %failure, command = ?command(), "a command of the app scheduler failed");
                return None;
            }
        }
        sleep(PAUSE).await;
    }
}

/// Submits a command whose answer nobody needs.
pub(super) async fn tell(handle: &Handle, command: Command) {
    let who = principal();
    while let Err(Failure::Exhausted(why)) = handle.tell(&who, command.clone()) {
        warn!(%why, "the app scheduler waits for room");
        sleep(PAUSE).await;
    }
}
