//! Header names of queue messages.

pub use crate::context::names::{
    CORRELATION_ID, DEADLINE, IDEMPOTENCY_KEY, TRACEPARENT, TRACESTATE,
};

/// The version of `CloudEvents`.
pub const SPEC_VERSION: &str = "ce-specversion";
/// The id of the message, unique within its source.
pub const ID: &str = "ce-id";
/// Who sent it.
pub const SOURCE: &str = "ce-source";
/// The full name of the message type in the body.
pub const TYPE: &str = "ce-type";
/// What it is about: the value of the ordering key, where there is one.
pub const SUBJECT: &str = "ce-subject";
/// When it was sent.
pub const TIME: &str = "ce-time";
/// `agentgen:/{contract}/{version}/{digest of the contract}#{message type}`.
pub const DATA_SCHEMA: &str = "ce-dataschema";
/// The format of the body: `application/protobuf` or `application/json`.
pub const CONTENT_TYPE: &str = "content-type";
/// The same, where a binding has it as an attribute like any other, as that of NATS has.
pub const DATA_CONTENT_TYPE: &str = "ce-datacontenttype";
/// Where the body is, when it is too large for the broker: what a
/// [`ClaimStore`](crate::queue::ClaimStore) returned. The body is then empty.
pub const DATA_REF: &str = "ce-dataref";
/// The subject that replies go to.
pub const REPLY_TO: &str = "ce-replyto";
/// The value of the ordering key.
pub const PARTITION_KEY: &str = "ce-partitionkey";
/// In a reply: the id of the request.
pub const CAUSATION_ID: &str = "ce-causationid";
/// In a reply of a stream: its place, from 1.
pub const SEQUENCE: &str = "ce-sequence";
/// In a reply of a stream: the attempt that made it, from 1.
pub const ATTEMPT: &str = "ce-attempt";
/// In a reply: `true` marks the end of a stream; it has no body.
pub const STREAM_END: &str = "ce-streamend";
/// In a reply that is an error: the name of its code. The body is then a
/// `google.rpc.Status` in protobuf.
pub const CODE: &str = "ce-code";
/// On a message that could not be read whole, and so on its dead letter: what is wrong
/// with it.
pub use crate::broker::DAMAGE as DEAD_DAMAGE;
/// On a message of another program: what was stored beside what could be read of it.
pub use crate::broker::RAW;
/// On a dead letter: `UNDECODABLE`, `INCOMPATIBLE`, `NOT_RETRYABLE`, `EXHAUSTED`,
/// `EXPIRED` or `CRASHED`.
pub const DEAD_REASON: &str = "dlq-reason";
/// On a dead letter: the name of the last status code.
pub const DEAD_CODE: &str = "dlq-code";
/// On a dead letter: the message of the last status.
pub const DEAD_MESSAGE: &str = "dlq-message";
/// On a dead letter: where the request was published to.
pub const DEAD_SUBJECT: &str = "dlq-subject";
/// On a dead letter: the group that gave up.
pub const DEAD_GROUP: &str = "dlq-group";
/// On a dead letter: how many attempts were started.
pub const DEAD_ATTEMPTS: &str = "dlq-attempts";
/// On a dead letter: how many of them never came to an end.
pub const DEAD_CRASHES: &str = "dlq-crashes";
/// On a dead letter: the attempts that failed, as JSON.
pub const DEAD_HISTORY: &str = "dlq-history";
