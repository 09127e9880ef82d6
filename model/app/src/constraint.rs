use std::fmt;

use minicbor::{Decode, Encode};
use regex::Regex;

/// Where instances may run: a field, an operator and perhaps a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Constraint {
    /// `@hostname` (or `hostname`), `@region`, `@zone`, or an attribute's name; as its user wrote it.
    #[n(0)]
    pub field: String,
    /// The operator.
    #[n(1)]
    pub operator: Operator,
    /// A number, a text or a regular expression, as the operator wants it.
    #[n(2)]
    pub value: Option<String>,
}

/// What is asked of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Operator {
    /// No two instances share a value.
    #[n(0)]
    Unique,
    /// All instances have the given value, or the same one.
    #[n(1)]
    Cluster,
    /// Instances are spread evenly over the values (over at least so many).
    #[n(2)]
    GroupBy,
    /// The value matches a regular expression.
    #[n(3)]
    Like,
    /// The value does not match a regular expression.
    #[n(4)]
    Unlike,
    /// At most so many instances have one value.
    #[n(5)]
    MaxPer,
    /// The value is this one.
    #[n(6)]
    Is,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 7] = [
        Self::Unique,
        Self::Cluster,
        Self::GroupBy,
        Self::Like,
        Self::Unlike,
        Self::MaxPer,
        Self::Is,
    ];

    /// `UNIQUE` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unique => "UNIQUE",
            Self::Cluster => "CLUSTER",
            Self::GroupBy => "GROUP_BY",
            Self::Like => "LIKE",
            Self::Unlike => "UNLIKE",
            Self::MaxPer => "MAX_PER",
            Self::Is => "IS",
        }
    }

    /// The operator of a name in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str().eq_ignore_ascii_case(name))
    }
}

impl Constraint {
    /// Reads `[field, operator]` or `[field, operator, value]` and checks the value. The error is Marathon's text.
    pub fn parse(parts: &[String]) -> Result<Self, &'static str> {
        let (field, operator, value) = match parts {
            [field, operator] => (field, operator, None),
            [field, operator, value] => (field, operator, Some(value.clone())),
            _ => return Err("Each constraint must have either 2 or 3 fields"),
        };
        if field.is_empty() {
            return Err("illegal constraint specification");
        }
        let operator = Operator::parse(operator)
            .ok_or("operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS")?;
        let constraint = Self {
            field: field.clone(),
            operator,
            value,
        };
        constraint.check().map(|()| constraint)
    }

    /// Whether the value is what the operator wants. The error is Marathon's text.
    pub fn check(&self) -> Result<(), &'static str> {
        let value = self.value.as_deref();
        match self.operator {
            _ if self.field.is_empty() => Err("missing field for constraint declaration"),
            Operator::Unique if value.is_some() => Err("UNIQUE does not accept a value"),
            Operator::Unique | Operator::Cluster => Ok(()),
            Operator::GroupBy if value.is_some_and(|v| !is_int(v)) => {
                Err("GROUP BY must define an integer value or else no value at all")
            }
            Operator::GroupBy => Ok(()),
            Operator::MaxPer if !value.is_some_and(is_int) => Err("MAX_PER requires an integer value"),
            Operator::MaxPer => Ok(()),
            Operator::Like | Operator::Unlike => check_regex(value),
            Operator::Is if !value.unwrap_or_default().chars().all(is_literal) => Err(
                "IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)",
            ),
            Operator::Is => Ok(()),
        }
    }

    /// The parts as Marathon's API writes them.
    pub fn parts(&self) -> Vec<String> {
        let head = [self.field.clone(), self.operator.as_str().to_owned()];
        head.into_iter().chain(self.value.clone()).collect()
    }

    /// Whether the field is the agent's host name, in either spelling.
    pub fn is_on_hostname(&self) -> bool {
        matches!(self.field.as_str(), "hostname" | "@hostname")
    }
}

impl fmt::Display for Constraint {
    /// `rack:LIKE:r[1-3]`, as command lines write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join(":"))
    }
}

fn is_int(text: &str) -> bool {
    text.parse::<i32>().is_ok()
}

fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_/.-".contains(c)
}

fn check_regex(value: Option<&str>) -> Result<(), &'static str> {
    let pattern = value.ok_or("LIKE and UNLIKE require a non-empty, regular expression value")?;
    Regex::new(pattern)
        .map(drop)
        .map_err(|_| "is not a valid regular expression")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parts: &[&str]) -> Result<Constraint, &'static str> {
        Constraint::parse(&parts.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn reads_what_people_write() {
        for parts in [
            &["hostname", "unique"][..],
            &["@zone", "GROUP_BY", "3"],
            &["rack", "CLUSTER", "r1"],
            &["rack", "max_per", "2"],
            &["rack", "LIKE", "r[1-3]"],
            &["speed", "IS", "1.5"],
        ] {
            let constraint = parse(parts).unwrap();
            assert_eq!(
                parse(&constraint.parts().iter().map(String::as_str).collect::<Vec<_>>()),
                Ok(constraint)
            );
        }
        assert!(parse(&["hostname", "UNIQUE"]).unwrap().is_on_hostname());
        assert_eq!(parse(&["rack", "LIKE", "a:b"]).unwrap().to_string(), "rack:LIKE:a:b");
    }

    #[test]
    fn says_what_is_wrong() {
        let cases: [(&[&str], &str); 9] = [
            (&["hostname"], "Each constraint must have either 2 or 3 fields"),
            (&["", "UNIQUE"], "illegal constraint specification"),
            (&["rack", "NEAR"], "operator must be one of"),
            (&["rack", "UNIQUE", "r1"], "UNIQUE does not accept a value"),
            (&["rack", "GROUP_BY", "many"], "GROUP BY must define an integer"),
            (&["rack", "MAX_PER"], "MAX_PER requires an integer value"),
            (&["rack", "LIKE"], "LIKE and UNLIKE require"),
            (&["rack", "UNLIKE", "("], "is not a valid regular expression"),
            (&["rack", "IS", "{a,b}"], "IS only supports Mesos text"),
        ];
        for (parts, error) in cases {
            assert!(parse(parts).unwrap_err().starts_with(error), "{parts:?}");
        }
    }
}
