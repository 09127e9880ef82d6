//! Marathon's event stream: committed facts as events, for whoever listens.

mod facts;
mod hub;
mod report;

pub(crate) use hub::{Hub, Listening, Wish};
pub(crate) use report::report;
