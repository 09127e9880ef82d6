//! The event stream of the operator API: what SUBSCRIBE answers.

mod about;
mod facts;
mod hub;
mod stream;

pub(crate) use hub::Hub;
pub(crate) use stream::subscribe;
