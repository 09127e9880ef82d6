use io_httpd::Method;
use serde_json::json;

use crate::cluster::{Cluster, Manner};

#[tokio::test]
async fn an_app_is_scaled_updated_restarted_and_deleted() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:8;mem:4096;ports:[31000-31099]", Manner::Runs)
        .await;
    cluster
        .post(
            "/v2/apps",
            json!({"id": "/web", "cmd": "sleep 1", "cpus": 0.1, "mem": 16}),
        )
        .await
        .expect(201);
    cluster.settled().await;

    cluster.put("/v2/apps/web", json!({"instances": 3})).await.expect(200);
    let scaled = cluster
        .until("/v2/apps/web", |app| app["app"]["tasksRunning"] == 3)
        .await;
    cluster.settled().await;
    assert_eq!(scaled["app"]["cmd"], "sleep 1");

    let reply = cluster.patch("/v2/apps/web", json!({"cmd": "sleep 2"})).await;
    let id = reply.headers["marathon-deployment-id"].to_str().unwrap().to_owned();
    let changed = reply.expect(200);
    assert_eq!(changed["deploymentId"], id);
    cluster.settled().await;
    let app = cluster.get("/v2/apps/web?embed=app.taskStats").await.expect(200);
    assert_eq!(app["app"]["version"], changed["version"]);
    assert_eq!(app["app"]["versionInfo"]["lastConfigChangeAt"], changed["version"]);
    assert!(
        app["app"]["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|task| task["version"] == changed["version"]),
        "{app}"
    );
    assert_eq!(
        app["app"]["taskStats"]["withLatestConfig"]["stats"]["counts"]["running"],
        3
    );

    let restarted = cluster
        .call(Method::POST, "/v2/apps/web/restart", None)
        .await
        .expect(200);
    cluster.settled().await;
    let app = cluster.get("/v2/apps/web").await.expect(200);
    assert!(
        app["app"]["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|task| task["version"] == restarted["version"]),
        "{app}"
    );

    cluster.delete("/v2/apps/web").await.expect(200);
    cluster.get("/v2/apps/web").await.expect(404);
    cluster.settled().await;
    let left = cluster.get("/v2/tasks").await.expect(200);
    assert_eq!(left["tasks"], json!([]));
}

#[tokio::test]
async fn a_change_in_the_way_of_another_is_refused_unless_forced() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:8;mem:4096;ports:[31000-31099]", Manner::Silent)
        .await;
    let created = cluster
        .post("/v2/apps", json!({"id": "/web", "cmd": "sleep 1"}))
        .await
        .expect(201);
    let running = created["deployments"][0]["id"].clone();

    let refused = cluster.put("/v2/apps/web", json!({"instances": 2})).await.expect(409);
    assert_eq!(refused["deployments"], json!([{"id": running}]));
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .starts_with("App is locked by one or more deployments."),
        "{refused}"
    );
    let exists = cluster
        .post("/v2/apps", json!({"id": "/web", "cmd": "sleep 1"}))
        .await
        .expect(409);
    assert_eq!(exists["message"], "An app with id [/web] already exists.");

    let forced = cluster
        .put("/v2/apps/web?force=true", json!({"instances": 2}))
        .await
        .expect(200);
    let list = cluster.get("/v2/deployments").await.expect(200);
    assert_eq!(
        (list.as_array().unwrap().len(), &list[0]["id"]),
        (1, &forced["deploymentId"])
    );
}

