use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failure {
    #[agent(reason = "NO_DOCUMENT")]
    NoDocument,
    Busy,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

fn main() {}
