use core_agent::{ContainerPath, Event, ExecutorKey, GuestEvent, Owner, Phase, Termination};
use core_authorizer::Action;
use io_runtime::Ending;
use tokio::sync::broadcast::error::RecvError;
use wire_mesos::{
    resource::{Format, all_to_wire},
    v1::{
        self,
        agent::response::{Type, WaitContainer, WaitNestedContainer},
    },
};

use super::{Answer, CallError, path};
use crate::{access::Caller, api::Agent, containers::exit_of, guests};

/// WAIT_NESTED_CONTAINER: how a container ended, once it has.
pub(super) async fn nested(agent: &Agent, caller: &Caller, id: &v1::ContainerId) -> Result<Answer, CallError> {
    let path = path::of(id);
    path::demand(agent, caller, Action::WaitNestedContainer, (&path, None)).await?;
    let end = end_of(agent, path).await?;
    let shown = WaitNestedContainer {
        exit_status: end.status,
        state: end.state.map(|state| state as i32),
        reason: end.reason.map(|reason| reason as i32),
        limitation: limitation(&end),
        message: end.message,
    };
    Ok(Answer::message(Type::WaitNestedContainer, |response| {
        response.wait_nested_container = Some(shown);
    }))
}

/// WAIT_CONTAINER: the same, also for one that stands alone.
pub(super) async fn any(agent: &Agent, caller: &Caller, id: &v1::ContainerId) -> Result<Answer, CallError> {
    let path = path::of(id);
    path::demand(agent, caller, Action::WaitNestedContainer, (&path, None)).await?;
    let end = end_of(agent, path).await?;
    let shown = WaitContainer {
        exit_status: end.status,
        state: end.state.map(|state| state as i32),
        reason: end.reason.map(|reason| reason as i32),
        limitation: limitation(&end),
        message: end.message,
    };
    Ok(Answer::message(Type::WaitContainer, |response| {
        response.wait_container = Some(shown);
    }))
}

fn limitation(end: &Termination) -> Option<v1::TaskResourceLimitation> {
    let resources = end.limitation.as_ref()?;
    Some(v1::TaskResourceLimitation {
        resources: all_to_wire(resources, Format::PostRefinement),
    })
}

async fn end_of(agent: &Agent, path: ContainerPath) -> Result<Termination, CallError> {
    let events = agent.handle.events();
    let snapshot = agent.snapshot().await?;
    match snapshot.state.resolve(&path) {
        None => Err(path::missing(&path)),
        Some(Owner::Guest(path)) => match snapshot.state.guest(&path).and_then(|guest| guest.end.clone()) {
            Some(end) => Ok(end),
            None => guest(agent, events, &path).await,
        },
        Some(Owner::Executor(key)) => executor(agent, events, &key).await,
        Some(Owner::Task(key)) => {
            let over = snapshot.state.task(&key).is_none_or(|task| task.phase == Phase::Ended);
            let id = guests::runtime_id(&snapshot.state, &path).filter(|_| !over);
            let id = id.ok_or_else(|| path::missing(&path))?;
            match agent.runtime.wait(id.as_str()).await {
                Ok(Ending::Exited(exit)) => Ok(Termination::of(&exit_of(&exit), snapshot.at)),
                _ => Err(path::missing(&path)),
            }
        }
    }
}

type Events = tokio::sync::broadcast::Receiver<std::sync::Arc<io_engine::Committed<core_agent::Agent>>>;

async fn guest(agent: &Agent, mut events: Events, path: &ContainerPath) -> Result<Termination, CallError> {
    loop {
        match events.recv().await {
            Ok(batch) => {
                let ends = batch.events.iter().find_map(|event| match event {
                    Event::Guest(GuestEvent::Ended { path: other, end }) if other == path => Some(end.clone()),
                    _ => None,
                });
                if let Some(end) = ends {
                    return Ok(end);
                }
            }
            Err(RecvError::Lagged(_)) => {
                let snapshot = agent.snapshot().await?;
                let guest = snapshot.state.guest(path).ok_or_else(|| path::missing(path))?;
                if let Some(end) = &guest.end {
                    return Ok(end.clone());
                }
            }
            Err(RecvError::Closed) => return Err(path::missing(path)),
        }
    }
}

/// The end of an executor, as its framework is told.
async fn executor(agent: &Agent, mut events: Events, key: &ExecutorKey) -> Result<Termination, CallError> {
    let ended = |status: i32, at| Termination {
        status: Some(status).filter(|status| *status >= 0),
        state: None,
        reason: None,
        message: None,
        limitation: None,
        at,
    };
    loop {
        match events.recv().await {
            Ok(batch) => {
                let status = batch.events.iter().find_map(|event| match event {
                    Event::ExecutorEnded { key: other, status, .. } if other == key => Some(*status),
                    _ => None,
                });
                if let Some(status) = status {
                    return Ok(ended(status, batch.at));
                }
            }
            Err(RecvError::Lagged(_)) => {
                let snapshot = agent.snapshot().await?;
                if snapshot.state.executor(key).is_none() {
                    return Ok(ended(-1, snapshot.at));
                }
            }
            Err(RecvError::Closed) => return Err(CallError::bad("the agent is ending")),
        }
    }
}
