//! The whole state as one text: `/state`, and GET_STATE in JSON and protobuf.
//!
//! All three are long and asked for often, by pollers that know nothing of each other. So there is at most one under way of
//! each form, and all who asked before it took its snapshot share it; what a chunk of agents or tasks gave is kept until
//! the chunk changes; and a text is sent while it is written.

mod completed;
mod form;
mod older;
mod operator;
mod press;
mod printer;
mod segments;
mod text;
pub(crate) mod wrap;

pub use form::{Form, Section};
pub(crate) use press::Press;
pub use printer::Printer;
pub(crate) use text::{Position, Text};
