//! Random messages survive JSON and protobuf. The generator is seeded: a
//! failure shows the seed that repeats it.

use std::collections::BTreeMap;

use agentgen::codec::{Message, MessageType, Typed as _};
use agentgen::wkt::value::Kind;
use agentgen::wkt::{Any, Duration, FieldMask, ListValue, Struct, Timestamp, Value};
use fastrand::Rng;

use crate::kitchen::Sink;
use crate::kitchen::sink::Choice;
use crate::{STRICT, write};

#[test]
fn random_messages_come_back() {
    for seed in 0..150 {
        let message = random(&mut Rng::with_seed(seed), 3);
        let text = write(&message);
        let from_json: Box<dyn Message> =
            Sink::TYPE.from_json(text.as_bytes(), &STRICT).unwrap_or_else(|error| {
                panic!("seed {seed}: {error}: {text}");
            });
        assert_eq!(write(from_json.as_ref()), text, "seed {seed}");
        assert_eq!(proto(from_json.as_ref()), proto(&message), "seed {seed}: {text}");
        assert_eq!(through_proto(Sink::TYPE, &message), text, "seed {seed}");
    }
}

#[test]
fn random_text_is_refused_and_never_panics() {
    let alphabet: Vec<char> = r#"{}[]",:\-+.0159eENaInfity/@ "#.chars().collect();
    let mut random = Rng::with_seed(7);
    for _ in 0..800 {
        let mut text = write(&self::random(&mut random, 1));
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..=text.len());
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.insert(at, alphabet[random.usize(..alphabet.len())]);
        }
        // What is still readable must be writable, or say why it is not.
        if let Ok(message) = Sink::TYPE.from_json(text.as_bytes(), &STRICT) {
            write(message.as_ref());
        }
    }
}

fn proto(message: &dyn Message) -> Vec<u8> {
    message.to_proto().into()
}

fn through_proto(of: &MessageType, message: &dyn Message) -> String {
    let message = of.from_proto(message.to_proto()).expect("its own encoding");
    write(message.as_ref())
}

fn random(r: &mut Rng, depth: u32) -> Sink {
    let mut sink = Sink { any: r.bool().then(|| any(r)), ..Sink::default() };
    scalars(&mut sink, r);
    lists(&mut sink, r);
    known(&mut sink, r);
    sink.choice = match r.u8(..6) {
        0 => Some(Choice::Text(text(r))),
        1 => Some(Choice::Tint(r.i32(-2..3))),
        2 => Some(Choice::Nothing(0)),
        3 => Some(Choice::Count(r.i64(..))),
        4 if depth > 0 => Some(Choice::Branch(Box::new(random(r, depth - 1)))),
        _ => None,
    };
    if depth > 0 && r.bool() {
        sink.child = Some(Box::new(random(r, depth - 1)));
        sink.children = vec![Sink::default(), random(r, depth - 1)];
        sink.by_int64 = [(r.i64(..), random(r, depth - 1))].into();
    }
    sink
}

fn scalars(sink: &mut Sink, r: &mut Rng) {
    sink.double_value = double(r);
    sink.float_value = if r.bool() { f32::MAX } else { r.f32() };
    sink.int32_value = r.i32(..);
    sink.int64_value = r.i64(..);
    sink.uint32_value = r.u32(..);
    sink.uint64_value = r.u64(..);
    sink.sint64_value = r.i64(..);
    sink.fixed32_value = r.u32(..);
    sink.sfixed64_value = r.i64(..);
    sink.bool_value = r.bool();
    sink.string_value = text(r);
    sink.bytes_value = bytes(r);
    sink.color = r.i32(-2..4);
    sink.opt_int32 = r.bool().then_some(0);
    sink.opt_string = r.bool().then(|| text(r));
    sink.opt_color = r.bool().then(|| r.i32(0..2));
}

