//! From bytes to what was asked for, or to the problem with it.

use serde_json::Value;

use crate::{
    problem::Problem,
    read::{Errors, Read},
};

/// Any JSON; 400 for anything else.
pub(crate) fn json(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::no_json(&error))
}

/// JSON of a shape; 422 with all misshapen fields.
pub(crate) fn shaped<T: Read>(value: &Value) -> Result<T, Problem> {
    let mut errors = Errors::default();
    match T::read(value, "", &mut errors) {
        Some(read) if errors.0.is_empty() => Ok(read),
        _ => Err(Problem::misshapen(errors.0)),
    }
}
