//! What rules look at, as values of expressions.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::CowVal;

use super::{Boxed, decode, known};
use crate::codec::{Cardinality, Field, Kind, Message};
use crate::validate::{List, Map, Value, View};

/// What a field or an element holds.
///
/// # Errors
/// It has no value in CEL: a time is out of range.
pub(in crate::validate) fn of_view(view: View<'_>) -> Result<Boxed, String> {
    match view {
        View::Absent => Ok(Box::new(CelNull)),
        View::One(value) => of_value(value),
        View::List(list) => {
            let values = (0..List::len(list)).filter_map(|index| list.get(index)).map(of_value);
            Ok(Box::new(CelList::from(values.collect::<Result<Vec<_>, _>>()?)))
        }
        View::Map(map) => of_map(map),
    }
}

fn of_map(map: &dyn Map) -> Result<Boxed, String> {
    let (mut entries, mut fault) = (HashMap::new(), None);
    map.each(&mut |key, value| {
        let key = of_value(key).and_then(|key| {
            CelMapKey::try_from(CowVal::Owned(key)).map_err(|error| error.to_string())
        });
        match (key, of_value(value)) {
            (Ok(key), Ok(value)) => drop(entries.insert(key, value)),
            (Err(error), _) | (_, Err(error)) => fault = Some(error),
        }
    });
    match fault {
        None => Ok(Box::new(CelMap::from(entries))),
        Some(fault) => Err(fault),
    }
}

fn of_value(value: Value<'_>) -> Result<Boxed, String> {
    Ok(match value {
        Value::Bool(value) => Box::new(CelBool::from(value)),
        Value::Int(value) => Box::new(CelInt::from(value)),
        Value::Uint(value) => Box::new(CelUInt::from(value)),
        Value::Float(value) => Box::new(CelDouble::from(value)),
        Value::Text(text) => Box::new(CelString::from(text.to_owned())),
        Value::Bytes(bytes) => Box::new(CelBytes::from(bytes.to_vec())),
        Value::Duration(it) => known::duration(it.seconds, i64::from(it.nanos))?,
        Value::Timestamp(it) => known::timestamp(it.seconds, i64::from(it.nanos))?,
        Value::Any(any) => of_message(any)?,
        Value::Mask(mask) => of_message(mask)?,
        Value::Message(message) => of_message(message)?,
    })
}

fn of_message(message: &dyn Message) -> Result<Boxed, String> {
    decode::message(message.message_type(), &message.to_proto())
}

/// The value of a field that is not set.
pub(super) fn of_absent(field: &'static Field) -> Boxed {
    match field.cardinality {
        Cardinality::Repeated => Box::new(CelList::from(Vec::new())),
        Cardinality::Map(_) => Box::new(CelMap::from(HashMap::new())),
        _ => zero(&field.kind),
    }
}

/// The value of a kind where none is given.
pub(super) fn zero(kind: &'static Kind) -> Boxed {
    match kind {
        Kind::Double | Kind::Float => Box::new(CelDouble::from(0.0)),
        Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => Box::new(CelUInt::from(0)),
        Kind::Bool => Box::new(CelBool::from(false)),
        Kind::String => Box::new(CelString::from(String::new())),
        Kind::Bytes => Box::new(CelBytes::from(Vec::new())),
        Kind::Enum(of) => {
            let first = of.values.first().map_or(0, |value| i64::from(value.number));
            Box::new(CelInt::from(first))
        }
        Kind::Message(of) | Kind::Group(of) => known::absent(of),
        _ => Box::new(CelInt::from(0)),
    }
}
