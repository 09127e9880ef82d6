use std::{collections::BTreeMap, fmt};

/// Who acts, as an authenticator found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The principal's name. A token may prove claims and no name.
    pub value: Option<String>,
    /// What else was proved, by name: what a token says of its bearer.
    pub claims: BTreeMap<String, String>,
}

impl Subject {
    /// A principal of whom nothing but the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            value: Some(name.into()),
            claims: BTreeMap::new(),
        }
    }

    /// Whether it has proved claims only.
    pub fn is_nameless(&self) -> bool {
        self.value.is_none()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(name) => f.write_str(name),
            None => write!(f, "{:?}", self.claims),
        }
    }
}
