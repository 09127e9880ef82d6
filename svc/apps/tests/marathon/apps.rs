use serde_json::json;

use crate::cluster::{Cluster, Manner};

#[tokio::test]
async fn an_app_is_created_and_runs() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Runs)
        .await;
    let app = json!({"id": "web", "cmd": "sleep 100", "cpus": 0.5, "mem": 32, "instances": 2});
    let reply = cluster.post("/v2/apps", app).await;
    let deployment = reply.headers["marathon-deployment-id"].to_str().unwrap().to_owned();
    assert_eq!(reply.headers["location"], "/v2/apps/web");
    let created = reply.expect(201);
    assert_eq!((&created["id"], &created["tasksStaged"]), (&json!("/web"), &json!(0)));
    assert_eq!(created["deployments"], json!([{"id": deployment}]));
    assert!(created.get("tasks").is_none());

    let shown = cluster
        .until("/v2/apps//web", |app| app["app"]["tasksRunning"] == 2)
        .await;
    let app = &shown["app"];
    assert_eq!(app["version"], created["version"]);
    let tasks = app["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    for task in tasks {
        assert_eq!(
            (&task["state"], &task["host"], &task["appId"]),
            (&json!("TASK_RUNNING"), &json!("a1"), &json!("/web"))
        );
        assert!(task["id"].as_str().unwrap().starts_with("web.instance-"), "{task}");
        assert!(
            (31_000..=31_009).contains(&task["ports"][0].as_u64().unwrap()),
            "{task}"
        );
        assert!(task["servicePorts"][0].as_u64().unwrap() >= 10_000, "{task}");
    }
    cluster.settled().await;
    let listed = cluster.get("/v2/apps").await.expect(200);
    assert_eq!(listed["apps"][0]["tasksRunning"], 2);
    assert_eq!(listed["apps"][0]["deployments"], json!([]));
    assert!(listed["apps"][0].get("tasks").is_none());
    let acknowledged = |control: &core_control::Control| {
        control.master.tasks().count() == 2 && control.master.tasks().all(|(_, task)| task.unacknowledged.is_empty())
    };
    cluster.until_state(acknowledged).await;
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let room = "cpus:4;mem:1024;ports:[31000-31009]";
    let cluster = Cluster::start().await;
    let agent = cluster.agent("a1", room, Manner::Silent).await;
    let app = json!({"id": "/web", "cmd": "sleep 100", "cpus": 0.5, "mem": 32, "instances": 2});
    cluster.post("/v2/apps", app).await.expect(201);
    cluster.until_state(|control| control.master.tasks().count() == 2).await;
    let deployments = cluster.get("/v2/deployments").await.expect(200);

    let cluster = cluster.restart().await;
    assert_eq!(
        cluster.get("/v2/deployments").await.expect(200)[0]["id"],
        deployments[0]["id"]
    );
    cluster.rejoin(&agent, "a1", room, Manner::Runs).await;
    cluster
        .until("/v2/apps/web", |app| app["app"]["tasksRunning"] == 2)
        .await;
    cluster.settled().await;
    assert_eq!(
        cluster.get("/v2/tasks").await.expect(200)["tasks"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn lists_are_filtered_and_embed_what_is_asked_for() {
    let cluster = Cluster::start().await;
    for (id, cmd, label) in [
        ("/a/one", "sleep 1", "x"),
        ("/a/two", "true", "y"),
        ("/b", "SLEEP 2", "x"),
    ] {
        let app = json!({"id": id, "cmd": cmd, "instances": 0, "labels": {"tier": label}});
        cluster.post("/v2/apps", app).await.expect(201);
    }
    let ids = |answer: serde_json::Value| -> Vec<String> {
        answer["apps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|app| app["id"].as_str().unwrap().to_owned())
            .collect()
    };
    for (query, expected) in [
        ("", vec!["/a/one", "/a/two", "/b"]),
        ("?id=/a/", vec!["/a/one", "/a/two"]),
        ("?cmd=sleep", vec!["/a/one", "/b"]),
        ("?label=tier==y", vec!["/a/two"]),
        ("?label=tier%20in%20(x)&cmd=SLEEP&id=B", vec!["/b"]),
    ] {
        assert_eq!(
            ids(cluster.get(&format!("/v2/apps{query}")).await.expect(200)),
            expected,
            "{query}"
        );
    }
    let refused = cluster.get("/v2/apps?label=a%20b").await.expect(422);
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .starts_with("Can not parse label selector"),
        "{refused}"
    );

    let embedded = cluster
        .get("/v2/apps?embed=apps.tasks&embed=apps.readiness")
        .await
        .expect(200);
    assert_eq!(
        (
            &embedded["apps"][0]["tasks"],
            &embedded["apps"][0]["readinessCheckResults"]
        ),
        (&json!([]), &json!([]))
    );

    let below = cluster.get("/v2/apps//a/*").await.expect(200);
    assert_eq!(below["*"].as_array().unwrap().len(), 2);
    cluster.get("/v2/apps//none/*").await.expect(404);
}

#[tokio::test]
async fn groups_are_shown_as_the_paths_make_them() {
    let cluster = Cluster::start().await;
    for id in ["/top", "/team/web", "/team/db/main"] {
        cluster
            .post("/v2/apps", json!({"id": id, "cmd": "true", "instances": 0}))
            .await
            .expect(201);
    }
    let root = cluster.get("/v2/groups").await.expect(200);
    assert_eq!((&root["id"], &root["apps"][0]["id"]), (&json!("/"), &json!("/top")));
    assert_eq!(root["groups"][0]["id"], "/team");
    assert_eq!(root["groups"][0]["groups"][0]["apps"][0]["id"], "/team/db/main");
    let db = cluster
        .get("/v2/groups//team/db?embed=group.apps&embed=group.apps.counts")
        .await
        .expect(200);
    assert_eq!(
        (&db["id"], &db["apps"][0]["tasksRunning"]),
        (&json!("/team/db"), &json!(0))
    );
    assert!(db.get("groups").is_none());
    let unknown = cluster.get("/v2/groups/none").await.expect(404);
    assert_eq!(unknown["message"], "Group '/none' does not exist");
    let refused = cluster.post("/v2/groups", json!({"id": "/x"})).await;
    assert_eq!(refused.headers["allow"], "GET,HEAD");
    refused.expect(405);
}

#[tokio::test]
async fn versions_are_kept_and_can_come_back() {
    let cluster = Cluster::start().await;
    cluster
        .post("/v2/apps", json!({"id": "/v", "cmd": "one", "instances": 0}))
        .await
        .expect(201);
    let first = cluster.get("/v2/apps/v").await.expect(200)["app"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    cluster.settled().await;
    cluster.put("/v2/apps/v", json!({"cmd": "two"})).await.expect(200);
    cluster.settled().await;
    let versions = cluster.get("/v2/apps/v/versions").await.expect(200);
    let versions = versions["versions"].as_array().unwrap().clone();
    assert_eq!((versions.len(), versions[1].as_str().unwrap()), (2, first.as_str()));
    let old = cluster.get(&format!("/v2/apps/v/versions/{first}")).await.expect(200);
    assert_eq!((&old["cmd"], &old["version"]), (&json!("one"), &json!(first)));
    cluster.put("/v2/apps/v", json!({"version": first})).await.expect(200);
    let now = cluster.get("/v2/apps/v").await.expect(200);
    assert_eq!(now["app"]["cmd"], "one");

    let never = "2001-01-01T00:00:00.000Z";
    let unknown = cluster.get(&format!("/v2/apps/v/versions/{never}")).await.expect(404);
    assert_eq!(
        unknown["message"],
        format!("App '/v' does not exist in version {never}")
    );
    cluster.put("/v2/apps/v", json!({"version": never})).await.expect(404);
    cluster.get("/v2/apps/v/versions/yesterday").await.expect(422);
    cluster.get("/v2/apps/none/versions").await.expect(404);
}
