use io_httpd::State;
use wire_marathon::Leader;

use super::answer::{self, Answer};
use crate::Edge;

/// `GET /v2/leader`. Who answers leads.
pub(super) async fn show(State(edge): State<Edge>) -> Answer {
    answer::ok(&Leader {
        leader: edge.options.authority(),
    })
}
