use agentgen::agent_service;

struct Mine;

#[agent_service(proto = "proto/guides", unimplemented(find))]
impl Guide for Mine {}

fn main() {
    let _ = Mine;
}
