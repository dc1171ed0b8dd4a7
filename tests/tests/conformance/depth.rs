//! The deepest document that is read by default fits on the stack of a thread of
//! tokio, even where each message has hundreds of fields and nothing is
//! optimised.

use agentgen::codec::json::Options;
use agentgen_tests::conformance::message_type;

/// What tokio gives to its threads by default.
const STACK: usize = 2 << 20;

#[test]
fn large_messages_may_nest_a_hundred_times() {
    for (name, field) in [
        ("proto3.TestAllTypesProto3", r#""recursiveMessage":"#),
        ("proto3.TestAllTypesProto3", r#""optionalNestedMessage":{"corecursive":"#),
        ("proto2.TestAllTypesProto2", r#""recursiveMessage":"#),
    ] {
        let of = message_type(&format!("protobuf_test_messages.{name}"));
        let levels = field.matches(':').count();
        let (open, close) = (format!("{{{field}"), "}".repeat(levels));
        let text = |depth: usize| {
            let depth = depth / levels;
            [open.repeat(depth), "{}".to_owned(), close.repeat(depth)].concat()
        };
        let (deepest, deeper) = (text(99), text(102));
        let read = move || {
            let message = of.from_json(deepest.as_bytes(), &Options::DEFAULT).expect("a message");
            assert_eq!(message.to_json().expect("JSON"), deepest.as_bytes());
            assert!(of.from_json(deeper.as_bytes(), &Options::DEFAULT).is_err());
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(read);
        thread.expect("a thread").join().expect("it is read");
    }
}
