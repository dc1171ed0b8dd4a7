//! From a message to verb, path, query and body. A message is encoded to JSON
//! once; the fields that path and query carry are taken out of that.

use bytes::Bytes;
use reqwest::Body;
use serde_json::{Map, Value};

use super::{JSON, path, query, unsendable};
use crate::Status;
use crate::codec::{Cardinality, Field, Kind, Message, MessageType};
use crate::service::{Body as Place, HttpRoute, Method, Variable};

/// A request that is ready but for its headers.
pub(super) struct Target {
    pub(super) verb: http::Method,
    /// Path and query, to be put behind the server's base.
    pub(super) path: String,
    /// The body and its content type.
    pub(super) body: Option<(&'static str, Body)>,
    /// Which field of the reply the response body is.
    pub(super) response_body: Option<&'static Field>,
}

impl Target {
    pub(super) fn new(
        route: &HttpRoute,
        path: String,
        body: Option<(&'static str, Body)>,
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
    let mut json = Vec::new();
    message.write_json(&mut json).map_err(|error| unsendable(&error))?;
    let json = Bytes::from(json);
    let mut refused = None;
    for route in routes {
        match on_route(method.input, route, &json) {
            Ok(target) => return Ok(target),
            Err(status) => refused = refused.or(Some(status)),
        }
    }
    Err(refused
        .unwrap_or_else(|| Status::unimplemented(format!("{} has no HTTP route", method.name))))
}

fn on_route(input: &MessageType, route: &HttpRoute, json: &Bytes) -> Result<Target, Status> {
    if route.variables.is_empty() && matches!(route.body, Place::All) {
        let body = Some((JSON, Body::from(json.clone())));
        return Target::new(route, path::fill(route, &[])?, body);
    }
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
    Target::new(route, path, body.map(|body: Value| (JSON, Body::from(body.to_string()))))
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
