//! What `#[derive(AgentError)]` makes of an error.

use std::time::Duration;

use agentgen::{AgentError, Code, Status};

#[derive(Debug, AgentError)]
enum Failure<T: std::fmt::Debug + Send + Sync + 'static> {
    #[agent(code = NotFound)]
    NoDocument {
        #[expect(dead_code, reason = "only its Debug output is looked at")]
        id: T,
    },
    #[agent(code = Code::Unavailable, reason = "STORE_DOWN", domain = "store.example")]
    #[agent(message = "the store failed", retry_after = 1)]
    Store(T, Option<Duration>),
    #[agent(transparent)]
    Other(Whole),
}

#[derive(Debug, AgentError)]
#[agent(code = Aborted, domain = "whole.example")]
struct Whole;

macro_rules! error {
    ($($name:ident $(<$t:ident>)?)*) => {$(
        impl$(<$t: std::fmt::Debug + Send + Sync>)? std::fmt::Display for $name$(<$t>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "it is {self:?}")
            }
        }

        impl$(<$t: std::fmt::Debug + Send + Sync>)? std::error::Error for $name$(<$t>)? {}
    )*};
}

error!(Failure<T> Whole);

fn reason(status: &Status) -> (&str, &str) {
    let info = status.details().info.as_ref().expect("has a reason");
    (&info.reason, &info.domain)
}

#[test]
fn a_variant_without_more_is_named_after_itself() {
    let status = Status::from(Failure::NoDocument { id: 7 });
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.message(), "it is NoDocument { id: 7 }");
    assert_eq!(reason(&status), ("NO_DOCUMENT", "agentgen-tests"));
    assert_eq!(status.details().retry_after, None);
}

#[test]
fn what_a_variant_states_wins() {
    let status = Status::from(Failure::Store("secret", Some(Duration::from_secs(3))));
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "the store failed");
    assert_eq!(reason(&status), ("STORE_DOWN", "store.example"));
    assert_eq!(status.details().retry_after, Some(Duration::from_secs(3)));
    assert_eq!(Status::from(Failure::Store(1, None)).details().retry_after, None);
}

#[test]
fn the_error_stays_in_the_process() {
    let status = Status::from(Failure::Store("secret", None));
    let source = std::error::Error::source(&status).expect("is kept for traces");
    assert!(source.to_string().contains("secret"));
    assert!(!status.to_json().to_string().contains("secret"));
}

#[test]
fn a_transparent_variant_passes_its_status_on() {
    let status = Status::from(Failure::<i32>::Other(Whole));
    assert_eq!(status.code(), Code::Aborted);
    assert_eq!(reason(&status), ("WHOLE", "whole.example"));
}

#[derive(Debug, AgentError)]
enum Told {
    #[agent(code = NotFound, message = "no document {id}, of {{all}}")]
    Named { id: u8 },
    #[agent(code = Unavailable, message = "{1:?} after {0}", retry_after = 2)]
    Numbered(u8, &'static str, Duration),
    #[agent(code = InvalidArgument, message = "no {type:?}, {r#type}", field = r#type)]
    Typed { r#type: &'static str },
}

error!(Told);

#[test]
fn a_message_may_hold_fields_of_the_error() {
    assert_eq!(Status::from(Told::Named { id: 7 }).message(), "no document 7, of {all}");
    let status = Status::from(Told::Numbered(1, "it", Duration::from_secs(3)));
    assert_eq!(status.message(), "\"it\" after 1");
    assert_eq!(status.details().retry_after, Some(Duration::from_secs(3)));
    let status = Status::from(Told::Typed { r#type: "kind" });
    assert_eq!(status.message(), "no \"kind\", kind");
    assert_eq!(status.details().violations[0].field, "kind");
}
