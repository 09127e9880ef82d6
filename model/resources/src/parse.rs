//! Parsing whichever form an operator or a client wrote.
use crate::json::{self, JsonError};
use crate::{Invalid, Resources, Role, TextError, text};

/// Why a text is not a list of resources.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    #[error("bad resources text {0}")]
    Text(#[from] TextError),
    #[error("bad resources JSON: {0}")]
    Json(#[from] JsonError),
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl std::str::FromStr for Resources {
    type Err = ParseError;
    fn from_str(input: &str) -> Result<Self, ParseError> {
        Self::parse(input)
    }
}

impl Resources {
    /// Parses the text form, or the JSON form if the text starts with `[`. Validates every resource.
    pub fn parse(input: &str) -> Result<Resources, ParseError> {
        Self::parse_for(input, &Role::any())
    }

    /// As `parse`; entries that name no role are statically reserved for `default_role`, unless that is `*`.
    pub fn parse_for(input: &str, default_role: &Role) -> Result<Resources, ParseError> {
        if input.trim_start().starts_with('[') {
            return Ok(json::parse(input, default_role)?);
        }
        let resources = text::parse_resources(input, default_role)?;
        resources.validate()?;
        Ok(resources)
    }
}
