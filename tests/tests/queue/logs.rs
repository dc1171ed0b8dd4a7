//! What a log line about a delivery carries.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use agentgen::client::Channel;
use agentgen::{Broker, Context};
use tracing_subscriber::fmt::MakeWriter;

use crate::desk::{Clerk, Desk as _, DeskClient, DeskServer, SUBJECT, Task};

/// Keeps what is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

// One thread: the subscriber is this thread's alone.
#[tokio::test]
async fn a_line_about_a_delivery_carries_its_work_its_subject_and_its_attempt() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let broker = Broker::open("memory:").await.expect("a broker");
    let serving = tokio::spawn(DeskServer::new(Clerk).queue(broker.clone()).run());
    let client = DeskClient::new(Channel::queue(broker));
    let context = Context::new();
    let refused = client.handle(&context, Task { number: 1 }).await;
    refused.expect_err("the first task is refused");
    serving.abort();

    let written = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let written = String::from_utf8(written).expect("text");
    let line = written.lines().find(|line| line.contains("a message is moved to the dead letter"));
    let line = line.unwrap_or_else(|| panic!("no such line: {written}"));
    for part in [
        format!("subject=\"{SUBJECT}\""),
        format!("correlation_id=\"{}\"", context.correlation_id()),
        "attempt=1".to_owned(),
        "group=\"desk\"".to_owned(),
    ] {
        assert!(line.contains(&part), "{part} is missing: {line}");
    }
}
