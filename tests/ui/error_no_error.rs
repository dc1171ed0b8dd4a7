use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failure {
    #[agent(code = NotFound)]
    Missing,
    #[agent(code = Internal)]
    Broken,
}

fn main() {
    let _ = |failure: Failure| agentgen::Status::from(failure);
}
