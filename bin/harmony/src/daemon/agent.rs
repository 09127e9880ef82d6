//! `harmony agent`: what runs tasks on one node.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use base_fault::Class;
use model_cluster::{AgentSpec, Domain};
use model_resources::{Attributes, Resources, Role};
use svc_agent::ReconfigurationPolicy;
use tracing::info;
use wire_mesos::duration;

use super::{executors::Executors, stop_signal};
use crate::failure::Failure;
use crate::platform;

/// The options of an agent.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Its state directory
    #[arg(long)]
    pub dir: PathBuf,
    /// A master's address, HOST:PORT; may be given several times
    #[arg(long, required = true, value_name = "HOST:PORT")]
    pub master: Vec<SocketAddr>,
    /// The address by which tasks on this node are reached, and on which the agent's port listens
    #[arg(long, default_value = "127.0.0.1")]
    pub ip: IpAddr,
    /// The node's name [default: the address]
    #[arg(long)]
    pub hostname: Option<String>,
    /// The agent's own port; 0 takes a free one
    #[arg(long, default_value_t = 5051)]
    pub port: u16,
    /// What it offers, for example `cpus:2;mem:1024;disk:4096;ports:[31000-32000]`, with `cpus(ads):8` for what only the
    /// role `ads` gets; or in Mesos' JSON form
    #[arg(long)]
    pub resources: String,
    /// The role that gets what names no other
    #[arg(long, default_value = "*")]
    pub default_role: String,
    /// What constraints can ask for, for example `rack:r1;os:linux`
    #[arg(long, default_value = "")]
    pub attributes: String,
    /// The file with the cluster's join token, needed until the agent has a credential of its own
    #[arg(long, value_name = "FILE")]
    pub join_token_file: Option<PathBuf>,
    /// What the node may say anew of itself when it comes back: nothing (equal), more than before (additive), or whatever
    /// leaves room for its tasks (any)
    #[arg(long, value_name = "POLICY", default_value = "any", value_parser = parse_policy)]
    pub reconfiguration_policy: ReconfigurationPolicy,
    /// The node's fault domain as Mesos' JSON, in place of --region and --zone
    #[arg(long, value_name = "JSON", conflicts_with_all = ["region", "zone"], value_parser = wire_mesos::cluster::parse_domain)]
    pub domain: Option<Domain>,
    /// The region of the node's fault domain
    #[arg(long, requires = "zone")]
    pub region: Option<String>,
    /// The zone of the node's fault domain
    #[arg(long, requires = "region")]
    pub zone: Option<String>,
    #[command(flatten)]
    pub access: super::access::AgentAccess,
    #[command(flatten)]
    pub oversubscription: super::oversubscription::Oversubscription,
    /// How long a sandbox is kept after its end on an empty disk; less as the disk fills up
    #[arg(long, alias = "gc_delay", value_name = "TIME", default_value = "1weeks", value_parser = duration::parse)]
    pub gc_delay: Duration,
    /// The share of the disk, from 0 to 1, that is kept free by removing sandboxes earlier
    #[arg(long, alias = "gc_disk_headroom", value_name = "SHARE", default_value_t = 0.1)]
    pub gc_disk_headroom: f64,
    #[command(flatten)]
    pub executors: Executors,
    /// Use an address that others can reach, though nothing on the way is encrypted
    #[arg(long)]
    pub insecure: bool,
    /// Plain processes, even where namespaces and cgroups are to be had
    #[arg(long)]
    pub plain: bool,
    /// Stop when standard input ends, as it does when the process that started this one dies
    #[arg(long)]
    pub die_with_parent: bool,
}

/// Runs the agent until it is asked to stop; its tasks go on.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    base_telemetry::init(base_telemetry::Format::Text);
    let options = options(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let stop = stop_signal(args.die_with_parent)?;
        let service = svc_agent::build(options).await?;
        info!(address = %service.address(), "the agent serves");
        service
            .run(stop)
            .await
            .map_err(|why| Failure::new(Class::Internal, why))?;
        Ok(ExitCode::SUCCESS)
    })
}

fn parse_policy(text: &str) -> Result<ReconfigurationPolicy, String> {
    match text {
        "equal" => Ok(ReconfigurationPolicy::Equal),
        "additive" => Ok(ReconfigurationPolicy::Additive),
        "any" => Ok(ReconfigurationPolicy::Any),
        _ => Err("expected equal, additive or any".into()),
    }
}

fn options(args: &Args) -> anyhow::Result<svc_agent::Options> {
    if !args.ip.is_loopback() && !args.insecure {
        let failure = Failure::new(Class::Denied, format!("{} can be reached by others", args.ip));
        return Err(failure
            .next("nothing on the way is encrypted, and nobody is asked who they are unless you say so; --insecure says that it is meant")
            .into());
    }
    let invalid = |what: &str, why: String| Failure::new(Class::Invalid, format!("--{what}: {why}"));
    platform::private_dir(&args.dir).with_context(|| format!("the directory {}", args.dir.display()))?;
    let dir = std::fs::canonicalize(&args.dir)?;
    let default_role = Role::new(&args.default_role).map_err(|error| invalid("default-role", error.to_string()))?;
    let resources = Resources::parse_for(&args.resources, &default_role)
        .map_err(|error| invalid("resources", error.to_string()))?;
    resources
        .validate_for_agent()
        .map_err(|error| invalid("resources", error.to_string()))?;
    let attributes = Attributes::parse(&args.attributes).map_err(|error| invalid("attributes", error.to_string()))?;
    let join_token = match &args.join_token_file {
        None => None,
        Some(path) => {
            let token = std::fs::read_to_string(path).with_context(|| format!("the join token {}", path.display()))?;
            Some(token.trim().to_owned())
        }
    };
    if !(0.0..=1.0).contains(&args.gc_disk_headroom) {
        let why = format!("{} is no share; expected 0 to 1", args.gc_disk_headroom);
        return Err(invalid("gc-disk-headroom", why).into());
    }
    let named = args.region.clone().zip(args.zone.clone());
    let domain = named.map(|(region, zone)| Domain { region, zone });
    let domain = domain.or_else(|| args.domain.clone());
    Ok(svc_agent::Options {
        dir,
        masters: args.master.clone(),
        join_token,
        listen: SocketAddr::new(args.ip, args.port),
        spec: AgentSpec {
            hostname: args.hostname.clone().unwrap_or_else(|| args.ip.to_string()),
            ip: args.ip,
            port: args.port,
            resources,
            attributes,
            domain,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            boot_id: String::new(),
        },
        policy: args.reconfiguration_policy,
        plain: args.plain,
        sandbox_max_age: args.gc_delay,
        disk_headroom: args.gc_disk_headroom,
        pids_max: 4096,
        cfs_quota: false,
        access: args.access.read()?,
        oversubscription: args.oversubscription.options()?,
        machine: args.executors.machine(),
        recover: args.executors.recover,
        strict: args.executors.strict,
        tokens: args.executors.tokens()?,
        authenticate_executors: args.executors.authenticate_http_executors,
        log: platform::log_file(),
    })
}
