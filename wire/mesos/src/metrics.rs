//! Names in `/metrics/snapshot`, which monitoring systems watch. The answer is one flat object from name to number,
//! sorted by name.
//!
//! Sources: `src/master/metrics.cpp`, `src/master/registrar.cpp`, `src/master/allocator/mesos/metrics.cpp` and
//! libprocess' `system.hpp`, Mesos 1.11.

use crate::v1::task_status::{Reason, Source};
use crate::v1::{FrameworkInfo, TaskState};

macro_rules! names {
    ($($constant:ident = $name:literal;)*) => {
        $(#[doc = concat!("`", $name, "`")] pub const $constant: &str = $name;)*
        /// Every name that is always there, sorted.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

names! {
    ALLOCATOR_EVENT_QUEUE_DISPATCHES = "allocator/event_queue_dispatches";
    ALLOCATOR_MESOS_ALLOCATION_RUN_LATENCY_MS = "allocator/mesos/allocation_run_latency_ms";
    ALLOCATOR_MESOS_ALLOCATION_RUN_MS = "allocator/mesos/allocation_run_ms";
    ALLOCATOR_MESOS_ALLOCATION_RUNS = "allocator/mesos/allocation_runs";
    ALLOCATOR_MESOS_EVENT_QUEUE_DISPATCHES = "allocator/mesos/event_queue_dispatches";
    ALLOCATOR_MESOS_RESOURCES_CPUS_OFFERED_OR_ALLOCATED = "allocator/mesos/resources/cpus/offered_or_allocated";
    ALLOCATOR_MESOS_RESOURCES_CPUS_TOTAL = "allocator/mesos/resources/cpus/total";
    ALLOCATOR_MESOS_RESOURCES_DISK_OFFERED_OR_ALLOCATED = "allocator/mesos/resources/disk/offered_or_allocated";
    ALLOCATOR_MESOS_RESOURCES_DISK_TOTAL = "allocator/mesos/resources/disk/total";
    ALLOCATOR_MESOS_RESOURCES_MEM_OFFERED_OR_ALLOCATED = "allocator/mesos/resources/mem/offered_or_allocated";
    ALLOCATOR_MESOS_RESOURCES_MEM_TOTAL = "allocator/mesos/resources/mem/total";
    CPUS_PERCENT = "master/cpus_percent";
    CPUS_REVOCABLE_PERCENT = "master/cpus_revocable_percent";
    CPUS_REVOCABLE_TOTAL = "master/cpus_revocable_total";
    CPUS_REVOCABLE_USED = "master/cpus_revocable_used";
    CPUS_TOTAL = "master/cpus_total";
    CPUS_USED = "master/cpus_used";
    DISK_PERCENT = "master/disk_percent";
    DISK_REVOCABLE_PERCENT = "master/disk_revocable_percent";
    DISK_REVOCABLE_TOTAL = "master/disk_revocable_total";
    DISK_REVOCABLE_USED = "master/disk_revocable_used";
    DISK_TOTAL = "master/disk_total";
    DISK_USED = "master/disk_used";
    DROPPED_MESSAGES = "master/dropped_messages";
    ELECTED = "master/elected";
    EVENT_QUEUE_DISPATCHES = "master/event_queue_dispatches";
    EVENT_QUEUE_HTTP_REQUESTS = "master/event_queue_http_requests";
    EVENT_QUEUE_MESSAGES = "master/event_queue_messages";
    FRAMEWORKS_ACTIVE = "master/frameworks_active";
    FRAMEWORKS_CONNECTED = "master/frameworks_connected";
    FRAMEWORKS_DISCONNECTED = "master/frameworks_disconnected";
    FRAMEWORKS_INACTIVE = "master/frameworks_inactive";
    GPUS_PERCENT = "master/gpus_percent";
    GPUS_REVOCABLE_PERCENT = "master/gpus_revocable_percent";
    GPUS_REVOCABLE_TOTAL = "master/gpus_revocable_total";
    GPUS_REVOCABLE_USED = "master/gpus_revocable_used";
    GPUS_TOTAL = "master/gpus_total";
    GPUS_USED = "master/gpus_used";
    HTTP_CACHE_HITS = "master/http_cache_hits";
    INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES = "master/invalid_executor_to_framework_messages";
    INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES = "master/invalid_framework_to_executor_messages";
    INVALID_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENTS = "master/invalid_operation_status_update_acknowledgements";
    INVALID_OPERATION_STATUS_UPDATES = "master/invalid_operation_status_updates";
    INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS = "master/invalid_status_update_acknowledgements";
    INVALID_STATUS_UPDATES = "master/invalid_status_updates";
    MEM_PERCENT = "master/mem_percent";
    MEM_REVOCABLE_PERCENT = "master/mem_revocable_percent";
    MEM_REVOCABLE_TOTAL = "master/mem_revocable_total";
    MEM_REVOCABLE_USED = "master/mem_revocable_used";
    MEM_TOTAL = "master/mem_total";
    MEM_USED = "master/mem_used";
    MESSAGES_AUTHENTICATE = "master/messages_authenticate";
    MESSAGES_DEACTIVATE_FRAMEWORK = "master/messages_deactivate_framework";
    MESSAGES_DECLINE_OFFERS = "master/messages_decline_offers";
    MESSAGES_EXECUTOR_TO_FRAMEWORK = "master/messages_executor_to_framework";
    MESSAGES_EXITED_EXECUTOR = "master/messages_exited_executor";
    MESSAGES_FRAMEWORK_TO_EXECUTOR = "master/messages_framework_to_executor";
    MESSAGES_KILL_TASK = "master/messages_kill_task";
    MESSAGES_LAUNCH_TASKS = "master/messages_launch_tasks";
    MESSAGES_OPERATION_STATUS_UPDATE = "master/messages_operation_status_update";
    MESSAGES_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT = "master/messages_operation_status_update_acknowledgement";
    MESSAGES_RECONCILE_OPERATIONS = "master/messages_reconcile_operations";
    MESSAGES_RECONCILE_TASKS = "master/messages_reconcile_tasks";
    MESSAGES_REGISTER_FRAMEWORK = "master/messages_register_framework";
    MESSAGES_REGISTER_SLAVE = "master/messages_register_slave";
    MESSAGES_REREGISTER_FRAMEWORK = "master/messages_reregister_framework";
    MESSAGES_REREGISTER_SLAVE = "master/messages_reregister_slave";
    MESSAGES_RESOURCE_REQUEST = "master/messages_resource_request";
    MESSAGES_REVIVE_OFFERS = "master/messages_revive_offers";
    MESSAGES_STATUS_UPDATE = "master/messages_status_update";
    MESSAGES_STATUS_UPDATE_ACKNOWLEDGEMENT = "master/messages_status_update_acknowledgement";
    MESSAGES_SUPPRESS_OFFERS = "master/messages_suppress_offers";
    MESSAGES_UNREGISTER_FRAMEWORK = "master/messages_unregister_framework";
    MESSAGES_UNREGISTER_SLAVE = "master/messages_unregister_slave";
    MESSAGES_UPDATE_SLAVE = "master/messages_update_slave";
    OPERATIONS_DROPPED = "master/operations/dropped";
    OPERATIONS_ERROR = "master/operations/error";
    OPERATIONS_FAILED = "master/operations/failed";
    OPERATIONS_FINISHED = "master/operations/finished";
    OPERATIONS_GONE_BY_OPERATOR = "master/operations/gone_by_operator";
    OPERATIONS_PENDING = "master/operations/pending";
    OPERATIONS_RECOVERING = "master/operations/recovering";
    OPERATIONS_TOTAL = "master/operations/total";
    OPERATIONS_UNREACHABLE = "master/operations/unreachable";
    OPERATOR_EVENT_STREAM_SUBSCRIBERS = "master/operator_event_stream_subscribers";
    OUTSTANDING_OFFERS = "master/outstanding_offers";
    RECOVERY_SLAVE_REMOVALS = "master/recovery_slave_removals";
    SLAVE_REGISTRATIONS = "master/slave_registrations";
    SLAVE_REMOVALS = "master/slave_removals";
    SLAVE_REMOVALS_REASON_REGISTERED = "master/slave_removals/reason_registered";
    SLAVE_REMOVALS_REASON_UNHEALTHY = "master/slave_removals/reason_unhealthy";
    SLAVE_REMOVALS_REASON_UNREGISTERED = "master/slave_removals/reason_unregistered";
    SLAVE_REREGISTRATIONS = "master/slave_reregistrations";
    SLAVE_SHUTDOWNS_CANCELED = "master/slave_shutdowns_canceled";
    SLAVE_SHUTDOWNS_COMPLETED = "master/slave_shutdowns_completed";
    SLAVE_SHUTDOWNS_SCHEDULED = "master/slave_shutdowns_scheduled";
    SLAVE_UNREACHABLE_CANCELED = "master/slave_unreachable_canceled";
    SLAVE_UNREACHABLE_COMPLETED = "master/slave_unreachable_completed";
    SLAVE_UNREACHABLE_SCHEDULED = "master/slave_unreachable_scheduled";
    SLAVES_ACTIVE = "master/slaves_active";
    SLAVES_CONNECTED = "master/slaves_connected";
    SLAVES_DISCONNECTED = "master/slaves_disconnected";
    SLAVES_INACTIVE = "master/slaves_inactive";
    SLAVES_UNREACHABLE = "master/slaves_unreachable";
    TASKS_DROPPED = "master/tasks_dropped";
    TASKS_ERROR = "master/tasks_error";
    TASKS_FAILED = "master/tasks_failed";
    TASKS_FINISHED = "master/tasks_finished";
    TASKS_GONE = "master/tasks_gone";
    TASKS_GONE_BY_OPERATOR = "master/tasks_gone_by_operator";
    TASKS_KILLED = "master/tasks_killed";
    TASKS_KILLING = "master/tasks_killing";
    TASKS_LOST = "master/tasks_lost";
    TASKS_RUNNING = "master/tasks_running";
    TASKS_STAGING = "master/tasks_staging";
    TASKS_STARTING = "master/tasks_starting";
    TASKS_UNREACHABLE = "master/tasks_unreachable";
    UPTIME_SECS = "master/uptime_secs";
    VALID_EXECUTOR_TO_FRAMEWORK_MESSAGES = "master/valid_executor_to_framework_messages";
    VALID_FRAMEWORK_TO_EXECUTOR_MESSAGES = "master/valid_framework_to_executor_messages";
    VALID_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENTS = "master/valid_operation_status_update_acknowledgements";
    VALID_OPERATION_STATUS_UPDATES = "master/valid_operation_status_updates";
    VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS = "master/valid_status_update_acknowledgements";
    VALID_STATUS_UPDATES = "master/valid_status_updates";
    REGISTRAR_LOG_ENSEMBLE_SIZE = "registrar/log/ensemble_size";
    REGISTRAR_LOG_RECOVERED = "registrar/log/recovered";
    REGISTRAR_QUEUED_OPERATIONS = "registrar/queued_operations";
    REGISTRAR_REGISTRY_SIZE_BYTES = "registrar/registry_size_bytes";
    REGISTRAR_STATE_FETCH_MS = "registrar/state_fetch_ms";
    REGISTRAR_STATE_STORE_MS = "registrar/state_store_ms";
    SYSTEM_CPUS_TOTAL = "system/cpus_total";
    SYSTEM_LOAD_15MIN = "system/load_15min";
    SYSTEM_LOAD_1MIN = "system/load_1min";
    SYSTEM_LOAD_5MIN = "system/load_5min";
    SYSTEM_MEM_FREE_BYTES = "system/mem_free_bytes";
    SYSTEM_MEM_TOTAL_BYTES = "system/mem_total_bytes";
}

/// The prefix of one framework's figures: its name (percent-encoded) and id, with a slash at the end.
pub fn framework_prefix(framework: &FrameworkInfo) -> String {
    let id = framework.id.as_ref().map_or("", |id| &id.value);
    format!("master/frameworks/{}/{id}/", percent_encode(&framework.name))
}

/// The counter of tasks that came into a state for a reason: `master/task_failed/source_agent/reason_...`.
pub fn task_state(state: TaskState, source: Source, reason: Reason) -> String {
    let part = |name: &str| name.to_ascii_lowercase();
    let (state, source, reason) = (
        part(state.as_str_name()),
        part(source.as_str_name()),
        part(reason.as_str_name()),
    );
    format!("master/{state}/{source}/{reason}")
}

/// As libprocess encodes: letters, digits and the marks below stay.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!*'()".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
