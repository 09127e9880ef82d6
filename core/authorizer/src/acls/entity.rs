/// The principals or the objects of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    /// All there are.
    Any,
    /// None of them.
    None,
    /// These.
    Some(Vec<String>),
}

/// Who or what is asked about: one, or any at all.
pub(super) type Asked<'a> = Option<&'a str>;

impl Entity {
    /// Whether a rule with this speaks of what is asked about.
    pub(super) fn matches(&self, asked: Asked<'_>) -> bool {
        match (self, asked) {
            (Self::Any | Self::None, _) => true,
            (Self::Some(values), Some(asked)) => values.iter().any(|value| value == asked),
            (Self::Some(_), None) => false,
        }
    }

    /// Whether a rule with this allows what it speaks of.
    pub(super) fn allows(&self, asked: Asked<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::None => false,
            Self::Some(_) => self.matches(asked),
        }
    }

    /// The same for roles, where `a/%` is every role below `a`.
    pub(super) fn matches_role(&self, role: Asked<'_>) -> bool {
        match (self, role) {
            (Self::Some(values), Some(role)) => values.iter().any(|value| is_or_above(value, role)),
            _ => self.matches(role),
        }
    }
}

fn is_or_above(value: &str, role: &str) -> bool {
    match value.strip_suffix('%') {
        Some(above) if above.ends_with('/') => role.starts_with(above),
        _ => value == role,
    }
}
