use std::net::IpAddr;

use model_cluster::{MachineId, Unavailability, Window};

use crate::v1::{self, maintenance};

/// A machine.
///
/// # Errors
/// Its address is none.
pub fn machine_from_wire(wire: &v1::MachineId) -> Result<MachineId, String> {
    let ip = wire.ip.as_deref().filter(|ip| !ip.is_empty());
    let parse = |ip: &str| {
        ip.parse::<IpAddr>()
            .map_err(|_| format!("Failed to parse the IP address '{ip}'"))
    };
    Ok(MachineId::new(wire.hostname.as_deref(), ip.map(parse).transpose()?))
}

/// A machine.
pub fn machine_to_wire(machine: &MachineId) -> v1::MachineId {
    v1::MachineId {
        hostname: machine.hostname.clone(),
        ip: machine.ip.map(|ip| ip.to_string()),
    }
}

/// The windows of a schedule.
///
/// # Errors
/// The address of a machine is none.
pub fn schedule_from_wire(wire: &maintenance::Schedule) -> Result<Vec<Window>, String> {
    wire.windows.iter().map(window_from).collect()
}

/// A schedule of these windows.
pub fn schedule_to_wire(windows: &[Window]) -> maintenance::Schedule {
    let window = |window: &Window| maintenance::Window {
        machine_ids: window.machines.iter().map(machine_to_wire).collect(),
        unavailability: unavailability_to_wire(window.unavailability),
    };
    maintenance::Schedule {
        windows: windows.iter().map(window).collect(),
    }
}

/// When something will not be there.
pub fn unavailability_to_wire(unavailability: Unavailability) -> v1::Unavailability {
    v1::Unavailability {
        start: v1::TimeInfo {
            nanoseconds: unavailability.start_nanos,
        },
        duration: unavailability
            .duration_nanos
            .map(|nanoseconds| v1::DurationInfo { nanoseconds }),
    }
}

fn window_from(wire: &maintenance::Window) -> Result<Window, String> {
    let unavailability = Unavailability {
        start_nanos: wire.unavailability.start.nanoseconds,
        duration_nanos: wire
            .unavailability
            .duration
            .as_ref()
            .map(|duration| duration.nanoseconds),
    };
    let machines = wire.machine_ids.iter().map(machine_from_wire);
    Ok(Window {
        machines: machines.collect::<Result<_, _>>()?,
        unavailability,
    })
}
