use crate::{Action, ActionKind, Apps, roster::Class};

/// Whether an action has reached its goal.
pub(super) fn is_done(state: &Apps, action: &Action) -> bool {
    let Some(app) = state.app(&action.app) else { return true };
    let ready = || app.roster.count_of(false, |c| c == Class::Ready);
    let dying = || app.roster.count(|c| c == Class::Doomed);
    match action.kind {
        ActionKind::Start => true,
        ActionKind::Scale { from, to } => {
            let alive = app.roster.count(Class::is_alive);
            alive == to && dying() == 0 && (to <= from || app.roster.count(|c| c == Class::Ready) >= to)
        }
        ActionKind::Restart => {
            app.roster.count_of(true, |_| true) == 0 && dying() == 0 && ready() >= app.spec().instances
        }
        ActionKind::Stop => app.roster.len() == 0,
    }
}

/// How close an action is to its goal: more is closer. Instances that come and go in a crash loop don't raise its maximum
/// for ever.
pub(super) fn of(state: &Apps, action: &Action) -> i64 {
    let Some(app) = state.app(&action.app) else { return 0 };
    let count = |is: fn(Class) -> bool| i64::from(app.roster.count(is));
    match action.kind {
        ActionKind::Start => 0,
        ActionKind::Scale { to, .. } => {
            let surplus = (count(Class::is_alive) - i64::from(to)).max(0);
            count(|c| c == Class::Ready).min(i64::from(to)) - surplus - count(|c| c == Class::Doomed)
        }
        ActionKind::Restart => {
            let ready = i64::from(app.roster.count_of(false, |c| c == Class::Ready));
            ready - i64::from(app.roster.count_of(true, |_| true))
        }
        ActionKind::Stop => -(app.roster.len() as i64),
    }
}
