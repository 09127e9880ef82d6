//! One message in either content type, with errors worded as Mesos answers them.

use crate::ContentType;
use crate::json::{JsonError, from_json, to_json};
use crate::protobuf::{ProtobufError, from_protobuf, to_protobuf};
use crate::recordio;

/// A generated message: it has a name in the schema.
pub trait WireMessage: prost::Message + prost::Name + Default {}

impl<M: prost::Message + prost::Name + Default> WireMessage for M {}

/// A body that is no message of the expected type. The text is fit for a 400 answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The body is not JSON.
    #[error("Failed to parse body into JSON: {0}")]
    Syntax(String),
    /// The body is JSON of another shape.
    #[error("Failed to convert JSON into {message} protobuf: {cause}")]
    Json {
        /// The message's name without its package, such as `Call`.
        message: &'static str,
        /// What is wrong, and where.
        cause: JsonError,
    },
    /// The body is not protobuf of this message.
    #[error("Failed to parse body into {message} protobuf: {cause}")]
    Protobuf {
        /// The message's name without its package, such as `Call`.
        message: &'static str,
        /// What is wrong, and where.
        cause: ProtobufError,
    },
}

/// `message` as one body or record.
pub fn encode<M: WireMessage>(content_type: ContentType, message: &M) -> Vec<u8> {
    match content_type {
        ContentType::Json => to_json(message),
        ContentType::Protobuf => to_protobuf(message),
    }
}

/// `message` as one record of an event stream, its length in front.
pub fn encode_record<M: WireMessage>(content_type: ContentType, message: &M) -> Vec<u8> {
    recordio::encode(&encode(content_type, message))
}

/// Parses one body or record.
///
/// # Errors
/// As [`from_json`] and [`from_protobuf`], with the words Mesos puts before them.
pub fn decode<M: WireMessage>(content_type: ContentType, body: &[u8]) -> Result<M, DecodeError> {
    match content_type {
        ContentType::Json => from_json(body).map_err(|cause| match cause {
            JsonError::Syntax(problem) => DecodeError::Syntax(problem),
            cause => DecodeError::Json {
                message: M::NAME,
                cause,
            },
        }),
        ContentType::Protobuf => from_protobuf(body).map_err(|cause| DecodeError::Protobuf {
            message: M::NAME,
            cause,
        }),
    }
}
