use core_agent::{Command, ContainerPath, Event, GuestEvent, GuestSpec, Phase};
use core_authorizer::Action;
use io_httpd::StatusCode;
use model_cluster::Program;
use tokio::sync::broadcast::error::RecvError;
use wire_mesos::{
    cluster::command_from_wire,
    resource::all_from_wire,
    v1::{
        self,
        agent::call::{LaunchContainer, LaunchNestedContainer},
        container_info,
    },
};

use super::{Answer, CallError, path};
use crate::{access::Caller, api::Agent};

/// LAUNCH_NESTED_CONTAINER: a container in another one, without resources of its own.
pub(super) async fn nested(agent: &Agent, caller: &Caller, call: LaunchNestedContainer) -> Result<Answer, CallError> {
    let call = LaunchContainer {
        container_id: call.container_id,
        command: call.command,
        container: call.container,
        ..LaunchContainer::default()
    };
    any(agent, caller, call).await
}

/// LAUNCH_CONTAINER: a container in another one, or standing alone. Answered 200 when it runs, 202 if it did before.
pub(super) async fn any(agent: &Agent, caller: &Caller, call: LaunchContainer) -> Result<Answer, CallError> {
    let path = path::of(&call.container_id);
    let spec = spec(&call)?;
    let who = (&path, spec.command.user.as_deref());
    path::demand(agent, caller, Action::LaunchNestedContainer, who).await?;
    let mut events = agent.handle.events();
    let outcome = path::submit(agent, Command::LaunchGuest(path.clone(), Box::new(spec))).await?;
    if outcome.events.is_empty() {
        return Ok(Answer::Done(StatusCode::ACCEPTED));
    }
    loop {
        let seen = match events.recv().await {
            Ok(batch) => batch.events.iter().find_map(|event| started(event, &path)),
            Err(RecvError::Lagged(_)) => now(agent, &path).await?,
            Err(RecvError::Closed) => return Err(CallError::bad("the agent is ending")),
        };
        match seen {
            Some(Ok(())) => return Ok(Answer::Done(StatusCode::OK)),
            Some(Err(why)) => return Err(CallError::bad(why)),
            None => {}
        }
    }
}

/// Whether a fact says that the container runs, or why it does not.
fn started(event: &Event, path: &ContainerPath) -> Option<Result<(), String>> {
    match event {
        Event::Guest(GuestEvent::Started { path: other }) if other == path => Some(Ok(())),
        Event::Guest(GuestEvent::Ended { path: other, end }) if other == path => Some(match &end.message {
            Some(why) if end.status.is_none() => Err(why.clone()),
            _ => Ok(()),
        }),
        Event::Guest(GuestEvent::Removed { path: other }) if other == path => {
            Some(Err(format!("Container {path} was removed")))
        }
        _ => None,
    }
}

/// The same from the state.
async fn now(agent: &Agent, path: &ContainerPath) -> Result<Option<Result<(), String>>, CallError> {
    let snapshot = agent.snapshot().await?;
    let Some(guest) = snapshot.state.guest(path) else {
        return Ok(Some(Err(format!("Container {path} was removed"))));
    };
    let why = guest.end.as_ref().filter(|end| end.status.is_none());
    Ok(match (guest.phase, why.and_then(|end| end.message.clone())) {
        (Phase::Accepted, _) => None,
        (Phase::Ended, Some(why)) => Some(Err(why)),
        _ => Some(Ok(())),
    })
}

fn spec(call: &LaunchContainer) -> Result<GuestSpec, CallError> {
    let invalid = |why: String| CallError::bad(format!("Failed to launch container: {why}"));
    if let Some(container) = &call.container {
        supported(container)?;
    }
    if !call.limits.is_empty() {
        return Err(invalid("this release knows no limits beside the resources".to_owned()));
    }
    let command = call
        .command
        .as_ref()
        .map(command_from_wire)
        .transpose()
        .map_err(invalid)?;
    let command = command.filter(|command| command.program != Program::Absent);
    let command = command.ok_or_else(|| invalid("the command is not specified".to_owned()))?;
    let resources = all_from_wire(&call.resources).map_err(|error| invalid(error.to_string()))?;
    let linux = call
        .container
        .as_ref()
        .and_then(|container| container.linux_info.as_ref());
    let shares = linux.and_then(|linux| linux.share_cgroups).unwrap_or(true);
    Ok(GuestSpec {
        command,
        resources,
        shares: shares && call.container_id.parent.is_some(),
    })
}

/// What this release can make of a container's description.
fn supported(container: &v1::ContainerInfo) -> Result<(), CallError> {
    let image = container.mesos.as_ref().is_some_and(|mesos| mesos.image.is_some());
    if container.r#type() == container_info::Type::Docker || container.docker.is_some() {
        return Err(CallError::bad("The provided ContainerInfo is not supported"));
    }
    let what = if image {
        "images"
    } else if !container.volumes.is_empty() {
        "volumes of containers"
    } else if container.tty_info.is_some() {
        "terminals"
    } else {
        return Ok(());
    };
    let why = format!("The provided ContainerInfo is not supported: this release has no {what}");
    Err(CallError::bad(why))
}
