//! Where the fields of a request stand: path, query or body, as the caller's
//! binding puts them and as the server's takes them.

use serde_json::{Map, Value as Json};

use super::call::Call;
use super::router::binding_for;
use super::{Called, Rpc};
use crate::compat::options::Binding;
use crate::compat::pair::Change;
use crate::compat::schema::{Kind, MessageId};
use crate::compat::witness::diff::{Direction, Encoding, Exchange};
use crate::compat::witness::json::{self, UnknownNames};
use crate::compat::witness::search::locate::Located;
use crate::compat::witness::search::{Sides, single_fields};
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};
use crate::compat::witness::{Payload, Reading, Witness};
use crate::contract::{Segment, Template};

/// A request whose fields the server takes from elsewhere than the caller puts
/// them, or not at all.
fn misread<'c, 'a>(
    sides: &Sides<'_, 'c, 'a>,
    direction: Direction,
    called: Called<'c, 'a>,
    trees: &[Tree],
) -> Option<Witness> {
    let exchange = sides.exchange(direction);
    let ids = (called.caller.input()?, called.server.input()?);
    called.caller.bindings().iter().find_map(|binding| {
        trees.iter().find_map(|tree| sent(&exchange, called, ids, binding, tree))
    })
}

/// The same, about any field.
pub(super) fn misread_any<'c, 'a>(
    sides: &Sides<'_, 'c, 'a>,
    direction: Direction,
    called: Called<'c, 'a>,
) -> Option<Witness> {
    let trees = single_fields(sides.exchange(direction).writer, called.caller.input()?, |_| true);
    misread(sides, direction, called, &trees)
}

/// The same, about a field that stands in requests.
pub(super) fn about_field(
    sides: &Sides<'_, '_, '_>,
    direction: Direction,
    old: Option<Located>,
    new: Option<Located>,
) -> Option<Witness> {
    let (Some(Located::Field(old_id, old_at)), Some(Located::Field(new_id, new_at))) = (old, new)
    else {
        return None;
    };
    let number = |id: MessageId, schema: &crate::compat::schema::Schema<'_>, at: usize| {
        schema.message(id).fields.get(at).map(|field| field.number)
    };
    let old_number = number(old_id, sides.cx.old, old_at)?;
    let new_number = number(new_id, sides.cx.new, new_at)?;
    let services = sides.cx.services.iter().filter_map(|change| change.kept());
    for (old, new) in services {
        let (old, new) = (sides.cx.old.service(old), sides.cx.new.service(new));
        for (old_method, new_method) in
            sides.cx.methods(old, new).into_iter().filter_map(Change::kept)
        {
            let old = Rpc { schema: sides.cx.old, service: old, method: old_method };
            let new = Rpc { schema: sides.cx.new, service: new, method: new_method };
            let (called, at) = match direction {
                Direction::Backward => (Called { caller: old, server: new }, (old_id, old_number)),
                Direction::Forward => (Called { caller: new, server: old }, (new_id, new_number)),
            };
            let Some(input) = called.caller.input() else { continue };
            let trees = holding(sides.exchange(direction).writer, input, at, DEPTH);
            let found = misread(sides, direction, called, &trees);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// How deep a query's field may stand in a request.
const DEPTH: usize = 3;

/// Requests with one field set, which stands in them or in a message inside.
fn holding(
    types: &Types<'_, '_>,
    id: MessageId,
    (message, number): (MessageId, i32),
    depth: usize,
) -> Vec<Tree> {
    if id == message {
        return single_fields(types, id, |member| member.field.number == number);
    }
    if depth == 0 {
        return Vec::new();
    }
    let inner = types.members(id).filter(Member::is_singular).filter_map(|member| {
        let inside = types.message_of(member.field)?;
        Some((member.field.number, holding(types, inside, (message, number), depth - 1)))
    });
    let wrapped = inner.flat_map(|(number, trees)| {
        trees.into_iter().map(move |tree| Tree::of(number, Slot::One(Value::Message(tree))))
    });
    wrapped.collect()
}

fn sent(
    exchange: &Exchange<'_, '_, '_>,
    called: Called<'_, '_>,
    ids: (MessageId, MessageId),
    binding: &Binding<'_>,
    tree: &Tree,
) -> Option<Witness> {
    let Json::Object(object) = json::write(exchange.writer, ids.0, tree).ok()? else { return None };
    let (call, body) = put(exchange.writer, ids.0, binding, object)?;
    let theirs = binding_for(called, &call)?;
    let read = taken(exchange.reader, ids.1, &theirs, &call, body.as_ref()).and_then(|object| {
        json::read(exchange.reader, ids.1, &Json::Object(object), UnknownNames::Refuse)
            .map_err(|error| error.to_string())
    });
    // The path is full of words that nobody meant: what the same side makes of
    // its own request is what was meant.
    let own = taken(exchange.writer, ids.0, binding, &call, body.as_ref()).ok()?;
    let meant =
        json::read(exchange.writer, ids.0, &Json::Object(own), UnknownNames::Refuse).ok()?;
    let reading = match read {
        Err(why) => Reading::Refused { why },
        Ok(read) => {
            let differences = exchange.differences(Encoding::Json, ids, &meant, &read);
            if differences.is_empty() {
                return None;
            }
            let json = json::write(exchange.reader, ids.1, &read).ok();
            Reading::Misread { json: json.map(|json| json.to_string()), differences }
        }
    };
    Some(Witness {
        direction: exchange.direction,
        subject: called.caller.full_name(),
        payload: Payload::Request {
            line: call.to_string(),
            body: body.map(|body| body.to_string()),
        },
        reading,
    })
}

/// Spreads a request over path, query and body.
fn put(
    types: &Types<'_, '_>,
    id: MessageId,
    binding: &Binding<'_>,
    mut object: Map<String, Json>,
) -> Option<(Call, Option<Json>)> {
    let mut call = Call::of(binding, path(types, id, &binding.template, &mut object));
    let body = match binding.body {
        "" => None,
        "*" => return Some((call, Some(Json::Object(object)))),
        field => {
            let key = types.keyed(id, field)?.json_key().into_owned();
            object.remove(&key)
        }
    };
    flatten("", &Json::Object(object), &mut call.query);
    Some((call, body))
}

/// The segments of a path, with the values of its variables taken out of the
/// request where these fit.
fn path(
    types: &Types<'_, '_>,
    id: MessageId,
    template: &Template,
    object: &mut Map<String, Json>,
) -> Vec<String> {
    let mut segments: Vec<_> = template
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Single | Segment::Rest => "1".to_owned(),
        })
        .collect();
    for variable in &template.variables {
        let Some(value) = take_out(types, id, &variable.path, object) else { continue };
        let open =
            variable.len == 1 && !matches!(template.segments[variable.start], Segment::Literal(_));
        if let (true, Some(text)) = (open, text(&value).filter(|text| !text.is_empty())) {
            segments[variable.start] = text;
        }
    }
    segments
}

