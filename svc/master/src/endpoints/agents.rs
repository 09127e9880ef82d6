use io_httpd::{HttpError, Jsonp, Query, Response, State};
use serde::Deserialize;
use wire_mesos::state::Slaves;

use crate::{
    Master,
    access::{Caller, Viewer},
    view,
};

#[derive(Deserialize)]
pub(super) struct Filter {
    slave_id: Option<String>,
}

/// `/slaves`: agents with each resource in full; with `slave_id`, that one alone.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let wanted = |id: &str| filter.slave_id.as_deref().is_none_or(|wanted| wanted == id);
    let all = pool.agents().filter(|(_, agent)| view::is_present(agent));
    let slaves = all
        .filter(|(_, agent)| wanted(agent.agent_id.as_str()))
        .map(|(slot, agent)| view::agent_in_full(pool, slot, agent, &viewer))
        .collect();
    Ok(jsonp.answer(&Slaves {
        slaves,
        recovered_slaves: Vec::new(),
    }))
}
