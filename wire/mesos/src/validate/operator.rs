use super::{Invalid, container, present};
use crate::v1::{agent, master};

/// Whether an operator's call to the master is whole.
///
/// A call of type UNKNOWN (also what a type of a later Mesos decodes to in protobuf) is whole; it is answered with 501.
/// Source: `src/master/validation.cpp`, Mesos 1.11.
///
/// # Errors
/// What the call lacks.
pub fn master_call(call: &master::Call) -> Result<(), Invalid> {
    use master::call::Type;
    let kind = call.r#type.ok_or(Invalid::Absent("type"))?;
    match Type::try_from(kind).unwrap_or(Type::Unknown) {
        Type::GetMetrics => present(call.get_metrics.as_ref(), "get_metrics"),
        Type::SetLoggingLevel => present(call.set_logging_level.as_ref(), "set_logging_level"),
        Type::ListFiles => present(call.list_files.as_ref(), "list_files"),
        Type::ReadFile => present(call.read_file.as_ref(), "read_file"),
        Type::UpdateWeights => present(call.update_weights.as_ref(), "update_weights"),
        Type::ReserveResources => present(call.reserve_resources.as_ref(), "reserve_resources"),
        Type::UnreserveResources => present(call.unreserve_resources.as_ref(), "unreserve_resources"),
        Type::CreateVolumes => present(call.create_volumes.as_ref(), "create_volumes"),
        Type::DestroyVolumes => present(call.destroy_volumes.as_ref(), "destroy_volumes"),
        Type::GrowVolume => {
            let grow = call.grow_volume.as_ref().ok_or(Invalid::Absent("grow_volume"))?;
            present(grow.agent_id.as_ref(), "agent_id")
        }
        Type::ShrinkVolume => {
            let shrink = call.shrink_volume.as_ref().ok_or(Invalid::Absent("shrink_volume"))?;
            present(shrink.agent_id.as_ref(), "agent_id")
        }
        Type::UpdateMaintenanceSchedule => {
            present(call.update_maintenance_schedule.as_ref(), "update_maintenance_schedule")
        }
        Type::StartMaintenance => present(call.start_maintenance.as_ref(), "start_maintenance"),
        Type::StopMaintenance => present(call.stop_maintenance.as_ref(), "stop_maintenance"),
        Type::DrainAgent => present(call.drain_agent.as_ref(), "drain_agent"),
        Type::DeactivateAgent => present(call.deactivate_agent.as_ref(), "deactivate_agent"),
        Type::ReactivateAgent => present(call.reactivate_agent.as_ref(), "reactivate_agent"),
        Type::UpdateQuota => present(call.update_quota.as_ref(), "update_quota"),
        Type::SetQuota => present(call.set_quota.as_ref(), "set_quota"),
        Type::RemoveQuota => present(call.remove_quota.as_ref(), "remove_quota"),
        Type::Teardown => present(call.teardown.as_ref(), "teardown"),
        Type::MarkAgentGone => present(call.mark_agent_gone.as_ref(), "mark_agent_gone"),
        Type::Unknown
        | Type::GetHealth
        | Type::GetFlags
        | Type::GetVersion
        | Type::GetLoggingLevel
        | Type::GetState
        | Type::GetAgents
        | Type::GetFrameworks
        | Type::GetExecutors
        | Type::GetOperations
        | Type::GetTasks
        | Type::GetRoles
        | Type::GetWeights
        | Type::GetMaster
        | Type::Subscribe
        | Type::GetMaintenanceStatus
        | Type::GetMaintenanceSchedule
        | Type::GetQuota => Ok(()),
    }
}

/// Whether an operator's call to an agent has the part that its type needs. What must be in that part is for whoever
/// serves the call to say.
///
/// Source: `src/slave/validation.cpp`, Mesos 1.11.
///
/// # Errors
/// What the call lacks.
pub fn agent_call(call: &agent::Call) -> Result<(), Invalid> {
    use agent::call::Type;
    let kind = call.r#type.ok_or(Invalid::Absent("type"))?;
    match Type::try_from(kind).unwrap_or(Type::Unknown) {
        Type::GetMetrics => present(call.get_metrics.as_ref(), "get_metrics"),
        Type::SetLoggingLevel => present(call.set_logging_level.as_ref(), "set_logging_level"),
        Type::ListFiles => present(call.list_files.as_ref(), "list_files"),
        Type::ReadFile => present(call.read_file.as_ref(), "read_file"),
        Type::LaunchNestedContainer => {
            let part = call.launch_nested_container.as_ref();
            let part = part.ok_or(Invalid::Absent("launch_nested_container"))?;
            container::nested(&part.container_id, "launch_nested_container")?;
            let (command, container) = (part.command.as_ref(), part.container.as_ref());
            container::launch(&part.container_id, command, container, "launch_nested_container")
        }
        Type::WaitNestedContainer => {
            let part = call.wait_nested_container.as_ref();
            container::nested_in(part, "wait_nested_container", |part| &part.container_id)
        }
        Type::KillNestedContainer => {
            let part = call.kill_nested_container.as_ref();
            container::nested_in(part, "kill_nested_container", |part| &part.container_id)
        }
        Type::RemoveNestedContainer => {
            let part = call.remove_nested_container.as_ref();
            container::nested_in(part, "remove_nested_container", |part| &part.container_id)
        }
        Type::LaunchNestedContainerSession => {
            let part = call.launch_nested_container_session.as_ref();
            container::nested_in(part, "launch_nested_container_session", |part| &part.container_id)
        }
        Type::AttachContainerInput => container::input(call.attach_container_input.as_ref()),
        Type::AttachContainerOutput => {
            let part = call.attach_container_output.as_ref();
            container::any_in(part, "attach_container_output", |part| &part.container_id)
        }
        Type::LaunchContainer => {
            let part = call.launch_container.as_ref();
            container::launch_any(part.ok_or(Invalid::Absent("launch_container"))?)
        }
        Type::WaitContainer => {
            let part = call.wait_container.as_ref();
            container::any_in(part, "wait_container", |part| &part.container_id)
        }
        Type::KillContainer => {
            let part = call.kill_container.as_ref();
            container::any_in(part, "kill_container", |part| &part.container_id)
        }
        Type::RemoveContainer => {
            let part = call.remove_container.as_ref();
            container::any_in(part, "remove_container", |part| &part.container_id)
        }
        Type::AddResourceProviderConfig => present(
            call.add_resource_provider_config.as_ref(),
            "add_resource_provider_config",
        ),
        Type::UpdateResourceProviderConfig => present(
            call.update_resource_provider_config.as_ref(),
            "update_resource_provider_config",
        ),
        Type::RemoveResourceProviderConfig => present(
            call.remove_resource_provider_config.as_ref(),
            "remove_resource_provider_config",
        ),
        Type::MarkResourceProviderGone => {
            present(call.mark_resource_provider_gone.as_ref(), "mark_resource_provider_gone")
        }
        Type::Unknown
        | Type::GetHealth
        | Type::GetFlags
        | Type::GetVersion
        | Type::GetLoggingLevel
        | Type::GetState
        | Type::GetContainers
        | Type::GetFrameworks
        | Type::GetExecutors
        | Type::GetOperations
        | Type::GetTasks
        | Type::GetAgent
        | Type::GetResourceProviders
        | Type::PruneImages => Ok(()),
    }
}
