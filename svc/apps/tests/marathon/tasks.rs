use io_httpd::{Body, Request};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Manner};

async fn running(instances: u32) -> (Cluster, Vec<String>) {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:8;mem:4096;ports:[31000-31099]", Manner::Runs)
        .await;
    let app = json!({"id": "/team/web", "cmd": "sleep 1", "cpus": 0.1, "mem": 16, "instances": instances});
    cluster.post("/v2/apps", app).await.expect(201);
    cluster.settled().await;
    let tasks = cluster.get("/v2/apps/team/web/tasks").await.expect(200);
    let ids = ids(&tasks);
    assert_eq!(ids.len(), instances as usize);
    (cluster, ids)
}

fn ids(tasks: &Value) -> Vec<String> {
    let tasks = tasks["tasks"].as_array().unwrap().iter();
    tasks.map(|task| task["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_killed_task_is_replaced() {
    let (cluster, before) = running(2).await;
    let killed = cluster
        .delete(&format!("/v2/apps/team/web/tasks/{}", before[0]))
        .await
        .expect(200);
    assert_eq!(killed["task"]["id"], before[0]);
    let after = cluster
        .until("/v2/tasks?status=running", |tasks| {
            tasks["tasks"].as_array().is_some_and(|t| t.len() == 2) && !ids(tasks).contains(&before[0])
        })
        .await;
    assert!(ids(&after).contains(&before[1]));
    let unknown = cluster.delete("/v2/apps/team/web/tasks/none").await.expect(404);
    assert_eq!(unknown["message"], "Task 'none' does not exist");
    cluster.delete("/v2/apps/none/tasks/x").await.expect(404);
}

#[tokio::test]
async fn a_kill_with_scale_lowers_the_count() {
    let (cluster, before) = running(3).await;
    let scaled = cluster
        .delete("/v2/apps/team/web/tasks?scale=true&host=other")
        .await
        .expect(200);
    assert!(scaled["deploymentId"].is_string());
    let path = format!("/v2/apps/team/web/tasks/{}?scale=true", before[0]);
    cluster.delete(&path).await.expect(200);
    cluster.settled().await;
    let app = cluster.get("/v2/apps/team/web").await.expect(200);
    assert_eq!(
        (&app["app"]["instances"], &app["app"]["tasksRunning"]),
        (&json!(2), &json!(2))
    );
    let refused = cluster
        .delete("/v2/apps/team/web/tasks?scale=true&wipe=true")
        .await
        .expect(400);
    assert_eq!(refused["message"], "You cannot use scale and wipe at the same time.");
}

#[tokio::test]
async fn tasks_are_killed_by_a_list_of_ids() {
    let (cluster, before) = running(2).await;
    let killed = cluster
        .post("/v2/tasks/delete?scale=true", json!({"ids": before}))
        .await
        .expect(200);
    assert!(killed["deploymentId"].is_string());
    cluster.settled().await;
    assert_eq!(
        cluster.get("/v2/apps/team/web").await.expect(200)["app"]["instances"],
        0
    );
    let bad = cluster
        .post("/v2/tasks/delete", json!({"ids": ["nonsense"]}))
        .await
        .expect(400);
    assert_eq!(bad["message"], "Invalid task id 'nonsense'.");
    cluster.post("/v2/tasks/delete", json!({"no": []})).await.expect(422);
}

#[tokio::test]
async fn tasks_are_listed_as_text_for_load_balancers() {
    let (cluster, _) = running(1).await;
    let request = Request::get("/v2/tasks")
        .header("accept", "text/plain")
        .body(Body::empty())
        .unwrap();
    let reply = cluster.send(request).await;
    let fields: Vec<&str> = reply.text.trim_end_matches(['\t', '\n']).split('\t').collect();
    assert_eq!((fields.len(), fields[0]), (3, "team_web"), "{reply:?}");
    assert!(fields[2].starts_with("a1:310"), "{reply:?}");
    assert_eq!(
        cluster.get("/v2/tasks?status=staging").await.expect(200)["tasks"],
        json!([])
    );
}
