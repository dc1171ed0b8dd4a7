//! `#[derive(AgentMessage)]`: a user's own types in place of generated ones.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

use agentgen::{AgentMessage, Code, Status};
pub(crate) use orders::orders::v1 as wire;
use serde_json::json;
use wire::order;

mod orders {
    #![allow(missing_docs, unused, unreachable_pub, reason = "the tests use only the messages")]

    agentgen::contract!("tests/agent/orders.proto");
    pub(crate) use contract::orders;
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.Order", proto = "tests/agent/orders.proto", rust = wire::Order)]
struct Order {
    #[agent(rename = "order_id")]
    id: OrderId,
    customer: Customer,
    lines: Vec<Line>,
    state: State,
    extras: HashMap<String, Line>,
    #[agent(default)]
    patience: Duration,
    placed: Option<SystemTime>,
    #[agent(try_from)]
    priority: Option<NonZeroU32>,
    notes: Option<serde_json::Map<String, serde_json::Value>>,
    payment: Option<Payment>,
    history: Vec<State>,
    voucher: Option<String>,
    replaces: Option<Box<Order>>,
    #[agent(skip)]
    seen: usize,
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(transparent)]
struct OrderId(String);

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.Customer", proto = "tests/agent/orders.proto", rust = wire::Customer)]
struct Customer {
    name: String,
    floor: u8,
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "tests/agent/orders.proto", rust = wire::Line)]
struct Line {
    article: String,
    #[agent(try_from)]
    pieces: NonZeroU32,
}

#[derive(Clone, Copy, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.State", proto = "tests/agent/orders.proto", rust = wire::State)]
enum State {
    Open,
    #[agent(rename = "STATE_SHIPPED")]
    Sent,
}

#[derive(Clone, Copy, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.State", proto = "tests/agent/orders.proto", rust = wire::State)]
enum AnyState {
    Open,
    #[agent(other)]
    Other(i32),
}

#[derive(Clone, Debug, PartialEq, AgentMessage)]
#[agent(message = "orders.v1.Order.payment", proto = "tests/agent/orders.proto", rust = order::Payment)]
enum Payment {
    #[agent(rename = "card_number")]
    Card(String),
    Invoice(wire::Invoice),
    Cash(()),
}

fn line(pieces: u32) -> wire::Line {
    wire::Line { article: "lamp".into(), pieces }
}

/// A message that is an [`Order`].
fn sent() -> wire::Order {
    wire::Order {
        order_id: "o-7".into(),
        customer: Some(wire::Customer { name: "Ada".into(), floor: 3 }),
        lines: vec![line(1), line(2)],
        state: 1,
        extras: BTreeMap::from([("gift".into(), line(3))]),
        patience: Some(agentgen::wkt::Duration { seconds: 90, nanos: 5 }),
        placed: Some(agentgen::wkt::Timestamp { seconds: -1, nanos: 500_000_000 }),
        priority: Some(4),
        payment: Some(order::Payment::Invoice(wire::Invoice { address: "Lane 1".into() })),
        history: vec![1, 2],
        voucher: Some(String::new()),
        replaces: Some(Box::new(wire::Order {
            order_id: "o-6".into(),
            customer: Some(wire::Customer::default()),
            state: 2,
            patience: Some(agentgen::wkt::Duration::default()),
            ..wire::Order::default()
        })),
        ..wire::Order::default()
    }
}

/// The status of a message that is no [`Order`].
fn refused(change: impl FnOnce(&mut wire::Order)) -> (String, String) {
    let mut message = sent();
    change(&mut message);
    let status: Status = Order::try_from(message).expect_err("it is no order");
    assert_eq!(status.code(), Code::InvalidArgument);
    let [violation] = &*status.details().violations else { panic!("{status:?}") };
    (violation.field.clone(), violation.description.clone())
}

#[test]
fn a_message_comes_back_as_it_was() {
    let own = Order::try_from(sent()).expect("it is an order");
    assert_eq!(own.id, OrderId("o-7".into()));
    assert_eq!(own.customer.floor, 3);
    assert_eq!(own.extras["gift"].pieces.get(), 3);
    assert_eq!(own.patience, Duration::new(90, 5));
    assert_eq!(own.placed, Some(SystemTime::UNIX_EPOCH - Duration::from_millis(500)));
    assert_eq!(own.history, [State::Open, State::Sent]);
    assert_eq!((own.priority, own.seen), (NonZeroU32::new(4), 0));
    assert_eq!(own.voucher.as_deref(), Some(""));
    assert_eq!(wire::Order::from(own), sent());
}

#[test]
fn a_default_stands_for_an_absent_field_and_is_sent() {
    let own = Order::try_from(wire::Order { patience: None, ..sent() }).expect("it is an order");
    assert_eq!(own.patience, Duration::ZERO);
    assert_eq!(wire::Order::from(own).patience, Some(agentgen::wkt::Duration::default()));
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    let violation = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    assert_eq!(refused(|it| it.customer = None), violation("customer", "must be set"));
    assert_eq!(refused(|it| it.state = 0), violation("state", "must be set"));
    assert_eq!(
        refused(|it| it.history.push(9)),
        violation("history[2]", "9 is no value of orders.v1.State")
    );
    assert_eq!(
        refused(|it| it.customer = Some(wire::Customer { name: String::new(), floor: 256 })),
        violation("customer.floor", "256 is not between 0 and 255")
    );
    let zero = "out of range integral type conversion attempted";
    assert_eq!(refused(|it| it.lines.push(line(0))), violation("lines[2].pieces", zero));
    assert_eq!(
        refused(|it| it.extras = BTreeMap::from([("card".into(), line(0))])),
        violation("extras[\"card\"].pieces", zero)
    );
    assert_eq!(
        refused(|it| it.patience = Some(agentgen::wkt::Duration { seconds: -1, nanos: 0 })),
        violation("patience", "must not be negative")
    );
    assert_eq!(
        refused(|it| it.replaces = Some(Box::default())),
        violation("replaces.customer", "must be set")
    );
}

#[test]
fn an_enum_converts_as_its_own_type_too() {
    assert_eq!(wire::State::from(State::Sent), wire::State::Shipped);
    assert_eq!(State::try_from(wire::State::Open).expect("a state"), State::Open);
    let status = State::try_from(wire::State::Unspecified).expect_err("no state is set");
    assert_eq!(status.message(), "must be set");
}

#[test]
fn a_variant_for_other_numbers_keeps_them() {
    use agentgen::convert::Convert;

    for number in [-1, 0, 1, 2, 77] {
        let own = <AnyState as Convert<i32>>::from_wire(number).expect("any number");
        assert_eq!(own == AnyState::Open, number == 1);
        assert_eq!(<AnyState as Convert<i32>>::into_wire(own), number);
    }
}

#[test]
fn a_struct_of_json_keeps_whole_numbers_whole() {
    let notes = json!({ "floor": 3, "half": 0.5, "list": [null, true, { "x": "y" }] });
    let notes = notes.as_object().cloned();
    let own = Order { notes: notes.clone(), ..Order::try_from(sent()).expect("an order") };
    let back = Order::try_from(wire::Order::from(own)).expect("an order");
    assert_eq!(back.notes, notes);
}

#[test]
fn every_member_of_a_oneof_has_its_variant() {
    for payment in [Payment::Card("4711".into()), Payment::Cash(())] {
        let own =
            Order { payment: Some(payment.clone()), ..Order::try_from(sent()).expect("an order") };
        let back = Order::try_from(wire::Order::from(own)).expect("an order");
        assert_eq!(back.payment, Some(payment));
    }
}
