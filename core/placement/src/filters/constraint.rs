//! Constraints: rules over a field of the agent and, for some operators, over where the app's instances are.

mod cluster;
mod field;
mod group_by;
mod is;
mod like;
mod max_per;
mod rules;
mod unique;
mod unlike;

pub(crate) use rules::Rules;
