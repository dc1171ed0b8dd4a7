//! Paths of faults, such as `pages[2].title` or `labels["k"].x`, in a JSON value.

use serde_json::Value;

/// Takes out what a path leads to; whether anything was there.
pub(super) fn remove(value: &mut Value, path: &str) -> bool {
    let Some((step, rest)) = first(path) else { return false };
    match (step, value) {
        (Step::Name(name), Value::Object(members)) if rest.is_empty() => {
            members.remove(&name).is_some()
        }
        (Step::Name(name), Value::Object(members)) => {
            members.get_mut(&name).is_some_and(|inner| remove(inner, rest))
        }
        // What follows would have another index then, and is not looked at.
        (Step::Index(index), Value::Array(values)) if rest.is_empty() => {
            index < values.len() && {
                values.truncate(index);
                true
            }
        }
        (Step::Index(index), Value::Array(values)) => {
            values.get_mut(index).is_some_and(|inner| remove(inner, rest))
        }
        _ => false,
    }
}

enum Step {
    Name(String),
    Index(usize),
}

/// The first step of a path, and the rest.
fn first(path: &str) -> Option<(Step, &str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(quoted) = path.strip_prefix("[\"") {
        let (key, rest) = quoted.split_once("\"]")?;
        return Some((Step::Name(key.to_owned()), rest));
    }
    if let Some(inside) = path.strip_prefix('[') {
        let (index, rest) = inside.split_once(']')?;
        return Some((Step::Index(index.parse().ok()?), rest));
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    (!name.is_empty()).then(|| (Step::Name(name.to_owned()), rest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_path_leads_to_is_taken_out() {
        let whole = || json!({ "a": { "b": [1, { "c": 2, "d": 3 }, 4] }, "m": { "x.y": 1 } });
        for (path, left) in [
            ("a", json!({ "m": { "x.y": 1 } })),
            ("a.b[1].c", json!({ "a": { "b": [1, { "d": 3 }, 4] }, "m": { "x.y": 1 } })),
            ("a.b[1]", json!({ "a": { "b": [1] }, "m": { "x.y": 1 } })),
            ("m[\"x.y\"]", json!({ "a": { "b": [1, { "c": 2, "d": 3 }, 4] }, "m": {} })),
        ] {
            let mut value = whole();
            assert!(remove(&mut value, path), "{path}");
            assert_eq!(value, left, "{path}");
        }
        for nowhere in ["", "z", "a.z", "a.b[7]", "a.b[1].z", "m[0]"] {
            assert!(!remove(&mut whole(), nowhere), "{nowhere}");
        }
    }
}
