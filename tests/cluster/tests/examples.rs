//! The servers among the examples come up and answer.

use cluster::{Cluster, eventually};
use serde_json::Value;

fn example(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the example is there")).expect("it is JSON")
}

#[test]
fn the_static_site_and_redis_become_healthy() {
    let cluster = Cluster::start(3);
    for (file, instances) in [("static-site.json", 2), ("redis.json", 1)] {
        let app = example(file);
        let id = app["id"].as_str().expect("an id").to_owned();
        cluster.deploy(&app);
        eventually(&format!("{id} is healthy"), Some(instances), || {
            cluster.app(&id)["tasksHealthy"].as_u64()
        });
    }
}

#[test]
fn workers_write_what_they_do() {
    let cluster = Cluster::start(1);
    cluster.deploy(&example("worker.json"));
    for id in cluster.task_ids("/batch/worker") {
        eventually(&format!("{id} works"), true, || {
            cluster.file(&id, "stdout").contains(&format!("{id} item 1"))
        });
    }
}
