//! The compiled-in descriptors as a flat table: what the JSON codec and the required-field check walk.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use prost_reflect::prost_types::FieldDescriptorProto;
use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, MessageDescriptor, Value};

static DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::load);

/// Every message and enum of `proto/`, by index.
pub(crate) struct Schema {
    messages: Vec<MessageSchema>,
    enums: Vec<EnumSchema>,
    by_name: BTreeMap<String, usize>,
}

/// One message: its fields in the order of declaration, which is the order of Mesos' JSON.
pub(crate) struct MessageSchema {
    /// Fields in the order of declaration.
    pub fields: Vec<FieldSchema>,
    /// By number, up to the largest.
    by_number: Vec<Option<u16>>,
    by_name: BTreeMap<String, usize>,
}

/// One field of a message.
pub(crate) struct FieldSchema {
    pub name: String,
    /// The name as a key in JSON, colon included.
    pub key: String,
    pub number: u32,
    pub kind: Kind,
    pub cardinality: Cardinality,
    /// What Mesos prints for an unset field: the declared default, unless the field is deprecated.
    pub printed_default: Option<PrintedDefault>,
}

/// The values of one enum.
pub(crate) struct EnumSchema {
    /// The last part of the enum's name, for error messages.
    pub name: String,
    by_number: BTreeMap<i32, String>,
    by_name: BTreeMap<String, i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cardinality {
    Optional,
    Required,
    Repeated,
    /// A map from string; the kind is that of the entry message (1 = key, 2 = value).
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Double,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Bool,
    String,
    Bytes,
    Enum(usize),
    Message(usize),
}

/// A declared default, ready to print.
pub(crate) enum PrintedDefault {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(String),
}

/// The one schema of this crate.
pub(crate) fn schema() -> &'static Schema {
    &SCHEMA
}

impl Schema {
    pub fn message(&self, index: usize) -> &MessageSchema {
        &self.messages[index]
    }

    pub fn enumeration(&self, index: usize) -> &EnumSchema {
        &self.enums[index]
    }

    /// The message of this full name, such as `mesos.v1.Offer`. Only names of generated types are asked for.
    pub fn named(&self, full_name: &str) -> &MessageSchema {
        match self.by_name.get(full_name) {
            Some(index) => &self.messages[*index],
            None => panic!("`{full_name}` is generated from the same descriptors as the schema"),
        }
    }

    fn load() -> Self {
        let pool = DescriptorPool::decode(DESCRIPTORS).expect("the build wrote these descriptors");
        let messages: Vec<_> = pool.all_messages().collect();
        let enums: Vec<_> = pool.all_enums().collect();
        let index = Index {
            messages: messages
                .iter()
                .enumerate()
                .map(|(i, m)| (m.full_name().to_owned(), i))
                .collect(),
            enums: enums
                .iter()
                .enumerate()
                .map(|(i, e)| (e.full_name().to_owned(), i))
                .collect(),
        };
        Self {
            messages: messages.iter().map(|message| message_schema(message, &index)).collect(),
            enums: enums.iter().map(enum_schema).collect(),
            by_name: index.messages,
        }
    }
}

impl MessageSchema {
    pub fn by_number(&self, number: u32) -> Option<(usize, &FieldSchema)> {
        let index = usize::from((*self.by_number.get(number as usize)?)?);
        Some((index, &self.fields[index]))
    }

    pub fn by_name(&self, name: &str) -> Option<&FieldSchema> {
        self.by_name.get(name).map(|index| &self.fields[*index])
    }
}

impl EnumSchema {
    pub fn name_of(&self, number: i32) -> Option<&str> {
        self.by_number.get(&number).map(String::as_str)
    }

    pub fn number_of(&self, name: &str) -> Option<i32> {
        self.by_name.get(name).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_number.values().map(String::as_str)
    }
}

struct Index {
    messages: BTreeMap<String, usize>,
    enums: BTreeMap<String, usize>,
}

