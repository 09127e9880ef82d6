//! Encoded message to JSON text, without anything in between: the whole state is written this way.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::Serialize;
use smallvec::SmallVec;

use super::write::{Map, double};
use crate::protobuf::{WireValue, is_known, next_field};
use crate::schema::{Cardinality, Kind, MessageSchema, schema};

/// Serializes text as ASCII.
pub(super) struct Ascii;

impl serde_json::ser::Formatter for Ascii {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() {
            return writer.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            if character.is_ascii() {
                writer.write_all(&[character as u8])?;
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// Appends a message as an object.
pub(super) fn object(message: &MessageSchema, mut bytes: &[u8], out: &mut Vec<u8>) {
    let mut present: SmallVec<[(usize, WireValue<'_>); 24]> = SmallVec::new();
    let mut is_sorted = true;
    while let Ok(Some((number, value))) = next_field(&mut bytes) {
        if let Some((index, field)) = message.by_number(number)
            && is_known(field, value)
        {
            is_sorted &= present.last().is_none_or(|(last, _)| *last <= index);
            present.push((index, value));
        }
    }
    if !is_sorted {
        // In the order of the declaration; the parts of a repeated field stay as they are.
        present.sort_by_key(|(index, _)| *index);
    }
    out.push(b'{');
    let mut rest = present.as_slice();
    for (index, field) in message.fields.iter().enumerate() {
        let count = rest.iter().take_while(|(at, _)| *at == index).count();
        let (values, after) = rest.split_at(count);
        rest = after;
        if values.is_empty() && field.printed_default.is_none() {
            continue;
        }
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        out.extend_from_slice(field.key.as_bytes());
        match (values, field.cardinality, &field.printed_default) {
            ([], _, default) => slowly(default, out),
            (_, Cardinality::Repeated, _) => array(field.kind, values, out),
            (_, Cardinality::Map, _) => slowly(
                &Map {
                    kind: field.kind,
                    values,
                },
                out,
            ),
            ([.., (_, last)], _, _) => element(field.kind, *last, out),
        }
    }
    out.push(b'}');
}

fn array(kind: Kind, values: &[(usize, WireValue<'_>)], out: &mut Vec<u8>) {
    for (at, (_, value)) in values.iter().enumerate() {
        out.push(if at == 0 { b'[' } else { b',' });
        element(kind, *value, out);
    }
    out.push(b']');
}

fn element(kind: Kind, value: WireValue<'_>, out: &mut Vec<u8>) {
    match (kind, value) {
        (Kind::Message(of), WireValue::Bytes(bytes)) => object(schema().message(of), bytes, out),
        (Kind::Bytes, WireValue::Bytes(bytes)) => text(STANDARD.encode(bytes).as_bytes(), out),
        (_, WireValue::Bytes(bytes)) => text(bytes, out),
        (_, WireValue::Fixed64(bits)) => {
            let mut serializer = serde_json::Serializer::new(&mut *out);
            double(f64::from_bits(bits), &mut serializer).expect(INFALLIBLE);
        }
        (Kind::Enum(of), WireValue::Varint(number)) => {
            let name = schema().enumeration(of).name_of(number as i32);
            text(name.unwrap_or_default().as_bytes(), out);
        }
        (Kind::Bool, WireValue::Varint(value)) => {
            out.extend_from_slice(if value != 0 { b"true" } else { b"false" });
        }
        (Kind::Int32 | Kind::Int64, WireValue::Varint(value)) => slowly(&(value as i64), out),
        (_, WireValue::Varint(value)) => slowly(&value, out),
        (_, WireValue::Fixed32) => out.extend_from_slice(b"null"),
    }
}

/// A string; most have nothing in them that JSON writes otherwise.
fn text(bytes: &[u8], out: &mut Vec<u8>) {
    let odd = |byte: &u8| *byte < b' ' || *byte >= 0x7f || *byte == b'"' || *byte == b'\\';
    if bytes.iter().fold(false, |any, byte| any | odd(byte)) {
        return slowly(&String::from_utf8_lossy(bytes), out);
    }
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    out.extend_from_slice(bytes);
    out.push(b'"');
}

fn slowly(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::with_formatter(out, Ascii);
    value.serialize(&mut serializer).expect(INFALLIBLE);
}

const INFALLIBLE: &str = "keys are strings and a vector takes every write";
