use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failure {
    #[agent(code = ResourceExhausted, retry_after = afer)]
    Busy { after: std::time::Duration },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

fn main() {}