fn lists(sink: &mut Sink, r: &mut Rng) {
    sink.floats = (0..r.usize(..4)).map(|_| r.f32()).collect();
    sink.int64s = (0..r.usize(..4)).map(|_| r.i64(..)).collect();
    sink.strings = (0..r.usize(..4)).map(|_| text(r)).collect();
    sink.blobs = (0..r.usize(..4)).map(|_| bytes(r)).collect();
    sink.colors = (0..r.usize(..4)).map(|_| r.i32(-2..3)).collect();
    sink.labels = (0..r.usize(..4)).map(|_| (text(r), text(r))).collect();
    sink.by_bool = (0..r.usize(..3)).map(|_| (r.bool(), r.i64(..))).collect();
    sink.by_int32 = (0..r.usize(..3)).map(|_| (r.i32(..), r.i32(-2..3))).collect();
    sink.by_uint32 = (0..r.usize(..3)).map(|_| (r.u32(..), bytes(r))).collect();
    sink.by_uint64 = (0..r.usize(..3)).map(|_| (r.u64(..), double(r))).collect();
    sink.nulls = vec![0; r.usize(..3)];
    sink.wrapped_counts = (0..r.usize(..3)).map(|_| r.i64(..)).collect();
}

fn known(sink: &mut Sink, r: &mut Rng) {
    sink.timestamp = r
        .bool()
        .then(|| Timestamp { seconds: r.i64(-62_135_596_800..=253_402_300_799), nanos: nanos(r) });
    let sign = if r.bool() { 1 } else { -1 };
    let seconds = i64::from(sign) * r.i64(0..=315_576_000_000);
    sink.duration = r.bool().then(|| Duration { seconds, nanos: sign * nanos(r) });
    sink.mask = r.bool().then(|| FieldMask { paths: vec!["a_b.c".into(), "d".into()] });
    sink.object = r.bool().then(|| Struct { fields: members(r, 2) });
    sink.json = r.bool().then(|| value(r, 2));
    sink.list = r.bool().then(|| ListValue { values: vec![value(r, 1)] });
    sink.wrapped_text = r.bool().then(|| text(r));
    sink.wrapped_blob = r.bool().then(|| bytes(r));
    sink.wrapped_float = r.bool().then(|| r.f32());
    sink.empty = r.bool().then_some(());
}

fn any(r: &mut Rng) -> Any {
    let (name, value) = match r.u8(..3) {
        0 => ("google.protobuf.StringValue", prost::Message::encode_to_vec(&text(r))),
        1 => ("google.protobuf.Int64Value", prost::Message::encode_to_vec(&r.i64(..))),
        _ => (Sink::TYPE.name, prost::Message::encode_to_vec(&random(r, 0))),
    };
    Any { type_url: format!("type.googleapis.com/{name}"), value }
}

fn value(r: &mut Rng, depth: u32) -> Value {
    let kind = match r.u8(..6) {
        0 => Kind::NullValue(0),
        1 => Kind::BoolValue(r.bool()),
        2 => Kind::StringValue(text(r)),
        3 if depth > 0 => Kind::StructValue(Struct { fields: members(r, depth) }),
        4 if depth > 0 => Kind::ListValue(ListValue { values: vec![value(r, depth - 1)] }),
        _ => Kind::NumberValue(r.f64()),
    };
    Value { kind: Some(kind) }
}

fn members(r: &mut Rng, depth: u32) -> BTreeMap<String, Value> {
    (0..r.usize(..3)).map(|_| (text(r), value(r, depth - 1))).collect()
}

fn nanos(r: &mut Rng) -> i32 {
    [0, 5_000_000, 7_000, r.i32(0..1_000_000_000)][r.usize(..4)]
}

fn double(r: &mut Rng) -> f64 {
    // One form of NaN: JSON knows no other.
    let value = f64::from_bits(r.u64(..));
    if value.is_nan() { f64::NAN } else { value }
}

fn text(r: &mut Rng) -> String {
    (0..r.usize(..6))
        .map(|_| ['a', '"', '\\', '\n', '\u{1}', 'é', '😀', '\u{2028}'][r.usize(..8)])
        .collect()
}

fn bytes(r: &mut Rng) -> Vec<u8> {
    (0..r.usize(..6)).map(|_| r.u8(..)).collect()
}
