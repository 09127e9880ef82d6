use minicbor::{Decode, Encode};

/// Who made a status (`TaskStatus.Source`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Source {
    #[n(0)]
    Master = 0,
    #[n(1)]
    Agent = 1,
    #[n(2)]
    Executor = 2,
}

macro_rules! reasons {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        /// Why a task has its state (`TaskStatus.Reason`). The discriminants are Mesos' numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
        #[cbor(index_only)]
        pub enum Reason { $(#[n($number)] $name = $number,)* }

        impl Reason {
            /// Every reason that Harmony gives or passes on.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// `REASON_...`, as Mesos spells it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

reasons! {
    CommandExecutorFailed = 0, "REASON_COMMAND_EXECUTOR_FAILED";
    ExecutorTerminated = 1, "REASON_EXECUTOR_TERMINATED";
    ExecutorUnregistered = 2, "REASON_EXECUTOR_UNREGISTERED";
    FrameworkRemoved = 3, "REASON_FRAMEWORK_REMOVED";
    GcError = 4, "REASON_GC_ERROR";
    InvalidFrameworkId = 5, "REASON_INVALID_FRAMEWORKID";
    InvalidOffers = 6, "REASON_INVALID_OFFERS";
    MasterDisconnected = 7, "REASON_MASTER_DISCONNECTED";
    ContainerLimitationMemory = 8, "REASON_CONTAINER_LIMITATION_MEMORY";
    Reconciliation = 9, "REASON_RECONCILIATION";
    AgentDisconnected = 10, "REASON_AGENT_DISCONNECTED";
    AgentRemoved = 11, "REASON_AGENT_REMOVED";
    AgentRestarted = 12, "REASON_AGENT_RESTARTED";
    AgentUnknown = 13, "REASON_AGENT_UNKNOWN";
    TaskInvalid = 14, "REASON_TASK_INVALID";
    TaskUnauthorized = 15, "REASON_TASK_UNAUTHORIZED";
    TaskUnknown = 16, "REASON_TASK_UNKNOWN";
    ContainerPreempted = 17, "REASON_CONTAINER_PREEMPTED";
    ResourcesUnknown = 18, "REASON_RESOURCES_UNKNOWN";
    ContainerLimitation = 19, "REASON_CONTAINER_LIMITATION";
    ContainerLimitationDisk = 20, "REASON_CONTAINER_LIMITATION_DISK";
    ContainerLaunchFailed = 21, "REASON_CONTAINER_LAUNCH_FAILED";
    ContainerUpdateFailed = 22, "REASON_CONTAINER_UPDATE_FAILED";
    ExecutorRegistrationTimeout = 23, "REASON_EXECUTOR_REGISTRATION_TIMEOUT";
    ExecutorReregistrationTimeout = 24, "REASON_EXECUTOR_REREGISTRATION_TIMEOUT";
    TaskGroupInvalid = 25, "REASON_TASK_GROUP_INVALID";
    TaskGroupUnauthorized = 26, "REASON_TASK_GROUP_UNAUTHORIZED";
    IoSwitchboardExited = 27, "REASON_IO_SWITCHBOARD_EXITED";
    TaskCheckStatusUpdated = 28, "REASON_TASK_CHECK_STATUS_UPDATED";
    TaskHealthCheckStatusUpdated = 29, "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED";
    TaskKilledDuringLaunch = 30, "REASON_TASK_KILLED_DURING_LAUNCH";
    AgentRemovedByOperator = 31, "REASON_AGENT_REMOVED_BY_OPERATOR";
    AgentReregistered = 32, "REASON_AGENT_REREGISTERED";
    MaxCompletionTimeReached = 33, "REASON_MAX_COMPLETION_TIME_REACHED";
    AgentDraining = 34, "REASON_AGENT_DRAINING";
}
