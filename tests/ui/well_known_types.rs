use agentgen::{Context, Result, agent_service};

struct Mine;

#[agent_service(proto = "proto/pings.proto")]
impl Pings for Mine {
    async fn ping(&self, _: &Context, request: String) -> Result<()> {
        panic!("{request}")
    }
}

fn main() {
    let _ = PingsServer::new(Mine);
}
