//! What each code of an error becomes: over gRPC, HTTP, server-sent events and
//! in process, and whether a queue delivers again. What is behind an error
//! reaches the trace and no caller.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::client::Channel;
use agentgen::queue::dead_letters;
use agentgen::{AgentError, Code, Context, Outbound, Server, Status, agent_service};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing::field::{Field, Visit};
use tracing::span;

const SECRET: &str = "the password is 1234";

/// Each code with its HTTP status and whether a queue delivers again: the table
/// of the README.
const OUTCOMES: [(Code, u16, bool); 16] = [
    (Code::Cancelled, 499, true),
    (Code::Unknown, 500, true),
    (Code::InvalidArgument, 400, false),
    (Code::DeadlineExceeded, 504, true),
    (Code::NotFound, 404, false),
    (Code::AlreadyExists, 409, false),
    (Code::PermissionDenied, 403, false),
    (Code::ResourceExhausted, 429, true),
    (Code::FailedPrecondition, 400, false),
    (Code::Aborted, 409, true),
    (Code::OutOfRange, 400, false),
    (Code::Unimplemented, 501, false),
    (Code::Internal, 500, true),
    (Code::Unavailable, 503, true),
    (Code::DataLoss, 500, false),
    (Code::Unauthenticated, 401, false),
];

macro_rules! failures {
    ($($code:ident)*) => {
        #[derive(Debug, AgentError)]
        #[agent(domain = "outcomes.example")]
        enum Failure {$(
            #[agent(code = $code, reason = "AS_TOLD", message = "it failed")]
            #[agent(retry_after = after, field = field, violations = more)]
            $code { after: Duration, field: &'static str, more: Vec<(&'static str, &'static str)> },
        )*}

        /// The error of a code.
        fn failure(code: i32) -> Option<Failure> {
            let (after, field) = (Duration::from_millis(20), "code");
            let more = vec![("other", "it is wrong too")];
            match Code::from_number(code) {
                $(Code::$code => Some(Failure::$code { after, field, more }),)*
                _ => None,
            }
        }
    };
}

failures! {
    Cancelled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied
    ResourceExhausted FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable
    DataLoss Unauthenticated
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store refused")
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Secret)
    }
}

#[derive(Debug)]
struct Secret;

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET)
    }
}

impl Error for Secret {}

struct Failing;

#[agent_service(proto = "outcomes.proto")]
impl OutcomesAgent for Failing {
    async fn fail(&self, _: &Context, request: FailRequest) -> Result<FailReply, Failure> {
        failure(request.code).map_or(Ok(FailReply {}), Err)
    }

    async fn fail_late(
        &self,
        _: &Context,
        request: FailRequest,
    ) -> Result<Outbound<FailReply>, Failure> {
        let (sender, stream) = Outbound::channel(1);
        tokio::spawn(async move {
            sender.send(FailReply {}).await;
            if let Some(failure) = failure(request.code) {
                sender.fail(failure).await;
            }
        });
        Ok(stream)
    }
}

/// A server on every transport.
struct Running {
    url: String,
    broker: Broker,
    _stop: oneshot::Sender<()>,
}

impl Running {
    async fn start() -> Self {
        Self::of(OutcomesAgentServer::new(Failing)).await
    }

