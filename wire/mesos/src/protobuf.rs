//! Protobuf on the wire, with proto2's promise that required fields are there.
//!
//! prost fills a missing required field with its zero value; Mesos refuses the message. So the bytes are walked once
//! more beside the schema.

use prost::bytes::Buf;
use prost::encoding::{WireType, decode_key, decode_varint};

use crate::WireMessage;
use crate::schema::{Cardinality, FieldSchema, Kind, MessageSchema, schema};

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtobufError {
    /// The bytes are not protobuf, or not of this message.
    #[error("{0}")]
    Malformed(String),
    /// Well-formed, but required fields are absent. Paths as in `accept.operations[0].launch.task_infos[0].name`.
    #[error("Missing required fields: {}", .0.join(", "))]
    Missing(Vec<String>),
}

/// Bytes of `message`.
///
/// prost leaves out the value of a map entry that is all zero (a limit of 0); it reads back as it was here, but a C++
/// client with a required field in that value refuses it.
pub fn to_protobuf<M: WireMessage>(message: &M) -> Vec<u8> {
    message.encode_to_vec()
}

/// Parses `bytes`. Unknown fields are ignored.
///
/// # Errors
/// When the bytes are not of this message, or a required field is absent. A message field that comes in several parts
/// (which no client does) must be whole in each.
pub fn from_protobuf<M: WireMessage>(bytes: &[u8]) -> Result<M, ProtobufError> {
    let message = M::decode(bytes).map_err(|error| ProtobufError::Malformed(error.to_string()))?;
    let mut missing = Vec::new();
    find_missing(schema().named(&M::full_name()), bytes, "", &mut missing)?;
    if missing.is_empty() {
        Ok(message)
    } else {
        Err(ProtobufError::Missing(missing))
    }
}

/// One field as it lies in the bytes.
#[derive(Clone, Copy)]
pub(crate) enum WireValue<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32,
    Bytes(&'a [u8]),
}

/// The next field of a message, or `None` at its end.
pub(crate) fn next_field<'a>(bytes: &mut &'a [u8]) -> Result<Option<(u32, WireValue<'a>)>, ProtobufError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let malformed = |error: prost::DecodeError| ProtobufError::Malformed(error.to_string());
    let (number, wire_type) = decode_key(bytes).map_err(malformed)?;
    let value = match wire_type {
        WireType::Varint => WireValue::Varint(decode_varint(bytes).map_err(malformed)?),
        WireType::SixtyFourBit => WireValue::Fixed64(bytes.try_get_u64_le().map_err(|_| truncated(number))?),
        WireType::ThirtyTwoBit => {
            bytes.try_get_u32_le().map_err(|_| truncated(number))?;
            WireValue::Fixed32
        }
        WireType::LengthDelimited => {
            let length = decode_varint(bytes).map_err(malformed)?;
            let length = usize::try_from(length).map_err(|_| truncated(number))?;
            let (value, rest) = bytes.split_at_checked(length).ok_or_else(|| truncated(number))?;
            *bytes = rest;
            WireValue::Bytes(value)
        }
        WireType::StartGroup | WireType::EndGroup => {
            return Err(ProtobufError::Malformed(format!(
                "field {number} is a group, which Mesos does not use"
            )));
        }
    };
    Ok(Some((number, value)))
}

fn truncated(number: u32) -> ProtobufError {
    ProtobufError::Malformed(format!("field {number} ends before its length"))
}

/// Appends the paths of the required fields that `bytes` lacks, at any depth.
pub(crate) fn find_missing(
    message: &MessageSchema,
    mut bytes: &[u8],
    path: &str,
    missing: &mut Vec<String>,
) -> Result<(), ProtobufError> {
    let mut seen = vec![0_usize; message.fields.len()];
    while let Some((number, value)) = next_field(&mut bytes)? {
        let Some((index, field)) = message.by_number(number) else {
            continue;
        };
        if !is_known(field, value) {
            continue;
        }
        if let (Kind::Message(of), WireValue::Bytes(inner)) = (field.kind, value) {
            let path = join(path, field, seen[index]);
            find_missing(schema().message(of), inner, &path, missing)?;
        }
        seen[index] += 1;
    }
    for (field, seen) in message.fields.iter().zip(seen) {
        if field.cardinality == Cardinality::Required && seen == 0 {
            missing.push(join(path, field, 0));
        }
    }
    Ok(())
}

/// False for an enum number that nobody declared: proto2 takes such a field for absent.
pub(crate) fn is_known(field: &FieldSchema, value: WireValue<'_>) -> bool {
    match (field.kind, value) {
        (Kind::Enum(of), WireValue::Varint(number)) => schema().enumeration(of).name_of(number as i32).is_some(),
        _ => true,
    }
}

fn join(path: &str, field: &FieldSchema, index: usize) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    match field.cardinality {
        Cardinality::Repeated | Cardinality::Map => format!("{path}{dot}{}[{index}]", field.name),
        Cardinality::Optional | Cardinality::Required => format!("{path}{dot}{}", field.name),
    }
}
