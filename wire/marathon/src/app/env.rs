use model_app::EnvValue;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::read::{Errors, Read, dto, not_empty};

/// The value of a variable: a text, or `{"secret": "name"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar(pub EnvValue);

impl Serialize for EnvVar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            EnvValue::Plain(text) => serializer.serialize_str(text),
            EnvValue::Secret(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("secret", name)?;
                map.end()
            }
        }
    }
}

impl Read for EnvVar {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        if let Value::String(text) = value {
            return Some(Self(EnvValue::Plain(text.clone())));
        }
        let secret = SecretRef::read(value, path, errors)?;
        Some(Self(EnvValue::Secret(secret.secret)))
    }
}

dto! {
    /// A reference to a secret.
    SecretRef {
        need "secret" secret: String;
    }
}

dto! {
    /// `secrets.<name>`.
    Secret {
        need "source" source: String, not_empty;
    }
}
