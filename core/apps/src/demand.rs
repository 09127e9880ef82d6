use base_ids::{AgentId, AppId, Uuid};
use base_slab::Lookup;
use core_placement::{Demand, PortAsk};
use model_app::AppSpec;

use crate::{Apps, Condition, roster::Class};

impl Apps {
    /// What an app wants of the placer now, for at most `limit` instances (oldest first); `None` if it waits for no place.
    /// Launch delays are not looked at.
    pub fn demand(&self, id: &AppId, limit: u32) -> Option<Demand> {
        let app = self.app(id)?;
        let waiting = app.roster.first(false, Class::Scheduled, limit as usize);
        let instances: Vec<Uuid> = waiting.into_iter().map(|slot| self.instances[slot].uuid).collect();
        (!instances.is_empty()).then(|| self.demand_for(id, app.spec(), instances))
    }

    /// The demand of `instances` of a spec, with where the app's other instances are.
    pub(crate) fn demand_for(&self, id: &AppId, spec: &AppSpec, instances: Vec<Uuid>) -> Demand {
        Demand {
            role: spec.role.clone(),
            accepted_roles: spec.accepted_resource_roles.iter().cloned().collect(),
            cpus: spec.cpus,
            mem: spec.mem,
            disk: spec.disk,
            gpus: spec.gpus,
            ports: port_asks(spec),
            constraints: spec.constraints.clone(),
            instances,
            existing: self.places(id),
        }
    }

    /// How many instances of an app each agent has, those that are being killed or upgraded among them.
    fn places(&self, id: &AppId) -> Vec<(AgentId, u32)> {
        let (mut counts, mut index): (Vec<(AgentId, u32)>, Lookup<AgentId>) = Default::default();
        for slot in self.app(id).into_iter().flat_map(|app| app.roster.slots()) {
            let instance = &self.instances[slot];
            if let Some(place) = instance
                .place
                .as_ref()
                .filter(|_| instance.condition != Condition::UnreachableInactive)
            {
                match index.get(&place.agent_id) {
                    Some(at) => counts[*at as usize].1 += 1,
                    None => {
                        index.insert(place.agent_id.clone(), counts.len() as u32);
                        counts.push((place.agent_id.clone(), 1));
                    }
                }
            }
        }
        counts
    }
}

/// The host ports of an app: on the host's network its ports (the very ones with `requirePorts`), else the host side of its
/// mappings.
fn port_asks(spec: &AppSpec) -> Vec<PortAsk> {
    let ask = |port: u16| if port == 0 { PortAsk::Any } else { PortAsk::Fixed(port) };
    if spec.is_on_host_network() {
        let ports = spec.ports.iter();
        return ports
            .map(|p| if spec.require_ports { ask(p.port) } else { PortAsk::Any })
            .collect();
    }
    spec.port_mappings()
        .iter()
        .filter_map(|m| m.host_port)
        .map(ask)
        .collect()
}
