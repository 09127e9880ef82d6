use prost::Name;

use crate::{
    WireMessage,
    internal::{
        AuthenticateMessage, AuthenticationStartMessage, AuthenticationStepMessage, DeactivateFrameworkMessage,
        FrameworkToExecutorMessage, KillTaskMessage, LaunchTasksMessage, ReconcileTasksMessage,
        RegisterFrameworkMessage, ReregisterFrameworkMessage, ResourceRequestMessage, ReviveOffersMessage,
        StatusUpdateAcknowledgementMessage, UnregisterFrameworkMessage,
    },
    protobuf::{ProtobufError, from_protobuf},
    scheduler as v0,
    v1::{
        FrameworkId, FrameworkInfo,
        offer::{Operation, operation},
        scheduler::{Call, OfferConstraints, call},
    },
    validate::{self, Invalid},
};

/// What a driver's message asks for.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a call is the usual message, and lives for one request"
)]
pub enum Said {
    /// To be a framework, or to be one again.
    Subscribe {
        /// What it says of itself, with its id if it had one before.
        framework: FrameworkInfo,
        /// Roles for which it wants no offers yet.
        suppressed_roles: Vec<String>,
        /// Which agents it wants to hear of.
        offer_constraints: Option<OfferConstraints>,
        /// Take over from another scheduler of this id.
        force: bool,
    },
    /// Any other call of the v1 API, with the framework's id in it.
    Call(Call),
    /// No offers from now on; the driver was aborted.
    Deactivate(FrameworkId),
    /// That a process of its begins to prove who the driver with this name is.
    Authenticate(String),
    /// By which mechanism it proves it, with its first words.
    AuthenticationStart {
        /// The mechanism's name, for example `CRAM-MD5`.
        mechanism: String,
        /// Nothing for a mechanism in which the server speaks first.
        data: Vec<u8>,
    },
    /// Its answer to what it was asked.
    AuthenticationStep(Vec<u8>),
}

