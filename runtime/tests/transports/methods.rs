//! What `OPTIONS` says of a path, whichever transports have it.

use agentgen::Server;
use agentgen::server::Cors;

use crate::agent::LabService;
use crate::running::{Answered, Running, answered, raw};

/// Its path is that of a route of REST too, and it may be called by `GET` over Connect.
const ECHO: &str = "/lab.v1.Lab/Echo";
/// The route of this rpc is another path.
const BLOB: &str = "/lab.v1.Lab/Blob";

async fn options(server: &Running, path: &str) -> (u16, String) {
    let Answered { status, headers, body } = answered(server.request("OPTIONS", path)).await;
    let allowed = headers.get("allow").map_or("", |value| value.to_str().unwrap());
    assert!(status != 204 || body.is_empty());
    (status.as_u16(), allowed.to_owned())
}

fn told(allowed: &str) -> (u16, String) {
    (204, allowed.to_owned())
}

async fn served(change: fn(Server<LabService>) -> Server<LabService>) -> Running {
    Running::start_with(change).await
}

#[tokio::test]
async fn every_transport_tells_the_methods_of_its_paths() {
    let grpc = served(|own| own.grpc().health()).await;
    for path in [ECHO, BLOB, "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"] {
        assert_eq!(options(&grpc, path).await, told("OPTIONS, POST"), "{path}");
    }
    assert_ne!(options(&grpc, "/lab.v1.Lab/Nothing").await.0, 204);
    grpc.end().await;
    let connect = served(Server::connect).await;
    assert_eq!(options(&connect, ECHO).await, told("GET, HEAD, OPTIONS, POST"));
    assert_eq!(options(&connect, BLOB).await, told("OPTIONS, POST"));
    assert_eq!(options(&connect, "/lab.v1.Lab/Nothing").await.0, 404);
    connect.end().await;
    let rest = served(Server::rest).await;
    assert_eq!(options(&rest, ECHO).await, told("OPTIONS, POST"));
    assert_eq!(options(&rest, BLOB).await.0, 404);
    rest.end().await;
}

#[tokio::test]
async fn the_methods_of_all_transports_are_told_together() {
    let server = Running::start().await;
    assert_eq!(options(&server, ECHO).await, told("GET, HEAD, OPTIONS, POST"));
    assert_eq!(options(&server, BLOB).await, told("OPTIONS, POST"));
    assert_eq!(options(&server, "/nowhere").await.0, 404);
    server.end().await;
}

#[tokio::test]
async fn the_server_as_a_whole_tells_the_methods_that_it_knows() {
    let grpc = served(Server::grpc).await;
    let all = Running::start().await;
    for (server, expected) in
        [(grpc, "OPTIONS, POST"), (all, "DELETE, GET, HEAD, OPTIONS, PATCH, POST")]
    {
        let head = "OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let answer = raw(&server, head).await.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 204 "), "{answer}");
        let allow = answer.lines().find_map(|line| line.strip_prefix("allow: ")).unwrap();
        let allow: Vec<_> = allow.split(", ").map(str::to_ascii_uppercase).collect();
        assert!(expected.split(", ").all(|own| allow.iter().any(|told| told == own)), "{allow:?}");
        assert!(!allow.iter().any(|told| told == "*"), "{allow:?}");
        server.end().await;
    }
}

#[tokio::test]
async fn a_browser_that_asks_for_a_page_is_told_by_cors() {
    let server = served(|own| own.grpc().connect().cors(Cors::any_origin())).await;
    for path in [ECHO, BLOB] {
        let request = server.request("OPTIONS", path).header("origin", "https://app.example");
        let request = request.header("access-control-request-method", "POST");
        let answer = answered(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (204, ""), "{path}");
        assert!(answer.header("access-control-allow-methods").contains("POST"), "{path}");
    }
    server.end().await;
}
