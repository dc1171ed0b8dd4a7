//! An agent that is generic, has two services, leaves rpcs out, and is generated
//! for some transports only.

use agentgen::client::Channel;
use agentgen::{Code, Context, Inbound, Result, agent_service};

/// Where items come from.
trait Store: Send + Sync + 'static {
    fn name(&self) -> String;
}

struct Fixed;

impl Store for Fixed {
    fn name(&self) -> String {
        "fixed".to_owned()
    }
}

struct Shelf<S>(S);

#[agent_service(proto = "partial.proto", emit = ["grpc", "client"], unimplemented(list))]
impl<S: Store> ReaderAgent for Shelf<S> {
    async fn read(&self, _: &Context, _: Item) -> Result<Item> {
        Ok(Item { name: self.0.name() })
    }
}

#[agent_service(check = "partial.proto", unimplemented(Write, import))]
impl<S> WriterAgent for Shelf<S> where S: Store {}

fn channel() -> Channel {
    let server = ReaderAgentServer::new(Shelf(Fixed));
    Channel::local(server.add_service(WriterAgentServer::new(Shelf(Fixed))).into_dispatcher())
}

#[tokio::test]
async fn rpcs_that_are_left_out_are_unimplemented() {
    let (reader, writer) = (ReaderAgentClient::new(channel()), WriterAgentClient::new(channel()));
    let cx = Context::new();
    let read = reader.read(&cx, Item::default()).await.expect("it is implemented");
    assert_eq!(read.name, "fixed");
    let list = reader.list(&cx, Item::default()).await.map(|_| ()).expect_err("left out");
    let write = writer.write(&cx, Item::default()).await.expect_err("left out");
    let items = Inbound::from_messages([Item::default()]);
    let import = writer.import(&cx, items).await.expect_err("left out");
    for (status, rpc) in
        [(list, "ReaderAgent.List"), (write, "WriterAgent.Write"), (import, "WriterAgent.Import")]
    {
        assert_eq!(status.code(), Code::Unimplemented);
        assert_eq!(status.message(), format!("partial.v1.{rpc} is not implemented"));
    }
}

#[test]
fn only_what_is_emitted_is_there() {
    let info = &reader_agent::INFO;
    assert_eq!(info.grpc.len(), 2);
    assert!(info.http.is_empty() && info.queue.is_empty() && info.tools.is_empty());
    assert_eq!(info.openapi, "");
}
