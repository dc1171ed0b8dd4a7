//! F16: callers that die, replies that come late, or twice.

use std::time::Duration;

use agentgen::broker::{Broker, Publish, Subscription};
use agentgen::queue::{Client, Options, names};
use agentgen::service::Call;
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Context, Metadata, Status};

use super::local::{Local, SOON, until};
use super::place::Place;

async fn call(client: &Client, name: &str) -> Result<Job, Status> {
    let call = Call::Unary(Box::new(Job::new(name, 1)));
    client.call(&INFO, RUN, &Context::new(), call).await?.into_message()
}

/// The headers of the next request, which is then done with.
async fn intercept(broker: &Broker) -> Metadata {
    let lease = Duration::from_millis(600);
    let mut group = broker.subscribe(Subscription::new("probe.run", "probe", lease)).await;
    let group = group.as_mut().expect("the group is joined");
    let taken = tokio::time::timeout(SOON, group.next(1)).await.expect("a request in time");
    let request = taken.expect("a request").remove(0);
    request.ack().await.expect("the ack");
    request.headers.clone()
}

fn reply(request: &Metadata, name: &str) -> Publish {
    let mut headers = Metadata::new();
    headers.insert(names::CONTENT_TYPE, "application/protobuf");
    headers.insert(names::CAUSATION_ID, request.get(names::ID).expect("the request's id"));
    let subject = request.get(names::REPLY_TO).expect("somebody waits");
    let expires_in = Some(Duration::from_secs(60));
    let body = prost::Message::encode_to_vec(&Job::new(name, 1));
    Publish { expires_in, ..Publish::new(subject, headers, body) }
}

pub(crate) async fn late_and_repeated_replies_are_dropped(place: impl Fn() -> Place) {
    let place = place();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let client = Client::new(broker.clone());

    // Two replies to one request: the first is the answer.
    let (answer, address) = tokio::join!(call(&client, "twice"), async {
        let request = intercept(&broker).await;
        for name in ["first", "second"] {
            broker.publish(reply(&request, name)).await.expect("the reply is stored");
        }
        request.get(names::REPLY_TO).expect("somebody waits").to_owned()
    });
    assert_eq!(answer.expect("an answer").name, "first");
    let emptied = async || broker.depth(&address).await.expect("the depth").total() == 0;
    until("the second reply is dropped", emptied).await;

    // A caller that gave up, and its reply.
    let patience = Duration::from_millis(300);
    let (gone, request) =
        tokio::join!(tokio::time::timeout(patience, call(&client, "late")), intercept(&broker));
    assert!(gone.is_err(), "answered by nobody");
    broker.publish(reply(&request, "late")).await.expect("the reply is stored");
    until("the late reply is dropped", emptied).await;

    // One that died: nothing is kept for it, and the others are answered.
    drop(client);
    tokio::time::sleep(Duration::from_millis(200)).await;
    broker.publish(reply(&request, "too late")).await.expect("nobody has to be there");
    until("what nobody waits for is not kept", emptied).await;
    let consumer = Local::start(&broker, Options::default(), |_, job| async { Ok(job) });
    let other = Client::new(broker.clone());
    assert_eq!(call(&other, "after").await.expect("an answer").name, "after");
    consumer.stop().await;
}
