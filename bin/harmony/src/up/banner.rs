//! What `harmony up` tells when the cluster is there.

use std::path::Path;

use crate::cluster::Endpoints;

/// Where everything is, and how to stop it.
pub fn running(dir: &Path, endpoints: &Endpoints, detached: bool) -> String {
    let agents: Vec<String> = endpoints.agents.iter().map(|agent| agent.address.to_string()).collect();
    let dir = dir.display();
    let stop = if detached {
        format!("harmony down --dir {dir}    (the tasks too)")
    } else {
        format!("Ctrl-C (the tasks go on), or harmony down --dir {dir} (the tasks too)")
    };
    format!(
        "Mesos API     {}\nMarathon API  {}\nagents        {}\ndirectory     {dir}\nlogs          {dir}/log\nstop          {stop}",
        endpoints.mesos,
        endpoints.marathon,
        agents.join(", "),
    )
}

/// What is left when the control plane has stopped.
pub fn stopped(dir: &Path, tasks: usize) -> String {
    let dir = dir.display();
    match tasks {
        0 => "The control plane is stopped; no task was running.".to_owned(),
        tasks => {
            let go = if tasks == 1 {
                "1 task goes"
            } else {
                &format!("{tasks} tasks go")
            };
            format!(
                "The control plane is stopped; {go} on running.\n  harmony up --dir {dir}      adopts what runs\n  \
                 harmony down --dir {dir}    stops it"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_said() {
        let dir = Path::new("d");
        assert!(stopped(dir, 0).contains("no task"));
        assert!(stopped(dir, 1).contains("1 task goes on") && stopped(dir, 2).contains("2 tasks go on"));
        assert!(stopped(dir, 2).contains("harmony up --dir d") && stopped(dir, 2).contains("harmony down --dir d"));
    }
}
