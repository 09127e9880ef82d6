use std::collections::BTreeSet;

use model_app::AppSpec;

use crate::{Apps, Reject};

/// Gives each service port of 0 a number of `range` that no app has; a known app keeps those that it was given.
pub(super) fn assign(state: &Apps, specs: &mut [AppSpec], range: (u16, u16)) -> Result<(), Reject> {
    if !specs.iter().any(|spec| spec.service_ports().contains(&0)) {
        return Ok(());
    }
    let kept = specs.iter().flat_map(AppSpec::service_ports);
    let mut used: BTreeSet<u16> = state
        .apps
        .values()
        .flat_map(|app| app.spec().service_ports())
        .chain(kept)
        .collect();
    let mut next = range.0;
    for (i, spec) in specs.iter_mut().enumerate() {
        let old = state
            .app(&spec.id)
            .map(|app| app.spec().service_ports())
            .unwrap_or_default();
        let taken = spec.service_ports();
        for (n, port) in ports(spec).into_iter().enumerate().filter(|(_, port)| **port == 0) {
            let before = old
                .get(n)
                .copied()
                .filter(|p| (range.0..=range.1).contains(p) && !taken.contains(p));
            *port = before
                .or_else(|| unused(&used, &mut next, range.1))
                .ok_or_else(|| Reject::Invalid {
                    path: format!("/{i}/portDefinitions({n})/port"),
                    message: format!("no service port is left between {} and {}", range.0, range.1),
                })?;
            used.insert(*port);
        }
    }
    Ok(())
}

fn ports(spec: &mut AppSpec) -> Vec<&mut u16> {
    if spec.is_on_host_network() {
        return spec.ports.iter_mut().map(|p| &mut p.port).collect();
    }
    let mappings = spec.container.iter_mut().flat_map(|c| &mut c.port_mappings);
    mappings.map(|m| &mut m.service_port).collect()
}

fn unused(used: &BTreeSet<u16>, next: &mut u16, last: u16) -> Option<u16> {
    while *next <= last {
        let port = *next;
        *next = next.checked_add(1)?;
        if !used.contains(&port) {
            return Some(port);
        }
    }
    None
}
