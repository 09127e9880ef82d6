use base_ids::AppId;
use core_machine::Ctx;
use core_placement::Refusal;

use crate::{Apps, Condition, Config, Event, Place, Placed, event::PlacedInstance, task::plain_resources};

/// Places of instances that were given up meanwhile are left unused.
pub(super) fn decide(
    state: &Apps,
    cx: &Ctx<'_, Config>,
    app: AppId,
    placed: Vec<Placed>,
    refusal: Option<Refusal>,
) -> Vec<Event> {
    let placed: Vec<PlacedInstance> = placed.into_iter().filter_map(|p| place(state, &app, p)).collect();
    let mut events = Vec::new();
    if !placed.is_empty() {
        events.push(Event::InstancesPlaced {
            app: app.clone(),
            placed,
        });
    }
    if let Some(refusal) = refusal.filter(|_| state.app(&app).is_some()) {
        let retry_at = cx.now + cx.config.placement_retry;
        events.push(Event::PlacementRefused {
            app,
            refusal: Box::new(refusal),
            retry_at,
        });
    }
    events
}

fn place(state: &Apps, app: &AppId, placed: Placed) -> Option<PlacedInstance> {
    let instance = state.instance(placed.instance)?;
    if instance.app != *app || instance.condition != Condition::Scheduled || instance.doom.is_some() {
        return None;
    }
    let spec = state.app(app)?.version(instance.version)?;
    let plain = plain_resources(spec, &placed.ports) == placed.resources;
    Some(PlacedInstance {
        instance: placed.instance,
        place: Place {
            agent_id: placed.agent_id,
            hostname: placed.hostname,
            ip: placed.ip,
            domain: placed.domain,
            ports: placed.ports,
            resources: (!plain).then_some(placed.resources),
        },
    })
}
