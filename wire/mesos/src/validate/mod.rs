//! Whether a call is whole: what each type of call must carry. What the call *means* is the machines' to judge.

mod container;
mod executor;
mod operator;
mod scheduler;

pub use executor::executor_call;
pub use operator::{agent_call, master_call};
pub use scheduler::scheduler_call;

/// A call that lacks something. The text is fit for a 400 answer, after `Failed to validate scheduler::Call: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// A part that this type of call must have is absent.
    #[error("Expecting '{0}' to be present")]
    Absent(&'static str),
    /// Two places that must name one framework do not.
    #[error("'{0}' differs from '{1}'")]
    Differs(&'static str, &'static str),
    /// A framework that authenticated as one principal claims another.
    #[error("Authenticated principal '{authenticated}' does not match principal '{claimed}' set in `FrameworkInfo`")]
    Principal {
        /// Who sent the request.
        authenticated: String,
        /// Whom the body names.
        claimed: String,
    },
    /// A field is not the 16 bytes of a UUID.
    #[error("Expecting '{field}' to be a UUID of 16 bytes, not {length}")]
    Uuid {
        /// The field at fault.
        field: &'static str,
        /// Bytes found.
        length: usize,
    },
    /// An executor's update must say that it comes from the executor.
    #[error("Expecting 'update.status.source' to be SOURCE_EXECUTOR")]
    Source,
    /// An executor may not report the state that the master gives.
    #[error("Expecting 'update.status.state' to be another than TASK_STAGING")]
    Staging,
    /// A container that must be in another names none.
    #[error("Expecting '{0}.container_id.parent' to be present")]
    NoParent(&'static str),
    /// A field of a call about a container is not what it must be.
    #[error("'{0}.{1}' is invalid: {2}")]
    Field(&'static str, &'static str, String),
    /// Parts of a call about a container do not go together.
    #[error("'{0}' is invalid: {1}")]
    Part(&'static str, String),
    /// A container may not use these resources.
    #[error("{0}")]
    Resources(String),
}

fn present<T>(part: Option<&T>, name: &'static str) -> Result<(), Invalid> {
    if part.is_some() {
        Ok(())
    } else {
        Err(Invalid::Absent(name))
    }
}

fn uuid(bytes: &[u8], field: &'static str) -> Result<(), Invalid> {
    if bytes.len() == 16 {
        Ok(())
    } else {
        Err(Invalid::Uuid {
            field,
            length: bytes.len(),
        })
    }
}
