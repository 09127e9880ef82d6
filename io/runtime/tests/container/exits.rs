//! How containers start and end.

use io_runtime::{Command, Error, ExitStatus, Runtime};

use crate::stage::{Stage, Test, options};

pub const TESTS: &[Test] = &[
    ("exit codes are reported", exit_codes),
    ("signals are reported", signals),
    ("a program that is not there fails the launch", no_program),
    ("a user that is not known is refused", unknown_user),
    ("an invalid launch is refused", invalid),
    ("an id is used once", one_id),
    ("the environment is built, not inherited", environment),
    ("programs are found by the task's PATH", path),
    ("a background process does not keep a container", background),
    ("a shim that cannot be run fails the launch", no_shim),
    ("fifty launches at once", fifty),
];

fn exit_codes(stage: &Stage) {
    for code in [0, 7, 255] {
        let exit = stage.outcome(&stage.shell("c", &format!("exit {code}")));
        assert_eq!(exit.status, ExitStatus::Code(code));
        assert!(!exit.oom && !exit.kill_requested && !exit.forced, "{exit:?}");
        assert!(exit.started_ms > 0 && exit.ended_ms >= exit.started_ms, "{exit:?}");
    }
}

fn signals(stage: &Stage) {
    let exit = stage.outcome(&stage.shell("c", "kill -SEGV $$"));
    assert_eq!(exit.status, ExitStatus::Signal(11));
    let exit = stage.outcome(&stage.shell("c", "kill -KILL $$"));
    assert_eq!(exit.status, ExitStatus::Signal(9));
}

fn no_program(stage: &Stage) {
    let mut launch = stage.shell("c", "");
    for (program, reason) in [
        ("/no/such", "No such file"),
        ("no-such", "No such file"),
        ("/etc", "Permission denied"),
    ] {
        launch.command = Command::Argv(vec![program.to_owned()]);
        match stage.run(stage.runtime.launch(&launch)) {
            Err(Error::Start {
                id,
                stage,
                reason: text,
            }) => {
                assert_eq!((id.as_str(), stage.as_str()), ("c", "execute the command"));
                assert!(text.contains(reason), "{text}");
            }
            other => panic!("{program}: {other:?}"),
        }
    }
}

fn unknown_user(stage: &Stage) {
    let mut launch = stage.shell("c", "true");
    launch.user = Some("no-such-user".parse().unwrap());
    let error = stage.run(stage.runtime.launch(&launch)).unwrap_err();
    assert!(
        matches!(&error, Error::User { user, .. } if user == "no-such-user"),
        "{error}"
    );
    assert!(error.to_string().contains("no such user"), "{error}");
}

fn invalid(stage: &Stage) {
    let refused = |change: fn(&mut io_runtime::Launch)| {
        let mut launch = stage.shell("c", "true");
        change(&mut launch);
        match stage.run(stage.runtime.launch(&launch)) {
            Err(Error::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(|launch| launch.id = "../up".to_owned()), "id");
    assert_eq!(refused(|launch| launch.id = "a/b".to_owned()), "id");
    assert_eq!(refused(|launch| launch.command = Command::Argv(Vec::new())), "command");
    assert_eq!(
        refused(|launch| launch.env.push(("A=B".to_owned(), String::new()))),
        "env"
    );
    assert_eq!(refused(|launch| launch.sandbox = "relative".into()), "sandbox");
    assert_eq!(refused(|launch| launch.sandbox = "/no/such/sandbox".into()), "sandbox");
    assert_eq!(refused(|launch| launch.limits.cpus = Some(f64::NAN)), "limits");
    assert_eq!(refused(|launch| launch.logs.max_bytes = 1), "logs");
}

fn one_id(stage: &Stage) {
    let launch = stage.shell("c", "exec sleep 1000");
    stage.run(stage.runtime.launch(&launch)).unwrap();
    let again = stage.run(stage.runtime.launch(&launch)).unwrap_err();
    assert!(matches!(again, Error::Exists { .. }), "{again}");
    let busy = stage.run(stage.runtime.destroy("c")).unwrap_err();
    assert!(matches!(busy, Error::Busy { .. }), "{busy}");
    stage.kill("c", 0);
    assert_eq!(stage.end_of("c").status, ExitStatus::Signal(9));
    for error in [
        stage.run(stage.runtime.destroy("c")).unwrap_err(),
        stage.runtime.stats("c").unwrap_err(),
    ] {
        assert!(matches!(error, Error::Unknown { .. }), "{error}");
    }
    assert_eq!(
        stage.outcome(&stage.shell("c", "exit 3")).status,
        ExitStatus::Code(3),
        "the id is free again"
    );
}

fn environment(stage: &Stage) {
    let mut launch = stage.shell("c", "");
    launch.command = Command::Argv(vec!["/usr/bin/env".to_owned()]);
    launch.env.push(("GREETING".to_owned(), "hello = world".to_owned()));
    stage.outcome(&launch);
    let lines: Vec<String> = launch
        .env
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(stage.text(&launch, "stdout").lines().collect::<Vec<_>>(), lines);
}

fn path(stage: &Stage) {
    let mut launch = stage.shell("c", "");
    let bin = launch.sandbox.join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink("/bin/echo", bin.join("say")).unwrap();
    launch.command = Command::Argv(["say", "it"].map(str::to_owned).to_vec());
    launch
        .env
        .push(("PATH".to_owned(), format!("/no/such:{}", bin.display())));
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(0));
    assert_eq!(stage.text(&launch, "stdout"), "it\n");
}

fn background(stage: &Stage) {
    let launch = stage.shell("c", "sleep 1000 & setsid sleep 1000 & echo main is done");
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(0));
    assert_eq!(stage.text(&launch, "stdout"), "main is done\n");
    assert_eq!(
        stage.task_processes(),
        Vec::<String>::new(),
        "an end is told when all are gone"
    );
}

fn no_shim(stage: &Stage) {
    for (exe, reason) in [
        ("/no/such/shim", "cannot run the shim"),
        ("/bin/true", "ended without a report"),
    ] {
        let mut options = options(&stage.root(), &stage.cgroup_parent, stage.kind);
        options.shim_exe = exe.into();
        let error = stage
            .run(Runtime::new(options).unwrap().launch(&stage.shell("c", "true")))
            .unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

fn fifty(stage: &Stage) {
    let launches: Vec<_> = (0..50)
        .map(|number| stage.shell(&format!("c{number}"), &format!("exit {number}")))
        .collect();
    let runs = launches.into_iter().map(|launch| {
        let runtime = stage.runtime.clone();
        async move {
            runtime.launch(&launch).await.unwrap();
            let ending = runtime.wait(&launch.id).await.unwrap();
            runtime.destroy(&launch.id).await.unwrap();
            ending
        }
    });
    stage.run(async {
        let all: Vec<_> = runs.map(tokio::spawn).collect();
        for (number, one) in all.into_iter().enumerate() {
            match one.await.unwrap() {
                io_runtime::Ending::Exited(exit) => assert_eq!(exit.status, ExitStatus::Code(number as i32)),
                io_runtime::Ending::Lost => panic!("{number} was lost"),
            }
        }
    });
}
