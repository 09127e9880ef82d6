use model_resources::{Flaw, Invalid, RoleError, ScalarError};

/// Which resource of a list is none, and why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("resource {index} ('{name}'): {problem}")]
pub struct ResourceError {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its name, perhaps empty.
    pub name: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a resource, a reservation or an attribute.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The type is TEXT or unknown.
    #[error("Unsupported resource type: expecting SCALAR, RANGES or SET")]
    Type,
    /// The field of the type is not the one that is set.
    #[error("Invalid {0} resource: expecting '{0}' and no other value")]
    Shape(&'static str),
    /// The amount is negative, too large or no number.
    #[error("Invalid scalar resource: {0}")]
    Scalar(#[from] ScalarError),
    /// Above zero, but less than the thousandth that Mesos counts in.
    #[error("Invalid scalar resource: {0} is less than 0.001")]
    TooSmall(f64),
    /// A range ends before it begins.
    #[error("Invalid ranges resource: begin {begin} > end {end}")]
    Inverted {
        /// Where the range begins.
        begin: u64,
        /// Where it ends.
        end: u64,
    },
    /// Two ranges hold the same number.
    #[error("Invalid ranges resource: overlapping ranges at {0}")]
    Overlap(u64),
    /// A set holds a word twice.
    #[error("Invalid set resource: duplicated element '{0}'")]
    Duplicate(String),
    /// Not a role.
    #[error("{0}")]
    Role(#[from] RoleError),
    /// A disk source of unknown type, or with a part that does not go with its type.
    #[error("Invalid disk source: {0}")]
    Source(&'static str),
    /// The volume of a disk resource has an image or a source of its own.
    #[error("Invalid disk volume: 'image' and 'source' cannot be set for a disk resource")]
    Volume,
    /// A reservation in a mixture of formats, or with a part missing.
    #[error("Invalid reservation: {0}")]
    Reservation(&'static str),
    /// Well written, but no resource that can be.
    #[error("{0}")]
    Flaw(Flaw),
    /// An attribute whose value is not of its type.
    #[error("Invalid attribute '{0}': expecting the value of its type")]
    Attribute(String),
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::Flaw(invalid.flaw)
    }
}
