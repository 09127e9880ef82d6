use minicbor::{Decode, Encode};
use model_resources::Scalar;

/// How far beyond its request a task may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ResourceLimits {
    /// Cores.
    #[n(0)]
    pub cpus: Option<Limit>,
    /// Memory, in MiB.
    #[n(1)]
    pub mem: Option<Limit>,
}

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Limit {
    /// As much as the agent has.
    #[n(0)]
    Unlimited,
    /// Up to this.
    #[n(1)]
    Amount(#[n(0)] Scalar),
}

/// What a custom executor gets beside its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExecutorResources {
    /// Cores.
    #[n(0)]
    pub cpus: Scalar,
    /// Memory, in MiB.
    #[n(1)]
    pub mem: Scalar,
    /// Disk, in MiB.
    #[n(2)]
    pub disk: Scalar,
}

impl Default for ExecutorResources {
    /// 0.1 cores, 32 MiB of memory and 10 MiB of disk.
    fn default() -> Self {
        Self {
            cpus: Scalar::from_millis(100),
            mem: Scalar::from_units(32),
            disk: Scalar::from_units(10),
        }
    }
}
