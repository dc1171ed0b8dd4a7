//! The fields that path and query set, over those that the body set. The path
//! wins; a request that contradicts itself is refused.

use bytes::BytesMut;

use super::path::Capture;
use super::query;
use crate::Status;
use crate::codec::bind::{Claims, Target, bind, query_field};
use crate::codec::wire::value_of;
use crate::codec::{Field, Message, MessageType, WireError};
use crate::service::{Body, HttpRoute};

/// What a request says beside its body.
pub(super) struct Beside<'a> {
    pub(super) route: &'static HttpRoute,
    pub(super) captures: &'a [Capture],
    pub(super) query: Option<&'a str>,
}

/// The protobuf fragment that sets the fields of path and query.
///
/// `body` is the message that the body gave, if there was one.
///
/// # Errors
/// A value is not of its field's type, is given twice, or contradicts the body.
pub(super) fn fragment(
    beside: &Beside<'_>,
    input: &'static MessageType,
    body: Option<&dyn Message>,
) -> Result<BytesMut, Status> {
    let mut out = BytesMut::new();
    let query = beside.query.filter(|query| !query.is_empty() && takes_query(beside.route));
    if beside.captures.is_empty() && query.is_none() {
        return Ok(out);
    }
    let body = body.map(<dyn Message>::to_proto).unwrap_or_default();
    let mut claims = Claims::default();
    for capture in beside.captures {
        let start = out.len();
        bind(capture.field, &[&capture.value], &mut out)?;
        claims.claim(capture.field)?;
        let set = value_of(out.get(start..).unwrap_or_default(), capture.field);
        let given = value_of(&body, capture.field);
        if given.is_some() && given != set {
            return Err(contradiction(capture.field, "the body and the path differ"));
        }
    }
    for (target, values) in
        query.map(|query| targets(query, input)).transpose()?.unwrap_or_default()
    {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        if let Some(capture) = beside.captures.iter().find(|own| same(own.field, &target.fields)) {
            if values != [capture.value.as_str()] {
                return Err(contradiction(capture.field, "the query and the path differ"));
            }
            continue;
        }
        if value_of(&body, &target.fields).is_some() {
            return Err(contradiction(&target.fields, "set in the body and in the query"));
        }
        claims.claim(&target.fields)?;
        target.bind(&values, &mut out)?;
    }
    Ok(out)
}

fn takes_query(route: &HttpRoute) -> bool {
    !matches!(route.body, Body::All)
}

/// The fields that a query names, each with its values. Keys that name none
/// are ignored, among them the system parameters of Google's APIs (`alt`,
/// `key`, `fields`, `$…`), unless the message has such a field.
fn targets(query: &str, input: &'static MessageType) -> Result<Vec<(Target, Vec<String>)>, Status> {
    let mut targets: Vec<(Target, Vec<String>)> = Vec::new();
    for (key, value) in query::pairs(query)? {
        let Some(target) = query_field(input, &key) else { continue };
        let known = targets.iter_mut().find(|(known, _)| {
            same(&known.fields, &target.fields) && known.map_key == target.map_key
        });
        match known {
            Some((_, values)) => values.push(value),
            None => targets.push((target, vec![value])),
        }
    }
    Ok(targets)
}

fn same(left: &[&Field], right: &[&Field]) -> bool {
    left.iter().map(|field| field.number).eq(right.iter().map(|field| field.number))
}

fn contradiction(fields: &[&Field], fault: &str) -> Status {
    let path: Vec<_> = fields.iter().map(|field| field.json).collect();
    WireError::new(path.join("."), fault).into()
}
