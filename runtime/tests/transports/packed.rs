//! Bodies of REST that come compressed: what `Content-Encoding` says is what
//! happens.

use futures_util::stream;
use serde_json::json;

use crate::connect::gzip;
use crate::running::{Running, answered};

const ECHO: &str = "/lab.v1.Lab/Echo";

fn post(server: &Running, path: &str, coding: &str) -> reqwest::RequestBuilder {
    let request = server.request("POST", path).header("content-type", "application/json");
    request.header("content-encoding", coding)
}

#[tokio::test]
async fn a_body_is_unpacked_as_its_coding_says() {
    let server = Running::start().await;
    let body = r#"{"text":"a","count":"7"}"#;
    for (coding, bytes) in [
        ("gzip", gzip(body.as_bytes())),
        ("GZip", gzip(body.as_bytes())),
        ("identity", body.into()),
    ] {
        let answer = answered(post(&server, ECHO, coding).body(bytes)).await;
        assert_eq!(answer.status, 200, "{coding}: {}", answer.body);
        assert_eq!(answer.json()["request"], json!({ "text": "a", "count": "7" }));
    }
    let empty = answered(post(&server, ECHO, "gzip")).await;
    assert_eq!(empty.status, 200, "what is empty is not packed: {}", empty.body);
    let blob = answered(post(&server, "/v1/blob", "gzip").body(gzip(b"abc"))).await;
    assert_eq!(blob.body, "cba");
    server.end().await;
}

#[tokio::test]
async fn what_is_not_what_its_coding_says_is_refused() {
    let server = Running::start().await;
    for path in [ECHO, "/lab.v1.Lab/Collect"] {
        let plain = answered(post(&server, path, "gzip").body("{}")).await;
        assert_eq!(plain.status, 400, "{}", plain.body);
        assert_eq!(plain.json()["error"]["status"], "INVALID_ARGUMENT");
        let packed = gzip(b"{}");
        let cut = answered(post(&server, path, "gzip").body(packed[..packed.len() - 1].to_vec()));
        assert_eq!(cut.await.status, 400);
        for coding in ["br", "deflate", "gzip, gzip"] {
            let other = answered(post(&server, path, coding).body("{}")).await;
            assert_eq!(
                (other.status.as_u16(), other.header("accept-encoding")),
                (415, "gzip"),
                "{coding}: {}",
                other.body
            );
        }
    }
    server.end().await;
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_once_it_is_unpacked() {
    let server =
        Running::start_with(|own| own.rest().limits(|limits| limits.message_bytes = 1000)).await;
    let long = json!({ "text": "x".repeat(2000) }).to_string();
    assert!(gzip(long.as_bytes()).len() < 1000);
    for path in [ECHO, "/lab.v1.Lab/Collect"] {
        let answer = answered(post(&server, path, "gzip").body(gzip(long.as_bytes()))).await;
        assert_eq!(answer.status, 413, "{}", answer.body);
        assert_eq!(answer.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    }
    server.end().await;
}

#[tokio::test]
async fn a_stream_of_requests_is_unpacked_as_it_comes() {
    let server = Running::start().await;
    let lines = (1..=500).map(|n| format!("{{\"text\":\"a\",\"count\":{n}}}\n"));
    let lines = lines.collect::<Vec<_>>().concat();
    let packed = gzip(lines.as_bytes());
    let pieces: Vec<_> =
        packed.chunks(7).map(|own| Ok::<_, std::io::Error>(own.to_vec())).collect();
    let request = server.request("POST", "/lab.v1.Lab/Collect");
    let request = request.header("content-type", "application/x-ndjson");
    let request = request.header("content-encoding", "gzip");
    let answer = answered(request.body(reqwest::Body::wrap_stream(stream::iter(pieces)))).await;
    assert_eq!(answer.json(), json!({ "text": "a".repeat(500), "count": "125250" }));
    server.end().await;
}
