//! Waiting for a container's end.

use super::super::protocol::{Answer, Request};
use super::connection::Connection;
use super::container::Container;
use crate::{Ending, Result};

pub async fn wait(container: &Container) -> Result<Ending> {
    if let Some(exit) = container.exit()? {
        return Ok(Ending::Exited(exit));
    }
    match Connection::ask(container, &Request::Wait).await? {
        Some(Answer::Exited(exit)) => Ok(Ending::Exited(exit)),
        Some(other) => Err(container.unexpected(&other)),
        // The shim is gone: its record came before its end, or never.
        None => Ok(container.exit()?.map_or(Ending::Lost, Ending::Exited)),
    }
}
