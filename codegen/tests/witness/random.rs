//! Random values of any message.

use agentgen_codegen::compat::schema::{Cardinality, Field, Kind, MessageId};
use agentgen_codegen::compat::witness::{Member, Slot, Tree, Types, Value};
use fastrand::Rng;

/// A message whose required fields are set and whose other fields may be.
pub(crate) fn tree(types: &Types<'_, '_>, id: MessageId, rng: &mut Rng, depth: usize) -> Tree {
    let name = types.schema.message(id).full_name.clone();
    if let Some(special) = special(&name, rng) {
        return special;
    }
    let mut tree = Tree::default();
    let mut oneofs = Vec::new();
    for member in types.members(id) {
        let required = member.cardinality == Cardinality::Required;
        let nests = types.message_of(member.field).is_some();
        let wanted = if depth == 0 && nests { false } else { rng.f32() < 0.6 };
        if !required && !wanted {
            continue;
        }
        if let Some(oneof) = member.oneof() {
            if oneofs.contains(&oneof) {
                continue;
            }
            oneofs.push(oneof);
        }
        if let Some(slot) = slot(types, member, rng, depth) {
            tree.fields.insert(member.field.number, slot);
        }
    }
    // Of google.protobuf.Value, one sort has to be set.
    if &*name == "google.protobuf.Value" && tree.fields.is_empty() {
        return Tree::of(4, Slot::One(Value::Bool(true)));
    }
    tree
}

fn slot(
    types: &Types<'_, '_>,
    member: Member<'_, '_>,
    rng: &mut Rng,
    depth: usize,
) -> Option<Slot> {
    let field = member.field;
    match member.cardinality {
        Cardinality::Map => {
            let (key, value) = types.entry(field)?;
            let mut entries: Vec<(Value, Value)> = Vec::new();
            for _ in 0..rng.usize(1..4) {
                let found = self::value(types, key.field, rng, depth);
                if entries.iter().all(|(known, _)| *known != found) {
                    entries.push((found, self::value(types, value.field, rng, depth)));
                }
            }
            Some(Slot::Map(entries))
        }
        Cardinality::Repeated => {
            let values = (0..rng.usize(1..4)).map(|_| value(types, field, rng, depth));
            Some(Slot::Many(values.collect()))
        }
        cardinality => {
            let value = value(types, field, rng, depth);
            let absent = cardinality == Cardinality::Implicit && value.is_zero();
            (!absent).then_some(Slot::One(value))
        }
    }
}

fn value(types: &Types<'_, '_>, field: &Field<'_>, rng: &mut Rng, depth: usize) -> Value {
    match field.kind {
        Kind::Bool => Value::Bool(rng.bool()),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            Value::Int(pick(rng, &[0, 1, -1, 300, i32::MAX.into(), i32::MIN.into()]))
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            Value::Int(pick(rng, &[0, 1, -1, 300, 1 << 40, i64::MAX, i64::MIN]))
        }
        Kind::Uint32 | Kind::Fixed32 => Value::Uint(pick(rng, &[0, 1, 300, u32::MAX.into()])),
        Kind::Uint64 | Kind::Fixed64 => Value::Uint(pick(rng, &[0, 1, 300, 1 << 40, u64::MAX])),
        // Exact in binary: runtimes differ in how many digits they show of others.
        Kind::Float => Value::Float(pick(rng, &[0.0, 1.5, -0.25, f32::INFINITY])),
        Kind::Double => Value::Double(pick(rng, &[0.0, 1.5, -0.1, 1e300])),
        Kind::String => Value::String(pick(rng, &["", "a", "é", "12", "true"]).into()),
        Kind::Bytes => {
            Value::Bytes(pick(rng, &[&[][..], &[0], &[0xff, 0xfe, 0xfd], b"text"]).into())
        }
        Kind::Enum => Value::Enum(types.enum_of(field).map_or(0, |found| {
            let index = rng.usize(..found.values.len());
            found.values[index].number
        })),
        Kind::Message | Kind::Group => Value::Message(match types.message_of(field) {
            Some(id) => tree(types, id, rng, depth.saturating_sub(1)),
            None => Tree::default(),
        }),
    }
}

fn pick<T: Copy>(rng: &mut Rng, values: &[T]) -> T {
    values[rng.usize(..values.len())]
}

/// Messages that are valid only with certain values.
fn special(name: &str, rng: &mut Rng) -> Option<Tree> {
    let text = |text: &str| Value::String(text.into());
    match name {
        "google.protobuf.Timestamp" | "google.protobuf.Duration" => {
            let seconds = pick(rng, &[1, 1_700_000_000, 86_400]);
            let mut tree = Tree::of(1, Slot::One(Value::Int(seconds)));
            let nanos = pick(rng, &[0, 1, 1_000_000, 999_999_999]);
            if nanos != 0 {
                tree.fields.insert(2, Slot::One(Value::Int(nanos)));
            }
            Some(tree)
        }
        "google.protobuf.FieldMask" => {
            Some(Tree::of(1, Slot::Many(vec![text("foo_bar.baz"), text("x")])))
        }
        // prost-reflect writes infinity inside a wrapper as `null`.
        "google.protobuf.FloatValue" => Some(Tree::of(1, Slot::One(Value::Float(1.5)))),
        "google.protobuf.Any" => {
            let mut tree = Tree::of(1, Slot::One(text("x/google.protobuf.StringValue")));
            tree.fields.insert(2, Slot::One(Value::Bytes(vec![10, 1, b'a'])));
            Some(tree)
        }
        _ => None,
    }
}
