use super::Event;

impl Event {
    /// Whether it is never journalled.
    pub fn is_soft(&self) -> bool {
        !matches!(
            self,
            Self::AgentJoined { .. }
                | Self::AgentUpdated { .. }
                | Self::AgentUnreachable { .. }
                | Self::AgentReturned { .. }
                | Self::AgentGone { .. }
                | Self::FrameworkSubscribed { .. }
                | Self::FrameworkUpdated { .. }
                | Self::FrameworkDisconnected { .. }
                | Self::FrameworkReconnected { .. }
                | Self::FrameworkRemoved { .. }
                | Self::FrameworkCompleted { .. }
                | Self::TaskLaunched { .. }
                | Self::TaskAdopted { .. }
                | Self::TaskKillRequested { .. }
                | Self::StatusRecorded { .. }
                | Self::StatusAcknowledged { .. }
                | Self::TaskCompleted { .. }
                | Self::WeightsUpdated { .. }
                | Self::QuotaUpdated { .. }
                | Self::Executor(_)
                | Self::AgentDrainStarted { .. }
                | Self::AgentDrained { .. }
                | Self::AgentDeactivated { .. }
                | Self::AgentReactivated { .. }
                | Self::MaintenanceScheduled { .. }
                | Self::MaintenanceStarted { .. }
                | Self::MaintenanceStopped { .. }
                | Self::AgentForgotten { .. }
                | Self::GoneForgotten { .. }
                | Self::HoldingsChanged { .. }
                | Self::OperationAccepted { .. }
                | Self::OperationRecorded { .. }
                | Self::OperationEnded { .. }
        )
    }
}
