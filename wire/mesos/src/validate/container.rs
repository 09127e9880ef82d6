//! Calls about containers. Source: `src/slave/validation.cpp` and `src/common/validation.cpp`, Mesos 1.11.

use super::{Invalid, present};
use crate::{
    resource::all_from_wire,
    v1::{
        CommandInfo, ContainerId, ContainerInfo, Resource,
        agent::call::{AttachContainerInput, LaunchContainer, attach_container_input::Type},
    },
};

/// `NAME_MAX` of the systems that agents run on.
const NAME_MAX: usize = 255;
/// `MAX_CONTAINER_ID_LENGTH`.
const LONGEST: usize = 242;

/// Whether a container can be named so; `call` is the part of the call that it stands in.
pub(super) fn id(id: &ContainerId, call: &'static str) -> Result<(), Invalid> {
    flaw(id).map_or(Ok(()), |why| Err(invalid(call, "container_id", why)))
}

/// The same for one that must be in another.
pub(super) fn nested(wire: &ContainerId, call: &'static str) -> Result<(), Invalid> {
    id(wire, call)?;
    match wire.parent {
        Some(_) => Ok(()),
        None => Err(Invalid::NoParent(call)),
    }
}

/// The call's own part, with a container that must be in another.
pub(super) fn nested_in<T>(
    part: Option<&T>,
    call: &'static str,
    of: impl Fn(&T) -> &ContainerId,
) -> Result<(), Invalid> {
    present(part, call)?;
    part.map_or(Ok(()), |part| nested(of(part), call))
}

/// The call's own part, with a container.
pub(super) fn any_in<T>(part: Option<&T>, call: &'static str, of: impl Fn(&T) -> &ContainerId) -> Result<(), Invalid> {
    present(part, call)?;
    part.map_or(Ok(()), |part| id(of(part), call))
}

/// What is to be launched in a container.
pub(super) fn launch(
    wire: &ContainerId,
    command: Option<&CommandInfo>,
    container: Option<&ContainerInfo>,
    call: &'static str,
) -> Result<(), Invalid> {
    if let Some(why) = command.and_then(nameless) {
        return Err(invalid(call, "command", why));
    }
    if depth(wire) > 2 && shares(container) == Some(false) {
        let why = "containers nested at the second level or greater cannot set 'share_cgroups' to 'false'";
        return Err(Invalid::Part(call, why.to_owned()));
    }
    Ok(())
}

/// What is to be launched, in a container or standing alone.
pub(super) fn launch_any(part: &LaunchContainer) -> Result<(), Invalid> {
    const CALL: &str = "launch_container";
    id(&part.container_id, CALL)?;
    let resources = all_from_wire(&part.resources).map_err(|error| Invalid::Resources(error.to_string()))?;
    drop(resources);
    let shares = shares(part.container.as_ref());
    match depth(&part.container_id) {
        1 => standalone(&part.resources, shares)?,
        2 => {}
        _ if !part.resources.is_empty() => return deep("specify resources"),
        _ if !part.limits.is_empty() => return deep("specify resource limits"),
        _ => {}
    }
    launch(&part.container_id, part.command.as_ref(), part.container.as_ref(), CALL)
}

fn deep(what: &str) -> Result<(), Invalid> {
    let why = format!("containers nested at the second level or greater cannot {what}");
    Err(Invalid::Part("launch_container", why))
}

/// Nobody counts what a standalone container uses, so it uses nothing that is somebody's.
fn standalone(resources: &[Resource], shares: Option<bool>) -> Result<(), Invalid> {
    let refuse = |why: &str| Err(Invalid::Resources(format!("'launch_container.resources' {why}")));
    for resource in resources {
        let reserved = resource.role.as_deref().is_some_and(|role| role != "*");
        if reserved || !resource.reservations.is_empty() {
            return refuse("must be unreserved");
        }
        if resource.disk.as_ref().is_some_and(|disk| disk.persistence.is_some()) {
            return refuse("may not use persistent volumes");
        }
        if resource.revocable.is_some() {
            return refuse("must be non-revocable");
        }
    }
    if shares == Some(true) {
        let why = "containers without a parent cannot set 'share_cgroups' to 'true'".to_owned();
        return Err(Invalid::Part("launch_container", why));
    }
    Ok(())
}

/// Input for a container begins with which one.
pub(super) fn input(part: Option<&AttachContainerInput>) -> Result<(), Invalid> {
    const CALL: &str = "attach_container_input";
    let part = part.ok_or(Invalid::Absent(CALL))?;
    match part.r#type.map(|_| part.r#type()) {
        None => Err(Invalid::Absent("attach_container_input.type")),
        Some(Type::ContainerId) => id(
            part.container_id
                .as_ref()
                .ok_or(Invalid::Absent("attach_container_input.container_id"))?,
            CALL,
        ),
        Some(_) => Ok(()),
    }
}