fn message_schema(message: &MessageDescriptor, index: &Index) -> MessageSchema {
    let fields: Vec<_> = message
        .descriptor_proto()
        .field
        .iter()
        .map(|declared| {
            let number = u32::try_from(declared.number()).expect("field numbers are positive");
            let field = message.get_field(number).expect("the message declares it");
            field_schema(&field, declared, index)
        })
        .collect();
    let numbers = fields.iter().map(|field| field.number as usize + 1).max();
    let mut by_number = vec![None; numbers.unwrap_or(0)];
    for (at, field) in (0..).zip(&fields) {
        by_number[field.number as usize] = Some(at);
    }
    MessageSchema {
        by_number,
        by_name: fields
            .iter()
            .enumerate()
            .map(|(i, field)| (field.name.clone(), i))
            .collect(),
        fields,
    }
}

fn field_schema(field: &FieldDescriptor, declared: &FieldDescriptorProto, index: &Index) -> FieldSchema {
    let cardinality = match field.cardinality() {
        _ if field.is_map() => Cardinality::Map,
        prost_reflect::Cardinality::Optional => Cardinality::Optional,
        prost_reflect::Cardinality::Required => Cardinality::Required,
        prost_reflect::Cardinality::Repeated => Cardinality::Repeated,
    };
    let deprecated = declared.options.as_ref().is_some_and(|options| options.deprecated());
    let printed_default = declared.default_value.is_some() && !deprecated;
    FieldSchema {
        name: field.name().to_owned(),
        key: format!("\"{}\":", field.name()),
        number: field.number(),
        kind: kind(field.kind(), index),
        cardinality,
        printed_default: printed_default.then(|| default(field)),
    }
}

fn kind(kind: prost_reflect::Kind, index: &Index) -> Kind {
    match kind {
        prost_reflect::Kind::Double => Kind::Double,
        prost_reflect::Kind::Int32 => Kind::Int32,
        prost_reflect::Kind::Int64 => Kind::Int64,
        prost_reflect::Kind::Uint32 => Kind::Uint32,
        prost_reflect::Kind::Uint64 => Kind::Uint64,
        prost_reflect::Kind::Bool => Kind::Bool,
        prost_reflect::Kind::String => Kind::String,
        prost_reflect::Kind::Bytes => Kind::Bytes,
        prost_reflect::Kind::Enum(of) => Kind::Enum(index.enums[of.full_name()]),
        prost_reflect::Kind::Message(of) => Kind::Message(index.messages[of.full_name()]),
        other => panic!("Mesos' messages have no field of kind {other:?}"),
    }
}

fn default(field: &FieldDescriptor) -> PrintedDefault {
    match field.default_value() {
        Value::Bool(value) => PrintedDefault::Bool(value),
        Value::I32(value) => PrintedDefault::Int(value.into()),
        Value::I64(value) => PrintedDefault::Int(value),
        Value::U32(value) => PrintedDefault::Uint(value.into()),
        Value::U64(value) => PrintedDefault::Uint(value),
        Value::F64(value) => PrintedDefault::Double(value),
        Value::String(value) => PrintedDefault::Text(value),
        Value::EnumNumber(number) => {
            let kind = field.kind();
            let value = kind.as_enum().and_then(|of| of.get_value(number));
            PrintedDefault::Text(value.expect("the compiler resolved the default").name().to_owned())
        }
        other => panic!("Mesos' messages declare no default like {other:?}"),
    }
}

fn enum_schema(descriptor: &EnumDescriptor) -> EnumSchema {
    EnumSchema {
        name: descriptor.name().to_owned(),
        by_number: descriptor
            .values()
            .map(|value| (value.number(), value.name().to_owned()))
            .collect(),
        by_name: descriptor
            .values()
            .map(|value| (value.name().to_owned(), value.number()))
            .collect(),
    }
}
