//! A Kafka-compatible server for the tests: the real one has no package.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tansu_cli::Cli::main().await?;
    Ok(())
}
