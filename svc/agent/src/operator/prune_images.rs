use io_httpd::StatusCode;

use core_authorizer::{Action, Object};

use super::{Answer, CallError};
use crate::access::Caller;

/// PRUNE_IMAGES: this release keeps no images, so there is none that nobody uses.
pub(super) fn run(caller: &Caller) -> Result<Answer, CallError> {
    caller.demand(Action::PruneImages, &Object::Any)?;
    Ok(Answer::Done(StatusCode::OK))
}
