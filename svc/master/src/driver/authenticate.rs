//! How a native driver proves who it is: by CRAM-MD5, in messages of its own (`src/authentication/cram_md5/authenticator.cpp`
//! and `Master::authenticate` of Mesos 1.11).
//!
//! The driver has a process beside it that carries the conversation and names the driver at its beginning. What is proved
//! holds for that driver until its link ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use io_auth::Cram;
use tracing::{debug, info};
use wire_mesos::{
    driver::{Pid, Route},
    internal::{
        AuthenticationCompletedMessage, AuthenticationErrorMessage, AuthenticationFailedMessage,
        AuthenticationMechanismsMessage, AuthenticationStepMessage,
    },
};

use super::reply;
use crate::Master;

/// How long a conversation may take (Mesos' `--authentication_v0_timeout`).
const PATIENCE: Duration = Duration::from_secs(15);
/// How many conversations, and how many drivers that proved who they are, are remembered.
const MOST: usize = 12_000;

/// Who proves, and who has proved, who they are. A clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Proofs(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    /// By the process that carries the conversation.
    talks: HashMap<Pid, Talk>,
    /// The principals of drivers, and since when.
    proved: HashMap<Pid, (String, Instant)>,
}

struct Talk {
    driver: Pid,
    begun: Instant,
    asked: Option<Cram>,
}

impl Proofs {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who a driver has proved to be.
    ///
    /// # Errors
    /// It is about to prove it anew.
    pub(super) fn of(&self, driver: &Pid) -> Result<Option<String>, &'static str> {
        let mut table = self.table();
        table.talks.retain(|_, talk| talk.begun.elapsed() < PATIENCE);
        if table.talks.values().any(|talk| talk.driver == *driver) {
            return Err("Re-authentication in progress");
        }
        Ok(table.proved.get(driver).map(|(principal, _)| principal.clone()))
    }

    /// A driver's link has ended: whoever comes from there next must prove who they are.
    pub(super) fn forget(&self, driver: &Pid) {
        self.table().proved.remove(driver);
    }

    /// Begins a conversation. `false` if there are too many.
    fn begin(&self, by: &Pid, driver: Pid) -> bool {
        let mut table = self.table();
        table
            .talks
            .retain(|_, talk| talk.begun.elapsed() < PATIENCE && talk.driver != driver);
        table.proved.remove(&driver);
        if table.talks.len() >= MOST {
            return false;
        }
        let talk = Talk {
            driver,
            begun: Instant::now(),
            asked: None,
        };
        table.talks.insert(by.clone(), talk);
        true
    }

    fn ask(&self, by: &Pid, host: &str) -> Option<Cram> {
        let mut table = self.table();
        let talk = table.talks.get_mut(by).filter(|talk| talk.asked.is_none())?;
        let cram = Cram::ask(host);
        talk.asked = Some(cram.clone());
        Some(cram)
    }

    /// Ends a conversation: its driver and what it was asked.
    fn end(&self, by: &Pid) -> Option<(Pid, Cram)> {
        let talk = self.table().talks.remove(by)?;
        Some((talk.driver, talk.asked?))
    }

    fn remember(&self, driver: Pid, principal: String) {
        let mut table = self.table();
        if table.proved.len() >= MOST {
            let oldest = table.proved.iter().min_by_key(|(_, (_, since))| *since);
            if let Some(oldest) = oldest.map(|(driver, _)| driver.clone()) {
                table.proved.remove(&oldest);
            }
        }
        table.proved.insert(driver, (principal, Instant::now()));
    }
}

/// A process begins to prove who the driver of this name is.
pub(super) fn begin(master: &Master, route: &Route, driver: &str) {
    if master.options.access.credentials.is_empty() {
        return refuse(route, "No authenticator loaded");
    }
    let Ok(driver) = driver.parse::<Pid>() else {
        return refuse(route, "Not a process: expected id@ip:port");
    };
    if !master.proofs.begin(&route.from, driver) {
        return refuse(route, "Too many authentications are under way");
    }
    let mechanisms = vec![Cram::MECHANISM.to_owned()];
    reply::send(&route.back(), &AuthenticationMechanismsMessage { mechanisms });
}

/// It has chosen a mechanism, and is asked.
pub(super) fn start(master: &Master, route: &Route, mechanism: &str) {
    if mechanism != Cram::MECHANISM {
        drop(master.proofs.end(&route.from));
        return refuse(route, "Unsupported mechanism: only CRAM-MD5 is spoken");
    }
    match master.proofs.ask(&route.from, &master.options.hostname) {
        Some(cram) => {
            let data = cram.question().as_bytes().to_vec();
            reply::send(&route.back(), &AuthenticationStepMessage { data });
        }
        None => refuse(route, "Unexpected authentication 'start' received"),
    }
}

/// It has answered.
pub(super) fn step(master: &Master, route: &Route, answer: &[u8]) {
    let Some((driver, cram)) = master.proofs.end(&route.from) else {
        return refuse(route, "Unexpected authentication 'step' received");
    };
    match cram.prove(&master.options.access.credentials, answer) {
        Some(principal) => {
            info!(%driver, %principal, "a driver has proved who it is");
            master.proofs.remember(driver, principal);
            reply::send(&route.back(), &AuthenticationCompletedMessage {});
        }
        None => {
            info!(%driver, "a driver has not proved who it is");
            reply::send(&route.back(), &AuthenticationFailedMessage {});
        }
    }
}

fn refuse(route: &Route, why: &str) {
    debug!(from = %route.from, why, "an authentication is refused");
    let error = Some(why.to_owned());
    reply::send(&route.back(), &AuthenticationErrorMessage { error });
}

/// Who a driver that wants to be a framework is, if it has proved it; it may claim nobody else.
///
/// # Errors
/// What it is told.
pub(super) fn principal(master: &Master, driver: &Pid, claimed: Option<&str>) -> Result<Option<String>, String> {
    let proved = master.proofs.of(driver).map_err(str::to_owned)?;
    match (&proved, claimed) {
        (None, _) if master.options.access.authenticate_drivers => {
            Err(format!("Framework at {driver} is not authenticated"))
        }
        (Some(proved), Some(claimed)) if proved != claimed => Err(format!(
            "Framework principal '{claimed}' does not match authenticated principal '{proved}'"
        )),
        _ => Ok(proved),
    }
}
