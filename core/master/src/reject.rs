use std::fmt;

use base_fault::Class;
use base_ids::{AgentId, ClusterId, FrameworkId, TaskId};
use minicbor::{Decode, Encode};
use model_resources::{Quantities, Resources, Role};

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The agent speaks another protocol.
    Protocol { got: u32, ours: u32 },
    /// The agent belongs to another cluster.
    ForeignCluster { got: ClusterId, ours: ClusterId },
    /// The join token is not the cluster's.
    BadToken,
    /// The credential is not the agent's.
    BadCredential(AgentId),
    /// Who has an id proves itself by its credential, who has none by the join token.
    WrongProof,
    /// A join token needs a credential to be exchanged for.
    NoCredential,
    /// What the agent says of itself is impossible.
    InvalidAgent(String),
    /// The agent now offers less than its tasks use.
    AgentShrunk {
        agent_id: AgentId,
        used: Resources,
        /// What of it the agent has not.
        missing: Resources,
        /// Some of the tasks.
        tasks: Vec<TaskId>,
    },
    /// The agent's own policy forbids that it comes back as what it says now.
    Reconfigured {
        agent_id: AgentId,
        policy: &'static str,
        what: String,
    },
    /// No such agent.
    UnknownAgent(AgentId),
    /// The agent was taken out for ever.
    AgentGone(AgentId),
    /// The agent does not count as connected; it must join first.
    AgentNotConnected(AgentId),
    /// The agent is to be drained, but its machine is in the schedule of maintenance.
    AgentScheduled(AgentId),
    /// The agent is to be reactivated, but it is not deactivated.
    AgentActive(AgentId),
    /// The agent is to be reactivated, but it is being drained.
    AgentDraining(AgentId),
    /// The schedule of maintenance, or a change of it, is impossible.
    InvalidMaintenance(String),
    /// No such framework.
    UnknownFramework(FrameworkId),
    /// The framework was removed.
    FrameworkRemoved(FrameworkId),
    /// Another scheduler is connected under this id.
    FrameworkConnected(FrameworkId),
    /// What the framework says of itself is impossible.
    InvalidFramework(String),
    /// A framework cannot become what it says of itself now.
    InvalidUpdate(String),
    /// What is asked of an agent's resources makes no sense.
    InvalidOperation(String),
    /// An agent's free resources do not allow what is asked of them.
    OperationConflict(String),
    /// A weight is impossible.
    InvalidWeight(String),
    /// A quota is impossible, or would contradict another one or what is used.
    InvalidQuota(String),
    /// More would be guaranteed than the cluster has.
    QuotaOvercommitted {
        guaranteed: Quantities,
        capacity: Quantities,
    },
    /// No such task.
    UnknownTask(FrameworkId, TaskId),
    /// A limit of the cluster is reached.
    Limit { what: &'static str, limit: usize },
}

