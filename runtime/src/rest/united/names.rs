//! Names that two documents use for different things, with their packages in
//! front: of tags, operations and channels.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Named, paths};

/// What references to channels begin with.
const CHANNELS: &str = "#/channels/";

/// Renames what has one name in several documents; what has a name of its own
/// keeps it.
pub(super) fn distinguish(documents: &mut [Named]) {
    let tags = shared(documents, tags);
    let operations = shared(documents, operations);
    let channels = shared(documents, channels);
    for Named { service, document } in documents {
        rename_tags(document, &tags, service);
        let prefixed = |id: &str, of: &BTreeSet<String>| {
            of.contains(id).then(|| in_package(service, id)).flatten()
        };
        paths::each_operation(document, &mut |operation| {
            rename(operation.get_mut("operationId"), &|id| prefixed(id, &operations));
        });
        for part in ["channels", "operations"] {
            rename_keys(document.get_mut(part), &|id| prefixed(id, &channels));
        }
        rename_references(document, &|id| prefixed(id, &channels));
    }
}

/// The names that more than one document has.
fn shared(documents: &mut [Named], names: fn(&mut Value) -> BTreeSet<String>) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in documents.iter_mut().flat_map(|named| names(&mut named.document)) {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect()
}

fn tags(document: &mut Value) -> BTreeSet<String> {
    let tags = document.get("tags").and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(|tag| tag.get("name")?.as_str().map(str::to_owned)).collect()
}

fn operations(document: &mut Value) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    paths::each_operation(document, &mut |operation| {
        ids.extend(operation.get("operationId").and_then(Value::as_str).map(str::to_owned));
    });
    ids
}

fn channels(document: &mut Value) -> BTreeSet<String> {
    let channels = document.get("channels").and_then(Value::as_object).into_iter().flatten();
    channels.map(|(id, _)| id.clone()).collect()
}

/// `a_b_v1_Items_Get`, as ids are that meet within one contract; `None` without
/// a package.
fn in_package(service: &str, id: &str) -> Option<String> {
    let (package, _) = service.rsplit_once('.')?;
    Some(format!("{}_{id}", package.replace('.', "_")))
}

/// A document is about one service, whose name its tag is.
fn rename_tags(document: &mut Value, shared: &BTreeSet<String>, service: &str) {
    let full = |name: &str| shared.contains(name).then(|| service.to_owned());
    let tags = document.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten();
    for tag in tags {
        rename(tag.get_mut("name"), &full);
    }
    paths::each_operation(document, &mut |operation| {
        let tags = operation.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten();
        tags.for_each(|tag| rename(Some(tag), &full));
    });
}

fn rename(name: Option<&mut Value>, new: &dyn Fn(&str) -> Option<String>) {
    let Some(value) = name else { return };
    if let Value::String(name) = value
        && let Some(new) = new(name)
    {
        *name = new;
    }
}

fn rename_keys(of: Option<&mut Value>, new: &dyn Fn(&str) -> Option<String>) {
    let Some(value) = of else { return };
    let Value::Object(members) = value else { return };
    let renamed = std::mem::take(members).into_iter();
    let renamed = renamed.map(|(name, value)| (new(&name).unwrap_or(name), value));
    *members = renamed.collect::<Map<_, _>>();
}

fn rename_references(value: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::Object(members) => {
            rename(members.get_mut("$ref"), &|reference| {
                let rest = reference.strip_prefix(CHANNELS)?;
                let id = rest.split('/').next()?;
                Some([CHANNELS, &new(id)?, rest.get(id.len()..)?].concat())
            });
            for value in members.values_mut() {
                rename_references(value, new);
            }
        }
        Value::Array(elements) => {
            for value in elements {
                rename_references(value, new);
            }
        }
        _ => {}
    }
}
