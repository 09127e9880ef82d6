//! `harmony master`: the control plane in one process.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use base_fault::Class;
use base_ids::{ClusterId, Principal};
use core_control::{Command, Config, Control, Effect, Event};
use core_machine::Driver;
use io_engine::Sink;
use io_store::{FileOptions, FileSnapshots, FileStore, MachineTag, Store};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tracing::info;

use super::stop_signal;
use crate::failure::Failure;
use crate::platform;

/// A snapshot is taken after so many records: about 30 MB of journal.
const SNAPSHOT_EVERY: u64 = 100_000;
/// How many commands may wait for the writer.
const QUEUE: usize = 262_144;

/// The options of a master.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Its state directory; `join-token` in it is made if it is missing
    #[arg(long)]
    pub dir: PathBuf,
    /// The address on which both ports listen
    #[arg(long, default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// The port of the Mesos API, of Harmony's own and of the agents' links; 0 takes a free one
    #[arg(long, default_value_t = 5050)]
    pub mesos_port: u16,
    /// The port of the Marathon API; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    pub marathon_port: u16,
    /// Where the journal is [default: file:DIR]
    #[arg(long, value_name = "file:DIR")]
    pub store: Option<String>,
    /// Listen on an address that others can reach, though nothing on the way is encrypted
    #[arg(long)]
    pub insecure: bool,
    /// Take a later epoch than this one; the master says so to itself when its journal is older than what its agents saw
    #[arg(long, value_name = "EPOCH", hide = true, default_value_t = 0)]
    pub after_epoch: u64,
    #[command(flatten)]
    pub access: super::access::MasterAccess,
    #[command(flatten)]
    pub pool: super::pool::Pool,
    /// Stop when standard input ends, as it does when the process that started this one dies
    #[arg(long)]
    pub die_with_parent: bool,
}

