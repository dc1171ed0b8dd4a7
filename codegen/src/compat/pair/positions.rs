//! Who writes and reads each type: what is reachable from the requests and
//! replies of rpcs, on either side.

use super::Change;
use crate::compat::finding::Positions;
use crate::compat::schema::{EnumId, Kind, MessageId, Schema, Type};

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

impl Reach {
    fn find(schema: &Schema<'_>) -> Self {
        let mut reach = Self {
            messages: vec![Positions::NONE; schema.messages.len()],
            enums: vec![Positions::NONE; schema.enums.len()],
        };
        for method in schema.services.iter().flat_map(|service| &service.methods) {
            let mut input = Positions::REQUEST;
            if !method.client_streaming {
                input = input.union(Positions::JOB);
            }
            let mut output = Positions::RESPONSE;
            if method.server_streaming {
                output = output.union(Positions::EVENT);
            }
            reach.mark(schema, method.input, input);
            reach.mark(schema, method.output, output);
        }
        reach
    }

    /// Marks a type and all that its fields name.
    fn mark(&mut self, schema: &Schema<'_>, name: &str, positions: Positions) {
        let mut pending = vec![schema.resolve(name)];
        while let Some(found) = pending.pop() {
            match found {
                Some(Type::Enum(id)) => self.enums[id.0] = self.enums[id.0].union(positions),
                Some(Type::Message(id)) => {
                    let known = self.messages[id.0];
                    self.messages[id.0] = known.union(positions);
                    if self.messages[id.0] != known {
                        let fields = schema.message(id).fields.iter();
                        let named = fields.filter(|field| {
                            matches!(field.kind, Kind::Message | Kind::Group | Kind::Enum)
                        });
                        pending.extend(named.map(|field| schema.resolve(field.type_name)));
                    }
                }
                None => {}
            }
        }
    }
}
