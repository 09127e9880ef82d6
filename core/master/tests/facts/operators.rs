//! Facts of what operators do to agents and machines.

use core_master::{Event, InverseEvent, InverseOffer, Oversubscribed, RegistryEvent};
use model_cluster::{MachineId, Unavailability, Window};
use model_resources::Resources;

use super::{agent_id, framework_id, time};

pub fn all() -> Vec<(&'static str, Event)> {
    let (agent_id, machines) = (agent_id(), vec![machine()]);
    vec![
        (
            "AgentDrainStarted",
            Event::AgentDrainStarted {
                agent_id: agent_id.clone(),
                max_grace_ms: Some(5000),
                mark_gone: true,
            },
        ),
        (
            "AgentDrained",
            Event::AgentDrained {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "AgentDeactivated",
            Event::AgentDeactivated {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "AgentReactivated",
            Event::AgentReactivated {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "MaintenanceScheduled",
            Event::MaintenanceScheduled {
                windows: vec![Window {
                    machines: vec![machine(), MachineId::new(Some("b"), None)],
                    unavailability: unavailability(),
                }],
            },
        ),
        (
            "MaintenanceStarted",
            Event::MaintenanceStarted {
                machines: machines.clone(),
            },
        ),
        ("MaintenanceStopped", Event::MaintenanceStopped { machines }),
        (
            "AgentForgotten",
            Event::AgentForgotten {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "GoneForgotten",
            Event::GoneForgotten {
                agent_ids: vec![agent_id.clone()],
            },
        ),
        (
            "InverseOffersMade",
            Event::Inverse(InverseEvent::Made { offers: vec![offer()] }),
        ),
        (
            "InverseOfferDropped",
            Event::Inverse(InverseEvent::Dropped { offer: offer() }),
        ),
        (
            "InverseOfferAnswered",
            Event::Inverse(InverseEvent::Answered {
                offer: offer(),
                accepted: true,
                until: time(),
            }),
        ),
        (
            "Oversubscribed",
            Event::Oversubscribed(Oversubscribed {
                agent_id: agent_id.clone(),
                resources: revocable(),
            }),
        ),
        (
            "Registry.RemovalScheduled",
            Event::Registry(RegistryEvent::RemovalScheduled { agent_id, at: time() }),
        ),
        (
            "Registry.Pruned",
            Event::Registry(RegistryEvent::Pruned { next: time() }),
        ),
        (
            "Registry.RemovalsHeld",
            Event::Registry(RegistryEvent::RemovalsHeld {
                until: time(),
                missing: 3,
                known: 4,
            }),
        ),
    ]
}

fn revocable() -> Resources {
    let cpus = Resources::parse("cpus:1.5").unwrap();
    cpus.map(|resource| resource.with_revocable(true))
}

fn machine() -> MachineId {
    MachineId::new(Some("Host"), Some([10, 0, 0, 1].into()))
}

fn unavailability() -> Unavailability {
    Unavailability {
        start_nanos: 1_000_000_000,
        duration_nanos: Some(60_000_000_000),
    }
}

fn offer() -> InverseOffer {
    InverseOffer {
        number: 1_000_000_007,
        offer_id: "C-O1000000007".into(),
        framework_id: framework_id(),
        agent_id: agent_id(),
        unavailability: unavailability(),
        expires: Some(time()),
    }
}
