use base_ids::{AgentId, Uuid};
use model_resources::Resources;

use crate::{Demand, Outcome, Placer, Policy, Pool, Refusal};

/// An instance and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The instance, as the demand named it.
    pub instance: Uuid,
    /// Its agent.
    pub agent_id: AgentId,
    /// What it takes there, with the very ports.
    pub resources: Resources,
    /// The ports, in the order of the demand's.
    pub ports: Vec<u16>,
}

/// The answer to some demands, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What was placed.
    pub placements: Vec<Placement>,
    /// For each demand, why the rest was not; `None` if all was placed.
    pub refusals: Vec<Option<Refusal>>,
}

/// Places `demands` one after the other. The same input gives the same plan.
pub fn plan(pool: &Pool, demands: &[Demand], policy: Policy) -> Plan {
    let mut placer = Placer::new(pool.clone(), policy);
    let mut plan = Plan::default();
    for demand in demands {
        let Outcome { placements, refusal } = placer.place(demand);
        plan.placements.extend(placements);
        plan.refusals.push(refusal);
    }
    plan
}

/// What each agent would say to one more instance of a demand right now, whether it could be placed or not.
pub fn explain(pool: &Pool, demand: &Demand) -> Refusal {
    Placer::new(pool.clone(), Policy::Spread).explain(demand)
}