/// Why a message says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No driver's message has this name.
    #[error("no message for the master is named {0}")]
    Unknown(String),
    /// The body is not of this message.
    #[error("{0}")]
    Body(#[from] ProtobufError),
    /// The call lacks something.
    #[error("Failed to validate scheduler::Call: {0}")]
    Call(#[from] Invalid),
    /// A registration that contradicts itself; the driver must hear of it.
    #[error("{0}")]
    Refused(&'static str),
}

/// Reads the message of this name, such as `mesos.internal.KillTaskMessage` or `mesos.scheduler.Call`.
///
/// # Errors
/// The name is unknown, or the body is not of that message.
pub fn read(name: &str, body: &[u8]) -> Result<Said, ReadError> {
    if name == v0::Call::full_name() {
        return read_call(body);
    }
    let short = name.strip_prefix("mesos.internal.").unwrap_or_default();
    match short {
        "RegisterFrameworkMessage" => register(parse(body)?),
        "ReregisterFrameworkMessage" => reregister(parse(body)?),
        "UnregisterFrameworkMessage" => Ok(unregister(parse(body)?)),
        "DeactivateFrameworkMessage" => {
            let message: DeactivateFrameworkMessage = parse(body)?;
            Ok(Said::Deactivate(message.framework_id))
        }
        "ResourceRequestMessage" => Ok(request(parse(body)?)),
        "LaunchTasksMessage" => Ok(launch(parse(body)?)),
        "ReviveOffersMessage" => Ok(revive(parse(body)?)),
        "KillTaskMessage" => Ok(kill(parse(body)?)),
        "StatusUpdateAcknowledgementMessage" => acknowledge(parse(body)?),
        "ReconcileTasksMessage" => Ok(reconcile(parse(body)?)),
        "FrameworkToExecutorMessage" => Ok(message(parse(body)?)),
        "AuthenticateMessage" => parse::<AuthenticateMessage>(body).map(|said| Said::Authenticate(said.pid)),
        "AuthenticationStartMessage" => {
            let AuthenticationStartMessage { mechanism, data } = parse(body)?;
            let data = data.unwrap_or_default();
            Ok(Said::AuthenticationStart { mechanism, data })
        }
        "AuthenticationStepMessage" => {
            let AuthenticationStepMessage { data } = parse(body)?;
            Ok(Said::AuthenticationStep(data))
        }
        _ => Err(ReadError::Unknown(name.to_owned())),
    }
}

fn parse<M: WireMessage>(body: &[u8]) -> Result<M, ReadError> {
    Ok(from_protobuf(body)?)
}

/// SUBSCRIBE has numbers of its own; every other call is as in the v1 API.
fn read_call(body: &[u8]) -> Result<Said, ReadError> {
    let kind = from_protobuf::<v0::CallType>(body)?;
    if kind.r#type() == call::Type::Subscribe {
        let call: v0::Call = parse(body)?;
        let subscribe = call.subscribe.ok_or(Invalid::Absent("subscribe"))?;
        let (outer, inner) = (id(call.framework_id.as_ref()), id(subscribe.framework_info.id.as_ref()));
        if outer != inner {
            return Err(Invalid::Differs("framework_id", "subscribe.framework_info.id").into());
        }
        return Ok(Said::Subscribe {
            framework: subscribe.framework_info,
            suppressed_roles: subscribe.suppressed_roles,
            offer_constraints: subscribe.offer_constraints,
            force: subscribe.force.unwrap_or(false),
        });
    }
    let call: Call = parse(body)?;
    validate::scheduler_call(&call, None)?;
    Ok(Said::Call(call))
}

fn id(id: Option<&FrameworkId>) -> &str {
    id.map_or("", |id| &id.value)
}

fn register(message: RegisterFrameworkMessage) -> Result<Said, ReadError> {
    if !id(message.framework.id.as_ref()).is_empty() {
        return Err(ReadError::Refused("Registering with 'id' already set"));
    }
    Ok(Said::Subscribe {
        framework: message.framework,
        suppressed_roles: Vec::new(),
        offer_constraints: None,
        force: false,
    })
}

fn reregister(message: ReregisterFrameworkMessage) -> Result<Said, ReadError> {
    if id(message.framework.id.as_ref()).is_empty() {
        return Err(ReadError::Refused("Re-registering without an 'id'"));
    }
    Ok(Said::Subscribe {
        framework: message.framework,
        suppressed_roles: Vec::new(),
        offer_constraints: None,
        force: message.failover,
    })
}

fn of_type(framework_id: FrameworkId, kind: call::Type) -> Call {
    Call {
        framework_id: Some(framework_id),
        r#type: Some(kind as i32),
        ..Call::default()
    }
}

fn unregister(message: UnregisterFrameworkMessage) -> Said {
    Said::Call(of_type(message.framework_id, call::Type::Teardown))
}

fn request(message: ResourceRequestMessage) -> Said {
    let requests = message.requests;
    Said::Call(Call {
        request: Some(call::Request { requests }),
        ..of_type(message.framework_id, call::Type::Request)
    })
}

/// A launch of nothing is a decline.
fn launch(message: LaunchTasksMessage) -> Said {
    let (offer_ids, filters) = (message.offer_ids, Some(message.filters));
    if message.tasks.is_empty() {
        return Said::Call(Call {
            decline: Some(call::Decline { offer_ids, filters }),
            ..of_type(message.framework_id, call::Type::Decline)
        });
    }
    let launch = operation::Launch {
        task_infos: message.tasks,
    };
    let operation = Operation {
        r#type: Some(operation::Type::Launch as i32),
        launch: Some(launch),
        ..Operation::default()
    };
    let accept = call::Accept {
        offer_ids,
        operations: vec![operation],
        filters,
    };
    Said::Call(Call {
        accept: Some(accept),
        ..of_type(message.framework_id, call::Type::Accept)
    })
}

fn revive(message: ReviveOffersMessage) -> Said {
    let roles = message.roles;
    Said::Call(Call {
        revive: Some(call::Revive { roles }),
        ..of_type(message.framework_id, call::Type::Revive)
    })
}

fn kill(message: KillTaskMessage) -> Said {
    let kill = call::Kill {
        task_id: message.task_id,
        ..call::Kill::default()
    };
    Said::Call(Call {
        kill: Some(kill),
        ..of_type(message.framework_id, call::Type::Kill)
    })
}

fn acknowledge(message: StatusUpdateAcknowledgementMessage) -> Result<Said, ReadError> {
    let acknowledge = call::Acknowledge {
        agent_id: message.agent_id,
        task_id: message.task_id,
        uuid: message.uuid,
    };
    let call = Call {
        acknowledge: Some(acknowledge),
        ..of_type(message.framework_id, call::Type::Acknowledge)
    };
    validate::scheduler_call(&call, None)?;
    Ok(Said::Call(call))
}

fn reconcile(message: ReconcileTasksMessage) -> Said {
    let task = |status: crate::v1::TaskStatus| call::reconcile::Task {
        task_id: status.task_id,
        agent_id: status.agent_id,
    };
    let tasks = message.statuses.into_iter().map(task).collect();
    Said::Call(Call {
        reconcile: Some(call::Reconcile { tasks }),
        ..of_type(message.framework_id, call::Type::Reconcile)
    })
}

fn message(message: FrameworkToExecutorMessage) -> Said {
    let call = call::Message {
        agent_id: message.agent_id,
        executor_id: message.executor_id,
        data: message.data,
    };
    Said::Call(Call {
        message: Some(call),
        ..of_type(message.framework_id, call::Type::Message)
    })
}