/// Runs the master until it is asked to stop.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    base_telemetry::init(base_telemetry::Format::Text);
    if !args.bind.is_loopback() && !args.insecure {
        let failure = Failure::new(Class::Denied, format!("{} can be reached by others", args.bind));
        return Err(failure
            .next("nothing on the way is encrypted, and nobody is asked who they are unless you say so; --insecure says that it is meant")
            .into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let seen = match runtime.block_on(serve(args))? {
        End::Asked => return Ok(ExitCode::SUCCESS),
        End::Outrun(seen) => seen.to_string(),
    };
    runtime.shutdown_timeout(Duration::from_secs(1));
    let error = platform::start_anew("--after-epoch", &seen);
    let failure = Failure::new(Class::Internal, format!("cannot start anew: {error}"));
    Err(failure
        .next(format!("start the master again with --after-epoch {seen}"))
        .into())
}

/// Why a master ended.
enum End {
    /// It was asked to.
    Asked,
    /// An agent has seen a later epoch, this one.
    Outrun(u64),
}

async fn serve(args: &Args) -> anyhow::Result<End> {
    let stop = stop_signal(args.die_with_parent)?;
    platform::private_dir(&args.dir).with_context(|| format!("the directory {}", args.dir.display()))?;
    let (access, marathon_realm) = (args.access.read()?, args.access.marathon()?);
    let token = join_token(&args.dir)?;
    let mesos = listen(args.bind, args.mesos_port).await?;
    let marathon = listen(args.bind, args.marathon_port).await?;
    let (address, marathon_address) = (mesos.local_addr()?, marathon.local_addr()?);

    let dir = journal_dir(args)?;
    let store = FileStore::open(&dir, &FileOptions::default())?;
    let epoch = store.held().max(io_store::Epoch(args.after_epoch)).next();
    let cluster_id = ClusterId::from(store.cluster().to_string());
    let headroom = FileOptions::default().headroom_bytes;
    let snapshots = FileSnapshots::open(&dir.join("snapshots"), store.cluster(), headroom)?;
    let mut config = Config {
        master: core_master::Config::new(cluster_id.clone(), epoch.0),
        apps: core_apps::Config::default(),
    };
    config.master.join_token = Some(svc_master::secret::digest(&token));
    args.pool.apply(&mut config.master)?;
    config.master.leadership = uuid::Uuid::new_v4().as_u64_pair().0;
    config.master.index = store.last().index.0;
    let pool = config.master.clone();

    let (told_in, told) = mpsc::unbounded_channel();
    let (apps_effects, apps_orders) = svc_apps::Effects::new();
    let late: Arc<OnceLock<svc_master::Handle>> = Arc::new(OnceLock::new());
    let engine = late.clone();
    let index = move || engine.get().map_or(0, |handle| *handle.index().borrow());
    let effects = svc_master::Effects::new(epoch.0, index, told_in);
    let options = svc_master::Options {
        cluster_id,
        epoch: epoch.0,
        address,
        marathon: marathon_address,
        hostname: address.ip().to_string(),
        access,
        pool,
        rate_limits: args.pool.rate_limits.clone(),
        log: platform::log_file(),
        heartbeat: Duration::from_secs(15),
    };
    let shared = effects.share();
    let handle = io_engine::start(io_engine::Options::<Control> {
        store: Box::new(store),
        snapshots: Box::new(snapshots),
        epoch,
        config,
        tag,
        seed: uuid::Uuid::new_v4().as_u64_pair().0,
        sink: Box::new(Effects {
            pool: effects,
            apps: apps_effects,
            handle: late.clone(),
        }),
        name: "control",
        queue: QUEUE,
        snapshot_every: SNAPSHOT_EVERY,
    })?;
    drop(late.set(handle.clone()));

    let master = svc_master::Master::new(handle.clone(), shared, options);
    let later = master.later_epoch();
    tokio::spawn(io_httpd::serve(
        mesos,
        svc_master::router(master),
        std::future::pending(),
    ));
    let (feed, fed) = svc_apps::Feed::new();
    tokio::spawn(pass_on(told, feed));
    let apps_options = svc_apps::Options::new(marathon_address, address.ip().to_string(), address.to_string());
    let apps = svc_apps::Service::new(handle.clone(), apps_orders, fed, apps_options);
    let router = io_auth::close(apps.router(), marathon_realm, &["/ping"]);
    tokio::spawn(io_httpd::serve(marathon, router, std::future::pending()));
    let apps = tokio::spawn(apps.run());
    info!(%address, marathon = %marathon_address, epoch = epoch.0, "the master serves");

    let mut end = End::Asked;
    tokio::select! {
        () = stop => handle.stop(),
        seen = later => {
            handle.stop();
            end = End::Outrun(seen);
        }
        _ = handle.ended() => {}
        _ = apps => return Err(Failure::new(Class::Internal, "the app scheduler's edge ended by itself").into()),
    }
    match handle.ended().await {
        why if why.is_empty() => Ok(end),
        why => Err(Failure::new(Class::Internal, why).into()),
    }
}

/// What the pool tells the app scheduler, which is a framework in this process.
async fn pass_on(mut told: mpsc::UnboundedReceiver<svc_master::InProcess>, feed: svc_apps::Feed) {
    while let Some(news) = told.recv().await {
        match news {
            svc_master::InProcess::Status(agent_id, status) => feed.status(agent_id, status),
            svc_master::InProcess::PoolChanged => feed.pool_changed(),
        }
    }
}

/// Which machine a fact belongs to; the numbers are part of the journal's format.
fn tag(event: &Event) -> MachineTag {
    match event {
        Event::Master(_) => MachineTag(1),
        Event::Apps(_) => MachineTag(2),
    }
}

/// Hands each effect to the edge it is for.
struct Effects {
    pool: svc_master::Effects,
    apps: svc_apps::Effects,
    handle: Arc<OnceLock<svc_master::Handle>>,
}

impl Sink<Control> for Effects {
    fn run(&mut self, driver: &Driver<Control>, effects: Vec<Effect>) {
        let mut allocate = false;
        for effect in effects {
            match effect {
                Effect::Master(effect) => allocate |= self.pool.run(driver, effect),
                Effect::Apps(effect) => self.apps.run(effect),
            }
        }
        if allocate && let Some(handle) = self.handle.get() {
            let command = Command::Master(core_master::Command::Allocate);
            drop(handle.tell(&Principal::from("allocator"), command));
        }
    }

    fn reset(&mut self) {
        self.pool.reset();
        self.apps.reset();
    }
}

fn journal_dir(args: &Args) -> anyhow::Result<PathBuf> {
    let Some(store) = &args.store else {
        return Ok(args.dir.join("journal"));
    };
    let dir = store
        .strip_prefix("file:")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from);
    dir.ok_or_else(|| {
        let failure = Failure::new(Class::Invalid, format!("--store {store}: expected file:DIR"));
        failure.next("this release keeps the journal in a directory").into()
    })
}

/// The token with which agents join: as it is, or a new one.
fn join_token(dir: &Path) -> anyhow::Result<String> {
    let path = dir.join("join-token");
    match std::fs::read_to_string(&path) {
        Ok(token) if !token.trim().is_empty() => return Ok(token.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("the join token {}", path.display())),
    }
    let token = svc_master::secret::random();
    platform::private_file(&path, token.as_bytes()).with_context(|| format!("the join token {}", path.display()))?;
    Ok(token)
}

async fn listen(ip: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(ip, port);
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))
}
