//! Both sides of a link over a real connection on loopback.

use std::net::SocketAddr;

use io_httpd::{
    Body, IntoResponse, Request, Response, Router, StatusCode, Upgraded, client, header, http, routing, serve,
    serve_stream, upgrade,
};
use io_link::{DialError, PATH, UPGRADE, accept, dial};
use tokio::{net::TcpListener, sync::mpsc};
use wire_link::{ToAgent, ToMaster};

/// A master that takes every link with the token `good`.
async fn master() -> (SocketAddr, mpsc::UnboundedReceiver<Upgraded>) {
    let (links, taken) = mpsc::unbounded_channel();
    let take = move |mut request: Request| async move {
        if request
            .headers()
            .get(header::AUTHORIZATION)
            .is_none_or(|value| value != "Bearer good")
        {
            return (StatusCode::UNAUTHORIZED, "who are you?").into_response();
        }
        let upgrading = upgrade(&mut request);
        tokio::spawn(async move { links.send(upgrading.await.unwrap()) });
        (
            StatusCode::SWITCHING_PROTOCOLS,
            [(header::CONNECTION, "upgrade"), (header::UPGRADE, UPGRADE)],
        )
            .into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route(PATH, routing::post(take));
    tokio::spawn(serve(listener, router, std::future::pending()));
    (address, taken)
}

#[tokio::test]
async fn messages_go_both_ways_in_order() {
    let (address, mut links) = master().await;
    let (agent, dialled) = tokio::join!(dial(address, "good"), links.recv());
    let (to_master, mut from_master, _streams) = agent.unwrap();
    to_master.send(ToMaster::Pong);
    let (to_agent, mut from_agent, _opener) = accept(dialled.unwrap()).await.unwrap();
    assert_eq!(from_agent.recv().await.unwrap(), ToMaster::Pong);
    for index in 0..5000 {
        assert!(to_agent.send(ToAgent::Ping { epoch: 1, index }));
    }
    for index in 0..5000 {
        assert_eq!(from_master.recv().await.unwrap(), ToAgent::Ping { epoch: 1, index });
    }
    drop(to_master);
    assert!(from_agent.recv().await.is_err());
}

#[tokio::test]
async fn the_master_speaks_http_to_the_agents_router() {
    let (address, mut links) = master().await;
    let (agent, dialled) = tokio::join!(dial(address, "good"), links.recv());
    let (to_master, _from_master, mut streams) = agent.unwrap();
    to_master.send(ToMaster::Pong);
    let (_to_agent, _from_agent, opener) = accept(dialled.unwrap()).await.unwrap();
    let big = "x".repeat(3 * 1024 * 1024);
    let body = big.clone();
    let router = Router::new().route("/log", routing::get(|| async move { body }));
    tokio::spawn(async move {
        while let Some(stream) = streams.next().await {
            tokio::spawn(serve_stream(stream, router.clone()));
        }
    });
    let ask = |path: &'static str| {
        let opener = opener.clone();
        async move {
            let stream = opener.open().await.unwrap();
            let request = http::Request::get(path)
                .header(header::HOST, "agent")
                .body(Body::empty())
                .unwrap();
            let response = client::send(stream, request).await.unwrap();
            let status = response.status();
            (status, client::collect(response.into_body(), 8 << 20).await.unwrap())
        }
    };
    let (log, missing) = tokio::join!(ask("/log"), ask("/nothing"));
    assert_eq!((log.0, log.1.len()), (StatusCode::OK, big.len()));
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_the_masters_words() {
    let (address, _links) = master().await;
    let Err(DialError::Refused { status, body, .. }) = dial(address, "bad").await else {
        panic!("it was taken")
    };
    assert_eq!((status, body.as_str()), (401, "who are you?"));
}

#[tokio::test]
async fn a_master_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert!(matches!(
        dial(address, "good").await,
        Err(DialError::Unreachable { .. })
    ));
}

#[tokio::test]
async fn a_response_without_upgrade_is_no_link() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let busy = || async { Response::new(Body::from("not here")) };
    tokio::spawn(serve(
        listener,
        Router::new().route(PATH, routing::post(busy)),
        std::future::pending(),
    ));
    assert!(matches!(
        dial(address, "good").await,
        Err(DialError::Refused { status: 200, .. })
    ));
}
