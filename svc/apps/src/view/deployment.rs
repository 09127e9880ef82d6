use core_apps::{Action, ActionKind, Apps, Deployment};
use model_app::AppSpec;
use serde_json::Value;
use wire_marathon::{ActionName, AppInfo, CurrentAction, Plan, Step};

use super::{Parts, group};

/// A running deployment.
pub(crate) fn info(deployment: &Deployment) -> wire_marathon::Deployment {
    let current = deployment.current_actions().iter().map(action);
    let current = current.map(|action| CurrentAction {
        action,
        readiness_check_results: Vec::new(),
    });
    wire_marathon::Deployment {
        id: deployment.id.to_string(),
        version: deployment.version,
        affected_apps: deployment.apps().map(ToString::to_string).collect(),
        affected_pods: Vec::new(),
        steps: steps(deployment),
        current_actions: current.collect(),
        current_step: deployment.step + 1,
        total_steps: count(deployment),
    }
}

/// A deployment as events carry it. The groups before and after hold the apps that it affects
/// and that are not yet gone.
pub(crate) fn plan(apps: &Apps, deployment: &Deployment) -> Plan {
    let old = deployment.before.iter().filter_map(|(id, version)| {
        let spec = apps.app(id)?.version((*version)?)?;
        Some(spec.as_ref())
    });
    let stopped = |action: &Action| action.kind == ActionKind::Stop;
    let stopped: Vec<_> = deployment
        .steps
        .iter()
        .flatten()
        .filter(|a| stopped(a))
        .map(|a| &a.app)
        .collect();
    let kept = deployment.apps().filter(|id| !stopped.contains(id));
    let new = kept.filter_map(|id| Some(apps.app(id)?.spec().as_ref()));
    Plan {
        id: deployment.id.to_string(),
        steps: steps(deployment),
        version: deployment.version,
        original: Some(root(old)),
        target: Some(root(new)),
    }
}

/// The root group with some apps below it.
fn root<'a>(specs: impl Iterator<Item = &'a AppSpec>) -> Value {
    let infos = specs.map(|spec| {
        let info = AppInfo {
            app: spec.into(),
            ..AppInfo::default()
        };
        (spec.version, info)
    });
    let parts = Parts {
        apps: true,
        pods: true,
        groups: true,
    };
    serde_json::to_value(group("/", infos.collect(), parts)).unwrap_or_default()
}

/// One step, counted from 0; empty beyond the last one.
pub(crate) fn step(deployment: &Deployment, step: u32) -> Step {
    let actions = deployment
        .steps
        .get(step as usize)
        .map(Vec::as_slice)
        .unwrap_or_default();
    Step {
        actions: actions.iter().map(action).collect(),
    }
}

fn steps(deployment: &Deployment) -> Vec<Step> {
    (0..count(deployment)).map(|n| step(deployment, n)).collect()
}

fn count(deployment: &Deployment) -> u32 {
    u32::try_from(deployment.steps.len()).unwrap_or(u32::MAX)
}

fn action(action: &Action) -> wire_marathon::Action {
    let name = match action.kind {
        ActionKind::Start => ActionName::StartApplication,
        ActionKind::Scale { .. } => ActionName::ScaleApplication,
        ActionKind::Restart => ActionName::RestartApplication,
        ActionKind::Stop => ActionName::StopApplication,
    };
    wire_marathon::Action::on_app(name, action.app.as_str())
}
