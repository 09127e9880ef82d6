//! `/files`: the master's log, where it goes to a file.

use io_files::{
    Shown,
    http::{self, Asked},
};
use io_httpd::{Query, Response, State};

use crate::{Master, Options};

/// What is shown: the log as `/master/log`.
pub(crate) fn shown(options: &Options) -> Shown {
    match &options.log {
        Some(path) => Shown::default().with("/master/log", path),
        None => Shown::default(),
    }
}

pub(super) async fn browse(State(master): State<Master>, Query(asked): Query<Asked>) -> Response {
    http::browse(&shown(&master.options), &asked)
}

pub(super) async fn read(State(master): State<Master>, Query(asked): Query<Asked>) -> Response {
    http::read_part(&shown(&master.options), &asked)
}

pub(super) async fn download(State(master): State<Master>, Query(asked): Query<Asked>) -> Response {
    http::download(&shown(&master.options), &asked).await
}

pub(super) async fn debug(State(master): State<Master>, Query(asked): Query<Asked>) -> Response {
    http::debug(&shown(&master.options), &asked)
}
