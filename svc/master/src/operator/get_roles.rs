use model_resources::Resources;
use wire_mesos::{
    resource::{Format, all_to_wire},
    v1::{
        self,
        master::response::{GetRoles, Type},
    },
};

use super::{Answer, CallError};
use crate::{
    Master,
    access::{Caller, Viewer},
    view,
};

/// The resources that are shown of a role.
const SHOWN: [&str; 4] = ["cpus", "mem", "disk", "gpus"];

/// GET_ROLES: every role and what its frameworks hold.
pub(super) async fn answer(master: &Master, caller: &Caller) -> Result<Answer, CallError> {
    let snapshot = master.handle.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(caller);
    let roles = view::shares_of_roles(pool).into_iter();
    let roles = roles.filter(|(role, _)| viewer.role(role.as_str()));
    let roles = roles.map(|(role, share)| {
        let mut held = Resources::new();
        for (name, amount) in share.held().iter().filter(|(name, _)| SHOWN.contains(&name.as_str())) {
            held.insert(model_resources::Resource::new(name.clone(), amount));
        }
        let framework = |id: base_ids::FrameworkId| v1::FrameworkId { value: id.to_string() };
        v1::Role {
            name: role.to_string(),
            weight: pool.weight(&role),
            frameworks: share.frameworks.into_iter().map(framework).collect(),
            resources: all_to_wire(&held, Format::PostRefinement),
        }
    });
    let roles = GetRoles { roles: roles.collect() };
    Ok(Answer::message(Type::GetRoles, |response| {
        response.get_roles = Some(roles)
    }))
}
