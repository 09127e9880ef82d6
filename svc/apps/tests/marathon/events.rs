use model_cluster::TaskState;
use serde_json::{Value, json};

use crate::cluster::{Cluster, Manner};

fn names(events: &[(String, Value)]) -> Vec<&str> {
    events.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn the_stream_tells_the_life_of_a_deployment() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Runs)
        .await;
    let mut stream = cluster.listen("?plan-format=light").await;
    assert_eq!(stream.next().await.0, "event_stream_attached");
    let created = cluster
        .post("/v2/apps", json!({"id": "/team/web", "cmd": "sleep 1"}))
        .await
        .expect(201);
    let events = stream.up_to("deployment_success").await;
    let mut seen = names(&events);
    // The post is told by the request's handler, beside the facts.
    let posted = seen
        .iter()
        .position(|name| *name == "api_post_event")
        .expect("an api_post_event");
    seen.remove(posted);
    assert_eq!(
        seen[..3],
        ["group_change_success", "deployment_info", "deployment_step_success"],
        "{seen:?}"
    );
    assert!(seen.contains(&"status_update_event"), "{seen:?}");

    let find = |name: &str| events.iter().find(|(event, _)| event == name).unwrap().1.clone();
    assert_eq!(find("group_change_success")["groupId"], "/team");
    assert_eq!(find("api_post_event")["appDefinition"]["id"], "/team/web");
    let success = find("deployment_success");
    assert_eq!(success["id"], created["deployments"][0]["id"]);
    assert_eq!(
        (&success["plan"]["id"], success["plan"].get("original")),
        (&success["id"], None)
    );
    let status = find("status_update_event");
    assert_eq!(
        (&status["taskStatus"], &status["host"], &status["appId"]),
        (&json!("TASK_RUNNING"), &json!("a1"), &json!("/team/web"))
    );
    assert_eq!(
        (&status["version"], &status["eventType"]),
        (&created["version"], &json!("status_update_event"))
    );
    let conditions: Vec<&Value> = events
        .iter()
        .filter(|(name, _)| name == "instance_changed_event")
        .map(|(_, event)| &event["condition"])
        .collect();
    assert_eq!(conditions, ["Scheduled", "Provisioned", "Running"]);
}

#[tokio::test]
async fn a_filtered_stream_has_only_what_it_asked_for() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Runs)
        .await;
    let mut stream = cluster
        .listen("?event_type=deployment_success&event_type=app_terminated_event")
        .await;
    cluster
        .post("/v2/apps", json!({"id": "/web", "cmd": "sleep 1"}))
        .await
        .expect(201);
    assert_eq!(stream.next().await.0, "deployment_success");
    cluster.delete("/v2/apps/web").await.expect(200);
    let events = [stream.next().await, stream.next().await];
    let mut seen = names(&events);
    seen.sort_unstable();
    assert_eq!(seen, ["app_terminated_event", "deployment_success"]);
}

#[tokio::test]
async fn health_is_told() {
    let cluster = Cluster::start().await;
    let agent = cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Healthy)
        .await;
    let mut stream = cluster.listen("").await;
    let check = json!({"protocol": "MESOS_HTTP", "path": "/", "gracePeriodSeconds": 1});
    cluster
        .post(
            "/v2/apps",
            json!({"id": "/web", "cmd": "sleep 1", "healthChecks": [check]}),
        )
        .await
        .expect(201);
    let events = stream.up_to("instance_health_changed_event").await;
    assert!(
        names(&events).contains(&"add_health_check_event"),
        "{:?}",
        names(&events)
    );
    assert_eq!(events.last().unwrap().1["healthy"], true);
    cluster.settled().await;
    let app = cluster.get("/v2/apps/web").await.expect(200);
    assert_eq!(
        (&app["app"]["tasksHealthy"], &app["app"]["tasksUnhealthy"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(app["app"]["tasks"][0]["healthCheckResults"][0]["alive"], true);

    let task = app["app"]["tasks"][0]["id"].as_str().unwrap();
    cluster.say(&agent, task, TaskState::Running, Some(false)).await;
    let events = stream.up_to("instance_health_changed_event").await;
    assert!(
        names(&events).contains(&"failed_health_check_event"),
        "{:?}",
        names(&events)
    );
    let app = cluster
        .until("/v2/apps/web", |app| app["app"]["tasksUnhealthy"] == 1)
        .await;
    assert_eq!(app["app"]["tasks"][0]["healthCheckResults"][0]["alive"], false);
}

#[tokio::test]
async fn listeners_come_and_go() {
    let cluster = Cluster::start().await;
    let mut first = cluster.listen("").await;
    assert_eq!(first.next().await.0, "event_stream_attached");
    let mut second = cluster.listen("").await;
    assert_eq!(first.next().await.0, "event_stream_attached");
    assert_eq!(second.next().await.0, "event_stream_attached");
    drop(second);
    assert_eq!(first.next().await.0, "event_stream_detached");
    drop(first);
    let mut third = cluster.listen("?event_type=deployment_success").await;
    cluster
        .post("/v2/apps", json!({"id": "/web", "cmd": "true", "instances": 0}))
        .await
        .expect(201);
    assert_eq!(third.next().await.0, "deployment_success");
}

#[tokio::test]
async fn a_plan_has_the_groups_before_and_after_unless_it_shall_be_light() {
    let cluster = Cluster::start().await;
    cluster
        .agent("a1", "cpus:4;mem:1024;ports:[31000-31009]", Manner::Runs)
        .await;
    let mut stream = cluster.listen("?event_type=deployment_success").await;
    let plan_of = |events: Vec<(String, Value)>| events.last().map(|(_, event)| event["plan"].clone()).unwrap();
    let app = json!({"id": "/team/web", "cmd": "sleep 1", "cpus": 0.1});
    cluster.post("/v2/apps", app).await.expect(201);
    let plan = plan_of(stream.up_to("deployment_success").await);
    assert_eq!(
        (&plan["original"]["id"], &plan["original"]["groups"]),
        (&json!("/"), &json!([]))
    );
    let team = &plan["target"]["groups"][0];
    assert_eq!((&team["id"], &team["apps"][0]["cpus"]), (&json!("/team"), &json!(0.1)));

    cluster
        .put("/v2/apps//team/web", json!({"cpus": 0.2}))
        .await
        .expect(200);
    let plan = plan_of(stream.up_to("deployment_success").await);
    let cpus = |group: &str| plan[group]["groups"][0]["apps"][0]["cpus"].clone();
    assert_eq!((cpus("original"), cpus("target")), (json!(0.1), json!(0.2)));

    let mut stream = cluster
        .listen("?event_type=deployment_info&event_type=deployment_success")
        .await;
    cluster.delete("/v2/apps//team/web").await.expect(200);
    for name in ["deployment_info", "deployment_success"] {
        let plan = plan_of(stream.up_to(name).await);
        assert_eq!(plan["original"]["groups"][0]["id"], "/team", "{name}");
        assert_eq!(plan["target"]["groups"], json!([]), "{name}");
    }
}
