use base_clock::Timestamp;
use serde::Serialize;

use crate::{
    app::{App, HealthCheck},
    deployment::{Plan, Step},
    task::TaskAddress,
    time,
};

/// One event of `GET /v2/events` (`Events.scala`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
    /// When.
    #[serde(serialize_with = "time::text")]
    pub timestamp: Timestamp,
}

impl Event {
    /// Its frame in the stream: `event:` with its type, `data:` with its JSON, and an empty line.
    pub fn frame(&self) -> String {
        let json = serde_json::to_string(self).expect("an event has text keys and finite numbers");
        format!("event: {}\ndata: {json}\n\n", self.body.name())
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal { $($(#[$meta:meta])* $field:ident: $ty:ty,)* })*) => {
        /// What happened. Paths, ids and times are as in answers.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "eventType")]
        pub enum EventBody {
            $(
                $(#[$doc])*
                #[serde(rename = $name, rename_all = "camelCase")]
                $variant { $($(#[$meta])* $field: $ty,)* },
            )*
        }

        impl EventBody {
            /// Every type of event, as `?event_type=` filters by it.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Its type: `status_update_event` and so on.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }
        }
    };
}

events! {
    /// Someone changed an app through the API.
    ApiPost = "api_post_event" {
        client_ip: String,
        uri: String,
        app_definition: Box<App>,
    }
    /// A task has a new state.
    StatusUpdate = "status_update_event" {
        slave_id: String,
        task_id: String,
        task_status: String,
        message: String,
        app_id: String,
        host: String,
        ip_addresses: Vec<TaskAddress>,
        ports: Vec<u16>,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
    }
    /// A step of a deployment begins.
    DeploymentInfo = "deployment_info" {
        plan: Plan,
        current_step: Step,
    }
    /// A deployment is done.
    DeploymentSuccess = "deployment_success" {
        id: String,
        plan: Plan,
    }
    /// A deployment was cancelled or cannot go on.
    DeploymentFailed = "deployment_failed" {
        id: String,
        plan: Plan,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    }
    /// A step of a deployment is done.
    DeploymentStepSuccess = "deployment_step_success" {
        plan: Plan,
        current_step: Step,
    }
    /// A step of a deployment cannot be done.
    DeploymentStepFailure = "deployment_step_failure" {
        plan: Plan,
        current_step: Step,
    }
    /// An instance has a new condition (`Running` and so on).
    InstanceChanged = "instance_changed_event" {
        instance_id: String,
        condition: Condition,
        run_spec_id: String,
        agent_id: Option<String>,
        host: Option<String>,
        #[serde(serialize_with = "time::text")]
        run_spec_version: Timestamp,
    }
    /// An instance that the scheduler does not know ended.
    UnknownInstanceTerminated = "unknown_instance_terminated_event" {
        instance_id: String,
        run_spec_id: String,
        condition: Condition,
    }
    /// An instance became healthy or unhealthy; `None` is unknown.
    InstanceHealthChanged = "instance_health_changed_event" {
        instance_id: String,
        run_spec_id: String,
        healthy: Option<bool>,
        #[serde(serialize_with = "time::text")]
        run_spec_version: Timestamp,
    }
    /// A health check says otherwise than before.
    HealthStatusChanged = "health_status_changed_event" {
        app_id: String,
        instance_id: String,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
        alive: bool,
    }
    /// A health check failed.
    FailedHealthCheck = "failed_health_check_event" {
        app_id: String,
        task_id: String,
        health_check: Box<HealthCheck>,
    }
    /// A health check begins.
    AddHealthCheck = "add_health_check_event" {
        app_id: String,
        health_check: Box<HealthCheck>,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
    }
    /// A health check ends.
    RemoveHealthCheck = "remove_health_check_event" {
        app_id: String,
    }
    /// A task is killed because it failed too many health checks.
    UnhealthyInstanceKill = "unhealthy_instance_kill_event" {
        app_id: String,
        task_id: String,
        instance_id: String,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
        reason: String,
        host: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        slave_id: Option<String>,
    }
    /// All tasks of an app that was deleted are gone.
    AppTerminated = "app_terminated_event" {
        app_id: String,
    }
    /// A group was changed.
    GroupChangeSuccess = "group_change_success" {
        group_id: String,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
    }
    /// A group could not be changed.
    GroupChangeFailed = "group_change_failed" {
        group_id: String,
        #[serde(serialize_with = "time::text")]
        version: Timestamp,
        reason: String,
    }
    /// A client listens to events.
    EventStreamAttached = "event_stream_attached" {
        remote_address: String,
    }
    /// A client does not listen any more.
    EventStreamDetached = "event_stream_detached" {
        remote_address: String,
    }
    /// The scheduler registered with the master for the first time.
    SchedulerRegistered = "scheduler_registered_event" {
        framework_id: String,
        master: String,
    }
    /// The scheduler registered with a master again.
    SchedulerReregistered = "scheduler_reregistered_event" {
        master: String,
    }
    /// The scheduler lost the master.
    SchedulerDisconnected = "scheduler_disconnected_event" {}
    /// An executor said something; `message` is Base64.
    FrameworkMessage = "framework_message_event" {
        executor_id: String,
        slave_id: String,
        message: String,
    }
}

/// The condition of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Condition {
    Error,
    Failed,
    Finished,
    Killed,
    Killing,
    Provisioned,
    Running,
    Scheduled,
    Staging,
    Starting,
    Unreachable,
    UnreachableInactive,
    Gone,
    Dropped,
    Unknown,
}

impl Event {
    /// The event as a client gets it that asked for `plan-format=light`: without the groups before and after.
    #[must_use]
    pub fn light(mut self) -> Self {
        match &mut self.body {
            EventBody::DeploymentInfo { plan, .. }
            | EventBody::DeploymentSuccess { plan, .. }
            | EventBody::DeploymentFailed { plan, .. }
            | EventBody::DeploymentStepSuccess { plan, .. }
            | EventBody::DeploymentStepFailure { plan, .. } => (plan.original, plan.target) = (None, None),
            _ => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(body: EventBody) -> Event {
        Event {
            body,
            timestamp: Timestamp::EPOCH,
        }
    }

    #[test]
    fn a_frame_is_two_lines_and_an_empty_one() {
        let attached = event(EventBody::EventStreamAttached {
            remote_address: "10.0.0.1".into(),
        });
        assert_eq!(
            attached.frame(),
            "event: event_stream_attached\ndata: {\"eventType\":\"event_stream_attached\",\"remoteAddress\":\"10.0.0.1\",\
             \"timestamp\":\"1970-01-01T00:00:00.000Z\"}\n\n"
        );
    }

    #[test]
    fn fields_have_marathons_names() {
        let changed = event(EventBody::InstanceChanged {
            instance_id: "web.instance-1".into(),
            condition: Condition::UnreachableInactive,
            run_spec_id: "/web".into(),
            agent_id: Some("S0".into()),
            host: None,
            run_spec_version: Timestamp::EPOCH,
        });
        assert_eq!(
            serde_json::to_value(changed).unwrap(),
            json!({
                "eventType": "instance_changed_event",
                "instanceId": "web.instance-1",
                "condition": "UnreachableInactive",
                "runSpecId": "/web",
                "agentId": "S0",
                "host": null,
                "runSpecVersion": "1970-01-01T00:00:00.000Z",
                "timestamp": "1970-01-01T00:00:00.000Z",
            })
        );
        let failed = event(EventBody::FailedHealthCheck {
            app_id: "/web".into(),
            task_id: "web.1".into(),
            health_check: Box::default(),
        });
        let failed = serde_json::to_value(failed).unwrap();
        assert_eq!(
            (&failed["taskId"], &failed["healthCheck"]),
            (&json!("web.1"), &json!({}))
        );
    }

    #[test]
    fn names_are_unique() {
        let mut names = EventBody::NAMES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EventBody::NAMES.len());
    }
}
