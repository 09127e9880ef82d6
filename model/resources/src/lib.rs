//! The resource algebra of Mesos 1.11: what agents have, offers hold and tasks use, and how it adds up.
//!
//! `Resources` is a normalised collection of `Resource`s; `Quantities` are bare totals by name. Both are plain data:
//! they print and parse as Mesos' text and JSON, and are journalled as CBOR with numbered fields. The facts are from
//! Mesos' `src/v1/resources.cpp`, `src/common/{values,roles,resources_utils}.cpp` and `include/mesos/v1/mesos.proto`.

mod allocation;
mod attributes;
mod checkpoint;
mod cursor;
mod disk;
mod filter;
mod find;
pub mod json;
mod labels;
mod limits;
mod name;
mod operation;
mod parse;
mod quantities;
mod ranges;
mod reservation;
mod reserve;
mod resource;
mod resources;
mod role;
mod scalar;
mod set;
mod text;
mod totals;
mod validate;
mod value;

pub use attributes::{Attribute, AttributeValue, Attributes};
pub use checkpoint::CheckpointError;
pub use cursor::TextError;
pub use disk::{Disk, Mode, Persistence, Source, SourceKind, Volume};
pub use labels::{Label, Labels};
pub use limits::Limits;
pub use name::{Name, OtherName};
pub use operation::{Conversion, Operation, OperationError};
pub use parse::ParseError;
pub use quantities::Quantities;
pub use ranges::{Range, Ranges};
pub use reservation::{Reservation, ReservationKind};
pub use resource::{Detail, Resource};
pub use resources::Resources;
pub use role::{Role, RoleError};
pub use scalar::{Scalar, ScalarError};
pub use set::Set;
pub use validate::{Flaw, Invalid};
pub use value::{Kind, Value};
