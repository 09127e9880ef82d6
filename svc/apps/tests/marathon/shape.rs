use io_httpd::{Body, Method, Request};
use serde_json::json;

use crate::cluster::Cluster;

#[tokio::test]
async fn what_is_no_app_is_refused_where_it_is_wrong() {
    let cluster = Cluster::start().await;
    let post = |body: &'static str| {
        let request = Request::post("/v2/apps").header("content-type", "application/json; charset=utf-8");
        cluster.send(request.body(Body::from(body)).unwrap())
    };
    let no_json = post("{").await.expect(400);
    assert_eq!(no_json["message"], "Invalid JSON");
    let shape = post(r#"{"id": "/x", "cmd": "true", "cpus": "four"}"#).await.expect(422);
    assert_eq!(shape["message"], "Invalid JSON");
    assert_eq!(
        shape["details"],
        json!([{"path": "/cpus", "errors": ["error.expected.jsnumber"]}])
    );
    let list = post(r#"[{"id": "/x", "cmd": "true"}]"#).await.expect(422);
    assert_eq!(list["message"], "Invalid JSON");
    let rules = post(r#"{"id": "/x"}"#).await.expect(422);
    assert_eq!(
        (&rules["message"], &rules["details"][0]["path"]),
        (&json!("Object is not valid"), &json!("/"))
    );
    post(r#"{"id": "/x", "cmd": "true", "instances": 0, "unknown": 1}"#)
        .await
        .expect(201);

    let form = Request::post("/v2/apps").header("content-type", "application/x-www-form-urlencoded");
    cluster.send(form.body(Body::from("{}")).unwrap()).await.expect(415);
    let large = json!({"id": "/large", "cmd": "x".repeat(1 << 20)});
    cluster.post("/v2/apps", large).await.expect(413);
}

#[tokio::test]
async fn every_answer_is_dressed_as_marathons() {
    let cluster = Cluster::start().await;
    let ping = cluster.get("/ping").await;
    assert_eq!(
        (ping.text.as_str(), ping.headers["content-type"].to_str().unwrap()),
        ("pong", "text/plain")
    );
    assert_eq!(ping.headers["x-marathon-leader"], "http://m1:8080");
    assert_eq!(ping.headers["cache-control"], "no-cache, no-store, must-revalidate");
    let unknown = cluster.get("/v2/nothing").await;
    assert_eq!(unknown.headers["x-marathon-leader"], "http://m1:8080");
    assert_eq!(unknown.expect(404), json!({"message": "URI not found"}));
    for path in ["/v2/apps/%ff", "/v2/groups/%ff", "/v2/queue/%ff/delay"] {
        let bytes = cluster.get(path).await;
        assert_eq!(bytes.expect(400), json!({"message": "the path is not UTF-8"}), "{path}");
    }
    let wrong = cluster.call(Method::PUT, "/v2/info", Some(json!({}))).await;
    assert_eq!(wrong.headers["allow"], "GET,HEAD");
    assert_eq!(wrong.expect(405), json!({"message": "Method Not Allowed"}));
    let options = cluster.call(Method::OPTIONS, "/v2/info", None).await;
    assert_eq!(
        (options.status.as_u16(), options.headers["allow"].to_str().unwrap()),
        (200, "GET,HEAD")
    );
    let head = cluster.call(Method::HEAD, "/v2/info", None).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    for (method, path) in [
        (Method::GET, "/v2/apps/x/restart"),
        (Method::POST, "/v2/apps/x"),
        (Method::PUT, "/v2/apps/x/tasks"),
    ] {
        let wrong = cluster.call(method, path, Some(json!({}))).await;
        assert!(wrong.headers.contains_key("allow"), "{path}");
        wrong.expect(405);
    }
}

#[tokio::test]
async fn it_says_what_it_is() {
    let cluster = Cluster::start().await;
    let info = cluster.get("/v2/info").await.expect(200);
    assert_eq!(
        (&info["name"], &info["version"], &info["frameworkId"]),
        (&json!("marathon"), &json!("1.11.24"), &json!("marathon"))
    );
    assert_eq!((&info["leader"], &info["elected"]), (&json!("m1:8080"), &json!(true)));
    assert_eq!(
        cluster.get("/v2/leader").await.expect(200),
        json!({"leader": "m1:8080"})
    );
    assert_eq!(cluster.get("/v2/plugins").await.expect(200), json!({"plugins": []}));
    assert_eq!(cluster.get("/v2/deployments").await.expect(200), json!([]));
    let metrics = cluster.get("/metrics").await.expect(200);
    assert_eq!(
        (&metrics["version"], &metrics["histograms"]),
        (&json!("4.0.0"), &json!({}))
    );
    assert_eq!(metrics["gauges"]["marathon.apps.active.gauge"]["value"], 0.0);
    assert!(
        metrics["gauges"]["marathon.uptime.gauge.seconds"]["value"]
            .as_f64()
            .unwrap()
            > 0.0
    );
}