fn take_out(
    types: &Types<'_, '_>,
    id: MessageId,
    path: &[String],
    object: &mut Map<String, Json>,
) -> Option<Json> {
    let (first, rest) = path.split_first()?;
    let member = types.keyed(id, first)?;
    let key = member.json_key();
    if rest.is_empty() {
        return object.remove(&*key);
    }
    let inner = object.get_mut(&*key)?.as_object_mut()?;
    take_out(types, types.message_of(member.field)?, rest, inner)
}

fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(json.to_string()),
        _ => None,
    }
}

/// A query holds scalars, lists of them, and fields of messages by dots.
fn flatten(name: &str, json: &Json, into: &mut Vec<(String, String)>) {
    match json {
        Json::Object(object) => {
            for (key, json) in object {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(&format!("{name}{dot}{key}"), json, into);
            }
        }
        Json::Array(values) => values.iter().for_each(|json| flatten(name, json, into)),
        _ => into.extend(text(json).map(|text| (name.to_owned(), text))),
    }
}

/// Puts a request together again, as JSON.
fn taken(
    types: &Types<'_, '_>,
    id: MessageId,
    binding: &Binding<'_>,
    call: &Call,
    body: Option<&Json>,
) -> Result<Map<String, Json>, String> {
    let mut object = Map::new();
    match (binding.body, body) {
        // A body that nobody asked for is not read.
        ("", _) | (_, None) => {}
        ("*", Some(Json::Object(whole))) => object.clone_from(whole),
        ("*", Some(other)) => return Err(format!("the body `{other}` is not an object")),
        (field, Some(body)) => {
            object.insert(field.to_owned(), body.clone());
        }
    }
    if binding.body != "*" {
        for (name, value) in &call.query {
            let path: Vec<_> = name.split('.').map(str::to_owned).collect();
            put_in(types, id, &path, value, &mut object)?;
        }
    }
    for variable in &binding.template.variables {
        let open = binding.template.segments.len() == call.segments.len();
        let end = if open { variable.start + variable.len } else { call.segments.len() };
        let value = call.segments.get(variable.start..end).unwrap_or_default().join("/");
        put_in(types, id, &variable.path, &value, &mut object)?;
    }
    Ok(object)
}

fn put_in(
    types: &Types<'_, '_>,
    id: MessageId,
    path: &[String],
    value: &str,
    object: &mut Map<String, Json>,
) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    let Some(member) = types.keyed(id, first) else {
        return Err(format!("no field takes the parameter `{first}`"));
    };
    let key = member.json_key().into_owned();
    if !rest.is_empty() {
        let Some(inner) = types.message_of(member.field).filter(|_| member.is_singular()) else {
            return Err(format!("no parameter holds fields of `{first}`"));
        };
        let slot = object.entry(key).or_insert_with(|| Json::Object(Map::new()));
        return match slot.as_object_mut() {
            Some(object) => put_in(types, inner, rest, value, object),
            None => Err(format!("`{first}` is given twice")),
        };
    }
    let json = match member.field.kind {
        Kind::Bool => value.parse().map_or_else(|_| Json::from(value), Json::Bool),
        _ => Json::from(value),
    };
    if member.is_singular() {
        object.insert(key, json);
    } else if let Json::Array(values) = object.entry(key).or_insert_with(|| Json::Array(Vec::new()))
    {
        values.push(json);
    }
    Ok(())
}
