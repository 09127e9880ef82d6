//! The closed set of error classes, and the one table that maps them to what a caller sees.
//!
//! Every error of ours has a class; foreign formats (Mesos, Marathon, Kubernetes, Docker) map the class in their wire crate.

use std::fmt;

/// What kind of trouble it is, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request can never work as it stands.
    Invalid,
    /// No or bad credentials.
    Unauthenticated,
    /// Known, but not allowed.
    Denied,
    /// What it names does not exist.
    NotFound,
    /// What it would create exists.
    Exists,
    /// Another change is in the way, by name.
    Conflict,
    /// The state is not one in which this can be done.
    Precondition,
    /// A limit or a resource is used up; later may be better.
    Exhausted,
    /// The one who could answer can't be reached; try again.
    Unavailable,
    /// It took longer than the caller gave.
    Timeout,
    /// A defect of ours.
    Internal,
}

impl Class {
    const TABLE: [(Class, &'static str, u16, u8, bool); 11] = [
        (Class::Invalid, "invalid", 400, 2, false),
        (Class::Unauthenticated, "unauthenticated", 401, 3, false),
        (Class::Denied, "denied", 403, 4, false),
        (Class::NotFound, "not_found", 404, 5, false),
        (Class::Exists, "exists", 409, 6, false),
        (Class::Conflict, "conflict", 409, 7, false),
        (Class::Precondition, "precondition", 412, 8, false),
        (Class::Exhausted, "exhausted", 503, 9, true),
        (Class::Unavailable, "unavailable", 503, 10, true),
        (Class::Timeout, "timeout", 504, 11, true),
        (Class::Internal, "internal", 500, 1, false),
    ];

    fn row(self) -> &'static (Class, &'static str, u16, u8, bool) {
        Self::TABLE
            .iter()
            .find(|row| row.0 == self)
            .expect("the table names every class")
    }

    /// The stable code, as JSON errors and logs carry it.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status of Harmony's own API.
    pub fn http_status(self) -> u16 {
        self.row().2
    }

    /// The exit code of the command line.
    pub fn exit_code(self) -> u8 {
        self.row().3
    }

    /// Whether the same request may work later without a change.
    pub fn is_retryable(self) -> bool {
        self.row().4
    }

    /// The class that best fits an HTTP status that another server answered.
    pub fn from_http_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::Denied,
            404 => Self::NotFound,
            409 => Self::Conflict,
            412 => Self::Precondition,
            429 => Self::Exhausted,
            503 => Self::Unavailable,
            408 | 504 => Self::Timeout,
            400..=499 => Self::Invalid,
            _ => Self::Internal,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_exit_codes_are_distinct() {
        for (i, a) in Class::TABLE.iter().enumerate() {
            for b in &Class::TABLE[i + 1..] {
                assert!(a.0 != b.0 && a.1 != b.1 && a.3 != b.3, "{a:?} {b:?}");
            }
        }
    }
}
