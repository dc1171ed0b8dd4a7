//! What files declare by nested name: the name without the package, by which
//! the anchor tells what a file or a package has lost.

use super::view::{FieldView, Location, Owner, View};
use crate::compat::schema::{EnumId, ExtensionId, FileId, MessageId, ServiceId};

/// A sort of element that has a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Message,
    Enum,
    Extension,
    Service,
}

impl Sort {
    /// What messages call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Enum => "enum",
            Self::Extension => "extension",
            Self::Service => "service",
        }
    }
}

/// An element of one side.
#[derive(Clone, Debug)]
pub(super) struct Declared<'c> {
    pub(super) file: FileId,
    pub(super) name: &'c str,
    element: Element,
}

#[derive(Clone, Copy, Debug)]
enum Element {
    Message(MessageId),
    Enum(EnumId),
    Extension(ExtensionId),
    Service(ServiceId),
}

impl<'c, 'a> View<'c, 'a> {
    /// Every element of a sort.
    pub(super) fn declared(self, sort: Sort) -> Vec<Declared<'c>> {
        let schema = self.schema;
        let declared = |file, full_name: &'c str, element| Declared {
            file,
            name: self.nested_name(file, full_name),
            element,
        };
        match sort {
            Sort::Message => {
                let all = schema.messages.iter().enumerate();
                all.map(|(at, found)| {
                    let element = Element::Message(MessageId(at));
                    declared(found.scope.file, &found.full_name, element)
                })
                .collect()
            }
            Sort::Enum => {
                let all = schema.enums.iter().enumerate();
                all.map(|(at, found)| {
                    let element = Element::Enum(EnumId(at));
                    declared(found.scope.file, &found.full_name, element)
                })
                .collect()
            }
            Sort::Extension => {
                let all = schema.extensions.iter().enumerate();
                all.map(|(at, found)| {
                    let element = Element::Extension(ExtensionId(at));
                    declared(found.scope.file, &found.full_name, element)
                })
                .collect()
            }
            Sort::Service => {
                let all = schema.services.iter().enumerate();
                all.map(|(at, found)| {
                    let element = Element::Service(ServiceId(at));
                    declared(found.scope.file, &found.full_name, element)
                })
                .collect()
            }
        }
    }

    /// Where an element stands.
    pub(super) fn place(self, declared: &Declared<'_>) -> Option<Location> {
        match declared.element {
            Element::Message(id) => self.message(id),
            Element::Enum(id) => self.enum_part(id, &[]),
            Element::Service(id) => self.service_part(id, &[]),
            Element::Extension(id) => {
                let extension = self.schema.extension(id);
                let (field, owner) = (&extension.field, Owner::Extension(extension));
                FieldView { view: self, field, owner }.location()
            }
        }
    }

    /// The nearest message around a nested name that the prefixes of it name,
    /// by full name.
    pub(super) fn nearest_message(
        self,
        package: &str,
        nested: &str,
        accept: impl Fn(FileId) -> bool,
    ) -> Option<MessageId> {
        let mut name = nested;
        while let Some((parent, _)) = name.rsplit_once('.') {
            let full =
                if package.is_empty() { parent.to_owned() } else { format!("{package}.{parent}") };
            let found = self.schema.message_named(&full);
            if let Some(id) = found.filter(|&id| accept(self.schema.message(id).scope.file)) {
                return Some(id);
            }
            name = parent;
        }
        None
    }
}
