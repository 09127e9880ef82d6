//! The client that users of Marathon have in Python, unmodified, does all that it offers for apps.

use std::{path::Path, process::Command};

use cluster::Cluster;

#[test]
fn the_python_client_of_marathon_works_unchanged() {
    let python =
        std::env::var("HARMONY_PYTHON_MARATHON").expect("HARMONY_PYTHON_MARATHON is not set: run `cargo xtask test`");
    let cluster = Cluster::start(3);
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/marathon_client.py"))
        .arg(format!("http://{}", cluster.marathon_address()))
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "the client failed\n{out}\n{err}");
    assert!(out.trim_end().ends_with(r#"{"done": true}"#), "{out}");
}
