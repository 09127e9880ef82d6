//! The kinds of faults, and how often each has struck.

use std::fmt;

macro_rules! faults {
    ($($variant:ident $name:literal,)*) => {
        /// What goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $(#[doc = $name] $variant,)* }

        impl Fault {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

faults! {
    Loss "message lost",
    Delay "message delayed",
    Duplicate "message duplicated",
    Reorder "message reordered",
    Cut "link cut",
    Partition "partition",
    LongPartition "long partition",
    MasterCrash "master crash",
    TornWrite "torn write",
    FailedSync "failed sync",
    FullDisk "full disk",
    Reload "reload after a failed append",
    ClockJump "clock jump",
    Snapshot "snapshot",
    Truncation "journal truncation",
    DamagedSnapshot "damaged snapshot",
    AgentCrash "agent crash",
    AgentTornWrite "agent torn write",
    ShimKill "shim kill",
    TaskExit "task exit",
    TaskFail "task failure",
    LaunchFailure "launch failure",
    HealthFlip "health flip",
    StubbornTask "stubborn task",
    FrameworkReconnect "framework reconnect",
    LateAck "late acknowledgement",
    StalePlan "stale plan",
    GivenUpTask "given-up task returned",
    OfferTwice "offer used twice",
    ForeignOffer "foreign offer used",
    UnknownIds "unknown ids",
    Overuse "more used than offered",
    NegativeResources "negative resources",
    ForeignRole "another role's resources",
    DuplicateTask "task id used twice",
    ForeignKill "foreign task killed",
    NeverAck "update never acknowledged",
    WrongAck "wrong acknowledgement",
    DoubleSubscribe "double subscription",
    AfterTeardown "call after teardown",
}

/// A count for each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![0; Fault::ALL.len()])
    }
}

impl Counts {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    /// How often one kind struck.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// The kinds that never struck.
    pub fn missing(&self) -> Vec<Fault> {
        Fault::ALL
            .iter()
            .copied()
            .filter(|fault| self.of(*fault) == 0)
            .collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in Fault::ALL.iter().enumerate() {
            write!(
                f,
                "{}{} {}",
                if i == 0 { "" } else { ", " },
                fault.name(),
                self.of(*fault)
            )?;
        }
        Ok(())
    }
}
