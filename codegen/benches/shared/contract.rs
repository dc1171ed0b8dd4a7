//! The contract that the benchmarks generate from: 10 services with 6 rpcs each
//! and 60 messages, of which each service has its own six, which refer to each
//! other.

use std::fmt::Write as _;

pub(crate) const SERVICES: usize = 10;
pub(crate) const RPCS: usize = 6;

/// The numbers of an rpc's request and of its reply.
pub(crate) fn messages(service: usize, rpc: usize) -> (usize, usize) {
    (service * RPCS + rpc, service * RPCS + (rpc + 1) % RPCS)
}

/// Whether an rpc answers with a stream.
pub(crate) fn is_stream(rpc: usize) -> bool {
    rpc == 4
}

/// The text of the `.proto` file.
pub(crate) fn text() -> String {
    let mut text = String::from("syntax = \"proto3\";\npackage bench.v1;\n");
    for service in 0..SERVICES {
        let _ = writeln!(text, "// Service number {service}.\nservice Service{service} {{");
        for rpc in 0..RPCS {
            let (from, to) = messages(service, rpc);
            let stream = if is_stream(rpc) { "stream " } else { "" };
            let _ = writeln!(text, "  // Rpc {rpc}.");
            let _ = writeln!(text, "  rpc Call{rpc}(Message{from}) returns ({stream}Message{to});");
        }
        text.push_str("}\n");
    }
    for message in 0..SERVICES * RPCS {
        let _ = writeln!(
            text,
            "// Message number {message}.
message Message{message} {{
  // The name.
  string name = 1;
  int64 count = 2;
  repeated string tags = 3;
  map<string, double> scores = 4;
  oneof kind {{ string text = 5; bytes data = 6; }}
  optional bool done = 7;
  Message{next} next = 8;
}}",
            next = message / RPCS * RPCS + (message + 1) % RPCS
        );
    }
    text
}
