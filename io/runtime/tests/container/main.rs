//! Real containers on this machine. The test executable is its own shim, which is why it has a `main`.
//!
//! As root everything is tested; without root only the plain processes are, and the run says so.

#[cfg(target_os = "linux")]
mod adoption;
#[cfg(target_os = "linux")]
mod checks;
#[cfg(target_os = "linux")]
mod exits;
#[cfg(target_os = "linux")]
mod isolation;
#[cfg(target_os = "linux")]
mod killing;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod protocol;
#[cfg(target_os = "linux")]
mod sharing;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(target_os = "linux")]
mod stage;
#[cfg(target_os = "linux")]
mod volumes;

#[cfg(target_os = "linux")]
fn main() {
    if io_runtime::called_as_shim() {
        io_runtime::shim_main(std::env::args_os());
    }
    let arguments = libtest_mimic::Arguments::from_args();
    let mut trials = Vec::new();
    for (name, test) in [
        exits::TESTS,
        checks::TESTS,
        killing::TESTS,
        adoption::TESTS,
        output::TESTS,
        protocol::TESTS,
        signals::TESTS,
        volumes::TESTS,
    ]
    .concat()
    {
        trials.push(stage::trial(name, stage::Kind::Plain, test));
        if stage::is_root() {
            trials.push(stage::trial(name, stage::Kind::Isolated, test));
            trials.push(stage::trial(name, stage::Kind::CgroupsOnly, test));
        }
    }
    if stage::is_root() {
        for (name, test) in [isolation::TESTS, limits::TESTS, sharing::TESTS, volumes::MOUNTED].concat() {
            trials.push(stage::trial(name, stage::Kind::Isolated, test));
        }
    } else {
        eprintln!("not root: namespaces and cgroups are not tested");
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    stage::remove_cgroup_top();
    conclusion.exit();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
