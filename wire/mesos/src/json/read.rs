//! JSON to message: a parsed value is walked beside the schema and written as protobuf.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::{Number, Value};

use super::JsonError;
use crate::schema::{Cardinality, FieldSchema, Kind, MessageSchema, schema};

/// Clients differ in whether they pad.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Encodes `value` as `message`. Required fields are not checked here.
pub(super) fn to_wire(message: &MessageSchema, value: &Value) -> Result<Vec<u8>, JsonError> {
    let mut reader = Reader { path: Vec::new() };
    let mut out = Vec::new();
    reader.object(message, value, &mut out)?;
    Ok(out)
}

/// Where the walk is, for error messages.
struct Reader {
    path: Vec<String>,
}

impl Reader {
    fn object(&mut self, message: &MessageSchema, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let Value::Object(members) = value else {
            return Err(self.unexpected("a JSON object", value));
        };
        for (name, value) in members {
            let Some(field) = message.by_name(name) else { continue };
            self.path.push(name.clone());
            self.field(field, value, out)?;
            self.path.pop();
        }
        Ok(())
    }

    fn field(&mut self, field: &FieldSchema, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonError> {
        match (field.cardinality, value) {
            (_, Value::Null) => Ok(()),
            (Cardinality::Map, value) => self.map(field, value, out),
            (Cardinality::Repeated, Value::Array(values)) => self.array(field, values, out),
            (_, value) => self.element(field, value, out),
        }
    }

    fn array(&mut self, field: &FieldSchema, values: &[Value], out: &mut Vec<u8>) -> Result<(), JsonError> {
        for (index, value) in values.iter().enumerate().filter(|(_, value)| !value.is_null()) {
            self.path.push(format!("[{index}]"));
            self.element(field, value, out)?;
            self.path.pop();
        }
        Ok(())
    }

    fn map(&mut self, field: &FieldSchema, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let (Value::Object(members), Kind::Message(entry)) = (value, field.kind) else {
            return Err(self.unexpected("a JSON object", value));
        };
        let entry = schema().message(entry);
        for (name, value) in members {
            self.path.push(name.clone());
            let mut inner = Vec::new();
            bytes_field(entry.fields[0].number, name.as_bytes(), &mut inner);
            self.field(&entry.fields[1], value, &mut inner)?;
            bytes_field(field.number, &inner, out);
            self.path.pop();
        }
        Ok(())
    }

    fn element(&mut self, field: &FieldSchema, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let number = field.number;
        match field.kind {
            Kind::Message(of) => {
                let mut inner = Vec::new();
                self.object(schema().message(of), value, &mut inner)?;
                bytes_field(number, &inner, out);
            }
            Kind::String => bytes_field(number, self.text(value)?.as_bytes(), out),
            Kind::Bytes => bytes_field(number, &self.base64(value)?, out),
            Kind::Enum(of) => {
                if let Some(value) = self.enumeration(of, field, value)? {
                    // A negative enum number is sign-extended to 64 bits.
                    varint_field(number, i64::from(value) as u64, out);
                }
            }
            Kind::Bool => varint_field(number, self.boolean(value)?.into(), out),
            Kind::Double => {
                encode_key(number, WireType::SixtyFourBit, out);
                out.extend_from_slice(&self.double(value)?.to_le_bytes());
            }
            Kind::Int32 => varint_field(number, i64::from(self.integer::<i32>(value)?) as u64, out),
            Kind::Int64 => varint_field(number, self.integer::<i64>(value)? as u64, out),
            Kind::Uint32 => varint_field(number, self.integer::<u32>(value)?.into(), out),
            Kind::Uint64 => varint_field(number, self.integer::<u64>(value)?, out),
        }
        Ok(())
    }

    fn text<'v>(&self, value: &'v Value) -> Result<&'v str, JsonError> {
        value.as_str().ok_or_else(|| self.unexpected("a JSON string", value))
    }

    fn base64(&self, value: &Value) -> Result<Vec<u8>, JsonError> {
        let text = value
            .as_str()
            .ok_or_else(|| self.unexpected("bytes as a base64 string", value))?;
        let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        BASE64
            .decode(packed)
            .map_err(|error| self.error(format!("Failed to base64 decode: {error}")))
    }

    fn enumeration(&self, of: usize, field: &FieldSchema, value: &Value) -> Result<Option<i32>, JsonError> {
        let of = schema().enumeration(of);
        let name = value
            .as_str()
            .ok_or_else(|| self.unexpected("the name of an enum value", value))?;
        let number = of.number_of(name);
        if number.is_none() && field.cardinality == Cardinality::Required {
            let names: Vec<_> = of.names().collect();
            let problem = format!("Failed to find enum for '{name}': {} has {}", of.name, names.join(", "));
            return Err(self.error(problem));
        }
        Ok(number)
    }

    fn boolean(&self, value: &Value) -> Result<bool, JsonError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            other => Err(self.unexpected("a JSON boolean", other)),
        }
    }

    fn double(&self, value: &Value) -> Result<f64, JsonError> {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => match text.as_str() {
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                "NaN" => Some(f64::NAN),
                digits => serde_json::from_str::<Number>(digits)
                    .ok()
                    .and_then(|number| number.as_f64()),
            },
            _ => None,
        }
        .ok_or_else(|| self.unexpected("a JSON number", value))
    }

    /// An integer, perhaps in a string, perhaps written `1.0`.
    fn integer<T: TryFrom<i128> + Bounds>(&self, value: &Value) -> Result<T, JsonError> {
        let parsed = match value {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => serde_json::from_str(text).ok(),
            _ => None,
        };
        let number = parsed.ok_or_else(|| self.unexpected("a JSON number", value))?;
        whole(&number)
            .and_then(|whole| T::try_from(whole).ok())
            .ok_or_else(|| self.error(format!("{number} is not an integer from {} to {}", T::LOW, T::HIGH)))
    }

    fn unexpected(&self, expected: &str, found: &Value) -> JsonError {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a JSON boolean",
            Value::Number(_) => "a JSON number",
            Value::String(_) => "a JSON string",
            Value::Array(_) => "a JSON array",
            Value::Object(_) => "a JSON object",
        };
        self.error(format!("Expecting {expected}, not {found}"))
    }

    fn error(&self, problem: String) -> JsonError {
        let mut path = String::new();
        for part in &self.path {
            if !path.is_empty() && !part.starts_with('[') {
                path.push('.');
            }
            path.push_str(part);
        }
        JsonError::Field { path, problem }
    }
}

/// The range of an integer type, for messages.
trait Bounds {
    const LOW: i128;
    const HIGH: i128;
}

macro_rules! bounds {
    ($($integer:ty),*) => {
        $(impl Bounds for $integer {
            const LOW: i128 = <$integer>::MIN as i128;
            const HIGH: i128 = <$integer>::MAX as i128;
        })*
    };
}
bounds!(i32, i64, u32, u64);

fn whole(number: &Number) -> Option<i128> {
    if let Some(value) = number.as_i64() {
        return Some(value.into());
    }
    if let Some(value) = number.as_u64() {
        return Some(value.into());
    }
    // `as` saturates, so a float beyond every integer type stays beyond them.
    number
        .as_f64()
        .filter(|value| value.fract() == 0.0)
        .map(|value| value as i128)
}

fn varint_field(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(number, WireType::Varint, out);
    encode_varint(value, out);
}

fn bytes_field(number: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}