fn invalid(call: &'static str, field: &'static str, why: String) -> Invalid {
    Invalid::Field(call, field, why)
}

fn depth(id: &ContainerId) -> usize {
    std::iter::successors(Some(id), |id| id.parent.as_deref()).count()
}

fn shares(container: Option<&ContainerInfo>) -> Option<bool> {
    container?.linux_info.as_ref()?.share_cgroups
}

/// What is wrong with the name of a container or of one that it is in.
fn flaw(id: &ContainerId) -> Option<String> {
    let name = id.value.as_str();
    let own = if name.is_empty() {
        Some("ID must not be empty".to_owned())
    } else if name.len() > NAME_MAX {
        Some(format!("ID must not be greater than {NAME_MAX} characters"))
    } else if name == "." || name == ".." {
        Some(format!("'{name}' is disallowed"))
    } else if name.contains(|c: char| c.is_ascii_control() || matches!(c, '/' | '\\')) {
        Some(format!("'{name}' contains invalid characters"))
    } else if name.len() > LONGEST {
        Some(format!(
            "'ContainerID.value' '{name}' exceeds the maximum length ({LONGEST})"
        ))
    } else if name.contains(['.', ' ']) {
        // Dots stand between the names of containers, and spaces would have to be escaped everywhere.
        Some(format!("'ContainerID.value' '{name}' contains invalid characters"))
    } else {
        None
    };
    own.or_else(|| {
        let above = flaw(id.parent.as_deref()?)?;
        Some(format!("'ContainerID.parent' is invalid: {above}"))
    })
}

fn nameless(command: &CommandInfo) -> Option<String> {
    let variables = command.environment.as_ref()?.variables.iter();
    let mut nameless = variables.filter(|variable| variable.name.is_empty());
    nameless
        .next()
        .map(|_| "Environment variable names must not be empty".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::agent::{
        Call,
        call::{KillNestedContainer, Type, WaitContainer},
    };
    use crate::validate::agent_call;

    fn named(names: &[&str]) -> ContainerId {
        let mut id: Option<ContainerId> = None;
        for name in names {
            id = Some(ContainerId {
                value: (*name).to_owned(),
                parent: id.map(Box::new),
            });
        }
        id.unwrap()
    }

    fn refused(call: &Call) -> String {
        agent_call(call).unwrap_err().to_string()
    }

    #[test]
    fn names_are_held_to_mesos_rules() {
        let wait = |names: &[&str]| Call {
            r#type: Some(Type::WaitContainer as i32),
            wait_container: Some(WaitContainer {
                container_id: named(names),
            }),
            ..Call::default()
        };
        agent_call(&wait(&["a", "b-1"])).unwrap();
        for (names, why) in [
            (vec![""], "ID must not be empty"),
            (vec![".."], "'..' is disallowed"),
            (vec!["a/b"], "'a/b' contains invalid characters"),
            (vec!["a.b"], "'ContainerID.value' 'a.b' contains invalid characters"),
            (
                vec!["a b", "c"],
                "'ContainerID.parent' is invalid: 'ContainerID.value' 'a b' contains invalid characters",
            ),
        ] {
            let expected = format!("'wait_container.container_id' is invalid: {why}");
            assert_eq!(refused(&wait(&names)), expected);
        }
        let kill = Call {
            r#type: Some(Type::KillNestedContainer as i32),
            kill_nested_container: Some(KillNestedContainer {
                container_id: named(&["a"]),
                signal: None,
            }),
            ..Call::default()
        };
        assert_eq!(
            refused(&kill),
            "Expecting 'kill_nested_container.container_id.parent' to be present"
        );
    }

    #[test]
    fn standalone_containers_use_what_is_nobodys() {
        let launch = |resource: &str| -> Call {
            let body = format!(
                r#"{{"type":"LAUNCH_CONTAINER","launch_container":{{"container_id":{{"value":"a"}},"resources":[{resource}]}}}}"#
            );
            crate::decode(crate::ContentType::Json, body.as_bytes()).unwrap()
        };
        agent_call(&launch(r#"{"name":"cpus","type":"SCALAR","scalar":{"value":1}}"#)).unwrap();
        let reserved = r#"{"name":"cpus","type":"SCALAR","scalar":{"value":1},"role":"db"}"#;
        assert_eq!(
            refused(&launch(reserved)),
            "'launch_container.resources' must be unreserved"
        );
    }
}