impl Reject {
    /// Its class.
    pub fn class(&self) -> Class {
        match self {
            Self::Protocol { .. }
            | Self::ForeignCluster { .. }
            | Self::AgentGone(_)
            | Self::AgentNotConnected(_)
            | Self::AgentScheduled(_)
            | Self::AgentActive(_)
            | Self::AgentDraining(_)
            | Self::FrameworkRemoved(_) => Class::Precondition,
            Self::BadToken | Self::BadCredential(_) | Self::WrongProof => Class::Unauthenticated,
            Self::NoCredential
            | Self::InvalidAgent(_)
            | Self::InvalidOperation(_)
            | Self::InvalidFramework(_)
            | Self::InvalidUpdate(_)
            | Self::InvalidWeight(_)
            | Self::InvalidQuota(_)
            | Self::InvalidMaintenance(_) => Class::Invalid,
            Self::AgentShrunk { .. }
            | Self::Reconfigured { .. }
            | Self::FrameworkConnected(_)
            | Self::QuotaOvercommitted { .. }
            | Self::OperationConflict(_) => Class::Conflict,
            Self::UnknownAgent(_) | Self::UnknownFramework(_) | Self::UnknownTask(..) => Class::NotFound,
            Self::Limit { .. } => Class::Exhausted,
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol { got, ours } => {
                write!(
                    f,
                    "the agent speaks version {got} of the link protocol, the master version {ours}"
                )
            }
            Self::ForeignCluster { got, ours } => {
                write!(f, "the agent belongs to cluster {got}, this is cluster {ours}")
            }
            Self::BadToken => f.write_str("the join token is not this cluster's"),
            Self::BadCredential(id) => write!(f, "the credential is not the one of agent {id}"),
            Self::WrongProof => {
                f.write_str("an agent with an id shows its credential, one without an id the join token")
            }
            Self::NoCredential => f.write_str("a join token needs a new credential to be exchanged for"),
            Self::InvalidAgent(why) => write!(f, "the agent cannot join: {why}"),
            Self::AgentShrunk {
                agent_id,
                used,
                missing,
                tasks,
            } => {
                let tasks: Vec<&str> = tasks.iter().map(TaskId::as_str).collect();
                write!(
                    f,
                    "agent {agent_id} offers too little for what it runs: {missing} is missing; start it with at least \
                     {used}, or with its old resources until its tasks are over ({})",
                    tasks.join(", ")
                )
            }
            Self::Reconfigured { agent_id, policy, what } => write!(
                f,
                "agent {agent_id} may not come back as it is under --reconfiguration-policy={policy}: {what}; start it as \
                 it was, or with --reconfiguration-policy=any"
            ),
            Self::UnknownAgent(id) => write!(f, "no agent has the id {id}"),
            Self::AgentGone(id) => write!(f, "agent {id} was marked gone and cannot come back under this id"),
            Self::AgentNotConnected(id) => write!(f, "agent {id} is not connected; it must join first"),
            Self::AgentScheduled(id) => write!(
                f,
                "Agent {id} is part of a maintenance schedule; take it out of it first"
            ),
            Self::AgentActive(id) => write!(f, "Agent is not deactivated: {id}"),
            Self::AgentDraining(id) => write!(f, "Agent is still in the DRAINING state: {id}"),
            Self::InvalidMaintenance(why) => f.write_str(why),
            Self::UnknownFramework(id) => write!(f, "no framework has the id {id}"),
            Self::FrameworkRemoved(id) => write!(f, "framework {id} was removed"),
            Self::FrameworkConnected(id) => {
                write!(
                    f,
                    "another scheduler is connected as framework {id}; subscribe with force to take over"
                )
            }
            Self::InvalidFramework(why) => write!(f, "the framework cannot subscribe: {why}"),
            Self::InvalidUpdate(why) => write!(f, "the framework cannot be updated: {why}"),
            Self::InvalidOperation(why) => write!(f, "the operation is invalid: {why}"),
            Self::OperationConflict(why) => write!(f, "the agent's free resources do not allow the operation: {why}"),
            Self::InvalidWeight(why) | Self::InvalidQuota(why) => f.write_str(why),
            Self::QuotaOvercommitted { guaranteed, capacity } => write!(
                f,
                "Total quota guarantees '{guaranteed}' exceed cluster capacity '{capacity}' (use 'force' to bypass this check)"
            ),
            Self::UnknownTask(framework, task) => write!(f, "framework {framework} has no task {task}"),
            Self::Limit { what, limit } => write!(f, "the cluster is at its limit of {limit} {what}"),
        }
    }
}

impl std::error::Error for Reject {}

/// Why one launch of a commit is refused; the others stand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
    /// The agent has not that much that is free or on offer.
    #[n(0)]
    NoFit {
        /// What it has.
        #[n(0)]
        free: Resources,
    },
    /// The agent is unknown, gone, unreachable or not connected.
    #[n(1)]
    AgentDown,
    /// The framework has a task of this id.
    #[n(2)]
    Duplicate {
        /// Where.
        #[n(0)]
        agent_id: AgentId,
    },
    /// The task itself is impossible.
    #[n(3)]
    Invalid {
        /// Why.
        #[n(0)]
        why: String,
    },
    /// The framework is not subscribed to the role.
    #[n(4)]
    Role,
    /// The cluster has as many tasks as it may.
    #[n(5)]
    Limit,
    /// The role would have more than its quota lets it.
    #[n(30)]
    Quota {
        /// Of what, and why not.
        #[n(0)]
        why: String,
    },
    /// The role has its fair share, and another one waits for its own.
    #[n(31)]
    Share {
        /// Who waits.
        #[n(0)]
        waiting: Role,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFit { free } if free.is_empty() => f.write_str("the agent has nothing left"),
            Self::NoFit { free } => write!(f, "the agent has only {free} left"),
            Self::AgentDown => f.write_str("the agent is not connected"),
            Self::Duplicate { agent_id } => write!(f, "a task of this id is on agent {agent_id}"),
            Self::Invalid { why } => f.write_str(why),
            Self::Role => f.write_str("the framework is not subscribed to this role"),
            Self::Limit => f.write_str("the cluster is at its limit of tasks"),
            Self::Quota { why } => f.write_str(why),
            Self::Share { waiting } => write!(f, "the role has its fair share, and role '{waiting}' waits for its own"),
        }
    }
}
