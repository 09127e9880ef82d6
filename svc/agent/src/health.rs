//! A task's health check: probes in the task's network, of which only changes are told.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use base_ids::{ContainerId, Principal};
use core_agent::{ChangeHealth, Command};
use io_probe::Ask;
use io_runtime::Runtime;
use model_cluster::{Enforcer, HealthCheck, Probe, Scheme};
use tokio::time::{Instant, sleep, sleep_until};

use crate::{Handle, tell::tell};

/// Probes one container until it is aborted.
pub(crate) struct Prober {
    pub(crate) container_id: ContainerId,
    pub(crate) check: HealthCheck,
    pub(crate) address: IpAddr,
    pub(crate) runtime: Runtime,
    pub(crate) handle: Handle,
    pub(crate) who: Principal,
}

impl Prober {
    pub(crate) async fn run(self) {
        let started = Instant::now();
        let grace = Duration::from_millis(self.check.grace_period_ms);
        let limit = self.check.consecutive_failures;
        let (mut health, mut failures) = (None, 0u32);
        sleep(Duration::from_millis(self.check.delay_ms)).await;
        loop {
            let turn = Instant::now();
            match self.probe().await {
                Ok(()) => {
                    failures = 0;
                    if health != Some(true) {
                        self.tell(true, 0, "healthy".to_owned(), false);
                    }
                    health = Some(true);
                }
                // A task that is still coming up is given time, until it was healthy once.
                Err(_) if health.is_none() && started.elapsed() < grace => {}
                Err(why) => {
                    failures = failures.saturating_add(1);
                    let reached = failures == limit.max(1);
                    let end = self.check.enforcer == Enforcer::Agent && failures >= limit.max(1);
                    if health != Some(false) || reached || end {
                        self.tell(false, failures, why, end);
                    }
                    health = Some(false);
                }
            }
            sleep_until(turn + Duration::from_millis(self.check.interval_ms.max(1))).await;
        }
    }

    async fn probe(&self) -> Result<(), String> {
        let patience = Duration::from_millis(self.check.timeout_ms.max(1));
        match &self.check.probe {
            Probe::Http { scheme, port, path } => {
                let ask = Ask::Http {
                    tls: *scheme == Scheme::Https,
                    path,
                };
                io_probe::ask(SocketAddr::new(self.address, *port), ask, patience).await
            }
            Probe::Tcp { port } => io_probe::ask(SocketAddr::new(self.address, *port), Ask::Tcp, patience).await,
            Probe::Command { shell } => self.runtime.check(self.container_id.as_str(), shell, patience).await,
        }
    }

    fn tell(&self, healthy: bool, failures: u32, message: String, end: bool) {
        let change = ChangeHealth {
            container_id: self.container_id.clone(),
            healthy,
            failures,
            message,
            end,
        };
        tell(&self.handle, &self.who, Command::ChangeHealth(change));
    }
}
