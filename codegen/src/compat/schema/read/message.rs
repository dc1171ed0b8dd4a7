//! Messages, which hold every other sort of element.

use super::parts::{flag, named, ordinal, overridden, range, read_field};
use super::{Around, MAX_DEPTH, Outcome, Reader};
use crate::compat::schema::Type;
use crate::compat::schema::model::{FileId, Kind, Message, MessageId, Oneof, Scope};
use crate::descriptor::{Fields, Malformed};

impl<'a> Reader<'a> {
    pub(super) fn message(
        &mut self,
        bytes: &'a [u8],
        scope: Scope,
        around: &Around,
    ) -> Outcome<MessageId> {
        if around.depth >= MAX_DEPTH {
            return Err(Malformed);
        }
        let (name, options) = named(bytes, 1, 7)?;
        let around = Around {
            prefix: around.full_name(name),
            features: overridden(around.features, options, 12)?,
            depth: around.depth + 1,
        };
        let id = MessageId(self.schema.messages.len());
        self.declare(&around.prefix, Type::Message(id), scope.file);
        self.schema.messages.push(Message {
            scope,
            name,
            full_name: around.prefix.clone(),
            fields: Vec::new(),
            oneofs: Vec::new(),
            messages: Vec::new(),
            enums: Vec::new(),
            extensions: Vec::new(),
            reserved: Vec::new(),
            reserved_names: Vec::new(),
            extension_ranges: Vec::new(),
            map_entry: flag(options, 7)?,
            options,
            features: around.features,
        });
        self.members(id, bytes, scope.file, &around)?;
        self.settle(id)?;
        Ok(id)
    }

    fn members(
        &mut self,
        id: MessageId,
        bytes: &'a [u8],
        file: FileId,
        around: &Around,
    ) -> Outcome<()> {
        let scope = |index: usize| Scope { file, parent: Some(id), index: ordinal(index) };
        for field in Fields::new(bytes) {
            match field? {
                (2, value) => {
                    let index = self.schema.messages[id.0].fields.len();
                    let (field, _) = read_field(value.bytes()?, index, around.features)?;
                    self.schema.messages[id.0].fields.push(field);
                }
                (3, value) => {
                    let at = scope(self.schema.messages[id.0].messages.len());
                    let nested = self.message(value.bytes()?, at, around)?;
                    self.schema.messages[id.0].messages.push(nested);
                }
                (4, value) => {
                    let at = scope(self.schema.messages[id.0].enums.len());
                    let nested = self.enumeration(value.bytes()?, at, around)?;
                    self.schema.messages[id.0].enums.push(nested);
                }
                (5, value) => {
                    let range = range(value.bytes()?, 1)?;
                    self.schema.messages[id.0].extension_ranges.push(range);
                }
                (6, value) => {
                    let at = scope(self.schema.messages[id.0].extensions.len());
                    let extension = self.extension(value.bytes()?, at, around)?;
                    self.schema.messages[id.0].extensions.push(extension);
                }
                (8, value) => {
                    let (name, options) = named(value.bytes()?, 1, 2)?;
                    let oneof = Oneof { name, synthetic: false, options };
                    self.schema.messages[id.0].oneofs.push(oneof);
                }
                (9, value) => {
                    let range = range(value.bytes()?, 1)?;
                    self.schema.messages[id.0].reserved.push(range);
                }
                (10, value) => {
                    let name = value.text()?;
                    self.schema.messages[id.0].reserved_names.push(name);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What can be said only once all of a message is read: which oneofs are
    /// synthetic, and that neither maps nor their values are delimited.
    fn settle(&mut self, id: MessageId) -> Outcome<()> {
        let nested = self.schema.messages[id.0].messages.iter();
        let nested = nested.map(|&id| &self.schema.messages[id.0]);
        let entries: Vec<_> = nested.filter(|m| m.map_entry).map(|m| m.full_name.clone()).collect();
        let message = &mut self.schema.messages[id.0];
        for field in &mut message.fields {
            if let Some(index) = field.oneof {
                let oneof = message.oneofs.get_mut(index).ok_or(Malformed)?;
                oneof.synthetic |= field.proto3_optional;
            }
            let entry = entries.iter().any(|entry| **entry == *field.type_name);
            if (message.map_entry || entry) && field.kind == Kind::Group {
                field.kind = Kind::Message;
            }
        }
        Ok(())
    }
}
