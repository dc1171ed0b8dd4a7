//! The typed REST client on streams in each form that a server can send.

use agentgen::client::Channel;
use agentgen::{Code, Context, Outbound, Status};
use agentgen_tests::golden::archive::archive::v1::{
    Archive as _, ArchiveClient, ReadAloudRequest, Word,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::archive;

const FORMS: [&str; 6] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/json-seq",
    "application/json",
];

/// A context of a call whose reply is to come in this form.
fn accepting(form: &str) -> Context {
    let mut context = Context::new();
    assert!(context.metadata_mut().insert("accept", form));
    context
}

/// The texts of a stream, and the error that ends it.
async fn texts(mut words: Outbound<Word>) -> (Vec<String>, Option<Status>) {
    let mut texts = Vec::new();
    loop {
        match words.message().await {
            Ok(Some(word)) => texts.push(word.text),
            Ok(None) => return (texts, None),
            Err(status) => return (texts, Some(status)),
        }
    }
}

#[tokio::test]
async fn every_form_carries_the_same_words_and_the_same_error() {
    let serving = archive::serve().await;
    let client = ArchiveClient::new(Channel::rest(&serving.url()).expect("the address is valid"));
    for form in FORMS {
        let text = "one \"two\n\u{1e}],{ three".to_owned();
        let expected: Vec<_> = text.split(' ').map(str::to_owned).collect();
        let request = ReadAloudRequest { text, fail_after: None };
        let words = client.read_aloud(&accepting(form), request.clone()).await;
        let (found, error) = texts(words.expect(form)).await;
        assert_eq!((&found, error.map(|error| error.code())), (&expected, None), "{form}");

        let request = ReadAloudRequest { fail_after: Some(2), ..request };
        let words = client.read_aloud(&accepting(form), request).await;
        let (found, error) = texts(words.expect(form)).await;
        assert_eq!(found, expected[..2], "{form}");
        let error = error.expect("the stream fails");
        let told = (error.code(), error.message());
        assert_eq!(told, (Code::ResourceExhausted, "out of breath"), "{form}");
    }
    serving.stop().await;
}

/// A client of a server that answers one request with a stream of this type: its
/// beginning, and, once the sender says so, its rest and the proper end of HTTP.
async fn broken(media: &str, begin: &str, rest: &str) -> (ArchiveClient, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (sender, go_on) = oneshot::channel();
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ntransfer-encoding: chunked\r\n");
    let begin = format!("{head}\r\n{}", chunk(begin));
    let rest = format!("{}0\r\n\r\n", chunk(rest));
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("the client connects");
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await.expect("it can be read");
        socket.write_all(begin.as_bytes()).await.expect("it can be written");
        go_on.await.expect("the test goes on");
        socket.write_all(rest.as_bytes()).await.expect("it can be written");
    });
    (ArchiveClient::new(Channel::rest(&base).expect("the address is valid")), sender)
}

#[tokio::test]
async fn messages_arrive_before_the_next_and_a_stream_that_breaks_off_is_an_error() {
    for (media, begin, rest) in [
        ("application/json", "[{\"text\":\"a\"}", ","),
        ("application/json", "[{\"text\":\"a\"}", ",{\"text\":\"b\""),
        ("application/json-seq", "\u{1e}{\"text\":\"a\"}\n\u{1e}", "{\"text\":\"b"),
        ("application/x-ndjson", "{\"text\":\"a\"}\n", "{\"text\":\"b\""),
    ] {
        let (client, go_on) = broken(media, begin, rest).await;
        let request = ReadAloudRequest { text: "a b".to_owned(), fail_after: None };
        let mut words = client.read_aloud(&Context::new(), request).await.expect(media);
        let first = words.message().await.expect(media).expect(media);
        assert_eq!(first.text, "a", "{media}");
        go_on.send(()).expect("the server waits");
        let (found, error) = texts(words).await;
        assert!(found.is_empty() && error.is_some(), "{media}: {found:?} {error:?}");
    }
}