    async fn of<S: 'static>(server: Server<S>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("is bound"));
        let broker = Broker::open("memory:").await.expect("is built in");
        let (stop, stopped) = oneshot::channel();
        let server = server.grpc().rest().connect().queue(broker.clone());
        let server = server.shutdown_on(async move { drop(stopped.await) });
        tokio::spawn(server.serve(listener));
        Self { url, broker, _stop: stop }
    }

    async fn post(&self, rpc: &str, code: Code) -> reqwest::Response {
        let accept = if rpc == "Fail" { "application/json" } else { "text/event-stream" };
        self.post_with(("accept", accept), rpc, code).await
    }

    async fn post_with(
        &self,
        (name, value): (&str, &str),
        rpc: &str,
        code: Code,
    ) -> reqwest::Response {
        let url = format!("{}/outcomes.v1.OutcomesAgent/{rpc}", self.url);
        let request = reqwest::Client::new().post(url).header("content-type", "application/json");
        let request = request.header(name, value);
        let sent = request.body(format!(r#"{{"code": {}}}"#, code.number())).send();
        sent.await.expect("the server answers")
    }
}

/// Checks what a client sees.
fn assert_told(status: &Status, code: Code, transport: &str) {
    let place = format!("{code:?} over {transport}: {status:?}");
    assert_eq!((status.code(), status.message()), (code, "it failed"), "{place}");
    let details = status.details();
    let info = details.info.as_ref().expect(&place);
    assert_eq!((&*info.reason, &*info.domain), ("AS_TOLD", "outcomes.example"), "{place}");
    assert_eq!(details.retry_after, Some(Duration::from_millis(20)), "{place}");
    let violations = details.violations.iter();
    let violations: Vec<_> = violations.map(|it| (&*it.field, &*it.description)).collect();
    assert_eq!(violations, [("code", "it failed"), ("other", "it is wrong too")], "{place}");
    assert!(transport == "process" || !format!("{status:?}").contains(SECRET), "{place}");
}

#[tokio::test]
async fn every_code_arrives_over_every_transport_of_calls() {
    let running = Running::start().await;
    let local = Channel::local(OutcomesAgentServer::new(Failing).into_dispatcher());
    let channels = [
        ("grpc", Channel::grpc(&running.url).await.expect("listens")),
        ("rest", Channel::rest(&running.url).expect("is a URL")),
        ("process", local),
    ];
    for (transport, channel) in channels {
        let client = OutcomesAgentClient::new(channel);
        for (code, ..) in OUTCOMES {
            let request = FailRequest { code: code.number() };
            let error = client.fail(&Context::new(), request).await.expect_err(transport);
            assert_told(&error, code, transport);
            let mut late = client.fail_late(&Context::new(), request).await.expect(transport);
            assert!(late.message().await.expect(transport).is_some(), "{code:?} over {transport}");
            assert_told(&late.message().await.expect_err(transport), code, transport);
        }
    }
}

#[tokio::test]
async fn every_code_is_a_status_of_http_and_an_event() {
    let running = Running::start().await;
    for (code, http, _) in OUTCOMES {
        let response = running.post("Fail", code).await;
        assert_eq!(response.status().as_u16(), http, "{code:?}");
        assert_eq!(response.headers()["retry-after"], "1", "{code:?}: whole seconds, none too few");
        let body = response.text().await.expect("it ends");
        assert!(body.contains(code.name()) && body.contains("AS_TOLD"), "{code:?}: {body}");
        assert!(!body.contains(SECRET), "{body}");

        let response = running.post("FailLate", code).await;
        assert_eq!(response.status().as_u16(), 200, "{code:?}: the first reply was there");
        let events = response.text().await.expect("it ends");
        let (_, error) = events.split_once("event: error\n").unwrap_or_else(|| panic!("{events}"));
        assert!(error.contains(code.name()) && error.contains("AS_TOLD"), "{code:?}: {events}");
        assert!(!events.contains(SECRET), "{events}");
    }
}

#[tokio::test]
async fn every_code_is_an_error_of_connect() {
    let running = Running::start().await;
    for (code, ..) in OUTCOMES {
        let version = ("connect-protocol-version", "1");
        let response = running.post_with(version, "Fail", code).await;
        assert_eq!(response.status().as_u16(), code.http(), "{code:?}");
        assert_eq!(response.headers()["retry-after"], "1", "{code:?}: whole seconds, none too few");
        let body = response.text().await.expect("it ends");
        assert!(body.contains(r#""type":"google.rpc.ErrorInfo""#), "{code:?}: {body}");
        assert!(!body.contains(SECRET), "{body}");
    }
}

#[tokio::test]
async fn a_queue_delivers_again_or_gives_up_by_the_code() {
    let running = Running::start().await;
    let client = OutcomesAgentClient::new(Channel::queue(running.broker.clone()));
    client.fail(&Context::new(), FailRequest::default()).await.expect("0 is no error");
    for (number, (code, _, retried)) in OUTCOMES.into_iter().enumerate() {
        let request = FailRequest { code: code.number() };
        let error = client.fail(&Context::new(), request).await.expect_err("it fails");
        assert_told(&error, code, "queue");
        let subject = "outcomes.v1.OutcomesAgent.Fail.dead";
        let dead = dead_letters(&running.broker, subject, 0, 100).await.expect("can be read");
        let letter = dead.last().expect("no failure is dropped");
        assert_eq!(dead.len(), number + 1, "{code:?}: one letter for each failure");
        let expected = if retried { ("EXHAUSTED", 2) } else { ("NOT_RETRYABLE", 1) };
        assert_eq!((&*letter.reason, letter.history.failures.len()), expected, "{code:?}");
        assert_eq!(letter.code, code.name());
        assert!(!format!("{letter:?}").contains(SECRET), "{letter:?}");
    }
    let depth = running.broker.depth("outcomes.v1.OutcomesAgent.Fail").await.expect("is known");
    assert_eq!(depth.total(), 0, "everything was acknowledged");
}

/// Errors that know better than their codes.
#[derive(Debug, AgentError)]
enum Overruling {
    #[agent(code = Unavailable, retryable = false)]
    Gone,
    #[agent(code = NotFound, retryable = true)]
    NotYet,
}

impl fmt::Display for Overruling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for Overruling {}

struct Knowing;

#[agent_service(check = "outcomes.proto")]
impl OutcomesAgent for Knowing {
    async fn fail(&self, _: &Context, request: FailRequest) -> Result<FailReply, Overruling> {
        Err(if request.code == 0 { Overruling::Gone } else { Overruling::NotYet })
    }

    async fn fail_late(
        &self,
        _: &Context,
        _: FailRequest,
    ) -> Result<Outbound<FailReply>, Overruling> {
        Err(Overruling::Gone)
    }
}

#[tokio::test]
async fn an_error_overrules_whether_its_code_is_delivered_again() {
    let running = Running::of(OutcomesAgentServer::new(Knowing)).await;
    let client = OutcomesAgentClient::new(Channel::queue(running.broker.clone()));
    for (code, reason, attempts) in [(0, "NOT_RETRYABLE", 1), (1, "EXHAUSTED", 2)] {
        client.fail(&Context::new(), FailRequest { code }).await.expect_err("it fails");
        let subject = "outcomes.v1.OutcomesAgent.Fail.dead";
        let dead = dead_letters(&running.broker, subject, 0, 100).await.expect("can be read");
        let letter = dead.last().expect("no failure is dropped");
        assert_eq!((&*letter.reason, letter.history.failures.len()), (reason, attempts));
    }
}

#[tokio::test]
async fn the_trace_of_a_failed_call_names_the_errors_behind_it() {
    let trace = Trace::default();
    let subscriber = tracing::subscriber::set_default(trace.clone());
    let local = Channel::local(OutcomesAgentServer::new(Failing).into_dispatcher());
    let client = OutcomesAgentClient::new(local);
    for (code, ..) in OUTCOMES {
        trace.0.lock().expect("not poisoned").clear();
        let request = FailRequest { code: code.number() };
        client.fail(&Context::new(), request).await.expect_err("it fails");
        let expected = format!("causes=the store refused: {SECRET}");
        let text = trace.0.lock().expect("not poisoned").clone();
        assert!(text.contains(&expected), "{code:?}: {text}");
    }
    drop(subscriber);
}

/// Writes the fields of every event down.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<String>>);

impl Visit for Trace {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{field}={value:?} ");
        self.0.lock().expect("not poisoned").push_str(&text);
    }
}

impl tracing::Subscriber for Trace {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("agentgen")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
