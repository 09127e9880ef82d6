use std::sync::Arc;

use base_ids::{AgentId, FrameworkId};
use core_control::{Control, MARATHON};
use core_machine::Driver;
use core_master::{Effect, Offer};
use model_cluster::{Capability, FrameworkSpec, OperationStatus, TaskStatus};
use tokio::sync::mpsc;
use tracing::debug;
use wire_link::{Hold, RunTask, ToAgent};
use wire_mesos::{
    cluster::{operation_status_to_wire, status_to_wire, unavailability_to_wire},
    resource::{Format, all_to_wire, attributes_to_wire},
    v1::{
        self,
        scheduler::{Event, event},
    },
};

mod inverse;

pub(crate) use inverse::to_wire as inverse_offer_to_wire;

use crate::{agents::Agents, frameworks::Frameworks};

/// What the pool tells a framework inside this process.
#[derive(Debug)]
pub enum InProcess {
    /// What became of a task of its own.
    Status(Option<AgentId>, Arc<TaskStatus>),
    /// There may be more to give than before.
    PoolChanged,
}

/// The links and streams that effects and handlers share.
#[derive(Clone)]
pub struct Shared {
    pub(crate) agents: Agents,
    pub(crate) frameworks: Frameworks,
}

/// Turns the pool's effects into messages.
pub struct Effects {
    pub(crate) agents: Agents,
    pub(crate) frameworks: Frameworks,
    in_process: mpsc::UnboundedSender<InProcess>,
    epoch: u64,
    index: Box<dyn Fn() -> u64 + Send>,
}

impl Effects {
    /// `in_process` gets what is meant for the app scheduler; `index` says how far the journal is, for pings.
    pub fn new(
        epoch: u64,
        index: impl Fn() -> u64 + Send + 'static,
        in_process: mpsc::UnboundedSender<InProcess>,
    ) -> Self {
        let (agents, frameworks) = (Agents::default(), Frameworks::default());
        Self {
            agents,
            frameworks,
            in_process,
            epoch,
            index: Box::new(index),
        }
    }

    /// The links and streams, for [`crate::Master::new`].
    pub fn share(&self) -> Shared {
        Shared {
            agents: self.agents.clone(),
            frameworks: self.frameworks.clone(),
        }
    }

    /// Carries one effect out. `true` asks the caller to submit [`core_master::Command::Allocate`].
    pub fn run(&mut self, driver: &Driver<Control>, effect: Effect) -> bool {
        match effect {
            Effect::ToAgent {
                agent_id,
                message: ToAgent::Run(order),
            } => {
                self.agents.send(
                    &agent_id,
                    ToAgent::Run(RunTask {
                        index: (self.index)(),
                        ..order
                    }),
                );
            }
            Effect::ToAgent {
                agent_id,
                message: ToAgent::Hold(order),
            } => {
                let index = (self.index)();
                self.agents.send(&agent_id, ToAgent::Hold(Hold { index, ..order }));
            }
            Effect::ToAgent { agent_id, message } => self.agents.send(&agent_id, message),
            Effect::Ping { agent_id } => {
                self.agents.send(
                    &agent_id,
                    ToAgent::Ping {
                        epoch: self.epoch,
                        index: (self.index)(),
                    },
                );
            }
            Effect::CloseAgent { agent_id, why } => {
                debug!(%agent_id, why, "a link is cut");
                self.agents.cut(&agent_id);
            }
            Effect::Deliver {
                framework_id,
                agent_id,
                status,
            } => {
                self.deliver(driver, &framework_id, agent_id, status);
            }
            Effect::DeliverOperation { framework_id, status } => {
                self.deliver_operation(driver, &framework_id, &status);
            }
            Effect::ExecutorFailed {
                framework_id,
                agent_id,
                executor_id,
                status,
            } => {
                let failure = event::Failure {
                    agent_id: Some(v1::AgentId {
                        value: agent_id.to_string(),
                    }),
                    executor_id: Some(v1::ExecutorId {
                        value: executor_id.to_string(),
                    }),
                    status: Some(status),
                };
                let event = Event {
                    failure: Some(failure),
                    ..of_type(event::Type::Failure)
                };
                self.send(driver, &framework_id, &event);
            }
            Effect::Offer { framework_id, offers } => self.offer(driver, &framework_id, &offers),
            Effect::Rescind { framework_id, offer_id } => {
                let rescind = event::Rescind {
                    offer_id: v1::OfferId {
                        value: offer_id.to_string(),
                    },
                };
                let event = Event {
                    rescind: Some(rescind),
                    ..of_type(event::Type::Rescind)
                };
                self.send(driver, &framework_id, &event);
            }
            Effect::InverseOffer { framework_id, offers } => {
                self.send(driver, &framework_id, &inverse::offers(&driver.state().master, &offers));
            }
            Effect::RescindInverse { framework_id, offer_id } => {
                self.send(driver, &framework_id, &inverse::rescind(&offer_id));
            }
            Effect::AgentFailed { agent_id } => self.agent_failed(driver, &agent_id),
            Effect::FrameworkError { framework_id, message } => {
                self.send(driver, &framework_id, &error(message));
                if let Some(connection) = driver.state().master.framework_connection(&framework_id) {
                    drop(self.frameworks.close(connection));
                }
            }
            Effect::Allocate => {
                drop(self.in_process.send(InProcess::PoolChanged));
                return true;
            }
        }
        false
    }

