//! Errors as a user of the command line sees them: what happened, what to do next, and an exit code that means something.

use std::fmt;
use std::process::ExitCode;

use base_fault::Class;

/// An error with its class, which sets the exit code, and what the user can do about it.
#[derive(Debug)]
pub struct Failure {
    pub class: Class,
    pub message: String,
    /// What to do next; empty when there is nothing to say.
    pub next: String,
}

impl Failure {
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        let next = String::new();
        Self {
            class,
            message: message.into(),
            next,
        }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = next.into();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

const CLASSES: [Class; 11] = [
    Class::Invalid,
    Class::Unauthenticated,
    Class::Denied,
    Class::NotFound,
    Class::Exists,
    Class::Conflict,
    Class::Precondition,
    Class::Exhausted,
    Class::Unavailable,
    Class::Timeout,
    Class::Internal,
];

/// The class with this code, as our JSON errors carry it.
pub fn class_of_code(code: &str) -> Option<Class> {
    CLASSES.into_iter().find(|class| class.code() == code)
}

/// The class with this exit code, as another `harmony` process ends with.
pub fn class_of_exit_code(code: i32) -> Option<Class> {
    CLASSES.into_iter().find(|class| i32::from(class.exit_code()) == code)
}

/// The class of an error: that of the [`Failure`] in it, or what its cause in the operating system or the store says.
pub fn class_of(error: &anyhow::Error) -> Class {
    let of_io = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Class::NotFound,
        std::io::ErrorKind::PermissionDenied => Class::Denied,
        std::io::ErrorKind::TimedOut => Class::Timeout,
        std::io::ErrorKind::StorageFull => Class::Exhausted,
        _ => Class::Internal,
    };
    let of_store = |fault: &io_store::Fault| match fault {
        io_store::Fault::Locked { .. } => Class::Conflict,
        io_store::Fault::Full { .. } => Class::Exhausted,
        io_store::Fault::Range { .. } => Class::Invalid,
        io_store::Fault::Version { .. } | io_store::Fault::Foreign { .. } => Class::Precondition,
        io_store::Fault::Io { source, .. } => of_io(source),
        _ => Class::Internal,
    };
    let of_cause = |cause: &(dyn std::error::Error + 'static)| {
        let failure = cause.downcast_ref::<Failure>().map(|failure| failure.class);
        failure
            .or_else(|| cause.downcast_ref::<io_store::Fault>().map(of_store))
            .or_else(|| cause.downcast_ref::<std::io::Error>().map(of_io))
    };
    error.chain().find_map(of_cause).unwrap_or(Class::Internal)
}

/// Prints an error on standard error, as text or as one JSON object, and gives the exit code of its class.
pub fn report(error: &anyhow::Error, json: bool) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let class = class_of(error);
    let next = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Failure>())
        .map_or("", |failure| &failure.next);
    if json {
        let body = serde_json::json!({ "code": class.code(), "message": format!("{error:#}"), "next": next });
        eprintln!("{}", serde_json::json!({ "error": body }));
    } else {
        eprintln!("error: {error:#}");
        for line in next.lines() {
            eprintln!("  {line}");
        }
    }
    ExitCode::from(class.exit_code())
}

/// Whether the reader of our output went away (`| head`), which is no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn the_class_is_found_under_contexts() {
        let failure = Failure::new(Class::Conflict, "locked").next("wait");
        let error = Err::<(), _>(failure).context("cannot update /a").unwrap_err();
        assert_eq!(class_of(&error), Class::Conflict);
        assert_eq!(format!("{error:#}"), "cannot update /a: locked");
        let io = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(class_of(&anyhow::Error::from(io)), Class::NotFound);
        assert_eq!(class_of(&anyhow::anyhow!("?")), Class::Internal);
    }
}
