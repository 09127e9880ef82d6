//! Message to JSON: the encoded bytes are walked beside the schema, so no message needs code of its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::WireMessage;
use crate::protobuf::{WireValue, is_known, next_field};
use crate::schema::{Cardinality, Kind, MessageSchema, PrintedDefault, schema};

/// A message that serializes as Mesos prints it, for embedding in other JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Json<M>(pub M);

impl<M: WireMessage> Serialize for Json<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Object {
            message: schema().named(&M::full_name()),
            bytes: &self.0.encode_to_vec(),
        }
        .serialize(serializer)
    }
}

struct Object<'a> {
    message: &'static MessageSchema,
    bytes: &'a [u8],
}

impl Object<'_> {
    /// The fields present, by their place in the declaration; parts of a repeated field stay in order.
    fn fields(&self) -> Vec<(usize, WireValue<'_>)> {
        let mut bytes = self.bytes;
        let mut fields = Vec::new();
        while let Ok(Some((number, value))) = next_field(&mut bytes) {
            if let Some((index, field)) = self.message.by_number(number)
                && is_known(field, value)
            {
                fields.push((index, value));
            }
        }
        fields.sort_by_key(|(index, _)| *index);
        fields
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let present = self.fields();
        let mut rest = present.as_slice();
        let mut map = serializer.serialize_map(None)?;
        for (index, field) in self.message.fields.iter().enumerate() {
            let count = rest.iter().take_while(|(at, _)| *at == index).count();
            let (values, after) = rest.split_at(count);
            rest = after;
            match (values, field.cardinality, &field.printed_default) {
                ([], _, None) => {}
                ([], _, Some(default)) => map.serialize_entry(&field.name, default)?,
                (_, Cardinality::Repeated, _) => map.serialize_entry(
                    &field.name,
                    &Array {
                        kind: field.kind,
                        values,
                    },
                )?,
                (_, Cardinality::Map, _) => map.serialize_entry(
                    &field.name,
                    &Map {
                        kind: field.kind,
                        values,
                    },
                )?,
                ([.., (_, last)], _, _) => {
                    map.serialize_entry(
                        &field.name,
                        &Element {
                            kind: field.kind,
                            value: *last,
                        },
                    )?;
                }
            }
        }
        map.end()
    }
}

struct Array<'a> {
    kind: Kind,
    values: &'a [(usize, WireValue<'a>)],
}

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.values.len()))?;
        for (_, value) in self.values {
            seq.serialize_element(&Element {
                kind: self.kind,
                value: *value,
            })?;
        }
        seq.end()
    }
}

pub(super) struct Map<'a> {
    pub(super) kind: Kind,
    pub(super) values: &'a [(usize, WireValue<'a>)],
}

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (_, value) in self.values {
            let (Kind::Message(entry), WireValue::Bytes(bytes)) = (self.kind, *value) else {
                continue;
            };
            let entry = schema().message(entry);
            let mut key: &[u8] = &[];
            let mut element = None;
            let mut rest = bytes;
            while let Ok(Some((number, value))) = next_field(&mut rest) {
                match (number, value) {
                    (1, WireValue::Bytes(text)) => key = text,
                    (2, value) => element = Some(value),
                    _ => {}
                }
            }
            let key = String::from_utf8_lossy(key);
            let kind = entry.fields[1].kind;
            match element {
                Some(value) => map.serialize_entry(&key, &Element { kind, value })?,
                None => map.serialize_entry(&key, &Zero(kind))?,
            }
        }
        map.end()
    }
}

struct Element<'a> {
    kind: Kind,
    value: WireValue<'a>,
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.kind, self.value) {
            (Kind::Message(of), WireValue::Bytes(bytes)) => Object {
                message: schema().message(of),
                bytes,
            }
            .serialize(serializer),
            (Kind::Bytes, WireValue::Bytes(bytes)) => serializer.serialize_str(&STANDARD.encode(bytes)),
            (_, WireValue::Bytes(bytes)) => serializer.serialize_str(&String::from_utf8_lossy(bytes)),
            (_, WireValue::Fixed64(bits)) => double(f64::from_bits(bits), serializer),
            (Kind::Enum(of), WireValue::Varint(number)) => {
                serializer.serialize_str(schema().enumeration(of).name_of(number as i32).unwrap_or_default())
            }
            (Kind::Bool, WireValue::Varint(value)) => serializer.serialize_bool(value != 0),
            (Kind::Int32 | Kind::Int64, WireValue::Varint(value)) => serializer.serialize_i64(value as i64),
            (_, WireValue::Varint(value)) => serializer.serialize_u64(value),
            (_, WireValue::Fixed32) => serializer.serialize_unit(),
        }
    }
}

/// The value of a map entry that prost left out because it equals the type's default: its required fields are there,
/// and zero.
struct Zero(Kind);

impl Serialize for Zero {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Kind::Message(of) => {
                let fields = &schema().message(of).fields;
                let required = fields.iter().filter(|field| field.cardinality == Cardinality::Required);
                serializer.collect_map(required.map(|field| (&field.name, Zero(field.kind))))
            }
            Kind::Enum(of) => serializer.serialize_str(schema().enumeration(of).names().next().unwrap_or_default()),
            Kind::String | Kind::Bytes => serializer.serialize_str(""),
            Kind::Bool => serializer.serialize_bool(false),
            Kind::Double => serializer.serialize_f64(0.0),
            Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 => serializer.serialize_u64(0),
        }
    }
}

impl Serialize for PrintedDefault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            PrintedDefault::Bool(value) => serializer.serialize_bool(*value),
            PrintedDefault::Int(value) => serializer.serialize_i64(*value),
            PrintedDefault::Uint(value) => serializer.serialize_u64(*value),
            PrintedDefault::Double(value) => double(*value, serializer),
            PrintedDefault::Text(value) => serializer.serialize_str(value),
        }
    }
}

/// JSON has no infinities; Mesos reads them as these words.
pub(super) fn double<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_nan() {
        serializer.serialize_str("NaN")
    } else if value.is_infinite() {
        serializer.serialize_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        serializer.serialize_f64(value)
    }
}
