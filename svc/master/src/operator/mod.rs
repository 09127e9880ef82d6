//! The v1 operator API: `POST /api/v1`, as Mesos 1.11's `docs/operator-http-api.md` and `src/master/http.cpp` define it.
//! One file for each call; [`dispatch`] is the table.

mod answer;
pub(crate) mod convert;
mod create_volumes;
mod deactivate_agent;
mod destroy_volumes;
mod drain_agent;
mod get_flags;
mod get_health;
mod get_logging_level;
pub(crate) mod get_maintenance_schedule;
pub(crate) mod get_maintenance_status;
mod get_master;
mod get_metrics;
mod get_operations;
pub(crate) mod get_quota;
mod get_roles;
mod get_state;
mod get_version;
pub(crate) mod get_weights;
mod grow_volume;
mod list_files;
mod mark_agent_gone;
mod reactivate_agent;
mod read_file;
pub(crate) mod remove_quota;
mod reserve_resources;
mod set_logging_level;
pub(crate) mod set_quota;
mod shrink_volume;
pub(crate) mod start_maintenance;
pub(crate) mod stop_maintenance;
pub(crate) mod teardown;
mod unreserve_resources;
pub(crate) mod update_maintenance_schedule;
mod update_quota;
pub(crate) mod update_weights;

use io_httpd::{BODY_LIMIT, IntoResponse, Method, Parts, Request, Response, State, StatusCode, header, read_body};
use wire_mesos::{
    ContentType, decode, media,
    v1::master::{Call, call::Type},
    validate,
};

use crate::{Master, access::Caller, document::Section, events, scheduler::error::CallError};
pub(crate) use answer::Answer;

/// One call.
pub(crate) async fn call(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::body(&error).into_response(),
    };
    match run(&master, &caller, &parts, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

/// What any method but POST is answered.
pub(crate) async fn wrong_method(method: Method) -> Response {
    let message = format!("Expecting one of {{ 'POST' }}, but received '{method}'");
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], message).into_response()
}

async fn run(master: &Master, caller: &Caller, parts: &Parts, body: &[u8]) -> Result<Response, CallError> {
    let text = |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = media::request_type(text(header::CONTENT_TYPE))?;
    let call: Call = decode(content_type, body).map_err(|error| CallError::bad(error.to_string()))?;
    validate::master_call(&call)
        .map_err(|error| CallError::bad(format!("Failed to validate master::Call: {error}")))?;
    let accept = media::response_type(text(header::ACCEPT))?;
    dispatch(master, caller, call, accept).await
}

/// Carries out what an operator asks of agents or machines.
async fn agent_command(master: &Master, caller: &Caller, command: core_master::Command) -> Result<Answer, CallError> {
    let command = core_control::Command::Master(command);
    master.handle.submit(&caller.principal_or("operator"), command).await?;
    Ok(Answer::Done(StatusCode::OK))
}

fn machines(wire: &[wire_mesos::v1::MachineId]) -> Result<Vec<model_cluster::MachineId>, CallError> {
    let machines = wire.iter().map(wire_mesos::cluster::machine_from_wire);
    machines.collect::<Result<_, _>>().map_err(CallError::bad)
}

/// The table of calls, in the order of Mesos' protocol. That each has its part was checked before.
async fn dispatch(master: &Master, caller: &Caller, call: Call, accept: ContentType) -> Result<Response, CallError> {
    let answer = match call.r#type() {
        Type::GetHealth => get_health::answer(master).await?,
        Type::GetFlags => get_flags::answer(master, caller)?,
        Type::GetVersion => get_version::answer(),
        Type::GetMetrics => get_metrics::answer(master).await?,
        Type::GetLoggingLevel => get_logging_level::answer(),
        Type::SetLoggingLevel => set_logging_level::run(caller, &call.set_logging_level.unwrap_or_default())?,
        Type::ListFiles => list_files::answer(master, caller, &call.list_files.unwrap_or_default())?,
        Type::ReadFile => read_file::answer(master, caller, &call.read_file.unwrap_or_default())?,
        Type::GetState => return get_state::answer(master, caller, Section::State, accept).await,
        Type::GetAgents => return get_state::answer(master, caller, Section::Agents, accept).await,
        Type::GetFrameworks => return get_state::answer(master, caller, Section::Frameworks, accept).await,
        Type::GetExecutors => return get_state::answer(master, caller, Section::Executors, accept).await,
        Type::GetOperations => get_operations::answer(),
        Type::GetTasks => return get_state::answer(master, caller, Section::Tasks, accept).await,
        Type::GetRoles => get_roles::answer(master, caller).await?,
        Type::GetWeights => get_weights::answer(master, caller).await?,
        Type::UpdateWeights => update_weights::run(master, caller, call.update_weights.unwrap_or_default()).await?,
        Type::GetMaster => get_master::answer(master),
        Type::Subscribe => return Ok(events::subscribe(master, caller, accept)),
        Type::GetMaintenanceStatus => get_maintenance_status::answer(master, caller).await?,
        Type::GetMaintenanceSchedule => get_maintenance_schedule::answer(master, caller).await?,
        Type::UpdateMaintenanceSchedule => {
            update_maintenance_schedule::run(master, caller, call.update_maintenance_schedule.unwrap_or_default())
                .await?
        }
        Type::StartMaintenance => {
            start_maintenance::run(master, caller, call.start_maintenance.unwrap_or_default()).await?
        }
        Type::StopMaintenance => {
            stop_maintenance::run(master, caller, call.stop_maintenance.unwrap_or_default()).await?
        }
        Type::DrainAgent => drain_agent::run(master, caller, call.drain_agent.unwrap_or_default()).await?,
        Type::DeactivateAgent => {
            deactivate_agent::run(master, caller, call.deactivate_agent.unwrap_or_default()).await?
        }
        Type::ReactivateAgent => {
            reactivate_agent::run(master, caller, call.reactivate_agent.unwrap_or_default()).await?
        }
        Type::MarkAgentGone => mark_agent_gone::run(master, caller, call.mark_agent_gone.unwrap_or_default()).await?,
        Type::ReserveResources => {
            reserve_resources::run(master, caller, call.reserve_resources.unwrap_or_default()).await?
        }
        Type::UnreserveResources => {
            unreserve_resources::run(master, caller, call.unreserve_resources.unwrap_or_default()).await?
        }
        Type::CreateVolumes => create_volumes::run(master, caller, call.create_volumes.unwrap_or_default()).await?,
        Type::DestroyVolumes => destroy_volumes::run(master, caller, call.destroy_volumes.unwrap_or_default()).await?,
        Type::GrowVolume => grow_volume::run(master, caller, call.grow_volume.unwrap_or_default()).await?,
        Type::ShrinkVolume => shrink_volume::run(master, caller, call.shrink_volume.unwrap_or_default()).await?,
        Type::GetQuota => get_quota::answer(master, caller).await?,
        Type::UpdateQuota => update_quota::run(master, caller, call.update_quota.unwrap_or_default()).await?,
        Type::SetQuota => set_quota::run(master, caller, call.set_quota.unwrap_or_default()).await?,
        Type::RemoveQuota => remove_quota::run(master, caller, call.remove_quota.unwrap_or_default()).await?,
        Type::Teardown => teardown::run(master, caller, call.teardown.unwrap_or_default()).await?,
        other => {
            let message = format!("{} calls are not served by this release", other.as_str_name());
            return Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message));
        }
    };
    Ok(answer.into_response(accept))
}
