//! Values worth trying, the plainest first: each type's limits, each value of
//! an enum, lists of one and of two.

use crate::compat::schema::{Cardinality, Field, Kind, MessageId};
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};

/// How many values of an enum are tried.
const MAX_ENUM_VALUES: usize = 200;
/// How deep required messages are filled, and how many of them.
const DEEPEST: usize = 8;
const MAX_REQUIRED: usize = 500;
/// How deep messages are filled.
const DEPTH: usize = 2;
/// How many fields of a message inside of another one are filled: the number
/// of candidates grows with the power of the depth.
const MAX_FIELDS: usize = 40;

/// A message with its required fields alone.
pub(in crate::compat::witness) fn base(types: &Types<'_, '_>, id: MessageId) -> Tree {
    base_within(types, id, DEEPEST, &mut { MAX_REQUIRED })
}

/// `left` is how many messages may still be made: required fields that lead
/// back to their message multiply.
fn base_within(types: &Types<'_, '_>, id: MessageId, depth: usize, left: &mut usize) -> Tree {
    let mut tree = Tree::default();
    for member in types.members(id) {
        if member.cardinality != Cardinality::Required {
            continue;
        }
        let value = match types.message_of(member.field) {
            Some(_) if depth == 0 || *left == 0 => continue,
            Some(inner) => {
                *left -= 1;
                Value::Message(base_within(types, inner, depth - 1, left))
            }
            None => types.default(member.field),
        };
        tree.fields.insert(member.field.number, Slot::One(value));
    }
    tree
}

/// What a field may hold.
pub(super) fn slots(types: &Types<'_, '_>, member: Member<'_, '_>) -> Vec<Slot> {
    slots_within(types, member, DEPTH)
}

fn slots_within(types: &Types<'_, '_>, member: Member<'_, '_>, depth: usize) -> Vec<Slot> {
    let field = member.field;
    match member.cardinality {
        Cardinality::Map => {
            let Some((key, value)) = types.entry(field) else { return Vec::new() };
            let keys = values(types, key.field, 0);
            let held = values(types, value.field, depth);
            let of = |key: &Value, value: &Value| Slot::Map(vec![(key.clone(), value.clone())]);
            let by_value = keys.first().into_iter().flat_map(|key| held.iter().map(|v| of(key, v)));
            let by_key = held.first().into_iter().flat_map(|v| keys.iter().map(|key| of(key, v)));
            by_value.chain(by_key).collect()
        }
        Cardinality::Repeated => {
            let values = values(types, field, depth);
            let two = values.iter().take(2).cloned().collect::<Vec<_>>();
            let twice = values.iter().take(1).flat_map(|one| [one.clone(), one.clone()]).collect();
            let lists = values.into_iter().map(|value| vec![value]);
            lists.chain([two, twice]).filter(|list| !list.is_empty()).map(Slot::Many).collect()
        }
        cardinality => {
            // Zero is not written without presence.
            let implicit = cardinality == Cardinality::Implicit;
            let values = values(types, field, depth).into_iter();
            values.filter(|value| !(implicit && value.is_zero())).map(Slot::One).collect()
        }
    }
}

fn values(types: &Types<'_, '_>, field: &Field<'_>, depth: usize) -> Vec<Value> {
    let ints = |values: &[i64]| values.iter().map(|value| Value::Int(*value)).collect();
    let uints = |values: &[u64]| values.iter().map(|value| Value::Uint(*value)).collect();
    match field.kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            ints(&[1, -1, 2, i32::MAX.into(), i32::MIN.into(), 0])
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            ints(&[1, -1, 2, 1 << 32, i64::MAX, i64::MIN, 0])
        }
        Kind::Uint32 | Kind::Fixed32 => uints(&[1, 2, u32::MAX.into(), 0]),
        Kind::Uint64 | Kind::Fixed64 => uints(&[1, 2, 1 << 32, u64::MAX, 0]),
        Kind::Float => [1.0, 0.5, f32::MAX, 0.0].map(Value::Float).to_vec(),
        Kind::Double => [1.0, 0.5, 0.1, 1e300, 0.0].map(Value::Double).to_vec(),
        Kind::String => {
            let mut values = vec![b"a".to_vec(), Vec::new()];
            if !field.features.utf8_verified {
                values.push(vec![0xff]);
            }
            values.into_iter().map(Value::String).collect()
        }
        // The second is no UTF-8, the third no message.
        Kind::Bytes => [&b"a"[..], &[0xff], &[8], &[]].map(|b| Value::Bytes(b.to_vec())).to_vec(),
        Kind::Enum => {
            let declared = types.enum_of(field).map(|found| &found.values[..]).unwrap_or_default();
            let numbers = declared.iter().take(MAX_ENUM_VALUES).map(|v| Value::Enum(v.number));
            numbers.collect()
        }
        Kind::Message | Kind::Group => match types.message_of(field) {
            Some(id) => messages(types, id, depth),
            None => Vec::new(),
        },
    }
}

/// A message as small as it may be, then with each field set in turn.
fn messages(types: &Types<'_, '_>, id: MessageId, depth: usize) -> Vec<Value> {
    let base = base(types, id);
    let mut found = vec![Value::Message(base.clone())];
    if depth > 0 {
        for member in types.members(id).take(MAX_FIELDS) {
            // Deeper inside, the plainest values only.
            let most = if depth == DEPTH { usize::MAX } else { 3 };
            for slot in slots_within(types, member, depth - 1).into_iter().take(most) {
                let mut tree = base.clone();
                tree.fields.insert(member.field.number, slot);
                found.push(Value::Message(tree));
            }
        }
    }
    found
}
