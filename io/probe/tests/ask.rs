//! Probes against real listeners on loopback.

use std::{net::SocketAddr, time::Duration};

use io_httpd::{Router, StatusCode, routing::get, serve};
use io_probe::{Ask, ask};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(5);

async fn server() -> SocketAddr {
    let router = Router::new()
        .route("/ok", get(|| async { "fine" }))
        .route("/moved", get(|| async { StatusCode::FOUND }))
        .route("/bad", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router, std::future::pending()));
    address
}

fn http(path: &str) -> Ask<'_> {
    Ask::Http { tls: false, path }
}

#[tokio::test]
async fn healthy_is_200_to_399() {
    let address = server().await;
    assert_eq!(ask(address, http("/ok"), PATIENCE).await, Ok(()));
    assert_eq!(ask(address, http("/moved"), PATIENCE).await, Ok(()));
    let why = ask(address, http("/bad"), PATIENCE).await.unwrap_err();
    assert!(why.contains("HTTP status 500"), "{why}");
    assert_eq!(ask(address, Ask::Tcp, PATIENCE).await, Ok(()));
}

#[tokio::test]
async fn a_closed_port_and_a_silent_one_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let why = ask(address, http("/"), Duration::from_millis(50)).await.unwrap_err();
    assert!(why.contains("within 50 ms"), "{why}");
    drop(listener);
    let why = ask(address, Ask::Tcp, PATIENCE).await.unwrap_err();
    assert!(why.contains("cannot connect"), "{why}");
}
