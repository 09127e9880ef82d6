use std::fmt;

/// What may be allowed, under the names of Mesos 1.11 (`include/mesos/authorizer/authorizer.proto`). What Mesos has and
/// there is not here yet (standalone containers, resource providers) has rules that are read and asked by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is called as what it allows")]
pub enum Action {
    RegisterFramework,
    RunTask,
    TeardownFramework,
    ReserveResources,
    UnreserveResources,
    CreateVolume,
    DestroyVolume,
    ResizeVolume,
    GetQuota,
    UpdateQuota,
    ViewRole,
    UpdateWeight,
    GetEndpointWithPath,
    ViewFramework,
    ViewTask,
    ViewExecutor,
    AccessSandbox,
    AccessMesosLog,
    ViewFlags,
    LaunchNestedContainer,
    LaunchNestedContainerSession,
    AttachContainerInput,
    AttachContainerOutput,
    KillNestedContainer,
    WaitNestedContainer,
    RemoveNestedContainer,
    ViewContainer,
    SetLogLevel,
    RegisterAgent,
    UpdateMaintenanceSchedule,
    GetMaintenanceSchedule,
    StartMaintenance,
    StopMaintenance,
    GetMaintenanceStatus,
    DrainAgent,
    DeactivateAgent,
    ReactivateAgent,
    MarkAgentGone,
    PruneImages,
}

impl fmt::Display for Action {
    /// As Mesos writes it: `REGISTER_FRAMEWORK`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in format!("{self:?}").chars().enumerate() {
            if at > 0 && letter.is_ascii_uppercase() {
                f.write_str("_")?;
            }
            write!(f, "{}", letter.to_ascii_uppercase())?;
        }
        Ok(())
    }
}
