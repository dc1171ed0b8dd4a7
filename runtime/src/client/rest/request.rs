//! From a message to verb, path, query and body. A message is encoded to JSON
//! once; the fields that path and query carry are taken out of that.

use bytes::Bytes;
use http::HeaderValue;
use reqwest::Body;
use serde_json::{Map, Value};

use super::{JSON, path, query, unsendable};
use crate::Status;
use crate::codec::{Cardinality, Field, HttpBody, Kind, Message, MessageType};
use crate::service::{Body as Place, HttpRoute, Method, Variable};

/// A request that is ready but for its headers.
pub(super) struct Target {
    pub(super) verb: http::Method,
    /// Path and query, to be put behind the server's base.
    pub(super) path: String,
    /// The body and its content type.
    pub(super) body: Option<(HeaderValue, Body)>,
    /// Which field of the reply the response body is.
    pub(super) response_body: Option<&'static Field>,
}

impl Target {
    pub(super) fn new(
        route: &HttpRoute,
        path: String,
        body: Option<(HeaderValue, Body)>,
    ) -> Result<Self, Status> {
        let any = if body.is_some() { "POST" } else { "GET" };
        let verb = if route.verb == "*" { any } else { route.verb };
        let verb = http::Method::from_bytes(verb.as_bytes())
            .map_err(|_| Status::internal(format!("`{verb}` is no HTTP method")))?;
        Ok(Self { verb, path, body, response_body: route.response_body })
    }
}

/// The request on the first of the rpc's routes whose path the message fits.
pub(super) fn unary<'a>(
    method: &Method,
    routes: impl Iterator<Item = &'a HttpRoute>,
    message: &dyn Message,
) -> Result<Target, Status> {
    let json = json_of(message)?;
    let mut refused = None;
    for route in routes {
        match on_route(message, route, &json) {
            Ok(target) => return Ok(target),
            Err(status) => refused = refused.or(Some(status)),
        }
    }
    Err(refused
        .unwrap_or_else(|| Status::unimplemented(format!("{} has no HTTP route", method.name))))
}

fn on_route(message: &dyn Message, route: &HttpRoute, json: &Bytes) -> Result<Target, Status> {
    let input = message.message_type();
    if let Some((kind, body)) = raw(message, route)? {
        let (path, _) = place(input, route, json)?;
        return Target::new(route, path, Some((kind, body.into())));
    }
    let kind = HeaderValue::from_static(JSON);
    if route.variables.is_empty() && matches!(route.body, Place::All) {
        let body = Some((kind, Body::from(json.clone())));
        return Target::new(route, path::fill(route, &[])?, body);
    }
    let (path, body) = place(input, route, json)?;
    Target::new(route, path, body.map(|body| (kind, Body::from(body.to_string()))))
}

/// The JSON of a message.
pub(super) fn json_of(message: &dyn Message) -> Result<Bytes, Status> {
    let mut json = Vec::new();
    message.write_json(&mut json).map_err(|error| unsendable(&error))?;
    Ok(json.into())
}

/// Path and query of a message on a route, and the JSON of its body.
pub(super) fn place(
    input: &MessageType,
    route: &HttpRoute,
    json: &[u8],
) -> Result<(String, Option<Value>), Status> {
    let mut fields: Map<String, Value> = serde_json::from_slice(json)
        .map_err(|_| Status::unimplemented("the request is no JSON object"))?;
    let values = route.variables.iter().map(|variable| take(&mut fields, variable));
    let mut path = path::fill(route, &values.collect::<Result<Vec<_>, _>>()?)?;
    let body = match route.body {
        Place::None => None,
        Place::All => Some(std::mem::take(&mut fields).into()),
        Place::Field(field) => fields.remove(field.json),
    };
    let query = query::write(input, &fields)?;
    if !query.is_empty() {
        path.push('?');
        path.push_str(&query);
    }
    Ok((path, body))
}

/// The bytes that a message is sent as on a route whose body is raw, and their
/// content type.
pub(super) fn raw(
    message: &dyn Message,
    route: &HttpRoute,
) -> Result<Option<(HeaderValue, Bytes)>, Status> {
    let part = match route.body {
        Place::None => return Ok(None),
        Place::All => None,
        Place::Field(field) => Some(field),
    };
    let Some(HttpBody { content_type, data }) = HttpBody::of_part(message, part)? else {
        return Ok(None);
    };
    let kind = match content_type.as_str() {
        "" => HeaderValue::from_static("application/octet-stream"),
        text => HeaderValue::try_from(text).map_err(|_| {
            Status::invalid_argument(format!("the content type {text:?} is no header"))
        })?,
    };
    Ok(Some((kind, data)))
}

/// Takes the value of a path variable out of the message.
fn take(fields: &mut Map<String, Value>, variable: &Variable) -> Result<String, Status> {
    let name = || variable.field.iter().map(|field| field.name).collect::<Vec<_>>().join(".");
    let Some((leaf, parents)) = variable.field.split_last() else {
        return Err(Status::internal("a path variable names no field"));
    };
    let owner = parents.iter().try_fold(fields, |fields, parent| {
        fields.get_mut(parent.json).and_then(Value::as_object_mut)
    });
    let value = owner.and_then(|fields| fields.remove(leaf.json));
    let text = match &value {
        Some(value) => query::text(value),
        None => default_text(leaf).map(str::to_owned),
    };
    text.ok_or_else(|| {
        let name = name();
        Status::invalid_argument(format!("{name} fills the path of the route and must be set"))
            .with_violation(name, "must be set")
    })
}

/// The text of a value that JSON leaves out because it is the default.
fn default_text(field: &Field) -> Option<&'static str> {
    if !matches!(field.cardinality, Cardinality::Implicit) {
        return None;
    }
    match field.kind {
        Kind::Bool => Some("false"),
        Kind::Enum(kind) => kind.name_of(0),
        Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group(_) => None,
        _ => Some("0"),
    }
}
