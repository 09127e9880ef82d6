use serde_json::{Value, json};

use crate::cluster::{Cluster, Manner};

fn declined(item: &Value, reason: &str) -> Value {
    let rows = item["processedOffersSummary"]["rejectSummaryLastOffers"]
        .as_array()
        .unwrap();
    rows.iter().find(|row| row["reason"] == reason).unwrap()["declined"].clone()
}

#[tokio::test]
async fn the_queue_and_explain_say_why_nothing_fits() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:2;mem:1024;ports:[31000-31009]", Manner::Runs)
        .await;
    cluster
        .agent("a2", "cpus:8;mem:64;ports:[31000-31009]", Manner::Runs)
        .await;
    let app = json!({"id": "/big", "cmd": "sleep 1", "cpus": 4, "mem": 512, "instances": 3});
    cluster.post("/v2/apps", app).await.expect(201);
    let queue = cluster
        .until("/v2/queue", |q| {
            q["queue"][0]["processedOffersSummary"]["unusedOffersCount"] == 2
        })
        .await;
    let item = &queue["queue"][0];
    assert_eq!((&item["app"]["id"], &item["count"]), (&json!("/big"), &json!(3)));
    assert_eq!(item["delay"], json!({"timeLeftSeconds": 0, "overdue": true}));
    assert_eq!(declined(item, "InsufficientCpus"), 1);
    assert_eq!(declined(item, "InsufficientMemory"), 1);
    assert!(item.get("lastUnusedOffers").is_none());

    let why = cluster.get("/harmony/v1/explain//big").await.expect(200);
    assert_eq!(
        (&why["app"], &why["pending"], &why["agents_considered"]),
        (&json!("/big"), &json!(3), &json!(2))
    );
    let refused = why["refused"].as_array().unwrap();
    assert_eq!(
        (&refused[0]["filter"], &refused[0]["agents"]),
        (&json!("cpus"), &json!(1))
    );
    assert!(
        refused[0]["help"].as_str().unwrap().contains("Cpus 4 is asked for"),
        "{why}"
    );
    assert!(
        refused[1]["help"].as_str().unwrap().contains("Mem 512 is asked for"),
        "{why}"
    );
    assert!(
        why["why"].as_str().unwrap().contains("3 instances have no place"),
        "{why}"
    );
    assert!(why["deployment"]["id"].is_string());
    assert_eq!(why["instances"].as_array().unwrap().len(), 3);
    let unknown = cluster.get("/harmony/v1/explain/none").await.expect(404);
    assert_eq!(unknown["error"]["code"], "not_found");

    // Room appears: what waited is placed without being asked again.
    cluster
        .agent("a3", "cpus:64;mem:65536;ports:[31000-31009]", Manner::Runs)
        .await;
    cluster
        .until("/v2/apps/big", |app| app["app"]["tasksRunning"] == 3)
        .await;
    assert_eq!(cluster.get("/v2/queue").await.expect(200), json!({"queue": []}));
}

#[tokio::test]
async fn failures_delay_launches_until_somebody_resets_that() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Fails)
        .await;
    let app = json!({"id": "/bad", "cmd": "false", "backoffSeconds": 300, "maxLaunchDelaySeconds": 3600});
    cluster.post("/v2/apps", app).await.expect(201);
    let queue = cluster
        .until("/v2/queue", |q| q["queue"][0]["delay"]["overdue"] == false)
        .await;
    assert!(
        queue["queue"][0]["delay"]["timeLeftSeconds"].as_u64().unwrap() > 200,
        "{queue}"
    );
    let shown = cluster.get("/v2/apps/bad").await.expect(200);
    let failure = &shown["app"]["lastTaskFailure"];
    assert_eq!(
        (&failure["state"], &failure["host"]),
        (&json!("TASK_FAILED"), &json!("a1"))
    );
    let first = failure["taskId"].clone();

    let reset = cluster.delete("/v2/queue//bad/delay").await;
    assert_eq!((reset.status.as_u16(), reset.text.as_str()), (204, ""));
    cluster
        .until("/v2/apps/bad", |app| app["app"]["lastTaskFailure"]["taskId"] != first)
        .await;
    let unknown = cluster.delete("/v2/queue//none/delay").await.expect(404);
    assert_eq!(unknown["message"], "Application /none not found in tasks queue.");
    cluster.delete("/v2/queue//bad").await.expect(404);
}

#[tokio::test]
async fn a_thousand_instances_come_up() {
    let cluster = Cluster::start().await;
    for n in 0..20 {
        cluster
            .agent(
                &format!("a{n}"),
                "cpus:100;mem:100000;ports:[31000-31999]",
                Manner::Runs,
            )
            .await;
    }
    for n in 0..4 {
        let app = json!({"id": format!("/many/{n}"), "cmd": "sleep 1", "cpus": 0.01, "mem": 1, "instances": 250});
        cluster.post("/v2/apps", app).await.expect(201);
    }
    cluster.settled().await;
    let metrics = cluster.get("/metrics").await.expect(200);
    assert_eq!(metrics["gauges"]["marathon.instances.running.gauge"]["value"], 1000.0);
    assert_eq!(metrics["counters"]["marathon.tasks.launched.counter"]["count"], 1000);
    assert_eq!(metrics["gauges"]["marathon.groups.active.gauge"]["value"], 2.0);
}