#[tokio::test]
async fn a_deployment_is_shown_rolled_back_and_stopped() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:8;mem:4096;ports:[31000-31099]", Manner::Silent)
        .await;
    let created = cluster
        .post("/v2/apps", json!({"id": "/web", "cmd": "sleep 1"}))
        .await
        .expect(201);
    let id = created["deployments"][0]["id"].as_str().unwrap().to_owned();
    let start = json!({"action": "StartApplication", "app": "/web"});
    let list = cluster
        .until("/v2/deployments", |list| list[0]["currentStep"] == 2)
        .await;
    let deployment = &list[0];
    assert_eq!(
        (&deployment["affectedApps"], &deployment["totalSteps"]),
        (&json!(["/web"]), &json!(2))
    );
    assert_eq!(deployment["steps"][0]["actions"], json!([start]));
    assert_eq!(deployment["currentActions"][0]["action"], "ScaleApplication");
    assert_eq!(deployment["version"], created["version"]);

    let back = cluster.delete(&format!("/v2/deployments/{id}")).await.expect(200);
    assert_ne!(back["deploymentId"], id);
    cluster.settled().await;
    cluster.get("/v2/apps/web").await.expect(404);
    let unknown = cluster.delete(&format!("/v2/deployments/{id}")).await.expect(404);
    assert_eq!(unknown["message"], format!("DeploymentPlan {id} does not exist"));

    let created = cluster
        .post("/v2/apps", json!({"id": "/other", "cmd": "sleep 1"}))
        .await
        .expect(201);
    let id = created["deployments"][0]["id"].as_str().unwrap();
    let stopped = cluster.delete(&format!("/v2/deployments/{id}?force=true")).await;
    assert_eq!((stopped.status.as_u16(), stopped.text.as_str()), (202, ""));
    assert_eq!(cluster.get("/v2/deployments").await.expect(200), json!([]));
    cluster.get("/v2/apps/other").await.expect(200);
}

#[tokio::test]
async fn put_creates_what_is_not_there_and_patch_does_not() {
    let cluster = Cluster::start().await;
    let created = cluster
        .put("/v2/apps/team/new", json!({"cmd": "true", "instances": 0}))
        .await;
    assert_eq!(created.headers["location"], "/v2/apps/team/new");
    created.expect(201);
    cluster.settled().await;
    let missing = cluster.patch("/v2/apps/none", json!({"cmd": "true"})).await.expect(404);
    assert_eq!(missing["message"], "App '/none' does not exist");

    let replacement = json!({"cmd": "other", "instances": 0, "labels": {"a": "b"}});
    cluster
        .put("/v2/apps/team/new?partialUpdate=false", replacement)
        .await
        .expect(200);
    cluster.settled().await;
    cluster
        .put(
            "/v2/apps/team/new?partialUpdate=false",
            json!({"cmd": "other", "instances": 0}),
        )
        .await
        .expect(200);
    let app = cluster.get("/v2/apps/team/new").await.expect(200);
    assert_eq!(app["app"]["labels"], json!({}));
    cluster.settled().await;

    let same = cluster.put("/v2/apps/team/new", json!({"cmd": "other"})).await;
    assert!(same.headers.contains_key("marathon-deployment-id"));
    same.expect(200);
    assert_eq!(cluster.get("/v2/deployments").await.expect(200), json!([]));
}

#[tokio::test]
async fn many_apps_are_put_in_one_deployment() {
    let cluster = Cluster::start().await;
    let both = json!([{"id": "/a", "cmd": "true", "instances": 0}, {"id": "/b", "cmd": "true", "instances": 0}]);
    let put = cluster.put("/v2/apps", both).await.expect(200);
    assert!(put["deploymentId"].is_string());
    cluster.settled().await;
    cluster
        .patch(
            "/v2/apps",
            json!([{"id": "/a", "cmd": "one"}, {"id": "/b", "cmd": "two"}]),
        )
        .await
        .expect(200);
    cluster.settled().await;
    assert_eq!(cluster.get("/v2/apps/b").await.expect(200)["app"]["cmd"], "two");
    cluster
        .patch(
            "/v2/apps",
            json!([{"id": "/a", "cmd": "three"}, {"id": "/c", "cmd": "four"}]),
        )
        .await
        .expect(404);
    assert_eq!(cluster.get("/v2/apps/a").await.expect(200)["app"]["cmd"], "one");
    let nameless = cluster.put("/v2/apps", json!([{"cmd": "true"}])).await.expect(422);
    assert_eq!(nameless["message"], "App Update must have app id set");
}
