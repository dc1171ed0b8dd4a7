agentgen::contract!("ui/proto/warned.proto");

fn main() {}
