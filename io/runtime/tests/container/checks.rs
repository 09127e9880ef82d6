//! Health commands.

use std::time::Duration;

use io_runtime::Launch;

use crate::stage::{Kind, Stage, Test, until};

pub const TESTS: &[Test] = &[
    ("a health command tells what it found", verdicts),
    ("a health command that hangs is ended", hanging),
    ("a health command is where its task is", same_place),
    ("what a health command leaves ends with its container", leftovers),
];

const LONG: Duration = Duration::from_secs(60);

fn check(stage: &Stage, shell: &str, patience: Duration) -> Result<(), String> {
    stage.run(stage.runtime.check("c", shell, patience))
}

fn with_task(stage: &Stage, test: impl FnOnce(&Launch)) {
    let mut launch = stage.shell("c", "echo ready; exec sleep 1000");
    launch.env.push(("NAME".to_owned(), "value".to_owned()));
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    test(&launch);
    stage.kill("c", 0);
    stage.end_of("c");
}

fn verdicts(stage: &Stage) {
    with_task(stage, |_| {
        assert_eq!(check(stage, "true", LONG), Ok(()));
        assert!(check(stage, "exit 3", LONG).unwrap_err().contains("exit status: 3"));
        assert!(check(stage, "kill -SEGV $$", LONG).unwrap_err().contains("signal: 11"));
    });
    assert!(
        check(stage, "true", LONG).is_err(),
        "there is no such container any more"
    );
}

fn hanging(stage: &Stage) {
    with_task(stage, |_| {
        let before = stage.task_processes().len();
        let error = check(stage, "sleep 1000; true", Duration::from_millis(50)).unwrap_err();
        assert!(error.contains("did not end within 50 ms"), "{error}");
        until(
            || stage.task_processes().len() == before,
            || format!("the end of {:?}", stage.task_processes()),
        );
    });
}

fn same_place(stage: &Stage) {
    with_task(stage, |launch| {
        let shell = "[ $NAME = value ] && echo \"$(pwd) $(cat /proc/$$/comm) $(cat /proc/1/comm)\" > seen";
        assert_eq!(check(stage, shell, LONG), Ok(()));
        let seen = stage.text(launch, "seen");
        assert!(seen.starts_with(&format!("{} sh ", launch.sandbox.display())), "{seen}");
        assert_eq!(
            seen.ends_with(" harmony-init\n"),
            stage.kind == Kind::Isolated,
            "{seen}"
        );
        if stage.kind != Kind::Plain {
            assert_eq!(check(stage, "cat /proc/self/cgroup > cgroups", LONG), Ok(()));
            let cgroups = stage.text(launch, "cgroups");
            assert!(cgroups.contains(&format!(":/{}/c\n", stage.cgroup_parent)), "{cgroups}");
        }
    });
}

/// Without cgroups nothing holds such a process.
fn leftovers(stage: &Stage) {
    if stage.kind != Kind::Plain {
        with_task(stage, |_| {
            let before = stage.task_processes().len();
            assert_eq!(check(stage, "setsid sleep 1000 > /dev/null 2>&1 &", LONG), Ok(()));
            let now = || stage.task_processes();
            until(
                || now().len() == before + 1,
                || format!("one process more than {before}: {:?}", now()),
            );
        });
        assert_eq!(stage.task_processes(), Vec::<String>::new());
    }
}
