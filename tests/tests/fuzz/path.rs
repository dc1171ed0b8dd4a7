//! Request targets: whatever the path and query hold, the server answers with
//! HTTP and lives on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::{archive, run};

const CORPUS: &[&[u8]] = &[
    b"/v1/shelves/a%20b/documents/c%2Fd?int32Value=-1&repeatedText=a&repeatedText=b",
    b"/v1/shelves/1/documents?filter.labels=a&filter.labels=b&pageSize=3",
    b"/v1/shelves/1/2/3:count",
    b"/v1/aloud?text=one+two&number=0",
    b"/archive.v1.Archive/Echo?map[key]=value&timestamp=2026-11-21T00:00:00Z",
    b"/openapi.json",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_request_target_makes_the_server_panic() {
    let serving = archive::serve().await;
    let address = serving.address();
    let requests = tokio::task::spawn_blocking(move || {
        run("path", CORPUS, |bytes| {
            let answer = request(&address, bytes);
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "), "{answer:?}");
            assert!(!answer.starts_with(b"HTTP/1.1 500"), "{}", String::from_utf8_lossy(&answer));
        });
        request(&address, b"/openapi.json")
    });
    let last = requests.await.expect("no request fails");
    assert!(last.starts_with(b"HTTP/1.1 200"), "the server is gone");
    serving.stop().await;
}

fn request(address: &str, target: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    let head =
        [b"GET ", target, b" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"].concat();
    let mut answer = Vec::new();
    // A reset after a malformed request is an answer too.
    if stream.write_all(&head).is_ok() {
        let _ = stream.read_to_end(&mut answer);
    }
    answer
}
