//! Who writes and reads each type: what is reachable from the requests and
//! replies of rpcs, on either side.

use std::collections::HashMap;

use super::Change;
use crate::compat::finding::Positions;
use crate::compat::options;
use crate::compat::schema::{EnumId, Kind, MessageId, Method, Schema, Service, Type};

/// The positions of the types of both sides.
#[derive(Debug)]
pub(super) struct TypePositions {
    old: Reach,
    new: Reach,
}

#[derive(Debug)]
struct Reach {
    messages: Vec<Positions>,
    enums: Vec<Positions>,
}

/// Where the details of errors are declared.
const ERRORS: &str = "google.rpc";

impl TypePositions {
    pub(super) fn find(old: &Schema<'_>, new: &Schema<'_>) -> Self {
        Self { old: Reach::find(old), new: Reach::find(new) }
    }

    pub(super) fn message(&self, change: Change<MessageId>) -> Positions {
        let of = |reach: &Reach, id: Option<MessageId>| {
            id.map_or(Positions::NONE, |id| reach.messages[id.0])
        };
        of(&self.old, change.before()).union(of(&self.new, change.after()))
    }

    pub(super) fn enumeration(&self, change: Change<EnumId>) -> Positions {
        let of =
            |reach: &Reach, id: Option<EnumId>| id.map_or(Positions::NONE, |id| reach.enums[id.0]);
        of(&self.old, change.before()).union(of(&self.new, change.after()))
    }
}

/// Who writes and reads the requests of an rpc: producers too, where it has a
/// queue subject.
pub(super) fn request(service: &Service<'_>, method: &Method<'_>) -> Positions {
    match options::queue(service, method) {
        Some(_) => Positions::REQUEST.union(Positions::JOB),
        None => Positions::REQUEST,
    }
}

/// Who writes and reads the replies of an rpc: a stream of them is one of
/// events over HTTP.
pub(super) fn response(method: &Method<'_>) -> Positions {
    if method.server_streaming {
        Positions::RESPONSE.union(Positions::EVENT)
    } else {
        Positions::RESPONSE
    }
}

impl Reach {
    fn find(schema: &Schema<'_>) -> Self {
        let mut reach = Self {
            messages: vec![Positions::NONE; schema.messages.len()],
            enums: vec![Positions::NONE; schema.enums.len()],
        };
        let mut extensions: HashMap<&str, Vec<Type>> = HashMap::new();
        for extension in &schema.extensions {
            let named = schema.resolve(extension.field.type_name);
            extensions.entry(extension.extendee).or_default().extend(named);
        }
        for service in &schema.services {
            for method in &service.methods {
                reach.mark(schema, &extensions, method.input, request(service, method));
                reach.mark(schema, &extensions, method.output, response(method));
            }
        }
        if !schema.services.is_empty() {
            for message in &schema.messages {
                if schema.file(message.scope.file).package == ERRORS {
                    reach.mark(schema, &extensions, &message.full_name, Positions::ERROR);
                }
            }
        }
        reach
    }

    /// Marks a type and all that its fields and extensions name.
    fn mark(
        &mut self,
        schema: &Schema<'_>,
        extensions: &HashMap<&str, Vec<Type>>,
        name: &str,
        positions: Positions,
    ) {
        let mut pending: Vec<Type> = schema.resolve(name).into_iter().collect();
        while let Some(found) = pending.pop() {
            match found {
                Type::Enum(id) => self.enums[id.0] = self.enums[id.0].union(positions),
                Type::Message(id) => {
                    let known = self.messages[id.0];
                    self.messages[id.0] = known.union(positions);
                    if self.messages[id.0] != known {
                        let message = schema.message(id);
                        let named = message.fields.iter().filter(|field| {
                            matches!(field.kind, Kind::Message | Kind::Group | Kind::Enum)
                        });
                        pending.extend(named.filter_map(|field| schema.resolve(field.type_name)));
                        pending.extend(extensions.get(&*message.full_name).into_iter().flatten());
                    }
                }
            }
        }
    }
}
