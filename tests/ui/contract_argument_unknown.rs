agentgen::contract!("proto/summarizer.proto", includes = "proto");

fn main() {}
