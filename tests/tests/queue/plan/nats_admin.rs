//! What an administrator says to a NATS server: requests of the `JetStream` API,
//! over a connection of their own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Asks the server for something; the answer must be no refusal.
pub(crate) fn ask(port: u16, subject: &str, request: &Value) -> Value {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let body = request.to_string();
    let hello = "CONNECT {\"verbose\":false}\r\nSUB answer 1\r\n";
    let asked = format!("{hello}PUB $JS.API.{subject} answer {}\r\n{body}\r\n", body.len());
    stream.write_all(asked.as_bytes()).expect("the request is sent");
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).expect("an answer") > 0, "the server hung up");
        let Some(message) = line.strip_prefix("MSG ") else { continue };
        let size = message.split_whitespace().last().and_then(|size| size.parse().ok());
        let mut answer = vec![0; size.expect("the size of a message")];
        lines.read_exact(&mut answer).expect("the whole message");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer.get("error").is_none(), "{subject}: {answer}");
        return answer;
    }
}
