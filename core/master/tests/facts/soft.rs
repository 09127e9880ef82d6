//! Facts that are forgotten.

use super::*;

pub fn all() -> Vec<(&'static str, Event)> {
    let (agent_id, framework_id, task_id) = (agent_id(), framework_id(), task_id());
    let roles = vec![role()];
    vec![
        (
            "StrayExecutorFound",
            Event::StrayExecutorFound {
                agent_id: self::agent_id(),
                framework_id: self::framework_id(),
                executor_id: ExecutorId::from("e"),
            },
        ),
        (
            "LeadershipBegan",
            Event::LeadershipBegan {
                unreachable_at: time(),
                prune_at: Some(time()),
            },
        ),
        (
            "Stalled",
            Event::Stalled {
                ping_at: time(),
                unreachable_at: time(),
            },
        ),
        (
            "LeadershipRecorded",
            Event::LeadershipRecorded(Leadership {
                id: 7,
                epoch: 3,
                index: 90,
            }),
        ),
        (
            "AgentConnected",
            Event::AgentConnected {
                agent_id: agent_id.clone(),
                connection: 5,
                ping_at: time(),
            },
        ),
        (
            "AgentDisconnected",
            Event::AgentDisconnected {
                agent_id: agent_id.clone(),
                unreachable_at: time(),
            },
        ),
        (
            "AgentReported",
            Event::AgentReported {
                agent_id: agent_id.clone(),
                tasks: vec![(framework_id.clone(), task_id.clone())],
            },
        ),
        (
            "AgentHeard",
            Event::AgentHeard {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "AgentPinged",
            Event::AgentPinged {
                agent_id: agent_id.clone(),
                next: time(),
            },
        ),
        (
            "StrayFound",
            Event::StrayFound {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
            },
        ),
        (
            "StrayEnded",
            Event::StrayEnded {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
            },
        ),
        (
            "DeliveryRepeated",
            Event::DeliveryRepeated {
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
            },
        ),
        (
            "UpdateRepeated",
            Event::UpdateRepeated {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
                uuid: uuid(),
            },
        ),
        (
            "FrameworkConnected",
            Event::FrameworkConnected {
                framework_id: framework_id.clone(),
                connection: 6,
            },
        ),
        (
            "WeightsUpdated",
            Event::WeightsUpdated {
                weights: vec![(role(), 2.5)],
            },
        ),
        (
            "QuotaUpdated",
            Event::QuotaUpdated {
                quotas: vec![(role(), Quota::of_guarantee(Quantities::parse("cpus:2;mem:64").unwrap()))],
            },
        ),
        (
            "OffersMade",
            Event::OffersMade {
                offers: vec![Arc::new(offer())],
                held: vec![5],
            },
        ),
        (
            "OfferDropped",
            Event::OfferDropped {
                offer: offer().into(),
                why: Drop::Rescinded,
            },
        ),
        (
            "Filtered",
            Event::Filtered {
                framework_id: framework_id.clone(),
                agent_id: agent_id.clone(),
                role: role(),
                resources: resources().into(),
                until: time(),
                slots: (3, 4),
            },
        ),
        ("FiltersExpired", Event::FiltersExpired { now: time() }),
        (
            "Revived",
            Event::Revived {
                framework_id: framework_id.clone(),
                roles: roles.clone(),
            },
        ),
        (
            "Suppressed",
            Event::Suppressed {
                framework_id: framework_id.clone(),
                roles,
            },
        ),
        (
            "ReconcileAsked",
            Event::ReconcileAsked {
                framework_id: framework_id.clone(),
                tasks: vec![(task_id.clone(), Some(agent_id.clone()))],
            },
        ),
        (
            "LaunchRefused",
            Event::LaunchRefused {
                framework_id: framework_id.clone(),
                agent_id: Some(agent_id.clone()),
                status: status(),
            },
        ),
        (
            "OperationTold",
            Event::OperationTold {
                framework_id: framework_id.clone(),
                status: operation_status(),
            },
        ),
        (
            "OperationsAsked",
            Event::OperationsAsked {
                framework_id: framework_id.clone(),
                operations: vec![(operation_id(), Some(agent_id.clone())), (operation_id(), None)],
            },
        ),
        (
            "AgentHolds",
            Event::AgentHolds {
                agent_id: agent_id.clone(),
                version: 4,
            },
        ),
        (
            "OperationRepeated",
            Event::OperationRepeated {
                framework_id: framework_id.clone(),
                operation_id: operation_id(),
            },
        ),
        (
            "CommitAnswered",
            Event::CommitAnswered {
                framework_id,
                accepted: vec![task_id.clone()],
                refused: vec![
                    (task_id.clone(), Refusal::NoFit { free: resources() }),
                    (task_id.clone(), Refusal::AgentDown),
                    (task_id.clone(), Refusal::Duplicate { agent_id }),
                    (task_id.clone(), Refusal::Invalid { why: "why".into() }),
                    (task_id.clone(), Refusal::Role),
                    (task_id, Refusal::Limit),
                ],
            },
        ),
    ]
}
