//! Directories of the host inside of a container.

use std::fs;
use std::path::PathBuf;

use io_runtime::{Error, ExitStatus, Sandbox, User, Volume};

use crate::stage::{Kind, Stage, Test};

/// With and without mounts.
pub const TESTS: &[Test] = &[
    ("a volume is below the sandbox", below_the_sandbox),
    ("a volume must make sense", bad_volumes),
];

/// Only where there are mounts.
pub const MOUNTED: &[Test] = &[
    ("a volume may be read-only", read_only),
    ("a volume is the user's as it was given", of_a_user),
    ("a volume may have an absolute path", absolute),
];

fn data(stage: &Stage) -> PathBuf {
    let dir = stage.dir.path().join("closed/data");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("old"), "old").unwrap();
    dir
}

fn below_the_sandbox(stage: &Stage) {
    let source = data(stage);
    let mut launch = stage.shell("c", "cat deep/data/old; echo new > deep/data/new");
    launch.volumes = vec![Volume {
        source: source.clone(),
        target: "deep/data".into(),
        read_only: false,
    }];
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(0));
    assert_eq!(stage.text(&launch, "stdout"), "old");
    assert_eq!(fs::read_to_string(source.join("new")).unwrap(), "new\n");
    let link = fs::symlink_metadata(launch.sandbox.join("deep/data"))
        .unwrap()
        .is_symlink();
    assert_eq!(link, stage.kind != Kind::Isolated);
    // The mount is the container's own.
    assert_eq!(launch.sandbox.join("deep/data/old").exists(), link);
}

fn bad_volumes(stage: &Stage) {
    let source = data(stage);
    for (source, target) in [
        (source.join("none"), "data"),
        (source.join("old"), "data"),
        (PathBuf::from("data"), "data"),
        (source.clone(), "../data"),
        (source.clone(), "/no/such/place"),
    ] {
        let mut launch = stage.shell("c", "true");
        launch.volumes = vec![Volume {
            source,
            target: target.into(),
            read_only: false,
        }];
        let error = stage.run(stage.runtime.launch(&launch)).unwrap_err();
        let of_volumes = matches!(error, Error::Invalid { field: "volumes", .. });
        assert!(of_volumes, "{error}");
    }
}

fn read_only(stage: &Stage) {
    let source = data(stage);
    let mut launch = stage.shell("c", "cat data/old; touch data/new");
    launch.volumes = vec![Volume {
        source,
        target: "data".into(),
        read_only: true,
    }];
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(1));
    assert!(stage.text(&launch, "stderr").contains("Read-only"));
}

/// The way to the volume is closed to the user, the volume in its sandbox is not.
fn of_a_user(stage: &Stage) {
    let user: User = "nobody".parse().unwrap();
    let source = data(stage);
    fs::set_permissions(
        source.parent().unwrap(),
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .unwrap();
    Sandbox::create(&source, Some(&user)).unwrap();
    let sandbox = Sandbox::create(stage.dir.path().join("closed/sandbox"), Some(&user)).unwrap();
    let mut launch = stage.shell("c", "touch data/new && ls data");
    launch.sandbox = sandbox.path().to_owned();
    launch.user = Some(user);
    launch.volumes = vec![Volume {
        source,
        target: "data".into(),
        read_only: false,
    }];
    let exit = stage.outcome(&launch);
    assert_eq!(exit.status, ExitStatus::Code(0), "{}", stage.text(&launch, "stderr"));
    assert_eq!(stage.text(&launch, "stdout"), "new\nold\n");
}

fn absolute(stage: &Stage) {
    let source = data(stage);
    let place = stage.dir.path().join("place");
    fs::create_dir(&place).unwrap();
    let mut launch = stage.shell("c", &format!("cat {}/old", place.display()));
    launch.volumes = vec![Volume {
        source,
        target: place.clone(),
        read_only: false,
    }];
    stage.outcome(&launch);
    assert_eq!(stage.text(&launch, "stdout"), "old");
    assert_eq!(fs::read_dir(place).unwrap().count(), 0);
}
