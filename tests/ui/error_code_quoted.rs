use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failure {
    #[agent(code = "NotFound")]
    Missing,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

fn main() {
    let _ = |failure: Failure| agentgen::Status::from(failure);
}
