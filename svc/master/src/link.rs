//! An agent's link: the upgrade, the introduction, then its messages as commands.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use base_fault::Class;
use base_ids::{AgentId, Principal, Secret};
use core_authorizer::{Action, Object};
use core_control::Command;
use core_master::{Command as Pool, JoinAgent, Proof};
use io_engine::Failure;
use io_httpd::{
    HeaderValue, HttpError, IntoResponse, Request, Response, State, StatusCode, Upgraded, header, http, upgrade,
};
use io_link::{Control, Outbox, UPGRADE};
use model_cluster::AgentSpec;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};
use wire_link::{Hello, ToAgent, ToMaster, Welcome};

use crate::{Master, access::named, agents::Link, messages, secret};

const PATIENCE: Duration = Duration::from_secs(10);
/// How many leaderships a copy of the journal may be behind its agents.
const LEAP: u64 = 1_000_000;

/// `POST /harmony/v1/link`.
pub(crate) async fn take(State(master): State<Master>, mut request: Request) -> Response {
    let Some(bearer) = bearer(&request) else {
        return HttpError::new(Class::Unauthenticated, "a link needs a bearer token").into_response();
    };
    if request
        .headers()
        .get(header::UPGRADE)
        .is_none_or(|value| value != UPGRADE)
    {
        return HttpError::new(Class::Invalid, format!("expected the header `Upgrade: {UPGRADE}`")).into_response();
    }
    let upgrading = upgrade(&mut request);
    tokio::spawn(async move {
        match upgrading.await {
            Ok(upgraded) => serve(master, upgraded, bearer).await,
            Err(error) => debug!(%error, "a link was not upgraded"),
        }
    });
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static(UPGRADE)),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

fn bearer<B>(request: &http::Request<B>) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

async fn serve(master: Master, upgraded: Upgraded, bearer: String) {
    let (outbox, mut control, opener) = match io_link::accept(upgraded).await {
        Ok(link) => link,
        Err(error) => return debug!(%error, "an agent opened no control stream"),
    };
    let hello = match timeout(PATIENCE, control.recv()).await {
        Ok(Ok(ToMaster::Hello(hello))) => hello,
        Ok(Ok(_)) => return refuse(&outbox, "the introduction comes first", false),
        Ok(Err(error)) => return refuse(&outbox, &error.to_string(), false),
        Err(_) => return debug!("an agent did not introduce itself"),
    };
    if let Err(why) = may_register(&master, &hello.spec) {
        warn!(error = %why, "an agent is refused");
        return refuse(&outbox, &why, false);
    }
    let connection = next_connection();
    let (seen, leadership) = (hello.epoch, hello.leadership);
    let (agent_id, credential) = match join(&master, hello, &bearer, connection).await {
        Ok(joined) => joined,
        Err(failure) => return refuse_join(&outbox, &failure),
    };
    let ours = &master.options.pool;
    // The same epoch of another journal: this one is a copy from before that came to it by its own way.
    let other = seen == ours.epoch && leadership != ours.leadership;
    if seen > ours.epoch || other {
        outrun(&master, &outbox, &agent_id, seen);
        return drop(master.tell(Pool::AgentClosed { agent_id, connection }));
    }
    let cut = CancellationToken::new();
    let link = Link {
        connection,
        outbox: outbox.clone(),
        opener,
        cut: cut.clone(),
    };
    outbox.send(ToAgent::Welcome(Welcome {
        agent_id: agent_id.clone(),
        cluster_id: master.options.cluster_id.clone(),
        credential: credential.map(Secret::new),
        epoch: master.options.epoch,
        index: *master.handle.index().borrow(),
        leadership: master.options.pool.leadership,
        ping_interval_ms: u64::try_from(master.options.pool.ping_interval.as_millis()).unwrap_or(u64::MAX),
    }));
    master.agents.put(agent_id.clone(), link);
    info!(%agent_id, "an agent is linked");
    let why = tokio::select! {
        why = listen(&master, &agent_id, &mut control) => why,
        () = cut.cancelled() => "it was cut".to_owned(),
    };
    master.agents.remove(&agent_id, connection);
    info!(%agent_id, %why, "an agent's link is gone");
    drop(master.tell(Pool::AgentClosed { agent_id, connection }));
}

/// Whether agents may register, and with what is reserved on this one. They have a token and a credential rather than a name,
/// so rules know all of them as `agent`.
fn may_register(master: &Master, spec: &AgentSpec) -> Result<(), String> {
    let caller = named(master, Some("agent"));
    let reserved = caller.approver(Action::ReserveResources);
    let mut own = spec.resources.iter().filter(|resource| resource.is_reserved());
    let allowed = caller.may(Action::RegisterAgent, &Object::Any)
        && own.all(|resource| reserved.approves(&Object::Resource(resource)));
    if allowed {
        Ok(())
    } else {
        let resources = &spec.resources;
        Err(format!(
            "Not authorized to register agent providing resources '{resources}' with principal 'agent'"
        ))
    }
}

