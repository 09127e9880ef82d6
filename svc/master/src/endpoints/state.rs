//! `/state`: the whole pool.

use core_control::Control;
use io_engine::Snapshot;
use io_httpd::{Body, IntoResponse, Jsonp, Query, Response, State, header};
use wire_mesos::{
    cluster::domain_to_wire,
    json::Json,
    state::{LeaderInfo, MasterHead},
};

use crate::{
    CLUSTER, Master,
    access::Caller,
    document::{Form, Section},
    flags, identity,
    view::{self, Pids},
};

/// `GET /state`.
pub(super) async fn show(State(master): State<Master>, caller: Caller, Query(jsonp): Query<Jsonp>) -> Response {
    let (kind, before, after) = jsonp.frame();
    let text = master.press.order_for(&caller, &master, Form::Older, Section::State);
    let stream = text.stream(before.into(), after.into());
    ([(header::CONTENT_TYPE, kind)], Body::from_stream(stream)).into_response()
}

/// All but agents and frameworks.
pub(crate) fn head(master: &Master, snapshot: &Snapshot<Control>) -> MasterHead {
    let pool = &snapshot.state.master;
    let options = &master.options;
    let (id, pid) = (identity::id(options), identity::pid(options));
    let started = master.started_at;
    let (mut active, mut inactive, mut unreachable) = (0u32, 0u32, 0u32);
    for (slot, agent) in pool.agents() {
        let count = match (view::is_present(agent), pool.is_agent_ready(slot)) {
            (false, _) => &mut unreachable,
            (true, true) => &mut active,
            (true, false) => &mut inactive,
        };
        *count += 1;
    }
    MasterHead {
        start_time: started,
        elected_time: Some(started),
        id: id.clone(),
        pid: pid.clone(),
        hostname: options.hostname.clone(),
        activated_slaves: f64::from(active),
        deactivated_slaves: f64::from(inactive),
        unreachable_slaves: f64::from(unreachable),
        leader: Some(pid.clone()),
        leader_info: Some(LeaderInfo {
            id,
            pid,
            port: options.address.port(),
            hostname: options.hostname.clone(),
            domain: options.pool.domain.as_ref().map(|domain| Json(domain_to_wire(domain))),
        }),
        cluster: Some(CLUSTER.to_owned()),
        flags: Some(
            flags::all(options)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        ),
        ..MasterHead::default()
    }
}

/// Where the native drivers of frameworks are.
pub(crate) fn pids(master: &Master, pool: &core_master::Master) -> Pids {
    let known = pool.frameworks().filter_map(|(_, framework)| {
        let id = &framework.framework_id;
        let driver = master.frameworks.driver(pool.framework_connection(id)?)?;
        Some((id.clone(), driver.to_string()))
    });
    known.collect()
}
