//! Fields of protobuf messages, as they lie on the wire (protobuf.dev, "Encoding").

use prost::encoding::{WireType, encode_key, encode_varint};

/// A text.
pub(crate) fn text(field: u32, value: &str, out: &mut Vec<u8>) {
    raw(field, value.as_bytes(), out);
}

/// Bytes.
pub(crate) fn raw(field: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_key(field, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

/// An integer that is not negative, a boolean, or the number of an enum's value.
pub(crate) fn number(field: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(field, WireType::Varint, out);
    encode_varint(value, out);
}

/// A double.
pub(crate) fn real(field: u32, value: f64, out: &mut Vec<u8>) {
    encode_key(field, WireType::SixtyFourBit, out);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A message, whose fields `write` appends.
pub(crate) fn message(field: u32, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    encode_key(field, WireType::LengthDelimited, out);
    // Most are shorter than 128 bytes, and have one byte for their length.
    let length = out.len();
    out.push(0);
    write(out);
    let written = out.len() - length - 1;
    if let Ok(short) = u8::try_from(written)
        && short < 0x80
    {
        out[length] = short;
        return;
    }
    let mut long = Vec::with_capacity(10);
    encode_varint(written as u64, &mut long);
    out.splice(length..=length, long);
}
