//! Oneofs in words, for forms without `oneOf`.

use serde_json::Value;

use crate::emit::schema::Object;

/// Takes the constraints of oneofs out of a schema, and says them in words.
pub(super) fn take(schema: &mut Object) -> Vec<String> {
    let mut words: Vec<_> = schema.remove("oneOf").iter().filter_map(sentence).collect();
    if let Some(Value::Array(all)) = schema.remove("allOf") {
        words.extend(all.iter().filter_map(|one| sentence(one.get("oneOf")?)));
    }
    words
}

/// What one constraint says: alternatives that require one property each, and
/// one for none of them where none is needed.
fn sentence(alternatives: &Value) -> Option<String> {
    let alternatives = alternatives.as_array()?;
    let name = |one: &Value| Some(format!("`{}`", one.get("required")?.get(0)?.as_str()?));
    let names: Vec<_> = alternatives.iter().filter_map(name).collect();
    let optional = alternatives.len() > names.len();
    let names = names.join(", ");
    Some(if optional {
        format!("set at most one of {names}")
    } else {
        format!("set exactly one of {names}")
    })
}