/// An agent of this cluster has seen a later leadership: this master's journal is an old copy. It starts anew with a later
/// epoch, and then takes over what its agents run.
fn outrun(master: &Master, outbox: &Outbox<ToAgent>, agent_id: &AgentId, seen: u64) {
    let ours = master.options.epoch;
    if seen - ours > LEAP {
        error!(%agent_id, seen, ours, "an agent claims to have seen an epoch that there can't be");
        return refuse(outbox, "it saw an epoch that there can't be", false);
    }
    warn!(%agent_id, seen, ours, "an agent has seen a later epoch: this journal is an old copy, a later epoch is taken");
    refuse(
        outbox,
        "the master takes a later epoch than the one that was seen",
        true,
    );
    master.later.send_if_modified(|later| {
        let higher = seen > *later;
        *later = seen.max(*later);
        higher
    });
}

fn next_connection() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Admits an agent. One with a join token gets a credential of its own.
async fn join(
    master: &Master,
    hello: Hello,
    bearer: &str,
    connection: u64,
) -> Result<(AgentId, Option<String>), Failure<core_control::Reject>> {
    let known = hello.agent_id.clone();
    let fresh = known.is_none().then(secret::random);
    let shown = secret::digest(bearer);
    let command = Pool::JoinAgent(JoinAgent {
        proof: if known.is_some() {
            Proof::Credential(shown)
        } else {
            Proof::JoinToken(shown)
        },
        new_credential: fresh.as_deref().map(secret::digest),
        hello,
        connection,
    });
    let outcome = master
        .handle
        .submit(&Principal::from("agent"), Command::Master(command))
        .await?;
    let joined = outcome.events.iter().find_map(|event| match event {
        core_control::Event::Master(core_master::Event::AgentConnected { agent_id, .. }) => Some(agent_id.clone()),
        _ => None,
    });
    let agent_id = joined
        .or(known)
        .ok_or_else(|| Failure::Internal("a join without an id".into()))?;
    Ok((agent_id, fresh))
}

fn refuse(outbox: &Outbox<ToAgent>, why: &str, retry: bool) {
    outbox.send(ToAgent::Refused {
        why: why.to_owned(),
        retry,
    });
}

fn refuse_join(outbox: &Outbox<ToAgent>, failure: &Failure<core_control::Reject>) {
    let why = match failure {
        Failure::Rejected(reject) => reject.to_string(),
        other => other.to_string(),
    };
    warn!(error = %why, "an agent is refused");
    refuse(outbox, &why, failure.class(core_control::Reject::class).is_retryable());
}

/// Turns messages into commands until the link breaks; says why it did.
async fn listen(master: &Master, agent_id: &AgentId, control: &mut Control<ToMaster>) -> String {
    loop {
        let agent_id = agent_id.clone();
        let command = match control.recv().await {
            Ok(ToMaster::Report(tasks)) => Pool::AgentReport { agent_id, tasks },
            Ok(ToMaster::Update(update)) => Pool::AgentUpdate { agent_id, update },
            Ok(ToMaster::Held(holdings)) => Pool::AgentHolds {
                agent_id,
                holdings,
                failures: Vec::new(),
            },
            Ok(ToMaster::Unmade(unmade)) => {
                for failure in &unmade.failures {
                    warn!(%agent_id, role = %failure.birth.role, id = %failure.birth.id, why = %failure.why,
                        "a persistent volume can't be created or wiped");
                }
                Pool::AgentHolds {
                    agent_id,
                    holdings: unmade.holdings,
                    failures: unmade.failures,
                }
            }
            Ok(ToMaster::Oversubscribed(resources)) => Pool::AgentOversubscribes { agent_id, resources },
            Ok(ToMaster::Executors(executors)) => Pool::AgentExecutors { agent_id, executors },
            Ok(ToMaster::ExecutorExited(exit)) => Pool::ExecutorExited { agent_id, exit },
            Ok(ToMaster::Message(message)) => {
                messages::to_scheduler(master, &agent_id, message).await;
                continue;
            }
            Ok(ToMaster::Pong) => Pool::AgentPong { agent_id },
            Ok(ToMaster::Hello(_)) => return "it introduced itself twice".to_owned(),
            Err(error) => return error.to_string(),
        };
        if let Err(failure) = master.tell(command) {
            return failure.to_string();
        }
    }
}
