//! A request that breaks a rule on every transport: the handler never sees it,
//! and the caller is told which rules do not hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use agentgen::client::Channel;
use agentgen::queue::dead_letters;
use agentgen::service::{Invocation, Next, Reply, from_fn};
use agentgen::{Broker, Code, Context, Inbound, Outbound, Principal, Status};
use agentgen_tests::golden::checked::checked::v1::{
    JudgedFields, JudgedForms, Line, OldCase, Order, Orders, OrdersClient, OrdersServer,
    PredefinedCase, Receipt,
};
use agentgen_tests::serving::Serving;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

/// Counts what it sees.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Counting {
    fn see(&self) -> Receipt {
        let seen = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Receipt { id: seen.to_string() }
    }

    fn seen(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Orders for Counting {
    type Error = Status;

    async fn place(&self, _: &Context, _: Order) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    /// Takes an error for the end, which must not become a success.
    async fn place_all(&self, _: &Context, mut all: Inbound<Order>) -> Result<Receipt, Status> {
        while let Ok(Some(_)) = all.message().await {
            self.see();
        }
        Ok(Receipt::default())
    }

    async fn follow(&self, _: &Context, _: Order) -> Result<Outbound<Receipt>, Status> {
        Ok(Outbound::from_messages([self.see()]))
    }

    async fn converse(
        &self,
        _: &Context,
        mut all: Inbound<Order>,
    ) -> Result<Outbound<Receipt>, Status> {
        let (sender, replies) = Outbound::channel(8);
        let own = self.clone();
        tokio::spawn(async move {
            while let Ok(Some(_)) = all.message().await {
                sender.send(own.see()).await;
            }
        });
        Ok(replies)
    }

    async fn draft(&self, _: &Context, _: Order) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn approve(&self, _: &Context, _: Order) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn recall(&self, _: &Context, _: OldCase) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn judge(&self, _: &Context, _: JudgedFields) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn form(&self, _: &Context, _: JudgedForms) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn predefine(&self, _: &Context, _: PredefinedCase) -> Result<Receipt, Status> {
        Ok(self.see())
    }

    async fn find(&self, _: &Context, receipt: Receipt) -> Result<Receipt, Status> {
        Ok(receipt)
    }
}

fn good() -> Order {
    let line = Line { title: "pen".to_owned(), count: 1 };
    Order { customer_name: "Ada".to_owned(), lines: vec![line], ..Order::default() }
}

/// Breaks three rules, two of them inside.
fn bad() -> Order {
    let lines = vec![good().lines[0].clone(), Line { title: String::new(), count: 2 }];
    let labels = [("k".to_owned(), String::new())].into();
    Order { customer_name: "A".to_owned(), lines, labels }
}

fn told(status: &Status) -> Vec<(&str, &str)> {
    let violations = status.details().violations.iter();
    violations.map(|violation| (violation.field.as_str(), violation.reason.as_str())).collect()
}

fn assert_refused(status: &Status) {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let text = "customerName: must be at least 2 characters (and 2 more)";
    assert_eq!(status.message(), text);
    let min = "STRING_MIN_LEN";
    let wanted = [("customerName", min), ("lines[1].title", min), ("labels[\"k\"]", min)];
    assert_eq!(told(status), wanted);
    assert_eq!(status.details().violations[1].description, "must be at least 1 characters");
}

async fn refuses(client: &OrdersClient, counting: &Counting) {
    let cx = Context::new();
    assert_refused(&client.place(&cx, bad()).await.expect_err("it breaks rules"));
    let stream = match client.follow(&cx, bad()).await {
        Ok(mut stream) => stream.message().await.map(|_| ()),
        Err(status) => Err(status),
    };
    assert_refused(&stream.expect_err("it breaks rules"));
    assert_eq!(counting.seen(), 0);
    client.place(&cx, good()).await.expect("it breaks no rule");
    client.draft(&cx, bad()).await.expect("it is not checked");
    assert_eq!(counting.0.swap(0, Ordering::SeqCst), 2);
}

async fn refuses_streams(client: &OrdersClient, counting: &Counting) {
    let cx = Context::new();
    let orders = || Inbound::from_messages([good(), bad(), good()]);
    assert_refused(&client.place_all(&cx, orders()).await.expect_err("one breaks rules"));
    assert_eq!(counting.0.swap(0, Ordering::SeqCst), 1, "what comes before is seen");
    let mut replies = client.converse(&cx, orders()).await.expect("it begins");
    assert_eq!(replies.message().await.expect("a reply").expect("to the first").id, "1");
    assert_refused(&replies.message().await.expect_err("the second breaks rules"));
    assert_eq!(counting.0.swap(0, Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_bad_request_reaches_no_handler_within_the_process() {
    let counting = Counting::default();
    let server = OrdersServer::new(counting.clone());
    let client = OrdersClient::new(Channel::local(server.into_dispatcher()));
    refuses(&client, &counting).await;
    refuses_streams(&client, &counting).await;
}

#[tokio::test]
async fn a_predefined_rule_is_enforced() {
    let counting = Counting::default();
    let server = OrdersServer::new(counting.clone());
    let client = OrdersClient::new(Channel::local(server.into_dispatcher()));
    let cx = Context::new();
    let request =
        |multiple| PredefinedCase { multiple: Some(multiple), ..PredefinedCase::default() };
    client.predefine(&cx, request(6)).await.expect("it breaks no rule");
    let refused = client.predefine(&cx, request(-4)).await.expect_err("it breaks two");
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    assert_eq!(told(&refused), [("multiple", "INT32_MULTIPLE"), ("multiple", "INT32_FURTHER")]);
    assert_eq!(refused.details().violations[0].description, "must be a multiple");
    assert_eq!(counting.seen(), 1);
}

#[tokio::test]
async fn a_bad_request_reaches_no_handler_over_grpc_rest_and_sse() {
    let counting = Counting::default();
    let serving = Serving::start(OrdersServer::new(counting.clone()).grpc().rest()).await;
    let grpc = Channel::grpc(&serving.url()).await.expect("it is served");
    let grpc = OrdersClient::new(grpc);
    refuses(&grpc, &counting).await;
    refuses_streams(&grpc, &counting).await;
    let rest = OrdersClient::new(Channel::rest(&serving.url()).expect("a URL"));
    refuses(&rest, &counting).await;
    refuses_streams(&rest, &counting).await;
    serving.stop().await;
}

/// What [`bad`] is in JSON.
const BAD: &str = r#"{"customerName": "A", "labels": {"k": ""},
    "lines": [{"title": "pen", "count": 1}, {"title": "", "count": 2}]}"#;

#[tokio::test]
async fn a_bad_request_reaches_no_handler_over_connect_and_grpc_web() {
    let counting = Counting::default();
    let serving = Serving::start(OrdersServer::new(counting.clone()).grpc().connect()).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = |media: &str| {
        let request = client.post(format!("{}/checked.v1.Orders/Place", serving.url()));
        request.header("content-type", media)
    };
    let connect = post("application/json").header("connect-protocol-version", "1").body(BAD);
    let connect = connect.send().await.expect("an answer");
    assert_eq!(connect.status().as_u16(), 400);
    let text = connect.text().await.expect("a text");
    let error: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(error["code"], "invalid_argument", "{error}");
    assert_eq!(error["message"], "customerName: must be at least 2 characters (and 2 more)");
    let message = prost::Message::encode_to_vec(&bad());
    let length = u32::try_from(message.len()).expect("it is short").to_be_bytes();
    let framed = [&[0_u8][..], &length, &message].concat();
    let web = post("application/grpc-web+proto").body(framed).send().await.expect("an answer");
    assert_eq!(web.headers()["grpc-status"], "3");
    assert_eq!(counting.seen(), 0);
    serving.stop().await;
}

#[tokio::test]
async fn a_bad_request_reaches_no_handler_over_a_websocket() {
    let counting = Counting::default();
    let serving = Serving::start(OrdersServer::new(counting.clone()).rest()).await;
    let socket = TcpStream::connect(serving.address()).await.expect("a connection");
    let url = format!("ws://{}/checked.v1.Orders/Converse", serving.address());
    let (mut talk, _) = client_async(url, socket).await.expect("a WebSocket");
    talk.send(Message::text(BAD)).await.expect("it is sent");
    let (mut texts, mut code) = (Vec::new(), None);
    while let Some(Ok(message)) = talk.next().await {
        match message {
            Message::Text(text) => texts.push(text.to_string()),
            Message::Close(frame) => code = frame.map(|own| u16::from(own.code)),
            _ => {}
        }
    }
    let [failure] = &texts[..] else { panic!("one failure: {texts:?}") };
    let failure: Value = serde_json::from_str(failure).expect("JSON");
    let violation = &failure["error"]["details"][1]["fieldViolations"][0];
    assert_eq!(violation["field"], "customerName", "{failure}");
    assert_eq!((code, counting.seen()), (Some(4400), 0));
    serving.stop().await;
}

#[tokio::test]
async fn a_bad_request_in_the_queue_is_dead_lettered_at_its_first_attempt() {
    let counting = Counting::default();
    let broker = Broker::open("memory:").await.expect("it opens");
    let server = OrdersServer::new(counting.clone()).queue(broker.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.shutdown_on(async { drop(stopped.await) }).run());
    let client = OrdersClient::new(Channel::queue(broker.clone()));
    let refused = client.place(&Context::new(), bad()).await.expect_err("it breaks rules");
    assert_refused(&refused);
    assert_eq!(counting.seen(), 0);
    drop(stop);
    let dead = dead_letters(&broker, "checked.v1.Orders.Place.dead", 0, 10).await.expect("a list");
    let [dead] = &dead[..] else { panic!("one dead letter: {dead:?}") };
    assert_eq!((dead.code.as_str(), dead.history.starts), ("INVALID_ARGUMENT", 1));
    assert!(dead.message.contains("customerName: must be at least 2 characters"), "{dead:?}");
    running.await.expect("no panic").expect("it ends well");
}

/// Who names no user is not let in; nobody has a scope.
async fn admit(mut call: Invocation, next: Next) -> Result<Reply, Status> {
    match call.context.metadata().get("user").map(str::to_owned) {
        None => Err(Status::unauthenticated("who is there?")),
        Some(user) => {
            call.context.set_principal(Principal::new(user, [""; 0]));
            next.run(call).await
        }
    }
}

#[tokio::test]
async fn who_may_not_call_is_told_so_and_nothing_else() {
    let counting = Counting::default();
    let server = OrdersServer::new(counting.clone()).layer(from_fn(admit));
    let client = OrdersClient::new(Channel::local(server.into_dispatcher()));
    let nobody = client.place(&Context::new(), bad()).await.expect_err("nobody");
    assert_eq!(nobody.code(), Code::Unauthenticated);
    let mut cx = Context::new();
    cx.metadata_mut().insert("user", "ada");
    let unscoped = client.approve(&cx, bad()).await.expect_err("no scope");
    assert_eq!(unscoped.code(), Code::PermissionDenied);
    assert_refused(&client.place(&cx, bad()).await.expect_err("it breaks rules"));
    assert_eq!(counting.seen(), 0);
}

#[tokio::test]
async fn a_server_can_leave_requests_unchecked() {
    let counting = Counting::default();
    let server = OrdersServer::new(counting.clone()).validation(false);
    let client = OrdersClient::new(Channel::local(server.into_dispatcher()));
    client.place(&Context::new(), bad()).await.expect("it is not checked");
    assert_eq!(counting.seen(), 1);
}

#[test]
fn violations_are_bounded_in_number() {
    let line = Line::default();
    let order = Order { lines: vec![line; 100], ..good() };
    let violations = agentgen::validate(&order).expect_err("every line breaks rules");
    assert_eq!(violations.iter().count(), agentgen::validate::MAX_VIOLATIONS);
    assert!(violations.has_more());
    let text = Status::from(violations).message().to_owned();
    assert!(text.ends_with("(and at least 19 more)"), "{text}");
}

#[test]
fn a_caller_can_check_before_it_sends() {
    assert_eq!(agentgen::validate(&good()), Ok(()));
    assert_eq!(agentgen::validate(&Receipt::default()), Ok(()));
    assert_refused(&agentgen::validate(&bad()).expect_err("it breaks rules").into());
}
