use agentgen::{Context, agent_service};

struct Mine;

#[agent_service(proto = "proto/routes.proto", baseline = "published/routes.proto")]
impl Routes for Mine {
    async fn find(&self, _: &Context, route: Route) -> agentgen::Result<Route> {
        Ok(route)
    }
}

fn main() {}
