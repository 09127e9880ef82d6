//! Mesos' own JSON for its protobuf messages. It is not protobuf's canonical JSON:
//!
//! - field names as in the `.proto` files, enums by name, bytes as base64, 64-bit integers as numbers;
//! - unset fields are left out, except those with a declared default that are not deprecated (`"shell": true`);
//! - on input, unknown fields and `null` are ignored, an unknown enum name is ignored unless the field is required,
//!   numbers and booleans may be strings, and one value may stand for an array of one.
//!
//! Source: `3rdparty/stout/include/stout/protobuf.hpp`, Mesos 1.11. The one difference on output: text outside ASCII
//! is escaped, because `avmesos` slices a decoded line by its length in bytes. On input, a fraction in an integer field
//! is an error; Mesos cuts it off.

mod ascii;
mod read;
mod write;

use crate::WireMessage;
use crate::protobuf::{ProtobufError, from_protobuf};
use crate::schema::schema;

pub use write::Json;

/// Why a JSON text is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at all; says where.
    #[error("{0}")]
    Syntax(String),
    /// JSON, but the value at `path` is not what the field takes. An empty path is the message itself.
    #[error("{}{problem}", at(path))]
    Field {
        /// Such as `accept.operations[0].type`.
        path: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// Required fields are absent, at these paths.
    #[error("Missing required fields: {}", .0.join(", "))]
    Missing(Vec<String>),
}

fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("Field '{path}': ")
    }
}

/// `message` as a JSON object in ASCII, without white space.
pub fn to_json<M: WireMessage>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    append_json::<M>(&message.encode_to_vec(), &mut out);
    out
}

/// Appends the same of a message that is already encoded: `bytes` are those of an `M`.
pub fn append_json<M: WireMessage>(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(2 * bytes.len() + 2);
    ascii::object(schema().named(&M::full_name()), bytes, out);
}

/// Parses one JSON object.
///
/// # Errors
/// When the text is not JSON, when a value does not fit its field, or when required fields are absent.
pub fn from_json<M: WireMessage>(text: &[u8]) -> Result<M, JsonError> {
    let value: serde_json::Value =
        serde_json::from_slice(text).map_err(|error| JsonError::Syntax(error.to_string()))?;
    let bytes = read::to_wire(schema().named(&M::full_name()), &value)?;
    from_protobuf(&bytes).map_err(|error| match error {
        ProtobufError::Missing(paths) => JsonError::Missing(paths),
        ProtobufError::Malformed(problem) => JsonError::Field {
            path: String::new(),
            problem,
        },
    })
}
