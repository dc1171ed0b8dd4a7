//! Expressions that are wrong, and those that fail on some requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use agentgen::client::Channel;
use agentgen::{Code, Context, Server, Status};
use agentgen_tests::golden::mistaken::mistaken::{
    Fraction, Fragile, FragileClient, FragileServer, Line, Misspelt, Mistaken, MistakenServer,
};
use agentgen_tests::serving::Serving;

/// Counts what it sees.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Mistaken for Counting {
    type Error = Status;

    async fn take(&self, _: &Context, request: Misspelt) -> Result<Misspelt, Status> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(request)
    }
}

impl Fragile for Counting {
    type Error = Status;

    async fn divide(&self, _: &Context, request: Fraction) -> Result<Fraction, Status> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(request)
    }
}

/// What a server says that is started and stopped at once.
async fn started<S>(server: Server<S>) -> Result<(), Status> {
    server.shutdown_on(std::future::ready(())).listen("127.0.0.1:0").await
}

const WRONG: &str = "mistaken.proto:22:50: the expression `this.titel != ''` of a rule: \
    Error executing function 'field selection': `mistaken.Line` has no field `titel`";

#[tokio::test]
async fn a_server_with_a_wrong_expression_does_not_start() {
    let wrong = started(MistakenServer::new(Counting::default()).grpc()).await;
    let wrong = wrong.expect_err("a field is misspelt");
    assert_eq!((wrong.code(), wrong.message()), (Code::FailedPrecondition, WRONG));
    let wrong = MistakenServer::new(Counting::default()).run().await;
    assert_eq!(wrong.expect_err("it is wrong without a socket, too").message(), WRONG);
}

#[tokio::test]
async fn a_wrong_expression_does_not_matter_where_nothing_is_checked() {
    let unchecked = MistakenServer::new(Counting::default()).grpc().validation(false);
    started(unchecked).await.expect("it starts");
    let server = MistakenServer::new(Counting::default()).validation(false);
    let channel = Channel::local(server.into_dispatcher());
    let client = agentgen_tests::golden::mistaken::mistaken::MistakenClient::new(channel);
    let request = Misspelt { lines: vec![Line::default()] };
    client.take(&Context::new(), request).await.expect("it is not checked");
}

#[tokio::test]
async fn a_request_that_cannot_be_judged_is_refused() {
    let counting = Counting::default();
    let serving = Serving::start(FragileServer::new(counting.clone()).grpc()).await;
    let client = FragileClient::new(Channel::grpc(&serving.url()).await.expect("it is served"));
    let cx = Context::new();
    let divide = |over, under| client.divide(&cx, Fraction { over, under });
    divide(4, 2).await.expect("the expression holds");
    let broken = divide(5, 2).await.expect_err("the expression does not hold");
    assert_eq!(broken.code(), Code::InvalidArgument);
    assert_eq!(broken.details().violations[0].reason, "WHOLE");
    assert_eq!(broken.message(), "it is no whole number");
    let failed = divide(1, 0).await.expect_err("it cannot be evaluated");
    assert_eq!(failed.code(), Code::Internal, "{failed}");
    assert_eq!(counting.0.load(Ordering::SeqCst), 1);
    serving.stop().await;
}

#[test]
fn a_check_that_fails_says_why() {
    let failed = agentgen::validate(&Fraction { over: 1, under: 0 }).expect_err("it fails");
    let text = failed.failure().expect("it is no violation");
    assert!(text.starts_with("the message cannot be checked: mistaken.proto:"), "{text}");
    assert!(text.contains("Remainder by zero"), "{text}");
    assert_eq!(failed.iter().count(), 0);
}
