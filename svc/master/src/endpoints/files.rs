//! `/files`: the master's log, where it goes to a file.

use core_authorizer::{Action, Object};
use io_files::{
    Shown,
    http::{self, Asked},
};
use io_httpd::{Query, Response, State};

use crate::{Master, access::Caller, scheduler::error::CallError};

/// What is shown to whom: the log as `/master/log`.
pub(crate) fn shown(master: &Master, caller: &Caller) -> Result<Shown, CallError> {
    caller.demand(Action::AccessMesosLog, &Object::Any)?;
    Ok(all(master))
}

fn all(master: &Master) -> Shown {
    match &master.options.log {
        Some(path) => Shown::default().with("/master/log", path),
        None => Shown::default(),
    }
}

pub(super) async fn browse(
    State(master): State<Master>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, CallError> {
    Ok(http::browse(&shown(&master, &caller)?, &asked))
}

pub(super) async fn read(
    State(master): State<Master>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, CallError> {
    Ok(http::read_part(&shown(&master, &caller)?, &asked))
}

pub(super) async fn download(
    State(master): State<Master>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, CallError> {
    Ok(http::download(&shown(&master, &caller)?, &asked).await)
}

/// Names alone.
pub(super) async fn debug(State(master): State<Master>, Query(asked): Query<Asked>) -> Response {
    http::debug(&all(&master), &asked)
}
