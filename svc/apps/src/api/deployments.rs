use base_ids::DeploymentId;
use core_apps::Command;
use io_httpd::{IntoResponse, Path, Query, State, StatusCode};

use super::{
    answer::{self, Answer},
    apps::submit,
    params::{Pairs, Params},
};
use crate::{Edge, view};

/// `GET /v2/deployments`.
pub(super) async fn list(State(edge): State<Edge>) -> Answer {
    let snapshot = edge.state().await?;
    let deployments = snapshot.state.apps.deployments();
    answer::ok(&deployments.into_iter().map(view::deployment).collect::<Vec<_>>())
}

/// `DELETE /v2/deployments/{id}`: by a deployment that goes back, or with `force` by just stopping (202 without a body).
pub(super) async fn cancel(State(edge): State<Edge>, Path(id): Path<String>, Query(params): Pairs) -> Answer {
    let force = Params(&params).flag("force", false);
    let outcome = submit(
        &edge,
        Command::CancelDeployment {
            id: DeploymentId::from(id),
            force,
        },
    )
    .await?;
    Ok(if force {
        StatusCode::ACCEPTED.into_response()
    } else {
        answer::deployed(StatusCode::OK, &outcome)
    })
}
