//! Paths of several documents: those of one shape share an entry, under the
//! parameter names of the first, as within one document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Where operations stand that OpenAPI cannot tell from another one.
const SHADOWED: &str = "x-shadowed";
/// What marks the operations of a binding of any method.
const ANY_METHOD: &str = "x-any-method";

type Object = Map<String, Value>;

/// Calls back for every operation of a document, and for every note of one that
/// is shadowed.
pub(super) fn each_operation(document: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for member in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
            operations(member, visit);
        }
    }
}

/// The operations in a member of a path item: itself, those of other methods,
/// or the notes.
fn operations(member: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    match member {
        Value::Object(operation) if operation.contains_key("operationId") => visit(operation),
        Value::Object(others) => others.values_mut().for_each(|other| operations(other, visit)),
        Value::Array(notes) => notes.iter_mut().for_each(|note| operations(note, visit)),
        _ => {}
    }
}

/// Adds the paths of a second document.
pub(super) fn join(own: &mut Object, theirs: Object) {
    let mut known: BTreeMap<String, String> =
        own.keys().map(|path| (shape(path), path.clone())).collect();
    for (path, mut item) in theirs {
        let place = known.entry(shape(&path)).or_insert_with(|| path.clone());
        rename(&mut item, &parameters(&path), &parameters(place));
        match (own.get_mut(place.as_str()), item) {
            (Some(Value::Object(own)), Value::Object(item)) => join_items(own, item, &path),
            (_, item) => drop(own.insert(path, item)),
        }
    }
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for char in path.chars() {
        inside &= char != '}';
        if !inside {
            shape.push(char);
        }
        inside |= char == '{';
    }
    shape
}

/// The names of a path's parameters, in order.
fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// Gives the path parameters of an item's operations new names.
fn rename(item: &mut Value, old: &[&str], new: &[&str]) {
    if old == new {
        return;
    }
    let mut of_operation = |operation: &mut Object| {
        let list = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in list.into_iter().flatten() {
            let name = parameter.get("name").and_then(Value::as_str);
            let at = old.iter().position(|old| parameter["in"] == "path" && name == Some(*old));
            if let Some(new) = at.and_then(|at| new.get(at)) {
                parameter["name"] = json!(new);
            }
        }
    };
    for member in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
        operations(member, &mut of_operation);
    }
}

/// The members of two path items. Of two operations of a method one is shown:
/// the first, unless it alone is one of any method; as the router serves them.
fn join_items(own: &mut Object, theirs: Object, path: &str) {
    for (member, theirs) in theirs {
        let any = |operation: &Value| operation.get(ANY_METHOD).is_some();
        let Some(known) = own.get_mut(&member) else {
            own.insert(member, theirs);
            continue;
        };
        match (known, theirs) {
            (Value::Array(known), Value::Array(theirs)) => known.extend(theirs),
            (known, theirs) if is_operation(known) && is_operation(&theirs) => {
                let mut hidden = theirs;
                if any(known) && !any(&hidden) {
                    std::mem::swap(known, &mut hidden);
                }
                let note = note(&hidden, &member, path);
                if let Value::Array(notes) = own.entry(SHADOWED).or_insert_with(|| json!([])) {
                    notes.push(note);
                }
            }
            (Value::Object(known), Value::Object(theirs)) => {
                for (name, operation) in theirs {
                    known.entry(name).or_insert(operation);
                }
            }
            _ => {}
        }
    }
}

fn is_operation(member: &Value) -> bool {
    member.get("operationId").is_some()
}

fn note(hidden: &Value, method: &str, path: &str) -> Value {
    let any = hidden.get(ANY_METHOD).is_some();
    json!({
        "operationId": hidden["operationId"],
        "method": if any { "*".to_owned() } else { method.to_ascii_uppercase() },
        "template": path
    })
}
