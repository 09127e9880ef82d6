//! The supervisor's life: start all, wait until the cluster is there, keep it, stop it.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use base_fault::Class;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::child::{Death, Order, Spec, Why, keep};
use super::plan::TOKEN;
use super::{Args, banner, leftover, logs, ready};
use crate::client::Login;
use crate::cluster::Endpoints;
use crate::failure::Failure;
use crate::platform::Stop;
use crate::screen::{self, Progress};

const LOOK_EVERY: Duration = Duration::from_millis(100);
const TRIM_EVERY: Duration = Duration::from_secs(60);
/// After this the user is told that something takes too long.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Runs the cluster of `dir`, whose lock the caller holds.
///
/// # Errors
/// A daemon does not start; the last lines of its log are told.
pub fn run(dir: &Path, args: &Args, endpoints: &Endpoints, login: &Login) -> anyhow::Result<ExitCode> {
    let specs = specs(dir, args, endpoints)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stop = Stop::listen().context("cannot listen to signals")?;
        let mut family = Family::start(specs);
        let lived = family.live((dir, login), args, endpoints, &mut stop).await;
        family.stop(&mut stop).await;
        lived?;
        screen::line(&banner::stopped(dir, leftover::running(dir).await))?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The master first, then the agents.
fn specs(dir: &Path, args: &Args, endpoints: &Endpoints) -> anyhow::Result<Vec<Spec>> {
    let exe = std::env::current_exe().context("the path of this program is unknown")?;
    let address = |url: &str| url.trim_start_matches("http://").to_owned();
    let port = |url: &str| Endpoints::port(url).unwrap_or_default().to_string();
    let spec = |name: String, log: &str, args: Vec<OsString>| Spec {
        name,
        exe: exe.clone(),
        args,
        log: logs::path(dir, log),
    };
    let path = |under: &str| dir.join(under).display().to_string();
    let bind = endpoints.bind.map(|ip| ip.to_string()).unwrap_or_default();
    let mut master = words(&["master", "--dir", &path("master"), "--bind", &bind]);
    master.extend(words(&[
        "--mesos-port",
        &port(&endpoints.mesos),
        "--marathon-port",
        &port(&endpoints.marathon),
    ]));
    master.extend(args.insecure.then(|| "--insecure".into()));
    master.extend(args.access.of_master().into_iter().map(Into::into));
    master.extend(args.master.0.iter().cloned());
    let mut specs = vec![spec("the master".to_owned(), "master", master)];
    for (number, plan) in (1..).zip(&endpoints.agents) {
        let (ip, agent_port) = (plan.address.ip().to_string(), plan.address.port().to_string());
        let mut agent = words(&["agent", "--dir", &path(&format!("agents/{number}"))]);
        agent.extend(words(&[
            "--master",
            &address(&endpoints.mesos),
            "--ip",
            &ip,
            "--hostname",
            &ip,
        ]));
        agent.extend(words(&["--port", &agent_port, "--resources", &plan.resources]));
        agent.extend(words(&["--attributes", &format!("node:n{number}")]));
        agent.extend(words(&["--join-token-file", &path(&format!("master/{TOKEN}"))]));
        agent.extend(args.plain.then(|| "--plain".into()));
        agent.extend(args.access.of_agent().into_iter().map(Into::into));
        specs.push(spec(format!("agent {number}"), &format!("agent-{number}"), agent));
    }
    Ok(specs)
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// All children.
struct Family {
    children: JoinSet<()>,
    order: watch::Sender<Order>,
    deaths: mpsc::UnboundedReceiver<Death>,
    logs: Vec<std::path::PathBuf>,
}

impl Family {
    fn start(specs: Vec<Spec>) -> Self {
        let (order, orders) = watch::channel(Order::Run);
        let (died, deaths) = mpsc::unbounded_channel();
        let logs = specs.iter().map(|spec| spec.log.clone()).collect();
        let mut children = JoinSet::new();
        for spec in specs {
            children.spawn(keep(spec, orders.clone(), died.clone()));
        }
        Self {
            children,
            order,
            deaths,
            logs,
        }
    }

    /// Until somebody asks to stop, or a daemon fails before the cluster ever was there.
    async fn live(
        &mut self,
        (dir, login): (&Path, &Login),
        args: &Args,
        endpoints: &Endpoints,
        stop: &mut Stop,
    ) -> anyhow::Result<()> {
        let mut trim = interval(TRIM_EVERY);
        trim.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut progress = Progress::spinner();
        let ready = wait_until_ready(endpoints, login, &mut progress);
        tokio::pin!(ready);
        let mut is_ready = false;
        loop {
            tokio::select! {
                () = stop.asked() => return Ok(()),
                Some(death) = self.deaths.recv() => self.mourn(&death, is_ready)?,
                _ = trim.tick() => self.trim(),
                () = &mut ready, if !is_ready => {
                    is_ready = true;
                    screen::line(&banner::running(dir, endpoints, args.detached))?;
                }
            }
        }
    }

    /// A daemon that refuses to start will not do so the next time; one that dies later is started again.
    fn mourn(&self, death: &Death, is_ready: bool) -> anyhow::Result<()> {
        let Death { spec, why, pause } = death;
        let refuses = match why {
            Why::NotStarted(_) => true,
            Why::Ended(status) => status.code().is_some_and(|code| code != 0),
        };
        if refuses && !is_ready {
            let message = format!("{} {why}:\n{}", spec.name, logs::tail(&spec.log, 10));
            let next = format!("its log: {}", spec.log.display());
            return Err(
                Failure::new(Class::Unavailable, message.trim_end().trim_end_matches(':'))
                    .next(next)
                    .into(),
            );
        }
        let (name, log) = (&spec.name, spec.log.display());
        eprintln!(
            "{name} {why}; it is started again in {} s; its log: {log}",
            pause.as_secs_f32()
        );
        Ok(())
    }

    fn trim(&self) {
        for log in &self.logs {
            if let Err(error) = logs::trim(log) {
                eprintln!("warning: {} cannot be trimmed: {error}", log.display());
            }
        }
    }

    /// All at once, and the hard way if asked again.
    async fn stop(mut self, stop: &mut Stop) {
        self.order.send_replace(Order::Stop);
        let children = &mut self.children;
        let all_ended = async { while children.join_next().await.is_some() {} };
        tokio::pin!(all_ended);
        tokio::select! {
            () = &mut all_ended => return,
            () = stop.asked() => {}
        }
        self.order.send_replace(Order::Kill);
        all_ended.await;
    }
}

async fn wait_until_ready(endpoints: &Endpoints, login: &Login, progress: &mut Progress) {
    let start = Instant::now();
    let mut is_told = false;
    loop {
        let seen = ready::look(endpoints, login).await;
        if seen.is_ready() {
            return progress.finish();
        }
        progress.show(seen.agents, seen.wanted, &seen.to_string());
        if !is_told && start.elapsed() > READY_WITHIN {
            is_told = true;
            progress.say("this takes longer than it should: the logs may say why");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
