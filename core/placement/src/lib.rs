//! Where instances go: a pure function of a snapshot of the pool and what is wanted.
//!
//! A [`Placer`] indexes a [`Pool`] once and answers [`Demand`]s one after the other, each seeing what the ones before took.
//! Filters say which agents may take an instance, one file each under `filters/`; scorers order those that may. Whatever
//! can't be placed comes back as a [`Refusal`]: which filter refused how many agents, and what would help.

mod demand;
mod filters;
mod help;
mod node;
mod placer;
mod plan;
mod pool;
mod refusal;
mod scorers;
mod take;

pub use demand::{Demand, PortAsk};
pub use placer::{Outcome, Placer};
pub use plan::{Placement, Plan, explain, plan};
pub use pool::{Candidate, Closed, Pool};
pub use refusal::{Reason, Refusal};
pub use scorers::Policy;
