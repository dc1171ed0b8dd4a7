//! The documents of several services as one that is valid. Each comes from the
//! contract of its service alone, so that names which are unique there may meet:
//! of tags, operations and channels. And two paths that differ in the names of
//! their parameters only are one to OpenAPI.

mod names;
mod paths;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::Status;

/// The document of one service.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// The full name of the service.
    pub(super) service: &'static str,
    /// The document.
    pub(super) text: &'static str,
}

/// A document that has been read.
struct Named {
    service: &'static str,
    document: Value,
}

/// The members that say which standard a document follows.
const STANDARDS: [(&str, &str); 2] = [("openapi", "OpenAPI"), ("asyncapi", "AsyncAPI")];

/// The document of all parts; `None` where there is none.
///
/// # Errors
/// A part is no JSON, or two follow different versions of a standard.
pub(super) fn unite(parts: &[Part]) -> Result<Option<Bytes>, Status> {
    let mut distinct: Vec<Part> = Vec::new();
    for part in parts {
        if !distinct.iter().any(|other| other.text == part.text) {
            distinct.push(*part);
        }
    }
    if let [part] = distinct[..] {
        return Ok(Some(Bytes::from_static(part.text.as_bytes())));
    }
    let mut documents = distinct.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    same_version(&documents)?;
    names::distinguish(&mut documents);
    let united = documents.into_iter().map(|named| named.document).reduce(join);
    Ok(united.map(|united| united.to_string().into()))
}

fn read(part: Part) -> Result<Named, Status> {
    let Part { service, text } = part;
    match serde_json::from_str(text) {
        Ok(document) => Ok(Named { service, document }),
        Err(error) => Err(Status::failed_precondition(format!(
            "the document of `{service}` is no JSON: {error}"
        ))),
    }
}

fn same_version(documents: &[Named]) -> Result<(), Status> {
    let Some((first, others)) = documents.split_first() else { return Ok(()) };
    let differing = others.iter().find_map(|other| {
        let (_, standard) = *STANDARDS
            .iter()
            .find(|(member, _)| first.document.get(member) != other.document.get(member))?;
        Some((standard, other))
    });
    let Some((standard, other)) = differing else { return Ok(()) };
    Err(Status::failed_precondition(format!(
        "`{}` has a document of {standard} {}, and `{}` one of {standard} {}: generate both in \
         one version, or serve them apart",
        first.service,
        version(first),
        other.service,
        version(other)
    )))
}

fn version(named: &Named) -> &str {
    let mut members = STANDARDS.iter().filter_map(|(member, _)| named.document.get(member));
    members.find_map(Value::as_str).unwrap_or("no version")
}

/// Two documents as one. Members of objects are united, lists joined without
/// repetition; where both say something else of one thing, the first stands.
fn join(first: Value, second: Value) -> Value {
    let (Value::Object(mut first), Value::Object(second)) = (first, second) else {
        return Value::Null;
    };
    for (name, theirs) in second {
        let Some(own) = first.get_mut(&name) else {
            first.insert(name, theirs);
            continue;
        };
        match (name.as_str(), own, theirs) {
            ("paths", Value::Object(own), Value::Object(theirs)) => paths::join(own, theirs),
            ("components", Value::Object(own), Value::Object(theirs)) => sections(own, theirs),
            (_, own, theirs) => add(own, theirs),
        }
    }
    first.into()
}

/// Components are by name what they are: none is put together of two.
fn sections(own: &mut Map<String, Value>, theirs: Map<String, Value>) {
    for (section, theirs) in theirs {
        let own = own.entry(section).or_insert_with(|| Map::new().into());
        if let (Value::Object(own), Value::Object(theirs)) = (own, theirs) {
            for (name, component) in theirs {
                own.entry(name).or_insert(component);
            }
        }
    }
}

fn add(own: &mut Value, theirs: Value) {
    match (own, theirs) {
        (Value::Object(own), Value::Object(theirs)) => {
            for (name, theirs) in theirs {
                match own.get_mut(&name) {
                    Some(own) => add(own, theirs),
                    None => drop(own.insert(name, theirs)),
                }
            }
        }
        (Value::Array(own), Value::Array(theirs)) => {
            for element in theirs {
                if !own.contains(&element) {
                    own.push(element);
                }
            }
        }
        _ => {}
    }
}
