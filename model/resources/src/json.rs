//! The JSON form of Mesos' v1 API (`Resource` and `Attribute` in `include/mesos/v1/mesos.proto`).
//!
//! The structs have the fields of the protobuf messages; `read` turns them into the model, `write` back. Fields that
//! Mesos does not have are ignored, as Mesos does.
mod attribute;
mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use attribute::AttributeJson;
pub use read::{JsonError, JsonFlaw, parse};
pub use write::{Format, TooRefined, to_json};

use crate::{Label, Scalar};

/// `Resource`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResourceJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<IdJson>,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: KindJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scalar: Option<ScalarJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<RangesJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation_info: Option<AllocationJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<ReservationJson>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<ReservationJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<DiskJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocable: Option<EmptyJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<EmptyJson>,
}

/// `Value.Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum KindJson {
    Scalar,
    Ranges,
    Set,
    /// For attributes only.
    Text,
}

/// `Value.Scalar`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScalarJson {
    pub value: Scalar,
}

/// `Value.Ranges`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RangesJson {
    #[serde(default)]
    pub range: Vec<RangeJson>,
}

/// `Value.Range`, both ends included.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RangeJson {
    pub begin: u64,
    pub end: u64,
}

/// `Value.Set`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SetJson {
    #[serde(default)]
    pub item: Vec<String>,
}

/// An id, such as `ResourceProviderID`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IdJson {
    pub value: String,
}

/// `Resource.AllocationInfo`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AllocationJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// `Resource.ReservationInfo`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReservationJson {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReservationKindJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelsJson>,
}

/// `Resource.ReservationInfo.Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReservationKindJson {
    Static,
    Dynamic,
}

/// `Labels`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LabelsJson {
    #[serde(default)]
    pub labels: Vec<Label>,
}

/// `Resource.DiskInfo`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DiskJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence: Option<PersistenceJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<VolumeJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceJson>,
}

/// `Resource.DiskInfo.Persistence`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersistenceJson {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
}

/// The part of `Volume` that a resource uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VolumeJson {
    pub container_path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_path: Option<String>,
    pub mode: ModeJson,
}

/// `Volume.Mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ModeJson {
    Rw,
    Ro,
}

/// `Resource.DiskInfo.Source`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SourceJson {
    #[serde(rename = "type")]
    pub kind: SourceKindJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<RootJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<RootJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<LabelsJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// `Resource.DiskInfo.Source.Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SourceKindJson {
    Path,
    Mount,
    Block,
    Raw,
}

/// `Source.Path` and `Source.Mount`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RootJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
}

/// A message without fields, such as `Resource.RevocableInfo`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EmptyJson {}
