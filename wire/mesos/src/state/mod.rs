//! The shapes of the master's old JSON endpoints: `/state`, `/state-summary`, `/slaves`, `/frameworks`, `/tasks` and
//! `/version`. They predate the v1 names: agents are slaves here. Times are seconds since 1970 as a fraction, 0 for
//! never; counts of agents are printed as doubles.
//!
//! `/health` has no body: 200 says it all.
//!
//! Sources: `src/master/readonly_handler.cpp`, `src/common/http.cpp`, `src/version/version.cpp`, Mesos 1.11.

mod agent;
mod executor;
mod framework;
mod master;
mod summary;
mod task;
mod values;
mod version;

pub use agent::{Agent, AgentIdentity, AgentInFull, Slaves};
pub use executor::{Command, Executor, Uri};
pub use framework::{Framework, FrameworkHead, FrameworkSummary, Frameworks, Offer};
pub use master::{LeaderInfo, Master, MasterHead};
pub use summary::{AgentWithCounts, FrameworkWithCounts, StateSummary, TaskCounts};
pub use task::{ContainerStatus, NetworkInfo, Task, TaskStatus, Tasks};
pub use values::{Amount, Attributes, Labels, Never, ResourceSummary, TaskLabels};
pub use version::Version;
