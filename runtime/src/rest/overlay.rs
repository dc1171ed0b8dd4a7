//! The fields that path and query set, over those that the body set. The path
//! wins; a request that contradicts itself is refused.

use bytes::BytesMut;

use super::path::Capture;
use super::query::{self, QueryRules};
use crate::codec::bind::{Claims, Given, Target, bind, query_field};
use crate::codec::wire::value_of;
use crate::codec::{Cardinality, Field, Kind, Message, MessageType, WireError};
use crate::service::{Body, HttpRoute};

/// What a request says beside its body.
pub(super) struct Beside<'a> {
    pub(super) route: &'static HttpRoute,
    pub(super) captures: &'a [Capture],
    pub(super) query: Option<&'a str>,
    pub(super) rules: QueryRules,
}

impl Beside<'_> {
    /// The values that one text of a query stands for.
    fn values<'t>(&self, target: &Target, text: &'t str) -> Vec<&'t str> {
        let list = target.fields.last().is_some_and(|field| {
            let scalar = !matches!(field.kind, Kind::Message(_) | Kind::Group(_));
            scalar && matches!(field.cardinality, Cardinality::Repeated)
        });
        if list && self.rules.comma_lists { text.split(',').collect() } else { vec![text] }
    }
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
) -> Result<BytesMut, WireError> {
    let mut out = BytesMut::new();
    let query = beside.query.filter(|query| !query.is_empty() && takes_query(beside.route));
    if beside.captures.is_empty() && query.is_none() {
        return Ok(out);
    }
    let body = Given::new(input, body);
    let mut claims = Claims::default();
    for capture in beside.captures {
        let start = out.len();
        bind(capture.field, &[&capture.value], &mut out)?;
        claims.claim(capture.field)?;
        let set = value_of(out.get(start..).unwrap_or_default(), capture.field);
        if body.sets(capture.field) && body.value(capture.field) != set {
            return Err(contradiction(capture.field, "the body and the path differ"));
        }
        body.leaves(capture.field)?;
    }
    let targets = query.map(|query| targets(query, beside.rules, input)).transpose()?;
    for (target, values) in targets.unwrap_or_default() {
        let values: Vec<_> = values.iter().flat_map(|own| beside.values(&target, own)).collect();
        if let Some(capture) = beside.captures.iter().find(|own| same(own.field, &target.fields)) {
            if values != [capture.value.as_str()] {
                return Err(contradiction(capture.field, "the query and the path differ"));
            }
            continue;
        }
        if body.sets(&target.fields) {
            return Err(contradiction(&target.fields, "set in the body and in the query"));
        }
        body.leaves(&target.fields)?;
        claims.claim(&target.fields)?;
        target.bind(&values, &mut out)?;
    }
    Ok(out)
}

fn takes_query(route: &HttpRoute) -> bool {
    !matches!(route.body, Body::All)
}

/// The fields that a query names, each with its values.
///
/// # Errors
/// The query is malformed, or a key names no field and the rules refuse that.
fn targets(
    query: &str,
    rules: QueryRules,
    input: &'static MessageType,
) -> Result<Vec<(Target, Vec<String>)>, WireError> {
    let mut targets: Vec<(Target, Vec<String>)> = Vec::new();
    for (key, value) in rules.pairs(query)? {
        let Some(target) = query_field(input, &key) else {
            if rules.reject_unknown && !query::is_system(&key) {
                return Err(WireError::new(key, "names no field of the request"));
            }
            continue;
        };
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

fn contradiction(fields: &[&Field], fault: &str) -> WireError {
    let path: Vec<_> = fields.iter().map(|field| field.json).collect();
    WireError::new(path.join("."), fault)
}
