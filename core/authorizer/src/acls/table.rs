//! Which list speaks of which action, and of which objects.

use crate::{Action, Object};

/// What the objects of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Objects {
    /// Roles, with `a/%` for all below `a`.
    Roles,
    /// Users of the operating system, as whom something runs.
    Users,
    /// The principals of frameworks.
    Frameworks,
    /// The principals of those who made a reservation.
    Reservers,
    /// The principals of those who made a volume.
    Creators,
    /// Paths of endpoints.
    Paths,
    /// Users as whom a container within another runs.
    Commands,
    /// What Mesos never tells apart: a rule can only be for ANY or NONE.
    AnyOrNone,
}

impl Objects {
    /// By which name an object stands in rules; `None` for any object.
    pub(super) fn name<'a>(self, object: &Object<'a>) -> Option<&'a str> {
        match (self, *object) {
            (Self::Roles, Object::Role(role)) => Some(role),
            (Self::Roles, Object::Resource(resource)) => {
                Some(resource.reserved_role().map_or("*", |role| role.as_str()))
            }
            (Self::Users, _) => object.user(),
            (Self::Commands, Object::Nested { user, .. }) => user,
            (Self::Frameworks, Object::Framework(framework)) => {
                Some(framework.principal.as_ref().map_or("", |principal| principal.as_str()))
            }
            (Self::Reservers, Object::Resource(resource)) => Some(resource.reservation()?.principal.as_ref()?.as_str()),
            (Self::Creators, Object::Resource(resource)) => {
                let persistence = resource.disk()?.persistence.as_ref()?;
                Some(
                    persistence
                        .principal
                        .as_ref()
                        .map_or("", |principal| principal.as_str()),
                )
            }
            (Self::Paths, Object::Path(path)) => Some(path),
            _ => None,
        }
    }
}

/// A list of rules.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name in the JSON.
    pub(super) name: &'static str,
    /// What its objects are called there.
    pub(super) key: &'static str,
    pub(super) objects: Objects,
    /// The action that it speaks of; none for what there is not here.
    action: Option<Action>,
}

const fn kind(name: &'static str, key: &'static str, objects: Objects, action: Action) -> Kind {
    Kind {
        name,
        key,
        objects,
        action: Some(action),
    }
}

/// A list of something that there is not here yet.
const fn other(name: &'static str, key: &'static str, objects: Objects) -> Kind {
    Kind {
        name,
        key,
        objects,
        action: None,
    }
}

/// All lists of Mesos' `ACLs`, in the order of their numbers there.
#[rustfmt::skip]
pub(super) static KINDS: [Kind; 54] = {
    use Action as A;
    use Objects as O;
    [
        kind("register_frameworks", "roles", O::Roles, A::RegisterFramework),
        kind("run_tasks", "users", O::Users, A::RunTask),
        kind("reserve_resources", "roles", O::Roles, A::ReserveResources),
        kind("unreserve_resources", "reserver_principals", O::Reservers, A::UnreserveResources),
        kind("create_volumes", "roles", O::Roles, A::CreateVolume),
        kind("destroy_volumes", "creator_principals", O::Creators, A::DestroyVolume),
        kind("teardown_frameworks", "framework_principals", O::Frameworks, A::TeardownFramework),
        kind("update_weights", "roles", O::Roles, A::UpdateWeight),
        kind("get_endpoints", "paths", O::Paths, A::GetEndpointWithPath),
        kind("get_quotas", "roles", O::Roles, A::GetQuota),
        kind("update_quotas", "roles", O::Roles, A::UpdateQuota),
        kind("view_frameworks", "users", O::Users, A::ViewFramework),
        kind("view_tasks", "users", O::Users, A::ViewTask),
        kind("view_executors", "users", O::Users, A::ViewExecutor),
        kind("access_sandboxes", "users", O::Users, A::AccessSandbox),
        kind("access_mesos_logs", "logs", O::AnyOrNone, A::AccessMesosLog),
        kind("view_roles", "roles", O::Roles, A::ViewRole),
        kind("view_flags", "flags", O::AnyOrNone, A::ViewFlags),
        kind("launch_nested_containers_as_user", "users", O::Commands, A::LaunchNestedContainer),
        kind("launch_nested_containers_under_parent_with_user", "users", O::Users, A::LaunchNestedContainer),
        kind("kill_nested_containers", "users", O::Users, A::KillNestedContainer),
        kind("wait_nested_containers", "users", O::Users, A::WaitNestedContainer),
        kind("launch_nested_container_sessions_as_user", "users", O::Commands, A::LaunchNestedContainerSession),
        kind("launch_nested_container_sessions_under_parent_with_user", "users", O::Users, A::LaunchNestedContainerSession),
        kind("attach_containers_input", "users", O::Users, A::AttachContainerInput),
        kind("attach_containers_output", "users", O::Users, A::AttachContainerOutput),
        kind("view_containers", "users", O::Users, A::ViewContainer),
        kind("set_log_level", "level", O::AnyOrNone, A::SetLogLevel),
        kind("remove_nested_containers", "users", O::Users, A::RemoveNestedContainer),
        kind("register_agents", "agents", O::AnyOrNone, A::RegisterAgent),
        kind("update_maintenance_schedules", "machines", O::AnyOrNone, A::UpdateMaintenanceSchedule),
        kind("get_maintenance_schedules", "machines", O::AnyOrNone, A::GetMaintenanceSchedule),
        kind("start_maintenances", "machines", O::AnyOrNone, A::StartMaintenance),
        kind("stop_maintenances", "machines", O::AnyOrNone, A::StopMaintenance),
        kind("get_maintenance_statuses", "machines", O::AnyOrNone, A::GetMaintenanceStatus),
        kind("drain_agents", "agents", O::AnyOrNone, A::DrainAgent),
        kind("deactivate_agents", "agents", O::AnyOrNone, A::DeactivateAgent),
        kind("reactivate_agents", "agents", O::AnyOrNone, A::ReactivateAgent),
        kind("mark_agents_gone", "agents", O::AnyOrNone, A::MarkAgentGone),
        other("launch_standalone_containers", "users", O::AnyOrNone),
        other("kill_standalone_containers", "users", O::AnyOrNone),
        other("wait_standalone_containers", "users", O::AnyOrNone),
        other("remove_standalone_containers", "users", O::AnyOrNone),
        other("modify_resource_provider_configs", "resource_providers", O::AnyOrNone),
        other("view_standalone_containers", "users", O::AnyOrNone),
        kind("prune_images", "images", O::AnyOrNone, A::PruneImages),
        kind("resize_volumes", "roles", O::Roles, A::ResizeVolume),
        other("create_block_disks", "roles", O::Roles),
        other("destroy_block_disks", "roles", O::Roles),
        other("create_mount_disks", "roles", O::Roles),
        other("destroy_mount_disks", "roles", O::Roles),
        other("view_resource_providers", "resource_providers", O::AnyOrNone),
        other("mark_resource_providers_gone", "resource_providers", O::AnyOrNone),
        other("destroy_raw_disks", "roles", O::Roles),
    ]
};

/// The lists that speak of an action: one, or two that both must allow.
pub(super) fn of_action(action: Action) -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(move |kind| kind.action == Some(action))
}
