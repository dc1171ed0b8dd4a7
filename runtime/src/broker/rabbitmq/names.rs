//! Names on the server. One exchange has all subjects as its routing keys; a queue
//! is named after its subject, its group and its lane.
//!
//! The first lasting group of a subject takes the queues without a group's name,
//! which are there from the first message on: a backlog needs no moving.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::broker::remote::is_reply;
use crate::broker::{CALLERS, Error};

/// What the names themselves are made of.
const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b'/').add(b'@');

/// How the subject of a reply begins that goes into a queue by its name, as the
/// property `reply_to` of a request says. No caller of ours is called so.
const QUEUE: &str = "agentgen.reply.queue/";

/// The longest name that the protocol has.
const MAX_NAME: usize = 255;

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The routing key of a lane; that of the unordered one is the subject.
pub(super) fn key(subject: &str, lane: Option<usize>) -> String {
    match lane {
        None => escape(subject),
        Some(lane) => format!("{}/{lane}", escape(subject)),
    }
}

/// The queue of a lane; without a group, that of the first.
pub(super) fn queue(
    prefix: &str,
    subject: &str,
    group: Option<&str>,
    lane: Option<usize>,
) -> Result<String, Error> {
    let mut name = format!("{prefix}.{}", escape(subject));
    if let Some(group) = group {
        name = format!("{name}@{}", escape(group));
    }
    if let Some(lane) = lane {
        name = format!("{name}/{lane}");
    }
    checked(name)
}

/// The queue that keeps what another is to have after a pause.
pub(super) fn after(queue: &str, millis: u64) -> Result<String, Error> {
    checked(format!("{queue}/after-{millis}ms"))
}

/// The queue that keeps what all groups of a subject are to have after a pause.
pub(super) fn later(prefix: &str, subject: &str, millis: u64) -> Result<String, Error> {
    checked(format!("{prefix}.{}/later-{millis}ms", escape(subject)))
}

/// The empty queue whose settings say which group is the first.
pub(super) fn first(prefix: &str, subject: &str) -> Result<String, Error> {
    checked(format!("{prefix}.{}/first", escape(subject)))
}

fn checked(name: String) -> Result<String, Error> {
    if name.len() <= MAX_NAME {
        return Ok(name);
    }
    Err(Error::refused(format!("`{name}` is longer than the {MAX_NAME} bytes of a RabbitMQ name")))
}

/// The subject of replies that go into a queue.
pub(super) fn into_queue(queue: &str) -> String {
    format!("{QUEUE}{}", escape(queue))
}

/// The queue of such a subject; `None` of any other.
pub(super) fn queue_of(subject: &str) -> Option<String> {
    let queue = subject.strip_prefix(QUEUE)?;
    Some(percent_decode_str(queue).decode_utf8_lossy().into_owned())
}

/// What a request says in `reply_to`: the queue in which its replies to this subject
/// are waited for.
pub(super) fn reply_queue(prefix: &str, subject: &str) -> Option<String> {
    queue_of(subject).or_else(|| {
        let ours = is_reply(subject).then(|| queue(prefix, subject, Some(CALLERS), None));
        ours?.ok()
    })
}

/// What a queue of a subject is, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) group: String,
    /// Whether what it keeps is held back.
    pub(super) delayed: bool,
    /// Whether it is a lane of its own.
    pub(super) ordered: bool,
}

/// Reads a queue's name.
pub(super) fn read(name: &str) -> Named {
    let (queue, part) = name.split_once('/').unwrap_or((name, ""));
    let group = queue.split_once('@').map_or("", |(_, group)| group);
    let delayed = part.starts_with("after-") || part.starts_with("later-");
    Named {
        group: percent_decode_str(group).decode_utf8_lossy().into_owned(),
        delayed,
        ordered: !part.is_empty() && !delayed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_subjects_groups_and_lanes_apart() {
        let of = |group, lane| queue("p", "a.b", group, lane).expect("a short name");
        assert_eq!(of(None, None), "p.a.b");
        assert_eq!(of(Some("g@/h"), Some(2)), "p.a.b@g%40%2Fh/2");
        assert_eq!(read(&of(Some("g@/h"), Some(2))).group, "g@/h");
        assert!(read(&of(None, Some(2))).ordered && !read(&of(None, None)).ordered);
        let after = after(&of(Some("g"), None), 400).expect("a short name");
        assert_eq!(read(&after), Named { group: "g".into(), delayed: true, ordered: false });
        assert_eq!(key("a.b", None), "a.b");
        assert_ne!(key("a/1", None), key("a", Some(1)));
        assert!(queue("p", &"s".repeat(300), None, None).is_err());
    }

    #[test]
    fn a_reply_goes_to_the_queue_that_the_request_names() {
        for name in ["amq.gen-x", "ü / 1"] {
            let subject = into_queue(name);
            assert!(is_reply(&subject));
            assert_eq!(queue_of(&subject).as_deref(), Some(name));
            assert_eq!(reply_queue("p", &subject).as_deref(), Some(name));
        }
        let ours = reply_queue("p", "agentgen.reply.1");
        assert_eq!(ours.as_deref(), Some("p.agentgen.reply.1@caller"));
        assert_eq!((queue_of("agentgen.reply.1"), reply_queue("p", "answers")), (None, None));
    }
}
