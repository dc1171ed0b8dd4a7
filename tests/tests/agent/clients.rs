//! One client over every transport, against the same agent on real sockets.

use std::collections::BTreeMap;
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::client::Channel;
use agentgen::{Code, Context, Inbound, Status};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::notes::{
    CountRequest, FailRequest, GetRequest, Note, Notes, NotesAgent as _, NotesAgentClient,
    NotesAgentServer, PutRequest, Style,
};

/// A running agent, and a client over each transport; the last ones do not
/// take streams of requests.
struct Running {
    clients: Vec<(&'static str, NotesAgentClient)>,
    _stop: oneshot::Sender<()>,
}

impl Running {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("is bound"));
        let broker = Broker::open("memory:").await.expect("is built in");
        let (stop, stopped) = oneshot::channel();
        let server = NotesAgentServer::new(Notes)
            .grpc()
            .rest()
            .queue(broker.clone())
            .shutdown_on(async move { drop(stopped.await) });
        tokio::spawn(server.serve(listener));
        let channels = [
            ("grpc", Channel::grpc(&url).await.expect("listens")),
            ("rest", Channel::rest(&url).expect("is a URL")),
            ("local", Channel::local(NotesAgentServer::new(Notes).into_dispatcher())),
            ("queue", Channel::queue(broker)),
        ];
        let clients = channels.map(|(name, channel)| (name, NotesAgentClient::new(channel)));
        Self { clients: clients.into(), _stop: stop }
    }

    fn streaming(&self) -> impl Iterator<Item = &(&'static str, NotesAgentClient)> {
        self.clients.iter().filter(|(name, _)| *name != "queue")
    }
}

fn note(name: &str, body: &str) -> Note {
    Note { name: name.to_owned(), body: body.to_owned() }
}

fn busy(status: &Status) -> bool {
    status.code() == Code::ResourceExhausted
        && status.message() == "too many notes"
        && status.details().retry_after == Some(Duration::from_secs(2))
        && status.details().info.as_ref().is_some_and(|info| info.reason == "BUSY")
}

#[tokio::test]
async fn every_field_and_header_arrives() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        let mut cx = Context::new();
        cx.metadata_mut().insert("x-caller", "test");
        let request = GetRequest {
            name: "notes/a b&c/ü".replace("/ü", "ü"),
            tags: vec!["x y".to_owned(), "z=1".to_owned()],
            style: Some(Style {
                volume: 0.5,
                delay: Some(agentgen::wkt::Duration { seconds: 1, nanos: 500_000_000 }),
            }),
            labels: BTreeMap::from([("k/ey".to_owned(), -3)]),
        };
        let reply = client.get(&cx, request.clone()).await.expect(transport);
        assert_eq!(reply.name, request.name, "{transport}");
        let expected =
            format!(r#"test ["x y", "z=1"] 0.5 1.500s {{"k/ey": -3}} as {}"#, cx.correlation_id());
        assert_eq!(reply.body, expected, "{transport}");
    }
}

#[tokio::test]
async fn a_request_takes_the_route_that_its_path_fits() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        let request = GetRequest { name: "drafts/1/a".to_owned(), ..GetRequest::default() };
        let reply = client.get(&Context::new(), request).await.expect(transport);
        assert_eq!(reply.name, "drafts/1/a", "{transport}");
    }
}

#[tokio::test]
async fn body_and_response_body_are_fields() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        let request = PutRequest { note: Some(note("notes/1", "text")), dry_run: true };
        let reply = client.put(&Context::new(), request).await.expect(transport);
        assert_eq!(reply.body, "notes/1: text (dry: true)", "{transport}");
    }
}

#[tokio::test]
async fn errors_keep_code_message_and_details() {
    let running = Running::start().await;
    for (transport, client) in running.streaming() {
        let error = client.fail(&Context::new(), FailRequest::default()).await.unwrap_err();
        assert!(busy(&error), "{transport}: {error:?}");
    }
}

#[tokio::test]
async fn a_stream_comes_item_by_item_and_ends_with_its_error() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        // A consumer takes a stream that failed for now up again, from its start.
        let fails: &[bool] = if *transport == "queue" { &[false] } else { &[false, true] };
        for &fail in fails {
            let request = CountRequest { to: 3, fail };
            let mut stream = client.count(&Context::new(), request).await.expect(transport);
            for number in ["1", "2", "3"] {
                let item = stream.message().await.expect(transport).expect(transport);
                assert_eq!(item.name, number, "{transport}");
            }
            match stream.message().await {
                Ok(None) => assert!(!fail, "{transport}: the error is lost"),
                Ok(Some(item)) => panic!("{transport}: {item:?} after the end"),
                Err(error) => assert!(fail && busy(&error), "{transport}: {error:?}"),
            }
        }
    }
}

#[tokio::test]
async fn streams_of_requests_arrive_whole() {
    let running = Running::start().await;
    for (transport, client) in running.streaming() {
        let notes = || Inbound::from_messages([note("", "a"), note("", "b\n"), note("", "c")]);
        let joined = client.join(&Context::new(), notes()).await.expect(transport);
        assert_eq!(joined.body, "ab\nc", "{transport}");
        let mut echo = client.echo(&Context::new(), notes()).await.expect(transport);
        for body in ["a", "b\n", "c"] {
            let item = echo.message().await.expect(transport).expect(transport);
            assert_eq!(item.body, body, "{transport}");
        }
        assert!(echo.message().await.expect(transport).is_none(), "{transport}");
    }
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        let cx = Context::new().with_timeout(Duration::from_millis(50));
        let error = client.fail(&cx, FailRequest { hang: true }).await.unwrap_err();
        assert_eq!(error.code(), Code::DeadlineExceeded, "{transport}: {error:?}");
    }
}

#[tokio::test]
async fn a_cancelled_context_ends_its_call() {
    let running = Running::start().await;
    for (transport, client) in &running.clients {
        let cx = Context::new();
        let call = client.fail(&cx, FailRequest { hang: true });
        let cancel = async { cx.cancellation().cancel() };
        let (outcome, ()) = tokio::join!(call, cancel);
        assert_eq!(outcome.unwrap_err().code(), Code::Cancelled, "{transport}");
    }
}

#[tokio::test]
async fn a_server_out_of_reach_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("is bound"));
    drop(listener);
    let channels = [Channel::grpc_lazy(&url), Channel::rest(&url)];
    for channel in channels {
        let client = NotesAgentClient::new(channel.expect("is a URL"));
        let error = client.fail(&Context::new(), FailRequest::default()).await.unwrap_err();
        assert_eq!(error.code(), Code::Unavailable, "{error:?}");
    }
    assert_eq!(Channel::grpc(&url).await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_message_that_fits_no_route_is_refused_before_it_is_sent() {
    let client = NotesAgentClient::new(Channel::rest("http://127.0.0.1:1").expect("is a URL"));
    let request = GetRequest { name: "else/1".to_owned(), ..GetRequest::default() };
    let error = client.get(&Context::new(), request).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert_eq!(error.details().violations[0].field, "name");
}
