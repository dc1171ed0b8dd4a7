//! The docs page as a browser asks for it.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::running::{Answered, Running, answered};

/// The address of a file of the page, by its name.
async fn file(server: &Running, name: &str) -> String {
    let page = server.get("/docs/").await.body;
    let start = page.find("assets/").expect("the page names its files");
    let version: String = page[start + 7..].chars().take_while(|char| *char != '/').collect();
    format!("/docs/assets/{version}/{name}")
}

#[tokio::test]
async fn the_page_is_one_folder_that_may_load_nothing_from_elsewhere() {
    let server = Running::start().await;
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let moved = http.build().unwrap().get(server.url("/docs")).send().await.unwrap();
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (307, &"docs/".parse().unwrap())
    );
    let page = server.get("/docs/").await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
    assert!(!policy.contains("http") && !policy.contains("unsafe-eval"), "{policy}");
    assert!(page.body.contains("content=\"../\""), "the root is above the folder: {}", page.body);
    server.end().await;
}

#[tokio::test]
async fn a_file_is_sent_compressed_and_kept_for_ever() {
    let server = Running::start().await;
    for (name, mark) in [("swagger-ui-bundle.js", "SwaggerUIBundle"), ("app.js", "hashchange")] {
        let path = file(&server, name).await;
        let plain = server.get(&path).await;
        assert_eq!(plain.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(
            (plain.header("content-encoding"), plain.header("vary")),
            ("", "accept-encoding")
        );
        assert!(plain.body.contains(mark), "{name}");
        let packed = server.request("GET", &path).header("accept-encoding", "gzip, br");
        let packed = packed.send().await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        assert_eq!(packed.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_ne!(packed.headers()["etag"], plain.header("etag"), "another representation");
        let mut unpacked = String::new();
        let packed = packed.bytes().await.unwrap();
        GzDecoder::new(&*packed).read_to_string(&mut unpacked).unwrap();
        assert!(unpacked == plain.body && packed.len() * 2 < unpacked.len(), "{name}");
        let known = server.request("GET", &path).header("if-none-match", plain.header("etag"));
        let known = answered(known).await;
        assert_eq!((known.status.as_u16(), known.body.as_str()), (304, ""));
    }
    server.end().await;
}

#[tokio::test]
async fn only_reading_is_answered() {
    let server = Running::start().await;
    let path = file(&server, "docs.css").await;
    for path in ["/docs/", "/docs/openapi.json", "/openapi.json", &path] {
        let (get, head) = (server.get(path).await, server.send("HEAD", path, "").await);
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
        let refused = server.send("POST", path, "{}").await;
        assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, "GET, HEAD, OPTIONS"));
        let asked = server.send("OPTIONS", path, "").await;
        assert_eq!((asked.status.as_u16(), asked.header("allow")), (204, "GET, HEAD, OPTIONS"));
    }
    for path in ["/docs/assets/0/app.js", "/docs/nothing", "/docsy", "/docs//"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    server.end().await;
}

#[tokio::test]
async fn the_documents_stand_beside_the_page_too() {
    let server = Running::start().await;
    for name in ["openapi.json", "asyncapi.json"] {
        let (root, beside): (Answered, Answered) =
            (server.get(&format!("/{name}")).await, server.get(&format!("/docs/{name}")).await);
        assert_eq!((root.status.as_u16(), beside.status.as_u16()), (200, 200), "{name}");
        assert_eq!((root.json(), root.header("content-type")), (beside.json(), "application/json"));
        assert_eq!(root.json()["info"]["title"], "Lab", "{name}");
    }
    server.end().await;
}

#[tokio::test]
async fn the_page_stands_where_it_is_told_to_or_nowhere() {
    let at = |path: Option<&'static str>| {
        Running::start_with(move |server| server.docs(|docs| docs.path = path.map(str::to_owned)))
    };
    let server = at(Some("/internal/api")).await;
    assert!(server.get("/internal/api/").await.body.contains("content=\"../../\""));
    assert_eq!(server.get("/docs/").await.status, 404);
    server.end().await;
    let server = at(Some("/")).await;
    assert!(server.get("/").await.body.contains("content=\"./\""));
    let route = server.get("/v1/echo/a").await;
    assert_eq!(route.header("content-type"), "application/json", "routes are still there");
    server.end().await;
    let server = at(None).await;
    assert_eq!(server.get("/docs/").await.status, 404);
    assert_eq!(server.get("/openapi.json").await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn a_route_of_the_contract_wins_over_the_page() {
    let change = |docs: &mut agentgen::server::Docs| docs.path = Some("/v1/echo".to_owned());
    let server = Running::start_with(|server| server.docs(change)).await;
    let reply = server.get("/v1/echo/openapi.json").await.json();
    assert!(reply["openapi"].is_null() && reply["text"].is_string(), "{reply}");
    assert_eq!(server.get("/v1/echo/").await.header("content-type"), "text/html; charset=utf-8");
    server.end().await;
}

#[tokio::test]
async fn a_page_at_no_path_does_not_start() {
    use crate::agent::{Lab, LabService};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = agentgen::Server::<LabService>::new(Lab::default());
    let server = server.docs(|docs| docs.path = Some("docs?".to_owned()));
    let refused = server.serve(listener).await.unwrap_err();
    assert!(refused.message().contains("\"docs?\""), "{refused}");
}
