use model_app::Unreachable as Seconds;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::read::{Errors, Read, at_least, dto};

dto! {
    /// `resourceLimits`.
    ResourceLimits {
        may "cpus" cpus: Limit;
        may "mem" mem: Limit;
    }
}

/// A number of cores or MiB, or `"unlimited"` (none).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit(pub Option<f64>);

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(amount) => serializer.serialize_f64(amount),
            None => serializer.serialize_str("unlimited"),
        }
    }
}

impl Read for Limit {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        match value {
            Value::String(text) if text == "unlimited" => Some(Self(None)),
            Value::String(text) => {
                let error = format!("'{text}' is an invalid resource limit. It must be 'unlimited' or a number");
                errors.add(path, error);
                None
            }
            _ => f64::read(value, path, errors).map(|n| Self(Some(n))),
        }
    }
}

dto! {
    /// `executorResources`: cores and MiB.
    ExecutorResources {
        may "cpus" cpus: f64, at_least!(0.1);
        may "mem" mem: f64, at_least!(32.0);
        may "disk" disk: f64, at_least!(10.0);
    }
}

/// `unreachableStrategy`: two numbers of seconds, or `"disabled"` (none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable(pub Option<Seconds>);

dto! {
    Enabled {
        may "inactiveAfterSeconds" inactive_after_seconds: u64;
        may "expungeAfterSeconds" expunge_after_seconds: u64;
    }
}

impl Serialize for Unreachable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(seconds) = self.0 else {
            return serializer.serialize_str("disabled");
        };
        let enabled = Enabled {
            inactive_after_seconds: Some(seconds.inactive_after_seconds),
            expunge_after_seconds: Some(seconds.expunge_after_seconds),
        };
        enabled.serialize(serializer)
    }
}

impl Read for Unreachable {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        if value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("disabled")) {
            return Some(Self(None));
        }
        let enabled = Enabled::read(value, path, errors)?;
        Some(Self(Some(Seconds {
            inactive_after_seconds: enabled.inactive_after_seconds.unwrap_or(0),
            expunge_after_seconds: enabled.expunge_after_seconds.unwrap_or(0),
        })))
    }
}