    /// Soft state is gone: whoever is connected must come again.
    pub fn reset(&mut self) {
        self.agents.cut_all();
        self.frameworks.close_all();
    }

    fn send(&self, driver: &Driver<Control>, framework_id: &FrameworkId, event: &Event) {
        if let Some(connection) = driver.state().master.framework_connection(framework_id) {
            self.frameworks.send(connection, event);
        }
    }

    fn deliver(
        &self,
        driver: &Driver<Control>,
        framework_id: &FrameworkId,
        agent_id: Option<AgentId>,
        status: Arc<TaskStatus>,
    ) {
        if framework_id.as_str() == MARATHON {
            drop(self.in_process.send(InProcess::Status(agent_id, status)));
            return;
        }
        let status = status_to_wire(&status, agent_id.as_ref());
        let update = event::Update { status };
        self.send(
            driver,
            framework_id,
            &Event {
                update: Some(update),
                ..of_type(event::Type::Update)
            },
        );
    }

    /// Everybody who is connected hears that an agent is not there any more.
    fn agent_failed(&self, driver: &Driver<Control>, agent_id: &AgentId) {
        let failure = event::Failure {
            agent_id: Some(v1::AgentId {
                value: agent_id.to_string(),
            }),
            ..Default::default()
        };
        let event = Event {
            failure: Some(failure),
            ..of_type(event::Type::Failure)
        };
        for (_, framework) in driver.state().master.frameworks() {
            self.send(driver, &framework.framework_id, &event);
        }
    }

    fn deliver_operation(&self, driver: &Driver<Control>, framework_id: &FrameworkId, status: &OperationStatus) {
        let Some(framework) = driver.state().master.framework(framework_id) else {
            return;
        };
        let status = operation_status_to_wire(status, format_for(&framework.spec));
        let event = Event {
            update_operation_status: Some(event::UpdateOperationStatus { status }),
            ..of_type(event::Type::UpdateOperationStatus)
        };
        self.send(driver, framework_id, &event);
    }

    fn offer(&self, driver: &Driver<Control>, framework_id: &FrameworkId, offers: &[Arc<Offer>]) {
        let master = &driver.state().master;
        let Some(framework) = master.framework(framework_id) else {
            return;
        };
        let format = format_for(&framework.spec);
        let multi_role = framework.spec.multi_role;
        let offers = offers
            .iter()
            .filter_map(|offer| {
                let unavailability = master.unavailability(&offer.agent_id).map(unavailability_to_wire);
                Some(v1::Offer {
                    unavailability,
                    ..offer_to_wire(master.agent(&offer.agent_id)?, offer, format, multi_role)?
                })
            })
            .collect();
        let offers = event::Offers { offers };
        self.send(
            driver,
            framework_id,
            &Event {
                offers: Some(offers),
                ..of_type(event::Type::Offers)
            },
        );
    }
}

/// How a framework reads reservations.
fn format_for(spec: &FrameworkSpec) -> Format {
    if spec.can(Capability::ReservationRefinement) {
        Format::PostRefinement
    } else {
        Format::PreRefinement
    }
}

pub(crate) fn of_type(kind: event::Type) -> Event {
    Event {
        r#type: Some(kind as i32),
        ..Event::default()
    }
}

/// What ends a scheduler.
pub(crate) fn error(message: &str) -> Event {
    let error = event::Error {
        message: message.to_owned(),
    };
    Event {
        error: Some(error),
        ..of_type(event::Type::Error)
    }
}

/// An offer as a framework gets it; `None` if the format cannot tell its reservations. One without MULTI_ROLE has only one
/// role, and does not expect to find it in resources.
pub(crate) fn offer_to_wire(
    agent: &core_master::Agent,
    offer: &Offer,
    format: Format,
    multi_role: bool,
) -> Option<v1::Offer> {
    let mut allocated = offer.resources.clone();
    if multi_role {
        allocated.allocate(&offer.role);
    }
    let spec = &agent.spec;
    Some(v1::Offer {
        id: v1::OfferId {
            value: offer.offer_id.to_string(),
        },
        framework_id: v1::FrameworkId {
            value: offer.framework_id.to_string(),
        },
        agent_id: v1::AgentId {
            value: offer.agent_id.to_string(),
        },
        hostname: spec.hostname.clone(),
        url: Some(url_of(spec)),
        domain: spec.domain.as_ref().map(domain_to_wire),
        resources: all_to_wire(&allocated, format),
        attributes: attributes_to_wire(&spec.attributes),
        allocation_info: multi_role.then(|| v1::resource::AllocationInfo {
            role: Some(offer.role.to_string()),
        }),
        ..Default::default()
    })
}

/// Where an agent's own API is.
fn url_of(spec: &model_cluster::AgentSpec) -> v1::Url {
    v1::Url {
        scheme: "http".to_owned(),
        address: v1::Address {
            hostname: Some(spec.hostname.clone()),
            ip: Some(spec.ip.to_string()),
            port: i32::from(spec.port),
        },
        path: Some("/slave(1)".to_owned()),
        ..Default::default()
    }
}

/// A fault domain on the wire.
pub(crate) fn domain_to_wire(domain: &model_cluster::Domain) -> v1::DomainInfo {
    use v1::domain_info::{
        FaultDomain,
        fault_domain::{RegionInfo, ZoneInfo},
    };
    v1::DomainInfo {
        fault_domain: Some(FaultDomain {
            region: RegionInfo {
                name: domain.region.clone(),
            },
            zone: ZoneInfo {
                name: domain.zone.clone(),
            },
        }),
    }
}
