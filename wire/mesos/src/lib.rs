//! The wire formats of Apache Mesos 1.11: messages, codecs and old JSON endpoints. No server, no domain decision.
//!
//! - [`v1`]: every message of the v1 APIs, generated from `proto/` (proto2; names and numbers are those of
//!   `include/mesos/v1/*.proto` in Mesos 1.11).
//! - [`encode`] and [`decode`]: one message as JSON or protobuf, with proto2's required fields checked.
//! - [`driver`]: what native drivers say, in the messages of [`internal`] and [`scheduler`].
//! - [`recordio`]: the framing of event streams.
//! - [`media`]: `Content-Type` and `Accept`.
//! - [`validate`]: whether a call carries what its type needs.
//! - [`resource`]: between wire resources and [`model_resources`].
//! - [`state`] and [`metrics`]: the shapes and names of the JSON endpoints that tools script against.

pub mod cluster;
mod codec;
pub mod driver;
pub mod duration;
pub mod json;
pub mod logging;
pub mod media;
pub mod metrics;
pub mod protobuf;
pub mod recordio;
pub mod resource;
mod schema;
pub mod state;
mod status;
pub mod validate;

/// Everything that prost generates, in the module tree of the protobuf packages.
mod packages {
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

pub use codec::{DecodeError, WireMessage, decode, encode, encode_record};
pub use media::ContentType;
pub use packages::google;
pub use packages::mesos::{internal, scheduler, v1};
pub use status::http_status;
