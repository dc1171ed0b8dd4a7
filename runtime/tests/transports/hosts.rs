//! The host that a request names: one, well formed, over every version of HTTP.

use std::sync::atomic::Ordering;

use h2::client;
use http::Request;
use tokio::net::TcpStream;

use crate::running::{Running, raw, soon};

const PATH: &str = "/v1/echo/a";

/// The status of a request over HTTP/1.1 with this target and `Host`.
async fn over_http_1(server: &Running, target: &str, host: &str) -> String {
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let answer = raw(server, &request).await;
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// That of one over HTTP/2 with this `:authority`.
async fn over_http_2(server: &Running, authority: &str, host: Option<&str>) -> u16 {
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (mut client, connection) = client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().uri(format!("http://{authority}{PATH}"));
    let request = host.into_iter().fold(request, |own, host| own.header("host", host));
    let (response, _) = client.send_request(request.body(()).unwrap(), true).unwrap();
    soon(response).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn what_is_no_host_is_refused_by_servers_of_every_name() {
    for any in [false, true] {
        let server = Running::start_with(|own| {
            let own = own.grpc().rest();
            if any { own.allowed_hosts(["*"]) } else { own }
        })
        .await;
        for bad in ["x@localhost", "localhost:evil", "localhost:99999", ":80", ""] {
            assert_eq!(over_http_1(&server, PATH, bad).await, "400", "{bad:?}");
        }
        for bad in ["x@localhost", "localhost:99999"] {
            assert_eq!(over_http_2(&server, bad, None).await, 400, "{bad}");
        }
        assert_eq!(server.probe.calls.load(Ordering::Relaxed), 0);
        for good in ["localhost", "localhost:", "LOCALHOST:80", "127.0.0.1:65535", "[::1]:1"] {
            assert_eq!(over_http_1(&server, PATH, good).await, "200", "{good}");
            assert_eq!(over_http_2(&server, good, None).await, 200, "{good}");
        }
        server.end().await;
    }
}

#[tokio::test]
async fn the_target_counts_over_http_1_and_is_the_header_over_http_2() {
    let server = Running::start_with(|own| own.rest().allowed_hosts(["*"])).await;
    for (host, status) in [("b.example", 400), ("a.example:81", 400), ("A.example:80", 200)] {
        let target = format!("http://a.example{PATH}");
        assert_eq!(over_http_1(&server, &target, host).await, "200", "{host}");
        assert_eq!(over_http_2(&server, "a.example", Some(host)).await, status, "{host}");
    }
    server.end().await;
}
