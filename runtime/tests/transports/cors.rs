//! What browsers are told of cross-origin requests.

use std::sync::atomic::Ordering;

use agentgen::Server;
use agentgen::server::Cors;

use crate::agent::{Lab, LabService};
use crate::running::{Answered, Running, answered};

const APP: &str = "https://app.example";
const ECHO: &str = "/lab.v1.Lab/Echo";

/// What a browser asks before it sends a page's request.
async fn preflight(server: &Running, origin: &str, path: &str) -> Answered {
    let request = server.request("OPTIONS", path).header("origin", origin);
    answered(request.header("access-control-request-method", "POST")).await
}

async fn post(server: &Running, origin: &str) -> Answered {
    let request = server.request("POST", ECHO).header("origin", origin);
    answered(request.header("content-type", "application/json").body("{}")).await
}

fn allowed(answer: &Answered) -> (&str, &str) {
    let origin = answer.header("access-control-allow-origin");
    (origin, answer.header("access-control-allow-credentials"))
}

#[tokio::test]
async fn pages_of_listed_origins_may_call_and_no_others() {
    let server = Running::start_with(|own| {
        let cors = Cors::origins([APP, "http://localhost:3000"]).credentials();
        own.grpc().connect().rest().cors(cors.allow_headers(["x-tenant"]).expose_headers(["x-lab"]))
    })
    .await;
    // The answer depends on no route.
    for path in [ECHO, "/nowhere"] {
        let answer = preflight(&server, APP, path).await;
        assert_eq!((answer.status.as_u16(), allowed(&answer)), (204, (APP, "true")));
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
        let headers = answer.header("access-control-allow-headers");
        assert!(headers.contains("connect-protocol-version") && headers.ends_with(", x-tenant"));
        assert_eq!(answer.header("access-control-max-age"), "7200");
        assert_eq!(answer.header("vary"), "origin");
    }
    let answer = post(&server, APP).await;
    assert_eq!((answer.status.as_u16(), allowed(&answer)), (200, (APP, "true")));
    let exposed = answer.header("access-control-expose-headers");
    assert!(exposed.contains("grpc-status") && exposed.ends_with(", x-lab"), "{exposed}");
    for other in ["https://app.example.evil", "https://evil.example", "null", "http://app.example"]
    {
        for answer in [preflight(&server, other, ECHO).await, post(&server, other).await] {
            assert_eq!(allowed(&answer), ("", ""), "{other}");
            let refused = answer.status == 403;
            assert_eq!(answer.list("vary"), if refused { "accept, origin" } else { "origin" });
        }
    }
    server.end().await;
}

#[tokio::test]
async fn a_server_of_the_own_machine_does_nothing_for_pages_of_other_sites() {
    let server = Running::start().await;
    let before = server.probe.calls.load(Ordering::Relaxed);
    for other in [APP, "null", "http://127.0.0.1.evil.example"] {
        let answer = post(&server, other).await;
        assert_eq!(answer.status, 403, "{other}");
        assert!(answer.body.contains("PERMISSION_DENIED"), "{}", answer.body);
    }
    let fetched = |mode: &'static str| {
        let request = server.request("GET", "/v1/echo/a").header("sec-fetch-site", "cross-site");
        answered(request.header("sec-fetch-mode", mode))
    };
    assert_eq!(fetched("no-cors").await.status, 403, "an image, say");
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), before);
    // Its user follows a link; a page of the own machine calls.
    assert_eq!(fetched("navigate").await.status, 200);
    for own in ["http://localhost:3000", "http://[::1]:3000", "https://127.0.0.1"] {
        assert_eq!(post(&server, own).await.status, 200, "{own}");
    }
    server.end().await;
    let server = Running::start_with(|own| own.rest().cors(Cors::origins([APP]))).await;
    assert_eq!(post(&server, APP).await.status, 200);
    server.end().await;
    // One that others can reach as well is protected by whatever asks who they are.
    let server = Running::start_with(|own| own.rest().allowed_hosts(["*"])).await;
    assert_eq!(post(&server, APP).await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn any_origin_is_a_star_without_credentials() {
    let server = Running::start_with(|own| own.rest().cors(Cors::any_origin())).await;
    assert_eq!(allowed(&preflight(&server, APP, ECHO).await), ("*", ""));
    assert_eq!(allowed(&post(&server, APP).await), ("*", ""));
    // Not a browser's question: REST answers it.
    let options = answered(server.request("OPTIONS", ECHO).header("origin", APP)).await;
    assert_eq!((options.status.as_u16(), allowed(&options).0), (204, "*"));
    assert!(options.header("allow").contains("POST"));
    server.end().await;
    let lab = Server::<LabService>::new(Lab::default());
    let refused = lab.rest().cors(Cors::any_origin().credentials()).listen("127.0.0.1:0").await;
    assert_eq!(refused.unwrap_err().code(), agentgen::Code::InvalidArgument);
}

#[tokio::test]
async fn nothing_is_said_by_default() {
    let server = Running::start().await;
    assert_eq!(allowed(&post(&server, APP).await), ("", ""));
    assert_eq!(allowed(&preflight(&server, APP, ECHO).await), ("", ""));
    server.end().await;
}
