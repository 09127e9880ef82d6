//! Whether reservations and volumes are what they were made, on both sides.

use core_master::Agent as Known;
use model_resources::{Resource, Resources};

use crate::world::World;

impl World {
    /// Reserving and making volumes changes what resources are, never how much there is; and an agent that has taken a
    /// version of its holdings has all of it.
    pub(crate) fn check_holdings(&self) -> Result<(), String> {
        let Some(state) = self.master.state() else {
            return Ok(());
        };
        for (_, known) in state.master.agents() {
            conserved(known)?;
            let own = self.agents.iter().filter_map(|agent| agent.state());
            let own = own.filter(|own| own.agent_id() == Some(&known.agent_id));
            for held in own.map(core_agent::Agent::holdings) {
                let wanted = &known.holdings;
                if held.version > wanted.version || (held.version == wanted.version && held != wanted) {
                    return Err(format!(
                        "agent {} holds {} as of {}, and the journal says {} as of {}",
                        known.agent_id, held.resources, held.version, wanted.resources, wanted.version
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether an agent has not taken its holdings yet.
    pub(crate) fn unrest_of_holdings(&self, number: usize) -> Option<String> {
        let own = self.agents[number].state()?;
        let known = self.master.state()?.master.agent(own.agent_id()?)?;
        let behind = own.holdings().version != known.holdings.version;
        behind.then(|| format!("agent {number} has not taken its reservations and volumes"))
    }
}

fn conserved(known: &Known) -> Result<(), String> {
    let plain = |resources: &Resources| resources.map(|resource| Resource::new(resource.name, resource.value));
    let (now, ever) = (plain(&known.total), plain(&known.spec.resources));
    if now == ever {
        return Ok(());
    }
    Err(format!(
        "agent {} has {now} in all, of which {ever} came with it",
        known.agent_id
    ))
}
