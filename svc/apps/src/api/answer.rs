use core_apps::{Deployment, Event as AppsFact, Reject};
use core_control::{Control, Event as Fact};
use io_engine::{Failure, Outcome};
use io_httpd::{
    HeaderValue, IntoResponse, Json, Response, StatusCode,
    header::{self, HeaderName},
};
use model_app::Violation;
use serde::Serialize;
use wire_marathon::{DeploymentResult, Problem};

use crate::Failed;

/// The name of the header that carries a deployment's id (`RestResource.DeploymentHeader`).
const DEPLOYMENT_HEADER: &str = "marathon-deployment-id";

/// What a handler gives.
pub(super) type Answer = Result<Response, Trouble>;

/// A problem on its way to the client.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) Problem);

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Failed> for Trouble {
    fn from(failure: Failed) -> Self {
        Self(match failure {
            Failure::Rejected(core_control::Reject::Apps(reject)) => refused(reject),
            Failure::Exhausted(why) | Failure::Unavailable(why) => Problem::new(503, why),
            Failure::TooLarge(why) => Problem::new(413, why),
            Failure::Internal(why) => Problem::new(500, why),
            Failure::Rejected(other) => Problem::new(500, other.to_string()),
        })
    }
}

fn refused(reject: Reject) -> Problem {
    match reject {
        Reject::Exists(id) => Problem::app_exists(id.as_str()),
        Reject::NotFound(id) => Problem::no_app(id.as_str(), None),
        Reject::Conflict { deployments, .. } => Problem::locked(deployments.iter().map(ToString::to_string).collect()),
        Reject::DeploymentNotFound(id) => Problem::no_deployment(id.as_str()),
        Reject::TooManyDeployments { limit } => Problem::too_many_deployments(limit),
        Reject::Invalid { path, message } => Problem::invalid(vec![Violation::new(path, message)]),
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// 200 with a body.
pub(super) fn ok(body: &impl Serialize) -> Answer {
    Ok(Json(body).into_response())
}

/// A method that this resource has not, where one route serves several resources.
pub(super) fn wrong_method(allowed: &'static str) -> Answer {
    let mut response = Trouble(Problem::new(405, "Method Not Allowed")).into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    Ok(response)
}

/// No resource has this path.
pub(super) async fn unknown_route() -> Trouble {
    Trouble(Problem::new(404, "URI not found"))
}

/// The deployment that a command started; none if nothing had to change.
pub(super) fn started(outcome: &Outcome<Control>) -> Option<&Deployment> {
    outcome.events.iter().find_map(|fact| match fact {
        Fact::Apps(AppsFact::DeploymentStarted { deployment }) => Some(&**deployment),
        _ => None,
    })
}

/// The answer to a change. One that changed nothing has a deployment of no steps in Marathon, which is done at once; so it
/// gets an id that no deployment has.
pub(super) fn deployed(status: StatusCode, outcome: &Outcome<Control>) -> Response {
    let result = match started(outcome) {
        Some(deployment) => DeploymentResult {
            version: deployment.version,
            deployment_id: deployment.id.to_string(),
        },
        None => DeploymentResult {
            version: outcome.at,
            deployment_id: uuid::Uuid::new_v4().to_string(),
        },
    };
    let id = result.deployment_id.clone();
    with_deployment((status, Json(result)).into_response(), &id)
}

/// The answer with the header that names the deployment.
pub(super) fn with_deployment(mut response: Response, id: &str) -> Response {
    if let Ok(id) = HeaderValue::from_str(id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(DEPLOYMENT_HEADER), id);
    }
    response
}

/// The answer with the place of what was created.
pub(super) fn with_location(mut response: Response, location: &str) -> Response {
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
