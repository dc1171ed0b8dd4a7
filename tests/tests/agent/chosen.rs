//! Two versions of a service are generated together, with what they import from a folder
//! that the attribute names: the items of the one that is stated are in scope.

use agentgen::{Context, Result, agent_service};

struct Mine;

#[agent_service(
    proto = "tests/agent/guides/api",
    include = ["tests/agent/guides/api", "tests/agent/guides/shared"],
    service = "guides.v2.Guide"
)]
impl Guide for Mine {
    async fn find(&self, _: &Context, request: FindRequest) -> Result<FindReply> {
        let contract::places::v1::Place { name } = request.place.unwrap_or_default();
        Ok(FindReply { way: format!("to {name}"), metres: 4 })
    }
}

/// The version before, by its path.
struct Former;

#[agent_service]
impl contract::guides::v1::Guide for Former {
    async fn find(
        &self,
        _: &Context,
        request: contract::guides::v1::FindRequest,
    ) -> Result<contract::guides::v1::FindReply> {
        Ok(contract::guides::v1::FindReply { way: format!("to {}", request.place) })
    }
}

#[tokio::test]
async fn the_stated_service_is_in_scope() {
    let place = contract::places::v1::Place { name: "Oslo".to_owned() };
    let request = FindRequest { place: Some(place) };
    let reply = Mine.find(&Context::new(), request).await.expect("it answers");
    assert_eq!(reply, FindReply { way: "to Oslo".to_owned(), metres: 4 });
    _ = GuideServer::new(Mine);
}

#[tokio::test]
async fn the_other_one_is_named_by_its_module() {
    let request = contract::guides::v1::FindRequest { place: "Oslo".to_owned() };
    let reply = contract::guides::v1::Guide::find(&Former, &Context::new(), request).await;
    assert_eq!(reply.expect("it answers").way, "to Oslo");
    _ = contract::guides::v1::GuideServer::new(Former);
}
