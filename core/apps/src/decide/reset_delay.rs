use base_ids::AppId;

use crate::{Apps, Event, Reject};

pub(super) fn decide(state: &Apps, id: &AppId) -> Result<Vec<Event>, Reject> {
    let app = state.app(id).ok_or_else(|| Reject::NotFound(id.clone()))?;
    let reset = || Event::DelayChanged {
        app: id.clone(),
        delay: None,
    };
    Ok(app.delay.map(|_| reset()).into_iter().collect())
}
