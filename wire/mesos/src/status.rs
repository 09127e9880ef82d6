//! Our classes of error as the HTTP statuses that Mesos' APIs answer.

use base_fault::Class;

/// The status with which the v1 APIs answer a failure of this class.
///
/// Mesos is terse: it answers 400 for what does not exist as for what is malformed, and 403 for a framework that may
/// not call yet, because it is not subscribed. Source: `src/master/http.cpp`, Mesos 1.11.
pub fn http_status(class: Class) -> u16 {
    match class {
        Class::Invalid | Class::NotFound | Class::Exists => 400,
        Class::Unauthenticated => 401,
        Class::Denied | Class::Precondition => 403,
        Class::Conflict => 409,
        Class::Exhausted | Class::Unavailable | Class::Timeout => 503,
        Class::Internal => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framework_that_is_unknown_is_a_bad_request() {
        assert_eq!(http_status(Class::NotFound), 400);
        assert_eq!(http_status(Class::Precondition), 403);
        assert_eq!(http_status(Class::Unavailable), 503);
    }
}
