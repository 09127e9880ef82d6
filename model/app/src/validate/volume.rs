use super::Report;
use crate::{AppSpec, Constraint, Disk, Mode, Operator, Persistent, Volume, VolumeSource};

impl AppSpec {
    pub(super) fn check_volume(&self, volume: &Volume, path: &str, report: &mut Report) {
        let mount = volume.container_path.as_str();
        report.add_if(mount.is_empty(), format!("{path}/containerPath"), "must not be empty");
        match &volume.source {
            VolumeSource::Host(host) => {
                report.add_if(host.is_empty(), format!("{path}/hostPath"), "must not be empty");
            }
            VolumeSource::Persistent(persistent) => {
                check_mount(volume, path, report);
                check_persistent(persistent, &format!("{path}/persistent"), report);
            }
            VolumeSource::Secret(name) => {
                let unknown = !self.secrets.contains_key(name);
                report.add_if(unknown, path, "volume.secret must refer to an existing secret");
            }
            VolumeSource::Dvdi(dvdi) => {
                report.add_if(
                    dvdi.name.is_empty(),
                    format!("{path}/external/name"),
                    "must not be empty",
                );
                report.add_if(
                    dvdi.provider.is_empty(),
                    format!("{path}/external/provider"),
                    "not defined",
                );
            }
            VolumeSource::Csi(csi) => {
                report.add_if(
                    csi.name.is_empty(),
                    format!("{path}/external/name"),
                    "must not be empty",
                );
            }
        }
    }
}

fn check_mount(volume: &Volume, path: &str, report: &mut Report) {
    let mount = volume.container_path.as_str();
    let error = "can not be one of (.,..)";
    report.add_if(matches!(mount, "." | ".."), format!("{path}/containerPath"), error);
    let error = "value must not contain \"/\"";
    report.add_if(mount.contains('/'), format!("{path}/containerPath"), error);
    report.add_if(
        volume.mode != Mode::ReadWrite,
        format!("{path}/mode"),
        "does not equal Rw",
    );
}

fn check_persistent(persistent: &Persistent, path: &str, report: &mut Report) {
    let size = persistent.size;
    report.add_if(size == 0, format!("{path}/size"), "got 0, expected more than 0");
    let constrained_root = persistent.disk == Disk::Root && !persistent.constraints.is_empty();
    report.add_if(constrained_root, path, "Constraints on root volumes are not supported");
    let limited = persistent.max_size.is_some();
    let error = "Only mount volumes can have maxSize";
    report.add_if(limited && persistent.disk != Disk::Mount, path, error);
    let error = "Max size must be larger than size";
    report.add_if(persistent.max_size.is_some_and(|max| max <= size), path, error);
    for (i, constraint) in persistent.constraints.iter().enumerate() {
        if let Err(error) = check_constraint(constraint) {
            report.add(format!("{path}/constraints({i})"), error);
        }
    }
}

fn check_constraint(constraint: &Constraint) -> Result<(), String> {
    match (constraint.field.as_str(), constraint.operator) {
        ("path", Operator::Like | Operator::Unlike) => {
            constraint.check().map_err(|_| "Invalid regular expression".to_owned())
        }
        ("path", _) => Err("Operator must be one of LIKE, UNLIKE".to_owned()),
        _ => Err(format!("Unsupported constraint {}", constraint.parts().join(","))),
    }
}
