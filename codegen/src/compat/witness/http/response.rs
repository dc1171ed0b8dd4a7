//! What a response holds: the reply or one of its fields.

use serde_json::{Map, Value as Json};

use super::Called;
use crate::compat::options::Binding;
use crate::compat::schema::MessageId;
use crate::compat::witness::diff::{Direction, Encoding, Exchange};
use crate::compat::witness::json::{self, UnknownNames};
use crate::compat::witness::search::{Sides, single_fields};
use crate::compat::witness::tree::Tree;
use crate::compat::witness::types::Types;
use crate::compat::witness::{Payload, Reading, Witness};

/// A response of one side that a caller of the other side misreads. The server
/// is the writer here.
pub(super) fn misread<'c, 'a>(
    sides: &Sides<'_, 'c, 'a>,
    direction: Direction,
    called: Called<'c, 'a>,
) -> Option<Witness> {
    let exchange = sides.exchange(direction);
    // In either direction `caller` is the rpc of the side that writes.
    let (writer, reader) = (called.caller, called.server);
    let ids = (writer.output()?, reader.output()?);
    let trees = single_fields(exchange.writer, ids.0, |_| true);
    for own in writer.bindings() {
        let same = |other: &Binding<'_>| {
            other.verb == own.verb && other.template.same_shape(&own.template)
        };
        let Some(theirs) = reader.bindings().into_iter().find(same) else { continue };
        let found = trees.iter().find_map(|tree| {
            let answered = answered(&exchange, ids, (&own, &theirs), tree)?;
            let (json, reading) = answered;
            let payload = Payload::Response { json };
            Some(Witness { direction, subject: writer.full_name(), payload, reading })
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

fn answered(
    exchange: &Exchange<'_, '_, '_>,
    ids: (MessageId, MessageId),
    (own, theirs): (&Binding<'_>, &Binding<'_>),
    tree: &Tree,
) -> Option<(String, Reading)> {
    let reply = json::write(exchange.writer, ids.0, tree).ok()?;
    let sent = match own.response_body {
        "" => reply,
        field => reply.get(&*key(exchange.writer, ids.0, field)?)?.clone(),
    };
    let received = match theirs.response_body {
        "" => sent.clone(),
        field => {
            let key = key(exchange.reader, ids.1, field)?;
            Json::Object(Map::from_iter([(key, sent.clone())]))
        }
    };
    let reading = match json::read(exchange.reader, ids.1, &received, UnknownNames::Refuse) {
        Err(error) => Reading::Refused { why: error.to_string() },
        Ok(read) => {
            let differences = exchange.differences(Encoding::Json, ids, tree, &read);
            if differences.is_empty() {
                return None;
            }
            let json = json::write(exchange.reader, ids.1, &read).ok();
            Reading::Misread { json: json.map(|json| json.to_string()), differences }
        }
    };
    Some((sent.to_string(), reading))
}

fn key(types: &Types<'_, '_>, id: MessageId, field: &str) -> Option<String> {
    Some(types.keyed(id, field)?.json_key().into_owned())
}
