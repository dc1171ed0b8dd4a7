//! Which elements of both sides the anchor compares: files by path; messages,
//! enums and services by full name in any file; fields by number; extensions
//! by what they extend and their number; rpcs by name. What is renamed has no
//! pair.

use std::collections::HashMap;

use super::view::{FieldView, Owner, View};
use crate::compat::schema::{EnumId, FileId, MessageId, Method, ServiceId};

/// An element that both sides have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<T> {
    pub(super) old: T,
    pub(super) new: T,
}

/// Both sides.
pub(super) type Views<'c, 'a> = Pair<View<'c, 'a>>;

impl<'c, 'a> Views<'c, 'a> {
    pub(super) fn files(self) -> Vec<Pair<FileId>> {
        let old = self.old.schema.files.iter().enumerate();
        let pairs = old.filter_map(|(index, file)| {
            let new = self.new.schema.file_named(file.name)?;
            Some(Pair { old: FileId(index), new })
        });
        pairs.collect()
    }

    pub(super) fn messages(self) -> Vec<Pair<MessageId>> {
        let old = self.old.schema.messages.iter().enumerate();
        let pairs = old.filter_map(|(index, message)| {
            let new = self.new.schema.message_named(&message.full_name)?;
            Some(Pair { old: MessageId(index), new })
        });
        pairs.collect()
    }

    pub(super) fn enums(self) -> Vec<Pair<EnumId>> {
        let old = self.old.schema.enums.iter().enumerate();
        let pairs = old.filter_map(|(index, found)| {
            let new = self.new.schema.enum_named(&found.full_name)?;
            Some(Pair { old: EnumId(index), new })
        });
        pairs.collect()
    }

    pub(super) fn services(self) -> Vec<Pair<ServiceId>> {
        let new = self.new.schema.services.iter().enumerate();
        let by_name: HashMap<&str, ServiceId> =
            new.map(|(index, service)| (&*service.full_name, ServiceId(index))).collect();
        let old = self.old.schema.services.iter().enumerate();
        let pairs = old.filter_map(|(index, service)| {
            let new = *by_name.get(&*service.full_name)?;
            Some(Pair { old: ServiceId(index), new })
        });
        pairs.collect()
    }

    /// The fields of a message.
    pub(super) fn fields(self, messages: Pair<MessageId>) -> Vec<Pair<FieldView<'c, 'a>>> {
        let old = self.old.schema.message(messages.old);
        let new = self.new.schema.message(messages.new);
        let view_of = |field, id, view| FieldView { view, field, owner: Owner::Message(id) };
        let pairs = old.fields.iter().enumerate().filter_map(|(index, field)| {
            // Most fields keep their place.
            let kept = new.fields.get(index).filter(|other| other.number == field.number);
            let other =
                kept.or_else(|| new.fields.iter().find(|other| other.number == field.number))?;
            Some(Pair {
                old: view_of(field, messages.old, self.old),
                new: view_of(other, messages.new, self.new),
            })
        });
        pairs.collect()
    }

    /// The rpcs of a service.
    pub(super) fn methods(self, services: Pair<ServiceId>) -> Vec<MethodPair<'c, 'a>> {
        let old = &self.old.schema.service(services.old).methods;
        let new = &self.new.schema.service(services.new).methods;
        let pairs = old.iter().filter_map(|old| {
            let new = new.iter().find(|new| new.name == old.name)?;
            Some(MethodPair { services, methods: Pair { old, new } })
        });
        pairs.collect()
    }

    pub(super) fn extensions(self) -> Vec<Pair<FieldView<'c, 'a>>> {
        let new: HashMap<(&str, i32), _> = self
            .new
            .schema
            .extensions
            .iter()
            .map(|extension| ((extension.extendee, extension.field.number), extension))
            .collect();
        let pairs = self.old.schema.extensions.iter().filter_map(|old| {
            let new = *new.get(&(old.extendee, old.field.number))?;
            Some(Pair {
                old: FieldView { view: self.old, field: &old.field, owner: Owner::Extension(old) },
                new: FieldView { view: self.new, field: &new.field, owner: Owner::Extension(new) },
            })
        });
        pairs.collect()
    }
}

/// An rpc that both sides have.
#[derive(Clone, Copy, Debug)]
pub(super) struct MethodPair<'c, 'a> {
    pub(super) services: Pair<ServiceId>,
    pub(super) methods: Pair<&'c Method<'a>>,
}
