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

impl<'c> View<'c, '_> {
    /// Every element of a sort.
    pub(super) fn declared(self, sort: Sort) -> Vec<Declared<'c>> {
        let schema = self.schema;
        match sort {
            Sort::Message => self.all(
                &schema.messages,
                |found| (found.scope.file, &found.full_name),
                |at| Element::Message(MessageId(at)),
            ),
            Sort::Enum => self.all(
                &schema.enums,
                |found| (found.scope.file, &found.full_name),
                |at| Element::Enum(EnumId(at)),
            ),
            Sort::Extension => self.all(
                &schema.extensions,
                |found| (found.scope.file, &found.full_name),
                |at| Element::Extension(ExtensionId(at)),
            ),
            Sort::Service => self.all(
                &schema.services,
                |found| (found.scope.file, &found.full_name),
                |at| Element::Service(ServiceId(at)),
            ),
        }
    }

    fn all<T>(
        self,
        items: &'c [T],
        known: impl Fn(&'c T) -> (FileId, &'c str),
        element: impl Fn(usize) -> Element,
    ) -> Vec<Declared<'c>> {
        let declared = |(at, item)| {
            let (file, full_name) = known(item);
            let name = self.nested_name(file, full_name);
            Declared { file, name, element: element(at) }
        };
        items.iter().enumerate().map(declared).collect()
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
