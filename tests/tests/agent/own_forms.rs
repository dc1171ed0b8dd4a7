//! `#[derive(AgentMessage)]` over what messages hold beside the usual: keys that are
//! numbers, names that are keywords, types that hold each other, types of other crates.

use std::collections::{BTreeMap, HashMap};

use agentgen::AgentMessage;
use agentgen::wkt::Timestamp;
use chrono::{DateTime, Utc};
use forms::forms::v1 as wire;
use uuid::Uuid;

mod forms {
    #![allow(missing_docs, unused, unreachable_pub, reason = "the tests use only the messages")]

    agentgen::contract!("tests/agent/forms.proto");
    pub(crate) use contract::forms;
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "forms.v1.Form", proto = "tests/agent/forms.proto", rust = wire::Form)]
struct Form {
    levels: BTreeMap<String, Level>,
    words: HashMap<i32, String>,
    r#type: String,
    document_text: String,
    self_: String,
    seal: bytes::Bytes,
    branch: Option<Branch>,
    made: Option<DateTime<Utc>>,
    id: Uuid,
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "forms.v1.Branch", proto = "tests/agent/forms.proto", rust = wire::Branch)]
struct Branch {
    leaf: Option<Box<Leaf>>,
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "forms.v1.Leaf", proto = "tests/agent/forms.proto", rust = wire::Leaf)]
struct Leaf {
    branch: Option<Box<Branch>>,
    next: Option<Next>,
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "forms.v1.Leaf.next", proto = "tests/agent/forms.proto", rust = wire::leaf::Next)]
enum Next {
    After(Box<Leaf>),
    End(String),
}

#[derive(Clone, Copy, Debug, PartialEq, AgentMessage)]
#[agent(message = "forms.v1.Level", proto = "tests/agent/forms.proto", rust = wire::Level)]
enum Level {
    Unspecified,
    #[agent(rename = "LEVEL_SMALL")]
    Small,
}

fn leaf(next: Next, branch: Option<Box<Branch>>) -> Leaf {
    Leaf { branch, next: Some(next) }
}

#[test]
fn a_message_with_all_of_it_comes_back_as_it_was() {
    let inner = leaf(Next::End("end".into()), None);
    let outer = Branch { leaf: Some(Box::new(inner.clone())) };
    let own = Form {
        levels: BTreeMap::from([("a".into(), Level::Small), ("b".into(), Level::Unspecified)]),
        words: HashMap::from([(-1, "less".into()), (7, "seven".into())]),
        r#type: "type".into(),
        document_text: "text".into(),
        self_: "self".into(),
        seal: bytes::Bytes::from_static(&[0, 255]),
        branch: Some(Branch {
            leaf: Some(Box::new(leaf(Next::After(Box::new(inner)), Some(Box::new(outer))))),
        }),
        made: DateTime::from_timestamp(7, 250),
        id: Uuid::from_u128(7),
    };
    let message = wire::Form::from(own.clone());
    assert_eq!((message.levels["a"], message.levels["b"]), (1, 0));
    assert_eq!(message.words[&-1], "less");
    assert_eq!(
        (&*message.r#type, &*message.document_text, &*message.self_),
        ("type", "text", "self")
    );
    assert_eq!(message.seal, [0, 255]);
    assert_eq!(message.made, Some(Timestamp { seconds: 7, nanos: 250 }));
    assert_eq!(message.id, "00000000-0000-0000-0000-000000000007");
    assert_eq!(Form::try_from(message).expect("it is a form"), own);
}

#[test]
fn a_mistake_deep_inside_is_named_by_its_path() {
    let refused = |message: wire::Form| {
        let status = Form::try_from(message).expect_err("it is no form");
        let violations = &status.details().violations;
        violations.iter().map(|it| it.field.clone()).collect::<Vec<_>>()
    };
    let right = wire::Form { id: Uuid::nil().to_string(), ..wire::Form::default() };
    assert_eq!(refused(wire::Form { id: "7".into(), ..right.clone() }), ["id"]);
    let levels = BTreeMap::from([("a".to_owned(), 9)]);
    assert_eq!(refused(wire::Form { levels, ..right }), ["levels[\"a\"]"]);
}
